//! `wrong-error-body`: the body lacks the members that this answer should have.

use serde_json::{Map, Value};

use super::scene::Told;
use super::{Check, Scene};
use crate::conform::{matches_body, short, subject};
use crate::delta;
use crate::model::{Finding, FindingSite, Meta};
use crate::text::pointer;

pub(super) struct WrongErrorBody;
pub(super) static THIS: WrongErrorBody = WrongErrorBody;

static META: Meta = Meta {
    id: "wrong-error-body",
    summary: "The answer has the right status, but not the documented error code or other members",
    explain: "The documentation shows which code this error has; clients tell errors apart by it, not by the message. Members that the \
              contract does not name may have any value.",
};

impl Check for WrongErrorBody {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, scene: &Scene<'_>, out: &mut Vec<Finding>) {
        let Some(wanted) = scene.step.expect.body.0.as_ref().filter(|_| scene.is_mismatched()) else { return };
        let (at, summary, told) = match scene.body.json() {
            None => {
                let told = Told { expected: delta::pretty(wanted), actual: scene.body_text(), diff: None };
                (String::new(), "the answer has no JSON body".to_owned(), told)
            }
            Some(body) => {
                let (at, summary) = first_difference(wanted, body, String::new());
                let relevant = narrowed(wanted, body);
                let told = Told {
                    expected: delta::pretty(wanted),
                    actual: delta::pretty(&relevant),
                    diff: Some(delta::values(wanted, &relevant)),
                };
                (at, summary, told)
            }
        };
        out.push(scene.finding(&META, scene.aimed(), FindingSite::Body(at), scene.in_step(&summary), told));
    }
}

/// Where the first wanted member differs, and how.
fn first_difference(wanted: &Value, body: &Value, at: String) -> (String, String) {
    if let (Value::Object(members), Value::Object(there)) = (wanted, body) {
        for (name, member) in members {
            let inner = pointer::join(&at, name);
            match there.get(name) {
                None => {
                    let summary = format!("{} is missing, expected {}", subject(&inner), short(member));
                    return (inner, summary);
                }
                Some(other) if !matches_body(member, other) => return first_difference(member, other, inner),
                Some(_) => {}
            }
        }
    }
    let summary = format!("{} is {}, expected {}", subject(&at), short(body), short(wanted));
    (at, summary)
}

/// The part of `body` that `wanted` speaks of.
fn narrowed(wanted: &Value, body: &Value) -> Value {
    let (Value::Object(members), Value::Object(there)) = (wanted, body) else { return body.clone() };
    let kept: Map<String, Value> = members
        .iter()
        .filter_map(|(name, member)| Some((name.clone(), narrowed(member, there.get(name)?))))
        .collect();
    Value::Object(kept)
}
