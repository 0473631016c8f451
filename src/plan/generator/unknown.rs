//! `unknown`: identifiers that name nothing get the documented answer.

use super::Generator;
use crate::model::{ClauseKind, Meta};
use crate::plan::aim::Aim;
use crate::plan::bench::Bench;
use crate::plan::draft::{Draft, Outcome};
use crate::plan::expect;
use crate::plan::probe;
use crate::plan::render::Unready;

pub(super) struct Unknown;
pub(super) static THIS: Unknown = Unknown;

static META: Meta = Meta {
    id: "unknown",
    summary: "identifiers that name nothing get the documented answer",
    explain: "Replaces one identifier by another of the same form (digits for digits, letters for letters, a large \
              number for a number) that the deployment does not have. The contract may give the identifier to send.",
};

impl Generator for Unknown {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn drafts(&self, aim: &Aim<'_>) -> Outcome {
        let (ClauseKind::Unknown { index }, Some(bench)) = (&aim.clause.kind, aim.bench()) else {
            return Outcome::NotMine;
        };
        drafts(aim, &bench, *index).into()
    }
}

fn drafts(aim: &Aim<'_>, bench: &Bench<'_>, index: usize) -> Result<Vec<Draft>, Unready> {
    let parameter = probe::parameter(bench, index)?;
    let unknown = parameter.unknown.as_ref();
    let unknown = unknown.ok_or_else(|| Unready::new("the contract does not say what an unknown one gets"))?;
    let why = format!("{} that names nothing", parameter.name);
    let salt = aim.salt(&why);
    let value = probe::unknown(aim, bench, index, &salt)?;
    let mut parts = bench.full_parts(&salt)?;
    probe::set(&mut parts, parameter, value);
    let expect = expect::refused(bench.operation, &unknown.answer);
    Ok(vec![Draft::one(why, bench.op, bench.request(&parts, &salt)?, expect)])
}
