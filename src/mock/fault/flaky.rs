//! `flaky`: now and then it fails.

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "flaky",
        summary: "answers every third request with 503",
        explain: "One of three instances behind the load balancer is broken.",
    },
    sites: |contract| {
        site::clauses(contract, |clause| {
            let documents = |operation| contract.operation(operation).response_index(503).is_some();
            matches!(clause.kind, ClauseKind::DocumentedStatuses) && !clause.operation.is_some_and(documents)
        })
    },
    act: Act::Spoil(|spoiling| {
        if spoiling.turn % 3 == 0 {
            spoiling.answer.status = 503;
            spoiling.answer.body.clear();
            spoiling.set_header("content-type", None);
        }
    }),
};
