//! Settings become a ready job: contract loaded, variables bound, mock started, session built.
//!
//! Everything that can be wrong with a run is found out here, before the first request.

mod base;
mod changed;
mod check;
mod job;
mod made_up;
mod outline;
mod settings;
mod suite;

pub use changed::Changed;
pub use job::{Job, job, mock, plan, redactor};
pub use outline::outline;
pub use settings::{Misused, Settings, Target};
pub use suite::{Suite, suite};
