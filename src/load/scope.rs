//! A contract file with its includes, as one.

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
        Self {
            index,
            main,
            path,
            sources: section("sources"),
            variables: section("variables"),
            security: section("security"),
            defaults: section("defaults"),
            operations: section("operations"),
            sequences: section("sequences"),
            restore: section("restore"),
            contradictions: section("contradictions"),
            volatile: section("volatile"),
            shared: Shared::new(&schemas),
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

    /// The media type of bodies that do not say their own.
    pub(super) fn media_type(&self) -> String {
        self.default("media_type").and_then(|(_, node)| node.text()).unwrap_or("application/json").to_owned()
    }
}

/// The entries of a section in all files; what two files both say is an error. (Within one file the shape checks
/// have said so already.)
fn joined<'n>(parts: &[&'n Node], section: &str, out: &mut Vec<Diagnostic>) -> Entries<'n> {
    let mut entries: Entries<'n> = Vec::new();
    for part in parts {
        for (key, node) in part.get(section).map(Node::members).unwrap_or_default() {
            match entries.iter().find(|(earlier, _)| earlier.text == key.text) {
                Some((earlier, _)) if earlier.span.file != key.span.file => out.push(
                    Diagnostic::error("repeated-key", format!("`{}` stands in two files", key.text))
                        .at(key.span, "again here")
                        .at(earlier.span, "first here")
                        .help("a contract and the files that it includes share their names"),
                ),
                Some(_) => {}
                None => entries.push((key, node)),
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
}

impl<'f> Places<'f> {
    pub(super) fn new(files: &'f [SourceFile]) -> Self {
        let starts = |file: &SourceFile| {
            let breaks =
                file.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
            std::iter::once(0).chain(breaks).collect()
        };
        Self { files, starts: files.iter().map(starts).collect() }
    }

    /// The same as [`Span::place`].
    pub(super) fn of(&self, span: Span) -> crate::text::Place {
        let at = span.file.0 as usize;
        let (Some(file), Some(starts)) = (self.files.get(at), self.starts.get(at)) else {
            return crate::text::Place::default();
        };
        let line = starts.partition_point(|start| *start <= span.start).max(1);
        let before = file.text.get(starts[line - 1]..span.start).unwrap_or_default();
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        crate::text::Place {
            file: file.path.clone(),
            line: number(line),
            col: number(before.chars().count() + 1),
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
