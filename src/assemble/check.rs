//! The values of variables, held against what the contract says of the places where they go.

use serde_json::Value;

use super::settings::Misused;
use crate::conform::{Judge, fill, needs};
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
            if let Some((is, wanted)) = misfit(parameter, &value) {
                let place = format!("the {} parameter `{}`", parameter.location.word(), parameter.name);
                // What is wrong with a value may show it; what is wanted instead never does.
                let why = if is_secret(contract, template) {
                    format!("can't be the secret value given for it: wanted is {wanted}")
                } else {
                    format!("can't be {value}: it {is}")
                };
                add(format!("{place} of `{}` {why}", operation.id), named(template));
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

/// Why `value` is none for the parameter: what it is, and what is wanted instead.
fn misfit(parameter: &Parameter, value: &Value) -> Option<(String, String)> {
    let told = |is: &str, wanted: &str| Some((is.to_owned(), wanted.to_owned()));
    match value.as_str() {
        Some("") if parameter.location == Location::Path => {
            return told("is empty, as no segment of a path can be", "a text");
        }
        Some("." | "..") if parameter.location == Location::Path => {
            return told("leads to another path (RFC 3986 section 5.2.4)", "a text that is not `.` or `..`");
        }
        _ => {}
    }
    let judge = Judge::new(&parameter.schema).ok()?;
    let typed = value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    if judge.accepts(value) || typed.is_some_and(|typed| judge.accepts(&typed)) {
        return None;
    }
    judge.breaches(value).into_iter().next().map(|breach| (breach.message, breach.allowed))
}

/// Whether a secret variable is part of what the template becomes.
fn is_secret(contract: &Contract, template: &Value) -> bool {
    let secret = |name: &str| contract.variables.get(name).is_some_and(|variable| variable.secret);
    needs(template).iter().any(|name| secret(name))
}

/// The variables of a template, for a message.
fn named(template: &Value) -> String {
    let names: Vec<String> = needs(template).into_iter().map(|name| format!("`{name}`")).collect();
    format!("the variable {}", names.join(", "))
}
