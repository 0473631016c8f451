//! What sends nothing: `plan`, `lint`, `diff`, `import`, `schema`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::run::FailOn;
use super::suite::{Common, Portion};
use crate::import::IMPORTERS;

#[derive(Debug, Args)]
pub(in crate::cli) struct PlanArgs {
    #[command(flatten)]
    pub(in crate::cli) common: Common,
    #[command(flatten)]
    pub(in crate::cli) portion: Portion,
    /// Print one JSON object per case
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Lint {
    /// Contract files, or folders of them
    #[arg(default_value = "contracts")]
    pub(in crate::cli) contracts: Vec<PathBuf>,
    /// The least severity that makes the exit status 1
    #[arg(id = "lint_fail_on", long = "fail-on", value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    pub(in crate::cli) fail_on: FailOn,
    /// Print JSON: diagnostics, and the ledger of contradictions
    #[arg(id = "lint_json", long = "json")]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 nothing is breaking for --fail-on · 1 something is · 2 a contract is wrong"
)]
pub(in crate::cli) struct Diff {
    /// The older contract: a file or a folder
    pub(in crate::cli) old: PathBuf,
    /// The newer one
    pub(in crate::cli) new: PathBuf,
    /// For whom a breaking change makes the exit status 1
    #[arg(id = "diff_fail_on", long = "fail-on", value_enum, default_value_t = Party::Consumer, value_name = "SIDE")]
    pub(in crate::cli) fail_on: Party,
    /// Show cosmetic changes too
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// Print the changes as JSON: docs/diff.schema.json
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

/// The sides that a contract binds.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum Party {
    /// Who sends requests
    Consumer,
    /// Who answers them
    Provider,
    /// One or the other
    Either,
    /// Always 0
    Nobody,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Import {
    /// What the files are
    #[arg(value_parser = kind())]
    pub(in crate::cli) kind: String,
    /// The documents
    #[arg(required = true, value_name = "FILE")]
    pub(in crate::cli) files: Vec<PathBuf>,
    /// Where to write the contract; of files that are there, only one that was imported is replaced [default: standard
    /// output]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// Leave out the words that only explain; the evidence of the promises stays
    #[arg(long)]
    pub(in crate::cli) brief: bool,
    /// What the operation is called, where the documents describe one; its name begins the addresses of its clauses
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) name: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) recorded: crate::cli::import_har::Recorded,
}

/// The kinds of documents, with their explanations.
fn kind() -> clap::builder::PossibleValuesParser {
    let recorded = (crate::cli::import_har::KIND, "recorded traffic (HAR 1.2), as examples for a contract");
    let known = IMPORTERS.iter().map(|importer| (importer.id(), importer.explain())).chain([recorded]);
    let known = known.map(|(id, explain)| clap::builder::PossibleValue::new(id).help(explain));
    known.collect::<Vec<_>>().into()
}

/// A file format.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum Format {
    /// Contract files
    Contract,
    /// Waiver files
    Waivers,
    /// countersign.yaml
    Config,
}
