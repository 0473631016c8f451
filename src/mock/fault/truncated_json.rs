//! `truncated-json`: the body ends in the middle.

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "truncated-json",
        summary: "answers JSON that ends in the middle",
        explain: "A buffer that was not flushed, a limit in a proxy.",
    },
    needs: "an answer documented as JSON",
    sites: |contract| {
        site::clauses(contract, |clause| matches!(clause.kind, ClauseKind::WellFormed { .. }))
    },
    act: Act::Spoil(|spoiling| {
        let half = spoiling.answer.body.len() / 2;
        spoiling.answer.body.truncate(half);
    }),
};
