//! `out-of-enum`: a member is none of the documented values.

use super::{Act, Fault, site};
use crate::model::Meta;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "out-of-enum",
        summary: "answers a value that the enumeration does not have",
        explain: "A state that was added after the page was written.",
    },
    needs: "an `enum` or `const` in an answer",
    sites: |contract| site::answered(contract, &["enum", "const"]),
    act: Act::Spoil(site::put),
};
