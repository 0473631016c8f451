//! `optional-demanded`: an optional member is demanded.

use serde_json::Value;

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta, Part};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "optional-demanded",
        summary: "refuses a request without a member that is documented as optional",
        explain: "A validator that was made for the form of the console, where every field is filled \
                  in.",
    },
    needs: "an optional member of a request's body",
    sites: |contract| {
        site::clauses(contract, |clause| {
            matches!(&clause.kind, ClauseKind::Optional { part: Part::RequestBody, .. }) && clause.sides.accept
        })
    },
    act: Act::Misread(|schema, keyword, name| {
        let names = schema.entry(keyword).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(names) = names {
            names.push(name.clone());
        }
    }),
};
