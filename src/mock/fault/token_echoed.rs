//! `token-echoed`: the credential comes back.

use std::borrow::Cow;

use super::{Act, Fault, site};
use crate::mock::admit;
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "token-echoed",
        summary: "shows the credential in the message of an error",
        explain: "A request that is dumped into the error message, header fields and all.",
    },
    needs: "a credential, and the promise to keep secrets (`secrets`)",
    sites: |contract| {
        site::clauses(contract, |clause| {
            matches!(clause.kind, ClauseKind::Secrets)
                && clause.operation.is_some_and(|operation| !contract.operation(operation).security.is_empty())
        })
    },
    act: Act::Spoil(|spoiling| {
        if spoiling.answer.refused.is_none() {
            return;
        }
        let credential = spoiling.operation().security.first();
        let shown = credential.and_then(|credential| {
            admit::part(spoiling.received, credential.location, &credential.name).map(Cow::into_owned)
        });
        if let Some(shown) = shown {
            spoiling.say(&shown);
        }
    }),
};
