//! A contract in one spelling, where its format has several for the same: so that what OpenAPI says in one way is not
//! taken for a difference.

use serde_json::{Map, Value, json};

/// The media type of bodies that do not say their own.
pub(super) fn usual(contract: &Value) -> String {
    let said = contract.pointer("/defaults/media_type").and_then(Value::as_str);
    said.unwrap_or("application/json").to_owned()
}

/// Brings the parts that OpenAPI has words for into one spelling.
pub(super) fn plain(contract: &mut Value) {
    let usual = usual(contract);
    each(contract, "schemas", &mut schema);
    each(contract, "operations", &mut |operation| self::operation(operation, &usual));
}

fn operation(operation: &mut Value, usual: &str) {
    each(operation, "parameters", &mut |parameter| {
        let in_path = parameter.get("in").and_then(Value::as_str) == Some("path");
        required(parameter, in_path);
        has_schema(parameter);
    });
    if let Some(security) = operation.get_mut("security")
        && let Value::Array(names) = security
    {
        let names = names.iter().filter_map(Value::as_str);
        *security = Value::Object(names.map(|name| (name.to_owned(), json!({}))).collect());
    }
    if let Some(body) = operation.get_mut("body") {
        required(body, false);
        has_schema(body);
        not_usual(body, usual);
        each(body, "alternatives", &mut |other| {
            if let Some(said) = other.get_mut("schema") {
                schema(said);
            }
        });
    }
    if let Some(Value::Object(responses)) = operation.get_mut("responses") {
        let spelt = |(status, response): (String, Value)| {
            let known = status == "default";
            (if known { status } else { status.to_ascii_uppercase() }, response)
        };
        *responses = std::mem::take(responses).into_iter().map(spelt).collect();
    }
    each(operation, "responses", &mut |response| {
        if let Some(said) = response.get_mut("schema") {
            schema(said);
            not_usual(response, usual);
        }
        each(response, "headers", &mut |header| {
            required(header, false);
            has_schema(header);
        });
    });
}

/// What says nothing is left out.
fn required(of: &mut Value, in_path: bool) {
    let said = of.get("required").and_then(Value::as_bool);
    if let (Some(members), Some(said)) = (of.as_object_mut(), said)
        && (in_path || !said)
    {
        members.shift_remove("required");
    }
}

fn has_schema(of: &mut Value) {
    if let Some(members) = of.as_object_mut() {
        schema(members.entry("schema").or_insert_with(|| json!({})));
    }
}

fn not_usual(of: &mut Value, usual: &str) {
    let is_usual = of.get("media_type").and_then(Value::as_str) == Some(usual);
    if let (Some(members), true) = (of.as_object_mut(), is_usual) {
        members.shift_remove("media_type");
    }
}

/// The name of a schema in the place of one is a reference.
fn schema(schema: &mut Value) {
    match schema {
        Value::String(name) => *schema = json!({ "$ref": shared(name) }),
        Value::Object(_) => references(schema),
        _ => {}
    }
}

fn references(schema: &mut Value) {
    use crate::conform::{Holds, holds};
    let Value::Object(members) = schema else { return };
    for (name, member) in members {
        match (name.as_str(), holds(name), member) {
            ("$ref", _, Value::String(name)) => *name = shared(name).to_owned(),
            (_, Some(Holds::Schema), member) => references(member),
            (_, Some(Holds::List), Value::Array(branches)) => branches.iter_mut().for_each(references),
            (_, Some(Holds::Map), Value::Object(named)) => named.values_mut().for_each(references),
            _ => {}
        }
    }
}

/// The name of the shared schema that a `$ref` means.
fn shared(reference: &str) -> &str {
    reference.strip_prefix("#/schemas/").or_else(|| reference.strip_prefix("#/$defs/")).unwrap_or(reference)
}

fn each(of: &mut Value, section: &str, change: &mut dyn FnMut(&mut Value)) {
    let members = of.get_mut(section).and_then(Value::as_object_mut).map(Map::values_mut);
    members.into_iter().flatten().for_each(change);
}
