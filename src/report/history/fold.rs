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
pub fn fold(library: &Library, choice: Choice) -> History {
    let newest = series::newest(library).filter(|_| !choice.all_targets).map(|kept| &kept.told);
    let target = newest.map(|told| (told.target.as_str(), told.environment.as_deref()));
    let chosen = series::series(library, target, choice.limit);
    let (courses, runs) = courses(library, &chosen.runs);
    let removed = removed(&chosen.runs, courses.len());
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
                findings: findings(library, &chosen.runs, number),
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

/// What the last run that broke the clause found, with the first run of each.
fn findings(library: &Library, runs: &[&Kept], number: usize) -> Vec<PastFinding> {
    let of = |kept: &&Kept| -> Vec<(usize, u64)> {
        let mine = kept.findings.iter().filter(|(place, _)| library.shown[*place].clause == number);
        mine.copied().collect()
    };
    let Some(last) = runs.iter().rev().map(of).find(|found| !found.is_empty()) else { return Vec::new() };
    let first = |place: usize| -> Option<RunName> {
        let has = |kept: &&&Kept| kept.findings.iter().any(|(known, _)| *known == place);
        runs.iter().find(has).map(|kept| kept.name.clone())
    };
    let told = last.into_iter().take(FINDINGS).filter_map(|(place, count)| {
        let shown = &library.shown[place];
        Some(PastFinding {
            fingerprint: shown.fingerprint.clone(),
            summary: shown.summary.clone(),
            case: shown.case.clone(),
            count,
            first: first(place)?,
        })
    });
    told.collect()
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
