//! The keywords of JSON Schema 2020-12, and what their values hold.

/// What a keyword's value is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
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
pub const KEYWORDS: &[(&str, Holds)] = &[
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

/// What the value of a keyword holds; None for an unknown one.
#[must_use]
pub fn holds(name: &str) -> Option<Holds> {
    KEYWORDS.iter().find(|(keyword, _)| *keyword == name).map(|(_, holds)| *holds)
}
