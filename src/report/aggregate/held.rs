//! A run held against its baseline: what became of each case of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Baseline, BaselineCase, BaselineReport, CaseFinished, CaseId, ClauseId, Differences, Gathered, Held,
    PlanEnded, RunStarted,
};

/// The folder's name of cases that are about several operations.
const SEVERAL: &str = "sequences";

/// What the cases so far have shown. Memory goes by the cases of the baseline, and those that it does not have.
#[derive(Debug, Clone, Default)]
pub(super) struct Holding {
    /// Cases of the baseline that were played.
    met: BTreeSet<CaseId>,
    same: u64,
    changed: BTreeMap<u64, BaselineCase>,
    new: BTreeMap<u64, BaselineCase>,
    differences: Differences,
    /// Cases that could not be held against it.
    open: u64,
}

impl Holding {
    pub(super) fn add(&mut self, case: &CaseFinished, started: Option<&RunStarted>) {
        let Some((started, known)) = started.and_then(|started| Some((started, started.baseline.as_ref()?)))
        else {
            return;
        };
        if case.round > 0 {
            return;
        }
        if known.cases.contains_key(&case.case) {
            self.met.insert(case.case.clone());
        }
        let named = || BaselineCase {
            case: case.case.clone(),
            operation: operation(case.clause, started).to_owned(),
            why: case.why.clone(),
        };
        match &case.held {
            Some(Held::Same) => self.same += 1,
            Some(Held::New) => {
                self.new.insert(case.order, named());
            }
            Some(Held::Changed(found)) => {
                self.changed.insert(case.order, named());
                self.differences.add(case.order, found.clone());
            }
            None => self.open += 1,
        }
    }

    /// How many cases could not be held against it.
    pub(super) fn open(&self) -> u64 {
        self.open
    }

    /// How many cases answered otherwise.
    pub(super) fn changed(&self) -> u64 {
        self.changed.len() as u64
    }

    pub(super) fn report(&self, started: &RunStarted, plan: Option<&PlanEnded>) -> Option<BaselineReport> {
        let known = started.baseline.as_ref()?;
        let Gathered { groups, answers, left_out } = self.differences.finish();
        Some(BaselineReport {
            folder: known.folder.clone(),
            same: self.same,
            changed: self.changed.values().cloned().collect(),
            new: self.new.values().cloned().collect(),
            gone: self.gone(known, started, plan),
            differences: groups,
            answers,
            left_out,
        })
    }

    /// What the plan does not have any more; a shard tells of the cases that would have fallen to it.
    fn gone(&self, known: &Baseline, started: &RunStarted, plan: Option<&PlanEnded>) -> Vec<BaselineCase> {
        let settings = &started.settings;
        let everything = settings.select.is_none() && settings.changed_since.is_none();
        if !everything || plan.is_none_or(|plan| plan.held_back + plan.lost > 0) {
            return Vec::new();
        }
        let mine = |case: &CaseId| settings.shard.is_none_or(|shard| shard.holds(case));
        let gone = known.cases.iter().filter(|(case, _)| mine(case) && !self.met.contains(*case));
        gone.map(|(case, operation)| BaselineCase {
            case: case.clone(),
            operation: operation.clone(),
            why: String::new(),
        })
        .collect()
    }
}

/// The name of the folder that a case about this clause is in.
fn operation(clause: ClauseId, started: &RunStarted) -> &str {
    let outline = &started.contract;
    let clause = outline.clauses.get(clause.0 as usize);
    let operation = clause.and_then(|clause| outline.operations.get(clause.operation?.0 as usize));
    operation.map_or(SEVERAL, |operation| &operation.id)
}
