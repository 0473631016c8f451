//! Places of rules: pointers in which `*` stands for every element.

use serde_json::Value;

use crate::text::{is_uuid, pointer};

/// `at` with `*` for the elements of arrays, and for members whose name is one that is made up.
pub(super) fn pattern(at: &str, value: &Value) -> String {
    let mut here = Some(value);
    let mut out = String::new();
    for token in pointer::tokens(at) {
        let (place, next) = match here {
            Some(Value::Array(elements)) => {
                ("*", token.parse().ok().and_then(|index: usize| elements.get(index)).or(elements.last()))
            }
            Some(Value::Object(members)) => {
                let made = is_uuid(&token) || token.contains('‹');
                (if made { "*" } else { token.as_str() }, members.get(&token))
            }
            _ => (token.as_str(), None),
        };
        out = pointer::join(&out, place);
        here = next;
    }
    out
}

/// Calls `see` on every value at `pattern`.
pub(super) fn each_mut(value: &mut Value, pattern: &[String], see: &mut dyn FnMut(&mut Value)) {
    let Some((first, rest)) = pattern.split_first() else {
        see(value);
        return;
    };
    match value {
        Value::Object(members) if first == "*" => {
            for member in members.values_mut() {
                each_mut(member, rest, see);
            }
        }
        Value::Object(members) => {
            if let Some(member) = members.get_mut(first) {
                each_mut(member, rest, see);
            }
        }
        Value::Array(elements) if first == "*" => {
            for element in elements {
                each_mut(element, rest, see);
            }
        }
        Value::Array(elements) => {
            if let Some(element) = first.parse().ok().and_then(|at: usize| elements.get_mut(at)) {
                each_mut(element, rest, see);
            }
        }
        _ => {}
    }
}

/// Takes away what is at `pattern`.
pub(super) fn remove(value: &mut Value, pattern: &[String]) {
    let Some((last, before)) = pattern.split_last() else { return };
    each_mut(value, before, &mut |parent| match parent {
        Value::Object(members) if last == "*" => members.clear(),
        Value::Object(members) => drop(members.shift_remove(last)),
        Value::Array(elements) if last == "*" => elements.clear(),
        _ => {}
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pattern_stands_for_all_elements() {
        let mut value = json!({"rows": [{"id": 1, "n": 1}, {"id": 2, "n": 2}], "3": {"4": 5}});
        assert_eq!(pattern("/rows/1/n", &value), "/rows/*/n");
        assert_eq!(pattern("/rows/9/n", &value), "/rows/*/n");
        assert_eq!(pattern("/3/4", &value), "/3/4");
        let tokens = |at: &str| pointer::tokens(at).collect::<Vec<_>>();
        remove(&mut value, &tokens("/rows/*/n"));
        each_mut(&mut value, &tokens("/rows/*/id"), &mut |id| *id = json!("x"));
        assert_eq!(value, json!({"rows": [{"id": "x"}, {"id": "x"}], "3": {"4": 5}}));
    }
}
