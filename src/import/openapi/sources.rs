//! The document and the files that it refers to, and the way from a reference to what it means.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::text::library::{Library, beside};
use crate::text::tree::{Key, Kind, Node};
use crate::text::{Diagnostic, FileId, Span, pointer};

use super::notes::Notes;

/// A node, and the file that its references are relative to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'t> {
    pub(super) file: FileId,
    pub(super) node: &'t Node,
}

impl<'t> Place<'t> {
    pub(super) fn get(self, name: &str) -> Option<Self> {
        self.node.get(name).map(|node| Self { node, ..self })
    }

    pub(super) fn entry(self, name: &str) -> Option<(&'t Key, Self)> {
        self.node.entry(name).map(|(key, node)| (key, Self { node, ..self }))
    }

    pub(super) fn members(self) -> impl Iterator<Item = (&'t Key, Self)> {
        self.node.members().iter().map(move |(key, node)| (key, Self { node, ..self }))
    }

    pub(super) fn elements(self) -> impl Iterator<Item = Self> {
        self.node.elements().iter().map(move |node| Self { node, ..self })
    }

    pub(super) fn text(self, name: &str) -> Option<&'t str> {
        self.node.get(name).and_then(Node::text)
    }

    pub(super) fn is_true(self, name: &str) -> bool {
        self.node.get(name).is_some_and(|node| node.kind == Kind::Bool(true))
    }

    pub(super) fn is_map(self) -> bool {
        matches!(self.node.kind, Kind::Map(_))
    }

    pub(super) fn span(self) -> Span {
        self.node.span
    }
}

/// What a reference leads to: a file and a pointer into it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Target {
    pub(super) file: FileId,
    /// A JSON Pointer, unescaped as far as a URI escapes it.
    pub(super) at: String,
}

type Found<'t> = Result<(Target, Place<'t>), String>;

/// The trees of all files that belong together.
#[derive(Debug)]
pub(super) struct Sources {
    trees: BTreeMap<FileId, Arc<Node>>,
    paths: BTreeMap<FileId, String>,
    files: BTreeMap<String, FileId>,
}

impl Sources {
    /// Reads every file that `main` refers to, and those that these refer to.
    pub(super) fn gather(
        main: FileId,
        library: &mut Library<'_>,
        notes: &mut Notes,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut sources = Self { trees: BTreeMap::new(), paths: BTreeMap::new(), files: BTreeMap::new() };
        let mut wrong = Vec::new();
        let mut open = vec![main];
        while let Some(file) = open.pop() {
            let Some(tree) = library.foreign_tree(file, &mut wrong) else {
                if file == main {
                    return Err(wrong);
                }
                continue;
            };
            let path = library.files()[file.0 as usize].path.clone();
            let mut named = Vec::new();
            others(&tree, &mut named);
            sources.files.insert(path.clone(), file);
            sources.paths.insert(file, path.clone());
            sources.trees.insert(file, tree);
            for (name, span) in named {
                let other = beside(&path, &decoded(&name));
                if sources.files.contains_key(&other) {
                    continue;
                }
                match library.text(&other) {
                    Ok(file) => {
                        sources.files.insert(other, file);
                        open.push(file);
                    }
                    Err(why) => {
                        notes.odd(span, format!("`{other}` can't be read: {why}"), "referred to here");
                    }
                }
            }
        }
        for diagnostic in wrong {
            notes.push(Diagnostic { severity: crate::text::Severity::Warning, ..diagnostic });
        }
        Ok(sources)
    }

    /// The whole of a file.
    pub(super) fn root(&self, file: FileId) -> Option<Place<'_>> {
        self.trees.get(&file).map(|node| Place { file, node })
    }

    /// All files.
    pub(super) fn files(&self) -> impl Iterator<Item = FileId> {
        self.trees.keys().copied()
    }

    /// The path of a file.
    pub(super) fn path(&self, file: FileId) -> &str {
        self.paths.get(&file).map_or("", String::as_str)
    }
}

/// Finds what references mean, each once.
#[derive(Debug)]
pub(super) struct Resolver<'t> {
    sources: &'t Sources,
    known: RefCell<HashMap<(FileId, String), Found<'t>>>,
}

impl<'t> Resolver<'t> {
    pub(super) fn new(sources: &'t Sources) -> Self {
        Self { sources, known: RefCell::default() }
    }

    pub(super) fn sources(&self) -> &'t Sources {
        self.sources
    }

    /// What `reference` in `file` means; else why it means nothing.
    pub(super) fn resolve(&self, file: FileId, reference: &str) -> Found<'t> {
        let key = (file, reference.to_owned());
        if let Some(found) = self.known.borrow().get(&key) {
            return found.clone();
        }
        let found = self.look(file, reference);
        self.known.borrow_mut().insert(key, found.clone());
        found
    }

    fn look(&self, file: FileId, reference: &str) -> Found<'t> {
        let (name, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        if name.contains("://") {
            return Err("it is on the web, and nothing is fetched".to_owned());
        }
        let of = if name.is_empty() {
            file
        } else {
            let path = beside(self.sources.path(file), &decoded(name));
            *self.sources.files.get(&path).ok_or_else(|| format!("`{path}` can't be read"))?
        };
        let root = self.sources.root(of).ok_or_else(|| "its file can't be read".to_owned())?;
        let fragment = decoded(fragment);
        if !fragment.is_empty() && !fragment.starts_with('/') {
            let node =
                anchored(root.node, &fragment).ok_or_else(|| format!("nothing is called `{fragment}`"))?;
            return Ok((Target { file: of, at: fragment }, Place { file: of, node }));
        }
        let mut node = root.node;
        for token in pointer::tokens(&fragment) {
            node = step(node, &token).ok_or_else(|| format!("there is no `{token}` on the way"))?;
        }
        Ok((Target { file: of, at: fragment }, Place { file: of, node }))
    }

    /// What stands at `place`, behind all references; else why nothing does.
    pub(super) fn follow(&self, place: Place<'t>) -> Result<Place<'t>, String> {
        let mut here = place;
        for _ in 0..32 {
            match here.text("$ref") {
                Some(reference) => here = self.resolve(here.file, reference)?.1,
                None => return Ok(here),
            }
        }
        Err("the references lead in a circle".to_owned())
    }
}

fn step<'n>(node: &'n Node, token: &str) -> Option<&'n Node> {
    match &node.kind {
        Kind::Map(_) => node.get(token),
        Kind::List(elements) => elements.get(token.parse::<usize>().ok()?),
        _ => None,
    }
}

/// The schema that calls itself by this name.
fn anchored<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    if ["$anchor", "$dynamicAnchor"].iter().any(|key| node.get(key).and_then(Node::text) == Some(name)) {
        return Some(node);
    }
    let members = node.members().iter().map(|(_, node)| node);
    members.chain(node.elements()).find_map(|node| anchored(node, name))
}

/// The other files that references in `node` name.
fn others(node: &Node, found: &mut Vec<(String, Span)>) {
    for (key, node) in node.members() {
        match node.text() {
            Some(reference) if key.text == "$ref" => {
                let name = reference.split('#').next().unwrap_or_default();
                if !name.is_empty() && !name.contains("://") {
                    found.push((name.to_owned(), node.span));
                }
            }
            _ => others(node, found),
        }
    }
    node.elements().iter().for_each(|node| others(node, found));
}

/// A part of a URI without its escapes.
fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}
