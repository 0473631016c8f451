//! Where verdicts are posted and trials wait for them.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, PoisonError};

use super::words::failure;
use crate::model::{CaseId, Contract, Event, VerdictStatus};

/// Verdicts by case: `Ok` kept, `Err` with the text of the failure.
#[derive(Debug, Default)]
pub(super) struct Board {
    posted: Mutex<Posted>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Posted {
    verdicts: BTreeMap<CaseId, Result<(), String>>,
    /// Why nothing further will come.
    closed: Option<String>,
}

impl Board {
    /// Waits for the verdict of `case`.
    pub(super) fn wait(&self, case: &CaseId) -> Result<(), String> {
        let mut posted = self.posted.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(verdict) = posted.verdicts.remove(case) {
                return verdict;
            }
            if let Some(because) = &posted.closed {
                return Err(format!("not played: {because}"));
            }
            posted = self.changed.wait(posted).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes note of an event.
    pub(super) fn post(&self, contract: &Contract, event: &Event) {
        let mut posted = self.posted.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::CaseFinished(done) => {
                let verdict = match done.status {
                    VerdictStatus::Kept => Ok(()),
                    VerdictStatus::Broken | VerdictStatus::Inconclusive => Err(failure(contract, done)),
                };
                posted.verdicts.insert(done.case.clone(), verdict);
            }
            Event::RunFinished(finished) => {
                let because = &finished.exit.because;
                posted.closed = Some(if because.is_empty() { "the run has ended".into() } else { because.clone() });
            }
            Event::RunStarted(_)
            | Event::NotExercised(_)
            | Event::CaseStarted(_)
            | Event::Restored(_)
            | Event::Troubled(_) => {}
        }
        self.changed.notify_all();
    }

    /// Nothing further will come.
    pub(super) fn close(&self) {
        let mut posted = self.posted.lock().unwrap_or_else(PoisonError::into_inner);
        posted.closed.get_or_insert_with(|| "the run has ended".into());
        self.changed.notify_all();
    }
}
