//! `under-bound`: a member is below its lower bound.

use super::{Act, Fault, site};
use crate::model::Meta;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "under-bound",
        summary: "answers a value below its lower bound",
        explain: "Such as a generated password that is shorter than the rule.",
    },
    needs: "a lower bound in an answer, such as `minLength` or `minimum`",
    sites: |contract| {
        site::answered(contract, &["minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties"])
    },
    act: Act::Spoil(site::put),
};
