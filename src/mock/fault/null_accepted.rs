//! `null-accepted`: null is taken for a value.

use serde_json::json;

use super::{Act, Fault, site};
use crate::model::Meta;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "null-accepted",
        summary: "accepts null where a value of another type is documented",
        explain: "A mapper that turns null into \"not given\", or into an empty string, without a \
                  word.",
    },
    needs: "a `type` in a request's body that is not null, and what breaks it gets (`refused`)",
    sites: |contract| {
        site::clauses(contract, |clause| {
            clause.sides.refuse
                && site::of_body(clause)
                    .is_some_and(|(keyword, limit)| keyword == "type" && limit.as_str().is_some_and(|one| one != "null"))
        })
    },
    act: Act::Misread(|schema, keyword, limit| {
        schema.insert(keyword.to_owned(), json!([limit, "null"]));
    }),
};
