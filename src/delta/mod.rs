//! The difference of two answers: structural for JSON, line by line and word by word for text, windows of hex for bytes.
//!
//! **The bound.** No clock decides, so a difference is the same on every machine. Everything is a walk over both sides, or
//! a sort, but for what is metered (`pair::Work`): elements of arrays are told apart by digests and aligned, and all arrays of one
//! difference together may spend 50 million on it. When it is spent, what is the same is still found, and at last elements are
//! compared as they stand. Texts are aligned line by line within 25 million, words within one million. What is shown is at
//! most 160 lines of 400 characters; of values with more than 200,000 parts, 40 changes.

mod bytes;
mod change;
mod invert;
mod lines;
mod order;
mod pair;
mod render;
mod text;

pub use bytes::bytes;
pub use change::{Change, apply, changes};
pub use invert::inverse;
pub use lines::{excerpt, pretty};
pub use pair::evident_key;
pub use render::{Mark, marked, values};
pub use text::{texts, words};
