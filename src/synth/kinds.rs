//! Values of other types, and values outside an enumeration.

use serde_json::{Value, json};

use super::Candidate;
use super::number::Number;

/// One value of each JSON type that a `type` keyword with the value `limit` excludes, and null.
#[must_use]
pub fn wrong_types(limit: &Value) -> Vec<Candidate> {
    let allowed: Vec<&str> = match limit {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let allows = |kind: &str| allowed.contains(&kind);
    let mut found = Vec::new();
    if !allows("string") {
        found.push(Candidate::new("text", "as a string"));
    }
    // 1.0 is an integer (JSON Schema core 2020-12 section 4.2.3), so the fraction has to be one.
    match (allows("number"), allows("integer")) {
        (true, _) => {}
        (false, true) => found.push(Candidate::new(1.5, "as a fraction")),
        (false, false) => found.push(Candidate::new(5, "as a number")),
    }
    if !allows("boolean") {
        found.push(Candidate::new(true, "as a boolean"));
    }
    if !allows("array") {
        found.push(Candidate::new(json!([]), "as an array"));
    }
    if !allows("object") {
        found.push(Candidate::new(json!({}), "as an object"));
    }
    if !allows("null") {
        found.push(Candidate::new(Value::Null, "as null"));
    }
    found
}

/// A number or truth value of the right type, written as a string: what lenient parsers take for it.
pub(crate) fn quoted(own: &Value, limit: &Value) -> Option<Candidate> {
    let strings_too =
        limit == "string" || limit.as_array().is_some_and(|kinds| kinds.contains(&"string".into()));
    (!strings_too && (own.is_number() || own.is_boolean()))
        .then(|| Candidate::new(own.to_string(), "in quotes"))
}

/// Values of the same type as `members` that are none of them.
pub(crate) fn outsiders(members: &[Value]) -> Vec<Candidate> {
    let mut found = Vec::new();
    let wholes: Vec<i128> = members.iter().filter_map(|member| Number::of(member)?.whole()).collect();
    if let (Some(low), Some(high)) = (wholes.iter().min(), wholes.iter().max()) {
        let hole = (*low..*high).take(1000).find(|number| !wholes.contains(number));
        for number in hole.into_iter().chain([high + 1]) {
            if let Ok(value) = Number::Whole(number).json() {
                let label = format!("= {value}");
                found.push(Candidate { value, label });
            }
        }
    }
    if let Some(text) = members.iter().find_map(Value::as_str) {
        let mut outsider = format!("{text}x");
        while members.iter().any(|member| member == outsider.as_str()) {
            outsider.push('x');
        }
        let label = format!("= {}", json!(outsider));
        found.push(Candidate::new(outsider, label));
    }
    let swapped = members.iter().filter_map(Value::as_str).map(other_case).map(Value::from);
    found.extend(swapped.into_iter().find(|text| !members.contains(text)).map(|text| {
        let label = format!("= {text}");
        Candidate::new(text, label)
    }));
    if let Some(truth) = members.iter().find_map(Value::as_bool) {
        found.push(Candidate::new(!truth, format!("= {}", !truth)));
    }
    found.retain(|candidate| !members.contains(&candidate.value));
    found
}

/// A text with its ASCII letters in the other case: what a deployment takes that compares without regard to case.
fn other_case(text: &str) -> String {
    let other =
        |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    text.chars().map(other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_types_leave_out_what_is_allowed() {
        let labels = |limit: Value| wrong_types(&limit).into_iter().map(|c| c.label).collect::<Vec<_>>();
        assert_eq!(
            labels(json!("string")),
            ["as a number", "as a boolean", "as an array", "as an object", "as null"]
        );
        assert!(labels(json!("integer")).contains(&"as a fraction".to_owned()));
        assert!(!labels(json!(["string", "null"])).contains(&"as null".to_owned()));
    }

    #[test]
    fn outsiders_are_in_the_gap_and_past_the_end() {
        let values = |members: &[Value]| outsiders(members).into_iter().map(|c| c.value).collect::<Vec<_>>();
        assert_eq!(values(&[json!(0), json!(1), json!(2), json!(4), json!(5)]), [json!(3), json!(6)]);
        assert_eq!(values(&[json!("on"), json!("off")]), [json!("onx"), json!("ON")]);
        assert_eq!(values(&[json!("asc"), json!("ASC"), json!("Up")]), [json!("ascx"), json!("uP")]);
        assert_eq!(values(&[json!("1"), json!("2")]), [json!("1x")]);
        assert_eq!(values(&[json!(true)]), [json!(false)]);
    }
}
