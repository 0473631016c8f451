//! The document, as far as OpenAPI has words for the contract.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::operation::Writing;
use super::schema::Shared;
use super::security::Schemes;
use super::{members, note, plain, text};
use crate::import::EXTENSION;
use crate::model::{path_names, path_shape};
use crate::text::tree::Node;
use crate::text::{Diagnostic, Span};

/// A document, and where the operations of the contract are in it.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) document: Value,
    pub(super) places: Places,
    pub(super) notes: Vec<Diagnostic>,
}

/// Path and method of each operation of the contract that has them in the document.
pub(super) type Places = BTreeMap<String, (String, &'static str)>;

/// The methods that a path of OpenAPI 3.1 can have.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Where an operation goes.
struct Site<'c> {
    method: &'static str,
    path: String,
    /// The contract's names of the path's parameters, and the document's.
    renamed: Vec<(&'c str, String)>,
    /// The path is not one of those under the contract's base.
    apart: bool,
}

/// Writes the document. `whole` is the contract with its places, for notes.
pub(super) fn write(contract: &Value, whole: &Node) -> Written {
    let mut notes = Vec::new();
    let mut paths: Map<String, Value> = Map::new();
    let mut places = Places::new();
    let (mut shared, mut schemes) = (Shared::new(contract), Schemes::default());
    let usual = plain::usual(contract);
    let security = schemes.of_all(contract);
    // What every operation says itself need not be said for all.
    let relied_on = members(contract, "operations").any(|(_, operation)| operation.get("security").is_none());
    let base = text(contract, "base").unwrap_or_default().trim_end_matches('/');
    // Paths of one shape are the same path, whatever their parameters are called.
    let mut shapes: BTreeMap<String, String> = BTreeMap::new();
    for (name, operation) in members(contract, "operations") {
        let at = span(whole, name);
        let site = match site(operation, base, &mut shapes) {
            Ok(site) => site,
            Err(method) => {
                let message = format!("no path of OpenAPI 3.1 has an operation {method}: `{name}`");
                notes.push(note(message, at, &format!("it stands in `{EXTENSION}` only")));
                continue;
            }
        };
        let item = paths.entry(&site.path).or_insert_with(|| json!({}));
        if item.get(site.method).is_some() {
            let message = format!("another operation has the path and method of `{name}`");
            notes.push(note(message, at, &format!("it stands in `{EXTENSION}` only")));
            continue;
        }
        let mut writing = Writing {
            shared: &mut shared,
            usual: &usual,
            renamed: &site.renamed,
            notes: &mut notes,
            node: whole.get("operations").and_then(|all| all.get(name)),
        };
        let mut made = writing.operation(name, site.method, operation);
        if site.apart {
            made.insert("servers".to_owned(), json!([{ "url": "/" }]));
        }
        if let Some(own) = schemes.of(contract, operation) {
            made.insert("security".to_owned(), own);
        }
        item[site.method] = Value::Object(made);
        places.insert(name.clone(), (site.path, site.method));
    }
    let mut document = Map::new();
    document.insert("openapi".to_owned(), json!("3.1.0"));
    document.insert("info".to_owned(), info(contract));
    if !base.is_empty() {
        document.insert("servers".to_owned(), json!([{ "url": base }]));
    }
    document.extend(security.filter(|_| relied_on).map(|security| ("security".to_owned(), security)));
    document.insert("paths".to_owned(), Value::Object(paths));
    let mut components = Map::new();
    for (section, made) in [("schemas", shared.components()), ("securitySchemes", schemes.components())] {
        if !made.is_empty() {
            components.insert(section.to_owned(), Value::Object(made));
        }
    }
    if !components.is_empty() {
        document.insert("components".to_owned(), Value::Object(components));
    }
    // The importer goes by these two.
    let mut extension = Map::from_iter([("countersign".to_owned(), json!(1))]);
    extension.extend(contract.get("defaults").map(|defaults| ("defaults".to_owned(), defaults.clone())));
    document.insert(EXTENSION.to_owned(), Value::Object(extension));
    Written { document: Value::Object(document), places, notes }
}

fn info(contract: &Value) -> Value {
    let mut info = Map::from_iter([("title".to_owned(), json!(text(contract, "title").unwrap_or_default()))]);
    info.extend(text(contract, "says").map(|says| ("description".to_owned(), json!(says))));
    // OpenAPI wants one, and a contract has none.
    info.insert("version".to_owned(), json!("unversioned"));
    Value::Object(info)
}

/// Where the operation goes; else its method, which has no place.
fn site<'c>(
    operation: &'c Value,
    base: &str,
    shapes: &mut BTreeMap<String, String>,
) -> Result<Site<'c>, &'c str> {
    let said = text(operation, "request").unwrap_or_default();
    let (method, full) = said.split_once(' ').unwrap_or((said, "/"));
    let full = full.trim();
    let known = METHODS.into_iter().find(|known| method == known.to_ascii_uppercase()).ok_or(method)?;
    let under = full.strip_prefix(base).filter(|rest| rest.starts_with('/'));
    let (apart, path) = under.map_or((true, full), |rest| (false, rest));
    let document = shapes.entry(path_shape(path)).or_insert_with(|| path.to_owned()).clone();
    let names = path_names(&document).into_iter().map(str::to_owned);
    Ok(Site {
        method: known,
        renamed: path_names(path).into_iter().zip(names).collect(),
        path: document,
        apart,
    })
}

/// Where the contract has the operation.
fn span(whole: &Node, name: &str) -> Span {
    let entry = whole.get("operations").and_then(|all| all.entry(name));
    entry.map_or(whole.span, |(key, _)| key.span)
}
