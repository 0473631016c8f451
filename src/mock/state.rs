//! What the mock remembers: the members of resources that requests can change.
//!
//! A family is all resources whose paths have one shape; its members are what the bodies of its writing operations
//! may name. All operations on a resource show the same value of a member. Everything else of an answer stays as
//! the contract documents it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::served::{Served, Success};
use super::{repair, shape, values};
use crate::conform::Judge;
use crate::model::{Contract, Effect, Operation};
use crate::text::pointer;

/// Resources that no contract names (any identifier is accepted) are remembered up to this number …
const MOST_RESOURCES: usize = 1024;
/// … and this many bytes of request bodies, the oldest forgotten first.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// The resources of one shape of path.
#[derive(Debug, Default)]
pub(super) struct Family {
    /// The resource's path with `{}` for each parameter.
    pub(super) shape: String,
    /// Indices of its operations.
    pub(super) operations: Vec<usize>,
    /// What requests can change.
    pub(super) members: BTreeMap<String, Member>,
    /// Whether an operation removes its resources.
    pub(super) deletable: bool,
}

/// A member that requests can change.
#[derive(Debug)]
pub(super) struct Member {
    /// Of real values: no mask, no empty string that says "unchanged".
    pub(super) schemas: Vec<Value>,
    /// A generated value keeps the schemas of requests and answers alike.
    pub(super) judges: Vec<Judge>,
    /// Values that somebody else has; None where several resources may have one value.
    pub(super) taken: Option<Vec<Value>>,
}

/// One resource.
#[derive(Debug, Clone)]
pub(super) struct Resource {
    /// The members that requests can change.
    pub(super) members: Arc<Map<String, Value>>,
    /// The answers by operation and status before the members are put in.
    pub(super) bases: Arc<BTreeMap<(usize, u16), Value>>,
    /// How many values were generated for it.
    pub(super) generated: u64,
    /// Whether it was deleted.
    pub(super) gone: bool,
    bytes: usize,
}

/// Everything that changes.
#[derive(Debug, Default)]
pub(super) struct State {
    resources: BTreeMap<String, Resource>,
    /// Those that may be forgotten, oldest first.
    passing: VecDeque<String>,
    bytes: usize,
}

impl State {
    /// Adds a resource that exists from the start and is never forgotten.
    pub(super) fn found(&mut self, key: String, resource: Resource) {
        self.resources.insert(key, resource);
    }

    pub(super) fn get(&self, key: &str) -> Option<&Resource> {
        self.resources.get(key)
    }

    /// Whether another resource of the family has this value of this member.
    pub(super) fn has_other(&self, family: usize, key: &str, member: &str, value: &Value) -> bool {
        let prefix = prefix(family);
        self.resources.range(prefix.clone()..).take_while(|(other, _)| other.starts_with(&prefix)).any(
            |(other, resource)| other != key && !resource.gone && resource.members.get(member) == Some(value),
        )
    }

    /// Remembers `resource`, last changed by a request of so many bytes.
    pub(super) fn put(&mut self, key: &str, mut resource: Resource, bytes: usize) {
        match self.resources.get(key) {
            Some(before) => self.bytes -= before.bytes.min(self.bytes),
            None => self.passing.push_back(key.to_owned()),
        }
        resource.bytes = bytes;
        self.bytes += bytes;
        self.resources.insert(key.to_owned(), resource);
        while self.passing.len() > MOST_RESOURCES || (self.bytes > MOST_BYTES && self.passing.len() > 1) {
            let Some(oldest) = self.passing.pop_front() else { break };
            if let Some(forgotten) = self.resources.remove(&oldest) {
                self.bytes -= forgotten.bytes.min(self.bytes);
            }
        }
    }
}

fn prefix(family: usize) -> String {
    format!("{family}\u{1}")
}

/// The name of a resource in the state.
pub(super) fn key<'v>(family: usize, values: impl IntoIterator<Item = &'v str>) -> String {
    let mut key = prefix(family);
    for value in values {
        key.push_str(value);
        key.push('\u{1}');
    }
    key
}

/// The families of a contract, and the index of each operation's.
pub(super) fn families(contract: &Contract) -> (Vec<Family>, Vec<usize>) {
    let mut families: Vec<Family> = Vec::new();
    let mut of = Vec::new();
    for (id, operation) in contract.operations() {
        let shape = bare(&operation.resource);
        let at = families.iter().position(|family| family.shape == shape).unwrap_or_else(|| {
            families.push(Family { shape, ..Family::default() });
            families.len() - 1
        });
        families[at].operations.push(id.0 as usize);
        families[at].deletable |= operation.effect == Effect::Delete;
        of.push(at);
    }
    for family in &mut families {
        family.members = members(contract, &family.operations);
    }
    (families, of)
}

/// `/a/{x}/b` as `/a/{}/b`.
fn bare(template: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in template.chars() {
        inside = (inside || c == '{') && c != '}';
        if !inside || c == '{' {
            out.push(c);
        }
    }
    out
}

fn members(contract: &Contract, operations: &[usize]) -> BTreeMap<String, Member> {
    let operations: Vec<&Operation> =
        operations.iter().filter_map(|index| contract.operations.get(*index)).collect();
    let mut names = BTreeSet::new();
    for operation in operations.iter().filter(|operation| operation.effect.writes()) {
        if let Some(body) = &operation.body {
            names.extend(
                shape::members(&body.schema, &body.schema).iter().map(|(name, _)| (*name).to_owned()),
            );
        }
        names.extend(operation.generates.iter().map(|made| made.member.clone()));
    }
    names.into_iter().filter_map(|name| Some((name.clone(), member(&operations, &name)?))).collect()
}

fn member(operations: &[&Operation], name: &str) -> Option<Member> {
    let part = |schema: &Value| {
        let (_, part) = shape::members(schema, schema).into_iter().find(|(other, _)| *other == name)?;
        Some(shape::of_real_values(&shape::detached(schema, part)))
    };
    let bodies = operations.iter().filter(|operation| operation.effect.writes());
    let sent = bodies.filter_map(|operation| part(&operation.body.as_ref()?.schema));
    let shown = operations.iter().filter_map(|operation| {
        let spec = operation.response(operation.success()?)?;
        part(spec.schema.as_ref()?)
    });
    let schemas: Vec<Value> = sent.chain(shown).collect();
    let judges = schemas.iter().filter_map(|schema| Judge::new(schema).ok()).collect();
    (!schemas.is_empty()).then_some(Member { schemas, judges, taken: None })
}

impl Family {
    /// A new value of a member; None when none can be made.
    pub(super) fn fresh(&self, member: &str, old: Option<&Value>, salt: &str) -> Option<Value> {
        let member = self.members.get(member)?;
        values::fresh(&member.schemas, &member.judges, old, salt)
    }

    /// A resource as it is before the first request: equal for equal keys.
    pub(super) fn birth(&self, served: &[Served], state: &State, family: usize, key: &str) -> Resource {
        let mut members = Map::new();
        let mut bases = BTreeMap::new();
        for index in &self.operations {
            for success in &served[*index].successes {
                let Some(base) = self.base(success, key, &mut members) else { continue };
                bases.insert((*index, success.status), base);
            }
        }
        for (name, member) in &self.members {
            let Some(taken) = &member.taken else { continue };
            let Some(value) = members.get(name) else { continue };
            if (taken.contains(value) || state.has_other(family, key, name, value))
                && let Some(other) = self.fresh(name, Some(value), &format!("{key}/{name}"))
            {
                members.insert(name.clone(), other);
            }
        }
        Resource { members: Arc::new(members), bases: Arc::new(bases), generated: 0, gone: false, bytes: 0 }
    }

    /// The documented answer with real values for what is masked in it; its changeable members go to `members`.
    fn base(&self, success: &Success, key: &str, members: &mut Map<String, Value>) -> Option<Value> {
        let made =
            |schema: &Value, at: &str| values::sample(&shape::of_real_values(schema), &format!("{key}{at}"));
        let mut base = match (&success.example, &success.schema) {
            (Some(example), _) => example.clone(),
            (None, Some(schema)) => made(schema, "")?,
            (None, None) => return None,
        };
        // What the example leaves out is shown as well: a client has to cope with every documented member.
        let whole = success.schema.as_ref().and_then(|schema| made(schema, ""));
        if let (Value::Object(shown), Some(Value::Object(whole))) = (&mut base, whole) {
            for (name, value) in whole {
                shown.entry(name).or_insert(value);
            }
        }
        for mask in &success.masks {
            let name = pointer::tokens(mask).next().unwrap_or_default();
            let changeable = pointer::tokens(mask).count() == 1 && self.members.contains_key(&name);
            let value = if changeable {
                members.get(&name).cloned().or_else(|| self.fresh(&name, None, &format!("{key}/{name}")))
            } else {
                let schema = success.schema.as_ref();
                let part = schema.and_then(|root| Some(shape::detached(root, shape::at(root, mask)?)));
                part.and_then(|part| made(&part, mask))
            };
            if let Some(place) = base.pointer_mut(mask) {
                *place = value.unwrap_or_else(|| Value::from(values::digest(&[key, mask])));
            }
        }
        if let (Some(schema), Some(judge)) = (&success.schema, &success.judge) {
            repair::repair(&mut base, schema, judge, key);
        }
        for (name, value) in base.as_object().into_iter().flatten() {
            if self.members.contains_key(name) && !members.contains_key(name) {
                members.insert(name.clone(), value.clone());
            }
        }
        Some(base)
    }
}
