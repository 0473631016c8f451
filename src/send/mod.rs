//! A request becomes an exchange; an exchange becomes something that may be shown.
//!
//! Nothing else talks to a deployment, and nothing else decides what of an exchange may leave the process: whatever
//! goes into an event has passed the [`Redactor`].

mod client;
mod coding;
mod curl;
mod keep;
mod lost;
mod pace;
mod redact;
mod show;

pub use client::{BadTarget, Client, ClientSettings};
pub(crate) use coding::decoded;
pub use keep::keep;
pub use redact::Redactor;
pub use show::{learn, show};
