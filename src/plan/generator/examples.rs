//! `examples`: documented requests are answered as documented.

use super::Generator;
use crate::model::{ClauseKind, Meta, RequestParts};
use crate::plan::aim::Aim;
use crate::plan::draft::{Draft, Outcome};
use crate::plan::expect;
use crate::plan::render::merge;

pub(super) struct Examples;
pub(super) static THIS: Examples = Examples;

static META: Meta = Meta {
    id: "examples",
    summary: "documented requests are answered as documented",
    explain: "Sends each documented request as it is printed. A masked value, such as a password of asterisks, is not \
              sent literally: a value made from the schema takes its place. This is what a reader of the page tries \
              first, so a finding here is the first to look at.",
};

impl Generator for Examples {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn drafts(&self, aim: &Aim<'_>) -> Outcome {
        let (ClauseKind::Example { index }, Some(bench)) = (&aim.clause.kind, aim.bench()) else {
            return Outcome::NotMine;
        };
        let Some(example) = bench.operation.examples.get(*index) else { return Outcome::NotMine };
        let mut parts: RequestParts = example.request.clone();
        if let Some(replace) = &example.replace {
            match &mut parts.body {
                Some(Some(body)) => merge_markers(body, replace.clone()),
                body => *body = Some(Some(replace.clone())),
            }
        }
        let why = format!("the example {}", example.name);
        let request = bench.render(&parts, aim.desks.scope(), &aim.salt(&why), false);
        let mut expect = expect::stated(example.expect.clone(), example.expect_body.clone());
        // Where the contract says of itself that it does not state everything, and its example breaks what it states, it does
        // not decide: the refusal may be the schema's.
        if let (Ok(request), Ok(forge)) = (&request, bench.body())
            && let Some(body) = request.body.as_ref().and_then(crate::model::RequestBody::json)
            && !forge.judge().accepts(body)
        {
            expect.unstated = bench.operation.unstated.clone();
        }
        request.map(|request| vec![Draft::one(why, bench.op, request, expect)]).into()
    }
}

/// Like [`merge`], member by member of the first level: what stands for a value is replaced as a whole.
fn merge_markers(body: &mut serde_json::Value, over: serde_json::Value) {
    match (body, over) {
        (serde_json::Value::Object(body), serde_json::Value::Object(over)) => body.extend(over),
        (body, over) => merge(body, over),
    }
}
