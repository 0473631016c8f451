//! The words for breaches of a schema: short, exact, and without the value itself where that could be long or secret.

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;

use crate::text::pointer;

/// How a message begins where not even the JSON type is that of the constant.
pub(super) const OF_ANOTHER_TYPE: &str = "is of another type:";

/// The name of a place for people: `` `created_user.user_id` ``, `` `rows[3].id` ``, `the body` for the whole.
#[must_use]
pub fn subject(at: &str) -> String {
    if at.is_empty() {
        return "the body".to_owned();
    }
    let mut name = String::new();
    for token in pointer::tokens(at) {
        if !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit()) {
            name.push('[');
            name.push_str(&token);
            name.push(']');
        } else {
            if !name.is_empty() {
                name.push('.');
            }
            name.push_str(&token);
        }
    }
    format!("`{}`", clip(&name, 120))
}

/// What is wrong, and what is allowed.
pub(super) fn wording(error: &ValidationError<'_>) -> (String, String) {
    let value: &Value = error.instance();
    let characters = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
    let elements = |value: &Value| value.as_array().map_or(0, Vec::len);
    let members = |value: &Value| value.as_object().map_or(0, serde_json::Map::len);
    let told = |message: String, allowed: String| (message, allowed);
    match error.kind() {
        Kind::Required { property } => {
            let property = property.as_str().unwrap_or_default();
            told(format!("has no `{property}`"), format!("`{property}` is there"))
        }
        Kind::Type { kind } => {
            let allowed = types(kind);
            told(format!("is {}, not {allowed}", kind_of(value)), allowed)
        }
        Kind::MaxLength { limit } => told(
            format!("has {}, at most {limit} are allowed", count(characters(value), "character")),
            format!("at most {limit} characters"),
        ),
        Kind::MinLength { limit } => told(
            format!("has {}, at least {limit} are needed", count(characters(value), "character")),
            format!("at least {limit} characters"),
        ),
        Kind::Maximum { limit } => {
            told(format!("is {}, at most {limit} is allowed", short(value)), format!("at most {limit}"))
        }
        Kind::Minimum { limit } => {
            told(format!("is {}, at least {limit} is needed", short(value)), format!("at least {limit}"))
        }
        Kind::ExclusiveMaximum { limit } => {
            told(format!("is {}, less than {limit} is allowed", short(value)), format!("less than {limit}"))
        }
        Kind::ExclusiveMinimum { limit } => {
            told(format!("is {}, more than {limit} is needed", short(value)), format!("more than {limit}"))
        }
        Kind::MultipleOf { multiple_of } => told(
            format!("is {}, not a multiple of {multiple_of}", short(value)),
            format!("a multiple of {multiple_of}"),
        ),
        Kind::MaxItems { limit } => told(
            format!("has {}, at most {limit} are allowed", count(elements(value), "element")),
            format!("at most {limit} elements"),
        ),
        Kind::MinItems { limit } => told(
            format!("has {}, at least {limit} are needed", count(elements(value), "element")),
            format!("at least {limit} elements"),
        ),
        Kind::MaxProperties { limit } => told(
            format!("has {}, at most {limit} are allowed", count(members(value), "member")),
            format!("at most {limit} members"),
        ),
        Kind::MinProperties { limit } => told(
            format!("has {}, at least {limit} are needed", count(members(value), "member")),
            format!("at least {limit} members"),
        ),
        Kind::Pattern { pattern } => {
            let pattern = clip(pattern, 120);
            told(format!("does not match {pattern}"), format!("matches {pattern}"))
        }
        Kind::Format { format } => told(format!("is no {format}"), format!("a {format}")),
        Kind::Constant { expected_value } => {
            let other = !same_type(expected_value, value);
            let expected = short(expected_value);
            told(mismatch(other, value, &expected), expected)
        }
        Kind::Enum { options } => {
            let options = options.as_array().map_or(&[][..], Vec::as_slice);
            let other = !options.iter().any(|option| same_type(option, value));
            let expected = options.iter().take(12).map(short).collect::<Vec<_>>().join(", ");
            let expected = if options.len() > 12 { format!("{expected}, …") } else { expected };
            told(mismatch(other, value, &format!("one of {expected}")), format!("one of {expected}"))
        }
        Kind::UniqueItems => told("has an element twice".to_owned(), "no element twice".to_owned()),
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let names =
                unexpected.iter().take(6).map(|name| format!("`{}`", clip(name, 60))).collect::<Vec<_>>();
            told(
                format!("has {}, which the schema does not allow", names.join(", ")),
                "no other members".to_owned(),
            )
        }
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => {
            told("keeps none of the alternatives".to_owned(), "one of the alternatives".to_owned())
        }
        Kind::OneOfMultipleValid { .. } => told(
            "keeps more than one of the alternatives".to_owned(),
            "exactly one of the alternatives".to_owned(),
        ),
        Kind::FalseSchema if error.evaluation_path().as_str().ends_with("Properties") => {
            told("has members that the schema does not allow".to_owned(), "no other members".to_owned())
        }
        Kind::FalseSchema => told("is not allowed here".to_owned(), "nothing".to_owned()),
        Kind::Not { .. } => told("is what the schema excludes".to_owned(), "anything else".to_owned()),
        Kind::BacktrackLimitExceeded { .. } | Kind::RegexEngineFailure { .. } => {
            told("could not be matched in time".to_owned(), "matches the pattern".to_owned())
        }
        _ => told(format!("breaks `{}`", error.kind().keyword()), error.kind().keyword().to_owned()),
    }
}

fn mismatch(of_another_type: bool, value: &Value, expected: &str) -> String {
    if of_another_type {
        return format!("{OF_ANOTHER_TYPE} {}, not {expected}", kind_of(value));
    }
    format!("is {}, not {expected}", short(value))
}

fn same_type(left: &Value, right: &Value) -> bool {
    std::mem::discriminant(left) == std::mem::discriminant(right)
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// `a string`, `an object`, `null` …
#[must_use]
pub fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if super::json::whole(number).is_some() => "an integer",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn types(kind: &TypeKind) -> String {
    let word = |kind: JsonType| match kind {
        JsonType::Array => "an array",
        JsonType::Boolean => "a boolean",
        JsonType::Integer => "an integer",
        JsonType::Null => "null",
        JsonType::Number => "a number",
        JsonType::Object => "an object",
        JsonType::String => "a string",
    };
    match kind {
        TypeKind::Single(one) => word(*one).to_owned(),
        TypeKind::Multiple(several) => several.iter().map(word).collect::<Vec<_>>().join(" or "),
    }
}

/// The value as compact JSON; what is longer than sixty characters is described instead. A text is never cut in its
/// middle: half a secret would pass whatever looks for the whole.
#[must_use]
pub fn short(value: &Value) -> String {
    let long = |text: &str| text.len() > 240 || text.chars().count() > 60;
    match value {
        Value::String(text) if long(text) => format!("a text of {} characters", text.chars().count()),
        Value::Array(elements) if elements.len() > 8 => format!("an array of {} elements", elements.len()),
        Value::Object(members) if members.len() > 8 => format!("an object of {} members", members.len()),
        other => {
            let text = other.to_string();
            match other {
                Value::Array(elements) if long(&text) => {
                    format!("an array of {}", count(elements.len(), "element"))
                }
                Value::Object(members) if long(&text) => {
                    format!("an object of {}", count(members.len(), "member"))
                }
                _ => text,
            }
        }
    }
}

/// `text`, cut to `most` characters with an ellipsis at the cut.
#[must_use]
pub fn clip(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_like_code() {
        for (at, name) in [
            ("", "the body"),
            ("/a", "`a`"),
            ("/rows/3/id", "`rows[3].id`"),
            ("/a~1b", "`a/b`"),
            ("/0", "`[0]`"),
        ] {
            assert_eq!(subject(at), name);
        }
    }

    #[test]
    fn cuts_fall_between_characters() {
        assert_eq!(clip("中文字符", 2), "中文…");
        assert_eq!(clip("ab", 2), "ab");
    }
}
