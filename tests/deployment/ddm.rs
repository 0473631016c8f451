//! DDM: the passwords of accounts.

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::request::{Request, Route};
use super::roma::Refusal;
use super::rules::Rules;
use super::state::{DDM_INSTANCE_ID, PROJECT_ID, State};

pub(crate) fn serve(
    rules: &Rules,
    state: &mut State,
    route: &Route,
    request: &Request,
) -> Result<Value, Refusal> {
    let invalid = |name| Refusal::Parameter { name, processor: "body" };
    let body: Map<String, Value> = serde_json::from_slice(&request.body).map_err(|_| invalid("body"))?;
    let password = rules.account_password.read(&body).map_err(invalid)?;
    if route.project != PROJECT_ID || route.instance != DDM_INSTANCE_ID {
        return Err(Refusal::UnknownInstance);
    }
    let account = state.accounts.get_mut(&route.target).ok_or(Refusal::UnknownProduct)?;
    if let Some(password) = password {
        *account = password;
    }
    Ok(shown(route))
}

/// The answer to a reset.
pub(crate) fn shown(route: &Route) -> Value {
    json!({ "success": true, "instance_id": route.instance, "user_name": route.target })
}

/// The error answer of a refusal. The page has one error for all that is wrong with a request.
pub(crate) fn refuse(refusal: &Refusal) -> Answer {
    let (status, code, says) = match refusal {
        Refusal::Credential => (401, "DBS.280056", "Invalid token."),
        Refusal::Method => (405, "DBS.280405", "The method is not supported."),
        _ => (400, "DBS.280001", "Parameter error."),
    };
    Answer::json(status, json!({ "externalMessage": says, "errCode": code }))
}

/// The page's other error.
pub(crate) fn failure() -> Answer {
    Answer::json(500, json!({ "externalMessage": "Server failure.", "errCode": "DBS.200412" }))
}
