//! `write-to-neighbour`: a write hits the neighbours too.

use super::{Act, Fault, Memory, site};
use crate::model::Meta;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "write-to-neighbour",
        summary: "writes to the other resources of its kind as well",
        explain: "A `WHERE` that is too wide.",
    },
    needs: "a write with a body, and a sequence that reads another resource afterwards",
    sites: |contract| site::writing(contract, |operation| {
            contract.operation(operation).body.is_some() && site::is_shown(contract, operation)
        }),
    act: Act::Remember(Memory::Neighbours),
};
