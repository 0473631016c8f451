//! What makes foreign text harmless inside a page.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::text::tame;

/// `text`, tamed, for element content and quoted attributes (HTML section 13.3).
pub(super) fn html(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in tame(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// `text` in which words between backticks are code.
pub(super) fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let last = parts.len() - 1;
    let shown = parts.iter().enumerate().map(|(at, part)| match at % 2 {
        1 if at < last => format!("<code>{}</code>", html(part)),
        1 => format!("`{}", html(part)),
        _ => html(part),
    });
    shown.collect()
}

/// JSON for a `<script>` element. These characters occur in JSON only inside strings, where an escape means the same;
/// without them no text can end the element, open a comment or break a line of JavaScript.
pub(super) fn json(json: &str) -> String {
    let mut safe = String::with_capacity(json.len() + json.len() / 16);
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(safe, "\\u{:04x}", c as u32);
            }
            c => safe.push(c),
        }
    }
    safe
}

/// The source expression that lets exactly this script run (CSP level 3 section 2.3.1).
pub(super) fn script_hash(script: &str) -> String {
    format!("'sha256-{}'", base64(&Sha256::digest(script.as_bytes())))
}

/// RFC 4648 section 4.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().chain([&0, &0]).take(3).fold(0u32, |group, byte| group << 8 | u32::from(*byte));
        for place in 0..4 {
            let six = (group >> (18 - 6 * place)) & 63;
            text.push(if place > chunk.len() { '=' } else { char::from(ALPHABET[six as usize]) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_the_element_it_stands_in() {
        let safe = json(r#"{"a":"</script><!--&\u2028"}"#);
        assert!(!safe.contains(['<', '>', '&']));
        let there = serde_json::json!({"a": "</script>\u{2028}&amp;"});
        let back: serde_json::Value = serde_json::from_str(&json(&there.to_string())).unwrap();
        assert_eq!(back, there);
        assert_eq!(html("<a b='\"'>&"), "&lt;a b=&#39;&quot;&#39;&gt;&amp;");
    }

    #[test]
    fn base64_is_that_of_the_rfc() {
        for (plain, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
