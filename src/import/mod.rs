//! A foreign document → a contract: a tree in the contract format whose places are those of the document.
//!
//! So the loader, the lints, the origins of clauses and every message point into the document itself, and there is one
//! way from a tree to a [contract](crate::model::Contract). [`write()`] makes the same tree a file for people to keep.

mod brief;
mod literal;
mod openapi;
mod page;
mod rename;
mod write;

use crate::text::library::Library;
use crate::text::tree::Node;
use crate::text::{Diagnostic, FileId};

pub use brief::brief;
pub use openapi::EXTENSION;
pub use rename::rename;
pub use write::{MARK, write};

/// A contract that was made from foreign documents.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// In the contract format; its places are in the documents.
    pub contract: Node,
    /// What was read and could not be brought over, with its place, and what a reader should know.
    pub notes: Vec<Diagnostic>,
}

/// A kind of foreign document.
pub trait Importer: Sync {
    /// The word for it on the command line.
    fn id(&self) -> &'static str;

    /// What it reads, in a sentence.
    fn explain(&self) -> &'static str;

    /// Whether a YAML or JSON text with this tree is such a document, so that it may be given where a contract is asked
    /// for.
    fn recognises(&self, _tree: &Node) -> bool {
        false
    }

    /// What the names of such documents end in, where they are no YAML or JSON that could be looked at.
    fn endings(&self) -> &'static [&'static str] {
        &[]
    }

    /// Makes one contract of the documents. Files that they refer to are read from the library.
    ///
    /// # Errors
    /// When they are not of this kind, or so broken that nothing can be made of them.
    fn import(&self, documents: &[FileId], library: &mut Library<'_>) -> Result<Imported, Vec<Diagnostic>>;
}

/// Every kind.
pub static IMPORTERS: &[&dyn Importer] = &[&page::Pages, &openapi::THIS];

/// The kind with this word.
#[must_use]
pub fn importer(id: &str) -> Option<&'static dyn Importer> {
    IMPORTERS.iter().copied().find(|importer| importer.id() == id)
}

/// The kind that a document is by the ending of its name, if it is any.
#[must_use]
pub fn by_name(path: &str) -> Option<&'static dyn Importer> {
    let ending = path.rsplit_once('.')?.1.to_ascii_lowercase();
    IMPORTERS.iter().copied().find(|importer| importer.endings().contains(&ending.as_str()))
}

/// The kind that a YAML or JSON text with this tree is, if it is any.
#[must_use]
pub fn recognise(tree: &Node) -> Option<&'static dyn Importer> {
    IMPORTERS.iter().copied().find(|importer| importer.recognises(tree))
}
