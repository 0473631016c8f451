//! `refused-write-stored`: a refused write is stored.

use super::{Act, Fault, Memory, site};
use crate::model::Meta;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "refused-write-stored",
        summary: "stores what it refuses",
        explain: "Validation after the write, or a write in parts: the error is right, and half of \
                  the change has happened.",
    },
    needs: "a write with a body, and a sequence that reads afterwards what it should have written",
    sites: |contract| site::writing(contract, |operation| {
            contract.operation(operation).body.is_some() && site::is_shown(contract, operation)
        }),
    act: Act::Remember(Memory::Refused),
};
