//! The folded result of a run: what every report format renders.

use serde::{Deserialize, Serialize};

use super::baseline::BaselineReport;
use super::case::{CaseId, Side};
use super::clause::{Clause, ClauseId, Published};
use super::contract::{Between, Effect, OpId, Source};
use super::event::PlanEnded;
use super::gate::{Gate, Repeated, Waiver, WaiverReport};
use super::history::{ClauseHistory, RunHistory};
use super::shard::Shard;
use super::verdict::{Finding, Trouble, VerdictStatus};
use crate::text::Severity;

/// What a run was asked to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct RunSettings {
    /// The target's base URL, or `mock`.
    pub target: String,
    /// The contract files.
    pub contracts: Vec<String>,
    /// The environment's name, if any.
    pub environment: Option<String>,
    /// What follows `countersign replay CASE` so that a case meets the same contracts and the same target again: words
    /// for a shell, with a space before each. Values of secret variables are left to be filled in.
    #[serde(default)]
    pub replay_with: String,
    /// The seed; 0 is the contract's own order.
    pub seed: u64,
    /// How many cases at once.
    pub jobs: usize,
    /// Requests per second, if limited.
    pub rate: Option<f64>,
    /// How often the plan is repeated.
    pub repeat: u32,
    /// The selection, if any.
    pub select: Option<String>,
    /// The older contract, where only what has changed since is played, and the examples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_since: Option<String>,
    /// The share of the plan that is played; None: all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// Whether writes were allowed.
    pub writes: bool,
    /// The least severity that makes the exit status `broken`.
    #[serde(default = "error")]
    pub fail_on: Severity,
    /// How findings are weighed.
    #[serde(default, skip_serializing_if = "Gate::is_default")]
    pub gate: Gate,
}

impl RunSettings {
    /// Whether only a part of the plan was asked for: what is missing may be in another part.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.select.is_some() || self.shard.is_some() || self.changed_since.is_some()
    }

    /// The command that sends `case` again, to the same target.
    #[must_use]
    pub fn replay(&self, case: &CaseId) -> String {
        format!("countersign replay {case}{}", self.replay_with)
    }
}

fn error() -> Severity {
    Severity::Error
}

/// All that reports need to know of the contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct ContractOutline {
    /// See [`super::Contract::fingerprint`].
    pub fingerprint: String,
    /// Titles of the documents, in order.
    pub titles: Vec<String>,
    /// The published pages, by short name, of all documents.
    pub sources: Vec<(String, Source)>,
    /// In order; [`OpId`] is the index.
    pub operations: Vec<OperationOutline>,
    /// In order.
    pub sequences: Vec<SequenceOutline>,
    /// In order; [`ClauseId`] is the index.
    pub clauses: Vec<Clause>,
    /// The contradictions that the contract records.
    pub contradictions: Vec<ContradictionOutline>,
}

/// All that reports need to know of an operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperationOutline {
    /// Its short name.
    pub id: String,
    /// Index into [`ContractOutline::titles`].
    pub document: usize,
    /// For people.
    pub title: String,
    /// What it is for.
    pub says: Option<String>,
    /// Upper case.
    pub method: String,
    /// The path template.
    pub path: String,
    /// What it does to its resource.
    pub effect: Effect,
    /// Whether it needs a credential.
    #[serde(default = "yes")]
    pub secured: bool,
    /// The variables that its parameters need.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<String>,
}

fn yes() -> bool {
    true
}

/// All that reports need to know of a sequence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SequenceOutline {
    /// Its short name.
    pub name: String,
    /// Index into [`ContractOutline::titles`].
    pub document: usize,
    /// What it shows.
    pub says: String,
    /// The ids of its steps' operations.
    pub steps: Vec<String>,
}

/// All that reports need to know of a contradiction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContradictionOutline {
    /// Its name in the contract.
    pub name: String,
    /// What is against what.
    pub says: String,
    /// What kinds of places are against each other.
    #[serde(default)]
    pub between: Between,
    /// The places, each with its sentence.
    pub sides: Vec<Published>,
    /// The clauses it is about.
    pub concerns: Vec<ClauseId>,
    /// What the contract does about it.
    pub taken: String,
    /// Nothing is judged by the clauses concerned.
    pub undecided: bool,
}

/// The verdict of a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// At least one finding of severity error names it.
    Broken,
    /// It was put to the test, but nothing could be concluded.
    Inconclusive,
    /// At least one of its sides was not put to the test.
    NotExercised,
    /// Witnessed from each of its sides, and no finding of severity error.
    Kept,
}

impl Standing {
    /// The word for reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Inconclusive => "inconclusive",
            Self::NotExercised => "not exercised",
            Self::Kept => "kept",
        }
    }
}

/// The result of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunReport {
    /// The shape of this document: `1`.
    pub format: u32,
    /// The run's id.
    pub run: String,
    /// The version of Countersign.
    pub version: String,
    /// RFC 3339, UTC.
    pub started: String,
    /// RFC 3339, UTC; None: the log ends before the run did.
    pub finished: Option<String>,
    /// When it was resumed after it had ended before its plan did: RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resumed: Vec<String>,
    /// The ids of the shards' runs that it was merged from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<String>,
    /// Milliseconds.
    pub millis: u64,
    /// What the run was asked to do.
    pub settings: RunSettings,
    /// The contract.
    pub contract: ContractOutline,
    /// The numbers.
    pub totals: Totals,
    /// The plan, where the run came to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanEnded>,
    /// The run held against earlier ones, where there are some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<RunHistory>,
    /// One per clause, in the order of the contract.
    pub clauses: Vec<ClauseReport>,
    /// Findings, one per clause, place and kind, worst first, then in the order of the contract.
    pub findings: Vec<FindingReport>,
    /// What became of the waivers, in the order of their files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<WaiverReport>,
    /// The run held against its baseline, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<BaselineReport>,
    /// What the documentation says against itself, and against the answers.
    #[serde(default)]
    pub ledger: Vec<LedgerEntry>,
    /// What was put back.
    pub restored: Vec<RestoreReport>,
    /// What went wrong besides.
    pub troubles: Vec<Trouble>,
    /// How long answers took, by operation, in the order of the contract.
    #[serde(default)]
    pub timings: Vec<OperationTiming>,
    /// Where everything that failed has one cause, such as no answer or the same status: that, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The exit status.
    pub exit: Exit,
}

/// Two sides that can't both be right: sentences of the documentation, or a sentence and an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// The name of the recorded contradiction, or the address of the clause that answers break.
    pub name: String,
    /// What is against what, or what is promised.
    pub says: String,
    /// What kinds of places are against each other.
    #[serde(default)]
    pub between: Between,
    /// The places of the documentation.
    pub sides: Vec<Published>,
    /// What an answer shows about it.
    pub answer: Option<LiveAnswer>,
    /// Who is wrong.
    pub verdict: LedgerVerdict,
}

/// An answer as a side of a [`LedgerEntry`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveAnswer {
    /// What it shows.
    pub says: String,
    /// The case that got it.
    pub case: Option<CaseId>,
}

/// Who is wrong where two sides can't both be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LedgerVerdict {
    /// Sentences of it are against each other; no answer of this run speaks against the side that was taken.
    DocumentationContradictsItself,
    /// Answers keep another side than the one that is promised.
    DocumentationWrong,
    /// Answers break what is documented, and nothing documented speaks for them.
    DeploymentWrong,
    /// Nothing tells.
    Undecided,
}

impl LedgerVerdict {
    /// The words for reports.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::DocumentationContradictsItself => "documentation contradicts itself",
            Self::DocumentationWrong => "documentation wrong",
            Self::DeploymentWrong => "deployment wrong",
            Self::Undecided => "undecided",
        }
    }
}

/// The numbers of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Totals {
    /// Cases that ended.
    pub cases: u64,
    /// Of these, kept.
    pub cases_kept: u64,
    /// Of these, broken.
    pub cases_broken: u64,
    /// Of these, inconclusive.
    pub cases_inconclusive: u64,
    /// Clauses of the contract.
    pub clauses: u64,
    /// Of these, kept.
    pub clauses_kept: u64,
    /// Of these, broken.
    pub clauses_broken: u64,
    /// Of these, inconclusive.
    pub clauses_inconclusive: u64,
    /// Of these, not exercised.
    pub clauses_not_exercised: u64,
    /// Findings of severity error, after grouping.
    pub errors: u64,
    /// Findings of severity warning, after grouping.
    pub warnings: u64,
    /// Findings that are waived, after grouping; not among the errors and warnings.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub waived: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// The verdict of one clause, with its evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClauseReport {
    /// Which clause.
    pub clause: ClauseId,
    /// Its address, again, so that a reader of the JSON needs no look-up.
    pub address: String,
    /// The verdict.
    pub standing: Standing,
    /// Why it is not exercised or inconclusive, one reason each.
    pub because: Vec<String>,
    /// Side by side: only the sides that the clause has.
    pub sides: Vec<SideReport>,
    /// Indices into [`RunReport::findings`].
    pub findings: Vec<usize>,
    /// What became of it since earlier runs, where it is broken or was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<ClauseHistory>,
}

/// One side of a clause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SideReport {
    /// Which.
    pub side: Side,
    /// How many cases kept it (for `observe`: how many answers).
    pub kept: u64,
    /// How many broke it.
    pub broken: u64,
    /// How many were inconclusive.
    pub inconclusive: u64,
    /// Why it was not put to the test.
    pub because: Option<String>,
    /// The first case of the plan that witnesses it.
    pub witness: Option<Witness>,
}

/// A case that shows something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Witness {
    /// Which.
    pub case: CaseId,
    /// The position in the plan.
    pub order: u64,
    /// The generator's id.
    pub generator: String,
    /// What it does, in words.
    pub why: String,
    /// Its outcome.
    pub status: VerdictStatus,
    /// What went over the wire.
    pub exchanges: Vec<ShownExchange>,
}

/// A finding with its witnesses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingReport {
    /// Equal for equal findings on every machine: hash of clause address, check, place and kind.
    pub fingerprint: String,
    /// The address of the clause.
    pub address: String,
    /// The finding as the first witness shows it.
    pub finding: Finding,
    /// The operation of the first witness.
    pub operation: OpId,
    /// How many cases show it.
    pub count: u64,
    /// The witnesses with the smallest requests, at most five, the smallest with its exchanges; equals as in the plan.
    pub witnesses: Vec<Witness>,
    /// The different answers that show it, each with the first case of the plan that got it; at most twenty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<(String, CaseId)>,
    /// What came of sending the requests again, over all cases that were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeated: Option<Repeated>,
    /// The waiver that all of these cases come under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived: Option<Box<Waiver>>,
}

/// How long the answers of one operation took, over the exchanges that the log holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationTiming {
    /// The operation's id.
    pub operation: String,
    /// How many requests were timed.
    pub requests: u64,
    /// Half of them took at most this long, in microseconds, rounded up to one of eight steps per power of two.
    pub median_micros: u64,
    /// 95 in 100 of them took at most this long, rounded as the median is.
    pub p95_micros: u64,
    /// The longest, in microseconds.
    pub longest_micros: u64,
}

/// What was put back, or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoreReport {
    /// Its name in the contract.
    pub name: String,
    /// What it puts back.
    pub says: String,
    /// Whether it was put back.
    pub done: bool,
    /// Whether it should have been and was not; false as well where the contract's own conditions (`when`) say that the
    /// state before the run is none that can be put back.
    #[serde(default)]
    pub failed: bool,
    /// Why not.
    pub because: Option<String>,
}

impl RestoreReport {
    /// A sentence for one that was not put back.
    #[must_use]
    pub fn failure(&self) -> String {
        let because = self.because.as_deref().unwrap_or("nothing says why");
        format!("not put back: {} ({}): {because}", self.name, self.says)
    }
}

/// The exit status of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// 0 kept, 1 broken, 2 misused, 3 inconclusive.
    pub code: u8,
    /// The name of the code.
    pub name: String,
    /// Why, in a sentence; empty for `kept`.
    pub because: String,
}

impl Exit {
    /// The engine's part of the exit status: why no further case was begun, how many cases were played or lost, whether
    /// one of them could not be concluded.
    #[must_use]
    pub fn of_engine(ended: Option<&str>, shard: Option<Shard>, cases: u64, inconclusive: bool) -> Self {
        let because = match (ended, shard) {
            (Some(because), _) => because.to_owned(),
            (None, None) if cases == 0 => "nothing was tested: the plan has no case that may be sent".into(),
            (None, Some(shard)) if cases == 0 => {
                format!("nothing was tested: shard {shard} has no case of the plan that may be sent")
            }
            (None, _) if inconclusive => "at least one case is inconclusive".into(),
            (None, _) => return Self { code: 0, name: "kept".into(), because: String::new() },
        };
        Self { code: 3, name: "inconclusive".into(), because }
    }
}

/// A request and its answer as shown in reports: secrets replaced, long texts cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownExchange {
    /// The operation's id.
    pub operation: String,
    /// The request.
    pub request: ShownMessage,
    /// The answer; its first line says why there is none where it is lost.
    pub reply: ShownMessage,
    /// The request as a curl command line, secrets as `‹name›`.
    pub curl: String,
    /// Microseconds.
    pub micros: u64,
    /// More than 1 where transport errors were retried.
    pub attempts: u32,
    /// The same request with a plain value in the tested place, and what it was answered; where the answer leaves open
    /// what was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<Box<ShownExchange>>,
}

/// A message as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct ShownMessage {
    /// `PUT /v2/p/link/…` or `200 OK`.
    pub line: String,
    /// Name and value.
    pub headers: Vec<(String, String)>,
    /// JSON is pretty-printed; binary is a description.
    pub body: String,
    /// How many bytes the body has on the wire.
    pub bytes: u64,
}
