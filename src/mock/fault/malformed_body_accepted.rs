//! `malformed-body-accepted`: a body that is not JSON is no error.

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "malformed-body-accepted",
        summary: "accepts a body that is not well-formed",
        explain: "The parser's error is caught and forgotten.",
    },
    needs: "a JSON body, and what another one gets (`refused`)",
    sites: |contract| site::clauses(contract, |clause| matches!(clause.kind, ClauseKind::BodyWellFormed)),
    act: Act::Overlook(|_| true),
};
