//! `steadiness`: two reads with no write between answer the same.

use super::Generator;
use crate::model::{ClauseKind, Meta, RequestParts, Rule};
use crate::plan::aim::Aim;
use crate::plan::bench::Bench;
use crate::plan::draft::{Draft, Outcome, step};
use crate::plan::expect;
use crate::plan::render::Unready;
use crate::text::Span;

pub(super) struct Steadiness;
pub(super) static THIS: Steadiness = Steadiness;

static META: Meta = Meta {
    id: "steadiness",
    summary: "two reads with no write between answer the same",
    explain: "Sends the same conforming read twice and compares status and body. Reads of a run come before its writes, \
              so nothing of the run itself lies between the two.",
};

impl Generator for Steadiness {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn drafts(&self, aim: &Aim<'_>) -> Outcome {
        match (&aim.clause.kind, aim.bench()) {
            (ClauseKind::Steady, Some(bench)) => twice(aim, &bench).into(),
            _ => Outcome::NotMine,
        }
    }
}

fn twice(aim: &Aim<'_>, bench: &Bench<'_>) -> Result<Vec<Draft>, Unready> {
    let why = "the same read twice";
    let request = bench.request(&RequestParts::default(), &aim.salt(why))?;
    let mut first = step(bench.op, request, expect::accepted(bench.operation)?);
    let mut second = first.clone();
    first.name = Some("first".to_owned());
    second.name = Some("second".to_owned());
    second.rules.push(Rule {
        name: "steady".to_owned(),
        when: None,
        then: "status == steps.first.status and body == steps.first.body".to_owned(),
        span: Span::default(),
        clause: aim.id,
    });
    Ok(vec![Draft { why: why.to_owned(), steps: vec![first, second], finally: 0, destroys: false }])
}
