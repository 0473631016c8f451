//! What was found out.

use serde::{Deserialize, Serialize};

use super::case::CaseId;
use super::clause::ClauseId;
use super::gate::Repeated;
use crate::text::{Severity, kind};

/// The outcome of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VerdictStatus {
    /// Everything that was looked at keeps the contract.
    Kept,
    /// At least one finding of severity error.
    Broken,
    /// Neither: no answer, or not enough to judge by.
    Inconclusive,
}

/// The judgement of one case.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Which case.
    pub case: CaseId,
    /// The outcome.
    pub status: VerdictStatus,
    /// What breaks the contract, worst first.
    pub findings: Vec<Finding>,
    /// Why nothing could be concluded.
    pub trouble: Option<Trouble>,
    /// Clauses that the answers were seen to keep (observed, not aimed at), sorted, without repetition.
    pub observed: Vec<ClauseId>,
}

/// A promise that an answer breaks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Which promise.
    pub clause: ClauseId,
    /// The check's id.
    pub check: String,
    /// How bad it is; only errors make a case broken.
    pub severity: Severity,
    /// One line, a lowercase fragment: `answered 200, expected 400`.
    pub summary: String,
    /// Where in the answer.
    pub site: FindingSite,
    /// What was promised, as text.
    pub expected: String,
    /// What came instead, as text (bounded).
    pub actual: String,
    /// Line by line, where it helps.
    pub diff: Option<Diff>,
    /// Which step of the case, from 0.
    pub step: usize,
    /// The signature of the answer, equal in every run that answers alike: status (or `none`), check, and twelve digits
    /// of a digest over what was observed, without what varies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// What came of sending the request again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeated: Option<Repeated>,
}

/// Where in an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "site", content = "at")]
pub enum FindingSite {
    /// The status line.
    Status,
    /// A header field.
    Header(String),
    /// A JSON Pointer into the body; empty for the whole.
    Body(String),
    /// The time it took.
    Time,
    /// The connection.
    Connection,
}

/// A difference, as lines.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Diff {
    /// In order.
    pub lines: Vec<DiffLine>,
}

/// One line of a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffLine {
    /// What happened to it.
    pub op: DiffOp,
    /// The line, without its end.
    pub text: String,
}

/// What happened to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DiffOp {
    /// On both sides.
    #[serde(rename = " ")]
    Same,
    /// Expected, but not there.
    #[serde(rename = "-")]
    Expected,
    /// There, but not expected.
    #[serde(rename = "+")]
    Actual,
    /// Lines left out.
    #[serde(rename = "…")]
    Gap,
}

impl DiffOp {
    /// The sign at the beginning of the line, as in the log.
    #[must_use]
    pub fn sign(self) -> char {
        match self {
            Self::Same => ' ',
            Self::Expected => '-',
            Self::Actual => '+',
            Self::Gap => '…',
        }
    }
}

/// Why a case is inconclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// A stable word: `lost`, `check-panicked`, `not-captured`, `credential-refused` …
    pub code: String,
    /// In words.
    pub says: String,
}

impl Finding {
    /// Where it is, equal for all rows of a list.
    #[must_use]
    pub fn place(&self) -> String {
        place_of(&self.site)
    }

    /// What it says, without what varies from case to case. In findings about the status line numbers stay, as 200 and
    /// 500 are different defects.
    #[must_use]
    pub fn kind(&self) -> String {
        kind(&self.summary, self.site == FindingSite::Status)
    }
}

fn place_of(site: &FindingSite) -> String {
    match site {
        FindingSite::Status => "status".into(),
        FindingSite::Header(name) => format!("header {}", name.to_ascii_lowercase()),
        FindingSite::Body(pointer) => {
            let tokens: Vec<&str> =
                pointer
                    .split('/')
                    .map(|token| {
                        if !token.is_empty() && token.bytes().all(|b| b.is_ascii_digit()) {
                            "*"
                        } else {
                            token
                        }
                    })
                    .collect();
            format!("body {}", tokens.join("/"))
        }
        FindingSite::Time => "time".into(),
        FindingSite::Connection => "connection".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_an_array_are_one_place() {
        assert_eq!(place_of(&FindingSite::Body("/rows/12/name".into())), "body /rows/*/name");
        assert_eq!(place_of(&FindingSite::Body(String::new())), "body ");
        assert_eq!(place_of(&FindingSite::Body("/v2".into())), "body /v2");
    }
}
