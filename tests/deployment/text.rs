//! What a text in a request may look like.

use serde_json::{Map, Value};

use super::state::SPECIAL;

/// The rule for one text member of a request body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    /// An empty text is as good as none.
    pub(crate) blank_is_none: bool,
    pub(crate) min: usize,
    pub(crate) max: usize,
    pub(crate) length: fn(&str) -> usize,
    pub(crate) allows: fn(char) -> bool,
    /// Whatever else must hold.
    pub(crate) also: fn(&str) -> bool,
    /// What is made of it before it is looked at.
    pub(crate) clean: fn(&str) -> String,
    pub(crate) lax: Lax,
}

/// What passes as a text without being one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lax {
    Nothing,
    Null,
    Numbers,
}

impl Text {
    pub(crate) const fn new(name: &'static str, min: usize, max: usize, allows: fn(char) -> bool) -> Self {
        Self {
            name,
            required: false,
            blank_is_none: false,
            min,
            max,
            length: characters,
            allows,
            also: |_| true,
            clean: str::to_owned,
            lax: Lax::Nothing,
        }
    }

    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The member's value, if there is one, or the name of the member that is not valid.
    pub(crate) fn read(&self, body: &Map<String, Value>) -> Result<Option<String>, &'static str> {
        match body.get(self.name) {
            None if !self.required => Ok(None),
            Some(Value::Null) if self.lax == Lax::Null => Ok(None),
            Some(Value::Number(number)) if self.lax == Lax::Numbers => Ok(Some(number.to_string())),
            Some(Value::String(text)) if text.is_empty() && self.blank_is_none => Ok(None),
            Some(Value::String(text)) => {
                let text = (self.clean)(text);
                if self.accepts(&text) { Ok(Some(text)) } else { Err(self.name) }
            }
            _ => Err(self.name),
        }
    }

    fn accepts(&self, text: &str) -> bool {
        let length = (self.length)(text);
        self.min <= length && length <= self.max && text.chars().all(self.allows) && (self.also)(text)
    }
}

/// Characters, not bytes.
pub(crate) fn characters(text: &str) -> usize {
    text.chars().count()
}

pub(crate) fn anything(_: char) -> bool {
    true
}

/// Letters, digits and hyphens.
pub(crate) fn plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-'
}

/// Letters, digits, hyphens and underscores.
pub(crate) fn word(letter: char) -> bool {
    plain(letter) || letter == '_'
}

/// Letters, digits, hyphens, underscores and blanks.
pub(crate) fn words(letter: char) -> bool {
    word(letter) || letter == ' '
}

pub(crate) fn trimmed(text: &str) -> String {
    text.trim_matches(' ').to_owned()
}

pub(crate) fn digit(letter: char) -> bool {
    letter.is_ascii_digit()
}

pub(crate) fn upper(letter: char) -> bool {
    letter.is_ascii_uppercase()
}

pub(crate) fn lower(letter: char) -> bool {
    letter.is_ascii_lowercase()
}

pub(crate) fn special(letter: char) -> bool {
    SPECIAL.contains(letter)
}

/// One of each sort.
pub(crate) fn strong(text: &str) -> bool {
    [digit, upper, lower, special].iter().all(|sort| text.contains(*sort))
}
