//! Values that only one side can have, by what they are.

use serde_json::{Map, Value};

use crate::model::CaseRecord;

/// A text of so many bytes is not in an answer by chance.
const TELLING: usize = 6;

/// The values that a case, or its run, or its deployment has made up.
#[derive(Debug)]
pub(super) struct Made<'r> {
    /// What it is, and the value as text; longest first.
    values: Vec<(&'r str, &'r str)>,
}

impl<'r> Made<'r> {
    pub(super) fn of(record: &'r CaseRecord) -> Self {
        let mut values: Vec<(&str, &str)> =
            record.made.iter().map(|(label, text)| (label.as_str(), text.as_str())).collect();
        values.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.cmp(b)));
        Self { values }
    }

    /// What this value is, if it is one of them, however short.
    pub(super) fn label(&self, value: &Value) -> Option<&'r str> {
        let number;
        let text = match value {
            Value::String(text) => text.as_str(),
            Value::Number(n) => {
                number = n.to_string();
                number.as_str()
            }
            _ => return None,
        };
        self.values.iter().find(|(_, known)| *known == text).map(|(label, _)| *label)
    }

    /// `value`, which stands under `name`, with such values replaced by what they are.
    pub(super) fn value(&self, value: &Value, name: &str) -> Value {
        if self.values.is_empty() {
            return value.clone();
        }
        match value {
            Value::String(text) => match self.label(value).filter(|label| telling(label, text, name)) {
                Some(label) => marked(label).into(),
                None => self.text(text).into(),
            },
            Value::Number(number) => {
                match self.label(value).filter(|label| telling(label, &number.to_string(), name)) {
                    Some(label) => marked(label).into(),
                    None => value.clone(),
                }
            }
            Value::Array(elements) => elements.iter().map(|element| self.value(element, name)).collect(),
            Value::Object(members) => Value::Object(
                members
                    .iter()
                    .map(|(name, member)| (self.text(name), self.value(member, name)))
                    .collect::<Map<_, _>>(),
            ),
            other => other.clone(),
        }
    }

    /// `text` with such values replaced where they stand as words of their own.
    pub(super) fn text(&self, text: &str) -> String {
        let is_path = text.starts_with('/') || text.contains("://");
        let mut out = text.to_owned();
        for (label, value) in &self.values {
            if (value.len() >= TELLING || is_path) && out.contains(value) {
                out = replaced(&out, value, &marked(label));
            }
        }
        out
    }
}

/// How a value is written that is known by what it is.
pub(super) fn marked(label: &str) -> String {
    format!("‹{label}›")
}

/// Whether it is no chance that this value stands under `name`: it is long enough, an identifier, or what was sent as
/// this member.
fn telling(label: &str, text: &str, name: &str) -> bool {
    let sent = label.strip_prefix("sent: ").and_then(|place| place.rsplit('/').next());
    text.len() >= TELLING || is_id(name) || sent == Some(name)
}

fn is_id(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower == "id"
        || lower.ends_with("_id")
        || lower.ends_with("-id")
        || name.ends_with("Id")
        || lower == "uuid"
}

fn replaced(text: &str, value: &str, instead: &str) -> String {
    let part_of_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(value) {
        let behind = &rest[at + value.len()..];
        out.push_str(&rest[..at]);
        if part_of_word(out.chars().next_back()) || part_of_word(behind.chars().next()) {
            out.push_str(value);
        } else {
            out.push_str(instead);
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_known_by_what_they_are_and_not_by_chance() {
        let values = vec![("sent: name", "cs-4711-long"), ("made: create-note", "17")];
        let made = Made { values };
        let body = json!({"id": 17, "size": 17, "name": "cs-4711-long", "says": "no cs-4711-long here",
            "self": "/notes/17", "other": "/notes/170", "n": "17", "noteId": "17"});
        assert_eq!(
            made.value(&body, ""),
            json!({"id": "‹made: create-note›", "size": 17, "name": "‹sent: name›",
                "says": "no ‹sent: name› here", "self": "/notes/‹made: create-note›", "other": "/notes/170",
                "n": "17", "noteId": "‹made: create-note›"})
        );
        // A name of one character is what was sent where it stands under its own name.
        let made_short = Made { values: vec![("sent: note/name", "d")] };
        assert_eq!(
            made_short.value(&json!({"name": "d", "grade": "d"}), ""),
            json!({"name": "‹sent: note/name›", "grade": "d"})
        );
        assert_eq!(made.label(&json!(17)), Some("made: create-note"));
        assert_eq!(made.text("xcs-4711-long"), "xcs-4711-long");
    }
}
