//! `upper-bound-one-low`: a value on its upper bound is refused.

use super::{Act, Fault, misread, site};
use crate::model::Meta;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "upper-bound-one-low",
        summary: "refuses a value that is exactly on its upper bound",
        explain: "The other off-by-one: `<` where `<=` belongs. Clients that use the whole \
                  documented range are turned away.",
    },
    needs: "an upper bound on a request, such as `maxLength` or `maximum`",
    sites: |contract| {
        site::clauses(contract, |clause| {
            clause.sides.accept && site::requested(clause).is_some_and(|(keyword, _)| ["maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties"].contains(&keyword))
        })
    },
    act: Act::Misread(|schema, keyword, limit| misread::shift(schema, keyword, limit, -1)),
};
