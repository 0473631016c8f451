//! The plan: a lazy sequence of cases that puts every clause of a contract to the test.
//!
//! ```text
//! clause × side ─► Aim ─► generators (a table) ─► Draft ─► Case ─┐
//!                                  └─ none ─────► Gap ───────────┴─► Plan (an iterator)
//! ```
//!
//! **Order.** Five passes, each over everything: reads, refusals, conforming writes, sequences, removals. So for each resource
//! all plain reads come before anything that might change it, everything that must be refused comes before the first
//! request that is meant to change something, and cases of several steps come after that; what a deployment might take
//! for a removal comes last. Within a pass, cases of the same
//! shared [`Mode`](crate::model::Mode) touch nothing, so they may run side by side; writes and sequences are
//! exclusive. A conductor that starts cases in this order and lets no case begin while a case before it holds the same
//! resource in another mode, or exclusively, gets the same verdicts with any number of jobs. A seed other than 0
//! shuffles inside the passes (the operations, and the cases of each operation), never across them.
//!
//! **Resources of its own.** A case that needs a resource for which the contract knows no identifier, and one that
//! removes a resource, makes one first, where the contract has an operation for that, and removes it at the end. Such
//! cases write whatever they are about, so they stand among the conforming writes. Where nothing makes another resource,
//! only one accepting case of a removal is planned, after everything else.
//!
//! **Laziness.** At most one operation's cases of one pass, or one sequence, are in memory; only a plan that is to be
//! repeated keeps the cases of its first round. What is kept for the whole plan is bounded by the contract: compiled schemas and the filled-in variables.

mod aim;
mod bench;
mod draft;
mod expect;
mod generator;
mod order;
mod probe;
mod render;
mod select;
mod supply;
mod wire;

pub use aim::{Aim, Constraint};
pub use bench::{Bench, Desks};
pub use draft::{Draft, Outcome};
pub use generator::{ALL as GENERATORS, Generator, explain};
pub use order::{Only, Options, Plan, cases_for};
pub use render::{Unready, render};
pub use select::{BadSelect, Select, Subject};
pub use supply::{identifier, reach};
