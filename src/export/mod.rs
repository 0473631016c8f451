//! A contract → a document of another kind: the way back from [`import`](crate::import).
//!
//! What is exported is the contract as a tree in its own format, so nothing that a contract can say has to be looked for.
//! What the other format has words for is said in them; all else stands in extensions that the importer reads back, and
//! what not even these can say is a note.

mod openapi;

use serde_json::Value;

use crate::text::Diagnostic;
use crate::text::tree::Node;

/// A document that was made of a contract.
#[derive(Debug, Clone, PartialEq)]
pub struct Exported {
    /// The document.
    pub document: Value,
    /// What it could not say, or says where only Countersign looks.
    pub notes: Vec<Diagnostic>,
}

/// A kind of foreign document.
pub trait Exporter: Sync {
    /// The word for it on the command line.
    fn id(&self) -> &'static str;

    /// What it writes, in a sentence.
    fn explain(&self) -> &'static str;

    /// Makes one document of contracts that can be read.
    ///
    /// # Errors
    /// When they can't stand in one document.
    fn export(&self, contracts: &[Node]) -> Result<Exported, Vec<Diagnostic>>;

    /// Whether a text with this tree is a document that was exported, and may be exported again in the same place.
    fn wrote(&self, tree: &Node) -> bool;
}

/// Every kind.
pub static EXPORTERS: &[&dyn Exporter] = &[&openapi::THIS];

/// The kind with this word.
#[must_use]
pub fn exporter(id: &str) -> Option<&'static dyn Exporter> {
    EXPORTERS.iter().copied().find(|exporter| exporter.id() == id)
}
