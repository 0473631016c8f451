//! `over-bound`: a member is past its upper bound.

use super::{Act, Fault, site};
use crate::model::Meta;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "over-bound",
        summary: "answers a value past its upper bound",
        explain: "What is stored is longer, or larger, than what is documented.",
    },
    needs: "an upper bound in an answer, such as `maxLength` or `maximum`",
    sites: |contract| {
        site::answered(contract, &["maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties"])
    },
    act: Act::Spoil(site::put),
};
