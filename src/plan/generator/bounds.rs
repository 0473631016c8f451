//! `bounds`: on the bound accepted, one past it refused.

use super::Generator;
use crate::model::{Meta, Part};
use crate::plan::aim::Aim;
use crate::plan::draft::Outcome;
use crate::plan::probe;

pub(super) struct Bounds;
pub(super) static THIS: Bounds = Bounds;

const KEYWORDS: [&str; 12] = [
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

static META: Meta = Meta {
    id: "bounds",
    summary: "each bound from both sides: on it accepted, one past it refused",
    explain: "Sends a value exactly on each documented bound, and one just past it. Lengths count characters: where the \
              schema allows it, the same lengths are sent in Chinese characters, whose bytes are three times as many. \
              An identifier in a path that is inside its bounds but made up has to get the answer for an unknown one.",
};

impl Generator for Bounds {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn drafts(&self, aim: &Aim<'_>) -> Outcome {
        let (Some(constraint), Some(bench)) = (aim.constraint(), aim.bench()) else { return Outcome::NotMine };
        let credential = aim.keeps() && matches!(constraint.part, Part::Credential { .. });
        if KEYWORDS.contains(&constraint.keyword) && !credential {
            probe::probe(aim, &bench, &constraint)
        } else {
            Outcome::NotMine
        }
    }
}
