//! Where a promise stands in the document: line, and the words for people that it has there.

use super::made::Made;
use super::sources::Place;
use super::{Reading, names};
use crate::text::tree::{Kind, Node};
use crate::text::{FileId, Span};

/// The longest quote, in characters.
const LONGEST: usize = 120;

/// Keywords whose values are shown as they stand there.
const SHOWN: [&str; 24] = [
    "type",
    "nullable",
    "format",
    "enum",
    "const",
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minContains",
    "maxContains",
    "minProperties",
    "maxProperties",
    "required",
    "additionalProperties",
    "contentEncoding",
    "contentMediaType",
];

/// The files that are quoted, by the short names of the contract.
#[derive(Debug)]
pub(super) struct Cited {
    names: names::Names,
    known: Vec<(FileId, String)>,
}

impl Cited {
    /// The document itself comes first.
    pub(super) fn new(root: FileId) -> Self {
        let mut names = names::Names::default();
        let name = names.free("openapi");
        Self { names, known: vec![(root, name)] }
    }
}

impl Reading<'_> {
    /// Adds where this comes from. A document that is taken by its words says so itself.
    pub(super) fn cite(&mut self, made: &mut Made, at: Span, words: &str) {
        if self.exact {
            return;
        }
        let starts = self.lines.get(&at.file);
        let line = starts.map_or(0, |starts| starts.partition_point(|start| *start <= at.start));
        let source = self.source(at.file);
        made.say("from", at, format!("{source}:{line} \"{}\"", short(words)));
    }

    /// The short name of a file.
    fn source(&mut self, file: FileId) -> &str {
        let known = self.cited.known.iter().position(|(known, _)| *known == file);
        let at = known.unwrap_or_else(|| {
            let path = self.resolver.sources().path(file);
            let name = path.rsplit('/').next().unwrap_or(path);
            let name = names::plain(name.rsplit_once('.').map_or(name, |(stem, _)| stem));
            let name = self.cited.names.free(if name.is_empty() { "file" } else { &name });
            self.cited.known.push((file, name));
            self.cited.known.len() - 1
        });
        &self.cited.known[at].1
    }

    /// The files that are quoted, as sources of the contract.
    pub(super) fn sources(&self, title: &str, span: Span) -> Made {
        let mut sources = Made::new(span);
        for (file, name) in &self.cited.known {
            let mut source = Made::new(span);
            source.say("title", span, title);
            source.say("document", span, self.resolver.sources().path(*file));
            sources.put(name, span, source.node());
        }
        sources
    }

    /// Adds where a schema comes from, if it says anything about its values itself.
    pub(super) fn cite_schema(&mut self, made: &mut Node, place: Place<'_>) {
        let Kind::Map(members) = &mut made.kind else { return };
        let said = keywords(place.node);
        if self.exact || said.is_empty() {
            return;
        }
        let mut cited = Made::new(place.span());
        self.cite(&mut cited, place.span(), &said);
        members.extend(cited.take("from"));
    }
}

/// What a description says first, or else these words.
pub(super) fn words(place: Place<'_>, otherwise: &str) -> String {
    let said = ["summary", "description"].into_iter().find_map(|name| place.text(name).map(names::line));
    said.filter(|said| !said.is_empty()).unwrap_or_else(|| otherwise.to_owned())
}

/// The keywords of a schema that promise something about its values, as they stand there.
fn keywords(schema: &Node) -> String {
    let shown = schema
        .members()
        .iter()
        .filter(|(key, node)| SHOWN.contains(&key.text.as_str()) && !matches!(node.kind, Kind::Map(_)));
    shown.map(|(key, node)| format!("{}: {}", key.text, plain(node))).collect::<Vec<_>>().join(", ")
}

fn plain(node: &Node) -> String {
    match &node.kind {
        Kind::Text(text) => text.clone(),
        Kind::List(elements) => {
            format!("[{}]", elements.iter().map(plain).collect::<Vec<_>>().join(", "))
        }
        _ => node.json().to_string(),
    }
}

/// On one line, and not longer than anybody reads.
fn short(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    line.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// The value of a key as it stands there.
pub(super) fn pairs(place: Place<'_>, keys: &[&str]) -> String {
    let said = keys.iter().filter_map(|key| Some(format!("{key}: {}", plain(place.get(key)?.node))));
    said.collect::<Vec<_>>().join(", ")
}
