//! `secret-leaked`: a secret came back where none is documented.

use super::scene::{Answered, Told};
use super::secrets::{Needle, covers, is_common, strings};
use super::{Check, Scene};
use crate::conform::subject;
use crate::model::{Finding, FindingSite, Meta};
use crate::text::pointer;

pub(super) struct SecretLeaked;
pub(super) static THIS: SecretLeaked = SecretLeaked;

static META: Meta = Meta {
    id: "secret-leaked",
    summary: "The answer shows a credential or a password where none is documented",
    explain: "The values of secret variables, and the passwords of the request's body, were looked for in the header fields and in every \
              text of the body: plain, percent-encoded and in base64. Answers end up in logs and tickets; error messages are \
              the usual place. Where the contract documents a secret in an answer, it may stand.",
};

impl Check for SecretLeaked {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, scene: &Scene<'_>, out: &mut Vec<Finding>) {
        let (Some(reply), Some(clause)) = (scene.reply, scene.compiled.secrets) else { return };
        let needles = || scene.checker.needles.iter().chain(&scene.needles);
        if needles().next().is_none() {
            return;
        }
        let mut leaks: Vec<(FindingSite, String, &Needle, String)> = Vec::new();
        let mut look = |site: &dyn Fn() -> (FindingSite, String), text: &str| {
            for needle in needles() {
                if let Some(form) = needle.found_in(text)
                    && leaks.iter().all(|(.., known, _)| known.name != needle.name)
                {
                    let (site, place) = site();
                    leaks.push((site, place, needle, text.replace(form, &format!("‹{}›", needle.name))));
                }
            }
        };
        for (name, value) in &reply.headers {
            look(&|| (FindingSite::Header(name.clone()), format!("the header field {name}")), value);
        }
        let exempt = scene.promise.map_or(&[][..], |promise| &promise.compiled.exempt);
        if let Answered::Json(body, _) = &scene.body {
            strings(body, &mut Vec::new(), &mut |path, text| {
                if exempt.iter().all(|place| !covers(place, path)) {
                    let at = || path.iter().fold(String::new(), |at, token| pointer::join(&at, token));
                    look(&|| (FindingSite::Body(at()), subject(&at())), text);
                }
            });
        } else {
            let place = || (FindingSite::Body(String::new()), "the body".to_owned());
            look(&place, &String::from_utf8_lossy(&reply.body));
        }
        for (site, place, needle, shown) in leaks {
            if is_common(needle, scene.operation, &scene.compiled.secret_places, scene.exchange, &scene.checker.documented) {
                continue;
            }
            let told = Told { expected: "no secret".to_owned(), actual: shown, diff: None };
            let summary = format!("{place} shows {}", needle.name);
            out.push(scene.finding(&META, clause, site, summary, told));
        }
    }
}
