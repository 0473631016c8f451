//! From counts to the verdict of each clause.

use std::collections::BTreeSet;

use super::book::{Book, Tally};
use super::reception::Reception;
use crate::model::{
    Clause, ClauseId, ClauseReport, ContractOutline, FindingReport, RepeatResult, Repeated, Side, SideReport,
    Standing, Trouble, Witness,
};
use crate::text::Severity;

/// Why a side was not put to the test, as the planner said it.
pub(super) type Gaps = std::collections::BTreeMap<(ClauseId, Side), BTreeSet<String>>;

/// What the cases of a run showed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) book: &'a Book,
    pub(super) reception: &'a Reception,
    pub(super) gaps: &'a Gaps,
}

/// The verdicts of all clauses. `contradicted`: what answers show against clauses that the documentation leaves
/// undecided. `ended`: the run came to its end.
pub(super) fn clauses(
    outline: &ContractOutline,
    shown: Shown<'_>,
    findings: &[FindingReport],
    contradicted: &[FindingReport],
    ended: bool,
) -> Vec<ClauseReport> {
    let mut named: Vec<Vec<usize>> = vec![Vec::new(); outline.clauses.len()];
    for (index, finding) in findings.iter().enumerate() {
        if let Some(indices) = named.get_mut(finding.finding.clause.0 as usize) {
            indices.push(index);
        }
    }
    (0u32..)
        .map(ClauseId)
        .zip(&outline.clauses)
        .zip(named)
        .map(|((id, clause), named)| {
            let tallies = tallies(id, clause, outline, shown);
            let sides: Vec<SideReport> = tallies
                .iter()
                .map(|(side, tally)| side_report(id, *side, tally, shown.gaps, ended))
                .collect();
            let of = |wanted: bool| {
                let all = named.iter().map(|&index| &findings[index]);
                all.filter(move |finding| transport(finding).is_some() == wanted)
            };
            let worst = of(false).map(|finding| finding.finding.severity).max();
            let passing = of(true).find(|finding| finding.finding.severity == Severity::Error);
            let against = contradicted.iter().find(|finding| finding.finding.clause == id);
            let (standing, because) = if worst == Some(Severity::Error) {
                (Standing::Broken, Vec::new())
            } else if let Some(against) = against {
                (Standing::Inconclusive, vec![contradiction(outline, clause, against)])
            } else if let Some(passing) = passing {
                // What the transport did for the moment says nothing about the promise.
                let because = transport(passing).map(Repeated::words).unwrap_or_default();
                (Standing::Inconclusive, vec![format!("{}; {because}", passing.finding.summary)])
            } else {
                standing(&tallies, &sides)
            };
            ClauseReport {
                clause: id,
                address: clause.address.clone(),
                standing,
                because,
                sides,
                findings: named,
                history: None,
            }
        })
        .collect()
}

/// What repetitions showed, where that is a transport that failed for the moment.
fn transport(finding: &FindingReport) -> Option<&Repeated> {
    finding.repeated.as_ref().filter(|repeated| repeated.result == RepeatResult::Environment)
}

/// The tallies of the sides that the clause has. What was seen in answers to cases that aim elsewhere counts for the
/// first side of a clause that is not observed.
fn tallies(id: ClauseId, clause: &Clause, outline: &ContractOutline, shown: Shown<'_>) -> Vec<(Side, Tally)> {
    let Shown { book, reception, .. } = shown;
    let wanted = [
        (Side::Accept, clause.sides.accept),
        (Side::Refuse, clause.sides.refuse),
        (Side::Observe, clause.sides.observe),
    ];
    let of = |side| book.sides.get(&(id, side)).cloned().unwrap_or_default();
    let mut tallies: Vec<(Side, Tally)> =
        wanted.iter().filter(|(_, has)| *has).map(|(side, _)| (*side, of(*side))).collect();
    if !clause.sides.observe
        && let Some((_, first)) = tallies.first_mut()
    {
        first.merge(&of(Side::Observe));
    }
    let operation = clause.operation.and_then(|op| outline.operations.get(op.0 as usize));
    for (side, tally) in &mut tallies {
        if let Some(operation) = operation.filter(|_| *side == Side::Refuse) {
            reception.weigh(&operation.id, tally);
        }
        let noted = std::mem::take(&mut tally.noted);
        if clause.undecided.is_some() {
            tally.inconclusive += noted;
        } else {
            tally.kept += noted;
        }
    }
    tallies
}

fn side_report(id: ClauseId, side: Side, tally: &Tally, gaps: &Gaps, ended: bool) -> SideReport {
    let because = tally.witness.is_none().then(|| match gaps.get(&(id, side)) {
        Some(reasons) => reasons.iter().map(String::as_str).collect::<Vec<_>>().join("; "),
        None if !ended => "the run ended before".into(),
        None if side == Side::Observe => "no answer of this run showed it".into(),
        None => "no case of this run put it to the test".into(),
    });
    SideReport {
        side,
        kept: tally.kept,
        broken: tally.broken,
        inconclusive: tally.inconclusive,
        because,
        witness: tally.witness.as_ref().map(|shown| Witness::clone(&shown.case)),
    }
}

fn standing(tallies: &[(Side, Tally)], sides: &[SideReport]) -> (Standing, Vec<String>) {
    let named = |side: Side, reason: &str| {
        if sides.len() > 1 { format!("{}: {reason}", side.word()) } else { reason.to_owned() }
    };
    let open = |tally: &Tally| tally.kept + tally.broken == 0 && tally.inconclusive > 0;
    let mut because = Vec::new();
    for (side, tally) in tallies.iter().filter(|(_, tally)| open(tally)) {
        because.extend(tally.troubles.values().map(|words| named(*side, &words.says)));
    }
    if tallies.iter().any(|(_, tally)| open(tally)) {
        if because.is_empty() {
            because.push("nothing could be concluded".into());
        }
        return (Standing::Inconclusive, because);
    }
    if sides.is_empty() {
        return (Standing::NotExercised, vec!["no request and no answer could show it".into()]);
    }
    let first = sides[0].because.as_deref();
    if let Some(reason) = first.filter(|_| sides.iter().all(|side| side.because.as_deref() == first)) {
        return (Standing::NotExercised, vec![reason.into()]);
    }
    let missing: Vec<String> = sides
        .iter()
        .filter_map(|side| side.because.as_deref().map(|reason| named(side.side, reason)))
        .collect();
    let standing = if missing.is_empty() { Standing::Kept } else { Standing::NotExercised };
    (standing, missing)
}

fn contradiction(outline: &ContractOutline, clause: &Clause, against: &FindingReport) -> String {
    let name = clause.undecided.as_deref().unwrap_or_default();
    let says =
        outline.contradictions.iter().find(|known| known.name == name).map_or(name, |known| &known.says);
    format!("the documentation contradicts itself: {says} Here {}.", against.finding.summary)
}

/// What a case that the target refused for its credential says instead of its findings.
pub(super) fn refused(trouble: Option<&Trouble>) -> Trouble {
    let says = trouble
        .filter(|trouble| trouble.code == super::CREDENTIAL_REFUSED)
        .map_or("the target refuses the credential", |trouble| &trouble.says);
    Trouble { code: super::CREDENTIAL_REFUSED.into(), says: says.into() }
}
