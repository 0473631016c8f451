//! What a run is asked to do, and what can be wrong with that.

use std::path::PathBuf;
use std::time::Duration;

use crate::model::{Policy, Shard};
use crate::text::{Diagnostic, Severity, SourceFile};

/// Where requests go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The built-in mock of the same contract.
    Mock,
    /// A deployment's base URL.
    Url(String),
}

impl Target {
    /// `mock`, or a URL.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        if word == "mock" { Self::Mock } else { Self::Url(word.to_owned()) }
    }
}

/// What a run is asked to do. [`Default`] is what `countersign run` does without arguments.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder of the project, in which environments and waivers are looked for too; empty: the working folder.
    pub root: PathBuf,
    /// Contract files, or folders of them.
    pub contracts: Vec<PathBuf>,
    /// None: what the environment file says, else the mock.
    pub target: Option<Target>,
    /// An environment's name or file. None: `mock` where the target is the mock, else none.
    pub environment: Option<String>,
    /// Variables given on the command line, in order.
    pub variables: Vec<(String, String)>,
    /// Where the target is the mock, optional variables that nobody gives are made up as well as those that are needed.
    pub invents_all: bool,
    /// A selection of cases.
    pub select: Option<String>,
    /// An older contract, file or folder: only the cases of clauses that were added or changed since, and the examples.
    pub changed_since: Option<PathBuf>,
    /// The share of the plan that is played; None: all of it.
    pub shard: Option<Shard>,
    /// 0: the contract's own order.
    pub seed: u64,
    /// How many cases at once.
    pub jobs: usize,
    /// Requests per second.
    pub rate: Option<f64>,
    /// How often the plan is repeated.
    pub repeat: u32,
    /// End after so many cases.
    pub max_cases: Option<u64>,
    /// End after so long.
    pub time: Option<Duration>,
    /// The least severity that makes the exit status `broken`.
    pub fail_on: Severity,
    /// Writes are allowed on any target.
    pub allow_writes: bool,
    /// How long to wait for an answer; a longer budget of the contract is waited for as well.
    pub patience: Duration,
    /// How often a transport error is retried.
    pub retries: u32,
    /// PEM files with certificates to trust.
    pub certificates: Vec<PathBuf>,
    /// Faults of the built-in mock: `NAME`, `NAME@OPERATION`, `NAME@OPERATION/FIELD`.
    pub faults: Vec<String>,
    /// The share of requests that the faults are for, from 0 to 1.
    pub fault_rate: f64,
    /// What decides whether findings break the run.
    pub gating: Gating,
    /// The process's environment, for `${NAME}` in environment files.
    pub process_environment: fn(&str) -> Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            root: PathBuf::new(),
            contracts: vec![PathBuf::from("contracts")],
            target: None,
            environment: None,
            variables: Vec::new(),
            invents_all: true,
            select: None,
            changed_since: None,
            shard: None,
            seed: 0,
            jobs: 8,
            rate: None,
            repeat: 1,
            max_cases: None,
            time: None,
            fail_on: Severity::Error,
            allow_writes: false,
            patience: Duration::from_secs(10),
            retries: 2,
            certificates: Vec::new(),
            faults: Vec::new(),
            fault_rate: 1.0,
            gating: Gating::default(),
            process_environment: |_| None,
        }
    }
}

impl Settings {
    /// Gives this side, the mock, the variables of the `other`, a deployment, where it has none of its own.
    pub fn know_as(&mut self, other: &Self) {
        self.invents_all = false;
        if self.environment.is_none() {
            self.environment.clone_from(&other.environment);
        }
        // Later ones count.
        let own = std::mem::take(&mut self.variables);
        self.variables = other.variables.iter().cloned().chain(own).collect();
    }
}

/// What decides whether findings break the run.
#[derive(Debug, Clone, Default)]
pub struct Gating {
    /// The waivers; None: `waivers.yaml` beside the contracts, where there is one.
    pub waivers: Option<PathBuf>,
    /// The day by which waivers expire, as `2026-12-31`; None: today in UTC.
    pub today: Option<String>,
    /// How often the request of a finding is repeated, where that changes nothing. `countersign run` does it twice.
    pub repeat_findings: u32,
    /// What findings do that are there every time, or that were not repeated.
    pub on_deterministic: Policy,
    /// What findings do that are there now and then.
    pub on_flaky: Policy,
    /// What findings do that come from a transport that failed for the moment. With `countersign run` the run is then
    /// inconclusive.
    pub on_environment: Policy,
}

/// Why nothing was sent: arguments, settings or the contract are wrong (exit status 2).
#[derive(Debug, Clone, Default)]
pub struct Misused {
    /// What is wrong in files, with places.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that the diagnostics point into.
    pub files: Vec<SourceFile>,
    /// What else is wrong; each is what happened, and lines of help.
    pub messages: Vec<(String, Vec<String>)>,
}

impl Misused {
    /// One message with lines of help.
    pub fn message(says: impl Into<String>, help: &[&str]) -> Self {
        let help = help.iter().map(|&line| line.to_owned()).collect();
        Self { messages: vec![(says.into(), help)], ..Self::default() }
    }
}
