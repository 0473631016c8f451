//! How requests are sent.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::values::{at_least_one, duration, rate};
use crate::assemble::Settings;

/// How requests are sent.
#[derive(Debug, Args)]
pub(in crate::cli) struct Sending {
    /// How many cases at once
    #[arg(long, short, value_name = "N", default_value_t = 8, value_parser = at_least_one, help_heading = "Sending")]
    pub(in crate::cli) jobs: usize,
    /// At most so many requests per second
    #[arg(long, value_name = "N", value_parser = rate, help_heading = "Sending")]
    pub(in crate::cli) rate: Option<f64>,
    /// The longest wait for an answer, unless the contract's budget is longer
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration, help_heading = "Sending")]
    pub(in crate::cli) timeout: Duration,
    /// Retry so often after a transport error, where a request may be repeated
    #[arg(long, value_name = "N", default_value_t = 2, help_heading = "Sending")]
    pub(in crate::cli) retries: u32,
    /// Trust the certificates of this PEM file too
    #[arg(long, value_name = "FILE", help_heading = "Sending")]
    pub(in crate::cli) cacert: Vec<PathBuf>,
    /// Allow writes on a target that is not this machine
    #[arg(long, help_heading = "Target")]
    pub(in crate::cli) allow_writes: bool,
}

impl Sending {
    /// `settings` with these arguments.
    pub(in crate::cli) fn apply(&self, settings: Settings) -> Settings {
        Settings {
            jobs: self.jobs,
            rate: self.rate,
            patience: self.timeout,
            retries: self.retries,
            certificates: self.cacert.clone(),
            allow_writes: self.allow_writes,
            ..settings
        }
    }
}
