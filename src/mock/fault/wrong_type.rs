//! `wrong-type`: a member has another type.

use super::{Act, Fault, site};
use crate::model::Meta;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "wrong-type",
        summary: "answers a member with a value of another type",
        explain: "A number written as a string, an object where a list is documented.",
    },
    needs: "a `type` in an answer",
    sites: |contract| site::answered(contract, &["type"]),
    act: Act::Spoil(site::put),
};
