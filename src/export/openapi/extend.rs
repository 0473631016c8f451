//! What OpenAPI has no words for: the difference between the contract and what the importer makes of the document.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::document::Places;
use super::note;
use crate::import::{EXTENSION, importer};
use crate::text::library::Library;
use crate::text::merge::patch;
use crate::text::tree::Node;
use crate::text::{Diagnostic, FileId, Span, pointer};

/// The contract that is imported from a document.
pub(super) fn imported(document: &Value) -> Result<Value, Vec<Diagnostic>> {
    let shelf = BTreeMap::from([("exported".to_owned(), String::new())]);
    let mut library = Library::new(&shelf);
    let span = Span { file: FileId(0), start: 0, end: 0 };
    let (Ok(file), Some(kind)) = (library.text("exported"), importer("openapi")) else {
        return Err(Vec::new());
    };
    library.replace(file, Node::of(document, span));
    kind.import(&[file], &mut library).map(|imported| imported.contract.json())
}

/// Adds to the document and its operations what is missing to make `contract` of them.
pub(super) fn extend(document: &mut Value, contract: &Value, places: &Places) -> Result<(), Vec<Diagnostic>> {
    let Some(Value::Object(mut rest)) = patch(&imported(document)?, contract) else { return Ok(()) };
    if let Some(Value::Object(operations)) = rest.get_mut("operations") {
        for (name, (path, method)) in places {
            if let Some(own) = operations.shift_remove(name) {
                document["paths"][path][method][EXTENSION] = own;
            }
        }
        if operations.is_empty() {
            rest.shift_remove("operations");
        }
    }
    if let Some(Value::Object(extension)) = document.get_mut(EXTENSION) {
        extension.extend(rest);
    }
    Ok(())
}

/// Which parts of the contract other tools do not see.
pub(super) fn only_there(document: &Value, at: Span) -> Option<Diagnostic> {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    let paths = document["paths"].as_object().into_iter().flat_map(Map::values);
    for operation in paths.filter_map(Value::as_object).flat_map(Map::values) {
        for name in operation.get(EXTENSION).and_then(Value::as_object).into_iter().flat_map(Map::keys) {
            *count.entry(name).or_default() += 1;
        }
    }
    let whole: BTreeSet<&str> = document[EXTENSION]
        .as_object()
        .into_iter()
        .flat_map(Map::keys)
        .map(String::as_str)
        .filter(|name| !["countersign", "operations", "schemas"].contains(name))
        .collect();
    let mut said: Vec<String> = whole.into_iter().map(|name| format!("`{name}`")).collect();
    let of = |(name, count): (&&str, &usize)| match count {
        1 => format!("`{name}` of 1 operation"),
        count => format!("`{name}` of {count} operations"),
    };
    said.extend(count.iter().map(of));
    (!said.is_empty()).then(|| {
        let message = format!("other tools do not see what stands in `{EXTENSION}`: {}", said.join(", "));
        note(message, at, "importing the document brings it back")
    })
}

/// What not even the extensions say.
pub(super) fn lost(back: &Value, contract: &Value, at: Span) -> Vec<Diagnostic> {
    let mut notes = Vec::new();
    if let Some(rest) = patch(back, contract) {
        leaves(&rest, "", &mut |place| {
            notes.push(note(
                format!("the document can't say `{place}`"),
                at,
                "another value is imported again",
            ));
        });
    }
    notes
}

/// The places of a patch that change something.
fn leaves(patch: &Value, at: &str, tell: &mut dyn FnMut(&str)) {
    let Some(members) = patch.as_object().filter(|members| !members.is_empty()) else { return tell(at) };
    for (name, member) in members {
        leaves(member, &pointer::join(at, name), tell);
    }
}
