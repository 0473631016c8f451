//! `wrong-media-type`: the answer is of another media type than documented.

use super::scene::Told;
use super::{Check, Scene};
use crate::conform::{clip, media_type_matches};
use crate::model::{Finding, FindingSite, Meta};

pub(super) struct WrongMediaType;
pub(super) static THIS: WrongMediaType = WrongMediaType;

static META: Meta = Meta {
    id: "wrong-media-type",
    summary: "The answer's media type is not the documented one",
    explain: "Clients choose their parser by `Content-Type`. Parameters such as the charset and the case of letters do not matter, and \
              a `+json` type counts as JSON. Often a proxy or a framework's default error page answers instead of the API.",
};

impl Check for WrongMediaType {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, scene: &Scene<'_>, out: &mut Vec<Finding>) {
        let (Some(reply), Some(promise)) = (scene.reply, scene.promise) else { return };
        let Some(expected) = promise.spec.media_type.as_deref() else { return };
        let actual = reply.header("content-type");
        if reply.body.is_empty() || actual.is_some_and(|actual| {
                let others = promise.spec.other_media_types.iter().map(String::as_str);
                others.chain([expected]).any(|expected| media_type_matches(expected, actual))
            }) {
            return;
        }
        let clause = promise.compiled.media_type.or(promise.compiled.status).unwrap_or(scene.aimed());
        let summary = match actual {
            Some(actual) => format!("the media type is {}, expected {expected}", clip(actual, 80)),
            None => format!("the answer has no content-type, expected {expected}"),
        };
        let told = Told {
            expected: expected.to_owned(),
            actual: actual.unwrap_or("no content-type").to_owned(),
            diff: None,
        };
        out.push(scene.finding(&META, clause, FindingSite::Header("content-type".to_owned()), summary, told));
    }
}
