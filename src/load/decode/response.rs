//! Documented answers.

use serde_json::Value;

use super::super::status;
use super::{Decoder, text, truth};
use crate::model::{Location, Parameter, ResponseSpec, Writing};
use crate::text::tree::{Key, Kind, Node};

impl Decoder<'_, '_> {
    /// One answer.
    pub(super) fn response(&mut self, key: &Key, node: &Node) -> ResponseSpec {
        let schema = node.get("schema").map(|schema| self.schema(schema));
        let said = node.get("media_type");
        let mut types =
            said.map(|said| std::slice::from_ref(said).iter().chain(said.elements())).into_iter().flatten();
        let mut types = types.by_ref().filter_map(Node::text).map(str::to_owned);
        let media_type = types.next().or_else(|| schema.is_some().then(|| self.scope.media_type()));
        let headers = node.get("headers").map(Node::members).unwrap_or_default();
        let examples = node.get("examples").map(Node::members).unwrap_or_default();
        ResponseSpec {
            status: status::one(&key.text),
            says: text(node, "says"),
            media_type,
            other_media_types: types.collect(),
            closed: !self.scope.is_open() && node.get("schema").is_some_and(|schema| self.closed(schema)),
            schema,
            headers: headers.iter().map(|(key, node)| self.response_header(key, node)).collect(),
            example_names: node
                .get("example")
                .map(|_| "example".to_owned())
                .into_iter()
                .chain(examples.iter().map(|(key, _)| key.text.clone()))
                .collect(),
            examples: node
                .get("example")
                .into_iter()
                .chain(examples.iter().map(|(_, node)| node))
                .map(|node| printed(&node.json()))
                .collect(),
        }
    }

    fn response_header(&mut self, key: &Key, node: &Node) -> Parameter {
        Parameter {
            name: key.text.clone(),
            location: Location::Header,
            required: truth(node, "required"),
            schema: node.get("schema").map_or_else(|| Value::Bool(true).into(), |schema| self.schema(schema)),
            value: None,
            unknown: None,
            refused: None,
            writing: Writing::default(),
            says: text(node, "says"),
        }
    }

    /// Whether the schema means to name every member: not where it says that there may be others.
    fn closed(&self, schema: &Node) -> bool {
        let mut node = schema;
        for _ in 0..8 {
            let name = node.text().or_else(|| node.get("$ref").and_then(Node::text));
            if node.get("additionalProperties").is_some_and(|more| more.kind != Kind::Bool(false)) {
                return false;
            }
            match name.and_then(|name| self.scope.shared.get(name)) {
                Some(target) => node = target,
                None => break,
            }
        }
        true
    }
}

/// A body as the page prints it: `{ masked: "***" }` is what the page shows in its place.
fn printed(value: &Value) -> Value {
    match value {
        Value::Object(members) if members.len() == 1 && members.contains_key("masked") => {
            members["masked"].clone()
        }
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, member)| (name.clone(), printed(member))).collect())
        }
        Value::Array(elements) => Value::Array(elements.iter().map(printed).collect()),
        other => other.clone(),
    }
}
