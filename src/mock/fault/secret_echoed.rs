//! `secret-echoed`: a secret member comes back.

use serde_json::Value;

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "secret-echoed",
        summary: "shows a secret member of the request in the message of an error",
        explain: "A validator that quotes the value it refuses, also when it is a password.",
    },
    needs: "a secret in a request's body: `writeOnly` or `format: password`",
    sites: |contract| {
        site::clauses(contract, |clause| {
            matches!(clause.kind, ClauseKind::Secrets)
                && clause.operation.is_some_and(|operation| !contract.operation(operation).secrets.request.is_empty())
        })
    },
    act: Act::Spoil(|spoiling| {
        if spoiling.answer.refused.is_none() {
            return;
        }
        let sent: Option<Value> = serde_json::from_slice(&spoiling.received.body).ok();
        let places = spoiling.operation().secrets.request.clone();
        let secret = places.iter().find_map(|place| Some(sent.as_ref()?.pointer(place)?.as_str()?.to_owned()));
        if let Some(secret) = secret {
            spoiling.say(&secret);
        }
    }),
};
