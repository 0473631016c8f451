//! Settings become a ready job: contract loaded, variables bound, mock started, session built.
//!
//! Everything that can be wrong with a run is found out here, before the first request.

mod base;
mod changed;
mod check;
mod job;
mod outline;
mod settings;
mod suite;
mod waivers;

pub use changed::Changed;
pub use job::{Job, job, job_of, mock, plan, redactor};
pub use outline::outline;
pub use settings::{Gating, Misused, Settings, Target};
pub use suite::{MADE_UP, Suite, environment, suite, suites};
pub use waivers::waiver_files;
