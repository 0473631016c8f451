//! `missing-media-type`: the answer does not say what it is.

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "missing-media-type",
        summary: "answers without a media type",
        explain: "Clients have to guess, and guess differently.",
    },
    needs: "a media type of an answer",
    sites: |contract| {
        site::clauses(contract, |clause| matches!(clause.kind, ClauseKind::MediaType { .. }))
    },
    act: Act::Spoil(|spoiling| spoiling.set_header("content-type", None)),
};
