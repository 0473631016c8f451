//! Faults: a mock that breaks one promise of whatever contract it serves, on demand.
//!
//! To add one: a file here, with a `THIS`, and its word in the table. A fault says at which clauses of a contract it can
//! be put to work (its [`Site`]s, in words `needs`) and what the mock then does differently ([`Act`]); it knows no particular API.
//! `tests/mutants.rs` runs every fault at every site and asks that the clause it breaks is named.

mod act;
mod choose;
mod misread;
mod site;
mod spoil;

use crate::model::{Contract, Meta};

pub use act::Delivery;
pub(super) use act::{Act, Lack, Memory, Overlooked};
pub(super) use choose::Faults;
pub use choose::{Armed, BadFault, choose};
pub(super) use misread::misread;
pub use site::Site;

/// A way to break a promise.
#[derive(Debug)]
pub struct Fault {
    /// Its name, what a mock with it does, and how deployments come to it.
    pub meta: Meta,
    /// What a contract has to say for it to have something to break: completes "where the contract has …".
    pub needs: &'static str,
    sites: fn(&Contract) -> Vec<Site>,
    act: Act,
}

impl Fault {
    /// Where it can be put to work in `contract`, in the order of the clauses.
    #[must_use]
    pub fn sites(&self, contract: &Contract) -> Vec<Site> {
        (self.sites)(contract)
    }
}

macro_rules! table {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        /// Every fault.
        pub static FAULTS: &[&Fault] = &[$(&$name::THIS),*];
    };
}

table!(
    upper_bound_one_high,
    upper_bound_one_low,
    lower_bound_one_low,
    lower_bound_one_high,
    bytes_for_characters,
    constraint_not_checked,
    pattern_not_anchored,
    enum_any_case,
    type_coerced,
    null_accepted,
    optional_demanded,
    credential_not_checked,
    credential_any_value,
    empty_credential_accepted,
    unknown_accepted,
    missing_body_accepted,
    malformed_body_accepted,
    media_type_not_checked,
    other_method_accepted,
    case_not_refused,
    refusal_as_success,
    server_error,
    wrong_refusal,
    wrong_status,
    undocumented_status,
    redirect,
    missing_field,
    wrong_type,
    null_field,
    out_of_enum,
    over_bound,
    under_bound,
    broken_pattern,
    undocumented_field,
    wrong_media_type,
    missing_media_type,
    truncated_json,
    empty_body,
    error_as_text,
    error_wrapped,
    wrong_error_code,
    rule_not_kept,
    token_echoed,
    secret_echoed,
    unsteady,
    write_not_stored,
    write_to_neighbour,
    write_clears_the_rest,
    refused_write_stored,
    slow,
    never_answering,
    connection_reset,
    body_cut_off,
    flaky,
);
