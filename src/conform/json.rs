//! Reading JSON without losing facts.

use serde_json::Value;

/// A text that is not JSON (RFC 8259), or that says something which no reader could agree on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not JSON at line {line}, column {col}: {why}")]
pub struct BadJson {
    /// From 1.
    pub line: usize,
    /// From 1.
    pub col: usize,
    /// A lowercase fragment.
    pub why: String,
}

/// Reads one JSON text. An empty text is not JSON.
///
/// # Errors
/// When the bytes are not one JSON text.
pub fn read_json(bytes: &[u8]) -> Result<Value, BadJson> {
    serde_json::from_slice(bytes).map_err(|error| {
        let text = error.to_string();
        let why = text.split(" at line ").next().unwrap_or(&text).to_owned();
        BadJson { line: error.line(), col: error.column(), why }
    })
}
