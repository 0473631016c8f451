//! From which sides a constraint of a request can be put to the test.

use serde_json::Value;

use super::{ACCEPT, OBSERVE};
use crate::model::{Location, Sides};

/// What a constraint is part of, as far as its sides go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// In a request, at this kind of place; `refused`: the contract says what a value that breaks it gets.
    Parameter { location: Location, refused: bool },
    /// In a credential.
    Credential { refused: bool },
    /// In a request body.
    Body { refused: bool },
    /// In a request body where everything is text, such as a form.
    Form { refused: bool },
    /// In an answer.
    Answer,
}

/// The sides of `keyword` with this value. `alternative`: in one branch of several, so that a value which breaks it
/// may still keep another branch.
pub(super) fn of(stands: Stands, keyword: &str, limit: &Value, alternative: bool) -> Sides {
    let (accept, refuse) = match stands {
        Stands::Answer => return OBSERVE,
        Stands::Parameter { location, refused } => (true, refused && refusable(location, keyword, limit)),
        // The one credential that is known lies inside its schema; others can only be refused.
        Stands::Credential { refused } => (true, refused && refusable(Location::Header, keyword, limit)),
        Stands::Form { refused } => (true, refused && refusable(Location::Query, keyword, limit)),
        Stands::Body { refused } => (true, refused && breakable(keyword, limit)),
    };
    Sides { accept, refuse: refuse && !alternative, ..ACCEPT }
}

/// What is text on the wire is always a string, and an array of one; no elements are no parameter at all; an empty path
/// segment would be another path.
fn refusable(location: Location, keyword: &str, limit: &Value) -> bool {
    match keyword {
        "type" => {
            let allows = |kind: &str| {
                *limit == kind || limit.as_array().is_some_and(|types| types.contains(&kind.into()))
            };
            !allows("string") && !allows("array") && !allows("object")
        }
        "minItems" => limit.as_u64().is_some_and(|least| least > 1),
        "minLength" if location == Location::Path => limit.as_u64().is_some_and(|least| least > 1),
        _ => breakable(keyword, limit),
    }
}

/// Whether some value breaks it.
fn breakable(keyword: &str, limit: &Value) -> bool {
    match keyword {
        "minLength" | "minItems" | "minProperties" => *limit != 0,
        // One clause for the whole of them: what breaks exactly this one is not known.
        "not"
        | "$ref"
        | "if"
        | "oneOf"
        | "anyOf"
        | "contains"
        | "patternProperties"
        | "propertyNames"
        | "dependentSchemas"
        | "dependentRequired"
        | "unevaluatedProperties"
        | "unevaluatedItems" => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_side_that_no_request_can_show_is_not_asked_for() {
        let path = Stands::Parameter { location: Location::Path, refused: true };
        let body = Stands::Body { refused: true };
        let silent = Stands::Body { refused: false };
        for (stands, keyword, limit, alternative, accept, refuse) in [
            (path, "type", json!("string"), false, true, false),
            (path, "type", json!("integer"), false, true, true),
            (path, "type", json!("array"), false, true, false),
            (path, "type", json!(["integer", "array"]), false, true, false),
            (path, "minItems", json!(1), false, true, false),
            (path, "minItems", json!(2), false, true, true),
            (body, "minItems", json!(1), false, true, true),
            (path, "minLength", json!(0), false, true, false),
            (path, "minLength", json!(1), false, true, false),
            (path, "minLength", json!(2), false, true, true),
            (path, "maxLength", json!(32), false, true, true),
            (body, "minLength", json!(0), false, true, false),
            (body, "const", json!(""), true, true, false),
            (body, "type", json!("string"), false, true, true),
            (silent, "maxLength", json!(3), false, true, false),
        ] {
            let sides = of(stands, keyword, &limit, alternative);
            assert_eq!(
                (sides.accept, sides.refuse, sides.observe),
                (accept, refuse, false),
                "{stands:?} {keyword}"
            );
        }
        assert_eq!(of(Stands::Answer, "type", &json!("string"), false), OBSERVE);
    }
}
