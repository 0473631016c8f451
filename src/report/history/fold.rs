//! The runs of one history, folded into what became of each clause. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::course::Turn;
use super::library::{Kept, Library};
use super::series::{self, Choice};
use crate::model::{ClauseCourse, Course, History, Mark, PastFinding, PastRun, RunName, State, States};

/// So many findings of a clause are shown.
const FINDINGS: usize = 5;

/// The history of the runs in `library` that `choice` wants.
#[must_use]
pub fn fold(library: &Library, choice: Choice<'_>) -> History {
    let newest =
        series::newest(library, choice.target).filter(|_| !choice.all_targets).map(|kept| &kept.told);
    let target = newest.map(|told| (told.target.as_str(), told.environment.as_deref()));
    let chosen = series::series(library, target, choice.limit);
    let (courses, runs) = courses(library, &chosen.runs);
    let removed = removed(&chosen.runs, courses.len());
    let found = Found::of(library, &chosen.runs);
    let mut states = States::default();
    let mut clauses = Vec::new();
    for (number, course) in courses.iter().enumerate() {
        // A clause that only runs left out know is none of this history.
        if chosen.runs.iter().all(|kept| mark(kept, number) == Mark::Absent) {
            continue;
        }
        let state = if removed.contains(&number) { State::Removed } else { course.state() };
        *count_of(&mut states, state) += 1;
        let is_told = matches!(state, State::New | State::StillFailing | State::Flapping | State::Fixed);
        if let Some(history) = course.told().filter(|_| is_told) {
            clauses.push(ClauseCourse {
                address: library.addresses[number].clone(),
                text: library.texts[number].1.clone(),
                history,
                marks: chosen.runs.iter().map(|kept| mark(kept, number).letter()).collect(),
                findings: found.last(library, number),
            });
        }
    }
    clauses.sort_by(|a, b| (a.history.state, &a.address).cmp(&(b.history.state, &b.address)));
    let first = target.map(|(target, environment)| (target.to_owned(), environment.map(str::to_owned)));
    let (target, environment) =
        first.map_or((None, None), |(target, environment)| (Some(target), environment));
    History { format: 1, target, environment, runs, states, clauses, left_out: chosen.left_out }
}

/// How each clause came here, by its number, and the runs with what each changed.
pub(super) fn courses(library: &Library, runs: &[&Kept]) -> (Vec<Course>, Vec<PastRun>) {
    let mut courses = vec![Course::default(); library.addresses.len()];
    let mut told = Vec::with_capacity(runs.len());
    for kept in runs {
        let mut run = kept.told.clone();
        for (course, mark) in courses.iter_mut().zip(&kept.marks) {
            match course.step(*mark, &kept.scope, &kept.name) {
                Turn::Broke => run.new += 1,
                Turn::Fixed => run.fixed += 1,
                Turn::Stayed | Turn::Nothing => {}
            }
        }
        told.push(run);
    }
    (courses, told)
}

fn mark(kept: &Kept, number: usize) -> Mark {
    kept.marks.get(number).copied().unwrap_or(Mark::Absent)
}

/// The clauses that a run had, and a later one of the same documents has not.
fn removed(runs: &[&Kept], clauses: usize) -> BTreeSet<usize> {
    let titles = |kept: &Kept| kept.told.titles.iter().cloned().collect::<BTreeSet<String>>();
    // The newest runs of each set of documents; there are few.
    let mut latest: BTreeMap<BTreeSet<String>, usize> = BTreeMap::new();
    for (at, kept) in runs.iter().enumerate() {
        latest.insert(titles(kept), at);
    }
    let gone = |number: &usize| {
        let last = runs.iter().rposition(|kept| mark(kept, *number) != Mark::Absent);
        last.is_some_and(|last| {
            let known = titles(runs[last]);
            latest.iter().any(|(titles, at)| *at > last && titles.is_superset(&known))
        })
    };
    (0..clauses).filter(gone).collect()
}

/// Every finding of some runs, by clause.
struct Found<'r> {
    /// By clause: which run found it, its place in [`Library::shown`], and how many cases showed it; oldest run first.
    by_clause: BTreeMap<usize, Vec<(usize, usize, u64)>>,
    /// By place: the first run that found it.
    first: BTreeMap<usize, &'r RunName>,
}

impl<'r> Found<'r> {
    fn of(library: &Library, runs: &[&'r Kept]) -> Self {
        let (mut by_clause, mut first) = (BTreeMap::<_, Vec<_>>::new(), BTreeMap::new());
        for (at, kept) in runs.iter().enumerate() {
            for (place, count) in &kept.findings {
                by_clause.entry(library.shown[*place].clause).or_default().push((at, *place, *count));
                first.entry(*place).or_insert(&kept.name);
            }
        }
        Self { by_clause, first }
    }

    /// What the last run that broke the clause found.
    fn last(&self, library: &Library, clause: usize) -> Vec<PastFinding> {
        let found = self.by_clause.get(&clause).map_or(&[][..], Vec::as_slice);
        let last = found.last().map(|(at, ..)| *at);
        let of_last = found.iter().filter(|(at, ..)| Some(*at) == last).take(FINDINGS);
        let told = of_last.filter_map(|(_, place, count)| {
            let shown = &library.shown[*place];
            Some(PastFinding {
                fingerprint: shown.fingerprint.clone(),
                summary: shown.summary.clone(),
                case: shown.case.clone(),
                count: *count,
                first: (*self.first.get(place)?).clone(),
            })
        });
        told.collect()
    }
}

fn count_of(states: &mut States, state: State) -> &mut u64 {
    match state {
        State::New => &mut states.new,
        State::StillFailing => &mut states.still_failing,
        State::Flapping => &mut states.flapping,
        State::Fixed => &mut states.fixed,
        State::Kept => &mut states.kept,
        State::Open => &mut states.open,
        State::Removed => &mut states.removed,
    }
}
