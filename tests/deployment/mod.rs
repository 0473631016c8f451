//! A reference deployment of the four operations: a small backend, written by hand from the vendor's pages
//! and not from the contracts, so that the two can disagree.
//!
//! It keeps every promise unless it is started with a [`Fault`], which breaks one, or with a [`Variant`],
//! which keeps them all in another way.

mod answer;
mod ddm;
mod faults;
mod request;
mod roma;
mod rules;
mod serve;
mod state;
mod text;
mod turn;
mod variants;

pub(crate) use answer::{Answer, Content};
pub(crate) use faults::{Fault, table};
pub(crate) use request::Request;
pub(crate) use serve::Server;
pub(crate) use turn::{Change, Deployment};
pub(crate) use variants::{Variant, variants};

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
