//! What lets a run break: policies, waivers.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::assemble::Gating;
use crate::model::Policy;

/// What decides whether findings break the run.
#[derive(Debug, Args)]
pub(in crate::cli) struct GatingArgs {
    /// Waivers [default: waivers.yaml beside the contracts or in the working folder, if there]
    #[arg(long, value_name = "FILE", help_heading = "Gate")]
    pub(in crate::cli) waivers: Option<PathBuf>,
    /// Repeat the request of a finding so often, where that changes nothing, to tell whether it is flaky
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(..=100), help_heading = "Gate")]
    pub(in crate::cli) repeat_findings: u32,
    /// What a finding does that is there every time, or that was not repeated
    #[arg(long, value_enum, default_value_t = On::Fail, value_name = "POLICY", help_heading = "Gate")]
    pub(in crate::cli) on_deterministic: On,
    /// What a finding does that is there now and then
    #[arg(long, value_enum, default_value_t = On::Fail, value_name = "POLICY", help_heading = "Gate")]
    pub(in crate::cli) on_flaky: On,
    /// What a finding does that comes from a transport that failed for the moment
    #[arg(long, value_enum, default_value_t = On::Inconclusive, value_name = "POLICY", help_heading = "Gate")]
    pub(in crate::cli) on_environment: On,
    /// The day by which waivers expire
    #[arg(long, value_name = "DAY", hide = true)]
    pub(in crate::cli) today: Option<String>,
}

impl GatingArgs {
    pub(super) fn gating(&self) -> Gating {
        Gating {
            waivers: self.waivers.clone(),
            today: self.today.clone(),
            repeat_findings: self.repeat_findings,
            on_deterministic: self.on_deterministic.into(),
            on_flaky: self.on_flaky.into(),
            on_environment: self.on_environment.into(),
        }
    }
}

/// A policy on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum On {
    /// The run is broken
    Fail,
    /// The run is inconclusive
    Inconclusive,
    /// It is shown, and does nothing
    Warn,
}

impl From<On> for Policy {
    fn from(word: On) -> Self {
        match word {
            On::Fail => Self::Fail,
            On::Inconclusive => Self::Inconclusive,
            On::Warn => Self::Warn,
        }
    }
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  countersign waive 3f9a0c1d2e4b --until 2027-01-31 --because 'fixed in release 7'\n  \
countersign waive create-note/request/body/text/maxLength --until 2027-01-31 --because 'release 7'"
)]
pub(in crate::cli) struct Waive {
    /// The finding: its clause, the beginning of its fingerprint, or the id of the only case to waive
    pub(in crate::cli) finding: String,
    /// The last day in UTC on which the waiver holds, such as 2026-12-31
    #[arg(long, value_name = "DATE")]
    pub(in crate::cli) until: String,
    /// Why it may stay for a while
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) because: String,
    /// Who sees to it
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) owner: Option<String>,
    /// Where it is followed up
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) ticket: Option<String>,
    /// The file to write to [default: the one that the run has read, else waivers.yaml beside its contracts]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) waivers: Option<PathBuf>,
    /// Folder of reports, of which the newest counts, or of one run
    #[arg(long, value_name = "DIR", default_value = "reports")]
    pub(in crate::cli) report: PathBuf,
    /// The present day
    #[arg(long, value_name = "DAY", hide = true)]
    pub(in crate::cli) today: Option<String>,
}
