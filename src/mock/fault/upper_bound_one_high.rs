//! `upper-bound-one-high`: one more than an upper bound is accepted.

use super::{Act, Fault, misread, site};
use crate::model::Meta;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "upper-bound-one-high",
        summary: "accepts one more than an upper bound allows",
        explain: "The classic off-by-one: `<=` where `<` belongs, a column one wider than \
                  documented, a limit that counts the terminator. Lengths, numbers and counts alike.",
    },
    needs: "an upper bound on a request, and what is above it gets (`refused`)",
    sites: |contract| {
        site::clauses(contract, |clause| {
            clause.sides.refuse && site::requested(clause).is_some_and(|(keyword, _)| ["maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties"].contains(&keyword))
        })
    },
    act: Act::Misread(|schema, keyword, limit| misread::shift(schema, keyword, limit, 1)),
};
