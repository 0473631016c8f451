//! What exists on the deployment that the mock plays: the identifiers that the contract uses and expects to be known.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::conform::fill;
use crate::model::{Contract, Location, OpId, Operation, Parameter, RequestParts, StatusSet, path_shape};

/// The identifiers that are known for `parameter`: its own value, and every value that the contract sends for this
/// parameter and expects a success for. A parameter of another operation is the same one when it has the same name,
/// place and value.
pub(super) fn identifiers(contract: &Contract, parameter: &Parameter, variables: &Value) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    let Some(value) = &parameter.value else { return known };
    known.extend(text(value, variables));
    for request in accepted_requests(contract) {
        let Some(other) = find(contract.operation(request.operation), parameter) else { continue };
        if other.value.as_ref() != Some(value) {
            continue;
        }
        let given = parts(request.parts, parameter.location).get(&parameter.name);
        known.extend(given.and_then(|given| text(given, variables)));
    }
    known
}

/// The values that the contract gives for the parameter `name` of the path `resource`, and for the parameter in the same
/// place of any other operation's path, and expects a success for.
pub(super) fn given(contract: &Contract, resource: &str, name: &str, variables: &Value) -> BTreeSet<String> {
    let prefix = |path: &str, name: &str| {
        let end = path.find(&format!("{{{name}}}"))? + name.len() + 2;
        Some(path_shape(&path[..end]))
    };
    let shape = prefix(resource, name);
    accepted_requests(contract)
        .flat_map(|request| {
            let path = contract.operation(request.operation).path.as_str();
            let same = request.parts.path.iter().filter(|(other, _)| prefix(path, other) == shape);
            same.filter_map(|(_, value)| text(value, variables)).collect::<Vec<_>>()
        })
        .collect()
}

/// A value as it stands on the wire; None when it can't be known before a run.
pub(super) fn text(template: &Value, variables: &Value) -> Option<String> {
    match fill(template, variables).ok()? {
        Value::String(text) => Some(text),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
        other => Some(other.to_string()),
    }
}

struct Request<'c> {
    operation: OpId,
    parts: &'c RequestParts,
}

/// Every request of the contract that must be answered with a success.
fn accepted_requests(contract: &Contract) -> impl Iterator<Item = Request<'_>> {
    let own = contract.operations().flat_map(|(id, operation)| {
        let examples = operation
            .examples
            .iter()
            .filter(|example| succeeds(&example.expect))
            .map(move |example| Request { operation: id, parts: &example.request });
        let cases = operation
            .cases
            .iter()
            .filter(|case| !case.refuse && succeeds(&case.expect.status))
            .map(move |case| Request { operation: id, parts: &case.request });
        examples.chain(cases)
    });
    let sequences =
        contract.sequences.iter().flat_map(|sequence| sequence.steps.iter().chain(&sequence.finally));
    let restores = contract.restores.iter().flat_map(|restore| restore.before.iter().chain(&restore.after));
    let steps = sequences
        .chain(restores)
        .filter(|step| !step.refuse && succeeds(&step.expect))
        .map(|step| Request { operation: step.operation, parts: &step.request });
    own.chain(steps)
}

fn succeeds(statuses: &StatusSet) -> bool {
    statuses.0.iter().all(|word| word.starts_with('2')) && !statuses.0.is_empty()
}

fn find<'c>(operation: &'c Operation, parameter: &Parameter) -> Option<&'c Parameter> {
    operation
        .parameters
        .iter()
        .find(|other| other.name == parameter.name && other.location == parameter.location)
}

/// The given values of one location.
pub(super) fn parts(parts: &RequestParts, location: Location) -> &std::collections::BTreeMap<String, Value> {
    match location {
        Location::Path => &parts.path,
        Location::Query => &parts.query,
        Location::Header => &parts.header,
        Location::Cookie => &parts.cookie,
    }
}

/// Values of the body's member at `pointer` (an unescaped name) that a hand-written case says are refused: somebody
/// else has them.
pub(super) fn taken(operation: &Operation, member: &str, variables: &Value) -> Vec<(Value, usize)> {
    let refusing = operation.cases.iter().enumerate().filter(|(_, case)| case.refuse);
    refusing
        .filter_map(|(index, case)| {
            let value = case.request.body.as_ref()?.as_ref()?.get(member)?;
            // Only what differs between deployments can belong to somebody.
            value.as_str().filter(|text| text.contains("{{"))?;
            Some((fill(value, variables).ok()?, index))
        })
        .collect()
}
