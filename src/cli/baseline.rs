//! `countersign run --record`, `--baseline`, and `countersign baseline accept`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread::JoinHandle;

use tokio::sync::mpsc;

use super::arguments::{self, BaselineCommand};
use super::misused::fail;
use super::{put, say};
use crate::assemble::Job;
use crate::compare::{self, Against};
use crate::model::{CaseRecord, Volatile};
use crate::record::{Folder, Spool};
use crate::report::terminal::{Style, differences};
use crate::send::Redactor;
use crate::text::count;

/// Records that may wait to be written; then the conductor waits.
const BACKLOG: usize = 16;
/// The folder in that of a run where what its baseline does not say lies.
const PENDING: &str = "baseline";
/// More names of cases than these are not printed.
const MOST_NAMES: usize = 20;

/// Keeps the answers of a run while it goes on.
pub(super) struct Recording {
    writer: JoinHandle<std::io::Result<Spool>>,
    folder: Folder,
    /// Whether answers are held against the folder, not written to it.
    against: bool,
    /// Whether the plan as it is written may tell what is gone.
    everything: bool,
    decided: Vec<Volatile>,
    redactor: Redactor,
}

/// Refuses a baseline in a file of which a secret stands.
fn without_secrets(folder: &Folder, redactor: &Redactor) -> Result<(), String> {
    let leaks = |bytes: &[u8]| redactor.stands_in(bytes).unwrap_or(true);
    match folder.leak(&leaks).map_err(|error| format!("the baseline can't be read: {error}"))? {
        None => Ok(()),
        Some(path) => Err(format!(
            "a secret stands in {}: write its name in its place, such as ‹token›, or record the case again; whoever has the \
             file has the secret",
            path.display()
        )),
    }
}

impl Recording {
    /// Lets `job` hand over its answers, if they are asked for.
    pub(super) fn begin(arguments: &arguments::Recording, job: &mut Job) -> Result<Option<Self>, String> {
        let against = arguments.baseline.is_some();
        let Some(path) = arguments.record.as_ref().or(arguments.baseline.as_ref()) else { return Ok(None) };
        let folder = Folder::at(path);
        let nothing = |error: &dyn std::fmt::Display| format!("the baseline can't be read: {error}");
        if against {
            // Before anything of it is read that a message could show.
            without_secrets(&folder, &job.redactor)?;
        }
        folder.rules().map_err(|error| nothing(&error))?;
        if against && folder.cases().map_err(|error| nothing(&error))?.is_empty() {
            return Err(format!("there is no baseline in {}; `--record` makes one", path.display()));
        }
        let mut spool = Spool::new().map_err(|error| format!("no room for temporary files: {error}"))?;
        let (sender, mut records) = mpsc::channel::<CaseRecord>(BACKLOG);
        job.conduct.records = Some(sender);
        let writer = std::thread::spawn(move || {
            while let Some(record) = records.blocking_recv() {
                spool.put(&record)?;
            }
            Ok(spool)
        });
        let settings = &job.started.settings;
        let everything =
            settings.select.is_none() && settings.shard.is_none() && settings.changed_since.is_none();
        let (decided, redactor) = (job.suite.contract.volatile.clone(), job.redactor.clone());
        Ok(Some(Self { writer, folder, against, everything, decided, redactor }))
    }

    /// Writes the baseline, or what is different from it: into the run's folder, and to the terminal. Whether an answer
    /// has changed.
    pub(super) fn end(self, run: &Path, whole: bool) -> Result<bool, String> {
        let lost = |error: &dyn std::fmt::Display| format!("the answers could not be kept: {error}");
        let spool = self.writer.join().map_err(|_| lost(&"a thread failed"))?;
        let mut spool = spool.map_err(|error| lost(&error))?;
        let path = self.folder.path().display().to_string();
        if !self.against {
            let (cases, written) =
                compare::record(&mut spool, &self.folder, &self.decided).map_err(|error| lost(&error))?;
            let (cases, files) =
                (count(cases as u64, "case", "cases"), count(written as u64, "file", "files"));
            say(&format!("baseline: {cases} in {path}, {files} written"));
            // In files that this run has not written.
            without_secrets(&self.folder, &self.redactor)?;
            return Ok(false);
        }
        let whole = whole && self.everything;
        let out = run.join(PENDING);
        let found = compare::against(&mut spool, &self.folder, &out, whole, &self.decided)
            .map_err(|error| format!("the baseline could not be compared: {error}"))?;
        let style = Style { colour: true, ..Style::default() };
        put(&differences(&found.differences, ("baseline", "now"), &style));
        say(&summary(&found, run));
        Ok(!found.changed.is_empty())
    }
}

/// One line, and what to do about it.
fn summary(found: &Against, run: &Path) -> String {
    let count = |cases: &[compare::Changed], word: &str| format!("{} {word}", cases.len());
    let mut text = format!(
        "baseline {}: {} same, {}, {}, {}",
        found.baseline,
        found.same,
        count(&found.changed, "changed"),
        count(&found.new, "new"),
        count(&found.gone, "gone")
    );
    for (word, cases) in [("new", &found.new), ("gone", &found.gone)] {
        for case in cases.iter().take(MOST_NAMES) {
            text += &format!("\n  {word}: {}/{} {}", case.operation, case.case, case.why);
        }
        if cases.len() > MOST_NAMES {
            text += &format!("\n  {word}: {} more", cases.len() - MOST_NAMES);
        }
    }
    if !found.changed.is_empty() {
        text += "\n  what changed makes the exit status 1; the run's reports are about the contract alone";
    }
    if found.changed.len() + found.new.len() + found.gone.len() > 0 {
        text += &format!(
            "\n  to take all of it over: countersign baseline accept --all --from {}; or name cases or operations",
            crate::text::shell_word(&run.display().to_string())
        );
    }
    text
}

/// `countersign baseline accept`.
pub(super) fn baseline(arguments: &arguments::Baseline) -> ExitCode {
    let BaselineCommand::Accept { names, all, from } = &arguments.command;
    let run: PathBuf = from.join(PENDING);
    if !run.is_dir() {
        return fail(&format!(
            "{} has no `{PENDING}`: only a run with --baseline has something to accept",
            from.display()
        ));
    }
    match compare::accept(&run, names, *all) {
        Ok((accepted, unknown)) => {
            say(&format!("taken over: {}, removed: {}", accepted.taken, accepted.removed));
            if unknown.is_empty() {
                return ExitCode::SUCCESS;
            }
            fail(&format!("no changed, new or gone case is called: {}", unknown.join(", ")))
        }
        Err(error) => fail(&error.to_string()),
    }
}
