//! A run held against earlier ones: what they say when it begins, and what became of each clause when it ends.

use std::collections::BTreeMap;

use super::course::Turn;
use super::fold::courses;
use super::glance::{mark, whole};
use super::library::{Kept, Library};
use super::series::{moment, series, target_of};
use crate::model::{
    ClauseHistory, ClauseId, ClauseReport, Course, PlanEnded, Recalled, RecalledClause, RunHistory, RunName,
    RunStarted, Scope, State, Totals,
};

/// What the runs in `library` against the same target say of the clauses of a run that begins. None: there is no such
/// run.
#[must_use]
pub fn recall(library: &Library, started: &RunStarted) -> Option<Recalled> {
    let mut chosen = series(library, Some(target_of(&started.settings)), None);
    // A shard of the merged run is no earlier run, and neither is what began later than a run that goes on.
    let own = |run: &String| *run == started.run || started.merged.contains(run);
    let begun: Option<jiff::Timestamp> = started.started.parse().ok();
    let earlier = |kept: &Kept| begun.is_none_or(|begun| moment(kept).0 <= begun);
    chosen.runs.retain(|kept| earlier(kept) && !own(&kept.name.run) && !kept.merged.iter().any(own));
    let newest = chosen.runs.last()?.name.clone();
    let (courses, runs) = courses(library, &chosen.runs);
    let places: BTreeMap<&str, usize> =
        library.addresses.iter().enumerate().map(|(at, address)| (address.as_str(), at)).collect();
    let clauses = (0u32..).map(ClauseId).zip(&started.contract.clauses).filter_map(|(id, clause)| {
        let course = courses.get(*places.get(clause.address.as_str())?)?;
        (*course != Course::default()).then(|| RecalledClause { clause: id, course: course.clone() })
    });
    Some(Recalled { runs: runs.len() as u64, newest, clauses: clauses.collect() })
}

/// A run beside what was recalled of earlier ones.
#[derive(Debug)]
pub(in crate::report) struct Compared<'r> {
    pub(in crate::report) recalled: &'r Recalled,
    pub(in crate::report) name: RunName,
    pub(in crate::report) scope: Scope,
    /// The plan, where the run came to its end.
    pub(in crate::report) plan: Option<&'r PlanEnded>,
    pub(in crate::report) finished: bool,
}

impl Compared<'_> {
    /// Says of each clause what became of it, and of the run how many there are of each.
    pub(in crate::report) fn tell(&self, totals: &Totals, clauses: &mut [ClauseReport]) -> RunHistory {
        let whole = self.finished && whole(self.plan, totals);
        let known: BTreeMap<ClauseId, &Course> =
            self.recalled.clauses.iter().map(|recalled| (recalled.clause, &recalled.course)).collect();
        let mut numbers = RunHistory {
            runs: self.recalled.runs,
            newest: self.recalled.newest.clone(),
            new: 0,
            still_failing: 0,
            flapping: 0,
            fixed: 0,
            unsettled: 0,
        };
        for clause in clauses {
            let mut course = known.get(&clause.clause).map(|course| (*course).clone()).unwrap_or_default();
            let open = clause.sides.iter().any(|side| side.inconclusive > 0);
            let turn = course.step(mark(clause.standing, whole && !open), &self.scope, &self.name);
            clause.history = course.told().filter(|told| is_news(told, turn, course.is_broken()));
            let Some(history) = &clause.history else { continue };
            let number = match history.state {
                _ if turn == Turn::Nothing && course.is_broken() => &mut numbers.unsettled,
                State::New => &mut numbers.new,
                State::StillFailing => &mut numbers.still_failing,
                State::Flapping => &mut numbers.flapping,
                _ => &mut numbers.fixed,
            };
            *number += 1;
        }
        numbers
    }
}

/// What was fixed by an earlier run is not worth telling again.
fn is_news(told: &ClauseHistory, turn: Turn, broken: bool) -> bool {
    broken || turn == Turn::Fixed || told.state == State::Flapping
}
