//! Where the events of a run arrive and its reports leave.

use std::io;
use std::path::{Path, PathBuf};

use super::folder::{self, Draft};
use super::{Aggregate, Ending, Log, Past, Renderer, Sink};
use crate::model::{Event, Exit, RunReport, Trouble};

/// The sinks and files of one run. A sink that fails is detached, the failure becomes an event for the others, and the
/// run goes on.
pub struct Desk {
    reports: PathBuf,
    run: String,
    folder: PathBuf,
    aggregate: Aggregate,
    sinks: Vec<(&'static str, Box<dyn Sink>)>,
    drafts: Vec<(&'static dyn Renderer, Draft)>,
    troubles: Vec<Trouble>,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Desk {
    /// Opens every file of the run in `reports/RUN/` before anything is sent. `formats` are usually all of
    /// [`super::RENDERERS`]; the log is always written.
    ///
    /// # Errors
    /// When the folder or one of the files can't be made, or the run's log is there already.
    pub fn open(
        reports: &Path,
        run: &str,
        terminal: Box<dyn Sink>,
        formats: &[&'static dyn Renderer],
    ) -> io::Result<Self> {
        let folder = folder::make(reports, run)?;
        let (log, named) = folder::new_log(&folder)?;
        let log = Log::new(Box::new(log))?.beginning(Box::new(|| named.name()));
        Self::with(reports, run, folder, log, Aggregate::new(), terminal, formats)
    }

    /// Opens the files of a run that had ended before its plan did; its log is written on.
    ///
    /// # Errors
    /// When one of the files can't be written.
    pub fn resume(
        past: Past,
        terminal: Box<dyn Sink>,
        formats: &[&'static dyn Renderer],
    ) -> io::Result<Self> {
        let (folder, log, aggregate) = past.go_on()?;
        let log = Log::new(Box::new(log))?;
        let whole = folder.canonicalize()?;
        let nameless = || io::Error::new(io::ErrorKind::InvalidInput, "the run's folder has no name");
        let run = whole.file_name().and_then(|name| name.to_str()).ok_or_else(nameless)?;
        let reports = whole.parent().ok_or_else(nameless)?;
        Self::with(reports, run, folder, log, aggregate, terminal, formats)
    }

    fn with(
        reports: &Path,
        run: &str,
        folder: PathBuf,
        log: Log,
        aggregate: Aggregate,
        terminal: Box<dyn Sink>,
        formats: &[&'static dyn Renderer],
    ) -> io::Result<Self> {
        let drafts = formats
            .iter()
            .map(|format| Draft::open(&folder, format.file_name()).map(|draft| (*format, draft)))
            .collect::<io::Result<_>>()?;
        let sinks: Vec<(&'static str, Box<dyn Sink>)> =
            vec![(folder::LOG, Box::new(log)), ("the terminal", terminal)];
        Ok(Self {
            reports: reports.to_path_buf(),
            run: run.to_owned(),
            folder,
            aggregate,
            sinks,
            drafts,
            troubles: Vec::new(),
        })
    }

    /// Adds a sink.
    pub fn add(&mut self, name: &'static str, sink: Box<dyn Sink>) {
        self.sinks.push((name, sink));
    }

    /// The folder of this run.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Hands an event to every sink.
    pub fn event(&mut self, event: &Event) {
        self.aggregate.event(event);
        let mut failed = Vec::new();
        self.sinks.retain_mut(|(name, sink)| match sink.event(event) {
            Ok(()) => true,
            Err(error) => {
                failed.push(trouble(name, &error));
                false
            }
        });
        for trouble in failed {
            self.troubles.push(trouble.clone());
            self.event(&Event::Troubled(trouble));
        }
    }

    /// Writes the reports, points `latest` at them and lets the sinks finish. The troubles are those of sinks and
    /// files; where there are some, a run that would have ended as kept ends as inconclusive.
    #[must_use]
    pub fn finish(mut self) -> (RunReport, Vec<Trouble>) {
        let mut report = self.aggregate.report();
        let mut written = Vec::new();
        for (format, draft) in self.drafts {
            match draft.write(|out| format.render(&report, out)) {
                Ok(path) => written.push(path),
                Err(error) => self.troubles.push(trouble(format.file_name(), &error)),
            }
        }
        if let Err(error) = folder::point_latest(&self.reports, &self.run) {
            self.troubles.push(trouble("latest", &error));
        }
        for (name, mut sink) in self.sinks {
            worsen(&mut report, &self.troubles);
            let ending = Ending { report: &report, written: &written, troubles: &self.troubles };
            if let Err(error) = sink.finish(&ending) {
                self.troubles.push(trouble(name, &error));
            }
        }
        worsen(&mut report, &self.troubles);
        (report, self.troubles)
    }
}

/// A closed pipe is the reader's wish and no failure of the run.
fn trouble(name: &str, error: &io::Error) -> Trouble {
    let code = if error.kind() == io::ErrorKind::BrokenPipe { "reader-gone" } else { "report-not-written" };
    Trouble { code: code.into(), says: format!("{name}: {error}") }
}

fn worsen(report: &mut RunReport, troubles: &[Trouble]) {
    let lost = troubles.iter().find(|trouble| trouble.code == "report-not-written");
    if let Some(trouble) = lost.filter(|_| report.exit.code == 0) {
        let because = format!("a report could not be written: {}", trouble.says);
        report.exit = Exit { code: 3, name: "inconclusive".into(), because };
    }
}

/// Writes reports of a run again, from its folded log, into the run's folder.
///
/// # Errors
/// When a file can't be written.
pub fn rebuild(
    folder: &Path,
    report: &RunReport,
    formats: &[&'static dyn Renderer],
) -> io::Result<Vec<PathBuf>> {
    formats
        .iter()
        .map(|format| {
            let draft = Draft::open(folder, format.file_name())?;
            draft.write(|out| format.render(report, out))
        })
        .collect()
}
