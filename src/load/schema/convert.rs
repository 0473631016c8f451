//! From the contract's spelling of a schema to a self-contained JSON Schema 2020-12.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::keywords::{self, Holds};
use super::shared_name;
use crate::text::tree::{Key, Kind, Node};

/// The shared schemas of one contract file and its includes.
#[derive(Debug, Default)]
pub(in crate::load) struct Shared<'n> {
    schemas: BTreeMap<&'n str, &'n Node>,
}

impl<'n> Shared<'n> {
    /// Of several schemas with one name the first counts.
    pub(in crate::load) fn new(entries: &[(&'n Key, &'n Node)]) -> Self {
        let mut schemas = BTreeMap::new();
        for (key, node) in entries {
            schemas.entry(key.text.as_str()).or_insert(*node);
        }
        Self { schemas }
    }

    /// The schema with this name (in any spelling of `$ref`).
    pub(in crate::load) fn get(&self, reference: &str) -> Option<&'n Node> {
        self.schemas.get(shared_name(reference)).copied()
    }
}

/// The schema of `node` with all shared schemas that it needs under `$defs`.
pub(in crate::load) fn self_contained(node: &Node, shared: &Shared<'_>) -> Value {
    let mut used = BTreeSet::new();
    let mut root = convert(node, &mut used);
    let needed = closure(used, shared);
    if !needed.is_empty()
        && let Value::Object(members) = &mut root
    {
        let defs = needed
            .iter()
            .filter_map(|name| Some((name.clone(), convert(shared.get(name)?, &mut BTreeSet::new()))))
            .collect::<Map<_, _>>();
        match members.get_mut("$defs") {
            Some(Value::Object(own)) => own.extend(defs),
            _ => drop(members.insert("$defs".to_owned(), Value::Object(defs))),
        }
    }
    root
}

/// The names of all shared schemas that `node` needs, directly or through others.
pub(in crate::load) fn referred(node: &Node, shared: &Shared<'_>) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    convert(node, &mut used);
    closure(used, shared)
}

fn closure(used: BTreeSet<String>, shared: &Shared<'_>) -> BTreeSet<String> {
    let mut open: Vec<String> = used.iter().cloned().collect();
    let mut all = used;
    while let Some(name) = open.pop() {
        let mut more = BTreeSet::new();
        if let Some(node) = shared.get(&name) {
            convert(node, &mut more);
        }
        open.extend(more.into_iter().filter(|name| all.insert(name.clone())));
    }
    all
}

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
