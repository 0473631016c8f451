//! What must not be written: values at places that are called like a secret, and texts that stand for a value.

use serde_json::Value;

/// What names of secrets have in them, without case and separators. A place too many costs an example one literal
/// value; one too few would cost a secret.
const WORDS: [&str; 18] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "credential",
    "authorization",
    "cookie",
    "session",
    "signature",
    "assertion",
    "bearer",
    "jwt",
];

/// A shorter text is no secret that could be recognised elsewhere.
const SHORTEST: usize = 6;

/// Whether a header, parameter or member of this name holds a secret.
pub(super) fn names_one(name: &str) -> bool {
    let bare: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    WORDS.iter().any(|word| bare.contains(word)) || bare == "auth" || bare.ends_with("auth") || bare == "otp"
}

/// Whether whoever made the recording hid a value here, wholly or in part: asterisks, `[REDACTED]`, or what
/// Countersign's own reports write.
pub(super) fn hidden(text: &str) -> bool {
    let text = text.trim();
    let hides = |c: char| "*•●".contains(c);
    let marked = |open: char, close: char| text.find(open).is_some_and(|at| text[at..].contains(close));
    let upper = text.to_ascii_uppercase();
    (!text.is_empty() && text.chars().all(hides))
        || text.contains("***")
        || marked('‹', '›')
        || ["REDACTED", "[FILTERED]", "<HIDDEN>"].iter().any(|word| upper.contains(word))
        || (text.len() >= 4 && text.chars().all(|c| c == 'x' || c == 'X'))
        || cut(text)
}

/// Whether a text ends as Countersign's reports end what they cut.
pub(super) fn cut(text: &str) -> bool {
    text.ends_with(" characters in all)") && text.contains("… (") || text.starts_with("‹binary, ")
}

/// Collects the secrets of a header: the whole value, and what follows the scheme.
pub(super) fn of_header(name: &str, value: &str, out: &mut dyn FnMut(&str, &str)) {
    let lower = name.to_ascii_lowercase();
    if lower == "cookie" || lower == "set-cookie" {
        // Only the first pair of a `Set-Cookie` is a cookie; its attributes are words such as `Path`.
        let pairs = value.split(';').take(if lower == "cookie" { usize::MAX } else { 1 });
        pairs.filter_map(|pair| pair.split_once('=')).for_each(|(_, value)| keep("cookie", value, out));
    } else if names_one(name) {
        keep(name, value, out);
        if let Some((_, credential)) = value.trim().split_once(' ') {
            keep(name, credential, out);
        }
    }
}

/// Collects the secrets of a value by the names of its members: everything in a member that is called like one. A text
/// that is `public` is kept only where its own member is called so: beside a password stand words such as `method`'s.
pub(super) fn of_value(
    name: &str,
    value: &Value,
    public: &dyn Fn(&str) -> bool,
    out: &mut dyn FnMut(&str, &str),
) {
    within(name, value, names_one(name).then_some(name), public, out);
}

fn within(
    name: &str,
    value: &Value,
    inside: Option<&str>,
    public: &dyn Fn(&str) -> bool,
    out: &mut dyn FnMut(&str, &str),
) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let inside = if names_one(name) { Some(name.as_str()) } else { inside };
                within(name, member, inside, public, out);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                within(name, element, inside, public, out);
            }
        }
        Value::String(_) | Value::Number(_) => {
            let Some(secret) = inside else { return };
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            if names_one(name) || !public(&text) {
                keep(secret, &text, out);
            }
        }
        _ => {}
    }
}

fn keep(name: &str, value: &str, out: &mut dyn FnMut(&str, &str)) {
    let value = value.trim();
    if value.len() >= SHORTEST && !hidden(value) {
        out(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secrets_are_known_by_their_names() {
        for name in [
            "Authorization",
            "X-Auth-Token",
            "password",
            "user_password",
            "apiKey",
            "api_key",
            "Cookie",
            "auth",
            "client_assertion",
            "idJwt",
            "bearer",
            "passCode",
        ] {
            assert!(names_one(name), "{name}");
        }
        for name in ["author", "id", "name", "X-Request-Id", "path", "assist"] {
            assert!(!names_one(name), "{name}");
        }
    }

    #[test]
    fn what_is_hidden_is_told_from_values() {
        for text in [
            "********",
            "‹token›",
            "Bearer ‹token›",
            "xxxxxx",
            "[REDACTED]",
            "ab***",
            "{ … … (9 characters in all)",
        ] {
            assert!(hidden(text), "{text}");
        }
        for text in ["", "x", "a b", "Loading…", "1 > 2", "exxon", "{id}"] {
            assert!(!hidden(text), "{text}");
        }
    }

    #[test]
    fn secrets_are_found_in_headers_and_bodies() {
        let mut found = Vec::new();
        let mut keep = |_: &str, value: &str| found.push(value.to_owned());
        of_header("Authorization", "Bearer abc-def-1", &mut keep);
        of_header("set-cookie", "sid=0123456789; Path=/somewhere", &mut keep);
        of_header("accept", "application/json", &mut keep);
        let body = json!({
            "a": [{"password": "S3cret-99", "name": "somebody"}],
            "auth": {"identity": {
                "token": {"id": "gAAAA-1", "kind": "opaque"}, "passwords": [["hunter2hunter2"], {"main": "M4in-pass"}],
                "jwt": "eyJ-1", "password": "opaque",
            }},
            "pin_token": 12_345_678,
            "name": "somebody",
        });
        of_value("", &body, &|text| text == "opaque", &mut keep);
        found.sort();
        assert_eq!(
            found,
            [
                "0123456789",
                "12345678",
                "Bearer abc-def-1",
                "M4in-pass",
                "S3cret-99",
                "abc-def-1",
                "gAAAA-1",
                "hunter2hunter2",
                "opaque"
            ]
        );
    }
}
