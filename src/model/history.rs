//! Several runs, one after the other: what became of the clauses.

use serde::{Deserialize, Serialize};

use super::course::{RunName, State};
use super::report::{Exit, OperationTiming, Totals};

/// A run held against earlier ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunHistory {
    /// How many earlier runs there are, against the same target.
    pub runs: u64,
    /// The last of them.
    pub newest: RunName,
    /// Clauses that this run broke and the one before did not.
    pub new: u64,
    /// Clauses that it broke as the one before did.
    pub still_failing: u64,
    /// Clauses that are broken now and then, whatever they were in this run.
    pub flapping: u64,
    /// Clauses that it kept and the one before broke.
    pub fixed: u64,
    /// Clauses that the one before broke, and of which this run shows nothing.
    pub unsettled: u64,
}

/// What became of a clause, with the runs that it goes by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClauseHistory {
    /// What became of it.
    pub state: State,
    /// The first run that broke it, as far as there are runs.
    pub first: RunName,
    /// The run that broke it last when it was kept, or not known, before.
    pub since: RunName,
    /// The run that kept it again; None while it is broken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed: Option<RunName>,
    /// How many of the last ten verdicts that count are `broken` …
    pub broken: u64,
    /// … and how many of these verdicts there are.
    pub of: u64,
}

/// What a folder of runs shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// The shape of this document: `1`.
    pub format: u32,
    /// The target of all its runs; None: runs against several targets.
    pub target: Option<String>,
    /// Their environment, if any.
    pub environment: Option<String>,
    /// Oldest first.
    pub runs: Vec<PastRun>,
    /// How many clauses are in which state.
    pub states: States,
    /// The clauses that are new, still failing, flapping or fixed, in this order, then by address.
    pub clauses: Vec<ClauseCourse>,
    /// What is in the folder and not in the history, a line each.
    pub left_out: Vec<String>,
}

/// How many clauses are in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct States {
    /// See [`State::New`].
    pub new: u64,
    /// See [`State::StillFailing`].
    pub still_failing: u64,
    /// See [`State::Flapping`].
    pub flapping: u64,
    /// See [`State::Fixed`].
    pub fixed: u64,
    /// See [`State::Kept`].
    pub kept: u64,
    /// See [`State::Open`].
    pub open: u64,
    /// See [`State::Removed`].
    pub removed: u64,
}

/// A run in a history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PastRun {
    /// The run's id.
    pub run: String,
    /// RFC 3339, UTC.
    pub started: String,
    /// Milliseconds; 0 when it did not end.
    pub millis: u64,
    /// The target's base URL, or `mock`.
    pub target: String,
    /// The environment's name, if any.
    pub environment: Option<String>,
    /// The contract's fingerprint.
    pub fingerprint: String,
    /// Titles of the contract's documents.
    pub titles: Vec<String>,
    /// What keeps it from being a run of the whole contract, each as a fragment: `shard 2/4`, `not to its end`.
    pub part: Vec<String>,
    /// The exit status.
    pub exit: Exit,
    /// The numbers.
    pub totals: Totals,
    /// The clauses with a verdict, kept or broken, in a hundred.
    pub coverage: f64,
    /// Clauses that it broke and the run before, of those that concluded something, did not.
    pub new: u64,
    /// Clauses that it kept and the run before broke.
    pub fixed: u64,
    /// How long answers took, by operation.
    pub timings: Vec<OperationTiming>,
}

/// A clause in a history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClauseCourse {
    /// The clause's address.
    pub address: String,
    /// The promise in words, as the newest run has it.
    pub text: String,
    /// What became of it.
    pub history: ClauseHistory,
    /// A letter per run, oldest first: `K` kept, `k` kept in part, `B` broken, `?` inconclusive, `-` not exercised, `.` not
    /// in the contract of the run.
    pub marks: String,
    /// What the last run that broke it found.
    pub findings: Vec<PastFinding>,
}

/// A finding in a history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastFinding {
    /// Equal for equal findings on every machine.
    pub fingerprint: String,
    /// One line.
    pub summary: String,
    /// The smallest case that shows it.
    pub case: Option<String>,
    /// How many cases show it.
    pub count: u64,
    /// The first run that has it.
    pub first: RunName,
}
