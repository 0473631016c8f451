//! What repetitions of the cases of one finding say together.

use std::collections::BTreeMap;

use crate::model::{RepeatResult, Repeated};

/// Counts by result.
#[derive(Debug, Clone, Default)]
pub(super) struct Repeats {
    by_result: BTreeMap<RepeatResult, Repeated>,
}

impl Repeats {
    pub(super) fn of(repeated: Option<&Repeated>) -> Self {
        Self { by_result: repeated.map(|repeated| (repeated.result, repeated.clone())).into_iter().collect() }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (result, theirs) in &other.by_result {
            let Some(mine) = self.by_result.get_mut(result) else {
                self.by_result.insert(*result, theirs.clone());
                continue;
            };
            mine.shown += theirs.shown;
            mine.of += theirs.of;
            // The same words in whatever order they come.
            mine.because = mine.because.take().min(theirs.because.clone());
        }
    }

    /// The gravest result decides: what one case shows every time is no whim. Cases that were left out only because
    /// there were enough others say nothing.
    pub(super) fn whole(&self) -> Option<Repeated> {
        self.by_result.values().next().cloned()
    }
}
