//! What has changed in a contract since an older one.
//!
//! Clauses are compared by address, and each by all that decides what is sent for it and how the answer is judged; where
//! a promise stands and where it comes from does not count. In doubt a clause counts as changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::path::Path;

use super::settings::Misused;
use crate::load;
use crate::model::{
    Body, Clause, ClauseId, ClauseKind, Contract, Example, HandCase, OpId, Operation, Origin, Parameter,
    Part, Refusal, RequestParts, ResponseSpec, Rule, Security, Sequence, SequenceStep, Unknown,
};
use crate::text::{Severity, Span};

/// What has changed since an older contract.
#[derive(Debug, Clone)]
pub struct Changed {
    /// The older contract, for people: its path and the beginning of its fingerprint.
    pub since: String,
    /// The clauses that were added or changed.
    pub clauses: BTreeSet<ClauseId>,
    /// The clauses whose cases are played: those above, the examples, and where an operation has none its plainest
    /// requests; of an operation with another promise about its answers, all.
    pub played: BTreeSet<ClauseId>,
}

/// What has changed in `contract` since the contract at `old`, a file or a folder.
///
/// # Errors
/// When the older contract has errors.
pub(super) fn since(old: &Path, contract: &Contract) -> Result<Changed, Misused> {
    let loaded = load::load(&[old.to_path_buf()]);
    let wrong = loaded.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    match loaded.contract.filter(|_| !wrong) {
        Some(older) => {
            let fingerprint: String = older.fingerprint.chars().take(12).collect();
            let since = format!("{} (fingerprint {fingerprint}…)", old.display());
            Ok(compared(since, &older, contract))
        }
        None => Err(Misused {
            diagnostics: loaded.diagnostics,
            files: loaded.files,
            messages: vec![("--changed-since: the older contract can't be read".into(), Vec::new())],
        }),
    }
}

fn compared(since: String, old: &Contract, new: &Contract) -> Changed {
    let before = digests(old);
    let now = digests(new);
    let frames: BTreeMap<&str, String> =
        old.operations.iter().map(|operation| (operation.id.as_str(), frame(old, operation))).collect();
    let mut clauses = BTreeSet::new();
    for (id, clause) in new.clauses() {
        let moved = clause.operation.is_some_and(|op| {
            let operation = new.operation(op);
            frames.get(operation.id.as_str()) != Some(&frame(new, operation))
        });
        if moved || before.get(&clause.address) != now.get(&clause.address) {
            clauses.insert(id);
        }
    }
    for (_, operation) in new.operations() {
        let known = old.operations.iter().find(|known| known.id == operation.id);
        let found = known.map(|known| elsewhere(known, operation, new, &clauses)).unwrap_or_default();
        clauses.extend(found);
    }
    let played = played(new, &clauses);
    Changed { since, clauses, played }
}

/// The clauses of parts whose schema has changed where no clause shows it, such as a default.
fn elsewhere(
    old: &Operation,
    new: &Operation,
    contract: &Contract,
    changed: &BTreeSet<ClauseId>,
) -> Vec<ClauseId> {
    let before: BTreeMap<String, String> = parts(old).into_iter().collect();
    let mut found = Vec::new();
    for (name, schema) in parts(new) {
        if before.get(&name).is_none_or(|known| *known == schema) {
            continue;
        }
        let prefix = format!("{}/{name}/", new.id);
        let of_part: Vec<ClauseId> = new
            .clauses
            .clone()
            .map(ClauseId)
            .filter(|id| contract.clause(*id).address.starts_with(&prefix))
            .collect();
        if !of_part.iter().any(|id| changed.contains(id)) {
            found.extend(of_part);
        }
    }
    found
}

/// The parts of an operation that have a schema, by the beginning of their clauses' addresses.
fn parts(operation: &Operation) -> Vec<(String, String)> {
    let parameters = operation.parameters.iter().map(|parameter| {
        let name = format!("request/{}/{}", parameter.location.word(), parameter.name);
        (name, parameter.schema.whole().to_string())
    });
    let body = operation.body.iter().map(|body| ("request/body".to_owned(), body.schema.whole().to_string()));
    let answers = operation.responses.iter().map(|response| {
        let schema = response.schema.as_ref().map(|schema| schema.whole().to_string()).unwrap_or_default();
        (format!("response/{}/body", response.status), schema)
    });
    parameters.chain(body).chain(answers).collect()
}

fn played(contract: &Contract, changed: &BTreeSet<ClauseId>) -> BTreeSet<ClauseId> {
    let mut played = changed.clone();
    for (_, operation) in contract.operations() {
        let own = || operation.clauses.clone().map(ClauseId);
        let kind = |id: ClauseId| &contract.clause(id).kind;
        // Answers are only seen where something is sent.
        let of_answers = |id: &ClauseId| {
            let sides = contract.clause(*id).sides;
            changed.contains(id) && sides.observe && !sides.accept && !sides.refuse
        };
        if own().any(|id| of_answers(&id)) {
            played.extend(own());
        }
        let examples: Vec<ClauseId> =
            own().filter(|id| matches!(kind(*id), ClauseKind::Example { .. })).collect();
        if examples.is_empty() {
            let success = operation.success().map(|status| status.to_string());
            let plain = |id: &ClauseId| match kind(*id) {
                ClauseKind::Status { status } => Some(status) == success.as_ref(),
                _ => false,
            };
            played.extend(own().filter(plain));
        }
        played.extend(examples);
    }
    for (id, clause) in contract.clauses() {
        if let ClauseKind::SequenceRule { index, .. } = &clause.kind
            && changed.contains(&id)
        {
            played.insert(contract.sequences[*index].clause);
        }
    }
    played
}

/// For each clause, all that decides about it, by address.
fn digests(contract: &Contract) -> BTreeMap<String, String> {
    contract.clauses.iter().map(|clause| (clause.address.clone(), digest(contract, clause))).collect()
}

fn digest(contract: &Contract, clause: &Clause) -> String {
    let words = [shown(&clause.text), shown(&clause.sides), shown(&clause.undecided)];
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
            shown(&(of_part(operation, part), keyword, path, at, limit.to_string(), refused()))
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
fn frame(contract: &Contract, operation: &Operation) -> String {
    let parameters: Vec<_> = operation
        .parameters
        .iter()
        .map(|parameter| (&parameter.name, parameter.location, parameter.required, &parameter.value))
        .collect();
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

fn plain_refusal(refusal: &Refusal) -> Refusal {
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
