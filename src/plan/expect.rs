//! Which answers keep the contract.

use serde_json::Value;

use super::render::Unready;
use crate::model::{Answers, BodyMatch, Expectation, Operation, Refusal, StatusSet};

/// A conforming request's: a documented status of class 2, or of class 3 where there is none. Where only `default` is
/// documented, it is the answer of a success too.
pub(super) fn accepted(operation: &Operation) -> Result<Expectation, Unready> {
    let of = |class: char| {
        let statuses = operation.responses.iter().map(|response| &response.status);
        statuses.filter(|status| status.starts_with(class)).cloned().collect::<Vec<String>>()
    };
    let documented = [of('2'), of('3')].into_iter().find(|statuses| !statuses.is_empty());
    let by_default = || operation.response(200).map(|_| vec!["2XX".to_owned()]);
    let status = documented.or_else(by_default);
    let status = status.ok_or_else(|| Unready::new("the contract documents no success"))?;
    Ok(Expectation {
        depends: operation.depends.clone(),
        unstated: operation.unstated.clone(),
        ..stated(StatusSet(status), None)
    })
}

/// A refusal.
pub(super) fn refused(operation: &Operation, refusal: &Refusal) -> Expectation {
    let described = |status: &String| {
        status
            .parse()
            .ok()
            .and_then(|status| operation.response(status))
            .is_some_and(|spec| spec.schema.is_some())
    };
    let schema = refusal.schema.clone().filter(|_| !refusal.status.0.iter().all(described));
    Expectation {
        status: refusal.status.clone(),
        answers: Answers::Refused,
        schema,
        body: BodyMatch(refusal.body.clone()),
        may_close: refusal.may_close,
        depends: StatusSet::default(),
        unstated: StatusSet::default(),
    }
}

/// The statuses and members that an example or a step states. They say themselves whether the request is accepted.
pub(super) fn stated(status: StatusSet, body: Option<Value>) -> Expectation {
    let good = status.first().is_none_or(|status| status / 100 <= 3);
    Expectation {
        status,
        answers: if good { Answers::Accepted } else { Answers::Refused },
        schema: None,
        body: BodyMatch(body),
        may_close: false,
        depends: StatusSet::default(),
        unstated: StatusSet::default(),
    }
}

/// A value as it is written where there is no JSON: in a path, a header, a cookie. An array is its elements with commas
/// between them; in a query, each element is written for itself.
pub(super) fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(elements) => elements.iter().map(written).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
