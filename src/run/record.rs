//! A played case becomes a record: what its answers were, to be compared with those of another day or deployment.

use serde_json::Value;

use super::session::{Played, Session};
use crate::model::{Case, CaseRecord, FindingSite, NotedFinding, RequestBody};
use crate::send::{keep, learn};
use crate::text::Severity;

/// The folder's name of cases that are about several operations.
const SEVERAL: &str = "sequences";

/// What of a played case is compared.
pub(super) fn recorded(session: &Session, case: &Case, order: u64, played: &Played) -> CaseRecord {
    let contract = session.contract();
    let mut redactor = session.settings.redactor.clone();
    for (operation, exchange) in &played.exchanges {
        learn(exchange, contract.operation(*operation), &mut redactor);
    }
    for (at, control) in &played.controls {
        if let Some((operation, _)) = played.exchanges.get(*at) {
            learn(control, contract.operation(*operation), &mut redactor);
        }
    }
    let clause = contract.clause(case.clause);
    let findings = played.verdict.findings.iter().filter(|finding| finding.severity > Severity::Note);
    let findings = findings.map(|finding| NotedFinding {
        step: finding.step,
        clause: contract.clause(finding.clause).address.clone(),
        check: finding.check.clone(),
        site: finding.site.clone(),
        severity: finding.severity,
        // No two answers take as long.
        summary: match finding.site {
            FindingSite::Time => format!("not answered {}", finding.expected),
            _ => redactor.text(&finding.summary),
        },
    });
    // What has a secret in it is replaced in the answers already.
    let made = made(session, played).into_iter().filter(|(_, text)| redactor.text(text) == *text);
    CaseRecord {
        case: case.id.clone(),
        round: case.round,
        order,
        operation: clause.operation.map_or_else(|| SEVERAL.into(), |op| contract.operation(op).id.clone()),
        clause: clause.address.clone(),
        side: case.side,
        why: redactor.text(&case.why),
        steps: played
            .exchanges
            .iter()
            .map(|(operation, exchange)| keep(exchange, contract.operation(*operation), &redactor))
            .collect(),
        findings: findings.collect(),
        made: made.collect(),
    }
}

/// Values that only this deployment or this run has: what was captured, members that have to be unique, variables.
fn made(session: &Session, played: &Played) -> Vec<(String, String)> {
    let contract = session.contract();
    let mut made = Vec::new();
    let mut add = |label: String, value: &Value| {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return,
        };
        if !text.is_empty() && !made.iter().any(|(_, known)| *known == text) {
            made.push((label, text));
        }
    };
    for (name, value) in played.captured.as_object().into_iter().flatten() {
        let maker =
            name.strip_prefix("own_").and_then(|index| contract.operations.get(index.parse::<usize>().ok()?));
        let label = maker.map_or_else(|| format!("captured: {name}"), |maker| format!("made: {}", maker.id));
        add(label, value);
    }
    for (operation, exchange) in &played.exchanges {
        let body = exchange.request.body.as_ref().and_then(RequestBody::json);
        let unique = contract.operation(*operation).body.iter().flat_map(|body| &body.unique);
        for place in unique {
            if let Some(value) = body.and_then(|body| body.pointer(place)) {
                add(format!("sent: {}", place.trim_start_matches('/')), value);
            }
        }
    }
    for (name, value) in session.settings.variables.as_object().into_iter().flatten() {
        if contract.variables.contains_key(name) {
            add(format!("variable: {name}"), value);
        }
    }
    made
}
