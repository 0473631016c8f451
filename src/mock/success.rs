//! Making [`Success`]es: what an answer shows, and where.

use std::collections::BTreeSet;

use serde_json::Value;

use super::family::Family;
use super::message::{any_json, is_any_json, media_type};
use super::refusal::headers;
use super::served::Success;
use super::{BadContract, shape, values};
use crate::conform::Judge;
use crate::model::{Operation, Schema, Shown, path_names};
use crate::synth::Forge;
use crate::text::pointer;

/// The documented answer with this status.
pub(super) fn success(operation: &Operation, status: u16) -> Result<Success, BadContract> {
    let Some(spec) = operation.response(status) else {
        return Ok(Success {
            status,
            headers: Vec::new(),
            schema: None,
            judge: None,
            forge: None,
            example: None,
            masks: Vec::new(),
            members: BTreeSet::new(),
            echoes: Vec::new(),
            identity: Vec::new(),
        });
    };
    let any = is_any_json(spec).then(any_json);
    let mut example = spec.examples.first().cloned().or(any);
    if let (Some(example), Some(schema), true) = (&mut example, &spec.schema, spec.closed) {
        shape::prune(schema, schema, example);
    }
    let mut fields = headers(spec, &operation.id);
    if spec.schema.is_some() || example.is_some() {
        let media_type = media_type(spec.media_type.as_deref(), spec.schema.as_ref());
        fields.push(("content-type".to_owned(), media_type));
    }
    success_of(operation, status, spec.schema.as_ref(), example, fields)
}

/// An answer, or a part of one, with this schema and example.
pub(super) fn success_of(
    operation: &Operation,
    status: u16,
    schema: Option<&Schema>,
    example: Option<Value>,
    headers: Vec<(String, String)>,
) -> Result<Success, BadContract> {
    let judge = schema.map(Judge::new).transpose();
    let members = match (schema, &example) {
        (Some(schema), _) => {
            shape::members(schema, schema).iter().map(|(name, _)| (*name).to_owned()).collect()
        }
        (None, Some(Value::Object(members))) => members.keys().cloned().collect(),
        (None, _) => BTreeSet::new(),
    };
    Ok(Success {
        status,
        headers,
        judge: judge.map_err(|error| BadContract::of(operation, format!("answer {status}: {error}")))?,
        forge: schema.and_then(|schema| Forge::new(shape::of_real_values(schema)).ok()),
        masks: example.as_ref().map(values::masks).unwrap_or_default(),
        example,
        echoes: echoes(operation, schema),
        members,
        schema: schema.cloned(),
        identity: Vec::new(),
    })
}

/// Where an answer shows the identifier of the resource of a collection.
pub(super) fn identity(
    schema: Option<&Schema>,
    family: &Family,
    operation: &Operation,
) -> Vec<(String, Schema)> {
    let Some(schema) = schema.filter(|_| family.is_collection()) else { return Vec::new() };
    let named = shape::members(schema, schema)
        .into_iter()
        .filter(|(name, _)| family.identity.contains(*name))
        .map(|(name, member)| (pointer::join("", name), schema.part(member)));
    let mut found: Vec<_> = named.collect();
    if found.is_empty() {
        // What is in a member: `{"note": {"id": 1}}`.
        for (outer, part) in shape::members(schema, schema) {
            let inside = shape::members(schema, part);
            found.extend(
                inside.into_iter().filter(|(name, _)| family.identity.contains(*name)).map(
                    |(name, member)| (pointer::join(&pointer::join("", outer), name), schema.part(member)),
                ),
            );
        }
    }
    if let Some(Shown::Body(at)) = operation.creates.as_ref().map(|creates| &creates.shown)
        && !found.iter().any(|(other, _)| other == at)
        && let Some(member) = shape::at(schema, at)
    {
        found.push((at.clone(), schema.part(member)));
    }
    found
}

/// The members of the answer that have the name of a path parameter, with their schemas.
fn echoes(operation: &Operation, schema: Option<&Schema>) -> Vec<(String, Schema)> {
    let Some(schema) = schema else { return Vec::new() };
    let names = path_names(&operation.path);
    shape::members(schema, schema)
        .into_iter()
        .filter(|(name, _)| names.iter().any(|other| other == name))
        .map(|(name, member)| (name.to_owned(), schema.part(member)))
        .collect()
}
