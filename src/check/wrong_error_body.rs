//! `wrong-error-body`: the body lacks the members that this answer should have.

use serde_json::{Map, Value};

use super::scene::Told;
use super::{Check, Scene};
use crate::conform::{holds_matcher, mismatches};
use crate::delta;
use crate::model::{Finding, FindingSite, Meta};

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
                let found = mismatches(wanted, body);
                let relevant = narrowed(wanted, body);
                let more = if found.len() > 1 {
                    format!("; {} differences in all", found.len())
                } else {
                    String::new()
                };
                let first = found.first().map(|first| (first.at.clone(), format!("{}{more}", first.says)));
                let (at, summary) = first.unwrap_or_default();
                // With several, each is told; one shows in the difference.
                let lines = found.iter().map(|mismatch| mismatch.says.as_str()).collect::<Vec<_>>().join("\n");
                let told = Told {
                    expected: delta::pretty(wanted),
                    actual: if found.len() > 1 { lines } else { delta::pretty(&relevant) },
                    // A matcher is no value that a line could be held against.
                    diff: (!holds_matcher(wanted)).then(|| delta::values(wanted, &relevant)),
                };
                (at, summary, told)
            }
        };
        out.push(scene.finding(&META, scene.aimed(), FindingSite::Body(at), scene.in_step(&summary), told));
    }
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
