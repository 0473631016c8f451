//! `countersign import har`: examples for contracts from recorded traffic.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::arguments::Import;
use super::misused::{diagnostics, fail, told};
use super::place::{apart, create, in_folder, same};
use super::{MISUSED, put, say};
use crate::import::MARK;
use crate::load;
use crate::model::Contract;
use crate::text::library::{beside, relative, shown, stream};
use crate::text::tame;
use crate::traffic::{Asked, Harvest, Overlay, Sieve, Tally};

/// The word for it on the command line.
pub(super) const KIND: &str = "har";

/// What only recordings need.
#[derive(Debug, Args)]
#[command(next_help_heading = "Recorded traffic (har)")]
pub(super) struct Recorded {
    /// The contracts that the requests are of: files, or folders of them
    #[arg(id = "recorded_contracts", long = "contract", value_name = "CONTRACT", num_args = 1.., required_if_eq("kind", KIND))]
    contracts: Vec<PathBuf>,
    /// Only requests to this base URL; its path stands for the contract's own base path
    #[arg(long, value_name = "URL")]
    target: Option<String>,
    /// Examples for each operation and status, at most
    #[arg(long, value_name = "N", default_value_t = 3)]
    limit: usize,
}

/// Writes the examples as contracts that amend the given ones, and tells on standard error what the recordings show.
pub(super) fn import(arguments: &Import) -> ExitCode {
    if arguments.name.is_some() || arguments.brief {
        return fail(
            "--name and --brief are for documents that describe operations; a recording has examples of them",
        );
    }
    let Some(contract) = contract(&arguments.recorded.contracts, arguments.out.as_deref()) else {
        return ExitCode::from(MISUSED);
    };
    let documents: Vec<String> = contract.documents.iter().map(|document| document.path.clone()).collect();
    let files = contract.files.clone();
    let asked = Asked { limit: arguments.recorded.limit.max(1), target: arguments.recorded.target.clone() };
    let mut sieve = match Sieve::new(contract, &asked) {
        Ok(sieve) => sieve,
        Err(why) => return fail(&why),
    };
    for path in &arguments.files {
        let name = path.file_name().map_or_else(|| shown(path), |name| name.to_string_lossy().into_owned());
        let recording = match stream(path) {
            Ok(recording) => recording,
            Err(why) => return fail(&format!("`{}` can't be read: {why}", shown(path))),
        };
        if let Err(bad) = sieve.read(&name, recording) {
            let place = format!("{}:{}:{}", shown(path), bad.line, bad.column);
            return told(&format!("{place}: {}", bad.message), &["nothing was written".to_owned()]);
        }
    }
    let harvest = sieve.finish();
    diagnostics(&harvest.findings, &files);
    harvest.tally.lines().iter().for_each(|line| say(&tame(&harvest.redactor.text(line))));
    let contracts: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let targeted = arguments.recorded.target.is_some();
    write(&harvest, &documents, &contracts, arguments.out.as_deref(), targeted)
}

/// Whether a file's text is what an import of recordings wrote: a contract that was imported from documents begins alike.
pub(super) fn wrote(text: &str) -> bool {
    amended(text).is_some()
}

/// The contract that an import of recordings amends.
fn amended(text: &str) -> Option<String> {
    let marked = text.starts_with(MARK).then(|| load::to_json(text).ok()).flatten()?;
    marked.get("amends")?.as_str().map(str::to_owned)
}

/// The contracts. An import that is repeated finds its own file among them: the contract that it amends is meant.
fn contract(paths: &[PathBuf], out: Option<&Path>) -> Option<Contract> {
    let loaded = load::load(paths);
    let Some(contract) = loaded.contract else {
        diagnostics(&loaded.diagnostics, &loaded.files);
        return None;
    };
    let Some(out) = out else { return Some(contract) };
    let own = |path: &Path| same(path, out) || path.parent().is_some_and(|parent| same(parent, out));
    let mut again: Vec<PathBuf> = Vec::new();
    for document in &contract.documents {
        let text =
            contract.files.iter().find(|file| file.path == document.path).map_or("", |file| &file.text);
        let amends = amended(text).filter(|_| own(Path::new(&document.path)));
        let amends = amends.map(|base| beside(&document.path, &base));
        again.push(PathBuf::from(amends.unwrap_or_else(|| document.path.clone())));
    }
    again.dedup();
    if again
        .iter()
        .map(|path| shown(path))
        .eq(contract.documents.iter().map(|document| document.path.clone()))
    {
        return Some(contract);
    }
    let loaded = load::load(&again);
    if loaded.contract.is_none() {
        diagnostics(&loaded.diagnostics, &loaded.files);
    }
    loaded.contract
}

/// Why there is no example, and what to do. `targeted`: only requests to one address were asked for.
fn nothing(tally: &Tally, targeted: bool) -> (&'static str, [&'static str; 2]) {
    match (tally.entries, tally.matched) {
        (0, _) => (
            "the recording is empty",
            [
                "record while a client uses the API: the network panel of a browser and most proxies save HAR",
                "`countersign run --format har` keeps the exchanges behind findings only, so a run without findings has none",
            ],
        ),
        (_, 0) => (
            "no entry is a request of the contract",
            [
                "the lines above say why: --contract takes several contracts, if it is that of another API",
                if targeted {
                    "--target has to be the address that was recorded; without it, requests to any address are taken"
                } else {
                    "--target says where the contract's paths begin, such as https://api.example.com/v1"
                },
            ],
        ),
        _ => (
            "no example was found",
            [
                "the lines above say what became of the entries",
                "requests that keep the contract and are accepted become examples",
            ],
        ),
    }
}

fn write(
    harvest: &Harvest,
    documents: &[String],
    contracts: &[&str],
    out: Option<&Path>,
    targeted: bool,
) -> ExitCode {
    let place = |overlay: &Overlay| documents.get(overlay.document).map_or("", String::as_str);
    let text = |overlay: &Overlay, file: &Path| {
        // Two paths of which one begins at the root are seen from there.
        let whole = |path: &Path| shown(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
        let below = Path::new(place(overlay));
        overlay.text(&if file.is_absolute() == below.is_absolute() {
            relative(&shown(file), place(overlay))
        } else {
            relative(&whole(file), &whole(below))
        })
    };
    // The last look, whatever was overlooked before.
    let clean = |text: &str| !harvest.redactor.stands_in(text.as_bytes()).unwrap_or(true);
    let leaks = "a secret of the recording would have been written; this is a defect of Countersign";
    let save = |files: &[(&Overlay, PathBuf)]| {
        apart(files.iter().map(|(overlay, file)| (file.as_path(), place(overlay))))?;
        for (overlay, file) in files {
            if contracts.iter().any(|contract| same(Path::new(contract), file)) {
                return Err(format!(
                    "{} is a file of the contract, which is never written: name another with --out; nothing was written",
                    file.display()
                ));
            }
            if !clean(&text(overlay, file)) {
                return Err(leaks.to_owned());
            }
        }
        files.iter().try_for_each(|(overlay, file)| create(file, &text(overlay, file), wrote))
    };
    let saved = match (harvest.overlays.as_slice(), out) {
        ([], _) => {
            let (why, help) = nothing(&harvest.tally, targeted);
            return told(&format!("{why}, so nothing was written"), &help.map(str::to_owned));
        }
        ([one], None) => {
            let text = text(one, Path::new(""));
            return if clean(&text) { put(&text) } else { fail(leaks) };
        }
        ([one], Some(file)) if !file.is_dir() => save(&[(one, file.to_owned())]),
        (several, Some(folder)) if folder.is_dir() || folder.extension().is_none() => {
            let files = several.iter().map(|overlay| (overlay, in_folder(folder, place(overlay))));
            save(&files.collect::<Vec<_>>())
        }
        (several, _) => Err(format!(
            "the examples are of {} contracts: name a folder with --out, in which each gets a file",
            several.len()
        )),
    };
    saved.map_or_else(|why| fail(&why), |()| ExitCode::SUCCESS)
}
