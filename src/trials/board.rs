//! Where verdicts are posted and trials wait for them.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, PoisonError};

use super::words::failure;
use crate::model::{CaseId, ClauseId, Contract, Event, RunSettings, Side, VerdictStatus};

/// Verdicts by case: `Ok` kept, `Err` with the text of the failure.
#[derive(Debug, Default)]
pub(super) struct Board {
    posted: Mutex<Posted>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Posted {
    verdicts: BTreeMap<CaseId, Result<(), String>>,
    /// Why cases of a side of a clause were held back while the run went on.
    held_back: BTreeMap<(ClauseId, Side), String>,
    /// What went wrong besides the verdicts.
    troubles: Vec<String>,
    /// Something that the run changed was not put back.
    left_changed: bool,
    /// Why nothing further will come.
    closed: Option<String>,
}

impl Board {
    /// Waits for the verdict of a case, which puts this side of this clause to the test.
    pub(super) fn wait(&self, case: &CaseId, aim: (ClauseId, Side)) -> Result<(), String> {
        let mut posted = self.posted.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(verdict) = posted.verdicts.remove(case) {
                return verdict;
            }
            if let Some(because) = posted.closed.as_ref().and(posted.held_back.get(&aim)) {
                return Err(format!("not exercised: {because}"));
            }
            if let Some(because) = &posted.closed {
                return Err(format!("not played: {because}"));
            }
            posted = self.changed.wait(posted).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes note of an event.
    pub(super) fn post(&self, contract: &Contract, settings: &RunSettings, event: &Event) {
        let mut posted = self.posted.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::CaseFinished(done) => {
                let verdict = match done.status {
                    VerdictStatus::Kept => Ok(()),
                    VerdictStatus::Broken | VerdictStatus::Inconclusive => {
                        Err(failure(contract, settings, done))
                    }
                };
                posted.verdicts.insert(done.case.clone(), verdict);
            }
            Event::RunFinished(finished) => {
                let because = &finished.exit.because;
                posted.closed =
                    Some(if because.is_empty() { "the run has ended".into() } else { because.clone() });
            }
            Event::NotExercised(gap) => {
                posted.held_back.insert((gap.clause, gap.side), gap.because.clone());
            }
            Event::Troubled(trouble) => posted.troubles.push(trouble.says.clone()),
            Event::Restored(restored) if !restored.done => {
                posted.left_changed |= restored.failed;
                posted.troubles.push(restored.failure());
            }
            Event::RunStarted(_)
            | Event::Recalled(_)
            | Event::CaseStarted(_)
            | Event::Restored(_)
            | Event::PlanEnded(_)
            | Event::RunResumed(_) => {}
        }
        self.changed.notify_all();
    }

    /// What went wrong besides the verdicts, and whether something that the run changed was not put back.
    pub(super) fn troubles(&self) -> (Vec<String>, bool) {
        let posted = self.posted.lock().unwrap_or_else(PoisonError::into_inner);
        (posted.troubles.clone(), posted.left_changed)
    }

    /// Nothing further will come.
    pub(super) fn close(&self) {
        let mut posted = self.posted.lock().unwrap_or_else(PoisonError::into_inner);
        posted.closed.get_or_insert_with(|| "the run has ended".into());
        self.changed.notify_all();
    }
}
