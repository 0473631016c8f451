//! `countersign export`: a document of another kind from contracts.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::Value;

use super::misused::{diagnostics, fail};
use super::place::{apart, create, in_folder};
use super::put;
use crate::export::{EXPORTERS, exporter};
use crate::load::load_trees;
use crate::text::library::shown;
use crate::text::tree::{self, Node};
use crate::text::{FileId, Span};

#[derive(Debug, Args)]
pub(super) struct Export {
    /// What to write
    #[arg(value_parser = kind())]
    kind: String,
    /// Contract files and folders, or what is read in their place
    #[arg(required = true, value_name = "CONTRACTS")]
    contracts: Vec<PathBuf>,
    /// Where to write it: JSON where the name ends in .json, YAML otherwise; into a folder, one document for each
    /// contract. Of files that are there, only what was exported is replaced [default: standard output, as YAML]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The kinds of documents, with their explanations.
fn kind() -> clap::builder::PossibleValuesParser {
    let known = EXPORTERS
        .iter()
        .map(|exporter| clap::builder::PossibleValue::new(exporter.id()).help(exporter.explain()));
    known.collect::<Vec<_>>().into()
}

/// Writes the document or documents, and tells on standard error what they can't say. Nothing is written if one can't be
/// made.
pub(super) fn export(arguments: &Export) -> ExitCode {
    let Some(kind) = exporter(&arguments.kind) else {
        return fail(&format!("there is no export of `{}`", arguments.kind));
    };
    let (loaded, trees) = load_trees(&arguments.contracts);
    let Some(contract) = loaded.contract else {
        diagnostics(&loaded.diagnostics, &loaded.files);
        return ExitCode::from(super::MISUSED);
    };
    let mut told = loaded.diagnostics;
    let mut made = Vec::new();
    let folder = arguments.out.as_ref().filter(|out| out.is_dir() || shown(out).ends_with('/'));
    let groups: Vec<(Option<PathBuf>, &[Node])> = match folder {
        None => vec![(arguments.out.clone(), &trees)],
        Some(folder) => {
            let paths: Vec<&str> = contract.documents.iter().map(|document| document.path.as_str()).collect();
            let files: Vec<PathBuf> = paths.iter().map(|path| in_folder(folder, path)).collect();
            if let Err(shared) = apart(files.iter().map(PathBuf::as_path).zip(paths)) {
                return fail(&shared);
            }
            files.into_iter().map(Some).zip(trees.chunks(1)).collect()
        }
    };
    for (out, group) in groups {
        match kind.export(group) {
            Ok(exported) => {
                told.extend(exported.notes);
                made.push((out, exported.document));
            }
            Err(wrong) => {
                diagnostics(&wrong, &loaded.files);
                return ExitCode::from(super::MISUSED);
            }
        }
    }
    diagnostics(&told, &loaded.files);
    for (out, document) in made {
        let Some(out) = out else { return put(&text(&document, false)) };
        let json = out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
        let ours = |there: &str| tree::read_loosely(there, FileId(0)).is_ok_and(|tree| kind.wrote(&tree));
        if let Err(why) = create(&out, &text(&document, json), ours) {
            return fail(&why);
        }
    }
    ExitCode::SUCCESS
}

fn text(document: &Value, json: bool) -> String {
    if json {
        return format!("{document:#}\n");
    }
    tree::write(&Node::of(document, Span { file: FileId(0), start: 0, end: 0 }))
}
