//! OpenAPI and Swagger documents: 2.0, 3.0, 3.1 and 3.2, in JSON and YAML.
//!
//! What a document promises becomes a clause, where it stands. What it does not promise is not tested: what a refused
//! request gets, for one, is only known where the document has an answer for it ([`promises`]). Schemas are made of what
//! references lead to, once for each direction that differs ([`definitions`]). What can't be brought over is a note.

mod body;
mod cite;
mod definitions;
mod document;
mod extension;
mod keyword;
mod kinds;
mod links;
mod made;
mod media;
mod names;
mod notes;
mod operation;
mod parameter;
mod promises;
mod response;
mod schema;
mod security;
mod servers;
mod sources;

use std::collections::{BTreeMap, HashMap};

use super::{Imported, Importer};
use crate::text::library::Library;
use crate::text::tree::{Kind, Node};
use crate::text::{Diagnostic, FileId, Severity};
use cite::Cited;
use definitions::Definitions;
pub use extension::EXTENSION;
use names::Names;
use notes::Notes;
use sources::{Place, Resolver, Sources, Target};

/// OpenAPI and Swagger documents.
#[derive(Debug)]
pub(super) struct OpenApi;

/// The one of the table.
pub(super) static THIS: OpenApi = OpenApi;

/// The version of the specification that a document is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    V2,
    V30,
    V31,
    V32,
}

impl Dialect {
    fn of(tree: &Node) -> Option<Self> {
        let said = |name: &str| tree.get(name).and_then(Node::scalar);
        if let Some(version) = said("swagger") {
            return version.starts_with('2').then_some(Self::V2);
        }
        let version = said("openapi")?;
        match version.split('.').collect::<Vec<_>>().as_slice() {
            ["3"] | ["3", "0", ..] => Some(Self::V30),
            ["3", "1", ..] => Some(Self::V31),
            ["3", ..] => Some(Self::V32),
            _ => None,
        }
    }

    /// Whether schemas are JSON Schema 2020-12.
    fn modern(self) -> bool {
        matches!(self, Self::V31 | Self::V32)
    }

    fn name(self) -> &'static str {
        match self {
            Self::V2 => "Swagger 2.0",
            Self::V30 => "OpenAPI 3.0",
            Self::V31 => "OpenAPI 3.1",
            Self::V32 => "OpenAPI 3.2",
        }
    }
}

/// A document on its way to a contract.
struct Reading<'t> {
    dialect: Dialect,
    root: Place<'t>,
    resolver: Resolver<'t>,
    notes: Notes,
    definitions: Definitions<'t>,
    /// The schemas that are made of another one with `allOf`.
    children: Option<HashMap<Target, Vec<(Target, Place<'t>)>>>,
    /// Names of operations.
    names: Names,
    /// What the contract needs from a deployment, by name.
    variables: BTreeMap<String, Node>,
    /// The variable of each identifier, by the shape of the path that ends with it.
    identifiers: BTreeMap<String, String>,
    /// The credentials in use, by the name of the scheme.
    credentials: BTreeMap<String, security::Scheme<'t>>,
    /// Line starts of the main file and the others, for the lines of sources.
    lines: BTreeMap<FileId, Vec<usize>>,
    /// Operations by the name that the document has for them, and by method and path: for links.
    operations: Vec<links::Known<'t>>,
    /// The files that are quoted.
    cited: Cited,
    /// The document is a contract in OpenAPI's words: nothing is concluded from it.
    exact: bool,
    /// The media type of bodies that do not say their own.
    usual: String,
}

impl Importer for OpenApi {
    fn id(&self) -> &'static str {
        "openapi"
    }

    fn explain(&self) -> &'static str {
        "an OpenAPI document (2.0, 3.0, 3.1, 3.2), JSON or YAML, with the files that it refers to"
    }

    fn recognises(&self, tree: &Node) -> bool {
        ["openapi", "swagger"].iter().any(|name| {
            tree.get(name).is_some_and(|node| matches!(node.kind, Kind::Text(_) | Kind::Number(_)))
        })
    }

    fn import(&self, documents: &[FileId], library: &mut Library<'_>) -> Result<Imported, Vec<Diagnostic>> {
        let [main] = documents else {
            let message = format!("{} documents were given, and one becomes a contract", documents.len());
            return Err(vec![Diagnostic::error("several-documents", message).help("import them one by one")]);
        };
        let mut notes = Notes::default();
        let sources = Sources::gather(*main, library, &mut notes)?;
        let Some(root) = sources.root(*main) else { return Err(Vec::new()) };
        let Some(dialect) = Dialect::of(root.node) else {
            let version = root.get("openapi").or_else(|| root.get("swagger"));
            let span = version.map_or(root.span(), Place::span);
            return Err(vec![
                Diagnostic::error("unknown-version", "this is no OpenAPI document of a version that is read")
                    .at(span, "no such version")
                    .help("versions: `swagger: \"2.0\"`, `openapi: 3.0.x`, `3.1.x`, `3.2.x`"),
            ]);
        };
        let resolver = Resolver::new(&sources);
        let files: Vec<FileId> = sources.files().collect();
        let definitions = Definitions::new(&resolver, &sources, files.iter().copied());
        let starts = |file: &FileId| {
            let text = &library.files()[file.0 as usize].text;
            let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
            (*file, std::iter::once(0).chain(breaks).collect())
        };
        let mut reading = Reading {
            dialect,
            root,
            resolver,
            notes,
            definitions,
            children: None,
            names: Names::default(),
            variables: BTreeMap::new(),
            identifiers: BTreeMap::new(),
            credentials: BTreeMap::new(),
            lines: files.iter().map(starts).collect(),
            operations: Vec::new(),
            cited: Cited::new(*main),
            exact: extension::is_exact(root),
            usual: extension::usual(root),
        };
        let contract = reading.document();
        let notes = reading.notes.finish();
        if notes.iter().any(|note| note.severity == Severity::Error) {
            return Err(notes);
        }
        Ok(Imported { contract, notes })
    }
}

impl<'t> Reading<'t> {
    /// The schemas that are made of others with `allOf`, by those others.
    fn children(&mut self) -> &HashMap<Target, Vec<(Target, Place<'t>)>> {
        let (root, resolver) = (self.root, &self.resolver);
        self.children.get_or_insert_with(|| {
            let mut children: HashMap<Target, Vec<(Target, Place<'t>)>> = HashMap::new();
            let components = root.get("components").and_then(|components| components.get("schemas"));
            let lists = [("/components/schemas", components), ("/definitions", root.get("definitions"))];
            for (at, list) in lists {
                for (key, schema) in list.into_iter().flat_map(Place::members) {
                    let child = Target { file: root.file, at: crate::text::pointer::join(at, &key.text) };
                    for part in schema.get("allOf").into_iter().flat_map(Place::elements) {
                        let base = part.text("$ref").and_then(|name| resolver.resolve(part.file, name).ok());
                        if let Some((base, _)) = base {
                            children.entry(base).or_default().push((child.clone(), schema));
                        }
                    }
                }
            }
            children
        })
    }
}
