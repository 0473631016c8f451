//! Other readings of what a request may look like, where the pages leave the choice.

use super::{Variant, turn};
use crate::deployment::request::Op;
use crate::deployment::roma::Refusal;
use crate::deployment::text::characters;
use crate::deployment::turn::Change;

pub(super) fn variants() -> Vec<Variant> {
    vec![
        turn("media-type-checked", "A body that is not said to be JSON is answered 400.", |turn| {
            let said = turn.request.media_type.as_deref().unwrap_or_default();
            let body = matches!(turn.op, Some(Op::Reset | Op::Modify));
            if turn.answer.status == 200 && body && !said.starts_with("application/json") {
                *turn.state = turn.before.clone();
                turn.refuse(&Refusal::Parameter { name: "Content-Type", processor: "header" });
            }
        }),
        Variant {
            name: "listed-passwords-only",
            says: "A password has letters, digits and the listed special characters only.",
            change: Change::Rules(|rules| {
                use crate::deployment::text::special;
                rules.password.allows = |letter| letter.is_ascii_alphanumeric() || special(letter);
            }),
        },
        Variant {
            name: "blank-is-special",
            says: "A blank is one of the special characters, as one of the two pages lists it.",
            change: Change::Rules(|rules| {
                use crate::deployment::text::{digit, lower, special, upper};
                rules.password.also = |text| {
                    let special = |letter| special(letter) || letter == ' ';
                    text.contains(digit)
                        && text.contains(upper)
                        && text.contains(lower)
                        && text.contains(special)
                };
            }),
        },
        turn("unknown-members-refused", "A member that no page documents is answered 400.", |turn| {
            let known = [
                "user_name",
                "password",
                "name",
                "description",
                "manufacturer_id",
                "manufacturer_name",
                "model",
                "device_type",
                "version",
            ];
            let body = turn.request.json();
            let unknown =
                body.as_object().is_some_and(|body| body.keys().any(|key| !known.contains(&key.as_str())));
            if unknown && (turn.is(Op::Reset, 200) || turn.is(Op::Modify, 200)) {
                *turn.state = turn.before.clone();
                turn.refuse(&Refusal::Parameter { name: "body", processor: "body" });
            }
        }),
        turn("model-measured-whole", "The blanks around a model count for its length.", |turn| {
            let body = turn.request.json();
            if turn.is(Op::Modify, 200) && body["model"].as_str().is_some_and(|model| characters(model) > 50)
            {
                *turn.state = turn.before.clone();
                turn.refuse(&Refusal::Parameter { name: "model", processor: "body" });
            }
        }),
        turn("replacing", "A modification without a description or a version empties them.", |turn| {
            if turn.is(Op::Modify, 200) {
                let body = turn.request.json();
                if body.get("description").is_none() {
                    turn.product().description.clear();
                }
                if body.get("version").is_none() {
                    turn.product().version.clear();
                }
                turn.succeed();
            }
        }),
    ]
}
