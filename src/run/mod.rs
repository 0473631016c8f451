//! Conducts a run: plan → send → check → events.
//!
//! [`Session::play`] is the only place where a case happens; the native runner ([`conduct`]) and the libtest trials
//! both drive it.

mod conduct;
mod finish;
mod left;
mod occupancy;
mod record;
mod repeat;
mod restore;
mod session;

pub use conduct::{Conduct, Earlier, conduct};
pub use session::{Played, Session, SessionSettings};

/// The present time as RFC 3339, UTC, to the millisecond.
#[must_use]
pub fn now() -> String {
    format!("{:.3}", jiff::Timestamp::now())
}

/// A new run's id: sorts by time, and two runs that start in the same millisecond differ.
#[must_use]
pub fn new_run_id() -> String {
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
    format!("{}-{:05x}", now.strftime("%Y%m%dT%H%M%S%3fZ"), std::process::id() & 0xf_ffff)
}
