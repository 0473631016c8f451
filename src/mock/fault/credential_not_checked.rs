//! `credential-not-checked`: no credential is asked for.

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "credential-not-checked",
        summary: "answers without a valid credential",
        explain: "A route that was left out of the gateway's list: whoever knows the path gets in, \
                  with no, an empty or a wrong credential.",
    },
    needs: "a credential, and what a wrong one gets (`refused`)",
    sites: |contract| site::clauses(contract, |clause| matches!(clause.kind, ClauseKind::Credential { .. })),
    act: Act::Overlook(|_| true),
};
