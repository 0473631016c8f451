//! The signature of an answer: what a waiver is held against.
//!
//! `STATUS CHECK DIGEST`, such as `500 unexpected-status 3f9a0c1d2e4b`. The digest is the beginning of SHA-256 over what was
//! observed, without what another run would see otherwise: of a body, the names and types of its members, and the texts of
//! members whose name ends in `code`; of a list, the different shapes of its elements. Identifiers, times, messages and
//! numbers are left out, so that a signature stays for as long as the deployment answers in the same way.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::model::{Exchange, Finding, FindingSite, Lost, Reply};

/// Deeper parts of a body are left out.
const DEEPEST: usize = 6;
/// Further members and elements of a body are left out.
const MOST: usize = 64;
/// A longer text is no code.
const LONGEST_CODE: usize = 64;
/// How many hex digits of the hash are kept.
const DIGITS: usize = 12;

/// The signature of the answer that `finding` was made from. `shown` hides secrets.
#[must_use]
pub fn answer(finding: &Finding, exchange: &Exchange, shown: &dyn Fn(&str) -> String) -> String {
    let status =
        exchange.reply.as_ref().map_or_else(|_| "none".to_owned(), |reply| format!("{:03}", reply.status));
    let observed = match &exchange.reply {
        Err(lost) => lost_as(lost).to_owned(),
        Ok(reply) => observed(finding, reply, shown),
    };
    // Why a connection was closed is told in other words on each system.
    let kind = if finding.site == FindingSite::Connection { String::new() } else { finding.kind() };
    let mut hash = Sha256::new();
    for part in [&status, &finding.check, &finding.place(), &kind, &observed] {
        hash.update(part.as_bytes());
        hash.update(b"\n");
    }
    let mut digest = String::with_capacity(64);
    for byte in hash.finalize() {
        let _ = write!(digest, "{byte:02x}");
    }
    digest.truncate(DIGITS);
    format!("{status} {} {digest}", finding.check)
}

fn lost_as(lost: &Lost) -> &'static str {
    match lost {
        Lost::Resolve(_) => "resolve",
        Lost::Connect(_) => "connect",
        Lost::Tls(_) => "tls",
        Lost::TimeOut(_) => "time-out",
        // Which of the two it is depends on where the answer breaks off.
        Lost::Closed(_) | Lost::Malformed(_) => "closed",
        Lost::TooLarge(_) => "too-large",
        Lost::NotSent(_) => "not-sent",
    }
}

fn observed(finding: &Finding, reply: &Reply, shown: &dyn Fn(&str) -> String) -> String {
    match &finding.site {
        // What is wrong with a header field or the time does not hang on the body.
        FindingSite::Header(_) | FindingSite::Time | FindingSite::Connection => String::new(),
        FindingSite::Body(at) if !at.is_empty() => {
            let body = serde_json::from_slice::<Value>(&reply.body).unwrap_or_default();
            let name = at.rsplit('/').next().unwrap_or_default();
            // Beyond the value's own type, the sentence of the finding says what is wrong with it.
            body.pointer(at).map_or_else(|| "nothing".to_owned(), |value| shape(value, name, DEEPEST, shown))
        }
        FindingSite::Status | FindingSite::Body(_) => {
            let media_type = reply.header("content-type").unwrap_or_default();
            let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            let body = match serde_json::from_slice::<Value>(&reply.body) {
                Ok(body) => shape(&body, "", 0, shown),
                Err(_) if reply.body.is_empty() => "no body".to_owned(),
                Err(_) => "text".to_owned(),
            };
            format!("{media_type} {body}")
        }
    }
}

/// Names and types, without what varies.
fn shape(value: &Value, name: &str, depth: usize, shown: &dyn Fn(&str) -> String) -> String {
    let is_code = name.to_ascii_lowercase().ends_with("code");
    match value {
        Value::Null => "null".into(),
        Value::Bool(_) => "boolean".into(),
        Value::Number(number) if is_code => number.to_string(),
        Value::Number(_) => "number".into(),
        Value::String(text) if is_code && text.len() <= LONGEST_CODE => shown(text),
        Value::String(_) => "text".into(),
        Value::Array(_) | Value::Object(_) if depth > DEEPEST => "…".into(),
        Value::Array(elements) => {
            let shapes: BTreeSet<String> =
                elements.iter().map(|element| shape(element, name, depth + 1, shown)).collect();
            format!("[{}]", shapes.into_iter().take(MOST).collect::<Vec<_>>().join(","))
        }
        Value::Object(members) => {
            // In order before some are left out: the order in which they come is no part of the answer.
            let members: BTreeSet<String> = members
                .iter()
                .collect::<BTreeMap<_, _>>()
                .into_iter()
                .take(MOST)
                .map(|(name, member)| format!("{}:{}", known(name), shape(member, name, depth + 1, shown)))
                .collect();
            format!("{{{}}}", members.into_iter().collect::<Vec<_>>().join(","))
        }
    }
}

/// A name that looks like an identifier varies as one.
fn known(name: &str) -> &str {
    if name.bytes().filter(u8::is_ascii_digit).count() > 3 { "*" } else { name }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::{ClauseId, Request};
    use crate::text::Severity;

    fn finding(site: FindingSite, summary: &str) -> Finding {
        Finding {
            clause: ClauseId(0),
            check: "unexpected-status".into(),
            severity: Severity::Error,
            summary: summary.into(),
            site,
            expected: String::new(),
            actual: String::new(),
            diff: None,
            step: 0,
            answer: None,
            repeated: None,
        }
    }

    fn signature(site: FindingSite, summary: &str, reply: Result<(u16, &str), Lost>) -> String {
        let reply = reply.map(|(status, body)| Reply {
            status,
            headers: vec![("content-type".into(), "application/json; charset=utf-8".into())],
            body: body.as_bytes().to_vec(),
        });
        let exchange = Exchange { request: Request::default(), reply, elapsed: Duration::ZERO, attempts: 1 };
        answer(&finding(site, summary), &exchange, &|text| text.replace("s3cret", "‹token›"))
    }

    fn status(status: u16, body: &str) -> String {
        signature(FindingSite::Status, &format!("answered {status}, expected 400"), Ok((status, body)))
    }

    #[test]
    fn the_order_of_a_large_answer_is_no_part_of_it() {
        let name = |n: u8| format!("{}{}", char::from(b'a' + n / 26), char::from(b'a' + n % 26));
        let object = |order: Vec<u8>| {
            let members: Vec<String> = order.into_iter().map(|n| format!("\"{}\":{n}", name(n))).collect();
            format!("{{{}}}", members.join(","))
        };
        assert_eq!(status(500, &object((0..90).collect())), status(500, &object((0..90).rev().collect())));
        let array = |order: Vec<u8>| {
            let elements: Vec<String> = order.into_iter().map(|n| format!("{{\"{}\":1}}", name(n))).collect();
            format!("[{}]", elements.join(","))
        };
        assert_eq!(status(500, &array((0..90).collect())), status(500, &array((0..90).rev().collect())));
    }

    #[test]
    fn what_another_run_sees_otherwise_leaves_no_trace() {
        let first = r#"{"error_code":"DDM.0101","error_msg":"at 12:00:03","request_id":"a1b2","rows":[{"id":1},{"id":2}],"open":true}"#;
        let later = r#"{"request_id":"ffff","error_msg":"at 13:00:00","error_code":"DDM.0101","rows":[{"id":9}],"open":false}"#;
        assert_eq!(status(500, first), status(500, later));
        assert!(status(500, first).starts_with("500 unexpected-status "), "{}", status(500, first));
        assert_eq!(status(200, r#"{"a81731f0":1}"#), status(200, r#"{"b99120e4":1}"#));
        let took =
            |s: &str| signature(FindingSite::Time, &format!("took {s} s, at most 2 s"), Ok((200, "{}")));
        assert_eq!(took("2.1"), took("3.98"));
        let closed = |why: &str| {
            signature(
                FindingSite::Connection,
                &format!("no answer: {why}"),
                Err(Lost::Closed(why.to_owned())),
            )
        };
        assert_eq!(closed("connection reset by peer (os error 104)"), closed("end of file"));
        assert!(closed("x").starts_with("none unexpected-status "));
    }

    #[test]
    fn another_answer_has_another_signature() {
        let body = r#"{"error_code":"DDM.0101","error_msg":"x"}"#;
        let first = status(500, body);
        for other in [
            status(502, body),
            status(500, r#"{"error_code":"DDM.0102","error_msg":"x"}"#),
            status(500, r#"{"error_code":"DDM.0101"}"#),
            status(500, r#"{"error_code":"DDM.0101","error_msg":["x"]}"#),
            status(500, "<html>"),
            status(500, ""),
        ] {
            assert_ne!(first, other);
        }
        let at = |body: &str, summary: &str| {
            signature(FindingSite::Body("/name".into()), summary, Ok((200, body)))
        };
        let long = at(r#"{"name":"aaaa","id":1}"#, "name has 4 characters, at most 3");
        assert_eq!(long, at(r#"{"name":"bbbbb","other":1}"#, "name has 5 characters, at most 3"));
        assert_ne!(long, at(r#"{"name":null}"#, "name is null, expected a text"));
    }

    #[test]
    fn no_secret_and_no_depth_reaches_the_digest() {
        let code = |code: &str| status(500, &format!(r#"{{"code":"{code}"}}"#));
        assert_eq!(code("s3cret"), code("‹token›"));
        let deep = |inner: &str| status(200, &format!("{}{inner}{}", "[".repeat(30), "]".repeat(30)));
        assert_eq!(deep("1"), deep("null"));
        let wide: Vec<String> = (0..500).map(|n| format!("\"{n}x\":{n}")).collect();
        assert!(!status(200, &format!("{{{}}}", wide.join(","))).is_empty());
    }
}
