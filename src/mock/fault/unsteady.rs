//! `unsteady`: two reads differ.

use serde_json::Value;

use super::{Act, Fault, site};
use crate::mock::shape;
use crate::model::{ClauseKind, Meta};
use crate::synth;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "unsteady",
        summary: "answers two reads with no write between them differently",
        explain: "Two replicas that do not agree, or a cache in front of one of them.",
    },
    needs: "the promise that two reads answer the same (`steady`)",
    sites: |contract| {
        // A list may be empty; an object is always there.
        site::clauses(contract, |clause| match (&clause.kind, clause.operation) {
            (ClauseKind::Steady, Some(operation)) => {
                let success = contract.operation(operation).success();
                success.is_some_and(|status| site::shows_object(contract, operation, &status.to_string()))
            }
            _ => false,
        })
    },
    act: Act::Spoil(|spoiling| {
        if spoiling.answer.refused.is_some() {
            return;
        }
        let Some(schema) = spoiling.operation().response(spoiling.answer.status).and_then(|spec| spec.schema.clone())
        else {
            return;
        };
        let salt = format!("unsteady {}", spoiling.turn);
        spoiling.change(|body| {
            let Value::Object(shown) = body else { return };
            // The last member that may have another value: the first ones name the resource.
            for (name, part) in shape::members(&schema, &schema).into_iter().rev() {
                let real = shape::of_real_values(&schema.part(part));
                let Ok(other) = synth::sample(&real, &salt) else { continue };
                // Of few values, two reads may get the same.
                if other.is_boolean() || real.get("enum").is_some() {
                    continue;
                }
                if shown.get(name).is_some_and(|value| *value != other) {
                    shown.insert(name.to_owned(), other);
                    return;
                }
            }
        });
    }),
};
