//! One clause, run after run: what each run says of it, and what became of it.

use serde::{Deserialize, Serialize};

use super::clause::ClauseId;
use super::report::RunSettings;
use super::shard::Shard;

/// A run by its name and its day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RunName {
    /// RFC 3339, UTC. First, so that names sort by time.
    pub started: String,
    /// The run's id.
    pub run: String,
}

/// Which part of a plan a run was asked to play. A verdict `kept` of a narrower part says nothing of what a wider one
/// found broken.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Scope {
    /// The selection, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub select: Option<String>,
    /// The older contract and the fingerprint of the present one, where only what has changed was played.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_since: Option<(String, String)>,
    /// The share of the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// Whether writes were left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reads_only: bool,
}

impl Scope {
    /// That of a run with these settings and a contract with this fingerprint.
    #[must_use]
    pub fn of(settings: &RunSettings, fingerprint: &str) -> Self {
        Self {
            select: settings.select.clone(),
            changed_since: settings.changed_since.as_ref().map(|old| (old.clone(), fingerprint.to_owned())),
            shard: settings.shard,
            reads_only: !settings.writes,
        }
    }

    /// Whether it is the whole plan.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// Whether every case of `other` belongs to it, as far as can be told without the cases.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        (self.select.is_none() || self.select == other.select)
            && (self.changed_since.is_none() || self.changed_since == other.changed_since)
            && (self.shard.is_none() || self.shard == other.shard)
            && (!self.reads_only || other.reads_only)
    }

    /// What covers both.
    #[must_use]
    pub fn joined(self, other: &Self) -> Self {
        Self {
            select: self.select.filter(|mine| other.select.as_ref() == Some(mine)),
            changed_since: self.changed_since.filter(|mine| other.changed_since.as_ref() == Some(mine)),
            shard: self.shard.filter(|mine| other.shard == Some(*mine)),
            reads_only: self.reads_only && other.reads_only,
        }
    }
}

/// What one run says of one clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Kept, and all its cases that were played were concluded.
    Kept,
    /// Kept, but the run ended early or some of the clause's cases could not be concluded.
    KeptInPart,
    /// Broken.
    Broken,
    /// Inconclusive.
    Inconclusive,
    /// Not exercised.
    NotExercised,
    /// The contract of the run has no such clause.
    Absent,
}

impl Mark {
    /// The letter for lists.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            Self::Kept => 'K',
            Self::KeptInPart => 'k',
            Self::Broken => 'B',
            Self::Inconclusive => '?',
            Self::NotExercised => '-',
            Self::Absent => '.',
        }
    }
}

/// How a clause came here: what the runs that concluded something about it say, folded one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Course {
    /// The last ten verdicts that count, oldest first: `K` kept, `B` broken.
    pub recent: String,
    /// What the last of them covers, with its equals before it.
    #[serde(default, skip_serializing_if = "Scope::is_everything")]
    pub scope: Scope,
    /// The first run that broke it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<RunName>,
    /// The run that broke it when it was kept, or not known, before: the last such run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<RunName>,
    /// The run that kept it when it was broken before: the last such run. None while it is broken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed: Option<RunName>,
}

/// What became of a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The last run that concluded something broke it, and the one before did not.
    New,
    /// The last run that concluded something broke it, and the one before too.
    StillFailing,
    /// Broken, kept and broken again within the last ten verdicts that count.
    Flapping,
    /// Kept, and broken before, within the last ten verdicts that count.
    Fixed,
    /// Kept in all of the last ten verdicts that count.
    Kept,
    /// No run concluded anything.
    Open,
    /// A later run of the same contract has no such clause any more.
    Removed,
}

impl State {
    /// The word for reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::StillFailing => "still failing",
            Self::Flapping => "flapping",
            Self::Fixed => "fixed",
            Self::Kept => "kept",
            Self::Open => "open",
            Self::Removed => "removed",
        }
    }

    /// The name in JSON, in addresses and in style sheets.
    #[must_use]
    pub fn id(self) -> &'static str {
        if self == Self::StillFailing { "still-failing" } else { self.word() }
    }
}

/// What earlier runs say of the clauses of a run that begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recalled {
    /// How many there are, against the same target.
    pub runs: u64,
    /// The last of them.
    pub newest: RunName,
    /// The clauses that they say something about, in the order of the contract.
    pub clauses: Vec<RecalledClause>,
}

/// What earlier runs say of one clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecalledClause {
    /// Which.
    pub clause: ClauseId,
    /// How it came here.
    pub course: Course,
}
