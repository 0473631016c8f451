//! `undocumented-status`: a status that no page has.

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "undocumented-status",
        summary: "answers refused requests with a status that is not documented",
        explain: "Validation frameworks have their own idea of the right status, such as 422.",
    },
    needs: "a list of all statuses, without `default`",
    sites: |contract| site::clauses(contract, |clause| matches!(clause.kind, ClauseKind::DocumentedStatuses)),
    act: Act::Spoil(|spoiling| {
        if spoiling.answer.refused.is_some()
            && let Some(status) = spoiling.undocumented(&[422, 409, 418])
        {
            spoiling.answer.status = status;
        }
    }),
};
