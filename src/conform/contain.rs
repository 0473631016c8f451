//! Which of two schemas allows more, through the schema algebra of the `jsonschema` crate.

use jsonschema::Draft;
use jsonschema::canonical::{self, CanonicalSchema, Containment};
use serde_json::Value;

/// How the values that one schema allows lie to those that another allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The same values.
    Same,
    /// The second allows less, and nothing else.
    Narrower,
    /// The second allows more, and all that the first does.
    Wider,
    /// Each allows what the other does not.
    Apart,
    /// It can't be told, as with two patterns.
    Unknown,
}

/// The largest schema that is compared as a whole, in bytes of its text: the algebra may multiply it.
const LARGEST: usize = 32 * 1024;

/// How `new` lies to `old`. Both are self-contained.
#[must_use]
pub fn relation(old: &Value, new: &Value) -> Relation {
    if old == new {
        return Relation::Same;
    }
    let (Some(old), Some(new)) = (canonical(old), canonical(new)) else { return Relation::Unknown };
    match (covers(&old, &new), covers(&new, &old)) {
        (Containment::Yes, Containment::Yes) => Relation::Same,
        // Where one side is sure, the other is at most the same.
        (Containment::Yes, _) => Relation::Narrower,
        (_, Containment::Yes) => Relation::Wider,
        (Containment::No, Containment::No) => Relation::Apart,
        _ => Relation::Unknown,
    }
}

fn canonical(schema: &Value) -> Option<CanonicalSchema> {
    if schema.to_string().len() > LARGEST {
        return None;
    }
    canonical::options().offline().with_draft(Draft::Draft202012).canonicalize(schema).ok()
}

fn covers(larger: &CanonicalSchema, smaller: &CanonicalSchema) -> Containment {
    larger.covers(smaller).unwrap_or(Containment::Unknown)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn schemas_are_compared_by_what_they_allow() {
        for (old, new, wanted) in [
            (json!({"maxLength": 50}), json!({"maxLength": 40}), Relation::Narrower),
            (json!({"minimum": 1}), json!({"minimum": 0}), Relation::Wider),
            (json!({"minimum": 1, "maximum": 5}), json!({"minimum": 0, "maximum": 4}), Relation::Apart),
            (json!({"enum": ["a", "b"]}), json!({"enum": ["b", "a"]}), Relation::Same),
            (json!({"enum": ["a", "b"]}), json!({"enum": ["a", "b", "c"]}), Relation::Wider),
            (json!({"type": "number"}), json!({"type": "integer"}), Relation::Narrower),
            (json!({"type": "string"}), json!({"type": ["string", "null"]}), Relation::Wider),
            (json!({"required": ["a"]}), json!({"required": ["a", "b"]}), Relation::Narrower),
            (json!({"multipleOf": 4}), json!({"multipleOf": 2}), Relation::Wider),
            (json!({"const": "a"}), json!({"const": "b"}), Relation::Apart),
            (
                json!({"anyOf": [{"const": ""}, {"type": "string", "minLength": 3}]}),
                json!({"type": "string", "minLength": 3}),
                Relation::Narrower,
            ),
            (
                json!({"$ref": "#/$defs/A", "$defs": {"A": {"maxLength": 3}}}),
                json!({"maxLength": 4}),
                Relation::Wider,
            ),
        ] {
            assert_eq!(relation(&old, &new), wanted, "{old} {new}");
        }
    }
}
