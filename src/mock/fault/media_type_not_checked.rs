//! `media-type-not-checked`: every media type will do.

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "media-type-not-checked",
        summary: "accepts a body of another media type than the documented one",
        explain: "The body is parsed whatever the content type says.",
    },
    needs: "what a body of another media type gets (`other_media_types`)",
    sites: |contract| site::clauses(contract, |clause| matches!(clause.kind, ClauseKind::BodyMediaType)),
    act: Act::Overlook(|_| true),
};
