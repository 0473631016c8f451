//! Ways to keep every promise differently.

mod bodies;
mod messages;
mod requests;
mod statuses;

use super::turn::{Change, Turn};

/// A deployment that keeps every promise, but not as the conforming one does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Variant {
    pub(crate) name: &'static str,
    /// What is different, in a sentence.
    pub(crate) says: &'static str,
    pub(crate) change: Change,
}

/// Every variant.
pub(crate) fn variants() -> Vec<Variant> {
    [statuses::variants(), bodies::variants(), messages::variants(), requests::variants()].concat()
}

fn turn(name: &'static str, says: &'static str, change: fn(&mut Turn<'_>)) -> Variant {
    Variant { name, says, change: Change::Turn(change) }
}
