//! `undocumented-field`: a member that nobody documents.

use serde_json::Value;

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "undocumented-field",
        summary: "answers a member that no page mentions",
        explain: "Drift: the deployment is ahead of its documentation. A warning, since a client \
                  should not mind.",
    },
    needs: "an answer that has the members of its schema and no others",
    sites: |contract| {
        // A list may be empty; an object is always there.
        site::clauses(contract, |clause| match (&clause.kind, clause.operation) {
            (ClauseKind::UndocumentedFields { status }, Some(operation)) => {
                site::shows_object(contract, operation, status)
            }
            _ => false,
        })
    },
    act: Act::Spoil(|spoiling| {
        spoiling.change(|body| {
            if let Value::Object(members) = body {
                members.insert("undocumented_member".to_owned(), Value::from("new"));
            }
        });
    }),
};
