//! What a page is made of, whatever its format: headings, lines of text, code and tables, each with its place.

use crate::text::Span;

/// A text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Said {
    /// Without white space around it.
    pub(super) text: String,
    /// From 1.
    pub(super) line: u32,
    pub(super) span: Span,
}

/// A cell of a table: its lines.
pub(super) type Cell = Vec<Said>;

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Table {
    pub(super) head: Vec<Said>,
    /// As many cells as the head, or fewer.
    pub(super) rows: Vec<Vec<Cell>>,
}

/// An entry of a list that is not numbered, or a definition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Entry {
    /// What is defined, where it stands in a line of its own.
    pub(super) term: Option<Said>,
    /// How many bytes of the first line are marked, as a name is.
    pub(super) name: Option<usize>,
    /// Where a line of the page ends within one of them stands [`SOFT`].
    pub(super) lines: Vec<Said>,
    /// The entries of lists inside it.
    pub(super) inner: Vec<Entry>,
}

impl Entry {
    /// All of it, as lines of text.
    pub(super) fn lines(self) -> Vec<Said> {
        let own = self.term.into_iter().chain(self.lines);
        let own = own.map(|said| Said { text: soft(&said.text), ..said });
        own.chain(self.inner.into_iter().flat_map(Self::lines)).collect()
    }
}

/// A line break that ends no sentence.
pub(super) const SOFT: char = '\u{85}';

/// On one line.
pub(super) fn soft(text: &str) -> String {
    text.replace(SOFT, " ")
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// Marked as a heading, and of which level, from 1; plain text has none.
    Heading(Said, u8),
    /// A line, or a paragraph.
    Text(Said),
    /// Lines as they stand, of one place.
    Code(Said),
    Table(Table),
    /// The entries of a list that may describe fields.
    List(Vec<Entry>),
}

impl Said {
    /// Without what marks an element of a list.
    pub(super) fn bare(&self) -> &str {
        bare(&self.text)
    }
}

/// Without what marks an element of a list, or a number before a heading.
pub(super) fn bare(text: &str) -> &str {
    let text = text.trim_start_matches(['-', '*', '•', '·', '#', '>']).trim();
    let number = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(0);
    let (before, after) = text.split_at(number);
    if before.contains('.') && after.starts_with(' ') { after.trim_start() } else { text }
}

/// The text of a cell's lines, one after another.
pub(super) fn joined(cell: &[Said]) -> String {
    cell.iter().map(|said| said.text.as_str()).collect::<Vec<_>>().join(" ").trim().to_owned()
}
