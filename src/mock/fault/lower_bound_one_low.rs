//! `lower-bound-one-low`: one less than a lower bound is accepted.

use super::{Act, Fault, misread, site};
use crate::model::Meta;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "lower-bound-one-low",
        summary: "accepts one less than a lower bound asks for",
        explain: "A password of 15 characters where 16 are documented as the least.",
    },
    needs: "a lower bound on a request, and what is below it gets (`refused`)",
    sites: |contract| {
        site::clauses(contract, |clause| {
            clause.sides.refuse && site::requested(clause).is_some_and(|(keyword, _)| ["minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties"].contains(&keyword))
        })
    },
    act: Act::Misread(|schema, keyword, limit| misread::shift(schema, keyword, limit, -1)),
};
