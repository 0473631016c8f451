//! One pass over a JSON text for what the parsed value no longer shows.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use crate::text::pointer;

/// The most oddities that are told of one text.
const MOST: usize = 20;

/// Something that readers of JSON understand differently (RFC 8259 sections 4 and 6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oddity {
    /// What.
    pub kind: OddityKind,
    /// Where, as a JSON Pointer.
    pub at: String,
    /// The key or the number as it stands in the text, cut to 80 bytes.
    pub literal: String,
}

/// The kinds of [`Oddity`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OddityKind {
    /// The object has had this key before; which one counts is up to the reader.
    RepeatedKey,
    /// The number has more digits than a 64-bit integer or float keeps.
    InexactNumber,
}

enum Frame<'a> {
    Object { keys: Keys<'a>, current: Cow<'a, str> },
    Array { index: usize },
}

/// The keys of one object: a short list is searched, a long one is hashed.
#[derive(Default)]
struct Keys<'a> {
    few: Vec<Cow<'a, str>>,
    many: HashSet<Cow<'a, str>>,
}

impl<'a> Keys<'a> {
    /// Whether the key is new.
    fn insert(&mut self, key: Cow<'a, str>) -> bool {
        if self.few.len() < 16 {
            let fresh = !self.few.contains(&key);
            if fresh {
                self.few.push(key);
            }
            return fresh;
        }
        !self.few.contains(&key) && self.many.insert(key)
    }
}

/// The oddities of a text that is known to be JSON; of anything else, some of them. Never recurses.
pub(super) fn scan(bytes: &[u8]) -> Vec<Oddity> {
    let mut found = Vec::new();
    let mut frames: Vec<Frame<'_>> = Vec::new();
    let mut expects_key = false;
    let mut at = 0;
    while at < bytes.len() && found.len() < MOST {
        match bytes[at] {
            b'{' => {
                frames.push(Frame::Object { keys: Keys::default(), current: Cow::Borrowed("") });
                expects_key = true;
            }
            b'[' => frames.push(Frame::Array { index: 0 }),
            b'}' | b']' => {
                frames.pop();
                expects_key = false;
            }
            b',' => match frames.last_mut() {
                Some(Frame::Array { index }) => *index += 1,
                Some(Frame::Object { .. }) => expects_key = true,
                None => {}
            },
            b'"' => {
                let end = string_end(bytes, at);
                if expects_key && let Some(Frame::Object { keys, current }) = frames.last_mut() {
                    expects_key = false;
                    *current = key(bytes, at..end);
                    if !keys.insert(current.clone()) {
                        let literal = clip(current);
                        found.push(Oddity { kind: OddityKind::RepeatedKey, at: place(&frames), literal });
                    }
                }
                at = end;
                continue;
            }
            b'-' | b'0'..=b'9' => {
                let end = number_end(bytes, at);
                let literal = std::str::from_utf8(&bytes[at..end]).unwrap_or_default();
                if !survives(literal) {
                    let literal = clip(literal);
                    found.push(Oddity { kind: OddityKind::InexactNumber, at: place(&frames), literal });
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// One past the closing quotation mark.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn number_end(bytes: &[u8], start: usize) -> usize {
    let more = |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    bytes[start..].iter().position(|byte| !more(byte)).map_or(bytes.len(), |length| start + length)
}

fn key(bytes: &[u8], range: Range<usize>) -> Cow<'_, str> {
    let literal = &bytes[range];
    if literal.contains(&b'\\') {
        return serde_json::from_slice(literal).map_or_else(|_| String::from_utf8_lossy(literal), Cow::Owned);
    }
    let inner = literal.get(1..literal.len().saturating_sub(1)).unwrap_or_default();
    String::from_utf8_lossy(inner)
}

fn place(frames: &[Frame<'_>]) -> String {
    frames.iter().fold(String::new(), |path, frame| match frame {
        Frame::Object { current, .. } => pointer::join(&path, current),
        Frame::Array { index } => pointer::join(&path, &index.to_string()),
    })
}

fn clip(text: &str) -> String {
    let mut end = text.len().min(80);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

/// Whether a number literal says the same as the 64-bit integer or float that it is read into.
fn survives(literal: &str) -> bool {
    if literal.len() <= 15 {
        // Fifteen significant digits always do, unless the exponent is out of range.
        return !literal.contains(['e', 'E']) || digits_survive(literal);
    }
    if !literal.contains(['.', 'e', 'E']) {
        return literal.parse::<i64>().is_ok() || literal.parse::<u64>().is_ok() || digits_survive(literal);
    }
    digits_survive(literal)
}

fn digits_survive(literal: &str) -> bool {
    let Ok(float) = literal.parse::<f64>() else {
        return false;
    };
    let told = decimal(literal);
    let exactly = || float.fract() == 0.0 && told == decimal(&format!("{float:.0}"));
    float.is_finite() && (told == decimal(&format!("{float:e}")) || exactly())
}

/// Significant digits without zeros at either end, and the power of ten of the last one.
fn decimal(literal: &str) -> (String, i64) {
    let literal = literal.trim_start_matches('-');
    let (mantissa, exponent) = literal.split_once(['e', 'E']).unwrap_or((literal, "0"));
    let (units, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{units}{fraction}");
    let significant = digits.trim_end_matches('0');
    let dropped = i64::try_from(digits.len() - significant.len()).unwrap_or(i64::MAX);
    let shift = i64::try_from(fraction.len()).unwrap_or(i64::MAX);
    let significant = significant.trim_start_matches('0').to_owned();
    if significant.is_empty() {
        return (significant, 0);
    }
    let exponent: i64 = exponent.parse().unwrap_or(i64::MAX);
    (significant, exponent.saturating_add(dropped).saturating_sub(shift))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn repeated_keys_are_found_wherever_they_stand() {
        for (text, places) in [
            (r#"{"a":1,"b":{"a":2},"c":[{"a":3}]}"#, vec![]),
            (r#"{"a":1,"a":2}"#, vec!["/a"]),
            (r#"{"a":1,"\u0061":2}"#, vec!["/a"]),
            (r#"{"x":[0,{"k":"}\",{","k":[]}],"y":{"x":{},"x":1}}"#, vec!["/x/1/k", "/y/x"]),
            (r#"{"a":"b","b":"a"}"#, vec![]),
        ] {
            let found = scan(text.as_bytes());
            assert!(found.iter().all(|oddity| oddity.kind == OddityKind::RepeatedKey), "{text}");
            assert_eq!(found.iter().map(|oddity| &*oddity.at).collect::<Vec<_>>(), places, "{text}");
        }
        let wide = (0..40).map(|n| format!("\"k{n}\":0")).collect::<Vec<_>>().join(",");
        assert_eq!(scan(format!("{{{wide},\"k3\":1,\"k30\":1}}").as_bytes()).len(), 2);
    }

    #[test]
    fn numbers_that_lose_digits_are_found() {
        for (literal, kept) in [
            ("0", true),
            ("-1.50", true),
            ("1e2", true),
            ("0.1", true),
            ("0.30000000000000004", true),
            ("0.300000000000000041", false),
            ("18446744073709551615", true),
            ("18446744073709551616", true),
            ("18446744073709551617", false),
            ("12345678901234567890123", false),
            ("100000000000000000000000", true),
            ("1e-400", false),
            ("1e400", false),
        ] {
            assert_eq!(survives(literal), kept, "{literal}");
        }
        assert_eq!(scan(b"{\"n\":[1,12345678901234567890123]}")[0].at, "/n/1");
    }

    #[test]
    fn a_large_body_takes_no_time() {
        let row = r#"{"id":123456,"name":"product","tags":["a","b"],"score":12.5},"#;
        let text = format!("[{}0]", row.repeat(10_000_000 / row.len()));
        assert!(scan(text.as_bytes()).is_empty());
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = scan(&bytes);
        }

        #[test]
        fn any_brackets_are_survived(text in "[\\[\\]{}\",:\\\\0-9eE.\\-]{0,80}") {
            let _ = scan(text.as_bytes());
        }

        #[test]
        fn what_rust_prints_survives(float in any::<f64>().prop_filter("finite", |f| f.is_finite())) {
            let plain = format!("{float:e}");
            prop_assert!(survives(&plain));
        }
    }
}
