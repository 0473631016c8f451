//! `lower-bound-one-high`: a value on its lower bound is refused.

use super::{Act, Fault, misread, site};
use crate::model::Meta;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "lower-bound-one-high",
        summary: "refuses a value that is exactly on its lower bound",
        explain: "A range taken without its ends: what is documented as the least is refused.",
    },
    needs: "a lower bound on a request, such as `minLength` or `minimum`",
    sites: |contract| {
        site::clauses(contract, |clause| {
            clause.sides.accept
                && site::requested(clause).is_some_and(|(keyword, limit)| {
                    // A minimum of no characters does not say that an empty string is a value.
                    let nothing = keyword == "minLength" && *limit == 0;
                    !nothing
                        && ["minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties"]
                            .contains(&keyword)
                })
        })
    },
    act: Act::Misread(|schema, keyword, limit| misread::shift(schema, keyword, limit, 1)),
};
