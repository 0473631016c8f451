//! What the documentation says against itself, and against the answers of this run.

use super::reception::Reception;
use crate::model::{
    Between, Clause, ClauseId, ClauseKind, ClauseReport, ContractOutline, ContradictionOutline,
    FindingReport, LedgerEntry, LedgerVerdict, LiveAnswer,
};
use crate::text::Severity;

/// One entry for each recorded contradiction, then one for each promise of a page that answers break. `contradicted` is
/// what answers show against clauses that the documentation leaves undecided.
pub(super) fn ledger(
    outline: &ContractOutline,
    clauses: &[ClauseReport],
    reception: &Reception,
    findings: &[FindingReport],
    contradicted: &[FindingReport],
) -> Vec<LedgerEntry> {
    let recorded = outline
        .contradictions
        .iter()
        .map(|known| recorded(known, outline, clauses, reception, findings, contradicted));
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
    outline: &ContractOutline,
    clauses: &[ClauseReport],
    reception: &Reception,
    findings: &[FindingReport],
    contradicted: &[FindingReport],
) -> LedgerEntry {
    let about = |finding: &&FindingReport| known.concerns.contains(&finding.finding.clause);
    // One answer to an example in which several things are wrong tells of none of them which it was about.
    let refuses_everything = |finding: &FindingReport| {
        let operation = outline.operations.get(finding.operation.0 as usize);
        operation.is_some_and(|operation| reception.refuses_everything(&operation.id))
    };
    let alone = |finding: &&FindingReport| {
        about(finding) && !is_shared(finding.finding.clause, outline) && !refuses_everything(finding)
    };
    let other = contradicted.iter().find(alone);
    let shared = contradicted.iter().find(about).filter(|_| other.is_none());
    let error = |finding: &&FindingReport| about(finding) && finding.finding.severity == Severity::Error;
    let broken = findings.iter().find(error);
    let verdict = match (other, broken) {
        // Then what is wrong with it is seen by what is refused for it alone.
        (None, None) if shared.is_some() && is_enforced(known, outline, clauses) => {
            LedgerVerdict::DocumentationWrong
        }
        (None, None) if shared.is_some() => LedgerVerdict::Undecided,
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
        answer: other.or(broken).or(shared).map(answer),
        verdict,
    }
}

/// Whether a clause that is about a request as a whole is concerned by several contradictions.
fn is_shared(clause: ClauseId, outline: &ContractOutline) -> bool {
    let whole = outline
        .clauses
        .get(clause.0 as usize)
        .is_some_and(|clause| !matches!(clause.kind, ClauseKind::Constraint { .. }));
    whole && outline.contradictions.iter().filter(|known| known.concerns.contains(&clause)).count() > 1
}

/// Whether the run shows that a constraint which the contradiction is about is kept from both sides.
fn is_enforced(known: &ContradictionOutline, outline: &ContractOutline, clauses: &[ClauseReport]) -> bool {
    let of =
        |clause: &ClauseId| Some((outline.clauses.get(clause.0 as usize)?, clauses.get(clause.0 as usize)?));
    known.concerns.iter().filter_map(of).any(|(clause, report)| {
        matches!(clause.kind, ClauseKind::Constraint { .. })
            && clause.sides.accept
            && clause.sides.refuse
            && report.sides.iter().all(|side| side.kept > 0 && side.broken == 0 && side.inconclusive == 0)
    })
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
