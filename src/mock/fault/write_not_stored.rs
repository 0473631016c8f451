//! `write-not-stored`: a write is answered and forgotten.

use super::{Act, Fault, Memory, site};
use crate::model::Meta;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "write-not-stored",
        summary: "answers a write as done and does not store it",
        explain: "A transaction that is rolled back after the answer, a replica that never hears of \
                  it.",
    },
    needs: "a write, and a sequence that reads afterwards what it has written",
    sites: |contract| site::writing(contract, |operation| site::is_shown(contract, operation)),
    act: Act::Remember(Memory::Nothing),
};
