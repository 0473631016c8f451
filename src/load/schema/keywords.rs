//! The keywords of JSON Schema 2020-12, and what their values hold.

/// What a keyword's value is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::load) enum Holds {
    /// A plain value.
    Value,
    /// A schema.
    Schema,
    /// A list of schemas.
    List,
    /// A map of schemas by names of the author.
    Map,
}

use Holds::{List, Map, Schema, Value};

/// Every keyword (JSON Schema core and validation, 2020-12).
pub(in crate::load) const ALL: &[(&str, Holds)] = &[
    ("type", Value),
    ("enum", Value),
    ("const", Value),
    ("minLength", Value),
    ("maxLength", Value),
    ("pattern", Value),
    ("format", Value),
    ("minimum", Value),
    ("maximum", Value),
    ("exclusiveMinimum", Value),
    ("exclusiveMaximum", Value),
    ("multipleOf", Value),
    ("required", Value),
    ("properties", Map),
    ("additionalProperties", Schema),
    ("patternProperties", Map),
    ("propertyNames", Schema),
    ("minProperties", Value),
    ("maxProperties", Value),
    ("dependentRequired", Value),
    ("dependentSchemas", Map),
    ("unevaluatedProperties", Schema),
    ("items", Schema),
    ("prefixItems", List),
    ("contains", Schema),
    ("minContains", Value),
    ("maxContains", Value),
    ("minItems", Value),
    ("maxItems", Value),
    ("uniqueItems", Value),
    ("unevaluatedItems", Schema),
    ("allOf", List),
    ("anyOf", List),
    ("oneOf", List),
    ("not", Schema),
    ("if", Schema),
    ("then", Schema),
    ("else", Schema),
    ("$ref", Value),
    ("$defs", Map),
    ("$id", Value),
    ("$schema", Value),
    ("$anchor", Value),
    ("$dynamicRef", Value),
    ("$dynamicAnchor", Value),
    ("$vocabulary", Value),
    ("$comment", Value),
    ("title", Value),
    ("description", Value),
    ("default", Value),
    ("deprecated", Value),
    ("readOnly", Value),
    ("writeOnly", Value),
    ("examples", Value),
    ("contentEncoding", Value),
    ("contentMediaType", Value),
    ("contentSchema", Schema),
];

/// Keywords of other dialects, and what to write instead.
pub(super) const ELSEWHERE: &[(&str, &str)] = &[
    ("nullable", "write `type: [string, \"null\"]`"),
    ("example", "write `examples: […]`"),
    ("definitions", "put shared schemas under `schemas:` of the contract"),
    ("dependencies", "write `dependentRequired` or `dependentSchemas`"),
    ("additionalItems", "write `prefixItems` and `items`"),
    ("says", "write `description`"),
    ("discriminator", "the branches of `oneOf` decide by themselves"),
];

/// What the value of a keyword holds; None for an unknown one.
pub(in crate::load) fn holds(name: &str) -> Option<Holds> {
    ALL.iter().find(|(keyword, _)| *keyword == name).map(|(_, holds)| *holds)
}

/// Whether `name` is a keyword.
pub(in crate::load) fn is_known(name: &str) -> bool {
    holds(name).is_some()
}

/// All names.
pub(in crate::load) fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|(name, _)| *name)
}
