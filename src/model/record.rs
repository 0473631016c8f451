//! What of an answer is kept to be compared with another one: of another deployment, or of another day.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::case::{CaseId, Side};
use super::verdict::FindingSite;
use crate::text::Severity;

/// A case that was played, as far as it is to be compared. Nothing in it holds a secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseRecord {
    /// Its stable name.
    pub case: CaseId,
    /// The repetition, from 0.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub round: u32,
    /// The position in the plan, from 0, over all rounds.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub order: u64,
    /// The operation that it is about; `sequences` where it is about several.
    pub operation: String,
    /// The address of the clause that it puts to the test.
    pub clause: String,
    /// From which side.
    pub side: Side,
    /// What the case does, in words.
    pub why: String,
    /// In order, as far as they were sent.
    pub steps: Vec<StepRecord>,
    /// What breaks the contract.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<NotedFinding>,
    /// Values of this deployment or this run alone, with what they are: `captured: id`, `sent: name`, `variable: project`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub made: Vec<(String, String)>,
}

/// A step that was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepRecord {
    /// The operation's id.
    pub operation: String,
    /// Method and path template.
    pub sent: String,
    /// None: no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why there is no answer: `time-out`, `closed` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost: Option<String>,
    /// Header fields that tell something of the answer, by name in lower case; repeated ones joined by `, `.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// None: it has no bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Kept>,
    /// Whether JSON is written without white space.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub compact: bool,
    /// How long it took, in microseconds.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub micros: u64,
}

/// A body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kept {
    /// JSON.
    Json(Value),
    /// Any other text.
    Text(String),
    /// Bytes that are no text.
    Binary {
        /// How many.
        length: u64,
        /// SHA-256 in hex, of all.
        sha256: String,
        /// The first of them, in base64.
        begins: String,
    },
}

/// A finding, as far as it is to be compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NotedFinding {
    /// The step, from 0.
    pub step: usize,
    /// The clause's address.
    pub clause: String,
    /// The check's id.
    pub check: String,
    /// Where in the answer.
    pub site: FindingSite,
    /// How bad it is.
    pub severity: Severity,
    /// In words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
}

fn is_zero<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
