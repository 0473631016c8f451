//! From the contract's spelling of a schema to a self-contained JSON Schema 2020-12.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::keywords::{self, Holds};
use super::shared_name;
use super::weight::{Weight, Weights};
use crate::model::{Definitions, Schema};
use crate::text::tree::{Key, Kind, Node};

/// The shared schemas of one contract file and its includes.
#[derive(Debug, Default)]
pub(in crate::load) struct Shared<'n> {
    schemas: BTreeMap<&'n str, &'n Node>,
    definitions: Arc<Definitions>,
    /// What each shared schema refers to.
    needs: BTreeMap<&'n str, BTreeSet<String>>,
    /// Schemas that were made, by what they say: many places say the same, and then it is worked out once.
    known: RefCell<HashMap<String, Schema>>,
    weights: Weights<'n>,
}

impl<'n> Shared<'n> {
    /// Of several schemas with one name the first counts.
    /// `promised` is the list of formats that are promises, if there is one.
    pub(in crate::load) fn new(entries: &[(&'n Key, &'n Node)], promised: Option<&Node>) -> Self {
        let mut schemas = BTreeMap::new();
        for (key, node) in entries {
            schemas.entry(key.text.as_str()).or_insert(*node);
        }
        let (mut definitions, mut needs) = (Map::new(), BTreeMap::new());
        for (name, node) in &schemas {
            let mut used = BTreeSet::new();
            definitions.insert((*name).to_owned(), convert(node, &mut used));
            needs.insert(*name, used);
        }
        let definitions = Arc::new(Definitions { schemas: definitions, formats: formats(promised) });
        let weights = Weights::of(&schemas);
        Self { schemas, definitions, needs, known: RefCell::default(), weights }
    }

    /// The schema of `node`.
    pub(in crate::load) fn schema(&self, node: &Node) -> Schema {
        let value = convert(node, &mut BTreeSet::new());
        let mut known = self.known.borrow_mut();
        known.entry(value.to_string()).or_insert_with(|| Schema::new(value, &self.definitions)).clone()
    }

    /// The weight of a shared schema.
    pub(in crate::load) fn weight(&self, name: &str) -> Weight {
        self.weights.get(name)
    }

    /// The weight of any schema.
    pub(in crate::load) fn weigh(&self, node: &Node) -> Weight {
        self.weights.weigh(node)
    }

    /// Whether `format` promises anything.
    pub(in crate::load) fn promises(&self, format: &str) -> bool {
        match &self.definitions.formats {
            Some(promised) => promised.iter().any(|one| one == format),
            None => FORMATS.contains(&format),
        }
    }

    /// The shared schema with this name, as JSON.
    pub(in crate::load) fn definition(&self, name: &str) -> Option<&Value> {
        self.definitions.schemas.get(name)
    }

    /// The schema with this name (in any spelling of `$ref`).
    pub(in crate::load) fn get(&self, reference: &str) -> Option<&'n Node> {
        self.schemas.get(shared_name(reference)).copied()
    }
}

/// The names of all shared schemas that `node` needs, directly or through others.
pub(in crate::load) fn referred(node: &Node, shared: &Shared<'_>) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    convert(node, &mut all);
    let mut open: Vec<String> = all.iter().cloned().collect();
    while let Some(name) = open.pop() {
        let more = shared.needs.get(name.as_str()).into_iter().flatten();
        open.extend(more.filter(|name| all.insert((*name).clone())).cloned().collect::<Vec<_>>());
    }
    all
}

/// The formats that are promises, where the contract says which.
fn formats(promised: Option<&Node>) -> Option<Vec<String>> {
    let promised = promised?;
    Some(promised.elements().iter().filter_map(Node::text).map(str::to_owned).collect())
}

/// Formats that are checked where the contract does not say which (JSON Schema 2020-12 section 7.3).
const FORMATS: &[&str] = &[
    "date",
    "date-time",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "iri",
    "iri-reference",
    "json-pointer",
    "regex",
    "relative-json-pointer",
    "time",
    "uri",
    "uri-reference",
    "uri-template",
    "uuid",
];

fn convert(node: &Node, used: &mut BTreeSet<String>) -> Value {
    match &node.kind {
        Kind::Text(name) => reference(name, used),
        Kind::Map(members) => {
            let mut object = Map::new();
            for (key, value) in members {
                match key.text.as_str() {
                    "from" | "convention" => {}
                    "$ref" => {
                        let target = reference(value.text().unwrap_or_default(), used);
                        object.insert("$ref".to_owned(), target["$ref"].clone());
                    }
                    name => drop(object.insert(name.to_owned(), keyword(name, value, used))),
                }
            }
            Value::Object(object)
        }
        _ => node.json(),
    }
}

fn keyword(name: &str, value: &Node, used: &mut BTreeSet<String>) -> Value {
    match keywords::holds(name) {
        Some(Holds::Schema) => convert(value, used),
        Some(Holds::List) if matches!(value.kind, Kind::List(_)) => {
            Value::Array(value.elements().iter().map(|element| convert(element, used)).collect())
        }
        Some(Holds::Map) if matches!(value.kind, Kind::Map(_)) => Value::Object(
            value.members().iter().map(|(key, node)| (key.text.clone(), convert(node, used))).collect(),
        ),
        _ => value.json(),
    }
}

fn reference(name: &str, used: &mut BTreeSet<String>) -> Value {
    let name = shared_name(name);
    used.insert(name.to_owned());
    serde_json::json!({ "$ref": format!("#/$defs/{}", name.replace('~', "~0").replace('/', "~1")) })
}
