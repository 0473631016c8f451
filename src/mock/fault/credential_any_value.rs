//! `credential-any-value`: every credential is good.

use super::{Act, Fault, Lack, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "credential-any-value",
        summary: "lets in whoever shows any credential at all",
        explain: "The header is looked for and not looked at.",
    },
    needs: "a credential, and what a wrong one gets (`refused`)",
    sites: |contract| site::clauses(contract, |clause| matches!(clause.kind, ClauseKind::Credential { .. })),
    act: Act::Overlook(|request| request.credential == Some(Lack::Validity)),
};
