//! The exit status of a run.

use super::book::Book;
use crate::model::{
    Exit, FindingReport, Policy, RestoreReport, RunFinished, RunSettings, WaiverReport, WaiverStanding,
};
use crate::report::words::{count, weight};

/// What decides besides the findings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Circumstances<'a> {
    pub(super) settings: &'a RunSettings,
    pub(super) waivers: &'a [WaiverReport],
    pub(super) finished: Option<&'a RunFinished>,
    /// The variables of the credential that every request was refused for.
    pub(super) refused: Option<&'a str>,
    /// Some request that keeps the contract was accepted, or none was asked for.
    pub(super) accepted: bool,
    /// What was put back, or not.
    pub(super) restored: &'a [RestoreReport],
    /// How many cases of the plan are not there.
    pub(super) missing: u64,
    /// How many cases answered otherwise than the baseline says.
    pub(super) changed: u64,
    /// How many could not be held against it.
    pub(super) unheld: u64,
}

/// Misused first, then broken, then inconclusive, then what the engine says.
pub(super) fn exit(findings: &[FindingReport], book: &Book, circumstances: Circumstances<'_>) -> Exit {
    let Circumstances { settings, finished, refused, accepted, restored, missing, unheld, .. } =
        circumstances;
    if let Some(run) = finished.filter(|run| run.exit.code == 2) {
        return run.exit.clone();
    }
    if let Some(because) = broken(findings, circumstances) {
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
    if unheld > 0 {
        let says = count(unheld, "case", "cases");
        return inconclusive(format!("{says} could not be held against the baseline"));
    }
    // A wrong address refuses everything too.
    if !accepted {
        return inconclusive(format!(
            "no request that keeps the contract was accepted: {} only had to be refused",
            count(all, "case", "cases")
        ));
    }
    let weighing =
        |policy| findings.iter().filter(move |one| weight(one, settings) == Some(policy)).count() as u64;
    let open = weighing(Policy::Inconclusive);
    if open > 0 {
        return inconclusive(format!(
            "{} may come from a transport that failed for the moment, or happen now and then only",
            count(open, "finding", "findings")
        ));
    }
    let waived = findings.iter().filter(|finding| finding.waived.is_some()).count() as u64;
    let warned = weighing(Policy::Warn);
    let but: Vec<String> = [(waived, "waived"), (warned, "only warned of")]
        .into_iter()
        .filter(|(findings, _)| *findings > 0)
        .map(|(findings, what)| format!("{} {what}", count(findings, "finding is", "findings are")))
        .collect();
    Exit { because: but.join(", "), ..run.exit.clone() }
}

/// What it means that no request got past the credential that these variables make.
pub(super) fn refusal(variables: &str) -> String {
    format!(
        "every request was answered 401 or 403: the target refuses the credential; check the variable {variables}"
    )
}

fn broken(findings: &[FindingReport], circumstances: Circumstances<'_>) -> Option<String> {
    let Circumstances { settings, waivers, changed, .. } = circumstances;
    let counted: Vec<&FindingReport> =
        findings.iter().filter(|finding| weight(finding, settings) == Some(Policy::Fail)).collect();
    let clauses: std::collections::BTreeSet<_> =
        counted.iter().map(|finding| finding.finding.clause).collect();
    let mut words = Vec::new();
    if !counted.is_empty() {
        words.push(format!(
            "{} in {}",
            count(counted.len() as u64, "finding", "findings"),
            count(clauses.len() as u64, "clause", "clauses")
        ));
    }
    for (standing, says) in [
        (WaiverStanding::Expired, ["waiver has expired", "waivers have expired"]),
        (WaiverStanding::Stale, ["waiver matches nothing any more", "waivers match nothing any more"]),
        (WaiverStanding::Changed, ["waiver knows another answer", "waivers know other answers"]),
    ] {
        let wrong = waivers.iter().filter(|waiver| waiver.standing == standing).count() as u64;
        if wrong > 0 {
            words.push(count(wrong, says[0], says[1]));
        }
    }
    if changed > 0 {
        let cases = count(changed, "case answers", "cases answer");
        words.push(format!("{cases} otherwise than the baseline says"));
    }
    (!words.is_empty()).then(|| words.join(", "))
}

fn inconclusive(because: String) -> Exit {
    Exit { code: 3, name: "inconclusive".into(), because }
}
