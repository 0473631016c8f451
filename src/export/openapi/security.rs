//! Credentials: security schemes, and which of them a request needs.

use serde_json::{Map, Value, json};

use super::names::Names;
use super::{keyed, members, text};

/// The schemes of the document.
#[derive(Debug, Default)]
pub(super) struct Schemes {
    names: Names,
    made: Map<String, Value>,
}

impl Schemes {
    /// Every credential of the contract, and what a request needs that says nothing else.
    pub(super) fn of_all(&mut self, contract: &Value) -> Option<Value> {
        // Their names come before those of alternatives.
        members(contract, "security").for_each(|(name, _)| drop(self.names.of(name)));
        let all: Vec<(&str, &Value, Option<&Value>)> =
            members(contract, "security").map(|(name, said)| (name.as_str(), said, None)).collect();
        (!all.is_empty()).then(|| self.requirements(&all))
    }

    /// What an operation needs that says so itself.
    pub(super) fn of(&mut self, contract: &Value, operation: &Value) -> Option<Value> {
        operation.get("security")?;
        let declared = |name: &str| contract.get("security").and_then(|all| all.get(name));
        let used: Vec<(&str, &Value, Option<&Value>)> = members(operation, "security")
            .filter_map(|(name, own)| Some((name.as_str(), declared(name)?, Some(own))))
            .collect();
        if used.is_empty() {
            return Some(json!([]));
        }
        Some(self.requirements(&used))
    }

    /// All of them together; then the same with an alternative in the place of one; then nothing, if that will do.
    fn requirements(&mut self, used: &[(&str, &Value, Option<&Value>)]) -> Value {
        let names: Vec<String> = used.iter().map(|(name, said, _)| self.scheme(name, said)).collect();
        let all = |without: Option<&String>| -> Map<String, Value> {
            let names = names.iter().filter(|name| Some(*name) != without);
            names.map(|name| (name.clone(), json!([]))).collect()
        };
        let mut ways = vec![Value::Object(all(None))];
        for ((_, said, own), name) in used.iter().zip(&names) {
            for of in [Some(*said), *own].into_iter().flatten() {
                for (alternative, declared) in members(of, "alternatives") {
                    let mut way = all(Some(name));
                    way.extend(self.carried(alternative, declared).into_iter().map(|name| (name, json!([]))));
                    ways.push(Value::Object(way));
                }
            }
        }
        let optional = |own: &Value| own.get("optional") == Some(&json!(true));
        if used.iter().all(|(_, _, own)| own.is_some_and(optional)) {
            ways.push(json!({}));
        }
        Value::Array(ways)
    }

    fn scheme(&mut self, key: &str, said: &Value) -> String {
        let name = self.names.of(key);
        let (place, of) = (text(said, "in").unwrap_or("header"), text(said, "name").unwrap_or_default());
        let value = text(said, "value").unwrap_or_default();
        let in_header = place == "header" && of.eq_ignore_ascii_case("authorization");
        let scheme = ["Bearer", "Basic"]
            .into_iter()
            .find(|word| in_header && value.strip_prefix(word).is_some_and(|rest| rest.starts_with(' ')));
        self.made.entry(name.clone()).or_insert_with(|| {
            let mut made = match scheme {
                Some(scheme) => json!({ "type": "http", "scheme": scheme.to_ascii_lowercase() }),
                None => json!({ "type": "apiKey", "in": place, "name": of }),
            };
            keyed(&mut made, key, &name);
            made
        });
        name
    }

    /// The schemes of everything that a request with an alternative carries.
    fn carried(&mut self, alternative: &str, declared: &Value) -> Vec<String> {
        let carries =
            declared.get("carries").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let mut names = Vec::new();
        for one in carries {
            let of = text(one, "name").unwrap_or_default();
            let name =
                if carries.len() == 1 { alternative.to_owned() } else { format!("{alternative}-{of}") };
            // Beside a credential of the same name it is another one.
            let name = self.names.named(&format!("{alternative}/{of}/instead"), &name);
            let made = json!({ "type": "apiKey", "in": text(one, "in").unwrap_or("header"), "name": of });
            self.made.entry(name.clone()).or_insert(made);
            names.push(name);
        }
        names
    }

    /// All schemes, by name.
    pub(super) fn components(self) -> Map<String, Value> {
        let mut made: Vec<(String, Value)> = self.made.into_iter().collect();
        made.sort_by(|(a, _), (b, _)| a.cmp(b));
        made.into_iter().collect()
    }
}
