//! `missing-field`: a required member is missing.

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta, Part};
use crate::synth::take;
use crate::text::pointer;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "missing-field",
        summary: "leaves a required member out of the answer",
        explain: "A serializer that skips what is null, or a field that was renamed.",
    },
    needs: "a `required` member of an answer",
    sites: |contract| {
        site::clauses(contract, |clause| {
            matches!(&clause.kind, ClauseKind::Constraint { part: Part::ResponseBody { .. }, keyword, .. }
                if keyword == "required")
        })
    },
    act: Act::Spoil(|spoiling| {
        let Some(ClauseKind::Constraint { at, limit, .. }) = spoiling.kind() else { return };
        let member = pointer::join(at, limit.as_str().unwrap_or_default());
        spoiling.change(|body| drop(take(body, &member)));
    }),
};
