//! A run held against a baseline: what each case has shown of it, and what all have.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::case::CaseId;
use super::comparison::{DifferenceGroup, Drawn};

/// The baseline that a run is held against, as it was when the run began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// Its folder.
    pub folder: String,
    /// Its cases, each with the folder that it is in: an operation, or `sequences`.
    pub cases: BTreeMap<CaseId, String>,
}

/// What a case has shown of the baseline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Held {
    /// It answered as the baseline says.
    Same,
    /// It answered otherwise.
    Changed(CaseDifferences),
    /// The baseline does not have it.
    New,
}

/// How the answers of one case differ.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CaseDifferences {
    /// One for each place and kind, the worst first.
    pub differences: Vec<DifferenceGroup>,
    /// The answers line by line, where that helps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Drawn>,
    /// How many differences found no room.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// A run held against its baseline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BaselineReport {
    /// The folder of the baseline.
    pub folder: String,
    /// How many cases answered as it says.
    pub same: u64,
    /// Cases that answered otherwise, in the order of the plan. They make the run broken.
    pub changed: Vec<BaselineCase>,
    /// Cases that the baseline does not have, in the order of the plan.
    pub new: Vec<BaselineCase>,
    /// Cases that the plan does not have any more; empty where only a part of the plan was played.
    pub gone: Vec<BaselineCase>,
    /// What is different in the changed ones, the worst first, then in the order of the plan.
    pub differences: Vec<DifferenceGroup>,
    /// The answers behind the differences line by line, each once.
    pub answers: Vec<Drawn>,
    /// How many differences of single cases are of more kinds than are listed.
    pub left_out: u64,
}

/// A case of a baseline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaselineCase {
    /// Its stable name.
    pub case: CaseId,
    /// The folder that it is in: an operation, or `sequences`.
    pub operation: String,
    /// What it does, in words; empty where it is gone.
    pub why: String,
}
