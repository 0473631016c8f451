//! Exchanges as text for reports: secrets replaced, long texts cut.

use serde_json::Value;

use super::curl::curl;
use super::redact::Redactor;
use crate::model::{Exchange, Operation, Reply, ShownExchange, ShownMessage};
use crate::text::pointer;

/// The longest body shown, in bytes.
const BODY: usize = 4096;
/// The longest header value shown, in bytes.
const HEADER: usize = 300;

/// `exchange` as reports show it. Values at the operation's secret places are added to `redactor`, so that the texts
/// of the case's findings can be cleaned by it as well.
#[must_use]
pub fn show(exchange: &Exchange, operation: &Operation, redactor: &mut Redactor) -> ShownExchange {
    let request = &exchange.request;
    if let Some(sent) = request.body.as_ref().and_then(|body| body.json()) {
        learn(sent, &operation.secrets.request, redactor);
    }
    let answered =
        exchange.reply.as_ref().ok().and_then(|reply| serde_json::from_slice::<Value>(&reply.body).ok());
    if let (Ok(reply), Some(body)) = (&exchange.reply, &answered)
        && let Some(spec) = operation.response(reply.status)
        && let Some(places) = operation.secrets.responses.get(&spec.status)
    {
        learn(body, places, redactor);
    }
    let sent = request.body.as_ref().map(|body| String::from_utf8_lossy(&body.bytes()).into_owned());
    let sent_bytes = request.body.as_ref().map_or(0, |body| body.bytes().len() as u64);
    let query: String = if request.query.is_empty() {
        String::new()
    } else {
        let pairs: Vec<String> =
            request.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("?{}", pairs.join("&"))
    };
    let sent = sent.map(|text| redactor.text(&text));
    ShownExchange {
        operation: operation.id.clone(),
        request: ShownMessage {
            line: redactor.text(&format!("{} {}{query}", request.method, cut(&request.path, 1000))),
            headers: headers(&request.headers, redactor),
            body: sent.as_deref().map(|text| cut(&pretty(text), BODY)).unwrap_or_default(),
            bytes: sent_bytes,
        },
        reply: match &exchange.reply {
            Ok(reply) => ShownMessage {
                line: status_line(reply.status),
                headers: headers(&reply.headers, redactor),
                body: shown_body(reply, redactor),
                bytes: reply.body.len() as u64,
            },
            Err(lost) => ShownMessage { line: redactor.text(&lost.to_string()), ..ShownMessage::default() },
        },
        curl: curl(request, sent.as_deref(), redactor),
        micros: u64::try_from(exchange.elapsed.as_micros()).unwrap_or(u64::MAX),
        attempts: exchange.attempts,
    }
}

/// Makes the strings at the secret places known to the redactor. Very short ones are left: they are the test's own
/// broken values, and replacing `""` or `a` everywhere would make the report unreadable.
fn learn(body: &Value, places: &[String], redactor: &mut Redactor) {
    for place in places {
        let tokens: Vec<String> = pointer::tokens(place).collect();
        pointer::any_at(body, &tokens, &mut |value| {
            if let Value::String(text) = value
                && text.chars().count() >= 4
                && !text.chars().all(|c| c == '*')
            {
                let name = tokens.last().map_or("secret", String::as_str);
                redactor.add(text, &format!("‹{name}: {} characters›", text.chars().count()));
            }
            false
        });
    }
}

fn headers(headers: &[(String, String)], redactor: &Redactor) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| (name.clone(), cut(&redactor.text(value), HEADER))).collect()
}

fn shown_body(reply: &Reply, redactor: &Redactor) -> String {
    match std::str::from_utf8(&reply.body) {
        Ok(text) => cut(&pretty(&redactor.text(text)), BODY),
        Err(_) => format!("‹binary, {} bytes›", reply.body.len()),
    }
}

/// JSON with one member a line; anything else as it is.
fn pretty(text: &str) -> String {
    serde_json::from_str::<Value>(text)
        .ok()
        .filter(|value| value.is_object() || value.is_array())
        .and_then(|value| serde_json::to_string_pretty(&value).ok())
        .unwrap_or_else(|| text.to_owned())
}

/// At most `limit` bytes of `text`, on a character boundary, and how long the whole is.
pub(super) fn cut(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let mut end = limit;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}… ({} characters in all)", &text[..end], text.chars().count())
}

fn status_line(status: u16) -> String {
    let reason = reqwest::StatusCode::from_u16(status).ok().and_then(|code| code.canonical_reason());
    reason.map_or_else(|| status.to_string(), |reason| format!("{status} {reason}"))
}
