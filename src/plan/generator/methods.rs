//! `methods`: methods that nobody documents on a path are refused.

use super::Generator;
use crate::model::{ClauseKind, Location, Meta, RequestParts};
use crate::plan::aim::Aim;
use crate::plan::bench::Bench;
use crate::plan::draft::{Draft, Outcome};
use crate::plan::expect;
use crate::plan::probe;
use crate::plan::render::Unready;

pub(super) struct Methods;
pub(super) static THIS: Methods = Methods;

static META: Meta = Meta {
    id: "methods",
    summary: "methods that nobody documents on the path are refused",
    explain: "Sends GET, POST, PUT, PATCH and DELETE, without a body, as far as no operation of the contract has them on \
              the same path. DELETE and PUT go to an identifier that names nothing, so that a deployment that does have \
              them loses nothing; to the real one they go only where the target is this machine, after everything \
              else.",
};

impl Generator for Methods {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn drafts(&self, aim: &Aim<'_>) -> Outcome {
        match (&aim.clause.kind, aim.bench()) {
            (ClauseKind::OtherMethods, Some(bench)) => drafts(aim, &bench).into(),
            _ => Outcome::NotMine,
        }
    }
}

fn drafts(aim: &Aim<'_>, bench: &Bench<'_>) -> Result<Vec<Draft>, Unready> {
    let refusal = bench.operation.other_methods.as_ref();
    let refusal = refusal.ok_or_else(|| Unready::new("the contract does not say what another method gets"))?;
    let path = nameless(&bench.operation.path);
    let documented: Vec<&str> = aim
        .contract
        .operations
        .iter()
        .filter(|other| nameless(&other.path) == path)
        .map(|other| other.method.as_str())
        .collect();
    let mut drafts = Vec::new();
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        if documented.contains(&method) {
            continue;
        }
        let mut why = method.to_owned();
        let mut parts =
            RequestParts { method: Some(method.to_owned()), body: Some(None), ..RequestParts::default() };
        if matches!(method, "PUT" | "DELETE") {
            // Nothing that exists may be overwritten or removed.
            let real = bench.request(&parts, &aim.salt(&why))?;
            let draft = Draft::one(why, bench.op, real, expect::refused(bench.operation, refusal));
            drafts.push(Draft { destroys: true, ..draft });
            let Some(name) = nowhere(aim, bench, &mut parts)? else { continue };
            why = format!("{method} of {name} that names nothing");
        }
        let request = bench.request(&parts, &aim.salt(&why))?;
        drafts.push(Draft::one(why, bench.op, request, expect::refused(bench.operation, refusal)));
    }
    if drafts.is_empty() {
        return Err(Unready::new("no method is left that could be sent without harm"));
    }
    Ok(drafts)
}

/// Makes the last identifier that the contract knows an unknown answer for name nothing.
fn nowhere(aim: &Aim<'_>, bench: &Bench<'_>, parts: &mut RequestParts) -> Result<Option<String>, Unready> {
    let last = bench
        .operation
        .parameters
        .iter()
        .enumerate()
        .filter(|(_, parameter)| parameter.location == Location::Path)
        .filter_map(|(index, parameter)| {
            parameter.unknown.as_ref()?;
            let at = bench.operation.path.find(&format!("{{{}}}", parameter.name))?;
            Some((at, index, parameter))
        })
        .max_by_key(|(at, ..)| *at);
    let Some((_, index, parameter)) = last else { return Ok(None) };
    probe::set(parts, parameter, probe::unknown(aim, bench, index, &aim.salt("nowhere"))?);
    Ok(Some(parameter.name.clone()))
}

/// A path template without the names of its parameters.
fn nameless(path: &str) -> String {
    path.split('/')
        .map(|segment| if segment.starts_with('{') && segment.ends_with('}') { "{}" } else { segment })
        .collect::<Vec<_>>()
        .join("/")
}
