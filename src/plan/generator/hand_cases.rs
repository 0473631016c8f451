//! `hand-cases`: cases that the contract spells out.

use super::Generator;
use crate::model::{Answers, ClauseKind, Meta};
use crate::plan::aim::Aim;
use crate::plan::draft::{Draft, Outcome};
use crate::plan::expect;

pub(super) struct HandCases;
pub(super) static THIS: HandCases = HandCases;

static META: Meta = Meta {
    id: "hand-cases",
    summary: "cases that the contract spells out",
    explain: "Sends the requests under `cases:` of an operation. A body there is laid over a generated one that keeps the \
              contract, so that a case only has to say what it is about.",
};

impl Generator for HandCases {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn drafts(&self, aim: &Aim<'_>) -> Outcome {
        let (ClauseKind::HandCase { index }, Some(bench)) = (&aim.clause.kind, aim.bench()) else {
            return Outcome::NotMine;
        };
        let Some(case) = bench.operation.cases.get(*index) else { return Outcome::NotMine };
        let mut expect = expect::refused(bench.operation, &case.expect);
        if !case.refuse {
            expect.answers = Answers::Accepted;
        }
        let why = format!("the case {}", case.name);
        let request = bench.render(&case.request, aim.desks.scope(), &aim.salt(&why), true);
        request.map(|request| vec![Draft::one(why, bench.op, request, expect)]).into()
    }
}
