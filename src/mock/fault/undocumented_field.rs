//! `undocumented-field`: a member that nobody documents.

use serde_json::Value;

use super::{Act, Fault, site};
use crate::mock::shape;
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "undocumented-field",
        summary: "answers a member that no page mentions",
        explain: "Drift: the deployment is ahead of its documentation. A warning, since a client \
                  should not mind.",
    },
    sites: |contract| {
        // A list may be empty; an object is always there.
        site::clauses(contract, |clause| match (&clause.kind, clause.operation) {
            (ClauseKind::UndocumentedFields { status }, Some(operation)) => {
                let responses = &contract.operation(operation).responses;
                let schema = responses.iter().find(|spec| spec.status == *status).and_then(|spec| spec.schema.as_ref());
                schema.is_some_and(|schema| !shape::members(schema, schema).is_empty())
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
