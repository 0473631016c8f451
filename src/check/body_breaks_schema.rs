//! `body-breaks-schema`: the body breaks a documented constraint.

use super::scene::Told;
use super::{Check, Scene};
use crate::delta::{Mark, marked, pretty};
use crate::model::{Finding, FindingSite, Meta};
use crate::text::pointer;

pub(super) struct BodyBreaksSchema;
pub(super) static THIS: BodyBreaksSchema = BodyBreaksSchema;

static META: Meta = Meta {
    id: "body-breaks-schema",
    summary: "A part of the body breaks its documented type, bound or pattern",
    explain: "The body is held against the schema that the contract gives for this status, whether the status was expected or not. The \
              finding names the keyword's clause, with the sentence of the documentation that it was read from.",
};

impl Check for BodyBreaksSchema {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, scene: &Scene<'_>, out: &mut Vec<Finding>) {
        let Some(body) = scene.body.json() else { return };
        for (clause, breach) in &scene.breaches {
            let at = match &breach.missing {
                Some(property) => pointer::join(&breach.at, property),
                None => breach.at.clone(),
            };
            let mark = Mark {
                at: &breach.at,
                missing: breach.missing.as_deref(),
                allowed: Some(&breach.allowed),
            };
            let value = body.pointer(&breach.at);
            let actual = match (&breach.missing, value) {
                (Some(_), Some(object)) => format!("it is missing in\n{}", pretty(object)),
                (_, value) => value.map(pretty).unwrap_or_default(),
            };
            let told = Told { expected: breach.allowed.clone(), actual, diff: Some(marked(body, &mark)) };
            out.push(scene.finding(&META, *clause, FindingSite::Body(at), breach.says(), told));
        }
    }
}
