//! `unsteady`: two reads differ.

use serde_json::Value;

use super::{Act, Fault, site};
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "unsteady",
        summary: "answers two reads with no write between them differently",
        explain: "Two replicas that do not agree, or a cache in front of one of them.",
    },
    sites: |contract| site::clauses(contract, |clause| matches!(clause.kind, ClauseKind::Steady)),
    act: Act::Spoil(|spoiling| {
        if spoiling.answer.refused.is_some() {
            return;
        }
        let turn = spoiling.turn;
        spoiling.change(|body| {
            let Value::Object(members) = body else { return };
            // A number that counts is the change that breaks nothing else.
            if let Some(number) = members.values_mut().rev().find(|value| value.is_number()) {
                *number = Value::from(number.as_u64().unwrap_or(0).wrapping_add(turn));
            } else if let Some(text) = members.values_mut().rev().find(|value| value.is_string()) {
                *text = Value::from(format!("changed {turn}"));
            }
        });
    }),
};
