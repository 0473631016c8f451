//! The values of variables, held against what the contract says of the places where they go.

use serde_json::Value;

use super::settings::Misused;
use crate::conform::{Breach, Judge, fill, needs};
use crate::model::{Contract, Location, Parameter};

/// Finds values that no conforming request could carry: a run with them would only accuse the deployment.
///
/// # Errors
/// With every such value.
pub(super) fn values(contract: &Contract, variables: &Value) -> Result<(), Misused> {
    let mut wrong = Misused::default();
    let mut add = |says: String, names: String| {
        let help = format!("check the value of {names}");
        if !wrong.messages.iter().any(|(known, _)| *known == says) {
            wrong.messages.push((says, vec![help]));
        }
    };
    for operation in &contract.operations {
        for parameter in &operation.parameters {
            let Some(template) = &parameter.value else { continue };
            let Ok(value) = fill(template, variables) else { continue };
            if let Some(why) = misfit(parameter, &value) {
                let place = format!("the {} parameter `{}`", parameter.location.word(), parameter.name);
                add(format!("{place} of `{}` can't be {value}: {why}", operation.id), named(template));
            }
        }
        for credential in &operation.security {
            let template = Value::from(credential.value.as_str());
            let Ok(Value::String(value)) = fill(&template, variables) else { continue };
            if value.chars().any(char::is_control) {
                let says = format!(
                    "the credential `{}` has a line break or control character in it",
                    credential.name
                );
                add(says, named(&template));
            }
        }
    }
    if wrong.messages.is_empty() { Ok(()) } else { Err(wrong) }
}

/// Why `value` is none for the parameter.
fn misfit(parameter: &Parameter, value: &Value) -> Option<String> {
    if parameter.location == Location::Path && value.as_str().is_some_and(str::is_empty) {
        return Some("a segment of a path can't be empty".into());
    }
    let judge = Judge::new(&parameter.schema).ok()?;
    let typed = value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    if judge.accepts(value) || typed.is_some_and(|typed| judge.accepts(&typed)) {
        return None;
    }
    judge.breaches(value).first().map(Breach::says)
}

/// The variables of a template, for a message.
fn named(template: &Value) -> String {
    let names: Vec<String> = needs(template).into_iter().map(|name| format!("`{name}`")).collect();
    format!("the variable {}", names.join(", "))
}
