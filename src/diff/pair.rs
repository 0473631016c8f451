//! Which operation, and which clause, of the older contract is which of the newer one.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Clause, Contract, Location, OpId, Operation, path_names, path_shape};
use crate::text::pointer;

/// The clauses of a contract by addresses that both contracts share.
pub(super) struct Paired<'c> {
    pub(super) contract: &'c Contract,
    /// By the shared address, in the contract's order by the number.
    pub(super) clauses: BTreeMap<String, (usize, &'c Clause)>,
    /// The parts of requests that are there, whether or not a clause speaks of them.
    parts: BTreeSet<String>,
}

impl<'c> Paired<'c> {
    /// With the addresses as they are.
    pub(super) fn plain(contract: &'c Contract) -> Self {
        Self::renamed(contract, |_, address| address.to_owned())
    }

    /// The older contract with the addresses that its clauses have in the newer one, where operations or parameters of
    /// the path are only called otherwise.
    pub(super) fn as_in(old: &'c Contract, new: &Contract, pairs: &BTreeMap<OpId, OpId>) -> Self {
        let names: BTreeMap<OpId, (String, Vec<(String, String)>)> = old
            .operations()
            .filter_map(|(id, operation)| {
                if let Some(other) = pairs.get(&id).map(|other| new.operation(*other)) {
                    return Some((id, (other.id.clone(), path_parameters(operation, other))));
                }
                // Its name is another operation's now.
                let taken = new.operations.iter().any(|other| other.id == operation.id);
                taken.then(|| (id, (format!("{} (older)", operation.id), Vec::new())))
            })
            .collect();
        Self::renamed(old, |id, address| {
            let Some((operation, parameters)) = id.and_then(|id| names.get(&id)) else {
                return address.to_owned();
            };
            let id = id.map_or("", |id| old.operation(id).id.as_str());
            let rest = address.strip_prefix(id).unwrap_or(address);
            let path = format!("/request/{}/", Location::Path.word());
            for (from, to) in parameters {
                let prefix = format!("{path}{from}/");
                if let Some(tail) = rest.strip_prefix(&prefix) {
                    return format!("{operation}{path}{to}/{tail}");
                }
            }
            format!("{operation}{rest}")
        })
    }

    fn renamed(contract: &'c Contract, name: impl Fn(Option<OpId>, &str) -> String) -> Self {
        let clauses = contract
            .clauses
            .iter()
            .enumerate()
            .map(|(index, clause)| (name(clause.operation, &clause.address), (index, clause)))
            .collect();
        let parts = contract
            .operations()
            .flat_map(|(id, operation)| parts(operation).into_iter().map(move |part| (id, part)))
            .map(|(id, part)| name(Some(id), &part))
            .collect();
        Self { contract, clauses, parts }
    }

    /// Whether this part of a request is there, or some clause has this address or one that begins with it.
    pub(super) fn has(&self, prefix: &str) -> bool {
        let below = format!("{prefix}/");
        self.parts.contains(prefix)
            || self.clauses.contains_key(prefix)
            || self
                .clauses
                .range(below.clone()..)
                .next()
                .is_some_and(|(address, _)| address.starts_with(&below))
    }
}

/// The addresses of an operation, its credentials and its body.
fn parts(operation: &Operation) -> Vec<String> {
    let credentials = operation.security.iter().map(|security| pointer::join("credential", &security.name));
    let body = operation.body.iter().map(|_| "body".to_owned());
    let requests = credentials.chain(body).map(|part| format!("{}/request/{part}", operation.id));
    requests.chain([operation.id.clone()]).collect()
}

/// Which operation of `new` each of `old` is, at most one each: by its name and request, else by its request, its name and
/// method, or its name alone.
pub(super) fn operations(old: &Contract, new: &Contract) -> BTreeMap<OpId, OpId> {
    let passes: [fn(&Operation, &Operation) -> bool; 4] = [
        |old, new| old.id == new.id && is_same_request(old, new),
        is_same_request,
        |old, new| old.id == new.id && old.method == new.method,
        |old, new| old.id == new.id,
    ];
    let mut pairs = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for fits in passes {
        for (id, operation) in old.operations() {
            if pairs.contains_key(&id) {
                continue;
            }
            let mut free = new.operations().filter(|(other, _)| !taken.contains(other));
            if let Some((other, _)) = free.find(|(_, other)| fits(operation, other)) {
                pairs.insert(id, other);
                taken.insert(other);
            }
        }
    }
    pairs
}

/// Whether both have the same method and path, whatever the parameters of the path are called.
pub(super) fn is_same_request(old: &Operation, new: &Operation) -> bool {
    old.method == new.method && path_shape(&old.path) == path_shape(&new.path)
}

/// The parameters of the path that are called otherwise, by their order in it.
pub(super) fn path_parameters(old: &Operation, new: &Operation) -> Vec<(String, String)> {
    let (from, to) = (path_names(&old.path), path_names(&new.path));
    if from.len() != to.len() {
        return Vec::new();
    }
    let pairs = from.into_iter().zip(to).filter(|(from, to)| from != to);
    pairs.map(|(from, to)| (from.to_owned(), to.to_owned())).collect()
}
