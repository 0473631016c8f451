//! The waivers of a run, held against the contract.

use std::path::{Component, Path, PathBuf};

use super::settings::{Misused, Settings};
use crate::load;
use crate::model::{Contract, Waiver};
use crate::text::{Diagnostic, did_you_mean};

/// The name of waiver files.
const NAME: &str = "waivers.yaml";

/// Where waivers may stand: beside the contracts, then in the folder of the project.
#[must_use]
pub fn waiver_files(settings: &Settings) -> Vec<PathBuf> {
    if let Some(path) = &settings.gating.waivers {
        return vec![path.clone()];
    }
    let beside = settings.contracts.iter().map(|path| {
        let folder = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(Path::new("")) };
        folder.join(NAME)
    });
    let mut files: Vec<PathBuf> = Vec::new();
    let plain =
        |path: PathBuf| path.components().filter(|part| *part != Component::CurDir).collect::<PathBuf>();
    for path in beside.chain([settings.root.join(NAME)]).map(plain) {
        if !files.contains(&path) {
            files.push(path);
        }
    }
    files
}

/// Reads the waivers that `settings` name, or those beside the contracts. The diagnostics are warnings about clauses that
/// the contract does not have.
///
/// # Errors
/// With everything that is wrong with the first file that has errors.
pub(super) fn waivers(
    settings: &Settings,
    contract: &Contract,
) -> Result<(Vec<Waiver>, Vec<Diagnostic>), Misused> {
    let named = settings.gating.waivers.is_some();
    let mut waivers = Vec::new();
    for path in waiver_files(settings).into_iter().filter(|path| named || path.is_file()) {
        let read = load::waivers(&path);
        waivers.extend(read.map_err(|bad| Misused {
            diagnostics: bad.diagnostics,
            files: bad.files,
            messages: Vec::new(),
        })?);
    }
    let strange = waivers.iter().filter_map(|waiver| strange(waiver, contract)).collect();
    Ok((waivers, strange))
}

/// A warning where the contract has no such clause. One of an operation that this run knows nothing about may belong to
/// another contract.
fn strange(waiver: &Waiver, contract: &Contract) -> Option<Diagnostic> {
    let address = waiver.clause.as_deref()?;
    if contract.clauses.iter().any(|clause| clause.address == address) {
        return None;
    }
    let near = did_you_mean(address, contract.clauses.iter().map(|clause| clause.address.as_str()));
    if near.is_none() && !is_about(address, contract) {
        return None;
    }
    let message = format!("{}: the contract has no clause `{address}`", waiver.place);
    let warning = Diagnostic::warning("unknown-clause", message);
    Some(match near {
        Some(near) => warning.help(format!("did you mean `{near}`?")),
        None => warning.help("`countersign plan` shows every address"),
    })
}

/// Whether an operation or sequence of the contract has the beginning of this address.
fn is_about(address: &str, contract: &Contract) -> bool {
    let parts: Vec<&str> = address.split('/').collect();
    let sequence = |name: &&str| contract.sequences.iter().any(|sequence| sequence.name == **name);
    match parts.as_slice() {
        ["sequence", name, ..] => sequence(name),
        [operation, ..] => contract.operations.iter().any(|known| known.id == *operation),
        [] => false,
    }
}
