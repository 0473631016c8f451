//! Answers compared: with those of another deployment, or with those of another day.
//!
//! ```text
//! CaseRecord ─► Spool (on disk) ─┬─► calibrated: what differs between two plays of one side is noise ─► Rules
//!                                ├─► differences of two records, but for noise ─► Gather ─► Comparison
//!                                └─► Folder: a baseline, file by file
//! ```
//!
//! Values that only one side can have are compared by what they are: what was captured, what had to be unique, what the
//! variables say ([`made`]). One pair of records is in memory at a time; what is kept for the whole goes by the contract.

mod calibrate;
mod differ;
mod folder;
mod gather;
mod made;
mod noise;
mod pattern;
mod rules;
mod spool;
mod timing;

pub use calibrate::{Calibration, calibrate};
pub use differ::{Difference, differences, typed};
pub use folder::{Folder, FolderError};
pub use gather::{Gather, compared};
pub use rules::Rules;
pub use spool::Spool;
pub use timing::Timings;
