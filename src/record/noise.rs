//! Which kind of noise two values are, and whether a value is of that kind.

use std::time::Duration;

use serde_json::Value;

use crate::model::Noise;
use crate::text::is_uuid;

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// The kind of noise that two values of the same place are.
pub(super) fn recognised(one: &Value, other: &Value) -> Noise {
    let both = |test: fn(&Value) -> bool| test(one) && test(other);
    if both(uuid) {
        return Noise::Uuid;
    }
    if let (Some(a), Some(b)) = (moment(one), moment(other)) {
        let apart = a.abs_diff(b) / 1000;
        let tolerance = [HOUR, DAY].into_iter().find(|most| apart.saturating_mul(2) <= *most);
        return Noise::DateTime(Duration::from_secs(tolerance.unwrap_or(30 * DAY)));
    }
    if let (Some(a), Some(b)) = (integer(one), integer(other)) {
        return if a < b || one.is_string() { Noise::Counter } else { Noise::Number };
    }
    if both(Value::is_number) {
        return Noise::Number;
    }
    if both(is_text) { Noise::Token } else { Noise::Any }
}

/// The narrowest kind that both are.
pub(super) fn joined(one: Noise, other: Noise) -> Noise {
    let text = |noise: &Noise| matches!(noise, Noise::Uuid | Noise::Token);
    let number = |noise: &Noise| matches!(noise, Noise::Counter | Noise::Number);
    match (one, other) {
        (a, b) if a == b => a,
        (Noise::DateTime(a), Noise::DateTime(b)) => Noise::DateTime(a.max(b)),
        (Noise::Unordered(_), Noise::Unordered(_)) => Noise::Unordered(None),
        (a, b) if text(&a) && text(&b) => Noise::Token,
        (a, b) if number(&a) && number(&b) => Noise::Number,
        _ => Noise::Any,
    }
}

/// Whether `value` is of this kind, or what a recording says in its place.
pub(super) fn holds(noise: &Noise, value: &Value) -> bool {
    if value.as_str().is_some_and(|text| text == mark(noise)) {
        return true;
    }
    match noise {
        Noise::Uuid => uuid(value),
        Noise::DateTime(_) => moment(value).is_some(),
        Noise::Counter => integer(value).is_some(),
        Noise::Number => value.is_number(),
        Noise::Token => is_text(value),
        Noise::Unordered(_) => value.is_array(),
        Noise::Any => true,
    }
}

/// What is written in place of such a value.
pub(super) fn mark(noise: &Noise) -> String {
    format!("‹{}›", noise.word())
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

fn uuid(value: &Value) -> bool {
    value.as_str().is_some_and(is_uuid)
}

fn integer(value: &Value) -> Option<i128> {
    match value {
        Value::Number(number) => number.as_i64().map(i128::from).or(number.as_u64().map(i128::from)),
        Value::String(text) if text.len() <= 30 && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            text.parse().ok()
        }
        _ => None,
    }
}

/// A date and time in milliseconds since 1970. Of numbers those of the years 2001 to 2100 are taken for one.
pub(super) fn moment(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => {
            let text = text.trim();
            if let Ok(moment) = text.parse::<jiff::Timestamp>() {
                return Some(moment.as_millisecond());
            }
            // Without an offset: as UTC, which is enough to say how far two of them are apart.
            if !text.as_bytes().first().is_some_and(u8::is_ascii_digit) || text.len() < 16 {
                return jiff::fmt::rfc2822::parse(text)
                    .ok()
                    .map(|moment| moment.timestamp().as_millisecond());
            }
            let moment: jiff::civil::DateTime = text.parse().ok()?;
            moment.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|moment| moment.timestamp().as_millisecond())
        }
        Value::Number(number) => match number.as_i64()? {
            seconds @ 1_000_000_000..4_102_444_800 => Some(seconds * 1000),
            millis @ 1_000_000_000_000..4_102_444_800_000 => Some(millis),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_kind_is_recognised_from_two_values() {
        let hour = Noise::DateTime(Duration::from_secs(3600));
        let uuid = "3a7c1e52-9b4d-4f60-8e21-6d5c4b3a2f10";
        for (one, other, noise) in [
            (json!(uuid), json!("0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0"), Noise::Uuid),
            (json!(uuid), json!("abc"), Noise::Token),
            (json!("2026-01-02T03:04:05Z"), json!("2026-01-02T03:04:07.5+00:00"), hour.clone()),
            (json!("2026-01-02 03:04:05"), json!("2026-01-02 03:05:05"), hour.clone()),
            (json!("Fri, 02 Jan 2026 03:04:05 GMT"), json!("Fri, 02 Jan 2026 03:04:06 GMT"), hour.clone()),
            (json!(1_767_323_045), json!(1_767_323_046), hour.clone()),
            (json!(1_767_323_045_001_i64), json!(1_767_323_046_002_i64), hour),
            (json!(7), json!(9), Noise::Counter),
            (json!(9), json!(7), Noise::Number),
            (json!("0007"), json!("0009"), Noise::Counter),
            (json!(0.25), json!(3), Noise::Number),
            (json!("a"), json!("b"), Noise::Token),
            (json!("a"), json!(null), Noise::Any),
            (json!("a"), json!(""), Noise::Any),
        ] {
            let found = recognised(&one, &other);
            assert_eq!(found, noise, "{one} {other}");
            assert!(holds(&found, &one) && holds(&found, &other) && holds(&found, &json!(mark(&found))));
        }
        assert!(!holds(&Noise::Uuid, &json!("abc")) && !holds(&Noise::Counter, &json!("x")));
    }
}
