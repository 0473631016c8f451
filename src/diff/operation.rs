//! An operation as a whole, and what all requests and answers of an operation go by, beside their schemas: how what breaks it is refused, how values are
//! written, in which media types answers come.

use std::collections::BTreeSet;

use super::digest::plain_refusal;
use super::impact::{self, Shift, of_answers};
use super::pair::{is_same_request, path_parameters};
use super::{Change, Impact, Kind, Promise};
use crate::conform::essence;
use crate::model::{
    ClauseKind, Contract, Location, OpId, Operation, Origin, Parameter, Part, Refusal, ResponseSpec, Style,
};
use crate::text::pointer;

/// That an operation has another method or path.
pub(super) fn moved((older, was): (&Contract, OpId), (newer, is): (&Contract, OpId)) -> Option<Change> {
    let (old, new) = (older.operation(was), newer.operation(is));
    (!is_same_request(old, new)).then(|| Change {
        address: new.id.clone(),
        change: Kind::Changed,
        consumer: Impact::Breaking,
        provider: Impact::Breaking,
        why: format!("its request is {} and was {}", request(new), request(old)),
        old: Some(whole(older, was)),
        new: Some(whole(newer, is)),
        clauses: 0,
    })
}

fn request(operation: &Operation) -> String {
    format!("{} {}", operation.method, operation.path)
}

/// An operation as a promise.
pub(super) fn whole(contract: &Contract, id: OpId) -> Promise {
    let operation = contract.operation(id);
    let own = operation.clauses.start as usize..operation.clauses.end as usize;
    let mut clauses = contract.clauses.get(own).unwrap_or_default().iter();
    // What its statuses come from is what it comes from itself.
    let statuses = clauses.find(|clause| matches!(clause.kind, ClauseKind::DocumentedStatuses));
    let published = statuses.map(|clause| clause.origin.published.clone()).unwrap_or_default();
    let place = operation.span.place(&contract.files);
    Promise {
        says: format!("the operation {}", request(operation)),
        origin: Origin { place, published, convention: None },
    }
}

/// What has changed of it in an operation that both contracts have.
pub(super) fn changes(
    (older, old): (&Contract, &Operation),
    (newer, new): (&Contract, &Operation),
) -> Vec<Change> {
    let mut found = Vec::new();
    let clauses = refusing(older, old).max(refusing(newer, new));
    if clauses > 0 {
        let told = refused(format!("{}/refused", new.id), old.refused.as_ref(), new.refused.as_ref());
        found.extend(told.map(|told| Change { clauses, ..told }));
    }
    let renamed = path_parameters(old, new);
    for now in &new.parameters {
        let is_same = |before: &&Parameter| {
            let moved = || renamed.iter().any(|(from, to)| *from == before.name && *to == now.name);
            before.location == now.location
                && (before.name == now.name || now.location == Location::Path && moved())
        };
        let Some(before) = old.parameters.iter().find(is_same) else { continue };
        let name = pointer::join("", &now.name);
        let address = |leaf: &str| format!("{}/request/{}{name}/{leaf}", new.id, now.location.word());
        if before.refused.is_some() || now.refused.is_some() {
            let (was, is) = (before.refused.as_ref(), now.refused.as_ref());
            found.extend(refused(
                address("refused"),
                was.or(old.refused.as_ref()),
                is.or(new.refused.as_ref()),
            ));
        }
        if written(before) != written(now) {
            found.push(Change::untold(address("style"), Kind::Changed, WRITTEN_OTHERWISE));
        }
    }
    for now in &new.responses {
        let before = old.responses.iter().find(|before| before.status == now.status);
        found.extend(before.and_then(|before| media_types(&new.id, before, now)));
    }
    found
}

const WRITTEN_OTHERWISE: impact::Verdict =
    (Impact::Breaking, Impact::Breaking, "its value is written otherwise (`style`, `explode`)");

/// How many clauses of an operation are refused as the operation says.
fn refusing(contract: &Contract, operation: &Operation) -> usize {
    let own = operation.clauses.start as usize..operation.clauses.end as usize;
    let clauses = contract.clauses.get(own).unwrap_or_default();
    let refused = |kind: &ClauseKind| match kind {
        ClauseKind::BodyRequired
        | ClauseKind::BodyWellFormed
        | ClauseKind::Constraint { part: Part::RequestBody, .. } => true,
        ClauseKind::Constraint { part: Part::Parameter { index }, .. } => {
            operation.parameters.get(*index).is_some_and(|parameter| parameter.refused.is_none())
        }
        _ => false,
    };
    clauses.iter().filter(|clause| clause.sides.refuse && refused(&clause.kind)).count()
}

fn promise(refusal: &Refusal) -> Promise {
    let says = format!("a request that breaks a constraint is answered {}", refusal.status);
    Promise { says, origin: refusal.origin.clone() }
}

/// That what breaks a promise is refused otherwise.
fn refused(address: String, was: Option<&Refusal>, is: Option<&Refusal>) -> Option<Change> {
    let told = |kind: Kind, verdict: impact::Verdict, why: String| {
        let (old, new) = (was.map(promise), is.map(promise));
        Some(Change { why, old, new, ..Change::untold(address, kind, verdict) })
    };
    match (was, is) {
        (None, Some(is)) => {
            let why = format!("a request that breaks a constraint is to be answered {}", is.status);
            told(Kind::Added, impact::PROMISED, why)
        }
        (Some(was), None) => {
            let why =
                format!("a request that breaks a constraint need not be answered {} any more", was.status);
            told(Kind::Removed, (Impact::Compatible, Impact::Compatible, ""), why)
        }
        (Some(was), Some(is)) if plain_refusal(was) != plain_refusal(is) => {
            let verdict = impact::refusals(Some(was), Some(is));
            let why = if was.status == is.status {
                verdict.2.to_owned()
            } else {
                format!(
                    "a request that breaks a constraint is answered {}, and was {}",
                    is.status, was.status
                )
            };
            told(Kind::Changed, verdict, why)
        }
        _ => None,
    }
}

/// How a value is written, as far as it can be seen.
fn written(parameter: &Parameter) -> (Option<Style>, bool, Option<String>) {
    let writing = &parameter.writing;
    let usual = match parameter.location {
        Location::Query | Location::Cookie => Style::Form,
        Location::Path | Location::Header => Style::Simple,
    };
    let style = writing.style.unwrap_or(usual);
    let media_type = writing.media_type.as_deref().map(essence);
    let kind = parameter.schema.get("type").and_then(serde_json::Value::as_str);
    if kind.is_some_and(|kind| ["string", "integer", "number", "boolean"].contains(&kind)) {
        // There is one way to write a single value, but for what stands before it.
        return (
            Some(style).filter(|style| [Style::Label, Style::Matrix].contains(style)),
            false,
            media_type,
        );
    }
    let explode = writing.explode.unwrap_or(matches!(style, Style::Form | Style::DeepObject));
    (Some(style), explode, media_type)
}

/// That answers of a status come in other media types.
fn media_types(id: &str, was: &ResponseSpec, is: &ResponseSpec) -> Option<Change> {
    let all = |response: &ResponseSpec| -> Option<BTreeSet<String>> {
        let first = essence(response.media_type.as_ref()?);
        Some(response.other_media_types.iter().map(|other| essence(other)).chain([first]).collect())
    };
    let (before, now) = (all(was)?, all(is)?);
    let (shift, what) = match (before.is_subset(&now), now.is_subset(&before)) {
        (true, true) => return None,
        (true, false) => (Shift::Wider, "may come that could not"),
        (false, true) => (Shift::Narrower, "may no longer come"),
        (false, false) => (Shift::Apart, ""),
    };
    let listed =
        |types: &mut dyn Iterator<Item = &String>| types.map(String::as_str).collect::<Vec<_>>().join(", ");
    let why = match shift {
        Shift::Wider => format!("answers in {} {what}", listed(&mut now.difference(&before))),
        Shift::Narrower => format!("answers in {} {what}", listed(&mut before.difference(&now))),
        _ => format!("answers are {} and were {}", listed(&mut now.iter()), listed(&mut before.iter())),
    };
    let address = format!("{id}/response/{}/media-type", is.status);
    Some(Change { why, ..Change::untold(address, Kind::Changed, of_answers(shift)) })
}
