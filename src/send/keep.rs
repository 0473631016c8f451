//! Answers as they are kept to be compared: secrets replaced, what says nothing about the answer left out.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::redact::Redactor;
use crate::model::{Exchange, Kept, Lost, Operation, Reply, StepRecord};

/// Header fields that tell of the connection, the moment or the way, and not of the answer.
const PASSING: [&str; 15] = [
    "age",
    "alt-svc",
    "cf-ray",
    "connection",
    "content-length",
    "date",
    "keep-alive",
    "nel",
    "report-to",
    "server-timing",
    "te",
    "trailer",
    "transfer-encoding",
    "via",
    "x-runtime",
];

/// The longest text that is kept whole, in bytes.
const MOST_TEXT: usize = 1024 * 1024;
/// Bytes kept of a body that is no text.
const BEGINS: usize = 4096;

/// The answer as it is kept. `redactor` has to know the secrets of all the case's exchanges.
#[must_use]
pub fn keep(exchange: &Exchange, operation: &Operation, redactor: &Redactor) -> StepRecord {
    let mut record = StepRecord {
        operation: operation.id.clone(),
        sent: format!("{} {}", exchange.request.method, operation.path),
        status: None,
        lost: None,
        headers: BTreeMap::new(),
        body: None,
        compact: false,
        micros: u64::try_from(exchange.elapsed.as_micros()).unwrap_or(u64::MAX),
    };
    match &exchange.reply {
        Err(lost) => record.lost = Some(word(lost).to_owned()),
        Ok(reply) => {
            record.status = Some(reply.status);
            for (name, value) in &reply.headers {
                if PASSING.contains(&name.as_str()) {
                    continue;
                }
                let value = redactor.text(value);
                record
                    .headers
                    .entry(name.clone())
                    .and_modify(|known| *known = format!("{known}, {value}"))
                    .or_insert(value);
            }
            body(reply, redactor, &mut record);
        }
    }
    record
}

fn word(lost: &Lost) -> &'static str {
    match lost {
        Lost::Resolve(_) => "resolve",
        Lost::Connect(_) => "connect",
        Lost::Tls(_) => "tls",
        Lost::TimeOut(_) => "time-out",
        Lost::Closed(_) => "closed",
        Lost::Malformed(_) => "malformed",
        Lost::TooLarge(_) => "too-large",
        Lost::NotSent(_) => "not-sent",
    }
}

fn body(reply: &Reply, redactor: &Redactor, record: &mut StepRecord) {
    if reply.body.is_empty() {
        return;
    }
    if let Ok(value) = serde_json::from_slice::<Value>(&reply.body) {
        record.compact = !is_spaced(&reply.body);
        record.body = Some(Kept::Json(clean(&value, redactor)));
        return;
    }
    let text = std::str::from_utf8(&reply.body).ok().filter(|text| text.len() <= MOST_TEXT);
    record.body = Some(match text.filter(|text| !text.contains('\0')) {
        Some(text) => Kept::Text(redactor.text(text)),
        None => binary(&reply.body, redactor),
    });
}

/// Bytes in which a secret stands are kept without their beginning.
fn binary(bytes: &[u8], redactor: &Redactor) -> Kept {
    let begins = &bytes[..bytes.len().min(BEGINS)];
    let leaks = redactor.stands_in(begins).unwrap_or(true);
    Kept::Binary {
        length: bytes.len() as u64,
        sha256: Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect(),
        begins: if leaks { String::new() } else { STANDARD.encode(begins) },
    }
}

/// Whether there is white space between the tokens of a JSON text.
fn is_spaced(json: &[u8]) -> bool {
    let (mut inside, mut escaped) = (false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            b' ' | b'\t' | b'\r' | b'\n' if !inside => return true,
            _ => {}
        }
    }
    false
}

/// `value` without secrets, in names and numbers too.
fn clean(value: &Value, redactor: &Redactor) -> Value {
    match value {
        Value::String(text) => Value::String(redactor.text(text)),
        Value::Number(number) => {
            let text = number.to_string();
            let cleaned = redactor.text(&text);
            if cleaned == text { value.clone() } else { Value::String(cleaned) }
        }
        Value::Array(elements) => elements.iter().map(|element| clean(element, redactor)).collect(),
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, member)| (redactor.text(name), clean(member, redactor)))
                .collect::<Map<_, _>>(),
        ),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn no_secret_is_kept_wherever_it_stands() {
        let redactor = Redactor::new([("token", "right-token-1234"), ("pin", "20250101")]);
        let value = json!({"right-token-1234": ["x right-token-1234", 20_250_101], "n": 1.0});
        assert_eq!(clean(&value, &redactor).to_string(), r#"{"‹token›":["x ‹token›","‹pin›"],"n":1.0}"#);
        let mut bytes = vec![0xff, 0];
        bytes.extend(b"right-token-1234");
        assert!(matches!(binary(&bytes, &redactor), Kept::Binary { begins, .. } if begins.is_empty()));
    }

    #[test]
    fn white_space_inside_texts_is_none() {
        for (text, spaced) in [(r#"{"a b":"c \" d"}"#, false), (r#"{"a": 1}"#, true), ("[1]\n", true)] {
            assert_eq!(is_spaced(text.as_bytes()), spaced, "{text}");
        }
    }
}
