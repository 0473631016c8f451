//! Expected bodies: literal members, and matchers such as `{ match: uuid }` where a literal would say too much.

use serde_json::{Value, json};

use super::breach::{short, subject};
use super::json::same;
use super::schema::Judge;
use crate::text::{did_you_mean, pointer};

/// A place where a body is not as expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// A JSON Pointer into the body.
    pub at: String,
    /// `` `code` is "X", expected "Y" ``.
    pub says: String,
}

/// Matchers without an argument.
const WORDS: [&str; 4] = ["absent", "any", "date-time", "uuid"];
/// Matchers with one.
const NAMES: [&str; 9] =
    ["any_order", "contains", "each", "exact", "one_of", "partial", "regex", "type", "within"];
/// The types of JSON Schema.
const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/// The argument of `{ match: … }`, if `value` is one.
fn matcher(value: &Value) -> Option<&Value> {
    value.as_object().filter(|members| members.len() == 1)?.get("match")
}

/// The name and the argument of a matcher that has one.
fn named(of: &Value) -> Option<(&str, &Value)> {
    let (name, argument) = of.as_object().filter(|members| members.len() == 1)?.iter().next()?;
    Some((name.as_str(), argument))
}

/// What is wrong with a matcher, and what may be meant; None for what is none, and for one that is right.
#[must_use]
pub fn bad_matcher(value: &Value) -> Option<(String, String)> {
    let of = matcher(value)?;
    let all = || WORDS.iter().chain(&NAMES).copied();
    let help = |word: &str| match did_you_mean(word, all()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("matchers: {}", all().collect::<Vec<_>>().join(", ")),
    };
    if let Value::String(word) = of {
        if WORDS.contains(&word.as_str()) {
            return None;
        }
        let says = if NAMES.contains(&word.as_str()) {
            format!("the matcher `{word}` needs an argument")
        } else {
            format!("there is no matcher `{word}`")
        };
        return Some((says, help(word)));
    }
    let Some((name, argument)) = named(of) else {
        return Some(("`match` is a word, or a map with one matcher".into(), help("")));
    };
    let list = argument.is_array();
    let fine = match name {
        "within" => argument.as_array().is_some_and(|ends| {
            let number = |at: usize| ends.get(at).and_then(Value::as_f64);
            ends.len() == 2 && matches!((number(0), number(1)), (Some(low), Some(high)) if low <= high)
        }),
        "regex" => argument.is_string() && Judge::new(json!({ "pattern": argument })).is_ok(),
        "one_of" => argument.as_array().is_some_and(|values| !values.is_empty()),
        "any_order" | "contains" => list,
        "each" | "exact" | "partial" => true,
        "type" => argument.as_str().is_some_and(|word| TYPES.contains(&word)),
        _ => return Some((format!("there is no matcher `{name}`"), help(name))),
    };
    let wanted = match name {
        "within" => "two numbers, the smaller first: `within: [1, 5]`".to_owned(),
        "regex" => "a regular expression of JSON Schema".to_owned(),
        "type" => format!("one of {}", TYPES.join(", ")),
        _ => "a list".to_owned(),
    };
    (!fine).then(|| (format!("{} is no argument of `{name}`", short(argument)), format!("it takes {wanted}")))
}

/// The JSON Schema of expected bodies, for editors; `here` is where it stands.
#[must_use]
pub fn expected_schema(here: &str) -> Value {
    let inner = json!({ "$ref": here });
    let list = json!({ "type": "array", "items": inner });
    let argument = |name: &str| match name {
        "within" => json!({ "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2 }),
        "regex" => json!({ "type": "string", "format": "regex" }),
        "one_of" => json!({ "type": "array", "items": inner, "minItems": 1 }),
        "any_order" | "contains" => list.clone(),
        "type" => json!({ "enum": TYPES }),
        _ => inner.clone(),
    };
    let arguments: serde_json::Map<String, Value> =
        NAMES.iter().map(|name| ((*name).to_owned(), argument(name))).collect();
    let one = json!({
        "type": "object",
        "properties": arguments,
        "additionalProperties": false,
        "minProperties": 1,
        "maxProperties": 1,
    });
    let matcher =
        json!({ "description": "what the value has to be like", "anyOf": [{ "enum": WORDS }, one] });
    json!({
        "if": { "type": "object", "required": ["match"], "maxProperties": 1 },
        "then": { "properties": { "match": matcher } },
        "else": { "additionalProperties": inner, "items": inner },
    })
}

/// Every place where `actual` is not as expected; empty where it is. Objects may have more members than expected, unless
/// `exact` is asked for; everything else is equal by value, or as its matcher says.
#[must_use]
pub fn mismatches(expected: &Value, actual: &Value) -> Vec<Mismatch> {
    let mut out = Vec::new();
    walk(expected, actual, "", false, &mut out);
    out
}

fn fits(expected: &Value, actual: &Value) -> bool {
    mismatches(expected, actual).is_empty()
}

fn walk(expected: &Value, actual: &Value, at: &str, exact: bool, out: &mut Vec<Mismatch>) {
    if let Some(of) = matcher(expected) {
        return judge(of, expected, actual, at, out);
    }
    match (expected, actual) {
        (Value::Object(wanted), Value::Object(there)) => {
            for (name, member) in wanted {
                let place = pointer::join(at, name);
                let absent = matcher(member).is_some_and(|of| of == "absent");
                match there.get(name) {
                    None if absent => {}
                    None => out.push(Mismatch {
                        says: format!("{} is missing, expected {}", subject(&place), told(member)),
                        at: place,
                    }),
                    Some(other) => walk(member, other, &place, exact, out),
                }
            }
            for name in there.keys().filter(|name| exact && !wanted.contains_key(*name)) {
                let place = pointer::join(at, name);
                out.push(Mismatch { says: format!("{} is not expected", subject(&place)), at: place });
            }
        }
        // Without a matcher in it, an array is one value.
        (Value::Array(wanted), Value::Array(there))
            if wanted.len() == there.len() && holds_matcher(expected) =>
        {
            for (index, (element, other)) in wanted.iter().zip(there).enumerate() {
                walk(element, other, &pointer::join(at, &index.to_string()), true, out);
            }
        }
        _ if same(expected, actual) => {}
        _ => out.push(wrong(at, actual, &short(expected))),
    }
}

/// Whether a matcher stands somewhere in an expected body.
#[must_use]
pub fn holds_matcher(value: &Value) -> bool {
    matcher(value).is_some()
        || match value {
            Value::Array(elements) => elements.iter().any(holds_matcher),
            Value::Object(members) => members.values().any(holds_matcher),
            _ => false,
        }
}

fn wrong(at: &str, actual: &Value, wanted: &str) -> Mismatch {
    Mismatch { at: at.to_owned(), says: format!("{} is {}, expected {wanted}", subject(at), short(actual)) }
}

/// An expected value in words.
fn told(expected: &Value) -> String {
    let Some(of) = matcher(expected) else { return short(expected) };
    match (of.as_str(), named(of)) {
        (Some("absent"), _) => "nothing".into(),
        (Some("any"), _) => "any value".into(),
        (Some(word), _) => format!("a {word}"),
        (_, Some(("within", ends))) => format!("a number within {ends}"),
        (_, Some(("regex", pattern))) => format!("a text that matches {pattern}"),
        (_, Some(("one_of", values))) => format!("one of {values}"),
        (_, Some(("type", word))) => format!("a value of type {}", word.as_str().unwrap_or_default()),
        (_, Some((name, argument))) => format!("{} {}", name.replace('_', " "), short(argument)),
        _ => short(expected),
    }
}

fn judge(of: &Value, expected: &Value, actual: &Value, at: &str, out: &mut Vec<Mismatch>) {
    let by_schema = |schema: Value| Judge::new(&schema).is_ok_and(|judge| judge.accepts(actual));
    let fine = match (of.as_str(), named(of)) {
        (Some("any"), _) => true,
        (Some(format @ ("uuid" | "date-time")), _) => {
            by_schema(json!({ "type": "string", "format": format }))
        }
        (_, Some(("type", word))) => by_schema(json!({ "type": word })),
        (_, Some(("regex", pattern))) => by_schema(json!({ "type": "string", "pattern": pattern })),
        (_, Some(("within", ends))) => {
            by_schema(json!({ "type": "number", "minimum": ends[0], "maximum": ends[1] }))
        }
        (_, Some(("one_of", values))) => {
            values.as_array().is_some_and(|all| all.iter().any(|one| fits(one, actual)))
        }
        (_, Some(("exact", body))) => return walk(body, actual, at, true, out),
        (_, Some(("partial", body))) => return walk(body, actual, at, false, out),
        (_, Some(("each", body))) => {
            let Some(elements) = actual.as_array() else { return out.push(wrong(at, actual, "an array")) };
            for (index, element) in elements.iter().enumerate() {
                walk(body, element, &pointer::join(at, &index.to_string()), false, out);
            }
            return;
        }
        (_, Some((name @ ("contains" | "any_order"), wanted))) => {
            let (Some(wanted), Some(there)) = (wanted.as_array(), actual.as_array()) else {
                return out.push(wrong(at, actual, "an array"));
            };
            return assigned(wanted, there, at, name == "any_order", out);
        }
        // Also what is no matcher, which was an error when the contract was read.
        _ => false,
    };
    if !fine {
        out.push(wrong(at, actual, &told(expected)));
    }
}

/// Each wanted element needs an element of its own; with `whole`, no other may be there.
fn assigned(wanted: &[Value], there: &[Value], at: &str, whole: bool, out: &mut Vec<Mismatch>) {
    /// More elements than these on both sides are taken as they come, which bounds the work.
    const MOST: usize = 500;
    let mut of: Vec<Option<usize>> = vec![None; there.len()];
    let suits: Vec<Vec<usize>> = wanted
        .iter()
        .map(|one| {
            there.iter().enumerate().filter(|(_, other)| fits(one, other)).map(|(index, _)| index).collect()
        })
        .collect();
    for (index, one) in wanted.iter().enumerate() {
        let found = if wanted.len() <= MOST && there.len() <= MOST {
            augment(index, &suits, &mut of, &mut vec![false; there.len()])
        } else {
            let free = suits[index].iter().find(|other| of[**other].is_none()).copied();
            if let Some(free) = free {
                of[free] = Some(index);
            }
            free.is_some()
        };
        if !found {
            let says = format!("{} has no element of its own that is {}", subject(at), told(one));
            out.push(Mismatch { at: at.to_owned(), says });
        }
    }
    for (index, _) in of.iter().enumerate().filter(|(_, one)| whole && one.is_none()) {
        let place = pointer::join(at, &index.to_string());
        out.push(Mismatch { says: format!("{} is not expected", subject(&place)), at: place });
    }
}

/// Finds an element for `index`, where need be by giving another one to whom it was given.
fn augment(index: usize, suits: &[Vec<usize>], of: &mut [Option<usize>], seen: &mut [bool]) -> bool {
    for other in suits[index].iter().copied() {
        if std::mem::replace(&mut seen[other], true) {
            continue;
        }
        if of[other].is_none_or(|holder| augment(holder, suits, of, seen)) {
            of[other] = Some(index);
            return true;
        }
    }
    false
}

/// A body that is as expected, as far as one can be told: matchers become values, and what can't be told is left out.
#[must_use]
pub fn literal(expected: &Value) -> Option<Value> {
    let Some(of) = matcher(expected) else {
        return Some(match expected {
            Value::Object(members) => Value::Object(
                members.iter().filter_map(|(name, member)| Some((name.clone(), literal(member)?))).collect(),
            ),
            Value::Array(elements) => {
                elements.iter().map(|element| literal(element).unwrap_or_default()).collect()
            }
            other => other.clone(),
        });
    };
    match (of.as_str(), named(of)) {
        (Some("uuid"), _) => Some(json!("3a7c1e52-9b4d-4f60-8e21-6d5c4b3a2f10")),
        (Some("date-time"), _) => Some(json!("2026-01-02T03:04:05Z")),
        (_, Some(("within", ends))) => ends.get(0).cloned(),
        (_, Some(("one_of", values))) => values.get(0).and_then(literal),
        (_, Some(("exact" | "partial" | "any_order" | "contains", body))) => literal(body),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mismatch_is_told_at_once() {
        let editor = Judge::new(expected_schema("#")).unwrap();
        let actual = json!({
            "id": "3a7c1e52-9b4d-4f60-8e21-6d5c4b3a2f10", "at": "2026-01-02T03:04:05Z", "n": 3, "word": "abc",
            "rows": [{"id": 1, "x": true}, {"id": 2, "x": true}], "tags": ["b", "a"], "extra": null
        });
        for (expected, places) in [
            (
                json!({"id": {"match": "uuid"}, "at": {"match": "date-time"}, "extra": {"match": "any"}}),
                vec![],
            ),
            (
                json!({"id": {"match": "date-time"}, "at": {"match": "uuid"}, "none": {"match": "any"}}),
                vec!["/id", "/at", "/none"],
            ),
            (json!({"n": {"match": {"within": [1, 5]}}, "word": {"match": {"regex": "^a.c$"}}}), vec![]),
            (
                json!({"n": {"match": {"within": [4, 5]}}, "word": {"match": {"regex": "^b"}}}),
                vec!["/n", "/word"],
            ),
            (
                json!({"word": {"match": {"one_of": ["x", "abc"]}}, "n": {"match": {"type": "integer"}}}),
                vec![],
            ),
            (
                json!({"word": {"match": {"one_of": ["x"]}}, "n": {"match": {"type": "string"}}}),
                vec!["/word", "/n"],
            ),
            (json!({"none": {"match": "absent"}}), vec![]),
            (json!({"n": {"match": "absent"}}), vec!["/n"]),
            (json!({"tags": {"match": {"any_order": ["a", "b"]}}}), vec![]),
            (json!({"tags": {"match": {"any_order": ["a"]}}}), vec!["/tags/0"]),
            (json!({"tags": {"match": {"contains": ["a"]}}}), vec![]),
            (json!({"tags": {"match": {"contains": ["a", "a", "c"]}}}), vec!["/tags", "/tags"]),
            (json!({"tags": ["b", {"match": {"regex": "a"}}]}), vec![]),
            (json!({"rows": {"match": {"each": {"x": true}}}}), vec![]),
            (json!({"rows": {"match": {"each": {"id": 1}}}}), vec!["/rows/1/id"]),
            (json!({"rows": {"match": {"contains": [{"id": 2}]}}}), vec![]),
            (json!({"rows": {"match": {"contains": [{"match": {"exact": {"id": 2}}}]}}}), vec!["/rows"]),
            (
                json!({"match": {"exact": {"n": 3, "word": "abd"}}}),
                vec!["/word", "/id", "/at", "/rows", "/tags", "/extra"],
            ),
            // One that fits anything must not take the only element that fits the other.
            (json!({"tags": {"match": {"any_order": [{"match": "any"}, "b"]}}}), vec![]),
        ] {
            assert!(editor.accepts(&expected), "{expected}");
            let found = mismatches(&expected, &actual);
            let found: Vec<&str> = found.iter().map(|mismatch| mismatch.at.as_str()).collect();
            assert_eq!(found, places, "{expected}");
            assert_eq!(bad_matcher(&expected), None, "{expected}");
        }
    }

    #[test]
    fn what_is_no_matcher_is_told() {
        let editor = Judge::new(expected_schema("#")).unwrap();
        for (value, says) in [
            (json!({"match": "uid"}), "did you mean `uuid`?"),
            (json!({"match": "within"}), "needs an argument"),
            (json!({"match": {"within": [5, 1]}}), "the smaller first"),
            (json!({"match": {"regex": "("}}), "regular expression"),
            (json!({"match": {"oneof": []}}), "did you mean `one_of`?"),
            (json!({"match": {"type": "text"}}), "one of array"),
            (json!({"match": {}}), "a map with one matcher"),
            (json!({"match": {"contains": 1}}), "a list"),
        ] {
            // An editor can't tell which of two numbers is the smaller.
            assert!(!editor.accepts(&value) || says.contains("smaller"), "{value}");
            assert!(!editor.accepts(&json!({"rows": [{"a": value}]})) || says.contains("smaller"), "{value}");
            let (message, help) = bad_matcher(&value).unwrap();
            assert!(format!("{message}; {help}").contains(says), "{value}: {message}; {help}");
        }
        assert_eq!(bad_matcher(&json!({"match": 1, "other": 2})), None);
    }

    #[test]
    fn a_literal_is_as_expected() {
        let expected = json!({"a": {"match": "uuid"}, "b": {"match": {"within": [2, 3]}}, "c": {"match": "absent"},
            "d": {"match": {"one_of": ["x"]}}, "e": [{"match": "date-time"}], "f": {"g": 1}});
        let made = literal(&expected).unwrap();
        assert_eq!(mismatches(&expected, &made), []);
    }
}
