//! `case-not-refused`: a documented refusal does not happen.

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "case-not-refused",
        summary: "accepts what a case of the contract says it refuses",
        explain: "A rule of the business that is documented and not enforced, such as a name that \
                  has to be unique.",
    },
    needs: "a case written by hand with `refuse: true`",
    sites: |contract| {
        // A case about a path is refused for what the path names.
        site::clauses(contract, |clause| match (&clause.kind, clause.operation) {
            (ClauseKind::HandCase { index }, Some(operation)) => {
                let case = &contract.operation(operation).cases[*index];
                case.refuse && case.request.body.is_some() && case.request.path.is_empty()
            }
            _ => false,
        })
    },
    act: Act::Overlook(|_| true),
};
