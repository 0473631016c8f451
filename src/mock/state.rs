//! What the mock remembers: the members of resources that requests can change.
//!
//! A family is all resources whose paths have one shape; its members are what the bodies of its writing operations
//! may name. All operations on a resource show the same value of a member. Everything else of an answer stays as
//! the contract documents it.
//!
//! A family is a collection where an operation makes its resources. Of a collection exactly those resources are there
//! that the contract names or that were made, and not removed since; of any other family, all that may be named.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::served::{Served, Success};
use super::{known, repair, shape, values};
use crate::conform::Judge;
use crate::model::{Contract, Effect, Location, Operation, Shown, path_names, path_shape};
use crate::text::pointer;

/// Resources that no contract names (made ones, and where any identifier is accepted) are remembered up to this number:
/// more than a client's tests make, and few enough for a list to show them all at once …
const MOST_RESOURCES: usize = 1024;
/// … and this many bytes of request bodies, the oldest forgotten first. So a client that makes resources without end
/// costs no more than this; what the variables name is not counted and never forgotten.
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
    /// Indices of the operations that make its resources: where there are any, it is a collection.
    pub(super) makers: Vec<usize>,
    /// Indices of the operations that list its resources.
    pub(super) listers: Vec<usize>,
    /// Members that show a resource's own identifier.
    pub(super) identity: BTreeSet<String>,
    /// The schema of an identifier.
    pub(super) named_by: Value,
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
    /// What it is where it was not sent.
    default: Option<Value>,
    /// Whether answers always show it.
    required: bool,
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
    /// The last value of its name.
    pub(super) id: String,
    /// Its place in the order of making.
    born: u64,
    bytes: usize,
}

/// Everything that changes.
#[derive(Debug, Default)]
pub(super) struct State {
    resources: BTreeMap<String, Resource>,
    /// Those that may be forgotten, oldest first.
    passing: VecDeque<String>,
    bytes: usize,
    /// How many resources have come to be.
    births: u64,
    /// For each family the largest number that was an identifier: none is given twice.
    highest: BTreeMap<usize, u64>,
}

impl State {
    /// Adds a resource that exists from the start and is never forgotten.
    pub(super) fn found(&mut self, family: usize, key: String, mut resource: Resource) {
        self.count(family, &resource.id);
        self.births += 1;
        resource.born = self.births;
        self.resources.insert(key, resource);
    }

    fn count(&mut self, family: usize, id: &str) {
        if let Ok(number) = id.parse::<u64>() {
            let highest = self.highest.entry(family).or_default();
            *highest = (*highest).max(number);
        }
    }

    /// Whether this resource of a collection is there.
    pub(super) fn lives(&self, key: &str) -> bool {
        self.resources.get(key).is_some_and(|resource| !resource.gone)
    }

    /// The resources whose names begin with `prefix` that are there, newest last.
    pub(super) fn living(&self, prefix: &str) -> Vec<Resource> {
        let mut found: Vec<Resource> = self
            .resources
            .range(prefix.to_owned()..)
            .take_while(|(key, _)| key.starts_with(prefix))
            .filter(|(_, resource)| !resource.gone)
            .map(|(_, resource)| resource.clone())
            .collect();
        found.sort_by_key(|resource| resource.born);
        found
    }

    /// An identifier inside `schema` that no resource of the family has had: the next number, or a text that is made up.
    /// None when none can be found.
    pub(super) fn new_identifier(&self, family: usize, prefix: &str, schema: &Value) -> Option<String> {
        let judge = Judge::new(schema).ok()?;
        let free = |id: &String| {
            !id.is_empty() && !id.contains('/') && !self.resources.contains_key(&format!("{prefix}{id}\u{1}"))
        };
        let highest = self.highest.get(&family).copied().unwrap_or_default();
        let kinds = shape::branches(schema, schema);
        let number = kinds.iter().any(|branch| {
            let kind = &branch["type"];
            let is = |word: &str| {
                kind == word || kind.as_array().is_some_and(|all| all.iter().any(|one| one == word))
            };
            is("integer") || is("number")
        });
        if number {
            let least = kinds.iter().filter_map(|branch| branch["minimum"].as_u64()).max().unwrap_or(1);
            let next = highest.saturating_add(1).max(least);
            // Where the largest number allowed is taken, a smaller one has to do.
            let numbers =
                (next..=next.saturating_add(MOST_TRIES)).chain(least..=least.saturating_add(MOST_TRIES));
            return numbers
                .filter(|number| judge.accepts(&Value::from(*number)))
                .map(|number| number.to_string())
                .find(free);
        }
        (0..MOST_TRIES)
            .flat_map(|attempt| {
                let salt = format!("{prefix}{}/{attempt}", self.births);
                let digest = values::digest(&[&salt]);
                let made = values::sample(schema, &salt).and_then(|made| made.as_str().map(str::to_owned));
                let counted = (self.births + attempt).to_string();
                [Some(values::uuid(&digest)), made, Some(digest), Some(counted)]
            })
            .flatten()
            .find(|id| free(id) && judge.accepts(&Value::from(id.as_str())))
    }

    /// Takes a resource of a collection away, with all that stands below it in other families. What exists from the
    /// start is only marked.
    pub(super) fn remove(&mut self, key: &str, below: &[String]) {
        let keys: Vec<String> = std::iter::once(key)
            .chain(below.iter().map(String::as_str))
            .flat_map(|prefix| {
                let keys = self.resources.range(prefix.to_owned()..).map(|(key, _)| key);
                keys.take_while(move |key| key.starts_with(prefix)).cloned()
            })
            .collect();
        for key in keys {
            let passing = self.passing.iter().position(|other| *other == key);
            if let Some(at) = passing {
                self.passing.remove(at);
                if let Some(removed) = self.resources.remove(&key) {
                    self.bytes -= removed.bytes.min(self.bytes);
                }
            } else if let Some(resource) = self.resources.get_mut(&key) {
                resource.gone = true;
            }
        }
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
    pub(super) fn put(&mut self, family: usize, key: &str, mut resource: Resource, bytes: usize) {
        if let Some(before) = self.resources.get(key) {
            self.bytes -= before.bytes.min(self.bytes);
            resource.born = before.born;
        } else {
            self.passing.push_back(key.to_owned());
            self.count(family, &resource.id);
            self.births += 1;
            resource.born = self.births;
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

/// How many identifiers are tried before giving up.
const MOST_TRIES: u64 = 64;

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
        let shape = path_shape(&operation.resource);
        let at = families.iter().position(|family| family.shape == shape).unwrap_or_else(|| {
            families.push(Family { shape, ..Family::default() });
            families.len() - 1
        });
        families[at].operations.push(id.0 as usize);
        families[at].deletable |= operation.effect == Effect::Delete;
        of.push(at);
    }
    for (id, operation) in contract.operations() {
        let Some(creates) = &operation.creates else { continue };
        let shape = path_shape(&creates.resource);
        let at = families.iter().position(|family| family.shape == shape).unwrap_or_else(|| {
            families.push(Family { shape, ..Family::default() });
            families.len() - 1
        });
        let family = &mut families[at];
        family.makers.push(id.0 as usize);
        family.identity.insert(creates.parameter.clone());
        if let Shown::Body(at) = &creates.shown
            && let Some(name) = pointer::tokens(at).last()
        {
            family.identity.insert(name);
        }
    }
    for family in &mut families {
        family.members = members(contract, family);
        family.named_by = named_by(contract, &family.shape);
    }
    (families, of)
}

/// The schema of the last parameter of paths of this shape.
fn named_by(contract: &Contract, shape: &str) -> Value {
    let parameter = contract.operations.iter().find_map(|operation| {
        let name = path_names(&operation.path).into_iter().find(|name| {
            let end = operation.path.find(&format!("{{{name}}}")).map(|at| at + name.len() + 2);
            end.is_some_and(|end| path_shape(&operation.path[..end]) == shape)
        })?;
        let in_path = |parameter: &&crate::model::Parameter| {
            parameter.location == Location::Path && parameter.name == name
        };
        operation.parameters.iter().find(in_path)
    });
    parameter.map_or(Value::Bool(true), |parameter| parameter.schema.clone())
}

/// The values that name the resources of a family that are there from the start, by place in its path.
pub(super) fn names_from_the_start(
    contract: &Contract,
    family: &Family,
    place: usize,
    variables: &Value,
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for operation in family.operations.iter().filter_map(|index| contract.operations.get(*index)) {
        let names = path_names(&operation.resource);
        let Some(name) = names.get(place) else { continue };
        let parameter = operation
            .parameters
            .iter()
            .find(|parameter| parameter.location == Location::Path && parameter.name == **name);
        let Some(parameter) = parameter else { continue };
        found.extend(known::identifiers(contract, parameter, variables));
        if family.is_collection() && parameter.value.is_none() {
            found.extend(known::given(contract, &operation.resource, name, variables));
        }
        if !family.is_collection() {
            break;
        }
    }
    found
}

fn members(contract: &Contract, family: &Family) -> BTreeMap<String, Member> {
    let operations: Vec<&Operation> = family
        .operations
        .iter()
        .filter_map(|index| contract.operations.get(*index))
        // What is made in a collection below is another family's.
        .filter(|operation| operation.creates.is_none())
        .chain(family.makers.iter().filter_map(|index| contract.operations.get(*index)))
        .collect();
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
    let default = schemas.iter().find_map(|schema| {
        shape::branches(schema, schema).into_iter().find_map(|branch| branch.get("default").cloned())
    });
    let required =
        operations.iter().filter(|operation| operation.effect != Effect::Delete).any(|operation| {
            let spec = operation.success().and_then(|status| operation.response(status));
            let schema = spec.and_then(|spec| spec.schema.as_ref());
            schema.is_some_and(|schema| {
                let required = |branch: &&Value| {
                    branch["required"].as_array().is_some_and(|names| names.iter().any(|other| other == name))
                };
                shape::branches(schema, schema).iter().any(required)
            })
        });
    (!schemas.is_empty()).then_some(Member { schemas, judges, taken: None, default, required })
}

impl Family {
    /// Whether operations make its resources, so that exactly those that were made are there.
    pub(super) fn is_collection(&self) -> bool {
        !self.makers.is_empty()
    }

    /// Members that are not sent: what they are by default. Without a default, what answers have to show stays, and for
    /// a replaced resource (`whole`) nothing else does.
    pub(super) fn reset(&self, members: &mut Map<String, Value>, born: &Map<String, Value>, whole: bool) {
        for (name, member) in &self.members {
            match (&member.default, born.get(name)) {
                (Some(default), _) => members.insert(name.clone(), default.clone()),
                (None, Some(value)) if member.required => members.insert(name.clone(), value.clone()),
                (None, _) if whole => members.shift_remove(name),
                (None, _) => None,
            };
        }
    }

    /// A new value of a member; None when none can be made.
    pub(super) fn fresh(&self, member: &str, old: Option<&Value>, salt: &str) -> Option<Value> {
        let member = self.members.get(member)?;
        values::fresh(&member.schemas, &member.judges, old, salt)
    }

    /// A resource as it is before the first request: equal for equal keys.
    pub(super) fn birth(&self, served: &[Served], state: &State, family: usize, key: &str) -> Resource {
        let mut members = Map::new();
        let mut bases = BTreeMap::new();
        for index in self.operations.iter().chain(&self.makers) {
            for success in &served[*index].successes {
                let Some(base) = self.base(success, key, &mut members) else { continue };
                bases.insert((*index, success.status), base);
            }
        }
        for index in &self.listers {
            let Some(listing) = &served[*index].lists else { continue };
            let Some(base) = self.base(&listing.element, key, &mut members) else { continue };
            bases.insert((*index, listing.element.status), base);
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
        Resource {
            members: Arc::new(members),
            bases: Arc::new(bases),
            generated: 0,
            gone: false,
            id: key.trim_end_matches('\u{1}').rsplit('\u{1}').next().unwrap_or_default().to_owned(),
            born: 0,
            bytes: 0,
        }
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
