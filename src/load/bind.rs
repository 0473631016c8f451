//! Values for the variables of a contract.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::model::Contract;
use crate::text::{Diagnostic, did_you_mean};

/// The variables given on the command line that the contract does not have.
pub fn unknown<'v>(
    contract: &'v Contract,
    command_line: &'v [(String, String)],
) -> impl Iterator<Item = &'v (String, String)> {
    command_line.iter().filter(|(name, _)| !contract.variables.contains_key(name))
}

/// The value of every variable: from the command line, else from the environment, else the contract's default.
/// Optional variables that nobody gives are absent. The result is an object of strings: the scope of templates.
///
/// # Errors
/// With every variable that is needed and missing, and every name on the command line that looks like a slip of one
/// that the contract has.
pub fn bind(
    contract: &Contract,
    environment: &BTreeMap<String, String>,
    command_line: &[(String, String)],
) -> Result<Value, Vec<Diagnostic>> {
    let mut errors = Vec::new();
    for (name, _) in unknown(contract, command_line) {
        let known: Vec<&str> = contract.variables.keys().map(String::as_str).collect();
        let mut diagnostic =
            Diagnostic::error("unknown-variable", format!("the contract has no variable `{name}`"));
        let near = did_you_mean(name, known.iter().copied());
        // One list of variables may serve several contracts: only a likely slip is an error.
        if near.is_none_or(|near| command_line.iter().any(|(given, _)| given == near)) {
            continue;
        }
        if let Some(near) = near {
            diagnostic = diagnostic.help(format!("did you mean `--var {near}=…`?"));
        }
        errors.push(diagnostic.help(format!("variables: {}", known.join(", "))));
    }
    let mut values = Map::new();
    for (name, variable) in &contract.variables {
        let given = command_line.iter().rev().find(|(given, _)| given == name).map(|(_, value)| value);
        match given.or_else(|| environment.get(name)).or(variable.default.as_ref()) {
            Some(value) => drop(values.insert(name.clone(), Value::String(value.clone()))),
            None if variable.optional => {}
            None => {
                let mut diagnostic = Diagnostic::error(
                    "missing-variable",
                    format!("the variable `{name}` has no value"),
                )
                .at(variable.span, if variable.says.is_empty() { "declared here" } else { &variable.says });
                diagnostic = diagnostic.help(format!("give it on the command line: `--var {name}=…`"));
                errors.push(diagnostic.help(format!(
                    "or in an environment file, under `variables:`: `{name}: …`{}",
                    if variable.secret {
                        format!(" (for a secret `{name}: ${{{}}}`)", name.to_uppercase())
                    } else {
                        String::new()
                    }
                )));
            }
        }
    }
    if errors.is_empty() { Ok(Value::Object(values)) } else { Err(errors) }
}
