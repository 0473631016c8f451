//! `error-as-text`: errors are plain text.

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "error-as-text",
        summary: "answers errors as plain text instead of the documented body",
        explain: "The error page of a server or a gateway in front of the API.",
    },
    needs: "an error documented as JSON",
    sites: |contract| {
        site::clauses(contract, |clause| {
            matches!(&clause.kind, ClauseKind::WellFormed { status } if status.starts_with(['4', '5']))
        })
    },
    act: Act::Spoil(|spoiling| spoiling.answer.body = b"Bad Request".to_vec()),
};
