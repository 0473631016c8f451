//! `wrong-status`: success with another status.

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "wrong-status",
        summary: "answers a success with a status that is not the documented one",
        explain: "201 or 204 where 200 is documented: clients that compare the number take it for a \
                  failure.",
    },
    needs: "a documented success",
    sites: |contract| {
        site::clauses(contract, |clause| {
            matches!(&clause.kind, ClauseKind::Status { status } if status.starts_with('2'))
        })
    },
    act: Act::Spoil(|spoiling| {
        if let Some(status) = spoiling.undocumented(&[202, 203, 201]) {
            spoiling.answer.status = status;
        }
    }),
};
