//! Waivers while the cases come in, and what became of them at the end.

use std::collections::BTreeMap;

use crate::model::{
    CaseFinished, ClauseId, ContractOutline, Finding, FindingReport, Gate, RunSettings, RunStarted,
    VerdictStatus, Waiver, WaiverReport, WaiverStanding,
};
use crate::report::words::count;

/// The waivers of a run, by what they are about.
#[derive(Debug, Clone, Default)]
pub(super) struct Watch {
    waivers: Vec<Watched>,
    by_clause: BTreeMap<ClauseId, Vec<usize>>,
    by_case: BTreeMap<String, Vec<usize>>,
    /// Cases in which waived findings were seen once.
    by_seen: BTreeMap<String, Vec<usize>>,
}

#[derive(Debug, Clone)]
struct Watched {
    answer: String,
    about: About,
    case: Option<String>,
    holds: bool,
    flaky: bool,
}

/// Which clauses a waiver is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    /// Whatever its case breaks.
    Any,
    One(ClauseId),
    /// A clause that the operation does not have any more.
    Gone,
    /// A clause of an operation that is not part of this run.
    Elsewhere,
}

impl About {
    fn of(waiver: &Waiver, contract: &ContractOutline) -> Self {
        let Some(address) = &waiver.clause else { return Self::Any };
        let known = contract.clauses.iter().zip(0u32..).find(|(clause, _)| clause.address == *address);
        if let Some((_, index)) = known {
            return Self::One(ClauseId(index));
        }
        let mut parts = address.split('/');
        let first = parts.next().unwrap_or_default();
        let sequence = parts.next().filter(|_| first == "sequence");
        let here = contract.operations.iter().any(|operation| operation.id == first)
            || contract.sequences.iter().any(|known| Some(known.name.as_str()) == sequence);
        if here { Self::Gone } else { Self::Elsewhere }
    }

    fn takes(self, clause: ClauseId) -> bool {
        self == Self::Any || self == Self::One(clause)
    }
}

/// What was seen of one waiver.
#[derive(Debug, Clone, Default)]
pub(super) struct Sighting {
    /// How many cases it was applied to, or would have been.
    cases: u64,
    /// Cases with a verdict about what it is about.
    judged: u64,
    /// The same of the case that showed it when it was waived.
    seen: u64,
}

impl Sighting {
    pub(super) fn merge(&mut self, other: &Self) {
        self.cases += other.cases;
        self.judged += other.judged;
        self.seen += other.seen;
    }
}

/// What was seen of all waivers, by their index.
pub(super) type Sightings = BTreeMap<usize, Sighting>;

impl Watch {
    pub(super) fn new(started: &RunStarted) -> Self {
        let mut watch = Self::default();
        let Gate { waivers, today, .. } = &started.settings.gate;
        for (at, waiver) in waivers.iter().enumerate() {
            let about = About::of(waiver, &started.contract);
            let case = waiver.case.as_ref().map(|case| case.0.clone());
            match (&case, about) {
                (Some(case), _) => watch.by_case.entry(case.clone()).or_default().push(at),
                (None, About::One(clause)) => watch.by_clause.entry(clause).or_default().push(at),
                (None, _) => {}
            }
            if let Some(seen) = &waiver.seen {
                watch.by_seen.entry(seen.0.clone()).or_default().push(at);
            }
            watch.waivers.push(Watched {
                answer: waiver.answer.clone(),
                about,
                case,
                holds: waiver.holds_on(today),
                flaky: waiver.flaky,
            });
        }
        watch
    }

    /// The waivers that a finding of this case comes under, whether they still hold or not.
    fn of<'w>(&'w self, case: &CaseFinished, finding: &'w Finding) -> impl Iterator<Item = usize> + 'w {
        let by_case = self.by_case.get(&case.case.0).into_iter().flatten();
        let by_clause = self.by_clause.get(&finding.clause).into_iter().flatten();
        by_case.chain(by_clause).copied().filter(|at| {
            let watched = &self.waivers[*at];
            watched.about.takes(finding.clause) && finding.answer.as_ref() == Some(&watched.answer)
        })
    }

    /// The waiver that holds for this finding.
    pub(super) fn waives(&self, case: &CaseFinished, finding: &Finding) -> Option<usize> {
        self.of(case, finding).find(|at| self.waivers[*at].holds)
    }

    /// Notes what the case shows of the waivers.
    pub(super) fn look(&self, case: &CaseFinished, sightings: &mut Sightings) {
        if self.waivers.is_empty() {
            return;
        }
        let mut applied: Vec<usize> =
            case.findings.iter().flat_map(|finding| self.of(case, finding)).collect();
        applied.sort_unstable();
        applied.dedup();
        for at in applied {
            sightings.entry(at).or_default().cases += 1;
        }
        if case.status == VerdictStatus::Inconclusive {
            return;
        }
        for at in self.by_case.get(&case.case.0).into_iter().flatten() {
            sightings.entry(*at).or_default().judged += 1;
        }
        for at in self.by_seen.get(&case.case.0).into_iter().flatten() {
            sightings.entry(*at).or_default().seen += 1;
        }
        let named = case.findings.iter().map(|finding| finding.clause);
        let mut clauses: Vec<ClauseId> = case.observed.iter().copied().chain(named).collect();
        clauses.push(case.clause);
        clauses.sort_unstable();
        clauses.dedup();
        for at in clauses.iter().filter_map(|clause| self.by_clause.get(clause)).flatten() {
            sightings.entry(*at).or_default().judged += 1;
        }
    }

    /// What became of each waiver. `ended`: the run came to the end of what it was to play.
    pub(super) fn reports(
        &self,
        settings: &RunSettings,
        sightings: &Sightings,
        findings: &[FindingReport],
        ended: bool,
    ) -> Vec<WaiverReport> {
        // Where only reads may be sent, most of the plan is not.
        let whole = ended && !settings.is_partial() && settings.writes;
        let nothing = Sighting::default();
        let reports =
            settings.gate.waivers.iter().zip(&self.waivers).enumerate().map(|(at, (waiver, watched))| {
                let seen = sightings.get(&at).unwrap_or(&nothing);
                let judged = watched.judged(seen, whole, ended && settings.shard.is_none());
                let (standing, says) = standing(waiver, watched, seen.cases, judged, findings);
                WaiverReport { waiver: waiver.clone(), standing, cases: seen.cases, says }
            });
        reports.collect()
    }
}

impl Watched {
    /// Whether this run had to show what is waived, if it were still there. A part of the plan may lack just the cases
    /// that show it.
    fn judged(&self, seen: &Sighting, whole: bool, part: bool) -> bool {
        match self.about {
            About::Gone => true,
            About::Elsewhere => false,
            About::Any | About::One(_) => !self.flaky && self.had_to_show(seen, whole, part),
        }
    }

    /// Another shard, or what a run has not come to, may hold a case that still shows what the case of old does not show
    /// any more; a `part` of the plan that was chosen and played to its end is looked at by that case.
    fn had_to_show(&self, seen: &Sighting, whole: bool, part: bool) -> bool {
        (seen.seen > 0 && part) || (seen.judged > 0 && (whole || self.case.is_some()))
    }
}

fn standing(
    waiver: &Waiver,
    watched: &Watched,
    cases: u64,
    judged: bool,
    findings: &[FindingReport],
) -> (WaiverStanding, String) {
    let target = waiver.target();
    let place = &waiver.place;
    if !watched.holds {
        let then = if cases > 0 {
            let show = count(cases, "case still shows it", "cases still show it");
            format!("{show}; fix it and remove the waiver, or give it a later `until`")
        } else if judged {
            "nothing shows it any more; remove the waiver".into()
        } else {
            "remove the waiver, or give it a later `until`".into()
        };
        let says = format!("{place}: the waiver of {target} has expired on {}: {then}", waiver.until);
        return (WaiverStanding::Expired, says);
    }
    if cases > 0 {
        return (WaiverStanding::Used, String::new());
    }
    if !judged {
        return (WaiverStanding::Unjudged, String::new());
    }
    if watched.about == About::Gone {
        let says = format!(
            "{place}: the waiver of {target} matches nothing: the contract has no such clause; remove it"
        );
        return (WaiverStanding::Stale, says);
    }
    let other = findings.iter().filter(|finding| finding.waived.is_none()).find(|finding| {
        let of_case = |id: &String| finding.witnesses.iter().any(|witness| witness.case.0 == *id);
        watched.about.takes(finding.finding.clause) && watched.case.as_ref().is_none_or(of_case)
    });
    let Some(other) = other else {
        let says = format!(
            "{place}: the waiver of {target} matches nothing any more: no answer is `{}`; remove it",
            waiver.answer
        );
        return (WaiverStanding::Stale, says);
    };
    let now: Vec<String> = other.answers.iter().take(3).map(|(answer, _)| format!("`{answer}`")).collect();
    let id: String = other.fingerprint.chars().take(12).collect();
    let says = format!(
        "{place}: the answer that is waived for {target} has changed from `{}` to {}: look at finding {id}; then remove \
         the waiver, and waive the new answer if it has to be: `countersign waive {id} --until DATE --because TEXT`",
        waiver.answer,
        now.join(" and "),
    );
    (WaiverStanding::Changed, says)
}
