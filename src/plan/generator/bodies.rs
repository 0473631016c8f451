//! `bodies`: no body, a body that is not JSON, JSON that is no object, another media type.

use serde_json::{Value, json};

use super::Generator;
use crate::model::{ClauseKind, Meta, Part, RequestParts};
use crate::plan::aim::Aim;
use crate::plan::bench::Bench;
use crate::plan::draft::{Draft, Outcome};
use crate::plan::expect;
use crate::plan::probe;
use crate::plan::render::Unready;
use crate::plan::wire;
use crate::synth::{Style, wrong_types};

pub(super) struct Bodies;
pub(super) static THIS: Bodies = Bodies;

static META: Meta = Meta {
    id: "bodies",
    summary: "a body that is missing, not JSON, no object, or of another media type is refused",
    explain: "Sends requests whose body is missing, cut off, followed by something else, or no JSON at all; JSON of each \
              other type; and, where the contract decides about it, another media type. A server that answers 500 here \
              fails before it looks at the request.",
};

impl Generator for Bodies {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn drafts(&self, aim: &Aim<'_>) -> Outcome {
        let Some(bench) = aim.bench() else { return Outcome::NotMine };
        let whole = aim.constraint().filter(|constraint| {
            constraint.keyword == "type" && constraint.at.is_empty() && *constraint.part == Part::RequestBody
        });
        let made = match &aim.clause.kind {
            ClauseKind::BodyRequired => missing(aim, &bench),
            ClauseKind::BodyWellFormed => malformed(aim, &bench),
            ClauseKind::BodyMediaType => other_media_type(aim, &bench),
            _ if !aim.keeps() => match whole {
                Some(constraint) => other_types(aim, &bench, constraint.limit),
                None => return Outcome::NotMine,
            },
            _ => return Outcome::NotMine,
        };
        made.into()
    }
}

fn refused(aim: &Aim<'_>, bench: &Bench<'_>, parts: &RequestParts, why: &str) -> Result<Draft, Unready> {
    let refusal = probe::refusal(bench, &Part::RequestBody)?;
    let request = bench.request(parts, &aim.salt(why))?;
    Ok(Draft::one(why, bench.op, request, expect::refused(bench.operation, refusal)))
}

fn missing(aim: &Aim<'_>, bench: &Bench<'_>) -> Result<Vec<Draft>, Unready> {
    let is_form = bench.operation.body.as_ref().is_some_and(|body| wire::syntax(&body.media_type) == wire::Syntax::Form);
    if is_form && bench.body()?.judge().accepts(&json!({})) {
        return Err(Unready::new("a form without a pair keeps the schema, and has no bytes either"));
    }
    let none = RequestParts { body: Some(None), ..RequestParts::default() };
    let empty = RequestParts { raw_body: Some(String::new()), ..RequestParts::default() };
    Ok(vec![
        refused(aim, bench, &none, "without a body")?,
        refused(aim, bench, &empty, "with a body of no bytes")?,
    ])
}

fn malformed(aim: &Aim<'_>, bench: &Bench<'_>) -> Result<Vec<Draft>, Unready> {
    let body = bench.plain_body(Style::Full, "", "", &aim.salt("malformed"))?;
    let text = body.unwrap_or(Value::Null).to_string();
    let mut cut = text.clone();
    cut.pop();
    [
        ("with JSON that is cut off", cut),
        ("with JSON that is followed by something else", format!("{text}}}")),
        ("with a body that is no JSON at all", "this is not JSON".to_owned()),
    ]
    .into_iter()
    .map(|(why, raw)| {
        let parts = RequestParts { raw_body: Some(raw), ..RequestParts::default() };
        refused(aim, bench, &parts, why)
    })
    .collect()
}

fn other_types(aim: &Aim<'_>, bench: &Bench<'_>, limit: &Value) -> Result<Vec<Draft>, Unready> {
    wrong_types(limit)
        .into_iter()
        .map(|candidate| {
            let parts = RequestParts { body: Some(Some(candidate.value)), ..RequestParts::default() };
            refused(aim, bench, &parts, &format!("the body {}", candidate.label))
        })
        .collect()
}

fn other_media_type(aim: &Aim<'_>, bench: &Bench<'_>) -> Result<Vec<Draft>, Unready> {
    let refusal = bench.operation.body.as_ref().and_then(|body| body.other_media_types.as_ref());
    let refusal = refusal.ok_or_else(|| Unready::new("the contract does not say what another media type gets"))?;
    let why = "with a body of the media type text/plain";
    let mut parts = RequestParts::default();
    parts.header.insert("content-type".to_owned(), "text/plain".into());
    let request = bench.request(&parts, &aim.salt(why))?;
    Ok(vec![Draft::one(why, bench.op, request, expect::refused(bench.operation, refusal))])
}
