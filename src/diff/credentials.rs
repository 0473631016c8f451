//! Which credentials are enough for a request: a clause tells at most how a request without one is refused.

use std::collections::BTreeSet;

use super::impact::{Shift, of_requests};
use super::{Change, Kind};
use crate::model::{Location, Operation, Security, path_shape};
use crate::text::pointer;

/// More ways than this are not looked at one by one.
const MANY: usize = 256;

/// What a request may carry to be let in: one of these sets.
type Ways = Vec<BTreeSet<String>>;

/// What has changed of it in an operation that both contracts have.
pub(super) fn changes(old: &Operation, new: &Operation) -> Vec<Change> {
    let Some(shift) = shift(old, new) else { return Vec::new() };
    let (consumer, provider, otherwise) = of_requests(shift);
    let told = |of: &Security, more: &str, change: Kind, fits: Shift, why: String| {
        let address = format!("{}/request/credential{}{more}", new.id, pointer::join("", &of.name));
        let why = if shift == fits { why } else { otherwise.to_owned() };
        Change { why, ..Change::untold(address, change, (consumer, provider, "")) }
    };
    let without = |verb: &str| format!("requests without it are to be {verb}");
    let mut found = Vec::new();
    for now in &new.security {
        let Some(before) = old.security.iter().find(|before| is_same(before, now)) else {
            found.push(told(now, "", Kind::Added, Shift::Narrower, without("refused")));
            continue;
        };
        let missing = |here: &Security, other: &Security| -> Vec<String> {
            let known: Vec<BTreeSet<String>> = others(other).map(|(_, carried)| carried).collect();
            others(here)
                .filter(|(_, carried)| !known.contains(carried))
                .map(|(id, _)| id.to_owned())
                .collect()
        };
        for id in missing(now, before) {
            let why = format!("a request with `{id}` in its place is to be accepted");
            let more = pointer::join("/alternatives", &id);
            found.push(told(now, &more, Kind::Added, Shift::Wider, why));
        }
        for id in missing(before, now) {
            let why = format!("a request with `{id}` in its place need not be accepted any more");
            let more = pointer::join("/alternatives", &id);
            found.push(told(now, &more, Kind::Removed, Shift::Narrower, why));
        }
        match (before.optional, now.optional) {
            (false, true) => {
                found.push(told(now, "/optional", Kind::Added, Shift::Wider, without("accepted")));
            }
            (true, false) => {
                found.push(told(now, "/optional", Kind::Removed, Shift::Narrower, without("refused")));
            }
            _ => {}
        }
    }
    for before in old.security.iter().filter(|before| !new.security.iter().any(|now| is_same(before, now))) {
        found.push(told(before, "", Kind::Removed, Shift::Wider, without("accepted")));
    }
    found
}

/// Whether requests with fewer or with other credentials are enough; None where the same are.
fn shift(old: &Operation, new: &Operation) -> Option<Shift> {
    let (Some(before), Some(now)) = (ways(old), ways(new)) else { return Some(Shift::Unknown) };
    let covers =
        |all: &Ways, others: &Ways| others.iter().all(|way| all.iter().any(|one| one.is_subset(way)));
    match (covers(&now, &before), covers(&before, &now)) {
        (true, true) => None,
        (true, false) => Some(Shift::Wider),
        (false, true) => Some(Shift::Narrower),
        (false, false) => Some(Shift::Apart),
    }
}

/// All ways to be let in; None where they are too many.
fn ways(operation: &Operation) -> Option<Ways> {
    let mut ways: Ways = vec![BTreeSet::new()];
    for security in &operation.security {
        let own = BTreeSet::from([carried(security.location, &security.name, &security.value)]);
        let choices = others(security).map(|(_, carried)| carried).chain([own]);
        let choices: Ways = choices.chain(security.optional.then(BTreeSet::new)).collect();
        ways = ways.iter().flat_map(|way| choices.iter().map(move |more| way | more)).collect();
        if ways.len() > MANY {
            return None;
        }
    }
    Some(ways)
}

/// What may stand in place of a credential, by name.
fn others(security: &Security) -> impl Iterator<Item = (&str, BTreeSet<String>)> {
    security.alternatives.iter().map(|alternative| {
        let parts = alternative.carries.iter();
        let parts = parts.map(|one| carried(one.location, &one.name, one.contains.as_deref().unwrap_or("")));
        (alternative.id.as_str(), parts.collect())
    })
}

fn is_same(one: &Security, other: &Security) -> bool {
    name(one.location, &one.name) == name(other.location, &other.name)
}

/// Where a credential stands, and how its value begins: `Bearer {{token}}` and `Basic {{login}}` are two.
fn carried(location: Location, called: &str, value: &str) -> String {
    let shape = path_shape(value);
    let scheme = shape.split("{{").next().unwrap_or_default().trim().to_ascii_lowercase();
    format!("{} {scheme}", name(location, called))
}

fn name(location: Location, name: &str) -> String {
    let name = if location == Location::Header { name.to_ascii_lowercase() } else { name.to_owned() };
    format!("{} {name}", location.word())
}
