//! A schema that says something else at the sites of faults.

use serde_json::{Map, Value};

use super::act::Act;
use super::choose::Armed;
use crate::model::{ClauseKind, Contract, Part, Schema};
use crate::text::pointer;

/// `schema` of one part of an operation's request, as a mock with these faults reads it.
pub(in crate::mock) fn misread(
    armed: &[Armed],
    contract: &Contract,
    operation: &str,
    of: &Part,
    schema: &Schema,
) -> Schema {
    let mut read = schema.whole();
    for one in armed.iter().filter(|one| contract.operation(one.site.operation).id == operation) {
        let Act::Misread(change) = one.fault.act else { continue };
        let Some(clause) = one.site.clause else { continue };
        match &contract.clause(clause).kind {
            ClauseKind::Constraint { part, keyword, path, limit, .. } if part == of => {
                let mut steps: Vec<String> = pointer::tokens(path).collect();
                steps.pop();
                if keyword == "required" {
                    steps.pop();
                }
                if let Some(object) = object_at(&mut read, &steps) {
                    change(object, keyword, limit);
                }
            }
            ClauseKind::Optional { part, at } if part == of => {
                let mut names: Vec<String> = pointer::tokens(at).collect();
                let Some(name) = names.pop() else { continue };
                let steps: Vec<String> = names
                    .iter()
                    .flat_map(|name| match name.as_str() {
                        "*" => vec!["items".to_owned()],
                        name => vec!["properties".to_owned(), name.to_owned()],
                    })
                    .collect();
                if let Some(object) = object_at(&mut read, &steps) {
                    change(object, "required", &Value::from(name));
                }
            }
            _ => {}
        }
    }
    schema.with(read)
}

/// How the places of definitions begin that are one use's own.
const OWN: &str = "/$defs/misread-";

/// The schema object at the end of an evaluation path. What a reference on the way names becomes a definition of its
/// own, so that only this use of it is changed and every path stays as it was.
fn object_at<'s>(root: &'s mut Value, steps: &[String]) -> Option<&'s mut Map<String, Value>> {
    let mut here = String::new();
    let mut steps = steps.iter().peekable();
    loop {
        let reference = root.pointer(&here)?.get("$ref").and_then(Value::as_str).map(str::to_owned);
        let asked = steps.peek().is_some_and(|step| *step == "$ref");
        // An evaluation path names references; a path made of member names does not.
        if let Some(reference) = reference.filter(|_| asked || !has_child(root.pointer(&here), steps.peek()))
        {
            let target = reference.strip_prefix('#')?.to_owned();
            here = if target.starts_with(OWN) {
                target
            } else {
                let definition = root.pointer(&target)?.clone();
                let definitions = root.get_mut("$defs")?.as_object_mut()?;
                let own = format!("{OWN}{}", definitions.len());
                definitions.insert(pointer::tokens(&own).last()?, definition);
                *root.pointer_mut(&here)?.get_mut("$ref")? = Value::from(format!("#{own}"));
                own
            };
            if asked {
                steps.next();
            }
            continue;
        }
        match steps.next() {
            Some(step) => here = pointer::join(&here, step),
            None => return root.pointer_mut(&here)?.as_object_mut(),
        }
    }
}

fn has_child(schema: Option<&Value>, step: Option<&&String>) -> bool {
    match (schema, step) {
        (Some(schema), Some(step)) => schema.get(step.as_str()).is_some(),
        _ => false,
    }
}

/// Moves a bound by a step: a number where the value is one, never below zero for lengths and counts.
pub(super) fn shift(schema: &mut Map<String, Value>, keyword: &str, limit: &Value, by: i64) {
    let moved = match (limit.as_i64(), limit.as_f64()) {
        (Some(whole), _) => whole.checked_add(by).map(Value::from),
        (None, Some(real)) => Some(Value::from(real + if by > 0 { 1.0 } else { -1.0 })),
        (None, None) => None,
    };
    let counts = keyword.ends_with("Length") || keyword.ends_with("Items") || keyword.ends_with("Properties");
    if let Some(moved) = moved.filter(|moved| !counts || moved.as_i64().is_some_and(|moved| moved >= 0)) {
        schema.insert(keyword.to_owned(), moved);
    }
}
