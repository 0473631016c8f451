//! What must not come back: the values of secret variables, and the secrets of a request's body.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use crate::model::{Contract, Exchange, Location, MAPS, Operation, RequestBody};
use crate::text::{forms, pointer};

/// Shorter values say nothing: they occur by chance.
const SHORTEST: usize = 8;

/// One value to look for.
#[derive(Clone)]
pub(super) struct Needle {
    /// What it is, for people: `` `token` ``.
    pub name: String,
    /// The value itself.
    value: String,
    forms: Vec<String>,
    shortest: usize,
}

impl fmt::Debug for Needle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Needle({}, ‹not shown›)", self.name)
    }
}

impl Needle {
    fn new(name: String, value: &str, forms: Vec<String>) -> Self {
        let shortest = forms.iter().map(String::len).min().unwrap_or(usize::MAX);
        Self { name, value: value.to_owned(), forms, shortest }
    }

    /// The form that stands in `text`.
    pub(super) fn found_in<'n>(&'n self, text: &str) -> Option<&'n str> {
        if text.len() < self.shortest {
            return None;
        }
        self.forms.iter().find(|form| text.contains(form.as_str())).map(String::as_str)
    }
}

fn is_telling(value: &str) -> bool {
    value.chars().count() >= SHORTEST && !value.chars().all(|c| c == '*')
}

/// The secret variables' values. One that a variable shows openly is no secret.
pub(super) fn of_variables(contract: &Contract, variables: &Value) -> Vec<Needle> {
    let value = |name: &str| variables.get(name).and_then(Value::as_str);
    let open: BTreeSet<&str> =
        contract.variables.iter().filter(|(_, is)| !is.secret).filter_map(|(name, _)| value(name)).collect();
    contract
        .variables
        .iter()
        .filter(|(_, variable)| variable.secret)
        .filter_map(|(name, _)| Some((name, value(name)?)))
        .filter(|(_, value)| is_telling(value) && !open.contains(value))
        .map(|(name, value)| Needle::new(format!("`{name}`"), value, forms(value)))
        .collect()
}

/// The secrets that a request's body holds at `places`.
pub(super) fn of_request(places: &[Vec<String>], exchange: &Exchange) -> Vec<Needle> {
    let mut needles: Vec<Needle> = Vec::new();
    let parsed;
    let body = match &exchange.request.body {
        _ if places.is_empty() => return needles,
        None => return needles,
        Some(RequestBody::Json(value) | RequestBody::Written { value, .. }) => value,
        Some(RequestBody::Raw(bytes)) => match serde_json::from_slice(bytes) {
            Ok(value) => {
                parsed = value;
                &parsed
            }
            Err(_) => return needles,
        },
    };
    for place in places {
        pointer::any_at(body, place, &mut |found| {
            if let Some(value) = found.as_str()
                && is_telling(value)
                && needles.iter().all(|needle| needle.value != value)
            {
                let escaped = Value::from(value).to_string();
                let escaped = &escaped[1..escaped.len() - 1];
                let mut forms = vec![value.to_owned()];
                if escaped != value {
                    forms.push(escaped.to_owned());
                }
                let name = format!("the request's `{}`", place.join("."));
                needles.push(Needle::new(name, value, forms));
            }
            false
        });
    }
    needles
}

/// Whether the value is no telling sign after all: the request shows it openly elsewhere, or the contract's documented
/// answers have it. Asked only once it was found. A credential in the query is shown to the deployment, not openly.
pub(super) fn is_common(
    needle: &Needle,
    operation: &Operation,
    places: &[Vec<String>],
    exchange: &Exchange,
    documented: &BTreeSet<String>,
) -> bool {
    let request = &exchange.request;
    let value = needle.value.as_str();
    let shown_in_path =
        request.path_values.iter().any(|(_, part)| part.as_str().is_some_and(|part| part.contains(value)));
    let is_credential =
        |name: &str| operation.security.iter().any(|one| one.location == Location::Query && one.name == name);
    let shown_in_query =
        request.query.iter().any(|(name, part)| !is_credential(name) && part.contains(value));
    let shown_in_body = request.body.as_ref().and_then(RequestBody::json).is_some_and(|body| {
        let mut shown = false;
        strings(body, &mut Vec::new(), &mut |path, text| {
            let is_secret = places.iter().any(|place| covers(place, path));
            shown |= !is_secret && text.contains(value);
        });
        shown
    });
    shown_in_path || shown_in_query || shown_in_body || documented.iter().any(|text| text.contains(value))
}

/// Every text that the contract documents in answers: examples, constants, defaults.
pub(super) fn documented(contract: &Contract) -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    for response in contract.operations.iter().flat_map(|operation| &operation.responses) {
        for example in &response.examples {
            strings(example, &mut Vec::new(), &mut |_, text| {
                texts.insert(text.to_owned());
            });
        }
        if let Some(schema) = &response.schema {
            constants(schema, &mut texts);
        }
    }
    texts
}

fn constants(schema: &Value, texts: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            for (keyword, member) in members {
                if let (true, Value::Object(map)) = (MAPS.contains(&keyword.as_str()), member) {
                    map.values().for_each(|part| constants(part, texts));
                } else if matches!(keyword.as_str(), "const" | "enum" | "examples" | "example" | "default") {
                    strings(member, &mut Vec::new(), &mut |_, text| {
                        texts.insert(text.to_owned());
                    });
                } else {
                    constants(member, texts);
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| constants(element, texts)),
        _ => {}
    }
}

/// Whether `pattern` (with `*`) leads to `path` or above it.
pub(super) fn covers(pattern: &[String], path: &[&str]) -> bool {
    pattern.len() <= path.len()
        && pattern.iter().zip(path).all(|(wanted, there)| wanted == "*" || wanted == there)
}

/// Calls `see` with every text in `value`, names of members and numbers included, and the way to it.
pub(super) fn strings<'v>(value: &'v Value, path: &mut Vec<&'v str>, see: &mut dyn FnMut(&[&str], &str)) {
    match value {
        Value::String(text) => see(path, text),
        Value::Number(number) => {
            // Only integers of some length can be somebody's secret.
            if let Some(number) = number.as_u64().filter(|number| *number >= 10_000_000) {
                see(path, &number.to_string());
            }
        }
        Value::Array(elements) => {
            for element in elements {
                // Which element it is does not matter: documented places stand for all.
                path.push("*");
                strings(element, path, see);
                path.pop();
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                path.push(name);
                if name.len() >= SHORTEST {
                    see(path, name);
                }
                strings(member, path, see);
                path.pop();
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}
