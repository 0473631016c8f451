//! Source files and places in them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Index of a file in [`crate::model::Contract::files`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct FileId(pub u32);

/// A file that a contract was read from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceFile {
    /// The path as the user gave it (or relative to the including file's folder).
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// A range of bytes in one file, `start` included and `end` excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Which file.
    pub file: FileId,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A place that a person can go to: `file:line:col`, line and column counted from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Place {
    /// The file's path.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub col: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.col)
    }
}

impl Span {
    /// The place of the first byte. `files` is the table that [`FileId`] points into; an unknown file or an offset
    /// past its end gives the nearest place rather than a panic.
    #[must_use]
    pub fn place(&self, files: &[SourceFile]) -> Place {
        let Some(file) = files.get(self.file.0 as usize) else {
            return Place::default();
        };
        let mut start = self.start.min(file.text.len());
        while !file.text.is_char_boundary(start) {
            start -= 1;
        }
        let before = &file.text[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Place {
            file: file.path.clone(),
            line: count(before.matches('\n').count() + 1),
            col: count(before[line_start..].chars().count() + 1),
        }
    }
}
