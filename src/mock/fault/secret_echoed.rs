//! `secret-echoed`: a secret member comes back.

use serde_json::Value;

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta};
use crate::text::pointer;

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
        let mut secret = None;
        for place in &spoiling.operation().secrets.request {
            let place: Vec<String> = pointer::tokens(place).collect();
            let mut first = |found: &Value| {
                secret = found.as_str().map(str::to_owned);
                secret.is_some()
            };
            if sent.as_ref().is_some_and(|sent| pointer::any_at(sent, &place, &mut first)) {
                break;
            }
        }
        if let Some(secret) = secret {
            spoiling.say(&secret);
        }
    }),
};
