//! A contract file with its includes, as one.

use std::collections::BTreeMap;

use super::origin::Reasons;
use super::schema::Shared;
use super::shape::Known;
use crate::text::tree::{Key, Node};
use crate::text::{Diagnostic, SourceFile, Span};

/// The entries of one section, in the order of the files.
pub(super) type Entries<'n> = Vec<(&'n Key, &'n Node)>;

/// Everything that one contract file and its includes say, section by section.
#[derive(Debug)]
pub(super) struct Scope<'n> {
    /// Index into [`crate::model::Contract::documents`].
    pub(super) index: usize,
    /// The contract file itself.
    pub(super) main: &'n Node,
    pub(super) path: &'n str,
    pub(super) sources: Entries<'n>,
    pub(super) variables: Entries<'n>,
    pub(super) security: Entries<'n>,
    pub(super) defaults: Entries<'n>,
    pub(super) schemas: Entries<'n>,
    pub(super) operations: Entries<'n>,
    pub(super) sequences: Entries<'n>,
    pub(super) restore: Entries<'n>,
    pub(super) contradictions: Entries<'n>,
    pub(super) volatile: Entries<'n>,
    /// The shared schemas by name.
    pub(super) shared: Shared<'n>,
}

impl<'n> Scope<'n> {
    /// Joins the sections of `parts`, of which `main` is the last.
    pub(super) fn new(
        index: usize,
        main: &'n Node,
        path: &'n str,
        parts: &[&'n Node],
        out: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut section = |name: &str| joined(parts, name, out);
        let schemas = section("schemas");
        let defaults = section("defaults");
        let promised = defaults.iter().find(|(key, _)| key.text == "formats").map(|(_, node)| *node);
        Self {
            index,
            main,
            path,
            sources: section("sources"),
            variables: section("variables"),
            security: section("security"),
            defaults,
            operations: section("operations"),
            sequences: section("sequences"),
            restore: section("restore"),
            contradictions: section("contradictions"),
            volatile: section("volatile"),
            shared: Shared::new(&schemas, promised),
            schemas,
        }
    }

    /// The names that the shape checks need.
    pub(super) fn known(&self) -> Known {
        let names = |entries: &Entries<'_>| entries.iter().map(|(key, _)| key.text.clone()).collect();
        Known { sources: names(&self.sources), schemas: names(&self.schemas) }
    }

    /// An entry of `defaults`.
    pub(super) fn default(&self, name: &str) -> Option<(&'n Key, &'n Node)> {
        self.defaults.iter().find(|(key, _)| key.text == name).copied()
    }

    /// Whether members of answers that no schema names are nothing to speak of.
    pub(super) fn is_open(&self) -> bool {
        self.default("other_members").is_some_and(|(_, node)| node.text() == Some("allowed"))
    }

    /// The media type of bodies that do not say their own.
    pub(super) fn media_type(&self) -> String {
        self.default("media_type").and_then(|(_, node)| node.text()).unwrap_or("application/json").to_owned()
    }
}

/// The entries of a section in all files; what two files both say is an error. (Within one file the shape checks
/// have said so already.)
fn joined<'n>(parts: &[&'n Node], section: &str, out: &mut Vec<Diagnostic>) -> Entries<'n> {
    let mut entries: Entries<'n> = Vec::new();
    let mut seen: BTreeMap<&str, &'n Key> = BTreeMap::new();
    for part in parts {
        for (key, node) in part.get(section).map(Node::members).unwrap_or_default() {
            match seen.get(key.text.as_str()) {
                Some(earlier) if earlier.span.file != key.span.file => out.push(
                    Diagnostic::error("repeated-key", format!("`{}` stands in two files", key.text))
                        .at(key.span, "again here")
                        .at(earlier.span, "first here")
                        .help("a contract and the files that it includes share their names"),
                ),
                Some(_) => {}
                None => {
                    seen.insert(&key.text, key);
                    entries.push((key, node));
                }
            }
        }
    }
    entries
}

/// From spans to places, quickly: a contract has a clause for nearly every line.
#[derive(Debug)]
pub(super) struct Places<'f> {
    files: &'f [SourceFile],
    starts: Vec<Vec<usize>>,
    /// How many characters come before each [`STRIDE`] bytes: a document may be one long line.
    counts: Vec<Vec<usize>>,
}

const STRIDE: usize = 4096;

impl<'f> Places<'f> {
    pub(super) fn new(files: &'f [SourceFile]) -> Self {
        let starts = |file: &SourceFile| {
            let breaks =
                file.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
            std::iter::once(0).chain(breaks).collect()
        };
        let counts = |file: &SourceFile| {
            let mut counts = vec![0];
            for chunk in file.text.as_bytes().chunks(STRIDE) {
                let characters = chunk.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
                counts.push(counts.last().copied().unwrap_or_default() + characters);
            }
            counts
        };
        Self { files, starts: files.iter().map(starts).collect(), counts: files.iter().map(counts).collect() }
    }

    /// How many characters begin before the byte `at`.
    fn characters(&self, file: usize, at: usize) -> usize {
        let bytes = self.files[file].text.as_bytes();
        let (full, at) = (at / STRIDE, at.min(bytes.len()));
        let before = self.counts[file].get(full).copied().unwrap_or_default();
        let rest = bytes.get(full * STRIDE..at).unwrap_or_default();
        before + rest.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
    }

    /// The same as [`Span::place`].
    pub(super) fn of(&self, span: Span) -> crate::text::Place {
        let at = span.file.0 as usize;
        let (Some(file), Some(starts)) = (self.files.get(at), self.starts.get(at)) else {
            return crate::text::Place::default();
        };
        let line = starts.partition_point(|start| *start <= span.start).max(1);
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        crate::text::Place {
            file: file.path.clone(),
            line: number(line),
            col: number(
                self.characters(at, span.start).saturating_sub(self.characters(at, starts[line - 1])) + 1,
            ),
        }
    }

    /// An origin at `span` for these reasons.
    pub(super) fn origin(&self, span: Span, reasons: &Reasons) -> crate::model::Origin {
        crate::model::Origin {
            place: self.of(span),
            published: reasons.published.clone(),
            convention: reasons.convention.clone(),
        }
    }
}
