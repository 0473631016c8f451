//! Finding the way in a self-contained JSON Schema: which schema is at this place of an instance, which members does
//! an object have.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::model::{Definitions, MAPS, Schema};
use crate::text::pointer;

/// Deep enough for every honest schema; a circle of references ends here.
const DEPTH: usize = 24;

/// `schema` and every schema that is applied to the same place of the instance: through `$ref`, `allOf`, `anyOf`,
/// `oneOf`, `then` and `else`.
pub(super) fn branches<'s>(root: &'s Schema, schema: &'s Value) -> Vec<&'s Value> {
    let mut out = Vec::new();
    collect(root, schema, DEPTH, &mut out);
    out
}

fn collect<'s>(root: &'s Schema, schema: &'s Value, depth: usize, out: &mut Vec<&'s Value>) {
    if depth == 0 {
        return;
    }
    out.push(schema);
    if let Some(target) = schema.get("$ref").and_then(Value::as_str).and_then(|name| root.resolve(name)) {
        collect(root, target, depth - 1, out);
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        for branch in schema.get(keyword).and_then(Value::as_array).into_iter().flatten() {
            collect(root, branch, depth - 1, out);
        }
    }
    for keyword in ["then", "else"] {
        if let Some(branch) = schema.get(keyword) {
            collect(root, branch, depth - 1, out);
        }
    }
}

/// The members that `schema` names, each once, with the first schema given for it.
pub(super) fn members<'s>(root: &'s Schema, schema: &'s Value) -> Vec<(&'s str, &'s Value)> {
    let mut found: Vec<(&str, &Value)> = Vec::new();
    for branch in branches(root, schema) {
        for (name, member) in branch.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if !found.iter().any(|(other, _)| other == name) {
                found.push((name, member));
            }
        }
    }
    found
}

/// The schema for the place `at` (a JSON Pointer) of an instance of `root`.
pub(super) fn at<'s>(root: &'s Schema, at: &str) -> Option<&'s Value> {
    pointer::tokens(at).try_fold(&**root, |schema, token| child(root, schema, &token))
}

fn child<'s>(root: &'s Schema, schema: &'s Value, token: &str) -> Option<&'s Value> {
    let applied = branches(root, schema);
    let member = |branch: &&'s Value| branch.get("properties").and_then(|members| members.get(token));
    let element = |branch: &&'s Value| {
        let index: usize = token.parse().ok()?;
        branch.get("prefixItems").and_then(|items| items.get(index)).or_else(|| branch.get("items"))
    };
    let other = |branch: &&'s Value| branch.get("additionalProperties").filter(|schema| schema.is_object());
    applied
        .iter()
        .find_map(member)
        .or_else(|| applied.iter().find_map(element))
        .or_else(|| applied.iter().find_map(other))
}

/// `schema` without the alternatives that stand for the lack of a value: an empty string, or a mask. What is left
/// describes real values.
pub(super) fn of_real_values(schema: &Schema) -> Schema {
    let shared = schema.shared();
    let needed = schema.needed();
    let escapes = escapes(schema) || needed.iter().any(|name| escapes(&shared.schemas[name]));
    if !escapes {
        return schema.clone();
    }
    let schemas = needed.iter().map(|name| (name.clone(), real(&shared.schemas[name]))).collect();
    Schema::new(real(schema), &Arc::new(Definitions { schemas, formats: shared.formats.clone() }))
}

/// Whether an alternative stands for the lack of a value, anywhere in the schema.
fn escapes(schema: &Value) -> bool {
    match schema {
        Value::Object(members) => stands_for_nothing(schema) || members.values().any(escapes),
        Value::Array(elements) => elements.iter().any(escapes),
        _ => false,
    }
}

fn real(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => Value::Object(members.iter().map(real_member).collect::<Map<_, _>>()),
        Value::Array(elements) => Value::Array(elements.iter().map(real).collect()),
        other => other.clone(),
    }
}

fn real_member((name, member): (&String, &Value)) -> (String, Value) {
    let member = match (name.as_str(), member) {
        ("anyOf" | "oneOf", Value::Array(branches)) => {
            let real: Vec<Value> =
                branches.iter().filter(|branch| !stands_for_nothing(branch)).map(real).collect();
            Value::Array(if real.is_empty() { branches.clone() } else { real })
        }
        (name, Value::Object(map)) if MAPS.contains(&name) => {
            Value::Object(map.iter().map(|(name, part)| (name.clone(), real(part))).collect())
        }
        ("const" | "enum" | "default" | "examples", other) => other.clone(),
        (_, other) => real(other),
    };
    (name.clone(), member)
}

fn stands_for_nothing(branch: &Value) -> bool {
    is_empty_alternative(branch) || branch.get("title").and_then(Value::as_str) == Some("masked")
}

/// Whether the schema is the alternative by which an empty string says "leave it as it is".
pub(super) fn is_empty_alternative(branch: &Value) -> bool {
    branch.get("const").and_then(Value::as_str) == Some("")
        && branch.get("title").and_then(Value::as_str) == Some("empty")
}

/// Takes the members out of `value` that a closed schema does not name.
pub(super) fn prune(root: &Schema, schema: &Value, value: &mut Value) {
    match value {
        Value::Object(there) => {
            let known = members(root, schema);
            let open = branches(root, schema).iter().any(|branch| {
                branch.get("patternProperties").is_some()
                    || branch.get("additionalProperties").is_some_and(|more| *more != Value::Bool(false))
            });
            if !open && !known.is_empty() {
                there.retain(|name, _| known.iter().any(|(other, _)| other == name));
            }
            for (name, inner) in known {
                if let Some(member) = there.get_mut(name) {
                    prune(root, inner, member);
                }
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter_mut().enumerate() {
                if let Some(inner) = child(root, schema, &index.to_string()) {
                    prune(root, inner, element);
                }
            }
        }
        _ => {}
    }
}
