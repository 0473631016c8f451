//! Where a fault can be put to work.

use serde_json::Value;

use super::spoil::Spoiling;
use crate::mock::shape;
use crate::model::{Clause, ClauseId, ClauseKind, Contract, Effect, OpId, Part, Schema, path_shape};
use crate::synth::{Edge, Forge, place};

/// A place of a contract at which a fault breaks something.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// The operation that is faulty.
    pub operation: OpId,
    /// What it is called after `@`: a clause's address, or the operation's id.
    pub label: String,
    /// The clause that is not kept; None where it is one of [`Site::broken`].
    pub clause: Option<ClauseId>,
    /// A run has to find at least one of these broken.
    pub broken: Vec<ClauseId>,
    /// What the fault puts into the answer.
    pub value: Option<Value>,
}

impl Site {
    fn at(id: ClauseId, clause: &Clause, operation: OpId) -> Self {
        Self { operation, label: clause.address.clone(), clause: Some(id), broken: vec![id], value: None }
    }
}

/// The clauses of operations for which `fits`.
pub(super) fn clauses(contract: &Contract, fits: impl Fn(&Clause) -> bool) -> Vec<Site> {
    contract
        .clauses()
        .filter(|(_, clause)| clause.undecided.is_none() && fits(clause))
        .filter_map(|(id, clause)| Some(Site::at(id, clause, clause.operation?)))
        .collect()
}

/// The promise of each operation that answers come at all: its time budget, else its documented success. Without a
/// budget, a run names the promise that the request was about.
pub(super) fn answering(contract: &Contract) -> Vec<Site> {
    let mut sites = clauses(contract, |clause| matches!(clause.kind, ClauseKind::Within));
    let budgeted: Vec<OpId> = sites.iter().map(|site| site.operation).collect();
    let others = succeeding(contract).into_iter().filter(|site| !budgeted.contains(&site.operation));
    sites.extend(others);
    sites.sort_by_key(|site| site.clause.map(|clause| clause.0));
    sites
}

/// The documented success of each operation, with all that is shown to be broken where it does not come.
pub(super) fn succeeding(contract: &Contract) -> Vec<Site> {
    let is_success = |clause: &Clause| {
        let success = clause.operation.and_then(|operation| contract.operation(operation).success());
        matches!(&clause.kind, ClauseKind::Status { status } if success.is_some_and(|own| *status == own.to_string()))
    };
    let whole = |site: Site| {
        let broken = contract.operation(site.operation).clauses.clone().map(ClauseId).collect();
        Site { broken, ..site }
    };
    clauses(contract, is_success).into_iter().map(whole).collect()
}

/// A constraint on a request: the keyword and its value. Not on a credential: outside its limits or not, a wrong one is
/// refused.
pub(super) fn requested(clause: &Clause) -> Option<(&str, &Value)> {
    match &clause.kind {
        ClauseKind::Constraint {
            part: Part::Parameter { .. } | Part::RequestBody, keyword, limit, ..
        } => Some((keyword.as_str(), limit)),
        _ => None,
    }
}

/// A constraint on what lies in a request's body.
pub(super) fn of_body(clause: &Clause) -> Option<(&str, &Value)> {
    let in_body =
        matches!(&clause.kind, ClauseKind::Constraint { part: Part::RequestBody, at, .. } if !at.is_empty());
    requested(clause).filter(|_| in_body)
}

/// A constraint that requests are refused for. An empty credential is refused as none, whatever its shortest length.
pub(super) fn is_refusing(clause: &Clause) -> bool {
    let ClauseKind::Constraint { part, keyword, .. } = &clause.kind else { return false };
    let empty = matches!(part, Part::Credential { .. }) && keyword == "minLength";
    part.is_request() && clause.sides.refuse && !empty
}

/// The promises about methods that nobody documents: one place for each path, since a wrong method is no operation's. The
/// mock answers it as the first operation that says how.
pub(super) fn other_methods(contract: &Contract) -> Vec<Site> {
    let mut sites: Vec<Site> = Vec::new();
    for site in clauses(contract, |clause| matches!(clause.kind, ClauseKind::OtherMethods)) {
        let path = |site: &Site| path_shape(&contract.operation(site.operation).path);
        match sites.iter_mut().find(|other| path(other) == path(&site)) {
            Some(other) => other.broken.extend(site.broken),
            None => sites.push(site),
        }
    }
    sites
}

/// The constraints on bodies of answers with one of `keywords`, each with a value that breaks it and nothing else.
pub(super) fn answered(contract: &Contract, keywords: &[&str]) -> Vec<Site> {
    let constrained = |clause: &Clause| match &clause.kind {
        ClauseKind::Constraint { part: Part::ResponseBody { .. }, keyword, .. } => {
            keywords.contains(&keyword.as_str())
        }
        _ => false,
    };
    let with_value = |site: Site| {
        let id = site.clause?;
        Some(Site { value: Some(outside(contract, site.operation, contract.clause(id))?), ..site })
    };
    clauses(contract, constrained).into_iter().filter_map(with_value).collect()
}

/// Whether answers with this status are objects with members that the contract names.
pub(super) fn shows_object(contract: &Contract, operation: OpId, status: &str) -> bool {
    let spec = contract.operation(operation).responses.iter().find(|spec| spec.status == status);
    spec.and_then(|spec| spec.schema.as_ref()).is_some_and(|schema| names(schema).next().is_some())
}

/// A value that does not keep the constraint of an answer.
fn outside(contract: &Contract, operation: OpId, clause: &Clause) -> Option<Value> {
    let ClauseKind::Constraint { part: Part::ResponseBody { status }, keyword, path, at, limit } =
        &clause.kind
    else {
        return None;
    };
    let responses = &contract.operation(operation).responses;
    let schema = responses.iter().find(|spec| spec.status == *status)?.schema.as_ref()?;
    let forge = Forge::new(schema).ok()?;
    let edge = Edge { keyword, limit, keep: false, ascii: false, salt: &clause.address };
    let found = forge.spot(at, path).edges(&edge).ok()?;
    found.into_iter().next().map(|candidate| candidate.value)
}

/// Whether what the operation writes is shown by one that reads: a member of its body; without a body, that it is there.
pub(super) fn is_shown(contract: &Contract, operation: OpId) -> bool {
    let writer = contract.operation(operation);
    let written: Vec<&str> = writer.body.iter().flat_map(|body| names(&body.schema)).collect();
    contract.operations.iter().filter(|reader| reader.effect == Effect::Read).any(|reader| {
        let answer = reader.success().and_then(|status| reader.response(status)?.schema.as_ref());
        reader.resource == writer.resource
            && (writer.body.is_none()
                || answer.is_some_and(|schema| names(schema).any(|name| written.contains(&name))))
    })
}

fn names(schema: &Schema) -> impl Iterator<Item = &str> {
    shape::members(schema, schema).into_iter().map(|(name, _)| name)
}

/// Operations for which `fits`, with what a wrong memory breaks: the sequences with a step of the operation, and the
/// rules of these steps.
pub(super) fn writing(contract: &Contract, fits: impl Fn(OpId) -> bool) -> Vec<Site> {
    // Only where the resource is read afterwards could anybody see it.
    let looks = |operation: OpId, index: usize| {
        let writer = contract.operation(operation);
        let steps = &contract.sequences[index].steps;
        let mut after = steps.iter().skip_while(|step| step.operation != operation).skip(1);
        after.any(|step| {
            let later = contract.operation(step.operation);
            // That something is gone shows by itself; what it has become, only where somebody says what it should be.
            let says =
                writer.effect == Effect::Delete || !step.rules.is_empty() || step.expect_body.is_some();
            says && later.effect == Effect::Read && later.resource == writer.resource
        })
    };
    let remembered = |operation: OpId| {
        let about = move |clause: &Clause| match &clause.kind {
            ClauseKind::Sequence { index } | ClauseKind::SequenceRule { index, .. } => {
                looks(operation, *index)
            }
            _ => false,
        };
        contract.clauses().filter(|(_, clause)| about(clause)).map(|(id, _)| id).collect::<Vec<_>>()
    };
    contract
        .operations()
        .filter(|(id, operation)| operation.effect.writes() && fits(*id))
        .map(|(id, operation)| Site {
            operation: id,
            label: operation.id.clone(),
            clause: None,
            broken: remembered(id),
            value: None,
        })
        .filter(|site| !site.broken.is_empty())
        .collect()
}

/// Puts the site's value where its clause constrains the body.
pub(super) fn put(spoiling: &mut Spoiling<'_>) {
    let (Some(ClauseKind::Constraint { at, .. }), Some(value)) = (spoiling.kind(), &spoiling.site.value)
    else {
        return;
    };
    let (at, value) = (at.clone(), value.clone());
    spoiling.change(|body| {
        place(body, &at, value);
    });
}

/// Whether the constrained string may hold characters of more than one byte.
pub(super) fn takes_chinese(contract: &Contract, clause: &Clause) -> bool {
    let (Some(operation), ClauseKind::Constraint { part: Part::RequestBody, keyword, path, at, limit }) =
        (clause.operation, &clause.kind)
    else {
        return false;
    };
    let Some(body) = &contract.operation(operation).body else { return false };
    let keep = keyword == "maxLength";
    let edge = Edge { keyword, limit, keep, ascii: false, salt: &clause.address };
    let Ok(forge) = Forge::new(&body.schema) else { return false };
    forge.spot(at, path).edges(&edge).is_ok_and(|found| {
        found.iter().any(|candidate| candidate.value.as_str().is_some_and(|text| !text.is_ascii()))
    })
}
