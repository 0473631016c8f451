//! Exchanges as text for reports: secrets replaced, long texts cut.

use serde_json::Value;

use super::curl::curl;
use super::redact::Redactor;
use crate::model::{Exchange, Operation, Reply, Request, ShownExchange, ShownMessage};
use crate::text::pointer;

/// The longest body shown, in bytes.
const BODY: usize = 4096;
/// The longest request line shown, in bytes.
const LINE: usize = 2000;
/// The longest header value shown, in bytes.
const HEADER: usize = 300;

/// `exchange` as reports show it. Values at the operation's secret places are added to `redactor`, so that the texts
/// of the case's findings can be cleaned by it as well.
#[must_use]
pub fn show(exchange: &Exchange, operation: &Operation, redactor: &mut Redactor) -> ShownExchange {
    let request = &exchange.request;
    learn(exchange, operation, redactor);
    let sent = request.body.as_ref().map(|body| String::from_utf8_lossy(&body.bytes()).into_owned());
    let sent_bytes = request.body.as_ref().map_or(0, |body| body.bytes().len() as u64);
    let sent = sent.map(|text| redactor.text(&text));
    ShownExchange {
        operation: operation.id.clone(),
        request: ShownMessage {
            line: request_line(request, redactor),
            headers: headers(&request.headers, redactor),
            body: sent.as_deref().map(|text| cut(&redactor.text(&pretty(text)), BODY)).unwrap_or_default(),
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
        control: None,
    }
}

/// Makes the values at the operation's secret places known to `redactor`.
pub fn learn(exchange: &Exchange, operation: &Operation, redactor: &mut Redactor) {
    let places: Vec<&String> =
        operation.secrets.request.iter().chain(operation.secrets.responses.values().flatten()).collect();
    if places.is_empty() {
        return;
    }
    if let Some(body) = &exchange.request.body {
        learn_body(&body.bytes(), &places, redactor);
        // In a form the secret stands in another spelling than in the value.
        if let Some(value) = body.json() {
            learn_body(value.to_string().as_bytes(), &places, redactor);
        }
    }
    if let Ok(reply) = &exchange.reply {
        learn_body(&reply.body, &places, redactor);
    }
}

/// Makes the strings at the secret places of `body` known to the redactor, whatever the status says about them. In a
/// body that is not JSON, or not all of it, every string behind the name of a secret member counts.
fn learn_body(body: &[u8], places: &[&String], redactor: &mut Redactor) {
    let value = serde_json::from_slice::<Value>(body).ok();
    for place in places {
        let tokens: Vec<String> = pointer::tokens(place).collect();
        let name = tokens.last().map_or("secret", String::as_str);
        match &value {
            Some(value) => {
                pointer::any_at(value, &tokens, &mut |value| {
                    if let Value::String(text) = value {
                        keep_secret(name, text, redactor);
                    }
                    false
                });
            }
            None => scan(&String::from_utf8_lossy(body), name, redactor),
        }
    }
}

/// Finds `"name": "value"` in a text that is not JSON.
fn scan(text: &str, name: &str, redactor: &mut Redactor) {
    let needle = format!("\"{name}\"");
    for (at, _) in text.match_indices(&needle) {
        let rest = text[at + needle.len()..].trim_start().strip_prefix(':').map(str::trim_start);
        let Some(string) = rest.and_then(|rest| rest.strip_prefix('"')) else { continue };
        let end = string
            .char_indices()
            .scan(false, |escaped, (at, c)| {
                let ends = c == '"' && !*escaped;
                *escaped = c == '\\' && !*escaped;
                Some((at, ends))
            })
            .find(|(_, ends)| *ends)
            .map_or(string.len(), |(at, _)| at);
        let raw = &string[..end];
        let text = serde_json::from_str::<String>(&format!("\"{raw}\"")).unwrap_or_else(|_| raw.to_owned());
        keep_secret(name, &text, redactor);
    }
}

/// Very short values and masks are left: they are the test's own broken values, and replacing `""` or `a` everywhere
/// would make the report unreadable.
fn keep_secret(name: &str, text: &str, redactor: &mut Redactor) {
    if text.chars().count() >= 4 && !text.chars().all(|c| c == '*') {
        redactor.add(text, &format!("‹{name}: {} characters›", text.chars().count()));
    }
}

/// Method, path and query; cut last, so that no half of a secret is left.
fn request_line(request: &Request, redactor: &Redactor) -> String {
    let mut line = format!("{} {}", request.method, request.path);
    for (at, (name, value)) in request.query.iter().enumerate() {
        line += &format!("{}{name}={value}", if at == 0 { '?' } else { '&' });
    }
    cut(&redactor.text(&line), LINE)
}

fn headers(headers: &[(String, String)], redactor: &Redactor) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| (name.clone(), cut(&redactor.text(value), HEADER))).collect()
}

fn shown_body(reply: &Reply, redactor: &Redactor) -> String {
    match std::str::from_utf8(&reply.body) {
        // Reading JSON takes escapes away, behind which a secret is not seen: what is shown is cleaned last.
        Ok(text) => cut(&redactor.text(&pretty(&redactor.text(text))), BODY),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_behind_escapes_or_past_a_cut_is_not_shown() {
        let redactor = Redactor::new([("token", "right/token-1234")]);
        let body = br#"{"a":"\u0072ight\/token-1234"}"#.to_vec();
        let shown = shown_body(&Reply { body, ..Reply::default() }, &redactor);
        assert_eq!(shown, "{\n  \"a\": \"‹token›\"\n}");
        for length in 1980..2000 {
            let path = format!("/{}right%2Ftoken-1234", "a".repeat(length));
            let shown = request_line(&Request { path, ..Request::default() }, &redactor);
            assert!(!shown.contains("right"), "{length}: {shown}");
        }
    }

    #[test]
    fn secrets_are_found_in_json_and_in_what_is_no_json() {
        let place = "/password".to_owned();
        for (body, secret) in [
            (r#"{"password":"Abcd-1234"}"#, "Abcd-1234"),
            (r#"{"password":"Abcd-1234""#, "Abcd-1234"),
            (r#"{"password" : "Ab\"cd-1234"} tail"#, "Ab\"cd-1234"),
            (r#"{"password":"Abcd-12"#, "Abcd-12"),
        ] {
            let mut redactor = Redactor::default();
            learn_body(body.as_bytes(), &[&place], &mut redactor);
            assert!(redactor.text(secret).starts_with("‹password"), "{body}");
        }
    }
}
