//! `missing-body-accepted`: a missing body is no error.

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "missing-body-accepted",
        summary: "accepts a request without the body that it has to have",
        explain: "Nothing is taken for an empty object.",
    },
    needs: "a required body, and what a request without it gets (`refused`)",
    sites: |contract| site::clauses(contract, |clause| matches!(clause.kind, ClauseKind::BodyRequired)),
    act: Act::Overlook(|_| true),
};
