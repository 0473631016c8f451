//! `malformed-json`: the body is not JSON, or not one that all readers agree on.

use super::scene::{Answered, Told};
use super::{Check, Scene};
use crate::conform::{OddityKind, subject};
use crate::model::{Finding, FindingSite, Meta};
use crate::text::Severity;

pub(super) struct MalformedJson;
pub(super) static THIS: MalformedJson = MalformedJson;

static META: Meta = Meta {
    id: "malformed-json",
    summary: "The body is empty, cut off, or otherwise no well-formed JSON",
    explain: "Where JSON is documented, every reader has to be able to read the body (RFC 8259). A member that stands twice is a \
              warning: some readers take the first, some the last, some refuse it.",
};

impl Check for MalformedJson {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, scene: &Scene<'_>, out: &mut Vec<Finding>) {
        if scene.reply.is_none() || !scene.wants_json {
            return;
        }
        let compiled = scene.promise.map(|promise| promise.compiled);
        let clause = compiled.and_then(|compiled| compiled.json.or(compiled.status)).unwrap_or(scene.aimed());
        let whole = || FindingSite::Body(String::new());
        let told = || Told { expected: "JSON".to_owned(), actual: scene.body_text(), diff: None };
        match &scene.body {
            Answered::Impossible => {}
            Answered::Empty => {
                let told = Told { actual: "no body".to_owned(), ..told() };
                out.push(scene.finding(&META, clause, whole(), "the body is empty, expected JSON".to_owned(), told));
            }
            Answered::NotJson(bad) => {
                let summary = format!("the body is {bad}");
                out.push(scene.finding(&META, clause, whole(), summary, told()));
            }
            Answered::Json(_, oddities) => {
                // Which of two members counts is up to the reader; nobody promises that there is only one.
                for oddity in oddities.iter().filter(|oddity| oddity.kind == OddityKind::RepeatedKey) {
                    let summary = format!("{} stands in the body twice", subject(&oddity.at));
                    let told = Told { expected: "each name once".to_owned(), ..told() };
                    let site = FindingSite::Body(oddity.at.clone());
                    let finding = scene.finding(&META, clause, site, summary, told);
                    out.push(Finding { severity: finding.severity.min(Severity::Warning), ..finding });
                }
            }
        }
    }
}
