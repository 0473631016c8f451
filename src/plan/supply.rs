//! Resources of a case's own.
//!
//! Where the contract knows no identifier for a parameter of the path, but has an operation that makes such resources,
//! each case first makes one; and what a case is meant to remove, it makes itself, since of a resource that the
//! variables name there is only one. What was made is removed at the end, where the contract has an operation for it.

use super::aim::Aim;
use super::bench::Bench;
use super::draft::{self, Draft};
use super::expect;
use super::render::{Unready, encoded, typed};
use crate::model::{
    Answers, Contract, Effect, Location, OpId, Own, Request, RequestParts, Role, Shown, StatusSet, Step,
    path_names, path_shape,
};

/// A parameter of a path whose value is the identifier of a resource of the case's own.
#[derive(Debug, Clone)]
pub(super) struct Supply {
    /// Index of the parameter in its operation.
    pub(super) index: usize,
    /// Its name.
    pub(super) name: String,
    /// The operation that makes such a resource.
    pub(super) maker: OpId,
}

/// Collections in collections, at most: what is deeper is a circle of operations that need each other.
const DEPTH: usize = 8;

/// The name of the step that removes what its case has made.
const REMOVED: &str = "removed";

/// The parameters of the operation's path that are supplied, outermost first.
pub(super) fn supplies(contract: &Contract, op: OpId, scope: &serde_json::Value) -> Vec<Supply> {
    let operation = contract.operation(op);
    let names = path_names(&operation.path);
    names
        .iter()
        .filter_map(|name| {
            let end = operation.path.find(&format!("{{{name}}}"))? + name.len() + 2;
            let (prefix, rest) = operation.path.split_at(end);
            let index = operation
                .parameters
                .iter()
                .position(|known| known.location == Location::Path && known.name == **name)?;
            let removes = operation.effect == Effect::Delete && rest.is_empty();
            // A value whose variable nobody gives is none.
            let value = operation.parameters[index].value.as_ref();
            if value.is_some_and(|value| crate::conform::fill(value, scope).is_ok()) && !removes {
                return None;
            }
            let shape = path_shape(prefix);
            let (maker, _) = contract.maker(&shape)?;
            let circle = path_shape(&contract.operation(maker).path)
                .strip_prefix(&shape)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            (!circle).then(|| Supply { index, name: (*name).to_owned(), maker })
        })
        .collect()
}

/// The name under which what `maker` made is captured.
pub(super) fn captured(maker: OpId) -> String {
    format!("own_{}", maker.0)
}

/// The template by which a late request names what `maker` made.
pub(super) fn template(maker: OpId) -> String {
    format!("{{{{captured.{}}}}}", captured(maker))
}

/// Whether somebody may have this made-up identifier of a resource that anybody can make: deployments count from 1.
pub(super) fn may_be_taken(aim: &Aim<'_>, bench: &Bench<'_>, name: &str, value: &serde_json::Value) -> bool {
    let Some(shape) = shape_until(&bench.operation.path, name) else { return false };
    let low = value.as_f64().is_some_and(|number| (1.0..1e9).contains(&number));
    low && aim.contract.maker(&shape).is_some()
}

/// `draft` with the steps before it that make what it needs, and those after it that remove what was made.
pub(super) fn furnish(aim: &Aim<'_>, mut draft: Draft) -> Result<Draft, Unready> {
    let mut needed = Vec::new();
    for step in &mut draft.steps {
        for supply in aim.bench_of(step.operation).supplies {
            let open = step.request.path.contains(&format!("{{{}}}", supply.name));
            match &step.late {
                None if open => step.own.path.push((supply.name.clone(), captured(supply.maker))),
                Some(parts) if parts.path.get(&supply.name) == Some(&template(supply.maker).into()) => {}
                _ => continue,
            }
            needed.push(supply.maker);
        }
    }
    let salt = aim.salt(&format!("{} on one of its own", draft.why));
    let mut made: Vec<Step> = Vec::new();
    for maker in needed {
        prepare(aim, maker, &draft.steps, &salt, &mut made, DEPTH)?;
    }
    let prepared = made.len();
    // A control that asks elsewhere would find nothing there.
    for step in &mut draft.steps {
        let Some(control) = &step.control else { continue };
        let as_control = Step { request: control.clone(), ..step.clone() };
        let lies = |maker: &Step, act: &Step| {
            let maker = aim.bench_of(maker.operation);
            around(aim, &maker, std::slice::from_ref(act)).ok().map(|parts| parts.path)
        };
        if made.iter().any(|maker| lies(maker, &as_control) != lies(maker, step)) {
            step.control = None;
        }
    }
    if let [act] = draft.steps.as_mut_slice() {
        let operation = aim.contract.operation(act.operation);
        let own = act.request.method == operation.method;
        let accepted = act.expect.answers == Answers::Accepted && own;
        // Also what must be refused may be accepted, and then it is there.
        if let Some(creates) = operation.creates.as_ref().filter(|_| own) {
            act.own.made = Some((captured(act.operation), creates.shown.clone()));
            made.push(act.clone());
        }
        if operation.effect == Effect::Delete && accepted && prepared > 0 {
            act.name.get_or_insert_with(|| REMOVED.to_owned());
        }
    }
    let removals: Vec<Step> =
        made.iter().rev().filter_map(|maker| removal(aim, maker, &draft.steps)).collect();
    made.truncate(prepared);
    draft.finally += removals.len();
    made.append(&mut draft.steps);
    made.extend(removals);
    draft.steps = made;
    Ok(draft)
}

/// Adds the step of `maker`, and before it those that it needs itself, for what `acts` ask for.
fn prepare(
    aim: &Aim<'_>,
    maker: OpId,
    acts: &[Step],
    salt: &str,
    made: &mut Vec<Step>,
    depth: usize,
) -> Result<(), Unready> {
    if made.iter().any(|step| step.operation == maker) {
        return Ok(());
    }
    let bench = aim.bench_of(maker);
    let because = |why: &str| Unready::new(format!("`{}` can't make one first: {why}", bench.operation.id));
    let Some(creates) = bench.operation.creates.as_ref().filter(|_| depth > 0) else {
        return Err(because("it needs one itself"));
    };
    let request = around(aim, &bench, acts)
        .and_then(|parts| bench.request(&parts, salt))
        .map_err(|unready| because(&unready.because))?;
    let mut own =
        Own { role: Role::Prepare, made: Some((captured(maker), creates.shown.clone())), path: Vec::new() };
    for supply in bench.supplies {
        if request.path.contains(&format!("{{{}}}", supply.name)) {
            own.path.push((supply.name.clone(), captured(supply.maker)));
            prepare(aim, supply.maker, acts, salt, made, depth - 1)?;
        }
    }
    made.push(Step { own, ..draft::step(maker, request, expect::accepted(bench.operation)?) });
    Ok(())
}

/// The parameters of the maker's path that anything may stand for, with the values that the acts have there: what is
/// made has to lie where it is asked for.
///
/// # Errors
/// When a request that has to be accepted asks where nothing can be made.
fn around(aim: &Aim<'_>, maker: &Bench<'_>, acts: &[Step]) -> Result<RequestParts, Unready> {
    let mut parts = RequestParts::default();
    let path = &maker.operation.path;
    for (index, parameter) in maker.operation.parameters.iter().enumerate() {
        let names_something = parameter.value.is_some()
            || parameter.unknown.is_some()
            || maker.supplies.iter().any(|supply| supply.index == index);
        let Some(shape) = shape_until(path, &parameter.name) else { continue };
        if parameter.location != Location::Path || names_something {
            continue;
        }
        let same = acts.iter().find_map(|act| {
            let path = &aim.contract.operation(act.operation).path;
            let mut values = act.request.path_values.iter();
            let (_, value) = values.find(|(name, _)| shape_until(path, name).as_ref() == Some(&shape))?;
            Some((act, value))
        });
        let Some((act, value)) = same else { continue };
        if maker.parameter(index).is_ok_and(|forge| forge.judge().accepts(value)) {
            parts.path.insert(parameter.name.clone(), value.clone());
        } else if act.expect.answers == Answers::Accepted {
            return Err(Unready::new(format!("it takes no `{}` like the one in the case", parameter.name)));
        }
        // What a case has wrong there must not keep it from being made.
    }
    Ok(parts)
}

/// The shape of a path up to and with this parameter.
fn shape_until(path: &str, name: &str) -> Option<String> {
    let end = path.find(&format!("{{{name}}}"))? + name.len() + 2;
    Some(path_shape(&path[..end]))
}

/// The step that removes what `maker` made; None where the contract has no operation for that.
fn removal(aim: &Aim<'_>, maker: &Step, acts: &[Step]) -> Option<Step> {
    let creating = aim.contract.operation(maker.operation);
    let creates = creating.creates.as_ref()?;
    let shape = path_shape(&creates.resource);
    let (op, _) = aim
        .contract
        .operations()
        .find(|(_, operation)| operation.effect == Effect::Delete && path_shape(&operation.path) == shape)?;
    let bench = aim.bench_of(op);
    let mut parts = RequestParts::default();
    let mut own = Own { role: Role::CleanUp, ..Own::default() };
    let names = path_names(&bench.operation.path);
    let (last, outer) = names.split_last()?;
    for (name, theirs) in outer.iter().zip(path_names(&creating.path)) {
        if let Some((_, from)) = maker.own.path.iter().find(|(other, _)| other == theirs) {
            own.path.push(((*name).to_owned(), from.clone()));
        } else if let Some((_, value)) = maker.request.path_values.iter().find(|(other, _)| other == theirs) {
            parts.path.insert((*name).to_owned(), value.clone());
        }
    }
    let from = captured(maker.operation);
    own.path.push(((*last).to_owned(), from.clone()));
    let request = bench.request(&parts, &aim.salt("removal")).ok()?;
    let gone = acts.iter().any(|act| {
        act.name.as_deref() == Some(REMOVED) && act.own.path.last().is_some_and(|(_, used)| *used == from)
    });
    let mut when = format!("captured.{from} is defined");
    if gone {
        when.push_str(&format!(" and steps.{REMOVED} is undefined"));
    }
    let any = expect::stated(StatusSet(vec!["any".to_owned()]), None);
    Some(Step { own, when: Some(when), ..draft::step(op, request, any) })
}

/// Whether an accepting case would remove what the variables name, which can be done only once: the last parameter of
/// the path stands for a known identifier, and nothing in the contract makes another.
pub(super) fn removes_the_known(bench: &Bench<'_>) -> bool {
    let operation = bench.operation;
    let last = path_names(&operation.path).last().copied().filter(|_| operation.path.ends_with('}'));
    operation.effect == Effect::Delete
        && last.is_some_and(|last| bench.supplies.iter().all(|supply| supply.name != last))
}

/// Whether the identifier that an answer shows can be read from this place of it.
#[must_use]
pub fn identifier(
    shown: &Shown,
    headers: &[(String, String)],
    body: Option<&serde_json::Value>,
) -> Option<String> {
    match shown {
        Shown::Body(at) => match body?.pointer(at)? {
            serde_json::Value::String(text) if !text.is_empty() => Some(text.clone()),
            number @ serde_json::Value::Number(_) => Some(number.to_string()),
            _ => None,
        },
        Shown::Location => {
            let (_, value) = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location"))?;
            let path = value.split(['?', '#']).next()?.trim_end_matches('/');
            let last = path.rsplit('/').next().filter(|last| !last.is_empty())?;
            Some(percent_encoding::percent_decode_str(last).decode_utf8_lossy().into_owned())
        }
    }
}

/// The request of `step`, with the identifiers that earlier steps captured in its path. `scope` is what templates see.
///
/// # Errors
/// When one was not captured.
pub fn reach(contract: &Contract, step: &Step, scope: &serde_json::Value) -> Result<Request, Unready> {
    let mut request = step.request.clone();
    let operation = contract.operation(step.operation);
    for (name, from) in &step.own.path {
        let value = scope.get("captured").and_then(|captured| captured.get(from));
        let value = value.ok_or_else(|| Unready::new(format!("no {name} was captured")))?;
        let parameter = operation
            .parameters
            .iter()
            .find(|parameter| parameter.location == Location::Path && parameter.name == *name);
        let value = parameter.map_or_else(|| value.clone(), |parameter| typed(value.clone(), parameter));
        request.path = request.path.replace(&format!("{{{name}}}"), &encoded(&value));
        request.path_values.retain(|(other, _)| other != name);
        request.path_values.push((name.clone(), value));
    }
    Ok(request)
}
