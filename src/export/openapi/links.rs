//! Links, for other tools: what a sequence takes out of an answer and sends in a parameter of a later step. The sequences
//! themselves are in the extension, which says all of them.

use serde_json::{Map, Value, json};

use super::document::Places;
use super::{members, text};
use crate::text::pointer;

/// Adds a link for each pair of steps of which the later one takes parameters from the answer of the earlier one.
pub(super) fn add(document: &mut Value, contract: &Value, places: &Places) {
    for (name, sequence) in members(contract, "sequences") {
        let steps = sequence.get("steps").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let mut number = 0;
        for (at, earlier) in steps.iter().enumerate() {
            for later in &steps[at + 1..] {
                let Some((status, link)) = link(earlier, later, contract, places) else { continue };
                let Some((path, method)) = text(earlier, "operation").and_then(|name| places.get(name))
                else {
                    continue;
                };
                number += 1;
                let name = if number == 1 { name.clone() } else { format!("{name}-{number}") };
                let mut link = link;
                if let Some(says) = text(sequence, "says").filter(|_| number == 1) {
                    link.insert("description".to_owned(), json!(says));
                }
                let response = &mut document["paths"][path][*method]["responses"][status];
                if let Some(response) = response.as_object_mut() {
                    let links = response.entry("links").or_insert_with(|| json!({}));
                    links[name] = Value::Object(link);
                }
            }
        }
    }
}

/// The status whose answer shows the values, and the link.
fn link(
    earlier: &Value,
    later: &Value,
    contract: &Value,
    places: &Places,
) -> Option<(String, Map<String, Value>)> {
    let (from, to) = (text(earlier, "operation")?, text(later, "operation")?);
    let mut parameters = Map::new();
    for place in ["path", "query", "header", "cookie"] {
        for (name, value) in members(later, place) {
            let template =
                value.as_str().and_then(|value| value.trim().strip_prefix("{{")?.strip_suffix("}}"));
            let captured = template.and_then(|template| template.trim().strip_prefix("captured."));
            let shown =
                captured.and_then(|captured| text(earlier.get("capture")?, captured)).and_then(place_of);
            // Paths of one shape share the names of their parameters.
            let known = place != "path" || places.get(to)?.0.contains(&format!("{{{name}}}"));
            if let Some(shown) = shown.filter(|_| known) {
                parameters.insert(format!("{place}.{name}"), json!(format!("$response.body#{shown}")));
            }
        }
    }
    if parameters.is_empty() {
        return None;
    }
    let statuses = || {
        members(contract.pointer(&pointer::join("/operations", from)).unwrap_or(&Value::Null), "responses")
    };
    let expected = earlier.get("expect").map(|expect| expect.get("status").unwrap_or(expect));
    let expected = expected
        .and_then(|one| one.as_u64().map(|one| one.to_string()).or_else(|| Some(one.as_str()?.to_owned())));
    let status = statuses()
        .map(|(status, _)| status)
        .find(|status| expected.as_ref().map_or_else(|| status.starts_with('2'), |one| one == *status))?;
    let link = [("operationId".to_owned(), json!(to)), ("parameters".to_owned(), Value::Object(parameters))];
    Some((status.clone(), Map::from_iter(link)))
}

/// A JSONPath to one value as a JSON Pointer: `$.a['b'][0]`.
fn place_of(path: &str) -> Option<String> {
    let mut rest = path.trim().strip_prefix('$')?;
    let mut at = String::new();
    while !rest.is_empty() {
        let (token, after) = if let Some(after) = rest.strip_prefix("['") {
            after.split_once("']")?
        } else if let Some(after) = rest.strip_prefix('[') {
            let (index, after) = after.split_once(']')?;
            index.parse::<usize>().ok()?;
            (index, after)
        } else {
            let name = rest.strip_prefix('.')?;
            name.split_at(name.find(['.', '[']).unwrap_or(name.len()))
        };
        if token.is_empty() || token.contains(['\\', '*', '?', '(']) {
            return None;
        }
        at = pointer::join(&at, token);
        rest = after;
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_to_one_value_is_a_pointer() {
        for (path, at) in [
            ("$.id", Some("/id")),
            ("$['a/b'][0].c", Some("/a~1b/0/c")),
            ("$", Some("")),
            ("$.rows[*].id", None),
            ("$..id", None),
            ("$[?@.a]", None),
            ("id", None),
        ] {
            assert_eq!(place_of(path).as_deref(), at, "{path}");
        }
    }
}
