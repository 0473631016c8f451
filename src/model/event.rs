//! The only bridge between the engine and the reports. `run.ndjson` is these events, one per line.

use serde::{Deserialize, Serialize};

use super::baseline::{Baseline, Held};
use super::case::{CaseId, Gap, Side};
use super::clause::ClauseId;
use super::contract::OpId;
use super::course::Recalled;
use super::report::{ContractOutline, Exit, RestoreReport, RunSettings, ShownExchange};
use super::verdict::{Finding, Trouble, VerdictStatus};

/// What happens in a run. Order: `RunStarted` first; each case that began ends in exactly one `CaseFinished`;
/// `RunFinished` last, also after an interruption. Nothing in an event holds a secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum Event {
    /// The first event.
    RunStarted(Box<RunStarted>),
    /// What earlier runs say of the clauses. Comes after `RunStarted`, where there are earlier runs.
    Recalled(Recalled),
    /// A side of a clause is not exercised.
    NotExercised(Gap),
    /// A case begins. Not written to the log.
    CaseStarted(CaseStarted),
    /// A case has ended.
    CaseFinished(Box<CaseFinished>),
    /// State was put back, or could not be.
    Restored(RestoreReport),
    /// Something went wrong that is no verdict: a sink that failed, a target that stopped answering.
    Troubled(Trouble),
    /// The plan came to its end. Comes before `RunFinished`, and only where no case was left out.
    PlanEnded(PlanEnded),
    /// A run that had ended before its plan did goes on. Comes after what the log held, a `RunFinished` included.
    RunResumed(RunResumed),
    /// The last event.
    RunFinished(RunFinished),
}

/// How a run begins: all that reports need to know of the contract, so that they can be rebuilt from the log alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunStarted {
    /// The run's id: sorts by time.
    pub run: String,
    /// The version of Countersign.
    pub version: String,
    /// RFC 3339, UTC.
    pub started: String,
    /// What the run was asked to do.
    pub settings: RunSettings,
    /// The clauses and the operations.
    pub contract: ContractOutline,
    /// The ids of the shards' runs that this one was merged from, in the order of the shards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<String>,
    /// The baseline that its answers are held against, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Baseline>,
}

/// A case begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseStarted {
    /// Which.
    pub case: CaseId,
}

/// A case has ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseFinished {
    /// Its stable name.
    pub case: CaseId,
    /// The position in the plan, from 0, over all rounds: reports order by it, not by arrival.
    pub order: u64,
    /// The repetition, from 0.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub round: u32,
    /// The clause that it puts to the test.
    pub clause: ClauseId,
    /// From which side.
    pub side: Side,
    /// The operation of the last step sent.
    pub operation: OpId,
    /// The generator's id.
    pub generator: String,
    /// What the case does, in words.
    pub why: String,
    /// The outcome.
    pub status: VerdictStatus,
    /// What breaks the contract.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// Why nothing could be concluded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Trouble>,
    /// Clauses that the answers were seen to keep.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observed: Vec<ClauseId>,
    /// Time of all its steps, in microseconds.
    pub micros: u64,
    /// What went over the wire, redacted and bounded: of the first round, and of every case that is not kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exchanges: Vec<ShownExchange>,
    /// What its answers are beside the baseline, where the run is held against one; of the first round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// A plan as the conductor saw it: what proves that no case is missing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlanEnded {
    /// The cases of the whole plan, over all rounds and shards.
    pub cases: u64,
    /// Of these, the cases of this run's shard.
    pub share: u64,
    /// Of the share, those that were not sent; `not-exercised` events say why.
    pub held_back: u64,
    /// Of the share, those that were lost to a fault of the program; `troubled` events tell of each.
    pub lost: u64,
    /// SHA-256 in hex over the ids and rounds of all cases, in the order of the plan.
    pub digest: String,
}

/// A run goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunResumed {
    /// RFC 3339, UTC.
    pub resumed: String,
    /// How many cases the log held.
    pub cases: u64,
    /// Whether its last line was cut off, and passed over.
    pub cut_off: bool,
}

/// How a run ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunFinished {
    /// RFC 3339, UTC.
    pub finished: String,
    /// How long it took, in milliseconds.
    pub millis: u64,
    /// The engine's part of the exit status; reports may only make it worse.
    pub exit: Exit,
}
