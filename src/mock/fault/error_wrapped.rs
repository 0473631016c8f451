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
    needs: "an error that has required members",
    sites: |contract| {
        let mut sites = site::clauses(contract, |clause| match &clause.kind {
            ClauseKind::Constraint { part: Part::ResponseBody { status }, keyword, at, .. } => {
                keyword == "required" && at.is_empty() && status.starts_with(['4', '5'])
            }
            _ => false,
        });
        // One for each answer, whatever it has to have.
        let answer = |label: &str| label.split('/').take(3).collect::<Vec<_>>().join("/");
        sites.dedup_by(|one, before| answer(&one.label) == answer(&before.label));
        sites
    },
    act: Act::Spoil(|spoiling| spoiling.change(|body| *body = json!({"error": body.take()}))),
};
