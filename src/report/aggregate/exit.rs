//! The exit status of a run.

use super::book::Book;
use crate::model::{Exit, FindingReport, RestoreReport, RunFinished};
use crate::report::words::count;
use crate::text::Severity;

/// What decides besides the findings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Circumstances<'a> {
    pub(super) fail_on: Severity,
    pub(super) finished: Option<&'a RunFinished>,
    /// The variables of the credential that every request was refused for.
    pub(super) refused: Option<&'a str>,
    /// Some request that keeps the contract was accepted, or none was asked for.
    pub(super) accepted: bool,
    /// What was put back, or not.
    pub(super) restored: &'a [RestoreReport],
    /// How many cases of the plan are not there.
    pub(super) missing: u64,
}

/// Misused first, then broken, then inconclusive, then what the engine says.
pub(super) fn exit<'f>(
    findings: impl Iterator<Item = &'f FindingReport>,
    book: &Book,
    circumstances: Circumstances<'_>,
) -> Exit {
    let Circumstances { fail_on, finished, refused, accepted, restored, missing } = circumstances;
    if let Some(run) = finished.filter(|run| run.exit.code == 2) {
        return run.exit.clone();
    }
    if let Some(because) = broken(findings, fail_on) {
        return Exit { code: 1, name: "broken".into(), because };
    }
    if let Some(variables) = refused {
        return inconclusive(refusal(variables));
    }
    let Some(run) = finished else {
        return inconclusive("the log ends before the run did".into());
    };
    // The deployment is not as it was: more than one may stand here, and this is the one to act upon.
    if let Some(lost) = restored.iter().find(|restore| restore.failed) {
        return inconclusive(lost.failure());
    }
    if run.exit.code == 3 {
        return run.exit.clone();
    }
    if missing > 0 {
        return inconclusive(format!("{} of the plan are not there", count(missing, "case", "cases")));
    }
    let cases = book.cases;
    let all = cases.kept + cases.broken + cases.inconclusive;
    if cases.inconclusive > 0 {
        let most = book.troubles.values().max_by_key(|words| words.count);
        let why = most.map(|words| format!(", most often because: {}", words.says)).unwrap_or_default();
        return inconclusive(format!(
            "{} of {} could not be concluded{why}",
            cases.inconclusive,
            count(all, "case", "cases")
        ));
    }
    if all == 0 {
        return inconclusive("no case was run, so nothing was tested".into());
    }
    // A wrong address refuses everything too.
    if !accepted {
        return inconclusive(format!(
            "no request that keeps the contract was accepted: {} only had to be refused",
            count(all, "case", "cases")
        ));
    }
    run.exit.clone()
}

/// What it means that no request got past the credential that these variables make.
pub(super) fn refusal(variables: &str) -> String {
    format!(
        "every request was answered 401 or 403: the target refuses the credential; check the variable {variables}"
    )
}

fn broken<'f>(findings: impl Iterator<Item = &'f FindingReport>, fail_on: Severity) -> Option<String> {
    let counted: Vec<&FindingReport> =
        findings.filter(|finding| finding.finding.severity >= fail_on).collect();
    let clauses: std::collections::BTreeSet<_> =
        counted.iter().map(|finding| finding.finding.clause).collect();
    (!counted.is_empty()).then(|| {
        format!(
            "{} in {}",
            count(counted.len() as u64, "finding", "findings"),
            count(clauses.len() as u64, "clause", "clauses")
        )
    })
}

fn inconclusive(because: String) -> Exit {
    Exit { code: 3, name: "inconclusive".into(), because }
}
