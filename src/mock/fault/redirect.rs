//! `redirect`: success is somewhere else.

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "redirect",
        summary: "answers a success with a redirect",
        explain: "A gateway that insists on a trailing slash, or on another host.",
    },
    needs: "a documented success",
    sites: |contract| {
        site::clauses(contract, |clause| {
            matches!(&clause.kind, ClauseKind::Status { status } if status.starts_with('2'))
        })
    },
    act: Act::Spoil(|spoiling| {
        let there = format!("{}/", spoiling.received.path);
        spoiling.answer.status = 307;
        spoiling.answer.body.clear();
        spoiling.set_header("location", Some(&there));
        spoiling.set_header("content-type", None);
    }),
};
