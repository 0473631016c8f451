//! `patterns`: what matches is accepted, what misses by one character is refused.

use super::Generator;
use crate::model::Meta;
use crate::plan::aim::Aim;
use crate::plan::draft::Outcome;
use crate::plan::probe;

pub(super) struct Patterns;
pub(super) static THIS: Patterns = Patterns;

static META: Meta = Meta {
    id: "patterns",
    summary: "each pattern matched, and missed by one character",
    explain: "Sends a string that matches, one with every kind of character that the pattern allows, and strings that \
              miss it in one way each: a space, a punctuation mark, a letter or character outside ASCII, or one of the \
              required kinds left out. Their lengths are fine.",
};

impl Generator for Patterns {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn drafts(&self, aim: &Aim<'_>) -> Outcome {
        let (Some(constraint), Some(bench)) = (aim.constraint(), aim.bench()) else { return Outcome::NotMine };
        if constraint.keyword == "pattern" {
            probe::probe(aim, &bench, &constraint)
        } else {
            Outcome::NotMine
        }
    }
}
