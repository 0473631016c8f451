//! `sequences`: several steps, with captures from one to the next.

use serde_json::Value;

use super::Generator;
use crate::conform;
use crate::model::{Answers, ClauseKind, Meta, OpId, Own, Request, RequestParts, Salt, Sequence, SequenceStep, Step};
use crate::plan::aim::Aim;
use crate::plan::draft::{Draft, Outcome};
use crate::plan::expect;
use crate::plan::render::Unready;
use crate::plan::supply;

pub(super) struct Sequences;
pub(super) static THIS: Sequences = Sequences;

static META: Meta = Meta {
    id: "sequences",
    summary: "several requests in order, and what must hold between them",
    explain: "Sends the steps of each sequence of the contract in order and alone on the resources that they touch. Later \
              steps and rules see what earlier ones sent and got. The steps under `finally:` are sent whatever \
              happened before.",
};

impl Generator for Sequences {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn drafts(&self, aim: &Aim<'_>) -> Outcome {
        let ClauseKind::Sequence { index } = &aim.clause.kind else { return Outcome::NotMine };
        let Some(sequence) = aim.contract.sequences.get(*index) else { return Outcome::NotMine };
        draft(aim, sequence).map(|draft| vec![draft]).into()
    }
}

fn draft(aim: &Aim<'_>, sequence: &Sequence) -> Result<Draft, Unready> {
    let steps = sequence.steps.iter().chain(&sequence.finally).enumerate();
    let steps = steps.map(|(at, step)| planned(aim, at, step)).collect::<Result<Vec<_>, _>>()?;
    if steps.is_empty() {
        return Err(Unready::new("the sequence has no steps"));
    }
    let why = format!("the sequence {}", sequence.name);
    Ok(Draft { why, steps, finally: sequence.finally.len(), destroys: false })
}

fn planned(aim: &Aim<'_>, at: usize, step: &SequenceStep) -> Result<Step, Unready> {
    let bench = aim.bench_of(step.operation);
    // Two steps that create something create two things.
    let (case, own) = (aim.salt("step"), aim.salt(&format!("step/{at}")));
    let salt = Salt { case, step: own, fresh: aim.desks.fresh().to_owned() };
    let mut parts = step.request.clone();
    for supply in bench.supplies {
        parts.path.entry(supply.name.clone()).or_insert_with(|| supply::template(supply.maker).into());
    }
    let late = is_late(&parts);
    let request = if late {
        placeholder(aim, step.operation, &parts, &salt.step)
    } else {
        bench.render_step(&parts, aim.desks.scope(), &salt, true)?
    };
    let mut expect = expect::stated(step.expect.clone(), step.expect_body.clone());
    if step.refuse {
        expect.answers = Answers::Refused;
        expect.schema = bench.operation.refused.as_ref().and_then(|refusal| refusal.schema.clone());
    }
    Ok(Step {
        name: step.name.clone(),
        operation: step.operation,
        request,
        control: None,
        late: late.then_some(parts),
        salt,
        expect,
        when: step.when.clone(),
        capture: step.capture.clone(),
        own: Own::default(),
        rules: step.rules.clone(),
    })
}

/// What can be said of a late request: its method and, as far as they are known, the values of its path.
fn placeholder(aim: &Aim<'_>, op: OpId, late: &RequestParts, salt: &str) -> Request {
    let mut parts = RequestParts {
        path: late.path.clone(),
        method: late.method.clone(),
        body: Some(None),
        ..RequestParts::default()
    };
    let bench = aim.bench_of(op);
    bench.render(&parts, aim.desks.scope(), salt, false).unwrap_or_else(|_| {
        parts.path.clear();
        bench.render(&parts, aim.desks.scope(), salt, false).unwrap_or_else(|_| Request {
            method: bench.operation.method.clone(),
            path: bench.operation.path.clone(),
            ..Request::default()
        })
    })
}

/// Whether any template needs what only an earlier step can give.
fn is_late(parts: &RequestParts) -> bool {
    let maps = [&parts.path, &parts.query, &parts.header, &parts.cookie];
    let body = parts.body.iter().flatten().cloned();
    let raw = parts.raw_body.iter().map(|raw| Value::String(raw.clone()));
    maps.into_iter().flat_map(|values| values.values().cloned()).chain(body).chain(raw).any(|template| {
        conform::needs(&template).iter().any(|name| {
            matches!(name.split('.').next(), Some("steps" | "captured"))
        })
    })
}
