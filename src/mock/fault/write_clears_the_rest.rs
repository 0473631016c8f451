//! `write-clears-the-rest`: a write clears what it did not name.

use super::{Act, Fault, Memory, site};
use crate::model::{Effect, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "write-clears-the-rest",
        summary: "replaces the whole resource where only the members that were sent should change",
        explain: "A full update where a partial one is documented: what was not sent is set anew.",
    },
    needs: "a write with a body, and a sequence that reads afterwards what it has written",
    sites: |contract| site::writing(contract, |operation| {
            let operation = contract.operation(operation);
            operation.body.is_some() && operation.effect != Effect::Create
        }),
    act: Act::Remember(Memory::OnlyWhatWasSent),
};
