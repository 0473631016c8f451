//! Values from schemas: plain ones, on each bound, one past it, near misses, other types, identifiers of nothing.
//!
//! Everything here is pure: the same schema and salt give the same value on every machine. Values are built from what
//! the schema says ([`shape`]) and then judged as a whole ([`Forge`]), so a schema that says more than this module
//! understands leads to [`Cannot`], never to a wrong value. Shrinking (for property-based values) will stand beside
//! [`edges`] when that generator comes.

mod class;
mod edges;
#[cfg(test)]
mod extremes;
mod forge;
mod format;
mod grow;
mod kinds;
mod letters;
mod likeness;
mod near;
mod number;
mod pattern;
mod shape;
mod stream;

use serde_json::Value;

use crate::model::Schema;

pub use edges::Edge;
pub use forge::{Forge, Spot, place, take};
pub use kinds::wrong_types;
pub use letters::Alphabet;
pub use likeness::unknown_like;
pub use stream::digest;

/// How many members a generated value has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Only what is required.
    Smallest,
    /// Everything that the schema names.
    Full,
}

/// There is no such value, or none that can be found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{because}")]
pub struct Cannot {
    /// Why, a lowercase fragment.
    pub because: String,
}

impl Cannot {
    /// With this reason.
    pub fn new(because: impl Into<String>) -> Self {
        Self { because: because.into() }
    }
}

/// A value and what it is, as a fragment that fits after a name: `of 51 characters`.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The value.
    pub value: Value,
    /// What it is.
    pub label: String,
}

impl Candidate {
    pub(crate) fn new(value: impl Into<Value>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// A plain value inside `schema`, with every optional member.
///
/// # Errors
/// When there is none, or none can be found.
pub fn sample(schema: impl Into<Schema>, salt: &str) -> Result<Value, Cannot> {
    Forge::new(schema)?.grow(Style::Full, salt)
}

/// A value inside `schema` with nothing that may be left out. Its strings and numbers are small, but not on their
/// bounds: a deployment that gets a bound wrong is to be caught by the case that aims at the bound.
///
/// # Errors
/// When there is none, or none can be found.
pub fn smallest(schema: impl Into<Schema>, salt: &str) -> Result<Value, Cannot> {
    Forge::new(schema)?.grow(Style::Smallest, salt)
}

/// A value inside `schema` with every member that the schema names.
///
/// # Errors
/// When there is none, or none can be found.
pub fn full(schema: impl Into<Schema>, salt: &str) -> Result<Value, Cannot> {
    sample(schema, salt)
}

/// A string inside `schema` of exactly `chars` characters.
///
/// # Errors
/// When there is none, or none can be found.
pub fn string_of_length(
    schema: impl Into<Schema>,
    chars: usize,
    alphabet: Alphabet,
    salt: &str,
) -> Result<String, Cannot> {
    let forge = Forge::new(schema)?;
    let text = forge.spot("", "").string(chars, alphabet, salt)?;
    if forge.judge().accepts(&Value::String(text.clone())) {
        Ok(text)
    } else {
        Err(Cannot::new(format!("no string of {chars} characters is allowed")))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::conform::Judge;

    /// A password as our contracts ask for it.
    fn password() -> Value {
        json!({"anyOf": [
            {"title": "empty", "const": ""},
            {"type": "string", "minLength": 16, "maxLength": 32, "allOf": [
                {"title": "digit", "pattern": "[0-9]"},
                {"title": "uppercase", "pattern": "[A-Z]"},
                {"title": "lowercase", "pattern": "[a-z]"},
                {"title": "special", "pattern": "[-~!@#$%^&*()_=+|\\[{}\\];:<>/?]"},
            ]},
        ]})
    }

    type Make = fn(&Value, &str) -> Result<Value, Cannot>;
    const MAKERS: [Make; 3] = [
        |schema, salt| sample(schema, salt),
        |schema, salt| smallest(schema, salt),
        |schema, salt| full(schema, salt),
    ];

    fn schemas() -> Vec<Value> {
        vec![
            password(),
            json!({"type": "string", "minLength": 10, "maxLength": 50, "pattern": "^[A-Za-z0-9-]*$"}),
            json!({"type": "string", "minLength": 2, "maxLength": 2}),
            json!({"type": "string", "pattern": "^[A-Z]{2}\\d{3}(-x)?$"}),
            json!({"type": "string", "pattern": "^(on|off)$"}),
            json!({"type": "string", "minLength": 8, "maxLength": 32, "allOf": [
                {"pattern": "^[A-Za-z]"}, {"pattern": "[0-9]$"}, {"pattern": "^[a-z0-9_]*$"}]}),
            json!({"type": "string", "minLength": 5, "allOf": [{"pattern": "^[A-Z].*$"}, {"pattern": "^.*[!?]$"}]}),
            json!({"type": "string", "minLength": 1, "maxLength": 1, "allOf": [{"pattern": "^[A-C]"}, {"pattern": "[C-F]$"}]}),
            json!({"type": "string", "format": "uuid"}),
            json!({"type": ["string", "null"], "maxLength": 1}),
            json!({"type": "integer", "minimum": 3, "maximum": 3}),
            json!({"type": "integer", "exclusiveMinimum": 10, "multipleOf": 7}),
            json!({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}),
            json!({"type": "array", "items": {"type": "string"}, "minItems": 3, "uniqueItems": true}),
            json!({"type": "object", "required": ["a"], "additionalProperties": false,
                "properties": {"a": {"type": "integer"}, "b": {"$ref": "#/$defs/B"}},
                "$defs": {"B": {"type": "object", "required": ["c"], "properties": {"c": {"enum": ["x", "y"]}}}}}),
            json!({"type": "object", "minProperties": 3}),
            json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
                "required": ["a"], "dependentRequired": {"a": ["b"]}}),
            json!({"examples": ["too long"], "type": "string", "maxLength": 3}),
            json!({"oneOf": [{"type": "null"}, {"type": "boolean"}]}),
            json!(true),
        ]
    }

    #[test]
    fn values_are_inside_their_schema_and_the_same_every_time() {
        for schema in schemas() {
            let judge = Judge::new(&schema).unwrap();
            for salt in ["a", "b", "c"] {
                for make in MAKERS {
                    let value = make(&schema, salt).unwrap_or_else(|cannot| panic!("{schema}: {cannot}"));
                    assert!(judge.accepts(&value), "{schema}: {value}");
                    assert_eq!(make(&schema, salt).unwrap(), value);
                }
            }
        }
    }

    #[test]
    fn what_nothing_can_be_inside_says_so() {
        for schema in [
            json!(false),
            json!({"type": "string", "minLength": 3, "maxLength": 2}),
            json!({"type": "integer", "minimum": 3, "maximum": 2}),
            json!({"allOf": [{"type": "string"}, {"type": "integer"}]}),
            json!({"type": "string", "pattern": "^(?=a)b$"}),
            json!({"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#"}}}),
        ] {
            assert!(sample(&schema, "x").is_err(), "{schema}");
        }
    }

    #[test]
    fn the_escapes_of_an_alternative_are_not_taken() {
        let masked =
            json!({"anyOf": [{"title": "masked", "pattern": "^\\*+$"}, {"type": "string", "minLength": 8}]});
        for schema in [password(), masked] {
            let text = sample(&schema, "x").unwrap();
            assert!(text.as_str().unwrap().chars().any(char::is_alphabetic), "{text}");
        }
    }

    #[test]
    fn strings_have_the_length_asked_for_in_characters() {
        let (plain, ascii) = (json!({"type": "string"}), json!({"type": "string", "pattern": "^[a-z]*$"}));
        assert_eq!(string_of_length(&plain, 64, Alphabet::Cjk, "x").unwrap().len(), 192);
        assert_eq!(string_of_length(&ascii, 64, Alphabet::Ascii, "x").unwrap().len(), 64);
        assert!(string_of_length(&ascii, 64, Alphabet::Cjk, "x").is_err());
        for length in 16..=32 {
            let text = string_of_length(password(), length, Alphabet::Ascii, "x").unwrap();
            assert_eq!(text.chars().count(), length);
            assert!(text.chars().all(|c| c.is_ascii_graphic()), "{text}");
        }
        assert!(string_of_length(password(), 15, Alphabet::Ascii, "x").is_err());
        assert!(
            string_of_length(password(), 20, Alphabet::Cjk, "x").is_err(),
            "the rule names other characters"
        );
    }

    #[test]
    fn edges_only_just_keep_and_only_just_break() {
        let integer = json!({"type": "integer", "minimum": 0, "maximum": 99_999_999_999_999_999_u64});
        for (schema, keyword, keep, expected) in [
            (&integer, "maximum", true, json!([99_999_999_999_999_999_u64])),
            (&integer, "maximum", false, json!([100_000_000_000_000_000_u64])),
            (&integer, "minimum", false, json!([-1])),
            (&json!({"type": "integer", "exclusiveMaximum": 5}), "exclusiveMaximum", true, json!([4])),
            (&json!({"type": "integer", "exclusiveMaximum": 5}), "exclusiveMaximum", false, json!([5])),
            (&json!({"type": "integer", "multipleOf": 5}), "multipleOf", true, json!([5])),
            (&json!({"type": "integer", "multipleOf": 5}), "multipleOf", false, json!([6])),
            (&json!({"enum": [0, 1, 3]}), "enum", false, json!([2, 4])),
            (&json!({"type": "string", "minLength": 1}), "minLength", false, json!([""])),
        ] {
            let forge = Forge::new(schema).unwrap();
            let edge = Edge { keyword, limit: &schema[keyword], keep, ascii: false, salt: "x" };
            let found = forge.spot("", "").edges(&edge).unwrap();
            let values: Vec<Value> = found.into_iter().map(|candidate| candidate.value).collect();
            assert_eq!(json!(values), expected, "{schema} {keyword} {keep}");
            assert!(
                values.iter().all(|value| forge.judge().accepts(value) == keep),
                "{schema} {keyword} {keep}"
            );
        }
    }

    #[test]
    fn near_misses_break_the_pattern_and_nothing_else() {
        let forge = Forge::new(password()).unwrap();
        let path = "/anyOf/1/allOf/3/pattern";
        let limit = json!("[-~!@#$%^&*()_=+|\\[{}\\];:<>/?]");
        let edge = Edge { keyword: "pattern", limit: &limit, keep: false, ascii: false, salt: "x" };
        let found = forge.spot("", path).edges(&edge).unwrap();
        assert_eq!(found.iter().map(|c| c.label.as_str()).collect::<Vec<_>>(), ["without special"]);
        let breaches = forge.judge().breaches(&found[0].value);
        assert_eq!(breaches.iter().map(|breach| breach.path.as_str()).collect::<Vec<_>>(), [path]);

        let edge = Edge { keep: true, ..edge };
        let shown = forge.spot("", path).edges(&edge).unwrap();
        let every = shown.last().unwrap().value.as_str().unwrap().to_owned();
        assert!("-~!@#$%^&*()_=+|[{}];:<>/?".chars().all(|c| every.contains(c)), "{every}");
        assert!(forge.judge().accepts(&every.into()));
    }

    #[test]
    fn unique_strings_are_long_and_show_where_they_come_from() {
        let schema = json!({"type": "object", "required": ["name"], "properties": {
            "name": {"type": "string", "maxLength": 64, "examples": ["taken"], "pattern": "^[A-Za-z0-9_-]*$"}}});
        let forge = Forge::new(&schema).unwrap().with_unique(&["/name".to_owned()]);
        let name = |salt| forge.grow(Style::Smallest, salt).unwrap()["name"].as_str().unwrap().to_owned();
        assert!(name("a").starts_with("cs-") && name("a").len() >= 12, "{}", name("a"));
        assert_ne!(name("a"), name("b"));
    }
}
