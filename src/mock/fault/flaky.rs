//! `flaky`: now and then it fails.

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "flaky",
        summary: "answers every third request with 503",
        explain: "One of three instances behind the load balancer is broken.",
    },
    sites: |contract| site::clauses(contract, |clause| matches!(clause.kind, ClauseKind::DocumentedStatuses)),
    act: Act::Spoil(|spoiling| {
        if spoiling.turn % 3 == 0 {
            spoiling.answer.status = 503;
        }
    }),
};
