//! The way back.

use super::change::Change;

/// What makes left out of right again, where `changes` make right out of left.
#[must_use]
pub fn inverse(changes: &[Change]) -> Vec<Change> {
    let undone = |change: &Change| match change.clone() {
        Change::Added { at, value } => Change::Removed { at, value },
        Change::Removed { at, value } => Change::Added { at, value },
        Change::Changed { at, from, to } => Change::Changed { at, from: to, to: from },
        Change::Retyped { at, from, to } => Change::Retyped { at, from: to, to: from },
        Change::Moved { from, to } => Change::Moved { from: to, to: from },
    };
    changes.iter().rev().map(undone).collect()
}
