//! What became of each clause from run to run: new, still failing, flapping, fixed.
//!
//! [`Library`] reads folders of runs and keeps of each what a history needs. What it holds becomes a [`History`], which
//! is drawn as text, JSON or a page; or it is held against a run that begins.

mod course;
mod fold;
mod glance;
mod library;
mod past;
mod series;
mod trend;

use std::io::{self, Write};
use std::path::Path;

use super::{folder, html};
use crate::model::History;

pub use fold::fold;
pub use library::Library;
pub(super) use past::Compared;
pub use past::recall;
pub use series::Choice;
pub(super) use trend::{Trend, trends};

/// The history for scripts.
///
/// # Errors
/// Those of `out`.
pub fn json(history: &History, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, history)?;
    out.write_all(b"\n")
}

/// The history for people, as one page that needs nothing else. Equal histories give equal bytes.
///
/// # Errors
/// Those of `out`.
pub fn page(history: &History, out: &mut dyn Write) -> io::Result<()> {
    html::history_page(history, out)
}

/// Writes the page; the file appears when it is whole.
///
/// # Errors
/// When it can't be written.
pub fn write_page(history: &History, path: &Path) -> io::Result<()> {
    folder::write(path, |out| page(history, out))
}
