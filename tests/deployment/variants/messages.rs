//! Other ways to write and to send an answer.

use std::time::Duration;

use serde_json::{Map, Value};

use super::{Variant, turn};
use crate::deployment::answer::{Content, Delivery};
use crate::deployment::turn::Turn;

pub(super) fn variants() -> Vec<Variant> {
    vec![
        turn("charset", "The media type has a parameter.", |turn| {
            turn.answer.header("content-type", "application/json; charset=utf-8");
        }),
        turn("loud-media-type", "The media type is written in capitals.", |turn| {
            turn.answer.header("content-type", "Application/JSON;charset=UTF-8");
        }),
        turn("close", "Every connection is closed after its answer.", |turn| {
            turn.answer.header("connection", "close");
        }),
        turn("chunked", "Every answer comes in chunks.", |turn| turn.answer.layout.chunked = true),
        turn("old-protocol", "Every answer is HTTP/1.0 and ends with the connection.", |turn| {
            turn.answer.layout.old_protocol = true;
            turn.answer.header("connection", "close");
        }),
        turn("more-headers", "Every answer has header fields that no page mentions.", |turn| {
            turn.answer.header("x-request-id", "7d1c6e0f");
            turn.answer.header("strict-transport-security", "max-age=31536000");
            turn.answer.header("set-cookie", "session=0; HttpOnly");
            turn.answer.header("server", "api-gateway");
        }),
        turn("members-in-reverse", "The members of an answer come in another order.", reverse),
        turn("spaced", "JSON is written with blanks and line ends.", |turn| turn.answer.layout.spaced = true),
        turn("escaped", "Text is written with escapes.", |turn| {
            if let Content::Json(value) = &turn.answer.content {
                let text = value.to_string();
                let escaped: String =
                    text.chars().map(|letter| escape(letter).unwrap_or(letter.into())).collect();
                turn.answer.content = Content::Text(escaped);
            }
        }),
        turn("delayed", "Every answer takes 50 milliseconds.", |turn| {
            turn.answer.delivery = Delivery::After(Duration::from_millis(50));
        }),
        turn("delayed-once", "Every fortieth answer takes a second.", |turn| {
            if turn.state.requests.is_multiple_of(40) {
                turn.answer.delivery = Delivery::After(Duration::from_secs(1));
            }
        }),
    ]
}

/// A slash, or a character beyond ASCII, as an escape where one is enough.
fn escape(letter: char) -> Option<String> {
    match letter {
        '/' => Some("\\/".to_owned()),
        '\u{80}'..='\u{ffff}' => Some(format!("\\u{:04x}", u32::from(letter))),
        _ => None,
    }
}

fn reverse(turn: &mut Turn<'_>) {
    if let Content::Json(value) = &mut turn.answer.content {
        *value = reversed(value);
    }
}

fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: Map<_, _> =
                members.iter().rev().map(|(key, value)| (key.clone(), reversed(value))).collect();
            Value::Object(members)
        }
        Value::Array(items) => Value::Array(items.iter().map(reversed).collect()),
        other => other.clone(),
    }
}
