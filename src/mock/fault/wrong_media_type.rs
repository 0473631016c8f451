//! `wrong-media-type`: the answer says it is HTML.

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "wrong-media-type",
        summary: "answers with another media type than the documented one",
        explain: "The default of a framework or a gateway: the body is JSON and says that it is \
                  text/html.",
    },
    needs: "a media type of an answer",
    sites: |contract| {
        site::clauses(contract, |clause| matches!(clause.kind, ClauseKind::MediaType { .. }))
    },
    act: Act::Spoil(|spoiling| spoiling.set_header("content-type", Some("text/html; charset=utf-8"))),
};
