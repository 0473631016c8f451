//! `null-field`: a member is null.

use serde_json::Value;

use super::{Act, Fault, Site, site};
use crate::model::{ClauseKind, Meta, Part};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "null-field",
        summary: "answers null where a value is documented",
        explain: "A member without a value that is sent all the same.",
    },
    needs: "a `type` in an answer that is not null",
    sites: |contract| {
        site::clauses(contract, |clause| match &clause.kind {
            ClauseKind::Constraint { part: Part::ResponseBody { .. }, keyword, limit, at, .. } => {
                keyword == "type" && !at.is_empty() && !limit.to_string().contains("null")
            }
            _ => false,
        })
        .into_iter()
        .map(|site| Site { value: Some(Value::Null), ..site })
        .collect()
    },
    act: Act::Spoil(site::put),
};
