//! `unknown-accepted`: an identifier of nothing is answered.

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "unknown-accepted",
        summary: "answers for an identifier that names nothing as if it named something",
        explain: "A lookup whose miss is not noticed: the answer is made from defaults, or from what \
                  was looked up before.",
    },
    needs: "what an identifier gets that nobody has (`unknown`)",
    sites: |contract| site::clauses(contract, |clause| matches!(clause.kind, ClauseKind::Unknown { .. })),
    act: Act::Overlook(|_| true),
};
