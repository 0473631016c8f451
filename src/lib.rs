//! Contract testing for HTTP APIs.
//!
//! A contract is a list of clauses. Countersign turns each clause into cases, sends them to a deployment, judges the
//! answers, and reports a verdict for every clause: kept, broken, inconclusive, or not exercised because of a reason.
//!
//! Data flows one way: [`load`] → [`plan`] → [`send`] → [`check`] → [`report`]. The nouns live in [`model`]; the
//! modules that act on them do not import one another, only [`run`] joins them (see ARCHITECTURE.md).

pub mod assemble;
pub mod check;
pub mod cli;
pub mod compare;
pub mod conform;
pub mod delta;
pub mod diff;
pub mod export;
pub mod import;
pub mod lint;
pub mod load;
pub mod mock;
pub mod model;
pub mod plan;
pub mod record;
pub mod report;
pub mod run;
pub mod send;
pub mod synth;
pub mod text;
pub mod traffic;
pub mod trials;
