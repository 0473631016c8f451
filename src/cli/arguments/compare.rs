//! `compare` and `baseline`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::values::{at_least_one, duration, rate, variable};
use crate::assemble::{Settings, Target};

#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 same · 1 different in something that matters · 2 misused, nothing was sent · \
3 inconclusive\n\nExamples:\n  countersign compare --left https://old.example.com --right https://new.example.com \
--env staging\n  countersign compare --left mock --right https://api.example.com --right-env staging"
)]
pub(in crate::cli) struct Compare {
    /// Contract files, or folders of them
    #[arg(default_value = "contracts")]
    pub(in crate::cli) contracts: Vec<PathBuf>,
    /// What is known: base URL of a deployment, or `mock`
    #[arg(long, value_name = "URL|mock", help_heading = "Targets")]
    pub(in crate::cli) left: String,
    /// What is new
    #[arg(long, value_name = "URL|mock", help_heading = "Targets")]
    pub(in crate::cli) right: String,
    /// Environment of both sides: a name in environments/, or a file
    #[arg(long, value_name = "NAME|FILE", help_heading = "Targets")]
    pub(in crate::cli) env: Option<String>,
    /// Environment of the left side
    #[arg(long, value_name = "NAME|FILE", help_heading = "Targets")]
    pub(in crate::cli) left_env: Option<String>,
    /// Environment of the right side
    #[arg(long, value_name = "NAME|FILE", help_heading = "Targets")]
    pub(in crate::cli) right_env: Option<String>,
    /// Give a variable its value on both sides
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable, help_heading = "Targets")]
    pub(in crate::cli) variables: Vec<(String, String)>,
    /// Give a variable its value on the left side
    #[arg(long = "left-var", value_name = "NAME=VALUE", value_parser = variable, help_heading = "Targets")]
    pub(in crate::cli) left_variables: Vec<(String, String)>,
    /// Give a variable its value on the right side
    #[arg(long = "right-var", value_name = "NAME=VALUE", value_parser = variable, help_heading = "Targets")]
    pub(in crate::cli) right_variables: Vec<(String, String)>,
    /// Only these cases, such as 'operation:query-*' or 'side:accept'
    #[arg(long, value_name = "EXPR", help_heading = "Cases")]
    pub(in crate::cli) select: Option<String>,
    /// Shuffle cases that may be shuffled; 0 is the contract's order
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Cases")]
    pub(in crate::cli) seed: u64,
    /// How many cases at once on each side; with more than one, counters of a deployment count in another order
    #[arg(long, short, value_name = "N", default_value_t = 1, value_parser = at_least_one, help_heading = "Sending")]
    pub(in crate::cli) jobs: usize,
    /// At most so many requests per second to each side
    #[arg(long, value_name = "N", value_parser = rate, help_heading = "Sending")]
    pub(in crate::cli) rate: Option<f64>,
    /// The longest wait for an answer, unless the contract's budget is longer
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration, help_heading = "Sending")]
    pub(in crate::cli) timeout: Duration,
    /// Trust the certificates of this PEM file too
    #[arg(long, value_name = "FILE", help_heading = "Sending")]
    pub(in crate::cli) cacert: Vec<PathBuf>,
    /// Allow writes on targets that are not this machine
    #[arg(long, help_heading = "Targets")]
    pub(in crate::cli) allow_writes: bool,
    /// Let the mock on the right break a promise: NAME, NAME@OPERATION or NAME@OPERATION/FIELD
    #[arg(long = "fault", value_name = "FAULT", help_heading = "Targets")]
    pub(in crate::cli) faults: Vec<String>,
    /// The least class of a difference that makes the exit status 1
    #[arg(id = "matters", long = "fail-on", value_enum, default_value_t = Matters::Compatible, value_name = "CLASS", help_heading = "Report")]
    pub(in crate::cli) fail_on: Matters,
    /// Rules for what is noise anyway, such as the volatile.yaml of a baseline
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    pub(in crate::cli) rules: Option<PathBuf>,
    /// Write the rules that were found beside the contract, and let it include them
    #[arg(long, help_heading = "Report")]
    pub(in crate::cli) write_volatile: bool,
    /// Write the rules that were found to this file; a contract can `include` it
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    pub(in crate::cli) write_rules: Option<PathBuf>,
    /// Folder for compare.json and compare.html
    #[arg(long, value_name = "DIR", default_value = "reports/compare", help_heading = "Report")]
    pub(in crate::cli) report: PathBuf,
    /// Print compare.json to standard output instead of the differences
    #[arg(long, help_heading = "Report")]
    pub(in crate::cli) json: bool,
}

/// Which differences matter.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(in crate::cli) enum Matters {
    /// One side breaks the contract
    Breaking,
    /// That, or both sides keep it and answer otherwise
    Compatible,
    /// That, or the same is written otherwise
    Cosmetic,
    /// None
    Nothing,
}

impl Compare {
    /// The settings of one side.
    fn side(&self, target: &str, env: Option<&String>, variables: &[(String, String)]) -> Settings {
        Settings {
            contracts: self.contracts.clone(),
            target: Some(Target::from_word(target)),
            environment: env.or(self.env.as_ref()).cloned(),
            variables: self.variables.iter().chain(variables).cloned().collect(),
            select: self.select.clone(),
            seed: self.seed,
            jobs: self.jobs,
            rate: self.rate,
            repeat: 2,
            patience: self.timeout,
            certificates: self.cacert.clone(),
            allow_writes: self.allow_writes,
            process_environment: crate::cli::process_environment,
            ..Settings::default()
        }
    }

    /// The settings of both sides.
    pub(in crate::cli) fn settings(&self) -> [Settings; 2] {
        let mut left = self.side(&self.left, self.left_env.as_ref(), &self.left_variables);
        let mut right = self.side(&self.right, self.right_env.as_ref(), &self.right_variables);
        // Both are sent the same: a mock knows what the deployment on the other side knows, and nothing more.
        let is_mock = |side: &Settings| side.target == Some(Target::Mock);
        match (is_mock(&left), is_mock(&right)) {
            (true, false) => left.know_as(&right),
            (false, true) => right.know_as(&left),
            _ => {}
        }
        [left, Settings { faults: self.faults.clone(), ..right }]
    }
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Baseline {
    #[command(subcommand)]
    pub(in crate::cli) command: BaselineCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum BaselineCommand {
    /// Take changed, new and gone cases over
    #[command(
        after_help = "Examples:\n  countersign baseline accept --all\n  countersign baseline accept create-note sequences\n  \
countersign baseline accept 4fe2718d --from reports/20261122T214723282Z-01317"
    )]
    Accept {
        /// Names of operations, `sequences` for all cases that are about several, and ids of single cases, or enough of
        /// their beginning (four characters)
        #[arg(required_unless_present = "all", value_name = "CASE|OPERATION")]
        names: Vec<String>,
        /// All of them
        #[arg(long)]
        all: bool,
        /// The folder of the run that was held against the baseline
        #[arg(long, value_name = "RUN", default_value = "reports/latest")]
        from: PathBuf,
    },
}
