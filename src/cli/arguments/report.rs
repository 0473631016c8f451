//! What becomes of runs: `report`, `history`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::run::Earlier;
use super::values::at_least_one;

#[derive(Debug, Args)]
#[command(after_help = "Exit status: 0 shown · 2 there is no run, or the page can't be written\n\n\
Examples:\n  countersign history\n  countersign history artifacts/ --html history.html\n  countersign history --json --limit 30")]
pub(in crate::cli) struct History {
    /// Folders of runs, at any depth
    #[arg(id = "told", value_name = "DIR", default_value = "reports")]
    pub(in crate::cli) runs: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
    /// Write the history as a page too
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) html: Option<PathBuf>,
    /// Only so many of the newest runs
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub(in crate::cli) limit: Option<usize>,
    /// Only runs against this target, as they name it [default: the target of the newest run]
    #[arg(id = "history_target", long = "target", value_name = "URL")]
    pub(in crate::cli) target: Option<String>,
    /// Take runs against different targets for one history
    #[arg(long, conflicts_with = "history_target")]
    pub(in crate::cli) all_targets: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Report {
    #[command(subcommand)]
    pub(in crate::cli) command: ReportCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ReportCommand {
    /// Write the reports of a run again
    Rebuild {
        /// The run's folder
        #[arg(id = "rebuilt", default_value = "reports/latest", value_name = "RUN")]
        run: PathBuf,
        /// These formats, separated by commas [default: json, junit, html, and what is there]
        #[arg(id = "rebuilt_formats", long = "format", value_name = "NAME", value_delimiter = ',', value_parser = crate::cli::project::format_name)]
        formats: Vec<String>,
    },
    /// Make one report of the runs of all shards, unless one of them or a case is missing or there twice
    Merge {
        /// Folders of the shards' runs, or folders with such folders
        #[arg(required = true, value_name = "DIR")]
        runs: Vec<PathBuf>,
        /// Folder of reports; the merged run gets a folder in it, and `latest` points to it
        #[arg(id = "merged", long = "out", value_name = "DIR", default_value = "reports")]
        out: PathBuf,
        /// Write these formats, as `run` does
        #[arg(id = "formats", long = "format", value_name = "NAME", value_delimiter = ',', value_parser = crate::cli::project::format_name)]
        formats: Vec<String>,
        #[command(flatten)]
        past: Earlier,
        /// Print no findings, only the summary
        #[arg(long, short)]
        quiet: bool,
    },
}
