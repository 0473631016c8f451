//! `rule-broken`: an expression of the contract does not hold.

use super::rules::Outcome;
use super::scene::{Answered, Told};
use super::{Check, Scene};
use crate::conform::{clip, subject};
use crate::model::{Finding, FindingSite, Meta};
use crate::text::pointer;

pub(super) struct RuleBroken;
pub(super) static THIS: RuleBroken = RuleBroken;

static META: Meta = Meta {
    id: "rule-broken",
    summary: "A rule over the request and its answer does not hold",
    explain: "Rules say what a schema can't: that an answer echoes its request, that a query shows what was stored, that two reads agree. \
              The finding shows both sides of the comparison that fails.",
};

impl Check for RuleBroken {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, scene: &Scene<'_>, out: &mut Vec<Finding>) {
        let whole = || FindingSite::Body(String::new());
        for ruling in &scene.rulings {
            let (summary, site, told) = match &ruling.outcome {
                Outcome::Held | Outcome::Undecided(_) => continue,
                Outcome::Broken(Some(comparison)) => {
                    let (expected, actual) = comparison.texts();
                    let told = Told { expected, actual, diff: comparison.diff() };
                    (comparison.summary(), comparison.site(), told)
                }
                Outcome::Broken(None) => {
                    let told = Told { expected: ruling.then.clone(), actual: scene.body_text(), diff: None };
                    (format!("does not hold: {}", clip(&ruling.then, 160)), whole(), told)
                }
                Outcome::Unanswered(why) => {
                    // What makes it undecidable has been told already.
                    if !scene.breaches.is_empty() || scene.wants_json && !matches!(scene.body, Answered::Json(..)) {
                        continue;
                    }
                    let told = Told { expected: ruling.then.clone(), actual: scene.body_text(), diff: None };
                    match missing(why) {
                        Some(at) => (format!("{} is missing", subject(&at)), FindingSite::Body(at), told),
                        None => (format!("can't be decided: {why}"), whole(), told),
                    }
                }
            };
            out.push(scene.finding(&META, ruling.clause, site, summary, told));
        }
    }
}

/// The member of the body that an expression asked for in vain, as a JSON Pointer.
fn missing(why: &str) -> Option<String> {
    let name = why.split('`').nth(1)?.strip_prefix("body.")?;
    Some(name.split('.').fold(String::new(), |at, name| pointer::join(&at, name)))
}
