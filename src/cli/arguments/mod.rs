//! What can be asked for: one file for each group of commands.

mod compare;
mod contracts;
mod gate;
mod mock;
mod project;
mod report;
mod run;
mod sending;
mod suite;
mod values;

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Parser, Subcommand};

pub(super) use compare::{Baseline, BaselineCommand, Compare, Matters};
pub(super) use contracts::{Diff, Format, Import, Lint, Party, PlanArgs};
pub(super) use gate::Waive;
pub(super) use mock::Mock;
pub(super) use project::{Ci, Init};
pub(super) use report::{History, Report, ReportCommand};
pub(super) use run::{Earlier, Recording, Replay, Run, Test};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Yellow.on_default().bold())
    .usage(AnsiColor::Yellow.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Contract testing for HTTP APIs: every promise of a contract, with its origin and a verdict.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, styles = STYLES, max_term_width = 100, arg_required_else_help = true)]
#[command(
    after_help = "Exit status: 0 every clause that was tested is kept · 1 a clause is broken · 2 arguments, \
settings or a contract are wrong, nothing was sent · 3 inconclusive: target lost, credential refused, interrupted, \
nothing tested, state not put back"
)]
pub(in crate::cli) struct Arguments {
    /// The project's configuration [default: countersign.yaml here or above, within the repository]
    #[arg(long, value_name = "FILE", global = true, conflicts_with = "no_config", help_heading = "Project")]
    pub(in crate::cli) config: Option<PathBuf>,
    /// Read no countersign.yaml
    #[arg(long, global = true, help_heading = "Project")]
    pub(in crate::cli) no_config: bool,
    #[command(subcommand)]
    pub(in crate::cli) command: Command,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Test a deployment, or the built-in mock, against contracts
    Run(Box<Run>),
    /// The same cases as tests that a test runner lists, filters and runs
    Test(Test),
    /// Show what would be sent, clause by clause, without sending
    Plan(PlanArgs),
    /// Check contracts on their own: errors, contradictions, examples that break them
    Lint(Lint),
    /// Make a project: a contract that runs at once, environments, settings, a workflow; nothing is overwritten
    Init(Init),
    /// Show what `run` with these arguments would go by, and where each value comes from
    #[command(after_help = "Flags go over environment variables, these over countersign.yaml, and that over what is built in.", mut_arg("json", |json| json.help("Print one JSON object")))]
    Config(Box<Run>),
    /// Show what changed between two contracts, and for whom it breaks something
    Diff(Diff),
    /// Send the same cases to two deployments and show what differs between their answers
    Compare(Compare),
    /// Take what a run found against its baseline over into it
    Baseline(Baseline),
    /// Make a contract from a foreign document
    Import(Import),
    /// Make a foreign document from contracts
    Export(crate::cli::export::Export),
    /// Print the JSON Schema of contracts, waivers or countersign.yaml, for editors
    Schema {
        /// Of which files
        #[arg(value_enum, default_value_t = Format::Contract)]
        of: Format,
    },
    /// Serve the contracts as a deployment that keeps them
    Mock(Mock),
    /// Send one case again, by its id
    Replay(Replay),
    /// Let a finding of the newest report not break a run until a day
    Waive(Waive),
    /// Make the reports of a run again, from its run.ndjson, or one report of several shards
    Report(Report),
    /// Show what became of each clause from run to run: new, still failing, flapping, fixed
    History(History),
    /// Explain a check, a generator, a lint, a report format, an exit status
    Explain {
        /// What to explain; without it, everything is listed
        id: Option<String>,
    },
    /// Print a completion script for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page (troff)
    Man,
}
