//! `server-error`: odd input crashes.

use super::{Act, Fault, site};
use crate::model::Meta;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "server-error",
        summary: "answers 500 to a request that breaks a constraint",
        explain: "No validation: the value runs into a parser or a database, and the exception comes \
                  out as a server error.",
    },
    needs: "a constraint on a request, and what breaks it gets (`refused`)",
    sites: |contract| site::clauses(contract, site::is_refusing),
    act: Act::Spoil(|spoiling| spoiling.answer.status = 500),
};
