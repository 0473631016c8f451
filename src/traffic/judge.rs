//! What an entry breaks of the contract: the request by the mock's judges, the answer by the checks of a run.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::message::Message;
use super::secret::hidden;
use crate::check::{Checker, Seen, Sight};
use crate::mock::{Recognised, Refused};
use crate::model::{
    Answers, BodyMatch, Case, CaseId, ClauseId, Contract, Exchange, Expectation, Finding, FindingSite,
    Operation, Own, Part, Refusal, Reply, Request, RequestBody, Salt, Side, StatusSet, Step,
};
use crate::text::Severity;

/// How a recorded entry stands to the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The answer breaks a promise.
    Answer,
    /// The request breaks a promise, and was accepted.
    Accepted,
    /// The request breaks a promise, and was refused by another status than promised.
    Refused,
    /// The request keeps all that is promised about requests, and was refused as one that does not: by a rule that
    /// nobody wrote down, or by what the deployment had.
    Conforming,
    /// The answer has a member that nobody documents.
    Drift,
}

/// A promise that an entry breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) kind: Kind,
    pub(super) clause: ClauseId,
    pub(super) says: String,
}

/// All that the request and its answer break.
pub(super) fn broken(
    contract: &Contract,
    checker: &Checker,
    message: &Message,
    read: &Recognised,
    variables: &Value,
) -> Vec<Broken> {
    let Some(reply) = &message.reply else { return Vec::new() };
    let mut out: Vec<Broken> = of_request(contract, message, read, reply.status);
    let seen = look(contract, checker, message, read, variables);
    let body = seen.body.as_ref();
    let kept = |finding: &Finding| {
        let here = match &finding.site {
            FindingSite::Body(at) => body.and_then(|body| body.pointer(at)).and_then(Value::as_str),
            _ => None,
        };
        let masked = here.is_some_and(hidden) || finding.check == "rule-broken" && hides(message);
        let missing = match &finding.site {
            FindingSite::Header(_) => !message.has_headers,
            FindingSite::Body(_) => !message.came_whole,
            _ => false,
        };
        finding.check != "unexpected-status"
            && !masked
            && !missing
            && (message.came_whole || !by_body(&finding.check))
    };
    out.extend(seen.findings.into_iter().filter(kept).map(|finding| Broken {
        kind: if finding.severity == Severity::Error { Kind::Answer } else { Kind::Drift },
        clause: finding.clause,
        says: finding.summary,
    }));
    out
}

/// Every status is as good as any other, if only it is documented.
fn documented(operation: &Operation) -> StatusSet {
    let word = |status: &String| if status == "default" { "any".to_owned() } else { status.clone() };
    StatusSet(operation.responses.iter().map(|response| word(&response.status)).collect())
}

/// Whether what a check finds is about a body that is there.
fn by_body(check: &str) -> bool {
    !matches!(check, "undocumented-status" | "missing-header" | "invalid-header")
}

/// Whether a value of the request or the answer was hidden by whoever recorded it.
fn hides(message: &Message) -> bool {
    let sent = String::from_utf8_lossy(&message.received.body);
    let came = message.reply.as_ref().map(|reply| String::from_utf8_lossy(&reply.body));
    sent.contains('‹')
        || sent.contains("***")
        || came.is_some_and(|text| text.contains('‹') || text.contains("***"))
}

fn of_request(contract: &Contract, message: &Message, read: &Recognised, status: u16) -> Vec<Broken> {
    let operation = contract.operation(read.operation);
    let promised = |part: Option<&Part>| -> Option<&Refusal> {
        let own = match part {
            Some(Part::Parameter { index }) => operation.parameters.get(*index)?.refused.as_ref(),
            _ => None,
        };
        own.or(operation.refused.as_ref())
    };
    let whole = |refused: &&Refused| message.sent_whole || !refused.says.starts_with("the body");
    let broken: Vec<&Refused> = read.broken.iter().filter(whole).collect();
    let success = matches!(status, 200..=399);
    if broken.is_empty() {
        let as_promised = promised(None).is_some_and(|refusal| refusal.status.contains(status));
        let of_request = matches!(status, 400 | 422) && as_promised && message.sent_whole;
        let clause = contract.clause_at(&format!("{}/response/{status}", operation.id));
        return clause
            .filter(|_| of_request)
            .map(|clause| Broken {
                kind: Kind::Conforming,
                clause,
                says: format!(
                    "answered {status} to a request that keeps all that is promised about requests"
                ),
            })
            .into_iter()
            .collect();
    }
    let told = |refused: &&Refused| {
        let clause = refused.clause?;
        let part = match &contract.clause(clause).kind {
            crate::model::ClauseKind::Constraint { part, .. } => Some(part),
            _ => None,
        };
        let refusal = promised(part);
        if success {
            let says = format!("{}, and it was accepted ({status})", refused.says);
            return Some(Broken { kind: Kind::Accepted, clause, says });
        }
        // What comes before the judgement of a request, such as its credential, decides these.
        let before = matches!(status, 401 | 403 | 404 | 405 | 408 | 429) || status >= 500;
        let refusal = refusal.filter(|refusal| !before && !refusal.status.contains(status))?;
        let says = format!("{}: refused by {status}, promised is {}", refused.says, refusal.status);
        Some(Broken { kind: Kind::Refused, clause, says })
    };
    broken.iter().filter_map(told).collect()
}

fn look(
    contract: &Contract,
    checker: &Checker,
    message: &Message,
    read: &Recognised,
    variables: &Value,
) -> Seen {
    let operation = contract.operation(read.operation);
    let Some(reply) = &message.reply else { return Seen::default() };
    let request = request(contract, message, read);
    let conforming = read.broken.is_empty() && matches!(reply.status, 200..=399);
    let step = Step {
        name: None,
        operation: read.operation,
        request: request.clone(),
        control: None,
        late: None,
        salt: Salt::default(),
        expect: Expectation {
            status: documented(operation),
            answers: if conforming { Answers::Accepted } else { Answers::Refused },
            schema: None,
            body: BodyMatch::default(),
            may_close: false,
            depends: StatusSet::default(),
            unstated: StatusSet::default(),
        },
        when: None,
        capture: Vec::new(),
        own: Own::default(),
        rules: Vec::new(),
    };
    let case = Case {
        id: CaseId(String::new()),
        clause: ClauseId(operation.clauses.start),
        side: Side::Observe,
        generator: "recorded",
        why: String::new(),
        steps: Arc::from([step]),
        finally: 0,
        footprint: Vec::new(),
        writes: false,
        destroys: false,
        round: 0,
    };
    // How long it took is not held against anybody: the way there is another one.
    let reply: Reply = reply.clone();
    let exchange = Exchange { request, reply: Ok(reply), elapsed: Duration::ZERO, attempts: 1 };
    checker.look(&Sight { case: &case, step: 0, exchange: &exchange, control: None, scope: variables })
}

fn request(contract: &Contract, message: &Message, read: &Recognised) -> Request {
    let operation = contract.operation(read.operation);
    let received = &message.received;
    let path_values = read
        .parameters
        .iter()
        .filter_map(|(index, value)| Some((operation.parameters.get(*index)?, value)))
        .filter(|(parameter, _)| parameter.location == crate::model::Location::Path)
        .map(|(parameter, value)| (parameter.name.clone(), value.clone()))
        .collect();
    let text =
        |(name, value): &(String, Vec<u8>)| (name.clone(), String::from_utf8_lossy(value).into_owned());
    let body = match &read.body {
        Some(value) => Some(RequestBody::Written { value: value.clone(), bytes: received.body.clone() }),
        None => (!received.body.is_empty()).then(|| RequestBody::Raw(received.body.clone())),
    };
    Request {
        method: received.method.clone(),
        path_values,
        path: received.path.clone(),
        query: received.queries().collect(),
        headers: received.headers.iter().map(text).collect(),
        body,
    }
}

/// The variables that stand in the request where the contract has nothing else than their templates.
pub(super) fn evident(contract: &Contract, read: &Recognised) -> BTreeMap<String, String> {
    let operation = contract.operation(read.operation);
    let mut found = BTreeMap::new();
    for (index, value) in &read.parameters {
        let template = operation.parameters.get(*index).and_then(|parameter| parameter.value.as_ref());
        let name = template.and_then(Value::as_str).and_then(variable);
        let text = match value {
            Value::String(text) if hidden(text) => continue,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        if let Some(name) =
            name.filter(|name| contract.variables.get(*name).is_some_and(|known| !known.secret))
        {
            found.entry(name.to_owned()).or_insert(text);
        }
    }
    found
}

/// The variable that a template is nothing else than.
fn variable(template: &str) -> Option<&str> {
    let name = template.trim().strip_prefix("{{")?.strip_suffix("}}")?.trim();
    name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_').then_some(name)
}
