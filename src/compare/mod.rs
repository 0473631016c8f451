//! Two jobs, or a job and a baseline → a [`Comparison`](crate::model::Comparison).
//!
//! Each side plays the same plan in the same order, every case in two rounds, so that what differs between two plays of
//! one side is known for noise before the sides are held against each other. Records are on disk meanwhile.

mod baseline;
mod judged;
mod sides;

pub use baseline::{Accepted, Against, accept, record};
pub use sides::{Options, compare};
