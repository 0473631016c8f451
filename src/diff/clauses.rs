//! Clause by clause: which are new, gone or changed, and what belongs together.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::bodies;
use super::impact;
use super::pair::{self, Paired};
use super::unsaid::{self, Both, Unsaid};
use super::{Change, Impact, Kind, Promise, digest};
use crate::model::{Clause, ClauseKind, Contract, OpId, Operation, Part, Schema};

/// What changed from `old` to `new`, in the order of the newer contract; what is gone comes after it, in the order of the
/// older one.
#[must_use]
pub fn diff(old: &Contract, new: &Contract) -> Vec<Change> {
    let pairs = pair::operations(old, new);
    let (before, now) = (Paired::as_in(old, new, &pairs), Paired::plain(new));
    let parts = Parts::of(&before, &now, &pairs);
    let mut changes: Vec<Change> =
        pairs.iter().filter_map(|(was, is)| moved(old.operation(*was), new.operation(*is))).collect();
    let mut told = BTreeSet::new();
    for clause in &new.clauses {
        match before.clauses.get(&clause.address) {
            Some((_, known)) => changes.extend(changed((old, known), (new, clause), &parts)),
            None => changes.extend(one_sided(&clause.address, Kind::Added, &now, &before, &parts, &mut told)),
        }
    }
    let mut gone: Vec<(&usize, &String)> = before
        .clauses
        .iter()
        .filter(|(address, _)| !now.clauses.contains_key(*address))
        .map(|(address, (index, _))| (index, address))
        .collect();
    gone.sort();
    for (_, address) in gone {
        changes.extend(one_sided(address, Kind::Removed, &before, &now, &parts, &mut told));
    }
    for (was, is) in &pairs {
        changes.extend(bodies::changes(old.operation(*was), new.operation(*is)));
    }
    changes.extend(parts.unsaid(&told));
    changes
}

/// That an operation has another method or path.
fn moved(old: &Operation, new: &Operation) -> Option<Change> {
    let request = |operation: &Operation| format!("{} {}", operation.method, operation.path);
    (!pair::is_same_request(old, new)).then(|| Change {
        address: new.id.clone(),
        change: Kind::Changed,
        consumer: Impact::Breaking,
        provider: Impact::Breaking,
        why: format!("its request is {} and was {}", request(new), request(old)),
        old: None,
        new: None,
        clauses: 0,
    })
}

fn limit(clause: &Clause) -> Option<&Value> {
    if let ClauseKind::Constraint { limit, .. } = &clause.kind { Some(limit) } else { None }
}

fn promise(clause: &Clause) -> Promise {
    Promise { says: clause.text.clone(), origin: clause.origin.clone() }
}

fn changed(old: (&Contract, &Clause), new: (&Contract, &Clause), parts: &Parts<'_>) -> Option<Change> {
    let (was, is) = (old.1, new.1);
    let same = digest::substance(old.0, was) == digest::substance(new.0, is);
    if limit(was) != limit(is) && parts.tell(is) {
        return None;
    }
    let (consumer, provider, why) = if same {
        let published = |clause: &Clause| {
            let quotes = clause.origin.published.iter().map(|published| published.quote.clone());
            (quotes.collect::<Vec<_>>(), clause.origin.convention.clone())
        };
        if was.text == is.text && published(was) == published(is) {
            return None;
        }
        (Impact::Cosmetic, Impact::Cosmetic, "only words or sources are others")
    } else if let Some((part, old, new)) = parts.of_alternative(is) {
        // An alternative that only stands at another place says what it said.
        impact::whole(part, &old.whole(), &new.whole()).filter(|_| limit(was) != limit(is))?
    } else {
        impact::changed(old, new)?
    };
    Some(Change {
        address: is.address.clone(),
        change: Kind::Changed,
        consumer,
        provider,
        why: why.to_owned(),
        old: Some(promise(was)),
        new: Some(promise(is)),
        clauses: 1,
    })
}

/// The change that a clause is part of which only `here` has; once for all clauses of it.
fn one_sided(
    address: &str,
    kind: Kind,
    here: &Paired<'_>,
    other: &Paired<'_>,
    parts: &Parts<'_>,
    told: &mut BTreeSet<String>,
) -> Option<Change> {
    let unit = units(address).into_iter().find(|unit| !other.has(unit))?;
    if !told.insert(unit.to_owned()) {
        return None;
    }
    let below = format!("{unit}/");
    let mut of_unit: Vec<&(usize, &Clause)> = here
        .clauses
        .iter()
        .filter(|(name, _)| *name == unit || name.starts_with(&below))
        .map(|(_, found)| found)
        .collect();
    of_unit.sort_by_key(|(index, _)| *index);
    let head = of_unit.first()?.1;
    let leaf = here.clauses.contains_key(unit);
    if leaf && of_unit.len() == 1 && parts.tell(head) {
        return None;
    }
    // That a member must be there, and that it may be left out, are two clauses of one thing.
    let twin = match unit.rsplit_once('/') {
        Some((member, "optional")) => other.clauses.contains_key(&format!("{member}/required")),
        _ => false,
    };
    if twin {
        return None;
    }
    let required = here.clauses.contains_key(&format!("{unit}/required"));
    let tail = head.operation.map_or("", |_| unit.split_once('/').map_or("", |(_, tail)| tail));
    let part = match &head.kind {
        ClauseKind::Constraint { part, .. } | ClauseKind::Optional { part, .. } if !leaf => Some(part),
        _ => None,
    };
    let in_body = tail.starts_with("request/body/")
        || tail.split('/').nth(2) == Some("body") && tail.split('/').count() > 3;
    let (consumer, provider, why) = match (parts.of_alternative(head), part.filter(|_| in_body), kind) {
        (Some((part, old, new)), _, _) => impact::whole(part, &old.whole(), &new.whole())?,
        (None, Some(part), Kind::Removed) => impact::member_removed(part, required),
        (None, Some(part), _) => impact::member_added(part, required),
        (None, None, Kind::Removed) => impact::removed(tail, head)?,
        (None, None, _) => impact::added(tail, head, required)?,
    };
    let promise = Some(promise(head));
    let (old, new) = if kind == Kind::Removed { (promise, None) } else { (None, promise) };
    Some(Change {
        address: unit.to_owned(),
        change: kind,
        consumer,
        provider,
        why: why.to_owned(),
        old,
        new,
        clauses: of_unit.len(),
    })
}

/// The parts of a contract that an address is in, from the largest: the operation, a parameter, an answer, a member.
fn units(address: &str) -> Vec<&str> {
    let segments: Vec<&str> = address.split('/').collect();
    let from = match segments.as_slice() {
        ["sequence", ..] => 2,
        [_, "request", "body", ..] | [_, "response", ..] => 3,
        [_, "request", "path" | "query" | "header" | "cookie" | "credential", ..] => 4,
        _ => segments.len(),
    };
    let whole = (segments[0] != "sequence").then_some(1);
    let counts = whole.into_iter().chain(from..=segments.len());
    let cut = |count: usize| {
        let length = segments.iter().take(count).map(|segment| segment.len() + 1).sum::<usize>();
        &address[..length.saturating_sub(1).min(address.len())]
    };
    // A header's name is not a unit without it.
    counts.map(cut).filter(|unit| !unit.ends_with("/header") || !unit.contains("/response/")).collect()
}

/// The schemas of parts that both contracts have, by the beginning of their clauses' addresses in the newer one.
struct Parts<'c>(BTreeMap<String, Pair<'c>>);

/// A part in both contracts.
struct Pair<'c> {
    part: Part,
    schemas: (Part, &'c Schema, &'c Schema),
    unsaid: (BTreeMap<String, Unsaid>, BTreeMap<String, Unsaid>),
}

impl<'c> Parts<'c> {
    fn of(before: &Paired<'c>, now: &Paired<'c>, pairs: &BTreeMap<OpId, OpId>) -> Self {
        let mut found = BTreeMap::new();
        for (older, newer) in pairs {
            let (older, operation) = (before.contract.operation(*older), now.contract.operation(*newer));
            let schemas = digest::parts(older);
            for (name, (part, schema)) in digest::parts(operation) {
                let Some((older_part, known)) = schemas.get(&name) else { continue };
                let unsaid = (
                    unsaid::unsaid(before.contract, older, older_part, known),
                    unsaid::unsaid(now.contract, operation, &part, schema),
                );
                let pair = Pair { part: part.clone(), schemas: (part, *known, schema), unsaid };
                found.insert(format!("{}/{name}/", operation.id), pair);
            }
        }
        Self(found)
    }

    fn of_clause(&self, clause: &Clause) -> Option<&Pair<'c>> {
        self.0.iter().find(|(prefix, _)| clause.address.starts_with(prefix.as_str())).map(|(_, pair)| pair)
    }

    /// The part in which a keyword binds only in an alternative: only as a whole it tells what a change means.
    fn of_alternative(&self, clause: &Clause) -> Option<&(Part, &'c Schema, &'c Schema)> {
        let ClauseKind::Constraint { path, .. } = &clause.kind else { return None };
        if !impact::in_alternative(path) {
            return None;
        }
        self.of_clause(clause).map(|pair| &pair.schemas)
    }

    /// Whether a change of this clause is told by [`Parts::unsaid`].
    fn tell(&self, clause: &Clause) -> bool {
        let ClauseKind::Constraint { keyword, .. } = &clause.kind else { return false };
        unsaid::tells(keyword) && self.of_clause(clause).is_some()
    }

    /// What has changed where no clause of its own shows it. `told` are members that are new or gone as a whole.
    fn unsaid(&self, told: &BTreeSet<String>) -> Vec<Change> {
        let of_part = |(prefix, pair): (&String, &Pair<'c>)| {
            let (_, old, new) = &pair.schemas;
            let both = Both { prefix, part: &pair.part, old, new };
            unsaid::changes(&both, &pair.unsaid.0, &pair.unsaid.1, told)
        };
        self.0.iter().flat_map(of_part).collect()
    }
}
