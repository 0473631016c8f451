//! The difference of two answers: structural for JSON, line by line and word by word for text, windows of hex for bytes.
//!
//! **The bound.** No clock decides, so a difference is the same on every machine. Aligning two arrays costs at most the
//! product of their lengths; all arrays of one difference together may cost 50 million, and what is left is compared
//! element by element in place. Texts are aligned line by line within 25 million, words within one million. Everything
//! else is one walk over both sides. What is shown is at most 160 lines of 400 characters.

mod bytes;
mod change;
mod invert;
mod lines;
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
