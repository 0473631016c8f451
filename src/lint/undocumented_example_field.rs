//! `undocumented-example-field`: an example answer has a member that no table names.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Lint, places};
use crate::model::{Contract, Meta, Schema};
use crate::text::{Diagnostic, pointer};

pub(super) struct UndocumentedExampleField;
pub(super) static THIS: UndocumentedExampleField = UndocumentedExampleField;

static META: Meta = Meta {
    id: "undocumented-example-field",
    summary: "an example answer has a member that its schema does not name",
    explain: "The example of a documented answer has a member that the schema of this answer does not name. Every answer \
              of a deployment that is like the example would be reported as drift. Name the member in the schema, or say \
              `additionalProperties: true` where others may come.",
};

impl Lint for UndocumentedExampleField {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, contract: &Contract, out: &mut Vec<Diagnostic>) {
        for operation in &contract.operations {
            for response in operation.responses.iter().filter(|response| response.closed) {
                let Some(schema) = &response.schema else { continue };
                let mut found = BTreeSet::new();
                response.examples.iter().for_each(|body| unnamed(schema, &[&**schema], body, "", &mut found));
                let address = format!("{}/response/{}", operation.id, response.status);
                let clause = places::own(contract, operation, &address);
                for at in found {
                    let span = clause.map_or(operation.span, |clause| places::of_clause(contract, clause));
                    let message = format!("the example answer of `{address}` has `{at}`, which no schema names");
                    let diagnostic = Diagnostic::warning(META.id, message).at(span, "the example of this answer");
                    out.push(diagnostic.help("name it in the schema, as optional if nothing else is known"));
                }
            }
        }
    }
}

/// Adds the pointers of all members of `value` that none of `schemas` names.
fn unnamed(root: &Schema, schemas: &[&Value], value: &Value, at: &str, found: &mut BTreeSet<String>) {
    let mut all = Vec::new();
    for schema in schemas {
        gather(root, schema, &mut all, 0);
    }
    match value {
        Value::Object(members) => {
            let names = all.iter().any(|schema| schema["properties"].is_object());
            let open = all.iter().any(|schema| {
                schema.get("additionalProperties").is_some_and(|more| *more != false)
                    || schema.get("patternProperties").is_some()
            });
            for (name, member) in members {
                let inner: Vec<&Value> = all.iter().filter_map(|schema| schema["properties"].get(name)).collect();
                let at = pointer::join(at, name);
                if !inner.is_empty() {
                    unnamed(root, &inner, member, &at, found);
                } else if names && !open {
                    found.insert(at);
                }
            }
        }
        Value::Array(elements) => {
            let inner: Vec<&Value> = all.iter().filter_map(|schema| schema.get("items")).collect();
            for element in elements {
                unnamed(root, &inner, element, &format!("{at}/*"), found);
            }
        }
        _ => {}
    }
}

/// The schema with everything that it refers to or is composed of.
fn gather<'s>(root: &'s Schema, schema: &'s Value, all: &mut Vec<&'s Value>, depth: usize) {
    if depth > 32 {
        return;
    }
    all.push(schema);
    let target = schema["$ref"].as_str().and_then(|name| root.resolve(name));
    if let Some(target) = target {
        gather(root, target, all, depth + 1);
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        for branch in schema[keyword].as_array().into_iter().flatten() {
            gather(root, branch, all, depth + 1);
        }
    }
}
