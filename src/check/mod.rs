//! An exchange → findings: which promises the answer breaks, and which it was seen to keep. Pure: no I/O, no state.
//!
//! A check is one file, named after the defect that it reports, and one word in the table below. It sees a [`Scene`]
//! and pushes [`Finding`]s; it can neither send a request nor remember anything.

mod answer;
mod capture;
mod checker;
mod comparison;
mod compiled;
mod judged;
mod observed;
mod rules;
mod scene;
mod secrets;
mod shape;

use crate::model::{Finding, Meta};

pub use answer::answer;
pub use capture::{capture, remember};
pub use checker::{BadContract, Checker, Seen, Sight};
pub use scene::Scene;

/// Looks for one kind of defect.
pub trait Check: Sync + 'static {
    /// What it is called and what its findings mean.
    fn meta(&self) -> &'static Meta;

    /// Adds a finding for every promise that the answer breaks. Must not panic, whatever the answer is.
    fn run(&self, scene: &Scene<'_>, out: &mut Vec<Finding>);
}

macro_rules! registry {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        /// Every check, in the order in which their findings are told.
        pub static ALL: &[&dyn Check] = &[$(&$name::THIS),*];
    };
}

registry! {
    no_answer,
    unexpected_status,
    undocumented_status,
    wrong_media_type,
    malformed_json,
    body_breaks_schema,
    undocumented_field,
    missing_header,
    invalid_header,
    wrong_error_body,
    rule_broken,
    secret_leaked,
    too_slow,
}
