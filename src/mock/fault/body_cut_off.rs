//! `body-cut-off`: the body ends too early.

use super::{Act, Delivery, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "body-cut-off",
        summary: "ends the body before its announced length",
        explain: "A worker that dies while it writes, a proxy that gives up.",
    },
    sites: |contract| site::clauses(contract, |clause| matches!(clause.kind, ClauseKind::Within)),
    act: Act::Deliver(|_| Delivery::CutOff),
};
