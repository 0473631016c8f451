//! `empty-credential-accepted`: an empty credential is good.

use super::{Act, Fault, Lack, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "empty-credential-accepted",
        summary: "lets in whoever shows an empty credential",
        explain: "A comparison with nothing: an unset secret equals an empty header.",
    },
    needs: "a credential, and what an empty one gets (`refused`)",
    sites: |contract| site::clauses(contract, |clause| matches!(clause.kind, ClauseKind::Credential { .. })),
    act: Act::Overlook(|request| request.credential == Some(Lack::Text)),
};
