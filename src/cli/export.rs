//! `countersign export`: a document of another kind from contracts.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde_json::Value;

use super::misused::{diagnostics, fail};
use super::put;
use crate::export::{EXPORTERS, Exporter, exporter};
use crate::load::load_trees;
use crate::text::library::{Disk, Shelf as _, shown};
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
            let names = contract.documents.iter().map(|document| {
                folder.join(Path::new(&document.path).file_stem().unwrap_or_default()).with_extension("yaml")
            });
            names.map(Some).zip(trees.chunks(1)).collect()
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
        if let Err(error) = create(&out, &text(&document, json), kind) {
            return fail(&format!("{} can't be written: {error}", out.display()));
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

/// Writes a file; what is there already is somebody's, unless it was exported.
fn create(path: &Path, text: &str, kind: &dyn Exporter) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let there = Disk.text(&shown(path)).ok().and_then(|there| tree::read_loosely(&there, FileId(0)).ok());
    let mut options = std::fs::OpenOptions::new();
    options.write(true);
    if there.is_some_and(|tree| kind.wrote(&tree)) {
        options.truncate(true);
    } else {
        options.create_new(true);
    }
    options.open(path)?.write_all(text.as_bytes())
}
