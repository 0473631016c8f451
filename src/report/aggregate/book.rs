//! What is counted while the cases come in, in any order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fingerprint::FindingKey;
use super::reception;
use super::repeats::Repeats;
use super::watch::{Sightings, Watch};
use crate::model::{CaseFinished, CaseId, ClauseId, Finding, OpId, Side, Trouble, VerdictStatus, Witness};
use crate::text::Severity;

/// How many witnesses a finding keeps.
const WITNESSES: usize = 5;
/// How many different answers it keeps.
const ANSWERS: usize = 20;

/// Counts, witnesses and findings. Its size goes by the contract, not by the number of cases; merging and adding
/// commute, so that the order of arrival leaves no trace.
#[derive(Debug, Clone, Default)]
pub(super) struct Book {
    pub(super) cases: Counts,
    pub(super) sides: BTreeMap<(ClauseId, Side), Tally>,
    /// By what they are, and by the waiver that they come under.
    pub(super) findings: BTreeMap<(FindingKey, Option<usize>), Group>,
    pub(super) sightings: Sightings,
    /// By code: how often, and the words of the first case of the plan.
    pub(super) troubles: BTreeMap<String, Words>,
}

/// Cases by outcome.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) kept: u64,
    pub(super) broken: u64,
    pub(super) inconclusive: u64,
}

/// What is known of one side of a clause.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub(super) kept: u64,
    pub(super) broken: u64,
    pub(super) inconclusive: u64,
    /// Cases with a note against the clause.
    pub(super) noted: u64,
    pub(super) witness: Option<Shown>,
    pub(super) troubles: BTreeMap<String, Words>,
    /// Of the refusals that were kept: how many had which status; without one where the log has no exchanges.
    pub(super) refusals: BTreeMap<String, u64>,
}

/// A witness and how well it shows the side: a conclusive case before an inconclusive one, then by the plan.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    rank: (bool, u64),
    pub(super) case: Arc<Witness>,
}

/// Words of the first case of the plan that has them.
#[derive(Debug, Clone)]
pub(super) struct Words {
    order: u64,
    pub(super) count: u64,
    pub(super) says: String,
}

impl Words {
    /// Words about so many cases, of which none is the first.
    pub(super) fn new(count: u64, says: String) -> Self {
        Self { order: u64::MAX, count, says }
    }
}

/// Equal findings.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) count: u64,
    pub(super) finding: Finding,
    pub(super) operation: OpId,
    /// The smallest, with its exchanges.
    pub(super) first: Arc<Witness>,
    /// The next ones, without.
    pub(super) others: BTreeMap<Size, Witness>,
    pub(super) size: Size,
    /// By signature: the first case of the plan that got this answer.
    pub(super) answers: BTreeMap<String, (u64, CaseId)>,
    pub(super) repeats: Repeats,
}

/// How much a reader has to look at to see what a case shows: requests, their bytes, then the place in the plan.
pub(super) type Size = (usize, u64, u64);

/// How a case stands to one side of a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Kept,
    Broken,
    Inconclusive,
    Noted,
}

impl Book {
    /// Takes a case of the operation whose id is `own`.
    pub(super) fn add(&mut self, case: &CaseFinished, own: &str, watch: &Watch) {
        self.count(case);
        watch.look(case, &mut self.sightings);
        let refusal = reception::refusal(case, own).unwrap_or_default();
        let mut shared = None;
        let mut witness = || Arc::clone(shared.get_or_insert_with(|| Arc::new(witness_of(case))));

        let mut against: BTreeMap<ClauseId, Severity> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for finding in &case.findings {
            let worst = against.entry(finding.clause).or_insert(finding.severity);
            *worst = finding.severity.max(*worst);
            let key = (FindingKey::of(finding), watch.waives(case, finding));
            if seen.insert(key.clone()) {
                self.find(key, finding, case.operation, witness());
            }
        }
        for (&clause, severity) in &against {
            let side = if clause == case.clause { case.side } else { Side::Observe };
            let mark = match severity {
                Severity::Error => Mark::Broken,
                Severity::Warning => Mark::Kept,
                Severity::Note => Mark::Noted,
            };
            self.mark((clause, side), mark, case, &refusal, &mut witness);
        }
        if !against.contains_key(&case.clause) {
            // Another clause may be broken by an answer from which nothing is concluded about this one.
            let concluded =
                case.trouble.is_none() && case.status != VerdictStatus::Inconclusive && answered(case);
            let mark = if concluded { Mark::Kept } else { Mark::Inconclusive };
            self.mark((case.clause, case.side), mark, case, &refusal, &mut witness);
        }
        for &clause in &case.observed {
            let aimed = clause == case.clause && case.side == Side::Observe;
            if !aimed && !against.contains_key(&clause) {
                self.mark((clause, Side::Observe), Mark::Kept, case, &refusal, &mut witness);
            }
        }
    }

    fn count(&mut self, case: &CaseFinished) {
        match case.status {
            VerdictStatus::Kept => self.cases.kept += 1,
            VerdictStatus::Broken => self.cases.broken += 1,
            VerdictStatus::Inconclusive => {
                self.cases.inconclusive += 1;
                if let Some(trouble) = &case.trouble {
                    hear(&mut self.troubles, trouble, case.order);
                }
            }
        }
    }

    fn mark(
        &mut self,
        at: (ClauseId, Side),
        mark: Mark,
        case: &CaseFinished,
        refusal: &str,
        witness: &mut impl FnMut() -> Arc<Witness>,
    ) {
        let tally = self.sides.entry(at).or_default();
        match mark {
            Mark::Kept => {
                tally.kept += 1;
                if at.1 == Side::Refuse {
                    *tally.refusals.entry(refusal.to_owned()).or_default() += 1;
                }
            }
            Mark::Broken => tally.broken += 1,
            Mark::Noted => tally.noted += 1,
            Mark::Inconclusive => {
                tally.inconclusive += 1;
                let unanswered =
                    || Trouble { code: "unanswered".into(), says: "no answer came to conclude from".into() };
                let trouble = case.trouble.clone().unwrap_or_else(unanswered);
                hear(&mut tally.troubles, &trouble, case.order);
            }
        }
        let rank = (mark == Mark::Inconclusive, case.order);
        if tally.witness.as_ref().is_none_or(|shown| rank < shown.rank) {
            tally.witness = Some(Shown { rank, case: witness() });
        }
    }

    fn find(
        &mut self,
        key: (FindingKey, Option<usize>),
        finding: &Finding,
        operation: OpId,
        first: Arc<Witness>,
    ) {
        let answer = finding.answer.iter();
        let group = Group {
            count: 1,
            finding: finding.clone(),
            operation,
            answers: answer.map(|answer| (answer.clone(), (first.order, first.case.clone()))).collect(),
            repeats: Repeats::of(finding.repeated.as_ref()),
            size: size(&first),
            first,
            others: BTreeMap::new(),
        };
        match self.findings.entry(key) {
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(group);
            }
            std::collections::btree_map::Entry::Occupied(mut place) => place.get_mut().merge(&group),
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.cases.kept += other.cases.kept;
        self.cases.broken += other.cases.broken;
        self.cases.inconclusive += other.cases.inconclusive;
        for (at, tally) in &other.sides {
            self.sides.entry(*at).or_default().merge(tally);
        }
        for (key, group) in &other.findings {
            self.findings
                .entry(key.clone())
                .and_modify(|mine| mine.merge(group))
                .or_insert_with(|| group.clone());
        }
        for (at, sighting) in &other.sightings {
            self.sightings.entry(*at).or_default().merge(sighting);
        }
        hear_all(&mut self.troubles, &other.troubles);
    }
}

impl Tally {
    pub(super) fn merge(&mut self, other: &Self) {
        self.kept += other.kept;
        self.broken += other.broken;
        self.inconclusive += other.inconclusive;
        self.noted += other.noted;
        for (status, count) in &other.refusals {
            *self.refusals.entry(status.clone()).or_default() += count;
        }
        hear_all(&mut self.troubles, &other.troubles);
        if let Some(theirs) = &other.witness
            && self.witness.as_ref().is_none_or(|mine| theirs.rank < mine.rank)
        {
            self.witness = Some(theirs.clone());
        }
    }
}

impl Group {
    fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.repeats.merge(&other.repeats);
        for (answer, first) in &other.answers {
            let known = self.answers.entry(answer.clone()).or_insert_with(|| first.clone());
            *known = first.min(known).clone();
        }
        while self.answers.len() > ANSWERS {
            let last = self.answers.iter().max_by_key(|(_, first)| *first).map(|(answer, _)| answer.clone());
            last.map(|last| self.answers.remove(&last));
        }
        let mut others = other.others.clone();
        let (mine, theirs) = (self.size, other.size);
        if theirs < mine {
            others.insert(mine, slim(&self.first));
            self.size = theirs;
            self.first = Arc::clone(&other.first);
            self.finding = other.finding.clone();
            self.operation = other.operation;
        } else if theirs > mine {
            others.insert(theirs, slim(&other.first));
        }
        self.others.append(&mut others);
        while self.others.len() >= WITNESSES {
            self.others.pop_last();
        }
    }
}

/// A case without exchanges shows least.
fn size(witness: &Witness) -> Size {
    if witness.exchanges.is_empty() {
        return (usize::MAX, 0, witness.order);
    }
    let bytes = |exchange: &crate::model::ShownExchange| {
        let request = &exchange.request;
        let headers: usize = request.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        request.bytes + (request.line.len() + headers) as u64
    };
    (witness.exchanges.len(), witness.exchanges.iter().map(bytes).sum(), witness.order)
}

/// Whether the last request of the case got an answer, as far as the exchanges tell: the first line of a lost one is
/// a reason and no status.
fn answered(case: &CaseFinished) -> bool {
    case.exchanges.last().is_none_or(|last| last.reply.line.starts_with(|c: char| c.is_ascii_digit()))
}

fn witness_of(case: &CaseFinished) -> Witness {
    Witness {
        case: case.case.clone(),
        order: case.order,
        generator: case.generator.clone(),
        why: case.why.clone(),
        status: case.status,
        exchanges: case.exchanges.clone(),
    }
}

fn slim(witness: &Witness) -> Witness {
    Witness {
        case: witness.case.clone(),
        generator: witness.generator.clone(),
        why: witness.why.clone(),
        exchanges: Vec::new(),
        ..*witness
    }
}

fn hear(heard: &mut BTreeMap<String, Words>, trouble: &Trouble, order: u64) {
    hear_words(heard, &trouble.code, &Words { order, count: 1, says: trouble.says.clone() });
}

fn hear_all(heard: &mut BTreeMap<String, Words>, other: &BTreeMap<String, Words>) {
    for (code, words) in other {
        hear_words(heard, code, words);
    }
}

fn hear_words(heard: &mut BTreeMap<String, Words>, code: &str, words: &Words) {
    match heard.get_mut(code) {
        None => {
            heard.insert(code.into(), words.clone());
        }
        Some(known) => {
            known.count += words.count;
            if words.order < known.order {
                known.order = words.order;
                known.says.clone_from(&words.says);
            }
        }
    }
}
