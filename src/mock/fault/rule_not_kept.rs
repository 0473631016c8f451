//! `rule-not-kept`: a rule does not hold.

use serde_json::Value;

use super::{Act, Fault, site};
use crate::mock::rules;
use crate::model::{ClauseKind, Meta};

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "rule-not-kept",
        summary: "answers something else than a rule of the contract says",
        explain: "An answer that does not show what was asked for: the name of another resource, the \
                  value before the change.",
    },
    needs: "a rule about an answer's members (`rules`)",
    sites: |contract| {
        site::clauses(contract, |clause| match (&clause.kind, clause.operation) {
            (ClauseKind::Rule { index }, Some(operation)) => {
                rules::places(&contract.operation(operation).rules[*index].then).next().is_some()
            }
            _ => false,
        })
    },
    act: Act::Spoil(|spoiling| {
        let Some(ClauseKind::Rule { index }) = spoiling.kind() else { return };
        let place = rules::places(&spoiling.operation().rules[*index].then).next();
        let Some(place) = place else { return };
        spoiling.change(|body| {
            if let Some(value) = body.pointer_mut(&place) {
                *value = another(value);
            }
        });
    }),
};

/// Another value of the same type.
fn another(value: &Value) -> Value {
    match value {
        Value::Bool(truth) => Value::from(!truth),
        Value::Number(number) => Value::from(number.as_i64().unwrap_or(0) ^ 1),
        Value::String(text) => {
            // A digit, so that what looks like an identifier goes on doing so.
            let last = if text.ends_with('0') { '1' } else { '0' };
            let kept = text.chars().count().saturating_sub(1);
            Value::from(text.chars().take(kept).chain([last]).collect::<String>())
        }
        other => other.clone(),
    }
}
