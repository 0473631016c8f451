//! What the documentation says against itself, and against the answers of this run.

use crate::model::{
    Between, Clause, ContractOutline, ContradictionOutline, FindingReport, LedgerEntry, LedgerVerdict,
    LiveAnswer,
};
use crate::text::Severity;

/// One entry for each recorded contradiction, then one for each promise of a page that answers break. `contradicted` is
/// what answers show against clauses that the documentation leaves undecided.
pub(super) fn ledger(
    outline: &ContractOutline,
    findings: &[FindingReport],
    contradicted: &[FindingReport],
) -> Vec<LedgerEntry> {
    let recorded = outline.contradictions.iter().map(|known| recorded(known, findings, contradicted));
    let concerned = |finding: &FindingReport| {
        outline.contradictions.iter().any(|known| known.concerns.contains(&finding.finding.clause))
    };
    let broken = findings
        .iter()
        .filter(|finding| finding.finding.severity == Severity::Error && !concerned(finding))
        .filter_map(|finding| {
            against_the_page(outline.clauses.get(finding.finding.clause.0 as usize)?, finding)
        });
    recorded.chain(broken).collect()
}

fn recorded(
    known: &ContradictionOutline,
    findings: &[FindingReport],
    contradicted: &[FindingReport],
) -> LedgerEntry {
    let about = |finding: &&FindingReport| known.concerns.contains(&finding.finding.clause);
    let other = contradicted.iter().find(about);
    let error = |finding: &&FindingReport| about(finding) && finding.finding.severity == Severity::Error;
    let broken = findings.iter().find(error);
    let verdict = match (other, broken) {
        // Nobody could keep both; the answers keep the one that the contract does not test.
        (Some(_), _) => LedgerVerdict::DocumentationWrong,
        // The side that was taken is broken, but it was only one of two.
        (None, Some(_)) => LedgerVerdict::Undecided,
        (None, None) if known.undecided || known.between == Between::DocumentationLive => {
            LedgerVerdict::Undecided
        }
        (None, None) => LedgerVerdict::DocumentationContradictsItself,
    };
    LedgerEntry {
        name: known.name.clone(),
        says: known.says.clone(),
        between: known.between,
        sides: known.sides.clone(),
        answer: other.or(broken).map(answer),
        verdict,
    }
}

/// None where no page says what is broken: then nothing is documented wrongly.
fn against_the_page(clause: &Clause, finding: &FindingReport) -> Option<LedgerEntry> {
    if clause.origin.published.is_empty() {
        return None;
    }
    // What is expected beyond the words of the page may be expected wrongly.
    let beyond = clause.origin.convention.is_some();
    Some(LedgerEntry {
        name: clause.address.clone(),
        says: clause.text.clone(),
        between: Between::DocumentationLive,
        sides: clause.origin.published.clone(),
        answer: Some(answer(finding)),
        verdict: if beyond { LedgerVerdict::Undecided } else { LedgerVerdict::DeploymentWrong },
    })
}

fn answer(finding: &FindingReport) -> LiveAnswer {
    LiveAnswer {
        says: finding.finding.summary.clone(),
        case: finding.witnesses.first().map(|witness| witness.case.clone()),
    }
}
