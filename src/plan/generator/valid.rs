//! `valid`: minimal and maximal conforming requests are accepted.

use serde_json::Value;

use super::Generator;
use crate::model::{ClauseKind, Location, Meta, RequestBody, RequestParts, StatusSet};
use crate::plan::aim::Aim;
use crate::plan::bench::Bench;
use crate::plan::draft::{Draft, Outcome};
use crate::plan::expect;
use crate::plan::probe;
use crate::plan::render::Unready;
use crate::synth::Style;

pub(super) struct Valid;
pub(super) static THIS: Valid = Valid;

static META: Meta = Meta {
    id: "valid",
    summary: "minimal and maximal conforming requests are accepted",
    explain: "Sends a request with nothing that may be left out, and one with everything that the contract names. Their \
              values lie inside every bound, not on it. What is refused here is refused for no reason that the \
              contract gives.",
};

impl Generator for Valid {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn drafts(&self, aim: &Aim<'_>) -> Outcome {
        let (ClauseKind::Status { status }, Some(bench)) = (&aim.clause.kind, aim.bench()) else {
            return Outcome::NotMine;
        };
        if bench.operation.success().map(|success| success.to_string()).as_ref() != Some(status) {
            return Outcome::NotMine;
        }
        both(aim, &bench).into()
    }
}

fn both(aim: &Aim<'_>, bench: &Bench<'_>) -> Result<Vec<Draft>, Unready> {
    let (least, most) = ("with nothing that may be left out", "with everything that the contract names");
    let expect = expect::accepted(bench.operation)?;
    let smallest = bench.request(&RequestParts::default(), &aim.salt(least))?;
    let salt = aim.salt(most);
    let mut parts = RequestParts::default();
    for (index, parameter) in bench.operation.parameters.iter().enumerate() {
        if !parameter.required && parameter.location != Location::Path {
            probe::set(&mut parts, parameter, bench.known(index, &salt)?);
        }
    }
    if bench.operation.body.is_some() {
        let body: Option<Value> = bench.plain_body(Style::Full, "", "", &salt)?;
        parts.body = Some(body);
    }
    // What is refused without a value that was made up contradicts the contract.
    let mut stated = expect.clone();
    if bench.states_least(&aim.salt(least)) {
        stated.unstated = StatusSet::default();
    }
    let full = bench.request(&parts, &salt)?;
    let mut drafts = Vec::new();
    // Generated values differ in any case: what counts is whether there is something to add.
    if full.query.len() > smallest.query.len()
        || full.headers.len() > smallest.headers.len()
        || members(full.body.as_ref()) > members(smallest.body.as_ref())
    {
        drafts.push(Draft::one(most, bench.op, full, expect.clone()));
    }
    drafts.insert(0, Draft::one(least, bench.op, smallest, stated));
    Ok(drafts)
}

/// How many values a body has.
fn members(body: Option<&RequestBody>) -> usize {
    fn count(value: &Value) -> usize {
        match value {
            Value::Array(elements) => 1 + elements.iter().map(count).sum::<usize>(),
            Value::Object(members) => 1 + members.values().map(count).sum::<usize>(),
            _ => 1,
        }
    }
    body.and_then(RequestBody::json).map_or(0, count)
}
