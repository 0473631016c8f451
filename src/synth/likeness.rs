//! Identifiers that look like a known one and name nothing.

use serde_json::Value;

use super::forge::Forge;
use super::number::Range;
use super::stream::Stream;
use super::{Alphabet, Cannot};

/// An identifier inside `schema` that looks like `known` (digits for digits, letters for letters) and is another.
/// Where the schema asks for an integer, a large one.
///
/// # Errors
/// When nothing like it is inside the schema.
pub fn unknown_like(known: Option<&str>, schema: &Value, salt: &str) -> Result<Value, Cannot> {
    Forge::new(schema)?.unknown_like(known, salt)
}

impl Forge {
    /// See [`unknown_like`].
    ///
    /// # Errors
    /// When nothing like it is inside the schema.
    pub fn unknown_like(&self, known: Option<&str>, salt: &str) -> Result<Value, Cannot> {
        let spot = self.spot("", "");
        let shape = spot.shape();
        let mut stream = Stream::new(salt);
        let number = shape.kinds().iter().any(|kind| matches!(*kind, "integer" | "number"));
        for _ in 0..8 {
            let value = match known {
                _ if number => Range::of(shape).large(&mut stream)?,
                Some(known) if known.chars().any(|c| c.is_ascii_alphanumeric()) => {
                    Value::String(another(known, &mut stream))
                }
                _ => {
                    let salt = format!("{salt}{}", stream.next());
                    let letters = super::letters::Letters::of(shape, None)?;
                    Value::String(spot.string(letters.comfortable(), Alphabet::Ascii, &salt)?)
                }
            };
            let same = known.is_some_and(|known| {
                value.as_str().map_or_else(|| value.to_string(), str::to_owned) == known
            });
            if !same && self.judge().accepts(&value) {
                return Ok(value);
            }
        }
        Err(Cannot::new("no other identifier of the same form is inside the schema"))
    }
}

/// A text of the same form.
pub(crate) fn another(known: &str, stream: &mut Stream) -> String {
    let alphanumeric = || known.chars().filter(char::is_ascii_alphanumeric);
    let hex = alphanumeric().all(|c| c.is_ascii_hexdigit()) && alphanumeric().any(|c| c.is_ascii_digit());
    let uuid = hex && known.len() == 36 && known.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    let mut letter =
        |first: u8, count: usize| char::from(first + u8::try_from(stream.below(count)).unwrap_or(0));
    known
        .chars()
        .enumerate()
        .map(|(at, c)| match c {
            // Version and variant (RFC 9562 section 4) stay, so that it is still a UUID.
            _ if uuid && (at == 14 || at == 19) => c,
            '1'..='9' => letter(b'1', 9),
            '0' => letter(b'0', 10),
            'a'..='z' => letter(b'a', if hex { 6 } else { 26 }),
            'A'..='Z' => letter(b'A', if hex { 6 } else { 26 }),
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_unknown_identifier_has_the_form_of_the_known_one() {
        for known in
            ["120671", "3a7c1e52-9b4d-4f60-8e21-6d5c4b3a2f10", "ddmtest", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"]
        {
            let unknown = unknown_like(Some(known), &json!({"type": "string"}), "x").unwrap();
            let unknown = unknown.as_str().unwrap();
            assert_ne!(unknown, known);
            let form = |text: &str| {
                text.chars().map(|c| (c.is_ascii_digit(), c.is_ascii_lowercase())).collect::<Vec<_>>()
            };
            assert_eq!(form(unknown), form(known), "{unknown}");
        }
    }

    #[test]
    fn an_unknown_integer_is_large_and_inside_the_schema() {
        let schema = json!({"type": "integer", "minimum": 0, "maximum": 99_999_999_999_999_999_u64});
        let value = unknown_like(Some("120671"), &schema, "x").unwrap().as_u64().unwrap();
        assert!((80_000_000_000_000_000..=99_999_999_999_999_999).contains(&value), "{value}");
        let value = unknown_like(Some("7"), &json!({"type": "integer", "maximum": 9}), "x").unwrap();
        assert!(value.as_u64().unwrap() < 10 && value != json!(7));
    }
}
