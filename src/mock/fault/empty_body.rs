//! `empty-body`: there is no body.

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "empty-body",
        summary: "answers with an empty body where one is documented",
        explain: "The status is right, and there is nothing to read.",
    },
    needs: "an answer documented as JSON",
    sites: |contract| {
        site::clauses(contract, |clause| matches!(clause.kind, ClauseKind::WellFormed { .. }))
    },
    act: Act::Spoil(|spoiling| spoiling.answer.body.clear()),
};
