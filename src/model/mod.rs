//! All nouns: plain data with public fields. No I/O, no async, no clocks.

mod baseline;
mod case;
mod clause;
mod comparison;
mod contract;
mod course;
mod differences;
mod event;
mod exchange;
mod gate;
mod histogram;
mod history;
mod record;
mod report;
mod schema;
mod shard;
mod verdict;
mod volatile;

pub use baseline::{Baseline, BaselineCase, BaselineReport, CaseDifferences, Held};
pub use case::{
    Answers, BodyMatch, Case, CaseId, Expectation, Footprint, Gap, Mode, Own, Planned, Request, RequestBody,
    Role, Salt, Side, Step,
};
pub use clause::{Clause, ClauseId, ClauseKind, Origin, Part, Published, Sides};
pub use comparison::{
    ComparedSide, ComparedTiming, ComparedTotals, Comparison, DifferenceClass, DifferenceGroup,
    DifferenceKind, DifferenceWitness, Drawn, Hand, OneSided, Unsteady, VolatileFound,
};
pub use contract::{
    Alternative, Between, Body, BodyAlternative, Carried, Contract, Contradiction, Creates, Document, Effect,
    Example, Generates, HandCase, Location, OpId, Operation, Parameter, Refusal, RequestParts, ResponseSpec,
    Restore, Rule, Secrets, Security, Sequence, SequenceStep, Shown, Source, StatusSet, Style, Unknown,
    Variable, Writing, path_names, path_shape,
};
pub use course::{Course, Mark, Recalled, RecalledClause, RunName, Scope, State};
pub use differences::{Differences, Gathered};
pub use event::{CaseFinished, CaseStarted, Event, PlanEnded, RunFinished, RunResumed, RunStarted};
pub use exchange::{Exchange, Lost, Reply};
pub use gate::{Gate, Policy, RepeatResult, Repeated, Waiver, WaiverReport, WaiverStanding};
pub use histogram::Histogram;
pub use history::{ClauseCourse, ClauseHistory, History, PastFinding, PastRun, RunHistory, States};
pub use record::{CaseRecord, Kept, NotedFinding, StepRecord};
pub use report::{
    ClauseReport, ContractOutline, ContradictionOutline, Exit, FindingReport, LedgerEntry, LedgerVerdict,
    LiveAnswer, OperationOutline, OperationTiming, RestoreReport, RunReport, RunSettings, SequenceOutline,
    ShownExchange, ShownMessage, SideReport, Standing, Totals, Witness,
};
pub use schema::{Definitions, MAPS, Schema};
pub use shard::{ALL_NOT_FOUND, Accepting, Shard};
pub use verdict::{Diff, DiffLine, DiffOp, Finding, FindingSite, Trouble, Verdict, VerdictStatus};
pub use volatile::{BadNoise, Noise, Place, Volatile};

/// What a plug-in (a check, a generator, a lint, a report format) says about itself; `countersign explain ID` prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meta {
    /// A stable name in kebab-case.
    pub id: &'static str,
    /// One line.
    pub summary: &'static str,
    /// What it does, why it matters, what to do about its findings.
    pub explain: &'static str,
}
