//! `missing-header`: a documented header field is not there.

use super::scene::Told;
use super::{Check, Scene};
use crate::model::{Finding, FindingSite, Meta};

pub(super) struct MissingHeader;
pub(super) static THIS: MissingHeader = MissingHeader;

static META: Meta = Meta {
    id: "missing-header",
    summary: "A header field that is documented as always there is missing",
    explain: "The contract marks the field as required in answers with this status. Names are compared without regard to case.",
};

impl Check for MissingHeader {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, scene: &Scene<'_>, out: &mut Vec<Finding>) {
        let (Some(reply), Some(promise)) = (scene.reply, scene.promise) else { return };
        for (spec, compiled) in promise.spec.headers.iter().zip(&promise.compiled.headers) {
            if !spec.required || reply.header(&compiled.name).is_some() {
                continue;
            }
            let clause = compiled.required.or(promise.compiled.status).unwrap_or(scene.aimed());
            let told = Told {
                expected: format!("a field {}", spec.name),
                actual: reply.headers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join("\n"),
                diff: None,
            };
            let summary = format!("the header field {} is missing", spec.name);
            out.push(scene.finding(&META, clause, FindingSite::Header(compiled.name.clone()), summary, told));
        }
    }
}
