//! One operation: parameters, body, answers, examples.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::schema::Shared;
use super::{keyed, members, note, text};
use crate::import::EXTENSION;
use crate::text::Diagnostic;
use crate::text::tree::Node;

/// An operation on its way into the document.
#[derive(Debug)]
pub(super) struct Writing<'w, 'c> {
    pub(super) shared: &'w mut Shared<'c>,
    /// The media type of bodies that do not say their own.
    pub(super) usual: &'w str,
    /// The contract's names of the path's parameters, and the document's.
    pub(super) renamed: &'w [(&'w str, String)],
    pub(super) notes: &'w mut Vec<Diagnostic>,
    /// The operation with its places.
    pub(super) node: Option<&'w Node>,
}

impl Writing<'_, '_> {
    /// The operation of the document.
    pub(super) fn operation(&mut self, name: &str, method: &str, operation: &Value) -> Map<String, Value> {
        let mut made = Map::new();
        copy(operation, "tags", "tags", &mut made);
        copy(operation, "title", "summary", &mut made);
        copy(operation, "says", "description", &mut made);
        made.insert("operationId".to_owned(), json!(name));
        let parameters = self.parameters(operation);
        if !parameters.is_empty() {
            made.insert("parameters".to_owned(), Value::Array(parameters));
        }
        // A body has no meaning there (RFC 9110), and other tools would stumble over it.
        if let Some(body) = operation.get("body").filter(|_| !["get", "head", "trace"].contains(&method)) {
            made.insert("requestBody".to_owned(), self.body(body, operation));
        }
        let responses: Map<String, Value> = members(operation, "responses")
            .map(|(status, response)| (status.clone(), self.response(status, response)))
            .collect();
        // OpenAPI has operations without answers, but no empty list of them.
        if !responses.is_empty() {
            made.insert("responses".to_owned(), Value::Object(responses));
        }
        made
    }

    fn parameters(&mut self, operation: &Value) -> Vec<Value> {
        let mut made: Vec<Value> = Vec::new();
        for (key, parameter) in members(operation, "parameters") {
            let location = text(parameter, "in").unwrap_or_default();
            let mut name = text(parameter, "name").unwrap_or(key).to_owned();
            if location == "path" {
                let Some((_, of)) = self.renamed.iter().find(|(own, _)| *own == name) else { continue };
                name.clone_from(of);
            }
            let decided = ["accept", "content-type", "authorization"];
            if location == "header" && decided.contains(&name.to_ascii_lowercase().as_str()) {
                let message = format!("OpenAPI has no parameter for the header `{name}`");
                let node = self.node.and_then(|node| node.get("parameters")?.entry(key));
                let at = node.map_or_else(Default::default, |(key, _)| key.span);
                self.notes.push(note(message, at, &format!("it stands in `{EXTENSION}` only")));
                continue;
            }
            let same = |other: &Value| other["name"] == *name && other["in"] == location;
            if !made.iter().any(same) {
                let mut one = self.parameter(&name, location, parameter);
                keyed(&mut one, key, &name);
                made.push(one);
            }
        }
        made
    }

    fn parameter(&mut self, name: &str, location: &str, parameter: &Value) -> Value {
        let mut made = Map::new();
        made.insert("name".to_owned(), json!(name));
        made.insert("in".to_owned(), json!(location));
        copy(parameter, "says", "description", &mut made);
        if location == "path" || parameter.get("required").is_some() {
            made.insert("required".to_owned(), json!(true));
        }
        let schema = self.shared.schema(&parameter["schema"]);
        if let Some(media_type) = text(parameter, "media_type") {
            made.insert("content".to_owned(), json!({ media_type: { "schema": schema } }));
            return Value::Object(made);
        }
        let styles: &[&str] = match location {
            "path" => &["simple", "label", "matrix"],
            "query" => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
            "header" => &["simple"],
            _ => &["form"],
        };
        if text(parameter, "style").is_some_and(|style| styles.contains(&style)) {
            copy(parameter, "style", "style", &mut made);
        }
        copy(parameter, "explode", "explode", &mut made);
        made.insert("schema".to_owned(), schema);
        Value::Object(made)
    }

    fn body(&mut self, body: &Value, operation: &Value) -> Value {
        let mut made = Map::new();
        copy(body, "says", "description", &mut made);
        if body.get("required").is_some() {
            made.insert("required".to_owned(), json!(true));
        }
        let mut content = Map::new();
        content.insert("schema".to_owned(), self.shared.schema(&body["schema"]));
        content.extend(encodings(body));
        let examples: Map<String, Value> = members(operation, "examples")
            .filter_map(|(name, example)| {
                Some((name.clone(), shown(example.get("body")?, text(example, "says"))))
            })
            .collect();
        if !examples.is_empty() {
            content.insert("examples".to_owned(), Value::Object(examples));
        }
        let media_type = text(body, "media_type").unwrap_or(self.usual);
        let mut all = Map::from_iter([(media_type.to_owned(), Value::Object(content))]);
        // In one order, so that what was imported from the document is exported as the same one.
        for (other, alternative) in members(body, "alternatives").collect::<BTreeMap<_, _>>() {
            // Without a schema of its own it has that of the body.
            let schema = alternative.get("schema").unwrap_or(&body["schema"]);
            let mut content = Map::from_iter([("schema".to_owned(), self.shared.schema(schema))]);
            content.extend(encodings(alternative));
            all.entry(other.clone()).or_insert(Value::Object(content));
        }
        made.insert("content".to_owned(), Value::Object(all));
        Value::Object(made)
    }

    fn response(&mut self, status: &str, response: &Value) -> Value {
        let mut made = Map::new();
        // OpenAPI wants one.
        made.insert("description".to_owned(), json!(text(response, "says").unwrap_or_default()));
        let headers: Map<String, Value> = members(response, "headers")
            .filter(|(name, _)| is_header(name))
            .map(|(name, header)| (name.clone(), self.header(header)))
            .collect();
        if !headers.is_empty() {
            made.insert("headers".to_owned(), Value::Object(headers));
        }
        let content = self.content(response);
        let without = status.starts_with('1') || matches!(status, "204" | "205" | "304");
        if !content.is_empty() && !without {
            made.insert("content".to_owned(), Value::Object(content));
        }
        Value::Object(made)
    }

    /// By media type: the first has the schema and the examples.
    fn content(&mut self, response: &Value) -> Map<String, Value> {
        let said = match response.get("media_type") {
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let schema = response.get("schema").map(|schema| self.shared.schema(schema));
        let shows = ["example", "examples"].iter().any(|name| response.get(name).is_some());
        let first = said.first().copied().or_else(|| (schema.is_some() || shows).then_some(self.usual));
        let Some(first) = first else { return Map::new() };
        let mut media = Map::new();
        media.extend(schema.map(|schema| ("schema".to_owned(), schema)));
        let several: Map<String, Value> =
            members(response, "examples").map(|(name, value)| (name.clone(), shown(value, None))).collect();
        match response.get("example") {
            Some(example) if several.is_empty() => {
                media.insert("example".to_owned(), printed(example));
            }
            _ if several.is_empty() => {}
            _ => drop(media.insert("examples".to_owned(), Value::Object(several))),
        }
        let mut content = Map::from_iter([(first.to_owned(), Value::Object(media))]);
        for other in said.iter().skip(1) {
            content.entry(*other).or_insert_with(|| json!({}));
        }
        content
    }

    fn header(&mut self, header: &Value) -> Value {
        let mut made = Map::new();
        copy(header, "says", "description", &mut made);
        if header.get("required").is_some() {
            made.insert("required".to_owned(), json!(true));
        }
        made.insert("schema".to_owned(), self.shared.schema(&header["schema"]));
        Value::Object(made)
    }
}

/// Whether OpenAPI has a place for a header of an answer.
fn is_header(name: &str) -> bool {
    let token = |byte: u8| byte.is_ascii_graphic() && byte != b':';
    !name.is_empty() && name.bytes().all(token) && !name.eq_ignore_ascii_case("content-type")
}

/// How the members of a form are written, where one says it.
fn encodings(of: &Value) -> Option<(String, Value)> {
    let all: Map<String, Value> =
        members(of, "encoding").map(|(name, said)| (name.clone(), encoding(said))).collect();
    (!all.is_empty()).then(|| ("encoding".to_owned(), Value::Object(all)))
}

fn encoding(said: &Value) -> Value {
    let mut made = Map::new();
    copy(said, "media_type", "contentType", &mut made);
    copy(said, "style", "style", &mut made);
    copy(said, "explode", "explode", &mut made);
    Value::Object(made)
}

fn shown(value: &Value, says: Option<&str>) -> Value {
    let mut example = Map::new();
    example.extend(says.map(|says| ("summary".to_owned(), json!(says))));
    example.insert("value".to_owned(), printed(value));
    Value::Object(example)
}

/// A body as the page prints it.
fn printed(value: &Value) -> Value {
    match value {
        Value::Object(members) => match members.get("masked") {
            Some(masked) if members.len() == 1 => masked.clone(),
            _ => members.iter().map(|(name, member)| (name.clone(), printed(member))).collect(),
        },
        Value::Array(elements) => elements.iter().map(printed).collect(),
        other => other.clone(),
    }
}

fn copy(from: &Value, name: &str, to: &str, made: &mut Map<String, Value>) {
    made.extend(from.get(name).map(|value| (to.to_owned(), value.clone())));
}
