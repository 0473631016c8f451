//! What a history reads of a `report.json`: a few members of the whole, so that what is not needed is never kept.

use serde::Deserialize;

use crate::model::{
    Exit, Mark, OperationTiming, PastRun, PlanEnded, RunReport, RunSettings, Scope, Standing, Totals,
};
use crate::report::words;
use crate::text::Severity;

/// The shape of `report.json` that is understood.
const FORMAT: u32 = 1;
/// Longer names are none of ours.
const LONGEST_NAME: usize = 80;

/// The part of a report.
#[derive(Debug, Deserialize)]
pub(super) struct Glance {
    format: u32,
    pub(super) run: String,
    pub(super) started: String,
    finished: Option<String>,
    #[serde(default)]
    pub(super) merged: Vec<String>,
    millis: u64,
    pub(super) settings: RunSettings,
    contract: Outline,
    pub(super) totals: Totals,
    #[serde(default)]
    plan: Option<PlanEnded>,
    pub(super) clauses: Vec<Clause>,
    pub(super) findings: Vec<Finding>,
    #[serde(default)]
    timings: Vec<OperationTiming>,
    exit: Exit,
}

#[derive(Debug, Deserialize)]
struct Outline {
    fingerprint: String,
    titles: Vec<String>,
    clauses: Vec<Promise>,
}

#[derive(Debug, Deserialize)]
struct Promise {
    text: String,
}

/// The verdict of a clause.
#[derive(Debug, Deserialize)]
pub(super) struct Clause {
    pub(super) address: String,
    standing: Standing,
    sides: Vec<Side>,
}

#[derive(Debug, Deserialize)]
struct Side {
    inconclusive: u64,
}

/// A finding.
#[derive(Debug, Deserialize)]
pub(super) struct Finding {
    pub(super) fingerprint: String,
    pub(super) address: String,
    pub(super) count: u64,
    #[serde(rename = "finding")]
    found: Found,
    witnesses: Vec<Witness>,
}

#[derive(Debug, Deserialize)]
struct Found {
    severity: Severity,
    summary: String,
}

#[derive(Debug, Deserialize)]
struct Witness {
    case: String,
}

impl Glance {
    /// What a history needs of these bytes, or why they are no report that it can read, as a fragment.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        /// Told apart first, so that a later shape is not called broken.
        #[derive(Deserialize)]
        struct Shape {
            format: u32,
        }
        let glance: Self =
            serde_json::from_slice(bytes).map_err(|error| match serde_json::from_slice::<Shape>(bytes) {
                Ok(Shape { format }) if format != FORMAT => {
                    format!("it has the shape {format}, and this version of Countersign knows {FORMAT}")
                }
                _ => format!("it is no report of Countersign ({error})"),
            })?;
        if glance.format != FORMAT {
            let format = glance.format;
            return Err(format!("it has the shape {format}, and this version of Countersign knows {FORMAT}"));
        }
        let is_time = |c: char| c.is_ascii_digit() || "TZ:.+-".contains(c);
        if !glance.started.chars().all(is_time) || glance.started.parse::<jiff::Timestamp>().is_err() {
            return Err("it does not say when the run started".into());
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if glance.run.is_empty() || glance.run.len() > LONGEST_NAME || !glance.run.chars().all(plain) {
            return Err("its run has no name that a run could have".into());
        }
        Ok(glance)
    }

    /// The same of a report that was folded from a log: read as its `report.json` would be, so that both are one.
    pub(super) fn of(report: &RunReport) -> Result<Self, String> {
        Self::read(&serde_json::to_vec(report).map_err(|error| error.to_string())?)
    }

    /// Which part of the plan it was asked to play.
    pub(super) fn scope(&self) -> Scope {
        Scope::of(&self.settings, &self.contract.fingerprint)
    }

    /// Whether it came to the end of that part.
    pub(super) fn is_whole(&self) -> bool {
        self.finished.is_some() && whole(self.plan.as_ref(), &self.totals)
    }

    /// The address and the words of each clause, with what the run says of it.
    pub(super) fn marks(&self) -> impl Iterator<Item = (&str, &str, Mark)> {
        let whole = self.is_whole();
        let texts = self.contract.clauses.iter().map(|promise| promise.text.as_str());
        self.clauses.iter().zip(texts.chain(std::iter::repeat(""))).map(move |(clause, text)| {
            let open = clause.sides.iter().any(|side| side.inconclusive > 0);
            (clause.address.as_str(), text, mark(clause.standing, whole && !open))
        })
    }

    /// How the run is told of.
    pub(super) fn told(&self) -> PastRun {
        let tested = self.totals.clauses_kept.saturating_add(self.totals.clauses_broken);
        #[expect(clippy::cast_precision_loss, reason = "numbers of clauses")]
        let share = tested as f64 / self.totals.clauses.max(1) as f64;
        let coverage = (share * 1000.0).round().min(1000.0) / 10.0;
        let line = |text: &str| words::one_line(&words::short(text));
        let exit =
            Exit { code: self.exit.code, name: line(&self.exit.name), because: line(&self.exit.because) };
        PastRun {
            run: self.run.clone(),
            started: self.started.clone(),
            millis: self.millis,
            target: self.settings.target.clone(),
            environment: self.settings.environment.clone(),
            fingerprint: self.contract.fingerprint.clone(),
            titles: self.contract.titles.clone(),
            part: self.part(),
            exit,
            totals: self.totals,
            coverage,
            new: 0,
            fixed: 0,
            timings: self.timings.clone(),
        }
    }

    fn part(&self) -> Vec<String> {
        let scope = self.scope();
        let mut words = Vec::new();
        words.extend(scope.shard.map(|shard| format!("shard {shard}")));
        words.extend(scope.select.map(|select| format!("only {}", words::short(&select))));
        words
            .extend(scope.changed_since.map(|(old, _)| format!("what changed since {}", words::short(&old))));
        words.extend(scope.reads_only.then(|| "reads only".to_owned()));
        words.extend((!self.is_whole()).then(|| "not to its end".to_owned()));
        words
    }
}

impl Finding {
    /// Whether it makes its clause broken.
    pub(super) fn is_error(&self) -> bool {
        self.found.severity == Severity::Error
    }

    pub(super) fn summary(&self) -> String {
        words::short(&words::one_line(&self.found.summary))
    }

    pub(super) fn case(&self) -> Option<String> {
        self.witnesses.first().map(|witness| witness.case.clone())
    }
}

/// What a verdict says; `all`: the run came to its end, and every case of the clause was concluded.
pub(super) fn mark(standing: Standing, all: bool) -> Mark {
    match standing {
        Standing::Kept if all => Mark::Kept,
        Standing::Kept => Mark::KeptInPart,
        Standing::Broken => Mark::Broken,
        Standing::Inconclusive => Mark::Inconclusive,
        Standing::NotExercised => Mark::NotExercised,
    }
}

/// Whether every case of the plan, or of the run's share of it, has its place in the numbers.
pub(super) fn whole(plan: Option<&PlanEnded>, totals: &Totals) -> bool {
    plan.is_some_and(|plan| plan.lost == 0 && plan.share <= totals.cases.saturating_add(plan.held_back))
}
