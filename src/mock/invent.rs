//! Values of variables that nobody gives: the mock has what it is told, so any that the contract allows will do.

use serde_json::Value;

use super::values::sample;
use crate::conform::Judge;
use crate::model::{Contract, Schema};

/// A value for a variable of a deployment that is made up: what every place that it goes to allows.
#[must_use]
pub fn invent(contract: &Contract, variable: &str) -> String {
    let plain = format!("mock-{}", variable.replace('_', "-"));
    let schemas = schemas(contract, variable);
    let judges: Vec<Judge> = schemas.iter().filter_map(|schema| Judge::new(*schema).ok()).collect();
    let fits = |text: &str| {
        // Nothing of a path stands for itself with one of these in it.
        if text.is_empty() || text.contains('/') || [".", ".."].contains(&text) {
            return false;
        }
        let typed =
            serde_json::from_str::<Value>(text).ok().filter(|value| value.is_number() || value.is_boolean());
        judges.iter().all(|judge| {
            judge.accepts(&Value::from(text)) || typed.as_ref().is_some_and(|typed| judge.accepts(typed))
        })
    };
    let sampled =
        schemas.iter().filter_map(|schema| sample(schema, variable)).filter_map(|value| match value {
            Value::String(text) => Some(text),
            Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
            _ => None,
        });
    std::iter::once(plain.clone()).chain(sampled).find(|text| fits(text)).unwrap_or(plain)
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
