//! Values of variables that nobody gives: the mock has what it is told, so any that the contract allows will do.

use std::sync::Arc;

use serde_json::Value;

use super::shape;
use super::values::sample;
use crate::conform::Judge;
use crate::model::{Contract, Definitions, Schema};

/// A value for a variable of a deployment that is made up: what every place that it goes to allows. An example that the
/// contract gives is what its readers know; of a text that may be anything, its name tells a reader what it is.
#[must_use]
pub fn invent(contract: &Contract, variable: &str) -> String {
    let plain = format!("mock-{}", variable.replace('_', "-"));
    let schemas = schemas(contract, variable);
    let judges = |of: fn(&Schema) -> Schema| -> Vec<Judge> {
        schemas.iter().filter_map(|schema| Judge::new(of(schema)).ok()).collect()
    };
    let (lenient, strict) = (judges(Schema::clone), judges(with_all_formats));
    let example =
        schemas.iter().flat_map(|schema| examples(schema)).filter_map(text).find(|text| fits(text, &lenient));
    let made = || {
        let sampled = schemas.iter().filter_map(|schema| text(&sample(schema, variable)?));
        std::iter::once(plain.clone()).chain(sampled).collect::<Vec<_>>()
    };
    let found = |judges: &[Judge]| made().into_iter().find(|text| fits(text, judges));
    example.or_else(|| found(&strict)).or_else(|| found(&lenient)).unwrap_or(plain)
}

/// Whether a text may stand in a path, and is inside of all schemas.
fn fits(text: &str, judges: &[Judge]) -> bool {
    // Nothing of a path stands for itself with one of these in it.
    if text.is_empty() || text.contains('/') || [".", ".."].contains(&text) {
        return false;
    }
    let typed =
        serde_json::from_str::<Value>(text).ok().filter(|value| value.is_number() || value.is_boolean());
    judges.iter().all(|judge| {
        judge.accepts(&Value::from(text)) || typed.as_ref().is_some_and(|typed| judge.accepts(typed))
    })
}

/// The same schema, in which a format is a promise even where the document only describes by it.
fn with_all_formats(schema: &Schema) -> Schema {
    let shared = schema.shared();
    if shared.formats.is_none() {
        return schema.clone();
    }
    // Only what it refers to: all schemas of a large document, once for each place of a variable, would be gigabytes.
    let needed = schema.needed().into_iter();
    let schemas =
        needed.filter_map(|name| Some((name.clone(), shared.schemas.get(&name)?.clone()))).collect();
    Schema::new((**schema).clone(), &Arc::new(Definitions { schemas, formats: None }))
}

/// The values that a schema itself gives.
fn examples(schema: &Schema) -> Vec<&Value> {
    let branches = shape::branches(schema, schema);
    let all = branches.iter().filter_map(|branch| branch.get("examples")?.as_array()).flatten();
    all.chain(branches.iter().filter_map(|branch| branch.get("default"))).collect()
}

/// A value as it stands in a path.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// The schemas of the places that have the variable and nothing else as their value.
fn schemas<'c>(contract: &'c Contract, variable: &str) -> Vec<&'c Schema> {
    let only = |template: &str| {
        let inner = template.trim().strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
        inner.is_some_and(|name| name.trim() == variable)
    };
    let mut found = Vec::new();
    for operation in &contract.operations {
        let parameters = operation.parameters.iter();
        found.extend(
            parameters
                .filter(|one| one.value.as_ref().and_then(Value::as_str).is_some_and(only))
                .map(|one| &one.schema),
        );
        found.extend(
            operation.security.iter().filter(|one| only(&one.value)).filter_map(|one| one.schema.as_ref()),
        );
    }
    found
}
