//! OpenAPI 3.1.
//!
//! First the document is written as far as OpenAPI has words ([`document`]). Then it is imported, and what the contract
//! says besides becomes an `x-countersign` on the operation that it is about, or on the document: exactly what has to be
//! laid over the import to make the contract of it. So nothing is forgotten here that the importer would not know, and
//! what is left between the two at the end is told.

mod document;
mod extend;
mod join;
mod links;
mod names;
mod operation;
mod plain;
mod schema;
mod security;

use serde_json::{Value, json};

use super::{Exported, Exporter};
use crate::import::EXTENSION;
use crate::text::tree::Node;
use crate::text::{Diagnostic, Span};

/// OpenAPI documents.
#[derive(Debug)]
pub(super) struct OpenApi;

/// The one of the table.
pub(super) static THIS: OpenApi = OpenApi;

impl Exporter for OpenApi {
    fn id(&self) -> &'static str {
        "openapi"
    }

    fn explain(&self) -> &'static str {
        "an OpenAPI document (3.1), JSON or YAML"
    }

    fn export(&self, contracts: &[Node]) -> Result<Exported, Vec<Diagnostic>> {
        let whole = join::join(contracts)?;
        let mut contract = whole.json();
        plain::plain(&mut contract);
        let document::Written { mut document, places, mut notes } = document::write(&contract, &whole);
        links::add(&mut document, &contract, &places);
        extend::extend(&mut document, &contract, &places).map_err(|wrong| in_document(wrong, &whole))?;
        notes.extend(extend::only_there(&document, whole.span));
        let back = extend::imported(&document).map_err(|wrong| in_document(wrong, &whole))?;
        notes.extend(extend::lost(&back, &contract, whole.span));
        Ok(Exported { document, notes })
    }

    fn wrote(&self, tree: &Node) -> bool {
        tree.get(EXTENSION).is_some_and(|extension| extension.get("countersign").is_some())
    }
}

/// What the importer has against a document that was written here is nobody's mistake but ours: it is told all the same.
fn in_document(wrong: Vec<Diagnostic>, whole: &Node) -> Vec<Diagnostic> {
    wrong.into_iter().map(|one| Diagnostic { labels: Vec::new(), ..one }.at(whole.span, "")).collect()
}

/// A note about a part of the contract.
fn note(message: String, at: Span, label: &str) -> Diagnostic {
    Diagnostic::note("not-in-openapi", message).at(at, label)
}

/// Says what the contract calls `made`, where the document has another `name` for it.
fn keyed(made: &mut Value, key: &str, name: &str) {
    if let (Some(members), true) = (made.as_object_mut(), key != name) {
        let extension = members.entry(EXTENSION).or_insert_with(|| json!({}));
        extension["key"] = json!(key);
    }
}

/// A member that is text.
fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str)
}

/// The members of a member that is a map.
fn members<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = (&'v String, &'v Value)> + use<'v> {
    value.get(name).and_then(Value::as_object).into_iter().flatten()
}
