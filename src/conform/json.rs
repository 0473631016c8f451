//! Reading JSON without losing facts.

use serde_json::Value;

use super::scan::{Oddity, scan};

/// A text that is not JSON (RFC 8259), or that says something which no reader could agree on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not JSON at line {line}, column {col}: {why}")]
pub struct BadJson {
    /// From 1.
    pub line: usize,
    /// From 1.
    pub col: usize,
    /// A lowercase fragment.
    pub why: String,
}

/// Reads one JSON text. An empty text is not JSON, and neither is one that nests deeper than 127 levels.
///
/// # Errors
/// When the bytes are not one JSON text.
pub fn read_json(bytes: &[u8]) -> Result<Value, BadJson> {
    serde_json::from_slice(bytes).map_err(|error| {
        let text = error.to_string();
        let why = text.split(" at line ").next().unwrap_or(&text).to_owned();
        BadJson { line: error.line(), col: error.column(), why }
    })
}

/// Like [`read_json`], and tells what the value does not show: repeated keys and numbers that lost digits.
///
/// # Errors
/// When the bytes are not one JSON text.
pub fn read_json_strictly(bytes: &[u8]) -> Result<(Value, Vec<Oddity>), BadJson> {
    let value = read_json(bytes)?;
    Ok((value, scan(bytes)))
}

/// Whether two values are the same to a reader of JSON: numbers by value (`1.0` is `1`; integers are compared exactly,
/// beyond 2⁵³ too), objects whatever the order of their members.
#[must_use]
pub fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => same_number(a, b),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(x, y)| same(x, y)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|(name, member)| b.get(name).is_some_and(|other| same(member, other)))
        }
        _ => left == right,
    }
}

fn same_number(a: &serde_json::Number, b: &serde_json::Number) -> bool {
    match (whole(a), whole(b)) {
        (Some(a), Some(b)) => a == b,
        (None, None) => a.as_f64() == b.as_f64(),
        _ => false,
    }
}

/// The number as an integer, if it is one: `1.0` and `1e3` are. Floats past 2⁶³ stay floats on both sides only when
/// both are; every float of that size is an integer, so the conversion is exact up to the range of `i128`.
pub(super) fn whole(number: &serde_json::Number) -> Option<i128> {
    if let Some(signed) = number.as_i64() {
        return Some(i128::from(signed));
    }
    if let Some(unsigned) = number.as_u64() {
        return Some(i128::from(unsigned));
    }
    let float = number.as_f64()?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an integer within the range that is asked for first"
    )]
    (float.fract() == 0.0 && float.abs() < 1e38).then_some(float as i128)
}

/// Whether `actual` is as expected (see [`mismatches`](super::mismatches)).
#[must_use]
pub fn matches_body(expected: &Value, actual: &Value) -> bool {
    super::mismatches(expected, actual).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(text: &str) -> Value {
        read_json(text.as_bytes()).unwrap()
    }

    #[test]
    fn numbers_are_the_same_by_value() {
        for (left, right, equal) in [
            ("1", "1.0", true),
            ("1e2", "100", true),
            ("0.1", "0.10", true),
            ("-0.0", "0", true),
            ("9007199254740993", "9007199254740992", false),
            ("9007199254740993", "9007199254740992.0", false),
            ("18446744073709551615", "18446744073709551614", false),
            ("1", "\"1\"", false),
            ("[1, 2.0]", "[1.0, 2]", true),
            ("{\"a\": 1, \"b\": [1]}", "{\"b\": [1.0], \"a\": 1.0}", true),
        ] {
            assert_eq!(same(&read(left), &read(right)), equal, "{left} {right}");
        }
    }

    #[test]
    fn a_body_may_have_more_members_than_expected_but_no_others() {
        let actual = json!({"code": "X", "extra": 1, "inner": {"n": 1.0, "more": true}, "list": [1, 2]});
        for (expected, holds) in [
            (json!({"code": "X"}), true),
            (json!({"code": "Y"}), false),
            (json!({"absent": null}), false),
            (json!({"inner": {"n": 1}}), true),
            (json!({"list": [1]}), false),
            (json!([]), false),
        ] {
            assert_eq!(matches_body(&expected, &actual), holds, "{expected}");
        }
    }

    #[test]
    fn what_is_not_json_says_where() {
        for text in ["", " ", "{", "[1,]", "{\"a\":1", "nul", "1 2", "\u{feff}1", "\"\\ud800\"", "{'a':1}"] {
            assert!(read_json(text.as_bytes()).is_err(), "{text:?}");
        }
        assert_eq!(read_json(b"{\n  x").unwrap_err().line, 2);
    }

    #[test]
    fn deep_nesting_is_refused_and_does_not_overflow() {
        let deep = "[".repeat(1_000_000);
        assert!(read_json_strictly(deep.as_bytes()).is_err());
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        assert!(read_json_strictly(deep.as_bytes()).is_err());
    }
}
