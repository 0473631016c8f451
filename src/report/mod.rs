//! Events in, reports out.
//!
//! Two kinds of report code: a [`Sink`] sees every event as it happens (the log, the terminal); a [`Renderer`] is a
//! pure function of the folded [`RunReport`]. [`Aggregate`] does the folding, [`Desk`] owns the files of a run.
//! A new format is one file and one word in the table below.

mod aggregate;
mod alike;
mod baseline;
mod causes;
mod choose;
mod comparison;
mod desk;
mod folder;
pub mod history;
mod log;
mod merge;
mod past;
mod sides;
pub mod terminal;
mod words;

use std::io::{self, Write};
use std::path::PathBuf;

use crate::model::{Event, Meta, RunReport, Trouble};

pub use aggregate::Aggregate;
pub use choose::{UnknownFormat, choose};
pub use comparison::write_comparison;
pub use desk::{Desk, rebuild};
pub use log::{Log, LogError, read_log};
pub use merge::{Part, Refused, Survey, parts_in, survey};
pub use past::Past;

/// Sees every event of a run.
pub trait Sink: Send {
    /// Takes one event.
    ///
    /// # Errors
    /// When it could not be written: the desk then goes on without this sink.
    fn event(&mut self, event: &Event) -> io::Result<()>;

    /// The run has ended and the files are written.
    ///
    /// # Errors
    /// When what is left could not be written.
    fn finish(&mut self, ending: &Ending<'_>) -> io::Result<()>;
}

/// What a sink may want to know at the end.
#[derive(Debug, Clone, Copy)]
pub struct Ending<'r> {
    /// The folded run.
    pub report: &'r RunReport,
    /// The report files, in the order of the table.
    pub written: &'r [PathBuf],
    /// Reports that could not be written.
    pub troubles: &'r [Trouble],
}

/// A report format.
pub trait Renderer: Sync {
    /// What it is; the id is the format's name on the command line.
    fn meta(&self) -> &'static Meta;

    /// The name of its file in the run's folder.
    fn file_name(&self) -> &'static str;

    /// Whether it is written unless other formats are asked for.
    fn usual(&self) -> bool {
        false
    }

    /// Writes the report. Equal reports give equal bytes.
    ///
    /// # Errors
    /// Those of `out`.
    fn render(&self, report: &RunReport, out: &mut dyn Write) -> io::Result<()>;
}

macro_rules! registry {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*
        /// Every report format, in the order in which they are written.
        pub static RENDERERS: &[&dyn Renderer] = &[$(&$module::THIS),*];
    };
}

registry!(json, junit, html, sarif, markdown, har, ctrf, github);

/// The format with this id.
#[must_use]
pub fn renderer(id: &str) -> Option<&'static dyn Renderer> {
    RENDERERS.iter().copied().find(|renderer| renderer.meta().id == id)
}
