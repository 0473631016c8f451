//! Clause by clause: which are new, gone or changed, and what belongs together.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::impact;
use super::pair::{self, Paired};
use super::{Change, Impact, Kind, Promise, digest};
use crate::model::{Clause, ClauseKind, Contract, Operation, Part, Schema};
use crate::text::pointer;

/// What changed from `old` to `new`, in the order of the newer contract; what is gone comes after it, in the order of the
/// older one.
#[must_use]
pub fn diff(old: &Contract, new: &Contract) -> Vec<Change> {
    let pairs = pair::operations(old, new);
    let (before, now) = (Paired::as_in(old, new, &pairs), Paired::plain(new));
    let parts = Parts::of(&before, &now);
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
    let unseen = parts.unseen(&changes);
    changes.extend(unseen);
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
struct Parts<'c>(BTreeMap<String, (Part, &'c Schema, &'c Schema)>);

impl<'c> Parts<'c> {
    fn of(before: &Paired<'c>, now: &Paired<'c>) -> Self {
        let mut pairs = BTreeMap::new();
        for operation in &now.contract.operations {
            let own = now.clauses.values().find(|(_, clause)| {
                clause.operation.is_some_and(|id| now.contract.operation(id).id == operation.id)
                    && before.clauses.contains_key(&clause.address)
            });
            let older = own.and_then(|(_, clause)| before.clauses.get(&clause.address)?.1.operation);
            let Some(older) = older.map(|id| before.contract.operation(id)) else { continue };
            let schemas = digest::parts(older);
            for (name, (part, schema)) in digest::parts(operation) {
                if let Some((_, known)) = schemas.get(&name) {
                    pairs.insert(format!("{}/{name}/", operation.id), (part, *known, schema));
                }
            }
        }
        Self(pairs)
    }

    /// The part in which a keyword binds only in an alternative: only as a whole it tells what a change means.
    fn of_alternative(&self, clause: &Clause) -> Option<&(Part, &'c Schema, &'c Schema)> {
        let ClauseKind::Constraint { path, .. } = &clause.kind else { return None };
        let mut parts = self.0.iter().filter(|_| impact::in_alternative(path));
        parts.find(|(prefix, _)| clause.address.starts_with(prefix.as_str())).map(|(_, part)| part)
    }

    /// Parts whose schemas differ where no clause shows it: what a member is when it is left out.
    fn unseen(&self, changes: &[Change]) -> Vec<Change> {
        let untold = self.0.iter().filter(|(prefix, (part, old, new))| {
            let seen = changes.iter().any(|change| {
                change.consumer != Impact::Cosmetic && change.address.starts_with(prefix.as_str())
            });
            part.is_request() && !seen && defaults(old) != defaults(new)
        });
        let change = |(prefix, _): (&String, &(Part, &Schema, &Schema))| Change {
            address: prefix.trim_end_matches('/').to_owned(),
            change: Kind::Changed,
            consumer: Impact::Breaking,
            provider: Impact::Breaking,
            why: "what is left out means something else (`default`)".to_owned(),
            old: None,
            new: None,
            clauses: 0,
        };
        untold.map(change).collect()
    }
}

/// Every default in a schema, by its place.
fn defaults(schema: &Schema) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    walk(schema, "", &mut found);
    for name in schema.needed() {
        let definition = schema.shared().schemas.get(&name).unwrap_or(&Value::Null);
        walk(definition, &pointer::join("/$defs", &name), &mut found);
    }
    found
}

fn walk(schema: &Value, at: &str, out: &mut BTreeMap<String, String>) {
    match schema {
        Value::Object(members) => {
            for (name, member) in members {
                if name == "default" && !at.ends_with("/properties") {
                    out.insert(at.to_owned(), member.to_string());
                } else {
                    walk(member, &format!("{at}/{name}"), out);
                }
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                walk(element, &format!("{at}/{index}"), out);
            }
        }
        _ => {}
    }
}
