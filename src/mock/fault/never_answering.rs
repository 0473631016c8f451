//! `never-answering`: no answer comes.

use super::{Act, Delivery, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "never-answering",
        summary: "accepts requests and never answers them",
        explain: "A deadlock, or a worker that is gone while its connection stays.",
    },
    sites: |contract| site::clauses(contract, |clause| matches!(clause.kind, ClauseKind::Within)),
    act: Act::Deliver(|_| Delivery::Never),
};
