//! `formats`: values of the format are accepted, values that only look like it are refused.

use super::Generator;
use crate::model::Meta;
use crate::plan::aim::Aim;
use crate::plan::draft::Outcome;
use crate::plan::probe;

pub(super) struct Formats;
pub(super) static THIS: Formats = Formats;

static META: Meta = Meta {
    id: "formats",
    summary: "values of the format accepted, values that only look like it refused",
    explain: "For the formats of JSON Schema that can be checked (uuid, date-time, email, uri and so on): a valid value, \
              and values that are nearly valid, such as the 29th of February of a year that has none.",
};

impl Generator for Formats {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn drafts(&self, aim: &Aim<'_>) -> Outcome {
        let (Some(constraint), Some(bench)) = (aim.constraint(), aim.bench()) else { return Outcome::NotMine };
        if constraint.keyword != "format" {
            return Outcome::NotMine;
        }
        match probe::probe(aim, &bench, &constraint) {
            // A format that only annotates, such as `password`, is kept by every value.
            Outcome::Cannot(_) if aim.keeps() => {
                let why = format!("{} of its format", constraint.name(&bench));
                probe::witness(aim, &bench, &constraint, &why)
            }
            outcome => outcome,
        }
    }
}
