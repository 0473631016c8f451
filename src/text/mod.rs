//! Source text, where it is read from, places in it and trees of it, JSON pointers, diagnostics and how they are drawn; and what must be known of a text before
//! it is shown: the forms of a secret in it, what could steer a terminal, what a shell would read.

mod count;
mod diagnostic;
mod encoded;
mod kind;
pub mod library;
pub mod merge;
pub mod pointer;
mod shell;
mod source;
mod suggest;
mod tame;
pub mod tree;
mod tree_text;
mod uuid;
mod yaml_error;

pub use count::{count, thousands};
pub use diagnostic::{Diagnostic, Label, Severity, draw, draw_plain};
pub use encoded::forms;
pub use kind::kind;
pub use shell::shell_word;
pub use source::{FileId, Place, SourceFile, Span};
pub use suggest::did_you_mean;
pub use tame::tame;
pub use uuid::is_uuid;
