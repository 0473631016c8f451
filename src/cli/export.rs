//! `countersign export`: a document of another kind from contracts.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::misused::{diagnostics, fail};
use super::put;
use crate::export::{EXPORTERS, Exporter, exporter};
use crate::load::load_trees;
use crate::text::library::{Disk, Shelf as _, shown};
use crate::text::tree::{self, Node};
use crate::text::{FileId, Severity, Span};

#[derive(Debug, Args)]
pub(super) struct Export {
    /// What to write
    #[arg(value_parser = kind())]
    kind: String,
    /// Contract files and folders, or what is read in their place
    #[arg(required = true, value_name = "CONTRACTS")]
    contracts: Vec<PathBuf>,
    /// Where to write it: JSON where the name ends in .json, YAML otherwise; of files that are there, only one that was
    /// exported is replaced [default: standard output, as YAML]
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

/// Writes the document, and tells on standard error what it can't say.
pub(super) fn export(arguments: &Export) -> ExitCode {
    let Some(kind) = exporter(&arguments.kind) else {
        return fail(&format!("there is no export of `{}`", arguments.kind));
    };
    let (loaded, trees) = load_trees(&arguments.contracts);
    if loaded.contract.is_none() {
        diagnostics(&loaded.diagnostics, &loaded.files);
        return ExitCode::from(super::MISUSED);
    }
    let exported = match kind.export(&trees) {
        Ok(exported) => exported,
        Err(wrong) => {
            diagnostics(&wrong, &loaded.files);
            return ExitCode::from(super::MISUSED);
        }
    };
    // What an imported document says that the contract could not take over is not in the export either.
    let mut told: Vec<_> =
        loaded.diagnostics.into_iter().filter(|one| one.severity == Severity::Note).collect();
    told.extend(exported.notes);
    diagnostics(&told, &loaded.files);
    let json = arguments
        .out
        .as_ref()
        .is_some_and(|path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")));
    let text = if json {
        format!("{:#}\n", exported.document)
    } else {
        tree::write(&Node::of(&exported.document, Span { file: FileId(0), start: 0, end: 0 }))
    };
    match &arguments.out {
        None => put(&text),
        Some(path) => match create(path, &text, kind) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&format!("{} can't be written: {error}", path.display())),
        },
    }
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
