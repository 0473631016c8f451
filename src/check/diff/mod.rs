//! The difference of two answers: structural for JSON, line by line for text.

mod json;
mod lines;
mod render;
mod text;

pub use json::{Change, apply, changes};
pub(super) use lines::{excerpt, pretty};
pub use render::values;
pub(super) use render::{Mark, marked};
pub use text::texts;
