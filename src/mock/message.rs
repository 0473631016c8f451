//! Requests and answers as plain values: what the deciding part of the mock sees of HTTP.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize as _;
use serde_json::Value;
use serde_json::ser::{CompactFormatter, Formatter};

use super::fault::Delivery;
use crate::conform::essence;
use crate::model::{ClauseId, OpId, ResponseSpec, Schema};

/// A request as it came over the wire.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Received {
    /// As sent; methods are case-sensitive (RFC 9110 section 9.1).
    pub method: String,
    /// Still percent-encoded, without the query.
    pub path: String,
    /// Still percent-encoded, without the `?`; empty when there is none.
    pub query: String,
    /// Names in lower case, in the order of the wire.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Empty when there is none.
    pub body: Vec<u8>,
}

impl Received {
    /// Whether a body was sent. A form without a pair has no bytes and is one all the same.
    pub(super) fn has_body(&self) -> bool {
        let is_form = || {
            let sent = self.header("content-type").unwrap_or_default();
            essence(&sent) == "application/x-www-form-urlencoded"
        };
        !self.body.is_empty() || is_form()
    }

    /// The value of the header field `name` (any case); several fields of one name are one list (RFC 9110 section 5.3).
    #[must_use]
    pub fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut found: Option<Cow<'_, str>> = None;
        for (_, value) in self.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name)) {
            let value = String::from_utf8_lossy(value);
            found = Some(match found {
                None => value,
                Some(before) => Cow::Owned(format!("{before}, {value}")),
            });
        }
        found
    }

    /// The value of the query parameter `name`, decoded; the first one where there are several.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<String> {
        self.queries().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// All query parameters, decoded, in order.
    pub fn queries(&self) -> impl Iterator<Item = (String, String)> + '_ {
        form_pairs(&self.query)
    }

    /// The value of the cookie `name`.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<String> {
        // Several fields are one, with `;` between them (RFC 9113 section 8.2.3); a comma is part of a value.
        let fields = self.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case("cookie"));
        fields.map(|(_, value)| String::from_utf8_lossy(value)).find_map(|field| {
            field.split(';').find_map(|pair| {
                let (other, value) = pair.trim().split_once('=')?;
                (other == name).then(|| value.to_owned())
            })
        })
    }
}

/// A name without case and separators.
pub(super) fn bare(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// The pairs of an `application/x-www-form-urlencoded` text.
pub(super) fn form_pairs(text: &str) -> impl Iterator<Item = (String, String)> + '_ {
    text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (form_decoded(name), form_decoded(value))
    })
}

fn form_decoded(text: &str) -> String {
    decoded(&text.replace('+', " "))
}

/// Percent-decoded; what is not UTF-8 then becomes U+FFFD, which no identifier contains.
pub(super) fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Whether JSON is documented, and nothing about it.
pub(super) fn is_any_json(spec: &ResponseSpec) -> bool {
    spec.schema.is_none() && spec.examples.is_empty() && spec.media_type.as_deref().is_some_and(is_json)
}

/// An answer where any JSON is documented: nothing would be none.
pub(super) fn any_json() -> Value {
    Value::Object(serde_json::Map::new())
}

/// RFC 6839 section 3.1.
pub(super) fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    essence == "application/json" || essence.ends_with("+json")
}

/// A media type that an answer can have, of a documented one that may be a range (`image/*`): JSON where that is possible,
/// unless the schema speaks of bytes.
pub(super) fn media_type(documented: Option<&str>, schema: Option<&Schema>) -> String {
    let documented = documented.unwrap_or("application/json");
    let bytes = || {
        let says = |word: &str| schema.and_then(|schema| schema.get(word)).and_then(Value::as_str);
        says("format") == Some("binary") || says("contentMediaType").is_some()
    };
    match essence(documented).as_str() {
        "*/*" | "application/*" if bytes() => "application/octet-stream".to_owned(),
        "*/*" | "application/*" => "application/json".to_owned(),
        "text/*" => "text/plain".to_owned(),
        "image/*" => "image/png".to_owned(),
        "audio/*" => "audio/mpeg".to_owned(),
        "video/*" => "video/mp4".to_owned(),
        _ => documented.to_owned(),
    }
}

/// The bytes of a body: text as it is where the media type is not JSON, everything else as compact JSON.
pub(super) fn written(body: &Value, headers: &[(String, String)]) -> Vec<u8> {
    let json = headers.iter().any(|(name, value)| name == "content-type" && is_json(value));
    match body {
        Value::String(text) if !json => text.clone().into_bytes(),
        other => digits(other),
    }
}

/// Compact JSON, with whole numbers in digits as far as ECMAScript writes them so: what is too large for 64 bits is no
/// integer to many readers where it has an exponent.
fn digits(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = serde_json::Serializer::with_formatter(&mut bytes, Digits);
    // A value can always be written to memory.
    let _ = value.serialize(&mut writer);
    bytes
}

struct Digits;

impl Formatter for Digits {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        // From 2^63 on a number that was sent as an integer may be one of these; 1.0 is not.
        if value.fract() == 0.0 && (9.2e18..1e21).contains(&value.abs()) {
            return write!(writer, "{value:.0}");
        }
        CompactFormatter.write_f64(writer, value)
    }
}

/// What the mock answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// From 100 to 599.
    pub status: u16,
    /// Names in lower case; length and date are the server's business.
    pub headers: Vec<(String, String)>,
    /// Empty when there is none.
    pub body: Vec<u8>,
    /// The operation that the request was taken for.
    pub operation: Option<OpId>,
    /// Why it was refused; None when it was not.
    pub refused: Option<Refused>,
    /// The faults that changed it, or may have.
    pub faults: Vec<&'static str>,
    /// How it is brought to the wire.
    pub delivery: Delivery,
    /// What the mock could not keep of the contract, in words: a hole in the contract or in the mock, never silent.
    pub troubles: Vec<String>,
}

/// One request over the wire with its answer.
#[derive(Debug, Clone, Copy)]
pub struct Turn<'t> {
    /// Without its body where that was cut off.
    pub received: &'t Received,
    /// What it was answered.
    pub answer: &'t Answer,
    /// How long it took to decide: not what a fault makes of the delivery.
    pub elapsed: std::time::Duration,
    /// What was let in though the contract does not document it. Never contains a value of the request.
    pub notices: &'t [String],
}

/// Why a request was refused. Never contains a value of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The clause that the request does not keep, where the contract has one for it.
    pub clause: Option<ClauseId>,
    /// A sentence without a full stop.
    pub says: String,
}
