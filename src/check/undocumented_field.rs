//! `undocumented-field`: the body has members that nobody documents.

use super::scene::Told;
use super::{Check, Scene};
use crate::conform::subject;
use crate::delta::{Mark, marked, pretty};
use crate::model::{Finding, FindingSite, Meta};
use crate::text::Severity;

/// More such members in one answer are one story.
const MOST: usize = 20;

pub(super) struct UndocumentedField;
pub(super) static THIS: UndocumentedField = UndocumentedField;

static META: Meta = Meta {
    id: "undocumented-field",
    summary: "The body has a member that nobody documents (drift)",
    explain: "Deployment and documentation have drifted apart: either the page lacks the member, or the deployment shows something that \
              it should not. A warning, as clients have to ignore what they do not know. `additionalProperties: true` in the \
              schema allows it.",
};

impl Check for UndocumentedField {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, scene: &Scene<'_>, out: &mut Vec<Finding>) {
        let (Some(promise), Some(body)) = (scene.promise, scene.body.json()) else { return };
        let (Some(shape), Some(clause)) = (&promise.compiled.shape, promise.compiled.undocumented) else { return };
        let mut found = Vec::new();
        shape.strangers(body, &mut |at| found.push(at));
        for at in found.into_iter().take(MOST) {
            let told = Told {
                expected: "only documented members".to_owned(),
                actual: body.pointer(&at).map(pretty).unwrap_or_default(),
                diff: Some(marked(body, &Mark { at: &at, missing: None, allowed: None })),
            };
            let summary = format!("{} is not documented", subject(&at));
            let finding = scene.finding(&META, clause, FindingSite::Body(at), summary, told);
            out.push(Finding { severity: finding.severity.min(Severity::Warning), ..finding });
        }
    }
}
