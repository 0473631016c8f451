//! What decides whether findings break a run: waivers, and what a repetition of the request showed.

use serde::{Deserialize, Serialize};

use super::case::CaseId;
use crate::text::Place;

/// How findings are weighed for the exit status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Gate {
    /// The day of the run in UTC, as `2026-12-31`: what waivers expire by.
    #[serde(default)]
    pub today: String,
    /// How often the request of a finding is repeated.
    #[serde(default)]
    pub repeat_findings: u32,
    /// What findings do that every repetition showed again, or that were not repeated.
    #[serde(default)]
    pub on_deterministic: Policy,
    /// What findings do that only some repetitions showed again.
    #[serde(default)]
    pub on_flaky: Policy,
    /// What findings do that come from a transport that failed for the moment.
    #[serde(default)]
    pub on_environment: Policy,
    /// The waivers, in the order of their files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<Waiver>,
}

impl Gate {
    /// Whether there is nothing to write down.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Which waivers there are, in words that are equal where the waivers are, wherever their file is.
    #[must_use]
    pub fn waived(&self) -> String {
        let words = |waiver: &Waiver| format!("{} `{}` {}", waiver.target(), waiver.answer, waiver.words());
        let all: Vec<String> = self.waivers.iter().map(words).collect();
        if all.is_empty() { "none".into() } else { all.join(", ") }
    }

    /// What a finding with this result does.
    #[must_use]
    pub fn policy(&self, repeated: Option<&Repeated>) -> Policy {
        match repeated.map(|repeated| repeated.result) {
            None | Some(RepeatResult::Deterministic | RepeatResult::NotRepeated) => self.on_deterministic,
            Some(RepeatResult::Flaky) => self.on_flaky,
            Some(RepeatResult::Environment) => self.on_environment,
        }
    }
}

/// What a finding does to the exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// The run is broken.
    #[default]
    Fail,
    /// The run is inconclusive, unless something else breaks it.
    Inconclusive,
    /// It is shown, and does nothing.
    Warn,
}

/// A finding that is known and does not break the run for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// The address of the clause; None: whatever the case breaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
    /// The only case that is waived; None: every case that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// A case that showed it when it was waived: where this one has a verdict, the waiver can be judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<CaseId>,
    /// The signature of the answer: see [`super::Finding::answer`].
    pub answer: String,
    /// Why.
    pub reason: String,
    /// Who sees to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Where it is followed up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// The last day in UTC on which it holds, as `2026-12-31`.
    pub until: String,
    /// It is there now and then only: a run without it says nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub flaky: bool,
    /// Where it stands.
    #[serde(default)]
    pub place: Place,
}

impl Waiver {
    /// What it is about: the clause or the case, or both.
    #[must_use]
    pub fn target(&self) -> String {
        match (&self.clause, &self.case) {
            (Some(clause), Some(case)) => format!("{clause} (case {case})"),
            (Some(clause), None) => clause.clone(),
            (None, Some(case)) => format!("case {case}"),
            (None, None) => "nothing".into(),
        }
    }

    /// Whether it holds on the day `today`.
    #[must_use]
    pub fn holds_on(&self, today: &str) -> bool {
        // Days in this form sort as they follow each other.
        *today <= *self.until
    }

    /// `waived until 2026-12-31: REASON (OWNER, TICKET)`.
    #[must_use]
    pub fn words(&self) -> String {
        let who: Vec<&str> = [&self.owner, &self.ticket].into_iter().flatten().map(String::as_str).collect();
        let who = if who.is_empty() { String::new() } else { format!(" ({})", who.join(", ")) };
        format!("waived until {}: {}{who}", self.until, self.reason)
    }
}

/// What became of a waiver in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaiverReport {
    /// The waiver.
    pub waiver: Waiver,
    /// What became of it.
    pub standing: WaiverStanding,
    /// How many cases it was applied to; of an expired one: would have been.
    pub cases: u64,
    /// What is wrong and what to do; empty where nothing is.
    pub says: String,
}

/// What became of a waiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WaiverStanding {
    /// It waived at least one finding.
    Used,
    /// What it is about was not played, so nothing can be said.
    Unjudged,
    /// Its last day has passed.
    Expired,
    /// What it waives does not happen any more.
    Stale,
    /// What it is about is answered otherwise than when it was waived.
    Changed,
}

impl WaiverStanding {
    /// Whether it breaks the run.
    #[must_use]
    pub fn fails(self) -> bool {
        matches!(self, Self::Expired | Self::Stale | Self::Changed)
    }

    /// The word for reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Unjudged => "not judged",
            Self::Expired => "expired",
            Self::Stale => "matches nothing",
            Self::Changed => "answer has changed",
        }
    }
}

/// What came of sending the request of a finding again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeated {
    /// What that says.
    pub result: RepeatResult,
    /// How often the finding was seen, the first time included.
    pub shown: u64,
    /// How often there was something to see, the first time included.
    pub of: u64,
    /// Why it was not repeated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

impl Repeated {
    /// `flaky: 1 of 3 times`.
    #[must_use]
    pub fn words(&self) -> String {
        let Self { result, shown, of, because } = self;
        match (result, because) {
            (RepeatResult::NotRepeated, Some(because)) => format!("not repeated: {because}"),
            (RepeatResult::Environment, _) => {
                format!("environment: the transport failed, {shown} of {of} times")
            }
            _ => format!("{}: {shown} of {of} times", result.word()),
        }
    }
}

/// What repetitions of a finding say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RepeatResult {
    /// It is there every time.
    Deterministic,
    /// Nobody knows: repeating it might change something.
    NotRepeated,
    /// It is there now and then.
    Flaky,
    /// It comes from a transport that failed for the moment.
    Environment,
}

impl RepeatResult {
    /// The word for reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Deterministic => "deterministic",
            Self::NotRepeated => "not repeated",
            Self::Flaky => "flaky",
            Self::Environment => "environment",
        }
    }
}
