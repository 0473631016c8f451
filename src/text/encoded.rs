//! The forms in which a secret may turn up: plain, inside a JSON text, percent-encoded, in base64. What looks for leaks
//! and what keeps secrets out of reports must know the same ones.

/// What percent-encoding may leave as it is: nothing, the unreserved characters (RFC 3986 section 2.3), those of
/// JavaScript's `encodeURIComponent`, those of an HTML form.
const KEPT: [&str; 4] = ["", "-_.~", "-_.!~*'()", "*-._"];

/// The shortest base64 text that counts: a shorter one would be met by chance.
const SHORTEST_BASE64: usize = 8;

/// The forms of `secret` that differ from one another, the plain one first.
#[must_use]
pub fn forms(secret: &str) -> Vec<String> {
    let escaped = serde_json::Value::from(secret).to_string();
    let escaped = &escaped[1..escaped.len() - 1];
    let mut forms = vec![secret.to_owned(), escaped.to_owned(), escaped.replace('/', "\\/")];
    for kept in KEPT {
        for digits in [b"0123456789ABCDEF", b"0123456789abcdef"] {
            let encoded = percent(secret, kept, digits);
            // In a form, a space is a plus sign.
            forms.push(encoded.replace("%20", "+"));
            forms.push(encoded);
        }
    }
    for alphabet in [b"+/", b"-_"] {
        // Inside a longer text the secret may begin at any of three positions; what its neighbours decide is left off.
        for shift in 0..3 {
            let core = base64(secret.as_bytes(), shift, *alphabet);
            if core.len() >= SHORTEST_BASE64 {
                forms.push(core);
            }
        }
    }
    let mut distinct: Vec<String> = Vec::with_capacity(forms.len());
    for form in forms {
        if !distinct.contains(&form) {
            distinct.push(form);
        }
    }
    distinct
}

fn percent(text: &str, kept: &str, digits: &[u8; 16]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || kept.as_bytes().contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(digits[usize::from(byte >> 4)]));
            out.push(char::from(digits[usize::from(byte & 15)]));
        }
    }
    out
}

/// The base64 characters (RFC 4648) that are decided by `bytes` alone when `shift` other bytes stand before them.
fn base64(bytes: &[u8], shift: usize, last_two: [u8; 2]) -> String {
    let letter = |six: u8| match six {
        0..=25 => b'A' + six,
        26..=51 => b'a' + six - 26,
        52..=61 => b'0' + six - 52,
        62 => last_two[0],
        _ => last_two[1],
    };
    let first_bit = shift * 8;
    let end_bit = first_bit + bytes.len() * 8;
    let bit = |at: usize| bytes[(at - first_bit) / 8] >> (7 - at % 8) & 1;
    let mut out = String::new();
    for start in (first_bit.div_ceil(6) * 6..end_bit).step_by(6) {
        if start + 6 > end_bit {
            break;
        }
        let six = (start..start + 6).fold(0, |six, at| six << 1 | bit(at));
        out.push(char::from(letter(six)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_found_at_every_position() {
        // "user:mock-token-1" and friends, as RFC 4648 encodes them.
        for (whole, shift) in
            [("bW9jay10b2tlbi0x", 0), ("YW1vY2stdG9rZW4tMQ==", 1), ("YWFtb2NrLXRva2VuLTE=", 2)]
        {
            let core = base64(b"mock-token-1", shift, *b"+/");
            assert!(core.len() >= 10 && whole.contains(&core), "{whole} {core}");
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xfe], 0, *b"-_"), "-__-");
    }

    #[test]
    fn forms_differ_from_one_another() {
        let found = forms("a\"b/c d中xyz");
        assert!(found.contains(&"a\\\"b/c d中xyz".to_owned()));
        assert!(found.contains(&"a%22b%2Fc%20d%E4%B8%ADxyz".to_owned()));
        assert!(found.contains(&"a%22b%2fc%20d%e4%b8%adxyz".to_owned()));
        assert!(found.contains(&"a%22b%2Fc+d%E4%B8%ADxyz".to_owned()));
        assert!(found.contains(&"a\\\"b\\/c d中xyz".to_owned()));
        assert!(forms("abc/def-secret-99").contains(&"abc%2Fdef-secret-99".to_owned()));
        assert_eq!(forms("plain-token").iter().filter(|form| *form == "plain-token").count(), 1);
    }
}
