//! Values that the mock makes: from a schema, from the text of a parameter, from what a page masks.

use serde_json::Value;

use super::shape;
use crate::conform::Judge;
use crate::model::Schema;
use crate::synth;
use crate::text::pointer;

/// How often a value is tried with another salt before giving up.
const TRIES: u32 = 64;

/// A value of `schema` (self-contained); equal for equal salts. None when none can be made.
pub(super) fn sample(schema: &Schema, salt: &str) -> Option<Value> {
    synth::sample(schema, salt).ok()
}

/// A value of one of `schemas` that every judge accepts and that is not `old`.
pub(super) fn fresh(schemas: &[Schema], judges: &[Judge], old: Option<&Value>, salt: &str) -> Option<Value> {
    (0..TRIES)
        .flat_map(|attempt| schemas.iter().map(move |schema| (schema, attempt)))
        .filter_map(|(schema, attempt)| sample(schema, &format!("{salt}/{attempt}")))
        .find(|value| Some(value) != old && judges.iter().all(|judge| judge.accepts(value)))
}

/// 32 hex digits that differ for different parts (FNV-1a, 128 bit): not a secret's digest, only a name.
pub(super) fn digest(parts: &[&str]) -> String {
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for byte in parts.iter().flat_map(|part| part.bytes().chain([0])) {
        hash = (hash ^ u128::from(byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b);
    }
    format!("{hash:032x}")
}

/// A text as a segment of a path: everything but the unreserved characters is encoded (RFC 3986 section 2.3).
pub(super) fn segment(text: &str) -> String {
    const SEGMENT: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    percent_encoding::utf8_percent_encode(text, SEGMENT).to_string()
}

/// 32 hex digits as a UUID of version 4 (RFC 9562 section 5.4).
pub(super) fn uuid(digest: &str) -> String {
    let part = |from: usize, to: usize| digest.get(from..to).unwrap_or_default();
    format!("{}-{}-4{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

/// The text of a parameter as its schema means it: a number or a boolean where the schema asks for one and the text
/// is one, otherwise the text.
pub(super) fn typed(text: &str, schema: &Schema) -> Value {
    let asks_for = |word: &str| {
        shape::branches(schema, schema).iter().any(|branch| match branch.get("type") {
            Some(Value::String(name)) => name == word,
            Some(Value::Array(names)) => names.iter().any(|name| name == word),
            _ => false,
        })
    };
    // Without a type, the listed values say what is meant.
    let listed = |value: &Value| {
        shape::branches(schema, schema).iter().any(|branch| {
            let among = |values: &Value| values.as_array().is_some_and(|values| values.contains(value));
            branch.get("const") == Some(value) || branch.get("enum").is_some_and(among)
        })
    };
    let as_json = || serde_json::from_str::<Value>(text).ok().filter(|_| text.trim() == text);
    match as_json() {
        Some(number @ Value::Number(_)) if asks_for("integer") || asks_for("number") => number,
        Some(truth @ Value::Bool(_)) if asks_for("boolean") => truth,
        Some(value @ (Value::Number(_) | Value::Bool(_))) if listed(&value) => value,
        _ if asks_for("array") => Value::Array(text.split(',').map(|part| element(part, schema)).collect()),
        _ => Value::from(text),
    }
}

fn element(text: &str, schema: &Schema) -> Value {
    let inner = schema.get("items").map(|items| schema.part(items));
    inner.filter(|inner| inner.is_object()).map_or_else(|| Value::from(text), |inner| typed(text, &inner))
}

/// Whether a page shows this instead of a value: `{masked: …}` in the contract, or asterisks.
pub(super) fn is_masked(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.len() == 1 && members.get("masked").is_some_and(Value::is_string),
        Value::String(text) => text.len() >= 3 && text.bytes().all(|byte| byte == b'*'),
        _ => false,
    }
}

/// Pointers to everything in `value` that is masked.
pub(super) fn masks(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    find_masks(value, "", &mut found);
    found
}

fn find_masks(value: &Value, at: &str, found: &mut Vec<String>) {
    if is_masked(value) {
        found.push(at.to_owned());
        return;
    }
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| find_masks(member, &pointer::join(at, name), found));
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                find_masks(element, &pointer::join(at, &index.to_string()), found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_parameter_is_typed_only_where_its_schema_asks_for_it_and_its_text_is_one() {
        for (text, schema, value) in [
            ("120671", json!({"type": "integer"}), json!(120_671)),
            ("120671", json!({"type": "string"}), json!("120671")),
            ("-1", json!({"type": "integer"}), json!(-1)),
            ("+1", json!({"type": "integer"}), json!("+1")),
            ("01", json!({"type": "integer"}), json!("01")),
            (" 1", json!({"type": "integer"}), json!(" 1")),
            ("", json!({"type": "integer"}), json!("")),
            ("true", json!({"type": "boolean"}), json!(true)),
            ("1,2", json!({"type": "array", "items": {"type": "integer"}}), json!([1, 2])),
            ("7", json!({"$ref": "#/$defs/Id", "$defs": {"Id": {"type": ["integer", "null"]}}}), json!(7)),
        ] {
            assert_eq!(typed(text, &Schema::from(&schema)), value, "{text:?} for {schema}");
        }
    }

    #[test]
    fn masks_are_found_wherever_they_are() {
        let value = json!({"a": {"masked": "xxx"}, "b": ["***", "*", {"c": {"masked": "x", "d": 1}}]});
        assert_eq!(masks(&value), ["/a", "/b/0"]);
    }
}
