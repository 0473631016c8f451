//! What repetitions of the cases of one finding say together.

use std::collections::BTreeMap;

use crate::model::{RepeatResult, Repeated};
use crate::text::count;

/// Counts by result.
#[derive(Debug, Clone, Default)]
pub(super) struct Repeats {
    by_result: BTreeMap<RepeatResult, Repeated>,
    /// Cases that nobody has repeated.
    without: u64,
}

impl Repeats {
    pub(super) fn of(repeated: Option<&Repeated>) -> Self {
        Self {
            by_result: repeated.map(|repeated| (repeated.result, repeated.clone())).into_iter().collect(),
            without: u64::from(repeated.is_none()),
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.without += other.without;
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

    /// The gravest result decides: what one case shows every time is no whim, and what was not repeated may be none. None
    /// where nothing was repeated.
    pub(super) fn whole(&self) -> Option<Repeated> {
        let gravest = self.by_result.values().next()?;
        if self.without == 0 || gravest.result <= RepeatResult::NotRepeated {
            return Some(gravest.clone());
        }
        let cases = count(self.without, "case", "cases");
        Some(Repeated {
            result: RepeatResult::NotRepeated,
            because: Some(format!("{cases} of it beyond the first of its clause")),
            ..gravest.clone()
        })
    }
}
