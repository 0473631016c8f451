//! Schemas: JSON Schema 2020-12 on both sides. Where a promise comes from is in the extension.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::keyed;
use super::names::Names;
use crate::conform::{Holds, holds};
use crate::import::EXTENSION;

/// The shared schemas that the document needs.
#[derive(Debug)]
pub(super) struct Shared<'c> {
    contract: &'c Value,
    names: Names,
    /// By name in the document.
    made: BTreeMap<String, Value>,
    open: Vec<String>,
}

impl<'c> Shared<'c> {
    pub(super) fn new(contract: &'c Value) -> Self {
        Self { contract, names: Names::default(), made: BTreeMap::new(), open: Vec::new() }
    }

    /// A schema of the contract as one of the document.
    pub(super) fn schema(&mut self, schema: &Value) -> Value {
        let Value::Object(members) = schema else { return schema.clone() };
        let (mut made, mut extension) = (Map::new(), Map::new());
        for (name, member) in members {
            let value = match (name.as_str(), holds(name), member) {
                ("from" | "convention", ..) => {
                    extension.insert(name.clone(), member.clone());
                    continue;
                }
                ("$ref", _, Value::String(name)) => self.reference(name),
                (_, Some(Holds::Schema), member) => self.schema(member),
                (_, Some(Holds::List), Value::Array(branches)) => {
                    Value::Array(branches.iter().map(|branch| self.schema(branch)).collect())
                }
                (_, Some(Holds::Map), Value::Object(named)) => Value::Object(
                    named.iter().map(|(name, schema)| (name.clone(), self.schema(schema))).collect(),
                ),
                _ => member.clone(),
            };
            made.insert(name.clone(), value);
        }
        if !extension.is_empty() {
            made.insert(EXTENSION.to_owned(), Value::Object(extension));
        }
        Value::Object(made)
    }

    fn reference(&mut self, said: &str) -> Value {
        let name = self.names.of(said);
        if !self.made.contains_key(&name) {
            self.made.insert(name.clone(), Value::Null);
            self.open.push(said.to_owned());
        }
        json!(format!("#/components/schemas/{name}"))
    }

    /// All that were referred to, by name.
    pub(super) fn components(mut self) -> Map<String, Value> {
        while let Some(said) = self.open.pop() {
            let schema = self.contract.get("schemas").and_then(|schemas| schemas.get(&said));
            let mut made = schema.map_or_else(|| json!({}), |schema| self.schema(schema));
            let name = self.names.of(&said);
            keyed(&mut made, &said, &name);
            self.made.insert(name, made);
        }
        self.made.into_iter().collect()
    }
}
