//! Values for the built-in mock, where nobody gives one and the contract lets it make one up.

use serde_json::{Map, Value};

use crate::model::{Contract, Parameter};
use crate::synth;

/// Adds the values that the mock makes up: an identifier that keeps the schema of its parameter, any text elsewhere.
pub(super) fn fill(contract: &Contract, variables: &mut Value) {
    let Value::Object(values) = variables else { return };
    let missing: Vec<&String> = contract
        .variables
        .iter()
        .filter(|(name, variable)| variable.made_up && !values.contains_key(*name))
        .map(|(name, _)| name)
        .collect();
    let parameters = contract.operations.iter().flat_map(|operation| &operation.parameters);
    let mut made: Map<String, Value> = parameters
        .filter_map(|parameter| {
            let name = parameter.value.as_ref()?.as_str()?.strip_prefix("{{")?.strip_suffix("}}")?.trim();
            missing
                .iter()
                .any(|missing| *missing == name)
                .then(|| Some((name.to_owned(), text(parameter)?)))?
        })
        .rev()
        .collect();
    for name in missing {
        let value =
            made.remove(name).unwrap_or_else(|| Value::from(format!("made-up-{}", name.replace('_', "-"))));
        values.insert(name.clone(), value);
    }
}

/// A value of the parameter as a text that can stand in a path.
fn text(parameter: &Parameter) -> Option<Value> {
    let text = match synth::sample(&parameter.schema, &parameter.name).ok()? {
        Value::String(text) => text,
        Value::Array(_) | Value::Object(_) | Value::Null => return None,
        other => other.to_string(),
    };
    let fine = !text.is_empty() && !text.contains('/') && text != "." && text != "..";
    fine.then(|| Value::from(text))
}
