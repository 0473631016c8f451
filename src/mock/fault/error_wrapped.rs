//! `error-wrapped`: errors are wrapped.

use serde_json::json;

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta, Part};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "error-wrapped",
        summary: "answers errors inside another object than the documented one",
        explain: "Another service's error format: the same members, one level deeper.",
    },
    sites: |contract| {
        site::clauses(contract, |clause| match &clause.kind {
            ClauseKind::Constraint { part: Part::ResponseBody { status }, keyword, at, .. } => {
                keyword == "required" && at.is_empty() && status.starts_with(['4', '5'])
            }
            _ => false,
        })
    },
    act: Act::Spoil(|spoiling| spoiling.change(|body| *body = json!({"error": body.take()}))),
};
