//! `types`: values of every other JSON type, and null, are refused.

use super::Generator;
use crate::model::{Meta, Part};
use crate::plan::aim::Aim;
use crate::plan::draft::Outcome;
use crate::plan::probe;

pub(super) struct Types;
pub(super) static THIS: Types = Types;

static META: Meta = Meta {
    id: "types",
    summary: "values of another JSON type, and null, are refused",
    explain: "Sends one value of each JSON type that the schema does not allow, and null, which is no string. Numbers \
              and truth values are sent in quotes too. A fraction stands for the numbers that are no integer, since JSON \
              Schema takes 1.0 for one. In a path, where everything is text, words that are no number take their place.",
};

impl Generator for Types {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn drafts(&self, aim: &Aim<'_>) -> Outcome {
        let (Some(constraint), Some(bench)) = (aim.constraint(), aim.bench()) else { return Outcome::NotMine };
        let whole_body = constraint.at.is_empty() && *constraint.part == Part::RequestBody;
        if constraint.keyword != "type" || (whole_body && !aim.keeps()) {
            return Outcome::NotMine;
        }
        if aim.keeps() {
            let why = format!("{} of its own type", constraint.name(&bench));
            return probe::witness(aim, &bench, &constraint, &why);
        }
        probe::probe(aim, &bench, &constraint)
    }
}
