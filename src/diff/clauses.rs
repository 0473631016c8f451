//! Clause by clause: which are new, gone or changed, and what belongs together.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::impact;
use super::pair::{self, Paired};
use super::unsaid::{self, Both, Unsaid};
use super::{Change, Impact, Kind, Promise, alternatives, bodies, credentials, digest, operation};
use crate::model::{Clause, ClauseKind, Contract, OpId, Operation, Part, Schema};

/// What changed from `old` to `new`, in the order of the newer contract; what is gone comes after it, in the order of the
/// older one.
#[must_use]
pub fn diff(old: &Contract, new: &Contract) -> Vec<Change> {
    let pairs = pair::operations(old, new);
    let (before, now) = (Paired::as_in(old, new, &pairs), Paired::plain(new));
    let parts = Parts::of(&before, &now, &pairs);
    let mut changes: Vec<Change> =
        pairs.iter().filter_map(|(was, is)| operation::moved((old, *was), (new, *is))).collect();
    let facts: Vec<Change> = pairs.iter().flat_map(|(was, is)| facts((old, *was), (new, *is))).collect();
    let mut told = BTreeSet::new();
    for clause in &new.clauses {
        if facts.iter().any(|fact| fact.address == clause.address) {
            continue;
        }
        match before.clauses.get(&clause.address) {
            Some((_, known)) => changes.extend(changed((old, known), (new, clause), &parts)),
            None => changes.extend(one_sided(&clause.address, Kind::Added, &now, &before, &parts, &mut told)),
        }
    }
    let mut gone: Vec<(&usize, &String)> = before
        .clauses
        .iter()
        .filter(|(address, _)| !now.clauses.contains_key(*address))
        .filter(|(address, _)| facts.iter().all(|fact| fact.address != **address))
        .map(|(address, (index, _))| (index, address))
        .collect();
    gone.sort();
    for (_, address) in gone {
        changes.extend(one_sided(address, Kind::Removed, &before, &now, &parts, &mut told));
    }
    let facts = facts.into_iter().filter(|fact| !told.contains(&fact.address));
    changes.extend(facts.map(|fact| with_promises(fact, &before, &now)));
    changes.extend(parts.unsaid(&told));
    changes
}

/// What has changed in an operation of both contracts that clauses tell of at most in part.
fn facts((older, was): (&Contract, OpId), (newer, is): (&Contract, OpId)) -> Vec<Change> {
    let (old, new) = (older.operation(was), newer.operation(is));
    let mut found = bodies::changes(old, new);
    found.extend(credentials::changes(old, new));
    found.extend(operation::changes((older, old), (newer, new)));
    found
}

/// The change with what the clauses of its address say, where there are any.
fn with_promises(change: Change, before: &Paired<'_>, now: &Paired<'_>) -> Change {
    let below = format!("{}/", change.address);
    let of = |paired: &Paired<'_>, here: bool| {
        let mut own: Vec<&(usize, &Clause)> = paired
            .clauses
            .iter()
            .filter(|(address, _)| **address == change.address || here && address.starts_with(&below))
            .map(|(_, found)| found)
            .collect();
        own.sort_by_key(|(index, _)| *index);
        (own.first().map(|(_, clause)| promise(clause)), own.len())
    };
    let (old, were) = of(before, change.change == Kind::Removed);
    let (new, are) = of(now, change.change == Kind::Added);
    let (old, new) = (change.old.clone().or(old), change.new.clone().or(new));
    Change { old, new, clauses: change.clauses.max(were).max(are), ..change }
}

/// Whether two clauses ask for different things.
fn other_limit(was: &Clause, is: &Clause) -> bool {
    match (&was.kind, &is.kind) {
        (ClauseKind::Constraint { keyword, limit: from, .. }, ClauseKind::Constraint { limit: to, .. }) => {
            !impact::same_limit(keyword, from, to)
        }
        _ => false,
    }
}

fn promise(clause: &Clause) -> Promise {
    Promise { says: clause.text.clone(), origin: clause.origin.clone() }
}

fn changed(old: (&Contract, &Clause), new: (&Contract, &Clause), parts: &Parts<'_>) -> Option<Change> {
    let (was, is) = (old.1, new.1);
    let same = digest::substance(old.0, was) == digest::substance(new.0, is);
    let other = other_limit(was, is);
    if other && parts.tell(is) {
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
        impact::whole(part, &old, &new).filter(|_| other)?
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
    // Which credentials are enough is told for all of them.
    if unit.split('/').count() == 4 && unit.contains("/request/credential/") {
        return None;
    }
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
    let has_to = |op: OpId| here.contract.operation(op).body.as_ref().is_some_and(|body| body.required);
    let tail = head.operation.map_or("", |_| unit.split_once('/').map_or("", |(_, tail)| tail));
    let required = here.clauses.contains_key(&format!("{unit}/required"))
        || tail == "request/body" && head.operation.is_some_and(has_to);
    let part = match &head.kind {
        ClauseKind::Constraint { part, .. } | ClauseKind::Optional { part, .. } if !leaf => Some(part),
        _ => None,
    };
    let in_body = tail.starts_with("request/body/")
        || tail.split('/').nth(2) == Some("body") && tail.split('/').count() > 3;
    let (consumer, provider, why) = match (parts.of_alternative(head), part.filter(|_| in_body), kind) {
        (Some((part, old, new)), _, _) => {
            let segment = unit.rsplit_once('/').map_or(unit, |(_, segment)| segment);
            let named = (kind == Kind::Added).then(|| parts.new_alternative(head, segment, &old)).flatten();
            named.or_else(|| impact::whole(part, &old, &new))?
        }
        (None, Some(part), Kind::Removed) => impact::member_removed(part, required),
        (None, Some(part), _) => impact::member_added(part, required),
        (None, None, Kind::Removed) => impact::removed(tail, head)?,
        (None, None, _) => impact::added(tail, head, required)?,
    };
    let promise = Some(match head.operation.filter(|_| tail.is_empty()) {
        Some(operation) => operation::whole(here.contract, operation),
        None => promise(head),
    });
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

/// Whether a part is a parameter that each request has.
fn needed(operation: &Operation, part: &Part) -> bool {
    let parameter =
        if let Part::Parameter { index } = part { operation.parameters.get(*index) } else { None };
    parameter.is_some_and(|parameter| parameter.required)
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
                let mut unsaid = (
                    unsaid::unsaid(before.contract, older, older_part, known),
                    unsaid::unsaid(now.contract, operation, &part, schema),
                );
                if needed(older, older_part) && needed(operation, &part) {
                    // What has to be there is never left out.
                    unsaid.0.remove("/default");
                    unsaid.1.remove("/default");
                }
                let pair = Pair { part: part.clone(), schemas: (part, *known, schema), unsaid };
                found.insert(format!("{}/{name}/", operation.id), pair);
            }
        }
        Self(found)
    }

    fn of_clause(&self, clause: &Clause) -> Option<&Pair<'c>> {
        self.0.iter().find(|(prefix, _)| clause.address.starts_with(prefix.as_str())).map(|(_, pair)| pair)
    }

    /// What is around a keyword that binds only in an alternative: only as a whole it tells what a change means.
    fn of_alternative(&self, clause: &Clause) -> Option<(&Part, Value, Value)> {
        let ClauseKind::Constraint { path, keyword, .. } = &clause.kind else { return None };
        if !alternatives::in_alternative(path) || keyword == impact::FORMAT {
            return None;
        }
        let (part, old, new) = &self.of_clause(clause)?.schemas;
        Some(match (alternatives::around(old, path), alternatives::around(new, path)) {
            (Some(old), Some(new)) => (part, old, new),
            _ => (part, old.whole(), new.whole()),
        })
    }

    /// What it means that the alternative is new whose clause this is, if it has a name. `old`: what is around it.
    fn new_alternative(&self, clause: &Clause, segment: &str, old: &Value) -> Option<impact::Verdict> {
        let ClauseKind::Constraint { path, .. } = &clause.kind else { return None };
        let (part, _, new) = &self.of_clause(clause)?.schemas;
        alternatives::added(part, path, segment, old, new)
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
