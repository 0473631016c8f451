//! The JSON Schemas of the file formats, for editors: written from the same tables that files are checked with.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::project::PROJECT;
use super::schema::keywords::Holds;
use super::shape::{Names, Shape, Table};
use super::tables;
use super::waivers::WAIVERS;
use crate::conform::{KEYWORDS, expected_schema};

/// The JSON Schema 2020-12 of contract files.
#[must_use]
pub fn editor_schema() -> Value {
    let mut writer = Writer::default();
    let root = writer.table(&tables::DOCUMENT);
    let expected = expected_schema("#/$defs/expected");
    for (name, schema) in
        [("schema", schema()), ("from", from()), ("status", status()), ("expected", expected)]
    {
        writer.defs.insert(name.to_owned(), schema);
    }
    let says = "What an API promises, clause by clause. Reference: docs/contract.md";
    let mut schema = whole("Countersign contract", says, writer, root);
    schema["if"] = json!({ "required": ["amends"] });
    schema["else"] = complete();
    schema
}

/// The JSON Schema 2020-12 of waiver files.
#[must_use]
pub fn waiver_schema() -> Value {
    let mut writer = Writer::default();
    let root = writer.table(&WAIVERS);
    if let Some(waiver) = writer.defs.get_mut("waiver") {
        waiver["anyOf"] = json!([{ "required": ["clause"] }, { "required": ["case"] }]);
    }
    let says = "Findings that are known and do not break a run for a while. Reference: docs/gate.md";
    whole("Countersign waivers", says, writer, root)
}

/// The JSON Schema 2020-12 of `countersign.yaml`.
#[must_use]
pub fn project_schema() -> Value {
    let mut writer = Writer::default();
    let root = writer.table(&PROJECT);
    let says = "The settings of a project; flags go over them. Reference: docs/configuration.md";
    whole("Countersign configuration", says, writer, root)
}

fn whole(title: &str, says: &str, writer: Writer, root: Value) -> Value {
    let mut all = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": says,
    });
    if let (Value::Object(all), Value::Object(root)) = (&mut all, root) {
        all.extend(root);
        all.insert("$defs".to_owned(), Value::Object(writer.defs.into_iter().collect()));
    }
    all
}

/// What a contract that amends another one may say in part.
const AMENDED: [&str; 4] = ["operation", "parameter", "credential", "body"];

/// What a contract that amends none has to say.
fn complete() -> Value {
    let parameter = json!({ "type": "object", "required": ["in"] });
    let operation = json!({
        "required": ["request", "responses"],
        "properties": {
            "parameters": { "additionalProperties": parameter },
            "body": { "required": ["schema"] },
        },
    });
    let credential = json!({ "required": ["in", "name", "value"] });
    json!({
        "properties": {
            "operations": { "additionalProperties": operation },
            "security": { "additionalProperties": credential },
        },
    })
}

#[derive(Default)]
struct Writer {
    defs: BTreeMap<String, Value>,
}

impl Writer {
    fn table(&mut self, table: &'static Table) -> Value {
        let mut properties = Map::new();
        for field in table.fields {
            let mut schema = self.shape(&field.shape);
            if let Value::Object(members) = &mut schema {
                members.insert("description".to_owned(), json!(field.says));
            }
            properties.insert(field.name.to_owned(), schema);
        }
        let required: Vec<&str> =
            table.fields.iter().filter(|field| field.required).map(|field| field.name).collect();
        let kind = if required.is_empty() { json!(["object", "null"]) } else { json!("object") };
        let mut schema = json!({
            "type": kind,
            "properties": properties,
            "patternProperties": { "^x-": true },
            "additionalProperties": false,
        });
        if !required.is_empty() && !AMENDED.contains(&table.name) {
            schema["required"] = json!(required);
        }
        schema
    }

    fn shape(&mut self, shape: &'static Shape) -> Value {
        match shape {
            Shape::Any => json!({}),
            Shape::Expected => json!({ "$ref": "#/$defs/expected" }),
            Shape::Text => json!({ "type": "string" }),
            Shape::Scalar => json!({ "type": ["string", "number", "boolean"] }),
            Shape::Count(least) => json!({ "type": "integer", "minimum": least }),
            Shape::Bool => json!({ "type": "boolean" }),
            Shape::Off => json!({ "const": false }),
            Shape::Version => json!({ "const": 1 }),
            Shape::Duration => json!({ "type": "string", "pattern": "^\\s*[0-9.]+\\s*(ms|s|m|min|h)\\s*$" }),
            Shape::Status => json!({ "$ref": "#/$defs/status" }),
            Shape::From => json!({ "$ref": "#/$defs/from" }),
            Shape::Schema => json!({ "anyOf": [{ "type": "string" }, { "$ref": "#/$defs/schema" }] }),
            Shape::Like(form) => json!({ "type": "string", "pattern": form.pattern }),
            Shape::Words(words) => json!({ "enum": words }),
            Shape::Object(table) => {
                if !self.defs.contains_key(table.name) {
                    // First a place for it, so that a table may hold itself.
                    self.defs.insert(table.name.to_owned(), Value::Null);
                    let schema = self.table(table);
                    self.defs.insert(table.name.to_owned(), schema);
                }
                json!({ "$ref": format!("#/$defs/{}", table.name) })
            }
            Shape::Map(names, of) => {
                let of = self.shape(of);
                let mut map = json!({ "type": ["object", "null"], "additionalProperties": of });
                match names {
                    Names::Free => map["propertyNames"] = json!({ "pattern": "^\\S+$" }),
                    Names::Wire => {}
                    Names::Place => {
                        map["propertyNames"] = json!({ "pattern": "^(body$|header/[^\\s]+$|/|$)" });
                    }
                    Names::Identifier => {
                        map["propertyNames"] = json!({ "pattern": "^[A-Za-z_][A-Za-z0-9_]*$" });
                    }
                    Names::Status => {
                        map["propertyNames"] =
                            json!({ "pattern": "^([1-5][0-9][0-9]|[1-5][Xx][Xx]|default)$" });
                    }
                }
                map
            }
            Shape::List(of) => json!({ "type": "array", "items": self.shape(of) }),
            Shape::Either(shapes) => {
                json!({ "anyOf": shapes.iter().map(|shape| self.shape(shape)).collect::<Vec<_>>() })
            }
        }
    }
}

/// A JSON Schema as contracts write it.
fn schema() -> Value {
    let inner = json!({ "$ref": "#/$defs/schema" });
    let mut properties = Map::new();
    for (name, holds) in KEYWORDS {
        let value = match holds {
            Holds::Value => json!({}),
            Holds::Schema => inner.clone(),
            Holds::List => json!({ "type": "array", "items": inner }),
            Holds::Map => json!({ "type": "object", "additionalProperties": inner }),
        };
        properties.insert((*name).to_owned(), value);
    }
    properties["$ref"] = json!({ "type": "string", "description": "the name of a shared schema" });
    properties["required"] = json!({ "type": "array", "items": { "type": "string" } });
    for name in ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"] {
        properties[name] = json!({ "type": "integer", "minimum": 0 });
    }
    for name in ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"] {
        properties[name] = json!({ "type": "number" });
    }
    properties["pattern"] = json!({ "type": "string", "format": "regex" });
    properties.insert("from".to_owned(), json!({ "$ref": "#/$defs/from" }));
    properties.insert("convention".to_owned(), json!({ "type": "string" }));
    json!({
        "type": ["object", "boolean"],
        "description": "a JSON Schema 2020-12, with `from` and `convention`",
        "properties": properties,
        "patternProperties": { "^x-": true },
        "additionalProperties": false,
    })
}

fn from() -> Value {
    let sentence = json!({ "type": "string", "pattern": "^[^\\s:]+(:[0-9]+(-[0-9]+)?)?(\\s|$)" });
    let sentences = json!({ "anyOf": [sentence, { "type": "array", "items": sentence }] });
    json!({
        "description": "where it was published: `SOURCE:LINE quote`, a list, or a map by keyword",
        "anyOf": [
            sentence,
            { "type": "array", "items": sentence },
            { "type": "object", "additionalProperties": sentences },
        ],
    })
}

fn status() -> Value {
    let one = json!({
        "anyOf": [
            { "type": "integer", "minimum": 100, "maximum": 599 },
            { "type": "string", "pattern": "^([1-5][0-9][0-9]|[1-5][Xx][Xx]|any)$" },
        ],
    });
    json!({ "anyOf": [one, { "type": "array", "minItems": 1, "items": one }] })
}
