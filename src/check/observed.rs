//! Which promises an answer was seen to keep.

use super::rules::Outcome;
use super::scene::{Answered, Scene};
use crate::model::{ClauseId, Finding};
use crate::text::pointer;

/// Sorted, without repetition, without the clauses of `findings`.
pub(super) fn observed(scene: &Scene<'_>, findings: &[Finding]) -> Vec<ClauseId> {
    let Some(reply) = scene.reply else { return Vec::new() };
    let compiled = scene.compiled;
    let mut seen: Vec<ClauseId> = Vec::with_capacity(64);
    seen.extend(compiled.within);
    if !scene.needles.is_empty() || !scene.checker.needles.is_empty() {
        seen.extend(compiled.secrets);
    }
    if scene.own && (scene.expected || scene.operation.response_index(reply.status).is_some()) {
        seen.extend(compiled.documented);
    }
    if let Some(promise) = scene.promise {
        let response = promise.compiled;
        if scene.expected {
            seen.extend(response.status);
        }
        if !reply.body.is_empty() {
            seen.extend(response.media_type);
        }
        // What was not held against the schema has not been seen to keep it.
        if let (Answered::Json(body, _), true) = (&scene.body, scene.wants_json) {
            seen.extend(response.json);
            seen.extend(response.undocumented.filter(|_| response.shape.is_some()));
            for (place, clauses) in &response.places {
                if pointer::any_at(body, place, &mut |_| true) {
                    seen.extend(clauses);
                }
            }
        }
        for header in &response.headers {
            if reply.header(&header.name).is_some() {
                seen.extend(header.required);
                seen.extend(header.constraints.iter().map(|(_, clause)| *clause));
            }
        }
    }
    let held = scene.rulings.iter().filter(|ruling| matches!(ruling.outcome, Outcome::Held));
    seen.extend(held.map(|ruling| ruling.clause));
    seen.sort_unstable();
    seen.dedup();
    seen.retain(|clause| {
        findings.iter().all(|finding| finding.clause != *clause)
            && scene
                .rulings
                .iter()
                .all(|ruling| ruling.clause != *clause || matches!(ruling.outcome, Outcome::Held))
    });
    seen
}
