//! Whether a text is a UUID.

/// Whether `text` is a UUID as it is written (RFC 9562 section 4): 8-4-4-4-12 hex digits, of any version.
#[must_use]
pub fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
