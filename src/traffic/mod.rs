//! Recorded traffic held against a contract: examples for it, and what the recording shows against it.
//!
//! [`Sieve::read`] looks at one entry of a HAR after the other: [`message`] decodes it, the mock tells which operation it
//! is and what of the request breaks the contract ([`crate::mock::Mock::recognise`]), the checks of a run judge the
//! answer ([`judge`]). What keeps the contract becomes an example ([`example`]), equal ones once. [`Sieve::finish`] makes
//! of them, for each contract, one that amends it ([`overlay`]): the contract itself is never written.
//!
//! No value of an answer is written, unless it had been sent; and no secret ([`secret`]): neither what stands at a place
//! that is called like one, nor the same text elsewhere.

mod example;
mod har;
mod judge;
mod message;
mod overlay;
mod secret;
mod sieve;
mod tally;

pub use har::BadHar;
pub use judge::Kind;
pub use overlay::{Harvest, Overlay};
pub use sieve::{Asked, Sieve};
pub use tally::Tally;
