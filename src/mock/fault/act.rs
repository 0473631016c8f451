//! What a faulty mock does differently.

use std::time::Duration;

use serde_json::{Map, Value};

use super::spoil::Spoiling;

/// What a fault does at its site.
#[derive(Debug, Clone, Copy)]
pub(in crate::mock) enum Act {
    /// Judges requests by a schema that says something else: changes the schema object whose `keyword` has the value
    /// `limit`. For an optional member, that is the object's schema and its `required`, with the member's name.
    Misread(fn(&mut Map<String, Value>, &str, &Value)),
    /// Does not refuse such a request.
    Overlook(fn(Overlooked) -> bool),
    /// Changes an answer before it leaves.
    Spoil(fn(&mut Spoiling<'_>)),
    /// Remembers something else than what was written.
    Remember(Memory),
    /// Brings the answer otherwise to the wire.
    Deliver(fn(budget: Duration) -> Delivery),
}

/// A request that would be refused.
#[derive(Debug, Clone, Copy)]
pub(in crate::mock) struct Overlooked {
    /// What its credential lacks, if it is refused for that.
    pub(in crate::mock) credential: Option<Lack>,
}

/// What a credential lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mock) enum Lack {
    /// There is none.
    Presence,
    /// It is empty.
    Text,
    /// It is not the right one.
    Validity,
}

/// What a faulty mock does with what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mock) enum Memory {
    /// Forgets it.
    Nothing,
    /// Writes it to the other resources of the family as well.
    Neighbours,
    /// Gives up what the request did not name.
    OnlyWhatWasSent,
    /// Writes what was refused.
    Refused,
}

/// How an answer is brought to the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    /// At once and whole.
    #[default]
    Whole,
    /// After this time.
    After(Duration),
    /// Never; the connection stays open.
    Never,
    /// The connection is closed instead.
    Closed,
    /// The body ends before its announced length.
    CutOff,
}
