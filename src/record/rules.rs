//! The rules of a comparison: which places of which answers are noise. Read and written as YAML.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::noise::joined;
use crate::model::{BadNoise, Noise, Place, Volatile};
use crate::text::FileId;
use crate::text::tree;

/// Which places are noise, by operation and status.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    places: BTreeMap<(String, String), BTreeMap<Place, Noise>>,
}

/// What a file of rules begins with.
const HEAD: &str = "\
# What differs between two answers of the same deployment though nothing has changed: operation, status, place, rule.
# Places are JSON Pointers into the body (`*` stands for every element), `body`, or `header/NAME`. Rules: uuid,
# date-time, { date-time: 5m }, counter, number, token, unordered, { unordered: MEMBER }, any.
";

impl Rules {
    /// Adds a rule; where there is one for the place, what both have in common.
    pub fn add(&mut self, rule: Volatile) {
        let places = self.places.entry((rule.operation, rule.status)).or_default();
        let noise = match places.remove(&rule.place) {
            Some(known) => joined(known, rule.rule),
            None => rule.rule,
        };
        places.insert(rule.place, noise);
    }

    /// Adds what a person has decided: it goes over what is there.
    pub fn decide(&mut self, rule: Volatile) {
        self.places.entry((rule.operation, rule.status)).or_default().insert(rule.place, rule.rule);
    }

    /// The rules for the answers of `operation` with `status`, inner places first.
    pub(super) fn of(&self, operation: &str, status: Option<u16>) -> Vec<(&Place, &Noise)> {
        let status = status.map(|status| status.to_string()).unwrap_or_default();
        let class = format!("{}XX", status.get(..1).unwrap_or_default());
        let mut found: BTreeMap<&Place, &Noise> = BTreeMap::new();
        for key in [status, class, "default".to_owned()] {
            for (place, noise) in self.places.get(&(operation.to_owned(), key)).into_iter().flatten() {
                found.entry(place).or_insert(noise);
            }
        }
        let mut found: Vec<(&Place, &Noise)> = found.into_iter().collect();
        let depth = |place: &Place| place.to_string().matches('/').count();
        found.sort_by_cached_key(|(place, noise)| {
            (matches!(noise, Noise::Unordered(_)), std::cmp::Reverse(depth(place)))
        });
        found
    }

    /// All of them, in order.
    pub fn each(&self) -> impl Iterator<Item = Volatile> + '_ {
        self.places.iter().flat_map(|((operation, status), places)| {
            places.iter().map(move |(place, rule)| Volatile {
                operation: operation.clone(),
                status: status.clone(),
                place: place.clone(),
                rule: rule.clone(),
            })
        })
    }

    /// As a file of rules, which is a part of a contract too.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        let mut text = HEAD.to_owned();
        if self.places.is_empty() {
            return text + "volatile: {}\n";
        }
        text += "volatile:\n";
        let mut last = None;
        for ((operation, status), places) in &self.places {
            if last != Some(operation) {
                let _ = writeln!(text, "  {}:", key(operation));
                last = Some(operation);
            }
            let _ = writeln!(text, "    {status}:");
            for (place, noise) in places {
                let rule = match Value::from(noise.clone()) {
                    Value::String(word) => word,
                    Value::Object(members) => {
                        let member = members.iter().next();
                        member.map_or_else(String::new, |(name, value)| format!("{{ {name}: {value} }}"))
                    }
                    other => other.to_string(),
                };
                let _ = writeln!(text, "      {}: {rule}", key(&place.to_string()));
            }
        }
        text
    }

    /// Reads a file of rules.
    ///
    /// # Errors
    /// Where it is none, with what is wrong.
    pub fn from_yaml(text: &str) -> Result<Self, BadNoise> {
        let bad = |says: String| BadNoise { says };
        let tree = tree::read(text, FileId(0)).map_err(|error| bad(error.message.clone()))?.json();
        let mut rules = Self::default();
        let Some(operations) = tree.get("volatile").filter(|_| tree.is_object()) else {
            return Err(bad("a file of rules has `volatile:`, with operations in it".into()));
        };
        let members = |value: &Value, what: &str| match value {
            Value::Object(members) => Ok(members.clone()),
            Value::Null => Ok(serde_json::Map::new()),
            _ => Err(bad(format!("{what} is no map"))),
        };
        for (operation, statuses) in members(operations, "`volatile`")? {
            for (status, places) in members(&statuses, &operation)? {
                for (place, noise) in members(&places, &format!("{operation}, {status}"))? {
                    let rule = Noise::try_from(noise)
                        .map_err(|error| bad(format!("{operation}, {status}, {place}: {error}")))?;
                    let place = Place::from(place);
                    let (operation, status) = (operation.clone(), status.clone());
                    rules.decide(Volatile { operation, status, place, rule });
                }
            }
        }
        Ok(rules)
    }
}

/// A key as YAML: as it is where that is plain enough.
fn key(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/' | '*' | '.');
    let first = text.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '/');
    if first && text.chars().all(plain) { text.to_owned() } else { Value::from(text).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_as_they_are_written() {
        let mut rules = Rules::default();
        for (status, place, rule) in [
            ("200", Place::Body("/rows/*/id".into()), Noise::Uuid),
            ("200", Place::Body("/rows".into()), Noise::Unordered(Some("na: me".into()))),
            ("200", Place::Body("/a b: c".into()), Noise::Any),
            ("4XX", Place::Header("etag".into()), Noise::Token),
            ("4XX", Place::Body(String::new()), Noise::Number),
        ] {
            rules.add(Volatile { operation: "query".into(), status: status.into(), place, rule });
        }
        let text = rules.to_yaml();
        assert!(text.contains("      /rows/*/id: uuid\n"), "{text}");
        assert_eq!(Rules::from_yaml(&text), Ok(rules.clone()));
        assert_eq!(Rules::from_yaml(&Rules::default().to_yaml()), Ok(Rules::default()));
        let order: Vec<String> =
            rules.of("query", Some(200)).iter().map(|(place, _)| place.to_string()).collect();
        assert_eq!(order, ["/rows/*/id", "/a b: c", "/rows"]);
        assert_eq!(rules.of("query", Some(404)).len(), 2);
        for bad in ["x: 1", "volatile: 3", "volatile: {a: {200: {/b: uid}}}", "- ["] {
            assert!(Rules::from_yaml(bad).is_err(), "{bad}");
        }
    }
}
