//! What decides about a clause: what is sent for it, and how the answer is judged. Where a promise stands, where it comes
//! from and how it is worded does not count.

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde_json::Value;

use super::unsaid;
use crate::model::{
    Body, Clause, ClauseId, ClauseKind, Contract, Example, HandCase, OpId, Operation, Origin, Parameter,
    Part, Refusal, RequestParts, ResponseSpec, Rule, Schema, Security, Sequence, SequenceStep, Unknown,
};
use crate::text::Span;

/// The parts of an operation that have a schema, by the beginning of their clauses' addresses.
#[must_use]
pub fn parts(operation: &Operation) -> BTreeMap<String, (Part, &Schema)> {
    let parameters = operation.parameters.iter().enumerate().map(|(index, parameter)| {
        let name = format!("request/{}/{}", parameter.location.word(), parameter.name);
        (name, (Part::Parameter { index }, &parameter.schema))
    });
    let body =
        operation.body.iter().map(|body| ("request/body".to_owned(), (Part::RequestBody, &body.schema)));
    let answers = operation.responses.iter().filter_map(|response| {
        let part = Part::ResponseBody { status: response.status.clone() };
        Some((format!("response/{}/body", response.status), (part, response.schema.as_ref()?)))
    });
    parameters.chain(body).chain(answers).collect()
}

/// For each clause, all that decides about it, by address.
#[must_use]
pub fn digests(contract: &Contract) -> BTreeMap<String, String> {
    contract.clauses.iter().map(|clause| (clause.address.clone(), digest(contract, clause))).collect()
}

fn digest(contract: &Contract, clause: &Clause) -> String {
    format!("{} {}", shown(&clause.text), substance(contract, clause))
}

/// All that decides about a clause but for its words.
pub(super) fn substance(contract: &Contract, clause: &Clause) -> String {
    let words = [shown(&clause.sides), shown(&clause.undecided)];
    let kind = match (&clause.kind, clause.operation.map(|op| contract.operation(op))) {
        (ClauseKind::Sequence { index }, _) => sequence(contract, &contract.sequences[*index]),
        (ClauseKind::SequenceRule { index, step, rule }, _) => {
            let sequence = &contract.sequences[*index];
            let rules = sequence.steps.iter().chain(&sequence.finally).nth(*step).map(|step| &step.rules);
            shown(&rules.and_then(|rules| rules.get(*rule)).map(plain_rule))
        }
        (kind, Some(operation)) => of_operation(operation, kind),
        (kind, None) => shown(kind),
    };
    format!("{} {kind}", words.join(" "))
}

fn of_operation(operation: &Operation, kind: &ClauseKind) -> String {
    let refused = || operation.refused.as_ref().map(plain_refusal);
    let parameter = |index: &usize| operation.parameters.get(*index);
    let answer = |status: &String| operation.responses.iter().find(|response| response.status == *status);
    match kind {
        ClauseKind::Constraint { part, keyword, path, at, limit } => {
            // Answers are not refused.
            let refused = part.is_request().then(refused).flatten();
            shown(&(
                of_part(operation, part),
                keyword,
                path,
                at,
                self::limit(keyword, limit).to_string(),
                refused,
            ))
        }
        ClauseKind::Optional { part, at } => shown(&(of_part(operation, part), at)),
        ClauseKind::Unknown { index } => {
            let unknown = parameter(index).and_then(|parameter| parameter.unknown.as_ref());
            shown(
                &unknown.map(|unknown| Unknown { answer: plain_refusal(&unknown.answer), ..unknown.clone() }),
            )
        }
        ClauseKind::BodyRequired | ClauseKind::BodyWellFormed => shown(&refused()),
        ClauseKind::BodyMediaType => {
            let body = operation.body.as_ref();
            shown(&body.and_then(|body| body.other_media_types.as_ref()).map(plain_refusal))
        }
        ClauseKind::Credential { index } => shown(&operation.security.get(*index).map(plain_security)),
        ClauseKind::OtherMethods => shown(&operation.other_methods.as_ref().map(plain_refusal)),
        ClauseKind::Status { status } => shown(&answer(status).map(|response| &response.media_type)),
        ClauseKind::DocumentedStatuses => {
            shown(&operation.responses.iter().map(|response| &response.status).collect::<Vec<_>>())
        }
        ClauseKind::MediaType { status } | ClauseKind::WellFormed { status } => {
            shown(&answer(status).map(|response| &response.media_type))
        }
        ClauseKind::UndocumentedFields { status } => {
            shown(&answer(status).map(|response| (response.closed, shown(&response.schema))))
        }
        ClauseKind::Within => shown(&operation.within),
        ClauseKind::Secrets => shown(&operation.secrets),
        ClauseKind::Steady => shown(&operation.steady),
        ClauseKind::Example { index } => shown(&operation.examples.get(*index).map(|example| {
            let clause = ClauseId(0);
            Example { clause, ..example.clone() }
        })),
        ClauseKind::Rule { index } => shown(&operation.rules.get(*index).map(plain_rule)),
        ClauseKind::HandCase { index } => shown(&operation.cases.get(*index).map(|case| HandCase {
            clause: ClauseId(0),
            expect: plain_refusal(&case.expect),
            ..case.clone()
        })),
        ClauseKind::Sequence { .. } | ClauseKind::SequenceRule { .. } => String::new(),
    }
}

/// What a keyword asks for. Alternatives stand in a clause as they are written, with their origins.
pub(super) fn limit(keyword: &str, limit: &Value) -> Value {
    match (keyword, limit) {
        ("anyOf" | "oneOf", Value::Array(branches)) => {
            branches.iter().map(|branch| unsaid::bare(branch, false)).collect()
        }
        _ => limit.clone(),
    }
}

/// What a part is, and how it is refused: its schema is told keyword by keyword.
fn of_part(operation: &Operation, part: &Part) -> String {
    match part {
        Part::Parameter { index } => {
            let parameter = operation.parameters.get(*index);
            let refused = |parameter: &Parameter| parameter.refused.as_ref().map(plain_refusal);
            shown(&parameter.map(|parameter| (parameter.location, &parameter.name, refused(parameter))))
        }
        Part::Credential { index } => shown(&operation.security.get(*index).map(plain_security)),
        Part::RequestBody => "body".into(),
        Part::ResponseBody { status } => shown(status),
        Part::ResponseHeader { status, index } => {
            let answer = operation.responses.iter().find(|response| response.status == *status);
            let header = answer.and_then(|answer: &ResponseSpec| answer.headers.get(*index));
            shown(&(status, header.map(|header| (&header.name, header.required))))
        }
    }
}

/// What every request of an operation goes by.
#[must_use]
pub fn frame(contract: &Contract, operation: &Operation) -> String {
    // In which order they are declared is nobody's promise.
    let mut parameters: Vec<String> = operation
        .parameters
        .iter()
        .map(|parameter| {
            let Parameter { name, location, required, value, writing, .. } = parameter;
            shown(&(name, location, required, value, writing))
        })
        .collect();
    parameters.sort();
    let body = |body: &Body| shown(&(body.required, &body.media_type, &body.value, &body.unique));
    let frame = shown(&(
        (&operation.method, &operation.path, operation.effect, &operation.resource, &operation.creates),
        parameters,
        operation.security.iter().map(plain_security).collect::<Vec<_>>(),
        operation.body.as_ref().map(body),
        operation.generates.iter().map(|made| (&made.member, &made.when)).collect::<Vec<_>>(),
    ));
    // Of a variable only what a request is made of, not what it is called for people.
    let needed = contract.variables.iter().filter(|(name, _)| frame.contains(name.as_str()));
    let variables: Vec<_> =
        needed.map(|(name, variable)| (name, variable.optional, &variable.default)).collect();
    format!("{frame} {}", shown(&variables))
}

fn sequence(contract: &Contract, sequence: &Sequence) -> String {
    let step = |step: &SequenceStep| {
        let operation = contract.operation(step.operation);
        let rules: Vec<Rule> = step.rules.iter().map(plain_rule).collect();
        let request: &RequestParts = &step.request;
        let plain = SequenceStep { operation: OpId(0), rules, request: request.clone(), ..step.clone() };
        shown(&(&operation.id, frame(contract, operation), plain))
    };
    let steps: Vec<String> = sequence.steps.iter().chain(&sequence.finally).map(step).collect();
    shown(&(sequence.steps.len(), steps))
}

fn plain_rule(rule: &Rule) -> Rule {
    Rule { span: Span::default(), clause: ClauseId(0), ..rule.clone() }
}

/// What is promised, wherever it is.
pub(super) fn plain_refusal(refusal: &Refusal) -> Refusal {
    Refusal { origin: Origin::default(), ..refusal.clone() }
}

fn plain_security(security: &Security) -> Security {
    Security {
        refused: security.refused.as_ref().map(plain_refusal),
        outside: security.outside.as_ref().map(plain_refusal),
        ..security.clone()
    }
}

fn shown(value: &impl Debug) -> String {
    format!("{value:?}")
}
