//! Families: all resources whose paths have one shape. Their members are what the bodies of their writing operations
//! may name. All operations on a resource show the same value of a member. Everything else of an answer stays as the
//! contract documents it.
//!
//! A family is a collection where an operation makes its resources. Of a collection exactly those resources are there
//! that the contract names or that were made, and not removed since; of any other family, all that may be named.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::served::{Served, Success};
use super::state::{Resource, State};
use super::{known, naming, repair, shape, values, wire};
use crate::conform::Judge;
use crate::model::{Contract, Effect, Location, Operation, Parameter, Schema, Shown, path_names, path_shape};
use crate::text::pointer;

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
    /// Indices of the operations that change one of its resources that their body names.
    pub(super) changers: Vec<usize>,
    /// Indices of the operations that list its resources.
    pub(super) listers: Vec<usize>,
    /// Members that show a resource's own identifier.
    pub(super) identity: BTreeSet<String>,
    /// What an identifier has to be; None where nothing is made, or where no schema can be compiled.
    pub(super) named_by: Option<NamedBy>,
}

/// What identifiers of a collection have to be.
#[derive(Debug)]
pub(super) struct NamedBy {
    /// What each operation says that it is.
    pub(super) schemas: Vec<Schema>,
    pub(super) judges: Vec<Judge>,
}

impl NamedBy {
    /// Whether a text may name a resource, in all paths.
    pub(super) fn lets_in(&self, id: &str) -> bool {
        let fits = |(schema, judge): (&Schema, &Judge)| {
            judge.accepts(&Value::from(id)) || judge.accepts(&values::typed(id, schema))
        };
        self.schemas.iter().zip(&self.judges).all(fits)
    }
}

/// A member that requests can change.
#[derive(Debug)]
pub(super) struct Member {
    /// Of real values: no mask, no empty string that says "unchanged".
    pub(super) schemas: Vec<Schema>,
    /// A generated value keeps the schemas of requests and answers alike.
    pub(super) judges: Vec<Judge>,
    /// Values that somebody else has; None where several resources may have one value.
    pub(super) taken: Option<Vec<Value>>,
    /// What it is where it was not sent.
    default: Option<Value>,
    /// Whether answers always show it.
    required: bool,
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
    for (id, operation) in contract.operations() {
        let Some((shape, _)) = naming::changed(contract, operation) else { continue };
        if let Some(family) = families.iter_mut().find(|family| family.shape == shape) {
            family.changers.push(id.0 as usize);
        }
    }
    for family in &mut families {
        family.members = members(contract, family);
        family.named_by = family.is_collection().then(|| named_by(contract, family)).flatten();
    }
    (families, of)
}

/// The schemas of the last parameter of paths of this shape: operations do not always agree on them, and an identifier
/// has to be what all of them let in.
fn named_by(contract: &Contract, family: &Family) -> Option<NamedBy> {
    let mut schemas: Vec<Schema> = Vec::new();
    let parameters =
        contract.operations.iter().filter_map(|operation| naming_parameter(operation, &family.shape));
    // A text in all paths may be shown as a number.
    let shown = family.makers.iter().filter_map(|index| shown_identifier(contract.operations.get(*index)?));
    let shown = shown.filter(|schema| wire::asks_for(schema, "integer"));
    for schema in parameters.map(|parameter| parameter.schema.clone()).chain(shown) {
        if !schemas.contains(&schema) {
            schemas.push(schema);
        }
    }
    if schemas.is_empty() {
        schemas.push(Value::Bool(true).into());
    }
    // What makes a new one asks for a number where any of them does.
    schemas.sort_by_key(|schema| !wire::asks_for(schema, "integer"));
    let judges = schemas.iter().map(Judge::new).collect::<Result<_, _>>().ok()?;
    Some(NamedBy { schemas, judges })
}

/// What the answer of a creating operation shows the identifier as.
fn shown_identifier(operation: &Operation) -> Option<Schema> {
    let Shown::Body(at) = &operation.creates.as_ref()?.shown else { return None };
    let schema = operation.response(operation.usual_success())?.schema.as_ref()?;
    Some(schema.part(shape::at(schema, at)?))
}

/// The parameter of an operation's path that names a resource of this shape.
fn naming_parameter<'c>(operation: &'c Operation, shape: &str) -> Option<&'c Parameter> {
    let name = path_names(&operation.path).into_iter().find(|name| {
        let end = operation.path.find(&format!("{{{name}}}")).map(|at| at + name.len() + 2);
        end.is_some_and(|end| path_shape(&operation.path[..end]) == shape)
    })?;
    operation
        .parameters
        .iter()
        .find(|parameter| parameter.location == Location::Path && parameter.name == name)
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
    if place + 1 == family.shape.matches('{').count() {
        // What stands below a resource may be all that the contract names it by.
        let elsewhere = contract.operations.iter().filter(|_| family.is_collection());
        for parameter in elsewhere.filter_map(|operation| naming_parameter(operation, &family.shape)) {
            found.extend(known::identifiers(contract, parameter, variables));
        }
        found.extend(naming::from_the_start(contract, family, variables));
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
        .chain(
            family.makers.iter().chain(&family.changers).filter_map(|index| contract.operations.get(*index)),
        )
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
    let part = |schema: &Schema| {
        let (_, part) = shape::members(schema, schema).into_iter().find(|(other, _)| *other == name)?;
        Some(shape::of_real_values(&schema.part(part)))
    };
    let bodies = operations.iter().filter(|operation| operation.effect.writes());
    let sent = bodies.filter_map(|operation| part(&operation.body.as_ref()?.schema));
    let shown = operations.iter().filter_map(|operation| {
        let spec = operation.response(operation.usual_success())?;
        part(spec.schema.as_ref()?)
    });
    let schemas: Vec<Schema> = sent.chain(shown).collect();
    let judges = schemas.iter().filter_map(|schema| Judge::new(schema).ok()).collect();
    let default = schemas.iter().find_map(|schema| {
        shape::branches(schema, schema).into_iter().find_map(|branch| branch.get("default").cloned())
    });
    let required =
        operations.iter().filter(|operation| operation.effect != Effect::Delete).any(|operation| {
            let spec = operation.response(operation.usual_success());
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

    /// Members that are not sent: what they are by default. Without a default, only what answers have to show stays.
    pub(super) fn reset(&self, members: &mut Map<String, Value>, born: &Map<String, Value>) {
        for (name, member) in &self.members {
            match (&member.default, born.get(name)) {
                (Some(default), _) => members.insert(name.clone(), default.clone()),
                (None, Some(value)) if member.required => members.insert(name.clone(), value.clone()),
                (None, _) => members.shift_remove(name),
            };
        }
    }

    /// Gives up every member that did not change: it is made anew.
    pub(super) fn forget_others(
        &self,
        members: &mut Map<String, Value>,
        before: &Map<String, Value>,
        salt: &str,
    ) {
        for (name, value) in members.iter_mut() {
            if before.get(name) == Some(value)
                && let Some(other) = self.fresh(name, Some(value), &format!("{salt}/{name}/forgotten"))
            {
                *value = other;
            }
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
        for index in self.operations.iter().chain(&self.makers).chain(&self.changers) {
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
        Resource::new(key, members, bases)
    }

    /// The documented answer with real values for what is masked in it; its changeable members go to `members`.
    fn base(&self, success: &Success, key: &str, members: &mut Map<String, Value>) -> Option<Value> {
        let made =
            |schema: &Schema, at: &str| values::sample(&shape::of_real_values(schema), &format!("{key}{at}"));
        let mut base = match (&success.example, &success.schema) {
            (Some(example), _) => example.clone(),
            (None, Some(_)) => success.sample(key)?,
            (None, None) => return None,
        };
        // What the example leaves out is shown as well: a client has to cope with every documented member.
        let whole = success.sample(key);
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
                let part = schema.and_then(|root| Some(root.part(shape::at(root, mask)?)));
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
