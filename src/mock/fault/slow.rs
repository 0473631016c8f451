//! `slow`: answers come late.

use super::{Act, Delivery, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "slow",
        summary: "answers, but later than the budget allows",
        explain: "A missing index, a cold start, a queue that is too short.",
    },
    needs: "a time budget: `within: 2s` of an operation, or under `defaults`",
    sites: |contract| site::clauses(contract, |clause| matches!(clause.kind, ClauseKind::Within)),
    act: Act::Deliver(|budget| Delivery::After(budget + std::time::Duration::from_millis(400))),
};
