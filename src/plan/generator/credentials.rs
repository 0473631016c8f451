//! `credentials`: a missing, empty or wrong credential is refused, the real one is accepted.

use serde_json::Value;

use super::Generator;
use crate::model::{ClauseKind, Meta, Part};
use crate::plan::aim::Aim;
use crate::plan::bench::Bench;
use crate::plan::draft::{Draft, Outcome};
use crate::plan::expect;
use crate::plan::probe;
use crate::plan::render::Unready;

pub(super) struct Credentials;
pub(super) static THIS: Credentials = Credentials;

static META: Meta = Meta {
    id: "credentials",
    summary: "a missing, an empty and a wrong credential are refused, the real one is accepted",
    explain: "Sends conforming requests without the credential, with an empty one, and with one that looks like the real \
              one but is another. Bounds of the credential are kept by the real one; one past the longest has to be \
              refused in one of the ways that the contract allows. An operation that answers 2xx here is open.",
};

impl Generator for Credentials {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn drafts(&self, aim: &Aim<'_>) -> Outcome {
        let Some(bench) = aim.bench() else { return Outcome::NotMine };
        if let ClauseKind::Credential { index } = &aim.clause.kind {
            return refusals(aim, &bench, *index).into();
        }
        let Some(constraint) = aim.constraint() else { return Outcome::NotMine };
        match constraint.part {
            Part::Credential { .. } if aim.keeps() && !matches!(constraint.keyword, "type" | "format") => {
                probe::witness(aim, &bench, &constraint, "with the credential of this deployment")
            }
            _ => Outcome::NotMine,
        }
    }
}

fn refusals(aim: &Aim<'_>, bench: &Bench<'_>, index: usize) -> Result<Vec<Draft>, Unready> {
    let security = bench.operation.security.get(index);
    let security = security.ok_or_else(|| Unready::new("there is no such credential"))?;
    let refusal = security.refused.as_ref().or(bench.operation.refused.as_ref());
    let refusal = refusal
        .ok_or_else(|| Unready::new("the contract does not say how a request without a credential is answered"))?;
    let name = &security.name;
    [
        (format!("without {name}"), Value::Null),
        (format!("with an empty {name}"), "".into()),
        (format!("with a wrong {name}"), bench.wrong_credential(index)?.into()),
    ]
    .into_iter()
    .map(|(why, value)| {
        let salt = aim.salt(&why);
        let mut parts = bench.full_parts(&salt)?;
        probe::place(&mut parts, security.location, name, value);
        let request = bench.request(&parts, &salt)?;
        Ok(Draft::one(why, bench.op, request, expect::refused(bench.operation, refusal)))
    })
    .collect()
}
