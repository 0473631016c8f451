//! `enums`: each member accepted, values outside refused.

use super::Generator;
use crate::model::Meta;
use crate::plan::aim::Aim;
use crate::plan::draft::Outcome;
use crate::plan::probe;

pub(super) struct Enums;
pub(super) static THIS: Enums = Enums;

static META: Meta = Meta {
    id: "enums",
    summary: "each documented value accepted, one that is not documented refused",
    explain: "Sends each value of an enumeration (or the constant), and values of the same type that are not in it: for \
              numbers one in a gap and one past the end.",
};

impl Generator for Enums {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn drafts(&self, aim: &Aim<'_>) -> Outcome {
        let (Some(constraint), Some(bench)) = (aim.constraint(), aim.bench()) else { return Outcome::NotMine };
        if matches!(constraint.keyword, "enum" | "const") {
            probe::probe(aim, &bench, &constraint)
        } else {
            Outcome::NotMine
        }
    }
}
