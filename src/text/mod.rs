//! Source text, places in it, JSON pointers, diagnostics and how they are drawn.

mod diagnostic;
pub mod pointer;
mod source;
mod suggest;

pub use diagnostic::{Diagnostic, Label, Severity, draw, draw_plain};
pub use source::{FileId, Place, SourceFile, Span};
pub use suggest::did_you_mean;
