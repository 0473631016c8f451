//! Promises in words: sentences without a full stop.

use serde_json::Value;

use crate::text::pointer;

/// How a value is called: `user_name`, `rows[].id`; None for the whole.
pub(super) fn shown(at: &str) -> Option<String> {
    let mut name = String::new();
    for token in pointer::tokens(at) {
        if token == "*" {
            name.push_str("[]");
        } else {
            if !name.is_empty() {
                name.push('.');
            }
            name.push_str(&token);
        }
    }
    (!name.is_empty())
        .then(|| if name.starts_with('[') { format!("`the body{name}`") } else { format!("`{name}`") })
}

/// What `keyword` with this value promises of `subject`.
pub(super) fn promise(subject: &str, keyword: &str, limit: &Value) -> String {
    let many = |one: &str, several: &str| {
        if limit == 1 { format!("{limit} {one}") } else { format!("{limit} {several}") }
    };
    match keyword {
        "type" => format!("{subject} is {}", types(limit)),
        "enum" => format!("{subject} is one of {}", listed(limit)),
        "const" if limit == "" => format!("{subject} may be empty"),
        "const" => format!("{subject} is {}", literal(limit)),
        "minLength" => format!("{subject} has at least {}", many("character", "characters")),
        "maxLength" => format!("{subject} has at most {}", many("character", "characters")),
        "pattern" => format!("{subject} matches `{}`", limit.as_str().unwrap_or_default()),
        "format" => format!("{subject} is a {}", limit.as_str().unwrap_or_default()),
        "minimum" => format!("{subject} is {limit} or more"),
        "maximum" => format!("{subject} is {limit} or less"),
        "exclusiveMinimum" => format!("{subject} is more than {limit}"),
        "exclusiveMaximum" => format!("{subject} is less than {limit}"),
        "multipleOf" => format!("{subject} is a multiple of {limit}"),
        "minItems" => format!("{subject} has at least {}", many("element", "elements")),
        "maxItems" => format!("{subject} has at most {}", many("element", "elements")),
        "uniqueItems" => format!("{subject} has no element twice"),
        "minProperties" => format!("{subject} has at least {}", many("member", "members")),
        "maxProperties" => format!("{subject} has at most {}", many("member", "members")),
        "additionalProperties" => format!("{subject} has only the members that are named"),
        "anyOf" => format!("{subject} is one of the documented variants"),
        "oneOf" => format!("{subject} is exactly one of the documented variants"),
        other => format!("{subject} keeps `{other}`"),
    }
}

fn types(limit: &Value) -> String {
    let one = |name: &Value| match name.as_str().unwrap_or_default() {
        "string" => "a string".to_owned(),
        "integer" => "an integer".to_owned(),
        "number" => "a number".to_owned(),
        "boolean" => "true or false".to_owned(),
        "array" => "an array".to_owned(),
        "object" => "an object".to_owned(),
        other => other.to_owned(),
    };
    match limit {
        Value::Array(names) => names.iter().map(one).collect::<Vec<_>>().join(" or "),
        name => one(name),
    }
}

fn listed(limit: &Value) -> String {
    let all: Vec<String> = limit.as_array().into_iter().flatten().map(literal).collect();
    all.join(", ")
}

fn literal(value: &Value) -> String {
    format!("`{value}`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn promises_read_as_sentences() {
        for (keyword, limit, sentence) in [
            ("type", json!(["string", "null"]), "it is a string or null"),
            ("maxLength", json!(50), "it has at most 50 characters"),
            ("minLength", json!(1), "it has at least 1 character"),
            ("enum", json!([0, "a"]), "it is one of `0`, `\"a\"`"),
            ("const", json!(""), "it may be empty"),
            ("maximum", json!(9), "it is 9 or less"),
        ] {
            assert_eq!(promise("it", keyword, &limit), sentence);
        }
        assert_eq!(shown("/rows/*/id").as_deref(), Some("`rows[].id`"));
        assert_eq!(shown(""), None);
    }
}
