//! HAR 1.2 as browsers and proxies write it: only what is looked at, one entry at a time.
//!
//! Recordings have hundreds of megabytes, and writers leave out what the format asks for; so the text is never held as
//! a whole, and everything but a request's method and address may be missing.

use std::fmt;
use std::io::Read;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Why a recording can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct BadHar {
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
    /// A lowercase fragment.
    pub message: String,
}

/// A request and what came back.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Entry {
    pub(super) request: Sent,
    #[serde(default, deserialize_with = "or_nothing")]
    pub(super) response: Came,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sent {
    pub(super) method: String,
    pub(super) url: String,
    #[serde(default, deserialize_with = "or_nothing")]
    pub(super) headers: Vec<Pair>,
    #[serde(default, deserialize_with = "or_nothing")]
    pub(super) post_data: PostData,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct PostData {
    #[serde(deserialize_with = "or_nothing")]
    pub(super) mime_type: String,
    pub(super) text: Option<String>,
    /// No part of the format, but some write it.
    #[serde(deserialize_with = "or_nothing")]
    pub(super) encoding: String,
    #[serde(deserialize_with = "or_nothing")]
    pub(super) params: Vec<Param>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Param {
    #[serde(deserialize_with = "or_nothing")]
    pub(super) name: String,
    pub(super) value: Option<String>,
    pub(super) file_name: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Came {
    /// 0 where there was no answer.
    #[serde(deserialize_with = "or_nothing")]
    pub(super) status: i64,
    #[serde(deserialize_with = "or_nothing")]
    pub(super) headers: Vec<Pair>,
    #[serde(deserialize_with = "or_nothing")]
    pub(super) content: Content,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Content {
    /// -1 where it is not known.
    #[serde(deserialize_with = "or_nothing")]
    pub(super) size: i64,
    #[serde(deserialize_with = "or_nothing")]
    pub(super) mime_type: String,
    pub(super) text: Option<String>,
    #[serde(deserialize_with = "or_nothing")]
    pub(super) encoding: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Pair {
    /// Empty where nobody can tell which field it is.
    #[serde(deserialize_with = "or_nothing")]
    pub(super) name: String,
    #[serde(deserialize_with = "or_nothing")]
    pub(super) value: String,
}

/// `null` for what is not there.
fn or_nothing<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// Calls `see` with each entry, in order.
///
/// # Errors
/// When the text is no HAR, at the place where it is not.
pub(super) fn entries(text: impl Read, see: &mut dyn FnMut(Entry)) -> Result<(), BadHar> {
    let mut deserializer = serde_json::Deserializer::from_reader(text);
    let read = Top(see).deserialize(&mut deserializer).and_then(|()| deserializer.end());
    read.map_err(|error| {
        let words = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        BadHar {
            line: error.line(),
            column: error.column(),
            message: words.strip_suffix(&place).unwrap_or(&words).to_owned(),
        }
    })
}

/// `{"log": …}`
struct Top<'s>(&'s mut dyn FnMut(Entry));
/// `{"entries": …}`
struct Log<'s>(&'s mut dyn FnMut(Entry));
/// `[…]`
struct Entries<'s>(&'s mut dyn FnMut(Entry));

macro_rules! seed {
    ($($seed:ident),*) => { $(
        impl<'de> DeserializeSeed<'de> for $seed<'_> {
            type Value = ();

            fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
                deserializer.deserialize_any(self)
            }
        }
    )* };
}

seed!(Top, Log, Entries);

impl<'de> Visitor<'de> for Top<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a HAR, which is a JSON object with the member `log`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut there = false;
        while let Some(name) = map.next_key::<String>()? {
            if name == "log" && !there {
                there = true;
                map.next_value_seed(Log(&mut *self.0))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if there { Ok(()) } else { Err(A::Error::custom("this is no HAR: it has no member `log`")) }
    }
}

impl<'de> Visitor<'de> for Log<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the log of a HAR, which is a JSON object with the member `entries`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut there = false;
        while let Some(name) = map.next_key::<String>()? {
            if name == "entries" {
                there = true;
                map.next_value_seed(Entries(&mut *self.0))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if there { Ok(()) } else { Err(A::Error::custom("this is no HAR: its log has no member `entries`")) }
    }
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the entries of a HAR, which are a JSON array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        while let Some(entry) = sequence.next_element::<Entry>()? {
            (self.0)(entry);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Entry>, BadHar> {
        let mut found = Vec::new();
        entries(text.as_bytes(), &mut |entry| found.push(entry)).map(|()| found)
    }

    #[test]
    fn what_writers_leave_out_or_add_is_no_fault() {
        let text = r#"{ "log": { "version": "1.2", "creator": {}, "entries": [
            { "request": { "method": "GET", "url": "http://a/b" } },
            { "request": { "method": "GET", "url": "http://a/b", "headers": [{ "value": "x" }, { "name": null }],
              "postData": { "params": [{ "value": "x" }, { "name": null }] } }, "response": null },
            { "request": { "method": "PUT", "url": "http://a/b", "headers": [{ "name": "A" }, { "name": "B", "value": null }],
              "postData": null, "_x": [1] }, "response": { "status": 200, "content": { "text": null, "size": null } }, "_y": {} } ] } }"#;
        let found = read(text).unwrap();
        let statuses: Vec<i64> = found.iter().map(|entry| entry.response.status).collect();
        assert_eq!(statuses, [0, 0, 200]);
        assert_eq!((found[1].request.post_data.params.len(), found[2].request.headers.len()), (2, 2));
    }

    #[test]
    fn what_is_broken_is_told_with_its_place() {
        for (text, line, says) in [
            ("", 1, "EOF"),
            ("[]", 1, "expected a HAR"),
            ("{}", 1, "no member `log`"),
            ("{\"log\":\n{}}", 2, "no member `entries`"),
            ("{\"log\":\n{\"entries\": {}}}", 2, "expected the entries"),
            ("{\"log\":{\"entries\":[\n\n{}]}}", 3, "missing field `request`"),
            ("{\"log\":{\"entries\":[\n{\"request\":{\"method\":1,\"url\":\"\"}}]}}", 2, "invalid type"),
            ("{\"log\":{\"entries\":[]}} x", 1, "trailing"),
            ("{\"log\":{\"entries\":[{\"request\":{\"method\":\"GET\",\"url\":\"", 1, "EOF"),
        ] {
            let bad = read(text).unwrap_err();
            assert!(bad.line == line && bad.message.contains(says), "{text}: {bad}");
        }
    }
}
