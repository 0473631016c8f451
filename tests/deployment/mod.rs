//! A reference deployment of the four operations: a small backend, written by hand from the vendor's pages
//! and not from the contracts, so that the two can disagree.
//!
//! It keeps every promise unless it is started with a [`faults::Fault`], which breaks one, or with a [`variants::Variant`],
//! which keeps them all in another way.

pub(crate) mod answer;
pub(crate) mod faults;
pub(crate) mod request;
pub(crate) mod serve;
pub(crate) mod state;
pub(crate) mod turn;
pub(crate) mod variants;

mod ddm;
mod roma;
mod rules;
mod text;

/// The variables that a contract needs, with the values that this deployment answers to.
pub(crate) const VARIABLES: [(&str, &str); 8] = [
    ("token", state::TOKEN),
    ("project_id", state::PROJECT_ID),
    ("instance_id", state::INSTANCE_ID),
    ("product_id", "120671"),
    ("other_product_id", "120672"),
    ("taken_product_name", state::TAKEN_NAME),
    ("ddm_instance_id", state::DDM_INSTANCE_ID),
    ("ddm_username", state::DDM_USERNAME),
];
