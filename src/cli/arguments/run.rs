//! `run`, and what plays the same cases: `test`, `replay`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::gate::GatingArgs;
use super::mock::Faulty;
use super::sending::Sending;
use super::suite::{Common, Deployment, Portion};
use super::values::duration;
use crate::assemble::Settings;
use crate::text::Severity;

#[derive(Debug, Args)]
#[command(after_help = "Exit status: 0 kept · 1 broken · 2 misused, nothing was sent · 3 inconclusive\n\n\
Examples:\n  countersign run\n  countersign run contracts/ddm-accounts.yaml --env staging --allow-writes\n  \
countersign run --target http://127.0.0.1:8080 --env mock --select 'reset-*/request/body/**'")]
pub(in crate::cli) struct Run {
    #[command(flatten)]
    pub(in crate::cli) common: Common,
    #[command(flatten)]
    pub(in crate::cli) sending: Sending,
    #[command(flatten)]
    pub(in crate::cli) faulty: Faulty,
    #[command(flatten)]
    pub(in crate::cli) portion: Portion,
    /// Go on with the run in this folder, or with the newest run in it: only what its log lacks is played
    #[arg(long, value_name = "DIR", conflicts_with = "report", help_heading = "Report")]
    pub(in crate::cli) resume: Option<PathBuf>,
    /// Repeat the plan so many times
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..), help_heading = "Cases")]
    pub(in crate::cli) repeat: u32,
    /// Stop after so many cases; the run is then inconclusive
    #[arg(long, value_name = "N", help_heading = "Cases")]
    pub(in crate::cli) max_cases: Option<u64>,
    /// Stop after so long; the run is then inconclusive
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = "Cases")]
    pub(in crate::cli) time: Option<Duration>,
    /// The least severity of a finding that makes the run broken
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY", help_heading = "Report")]
    pub(in crate::cli) fail_on: FailOn,
    #[command(flatten)]
    pub(in crate::cli) gating: GatingArgs,
    /// Folder of reports; each run gets a folder in it, and `latest` points to the newest
    #[arg(long, value_name = "DIR", default_value = "reports", help_heading = "Report")]
    pub(in crate::cli) report: PathBuf,
    /// Write these formats, separated by commas; `default` and `all` stand for several [default: json, junit and html,
    /// on GitHub's runners its annotations too]
    #[arg(long = "format", value_name = "NAME", value_delimiter = ',', value_parser = crate::cli::project::format_name, help_heading = "Report")]
    pub(in crate::cli) formats: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) past: Earlier,
    #[command(flatten)]
    pub(in crate::cli) recording: Recording,
    /// Print report.json to standard output instead of the findings
    #[arg(long, help_heading = "Report")]
    pub(in crate::cli) json: bool,
    /// Print no progress and no findings, only the summary
    #[arg(long, short, help_heading = "Report")]
    pub(in crate::cli) quiet: bool,
}

impl Run {
    /// The settings that these arguments ask for.
    pub(in crate::cli) fn settings(&self) -> Settings {
        let calibrates = self.recording.record.is_some() && !self.recording.once;
        Settings {
            repeat: if calibrates { self.repeat.max(2) } else { self.repeat },
            max_cases: self.max_cases,
            time: self.time,
            fail_on: self.fail_on.into(),
            gating: self.gating.gating(),
            ..self.portion.apply(self.faulty.apply(self.sending.apply(self.common.settings())))
        }
    }
}

/// The runs that a run is held against.
#[derive(Debug, Args)]
pub(in crate::cli) struct Earlier {
    /// Folder of earlier runs, at any depth: the reports say what is new, still failing, flapping, fixed
    /// [default: the folder of reports]
    #[arg(long, value_name = "DIR", help_heading = "Report", env = "COUNTERSIGN_HISTORY")]
    pub(in crate::cli) history: Option<PathBuf>,
    /// Hold the run against no earlier ones
    #[arg(long, help_heading = "Report")]
    pub(in crate::cli) no_history: bool,
}

/// Answers of another day.
#[derive(Debug, Args)]
pub(in crate::cli) struct Recording {
    /// Keep the answers in this folder, as a baseline; each case is played twice, to find what differs anyway
    #[arg(long, value_name = "DIR", conflicts_with_all = ["baseline", "resume"], help_heading = "Baseline")]
    pub(in crate::cli) record: Option<PathBuf>,
    /// Play each case only once for --record: what differs from one answer to the next is then not found
    #[arg(long, requires = "record", help_heading = "Baseline")]
    pub(in crate::cli) once: bool,
    /// Show what differs from the baseline in this folder; changed answers make the exit status 1
    #[arg(long, value_name = "DIR", help_heading = "Baseline")]
    pub(in crate::cli) baseline: Option<PathBuf>,
}

/// A severity on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum FailOn {
    /// Errors only
    Error,
    /// Errors and warnings
    Warning,
    /// Everything
    Note,
}

impl From<FailOn> for Severity {
    fn from(word: FailOn) -> Self {
        match word {
            FailOn::Error => Self::Error,
            FailOn::Warning => Self::Warning,
            FailOn::Note => Self::Note,
        }
    }
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Test {
    #[command(flatten)]
    pub(in crate::cli) common: Common,
    #[command(flatten)]
    pub(in crate::cli) sending: Sending,
    /// Arguments for the test harness, such as a filter or --list
    #[arg(last = true, value_name = "LIBTEST")]
    pub(in crate::cli) libtest: Vec<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Replay {
    /// The case's id, or enough of its beginning
    pub(in crate::cli) case: String,
    #[command(flatten)]
    pub(in crate::cli) deployment: Deployment,
    #[command(flatten)]
    pub(in crate::cli) sending: Sending,
    #[command(flatten)]
    pub(in crate::cli) faulty: Faulty,
}
