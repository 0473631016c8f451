//! What differs between two answers of the same deployment though nothing changed, and in which way.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Where in an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub enum Place {
    /// Whether there is an answer.
    Answer,
    /// The status.
    Status,
    /// The header field of this name (lower case).
    Header(String),
    /// A JSON Pointer into the body; empty for the whole. In a rule, `*` stands for every element or member.
    Body(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer => f.write_str("answer"),
            Self::Status => f.write_str("status"),
            Self::Header(name) => write!(f, "header/{name}"),
            Self::Body(at) if at.is_empty() => f.write_str("body"),
            Self::Body(at) => f.write_str(at),
        }
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.to_string()
    }
}

impl From<String> for Place {
    fn from(text: String) -> Self {
        match (text.as_str(), text.strip_prefix("header/")) {
            ("answer", _) => Self::Answer,
            ("status", _) => Self::Status,
            ("body", _) => Self::Body(String::new()),
            (_, Some(name)) => Self::Header(name.to_ascii_lowercase()),
            _ => Self::Body(text),
        }
    }
}

/// In which way a value differs from one answer to the next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "Value", try_from = "Value")]
pub enum Noise {
    /// A UUID.
    Uuid,
    /// A date and time, as RFC 3339 writes it or as seconds or milliseconds since 1970, no farther apart than this.
    DateTime(Duration),
    /// An integer that goes on counting.
    Counter,
    /// A number.
    Number,
    /// A text that means nothing to a client.
    Token,
    /// An array whose order means nothing; with the member that tells its elements apart, where one does.
    Unordered(Option<String>),
    /// Anything, or nothing at all.
    Any,
}

/// What is no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{says}")]
pub struct BadNoise {
    /// A lowercase fragment.
    pub says: String,
}

/// The tolerance of a [`Noise::DateTime`] that does not say one.
const TOLERANCE: Duration = Duration::from_secs(3600);

impl Noise {
    /// The words that a rule begins with.
    pub const WORDS: [&'static str; 7] =
        ["uuid", "date-time", "counter", "number", "token", "unordered", "any"];

    /// The word that it begins with: what is written in place of such a value.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::DateTime(_) => "date-time",
            Self::Counter => "counter",
            Self::Number => "number",
            Self::Token => "token",
            Self::Unordered(_) => "unordered",
            Self::Any => "any",
        }
    }
}

impl From<Noise> for Value {
    fn from(rule: Noise) -> Self {
        match &rule {
            Noise::DateTime(tolerance) if *tolerance != TOLERANCE => {
                json!({ "date-time": format!("{}s", tolerance.as_secs()) })
            }
            Noise::Unordered(Some(key)) => json!({ "unordered": key }),
            other => json!(other.word()),
        }
    }
}

impl TryFrom<Value> for Noise {
    type Error = BadNoise;

    fn try_from(value: Value) -> Result<Self, BadNoise> {
        let bad = |says: String| Err(BadNoise { says });
        if let Value::String(word) = &value {
            return Ok(match word.as_str() {
                "uuid" => Self::Uuid,
                "date-time" => Self::DateTime(TOLERANCE),
                "counter" => Self::Counter,
                "number" => Self::Number,
                "token" => Self::Token,
                "unordered" => Self::Unordered(None),
                "any" => Self::Any,
                other => return bad(format!("`{other}` is no rule: one of {}", Self::WORDS.join(", "))),
            });
        }
        let member =
            value.as_object().filter(|members| members.len() == 1).and_then(|members| members.iter().next());
        match member.map(|(name, value)| (name.as_str(), value)) {
            Some(("unordered", Value::String(key))) => Ok(Self::Unordered(Some(key.clone()))),
            Some(("date-time", Value::String(within))) => match seconds(within) {
                Some(seconds) => Ok(Self::DateTime(Duration::from_secs(seconds))),
                None => bad(format!("`{within}` is no tolerance: write `30s`, `5m` or `1h`")),
            },
            _ => bad(format!(
                "a rule is one of {}, `{{ date-time: 5m }}` or `{{ unordered: MEMBER }}`",
                Self::WORDS.join(", ")
            )),
        }
    }
}

fn seconds(text: &str) -> Option<u64> {
    let unit = text.find(|c: char| !c.is_ascii_digit())?;
    let factor = match &text[unit..] {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return None,
    };
    text[..unit].parse::<u64>().ok()?.checked_mul(factor)
}

/// A place in the answers of an operation that differs from one answer to the next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Volatile {
    /// The operation's id.
    pub operation: String,
    /// The status of the answer.
    pub status: String,
    /// Where in it.
    pub place: Place,
    /// In which way.
    pub rule: Noise,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_and_places_are_read_as_they_are_written() {
        for rule in [
            Noise::Uuid,
            Noise::DateTime(TOLERANCE),
            Noise::DateTime(Duration::from_secs(5)),
            Noise::Counter,
            Noise::Number,
            Noise::Token,
            Noise::Unordered(None),
            Noise::Unordered(Some("id".into())),
            Noise::Any,
        ] {
            assert_eq!(Noise::try_from(Value::from(rule.clone())), Ok(rule));
        }
        for bad in [json!("uid"), json!({}), json!({"date-time": "soon"}), json!(3), json!({"unordered": 1})]
        {
            assert!(Noise::try_from(bad.clone()).is_err(), "{bad}");
        }
        for text in ["answer", "status", "header/etag", "body", "/a/*/b"] {
            assert_eq!(Place::from(text.to_owned()).to_string(), text);
        }
    }
}
