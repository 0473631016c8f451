//! Values from schemas: plain ones, on each bound, one past it, near misses, other types, identifiers of nothing.
//!
//! Everything here is pure: the same schema and salt give the same value on every machine. Values are built from what
//! the schema says ([`shape`]) and then judged as a whole ([`Forge`]), so a schema that says more than this module
//! understands leads to [`Cannot`], never to a wrong value. Shrinking (for property-based values) will stand beside
//! [`edges`] when that generator comes.

mod class;
mod edges;
mod forge;
mod format;
mod grow;
mod kinds;
mod letters;
mod likeness;
mod near;
mod number;
mod pattern;
mod shape;
mod stream;

use serde_json::Value;

pub use edges::Edge;
pub use forge::{Forge, Spot, place, take};
pub use kinds::wrong_types;
pub use letters::Alphabet;
pub use likeness::unknown_like;
pub use stream::digest;

/// How many members a generated value has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Only what is required.
    Smallest,
    /// Everything that the schema names.
    Full,
}

/// There is no such value, or none that can be found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{because}")]
pub struct Cannot {
    /// Why, a lowercase fragment.
    pub because: String,
}

impl Cannot {
    /// With this reason.
    pub fn new(because: impl Into<String>) -> Self {
        Self { because: because.into() }
    }
}

/// A value and what it is, as a fragment that fits after a name: `of 51 characters`.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The value.
    pub value: Value,
    /// What it is.
    pub label: String,
}

impl Candidate {
    pub(crate) fn new(value: impl Into<Value>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// A plain value inside `schema`, with every optional member.
///
/// # Errors
/// When there is none, or none can be found.
pub fn sample(schema: &Value, salt: &str) -> Result<Value, Cannot> {
    Forge::new(schema)?.grow(Style::Full, salt)
}

/// A value inside `schema` with nothing that may be left out. Its strings and numbers are small, but not on their
/// bounds: a deployment that gets a bound wrong is to be caught by the case that aims at the bound.
///
/// # Errors
/// When there is none, or none can be found.
pub fn smallest(schema: &Value, salt: &str) -> Result<Value, Cannot> {
    Forge::new(schema)?.grow(Style::Smallest, salt)
}

/// A value inside `schema` with every member that the schema names.
///
/// # Errors
/// When there is none, or none can be found.
pub fn full(schema: &Value, salt: &str) -> Result<Value, Cannot> {
    sample(schema, salt)
}

/// A string inside `schema` of exactly `chars` characters.
///
/// # Errors
/// When there is none, or none can be found.
pub fn string_of_length(
    schema: &Value,
    chars: usize,
    alphabet: Alphabet,
    salt: &str,
) -> Result<String, Cannot> {
    let forge = Forge::new(schema)?;
    let text = forge.spot("", "").string(chars, alphabet, salt)?;
    if forge.judge().accepts(&Value::String(text.clone())) {
        Ok(text)
    } else {
        Err(Cannot::new(format!("no string of {chars} characters is allowed")))
    }
}
