//! Two contracts → what changed between them, and for whom it breaks something.
//!
//! A contract binds two sides: the *consumer* sends requests, the *provider* answers them. A change is breaking for the
//! side that kept the older contract and does not keep the newer one, or can no longer rely on what it was promised:
//!
//! - requests that were accepted need no longer be: breaking for the consumer; what has to be accepted or refused anew:
//!   breaking for the provider;
//! - answers that were not possible may come: breaking for the consumer; answers that were possible may no longer come:
//!   breaking for the provider.
//!
//! Clauses are paired by address, operations by id or else by method and path. Which of two constraints allows more is
//! told by [`relation`](crate::conform::relation); where it can't be told, the change counts as breaking and says so.

mod alternatives;
mod bodies;
mod clauses;
mod credentials;
mod digest;
mod impact;
mod operation;
mod pair;
mod unsaid;

use serde::Serialize;

pub use clauses::diff;
pub use digest::{digests, frame, parts};
pub use unsaid::{Unsaid, unsaid};

use crate::model::Origin;

/// One difference between two contracts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The address of the clause; of a whole member, answer, parameter or operation the part that its clauses share.
    /// As in the newer contract, if it is there.
    pub address: String,
    /// What happened to it.
    pub change: Kind,
    /// For the side that sends requests.
    pub consumer: Impact,
    /// For the side that answers them.
    pub provider: Impact,
    /// Why it is so, a fragment.
    pub why: String,
    /// What was promised.
    pub old: Option<Promise>,
    /// What is promised now.
    pub new: Option<Promise>,
    /// How many clauses it is about.
    pub clauses: usize,
}

impl Change {
    /// A change that no clause tells.
    fn untold(address: String, change: Kind, (consumer, provider, why): impact::Verdict) -> Self {
        let why = why.to_owned();
        Self { address, change, consumer, provider, why, old: None, new: None, clauses: 0 }
    }
}

/// A clause as one of the contracts has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Promise {
    /// In words.
    pub says: String,
    /// Where it stands, and where it was published.
    pub origin: Origin,
}

/// What happened to a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It says something else, or the same in other words.
    Changed,
}

/// What a change means for one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Impact {
    /// Only words, examples or sources are others.
    Cosmetic,
    /// Who kept the older contract keeps the newer one, and gets what it was promised.
    Compatible,
    /// Not so, or it can't be told.
    Breaking,
}

impl Impact {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Cosmetic => "cosmetic",
            Self::Compatible => "compatible",
            Self::Breaking => "breaking",
        }
    }
}
