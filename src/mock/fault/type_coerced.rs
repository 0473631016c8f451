//! `type-coerced`: a value of another type that reads the same.

use serde_json::json;

use super::{Act, Fault, site};
use crate::model::Meta;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "type-coerced",
        summary: "takes a value of another type for the one it reads like: \"1\" for 1, 1 for \"1\"",
        explain: "What weakly typed languages and lenient parsers do without being asked.",
    },
    needs: "the `type` of a scalar in a request's body, and what breaks it gets (`refused`)",
    sites: |contract| {
        site::clauses(contract, |clause| {
            clause.sides.refuse
                && site::of_body(clause).is_some_and(|(keyword, limit)| {
                    keyword == "type" && matches!(limit.as_str(), Some("string" | "integer" | "number" | "boolean"))
                })
        })
    },
    act: Act::Misread(|schema, keyword, limit| {
        let like = match limit.as_str() {
            Some("string") => json!(["string", "number", "boolean"]),
            Some("boolean") => json!(["boolean", "string"]),
            other => json!([other, "string"]),
        };
        schema.insert(keyword.to_owned(), like);
        // Of the strings, only those that read like the type; a pattern says nothing about other types.
        let reads = match limit.as_str() {
            Some("boolean") => "^(true|false)$",
            Some("integer" | "number") => "^-?[0-9]+([.][0-9]+)?$",
            _ => return,
        };
        schema.insert("pattern".to_owned(), reads.into());
    }),
};
