//! Two deployments, or a deployment and its baseline, side by side: what every output of a comparison renders.

use serde::{Deserialize, Serialize};

use super::case::CaseId;
use super::report::{Exit, OperationTiming};
use super::verdict::{Diff, DiffOp};
use super::volatile::{Place, Volatile};

/// The sides of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hand {
    /// What is known: the old deployment, the baseline.
    Left,
    /// What is new.
    Right,
}

impl Hand {
    /// The word for reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
        }
    }
}

/// What a difference means; the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DifferenceClass {
    /// One side breaks the contract and the other does not, or not there.
    Breaking,
    /// Both sides keep the contract: it leaves this open, and a client may have come to rely on it.
    Compatible,
    /// The same to every reader: order of members, writing of numbers, white space.
    Cosmetic,
}

impl DifferenceClass {
    /// The word for reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Compatible => "compatible",
            Self::Cosmetic => "cosmetic",
        }
    }
}

/// What is different.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceKind {
    /// Only on the right.
    Added,
    /// Only on the left.
    Removed,
    /// Another value.
    Changed,
    /// A value of another JSON type.
    Retyped,
    /// In another place of its array, or under another name.
    Moved,
    /// The order of members.
    MemberOrder,
    /// How numbers are written.
    NumberWriting,
    /// White space between the tokens.
    WhiteSpace,
    /// The contract is broken on one side only, by something else than what is different here: the time, a secret.
    Judged,
    /// A step was sent on one side only.
    Steps,
}

/// Two answers of everything that was asked, side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The version of Countersign.
    pub version: String,
    /// The contract files.
    pub contracts: Vec<String>,
    /// The titles of the contracts.
    pub titles: Vec<String>,
    /// What is known.
    pub left: ComparedSide,
    /// What is new.
    pub right: ComparedSide,
    /// The selection, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub select: Option<String>,
    /// The seed; 0 is the contract's own order.
    pub seed: u64,
    /// The least class that makes the exit status 1; None: none does.
    pub fail_on: Option<DifferenceClass>,
    /// Counts.
    pub totals: ComparedTotals,
    /// What is different, the worst first, then in the order of the plan.
    pub differences: Vec<DifferenceGroup>,
    /// The answers behind the differences line by line, each once: those of a group's first witness.
    #[serde(default)]
    pub answers: Vec<Drawn>,
    /// How many differences of single cases are of more kinds than are listed.
    #[serde(default)]
    pub left_out: u64,
    /// What differs between two answers of the same side.
    pub volatile: Vec<VolatileFound>,
    /// Cases whose status is not the same each time on the same side.
    pub unsteady: Vec<Unsteady>,
    /// How long the answers took, operation by operation.
    pub timing: Vec<ComparedTiming>,
    /// What went wrong that is no difference.
    pub troubles: Vec<String>,
    /// The exit status.
    pub exit: Exit,
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ComparedSide {
    /// The target's base URL, `mock`, or the folder of a baseline.
    pub target: String,
    /// The environment's name, if any.
    pub environment: Option<String>,
    /// Whether writes were allowed.
    pub writes: bool,
}

/// Counts of cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ComparedTotals {
    /// Cases that were played on both sides.
    pub cases: u64,
    /// Of these, those without any difference.
    pub same: u64,
    /// Of these, those whose worst difference breaks the contract on one side.
    pub breaking: u64,
    /// Of these, those whose worst difference is compatible.
    pub compatible: u64,
    /// Of these, those whose worst difference is cosmetic.
    pub cosmetic: u64,
    /// Of these, those that break the same clauses on both sides.
    pub broken_alike: u64,
    /// Cases that were played on the left only.
    pub only_left: u64,
    /// Cases that were played on the right only.
    pub only_right: u64,
}

/// Differences of the same kind in the same place of the answers of an operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DifferenceGroup {
    /// What it means.
    pub class: DifferenceClass,
    /// What is different.
    pub kind: DifferenceKind,
    /// The operation's id.
    pub operation: String,
    /// The statuses on the left and on the right.
    pub status: [Option<u16>; 2],
    /// Where; `*` stands for every element.
    pub place: Place,
    /// What the first case has on the left, as text.
    pub left: Option<String>,
    /// What the first case has on the right, as text.
    pub right: Option<String>,
    /// The clauses that are broken on one side only.
    pub breaks: Vec<OneSided>,
    /// How many cases show it.
    pub cases: u64,
    /// The first of them in the order of the plan, at most five.
    pub witnesses: Vec<DifferenceWitness>,
    /// The two texts word by word, where both are texts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<(DiffOp, String)>,
}

impl DifferenceGroup {
    /// Whether one value for another tells all of it, so that nobody has to see the answers.
    #[must_use]
    pub fn says_all(&self) -> bool {
        self.left.is_some() && self.right.is_some() && matches!(self.place, Place::Header(_))
    }
}

/// The answers of a step on both sides, line by line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// Whose answers.
    pub case: CaseId,
    /// The step, from 0.
    pub step: usize,
    /// What makes one of the other.
    pub diff: Diff,
}

/// A clause that one side breaks and the other does not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OneSided {
    /// Which side.
    pub side: Hand,
    /// The clause's address.
    pub clause: String,
    /// What is wrong, in words.
    pub summary: String,
}

/// A case that shows a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DifferenceWitness {
    /// Which.
    pub case: CaseId,
    /// What it does, in words.
    pub why: String,
    /// The clause that it puts to the test.
    pub clause: String,
    /// The step, from 0.
    pub step: usize,
    /// Method and path template of the step.
    pub sent: String,
}

/// A place that differs between two answers of the same side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolatileFound {
    /// Where, and in which way.
    #[serde(flatten)]
    pub rule: Volatile,
    /// How many cases show it on the left.
    pub left: u64,
    /// How many cases show it on the right.
    pub right: u64,
}

/// A case whose status is not the same each time on the same side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsteady {
    /// Which.
    pub case: CaseId,
    /// The operation of the step.
    pub operation: String,
    /// On which side.
    pub side: Hand,
    /// In words.
    pub says: String,
}

/// How long the answers of an operation took on both sides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparedTiming {
    /// On the left.
    pub left: OperationTiming,
    /// On the right.
    pub right: OperationTiming,
    /// How sure it is that one side is slower: standard deviations of the rank sum (Mann and Whitney), above 0 where the
    /// right is slower.
    pub z: f64,
    /// In words, where one side is clearly slower.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
}
