//! `connection-reset`: the connection is closed instead.

use super::{Act, Delivery, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "connection-reset",
        summary: "closes the connection instead of answering",
        explain: "A process that dies of the request.",
    },
    sites: |contract| site::clauses(contract, |clause| matches!(clause.kind, ClauseKind::Within)),
    act: Act::Deliver(|_| Delivery::Closed),
};
