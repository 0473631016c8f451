//! `refusal-as-success`: errors are answered with 200.

use super::{Act, Fault, site};
use crate::model::Meta;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "refusal-as-success",
        summary: "answers 200 with the body of the error",
        explain: "Everything is 200, and what went wrong stands in the body: monitoring, caches and \
                  clients all take it for a success.",
    },
    needs: "a constraint on a request, and what breaks it gets (`refused`)",
    sites: |contract| site::clauses(contract, site::is_refusing),
    act: Act::Spoil(|spoiling| spoiling.answer.status = 200),
};
