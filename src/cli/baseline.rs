//! `countersign run --record`, `--baseline`, and `countersign baseline accept`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::process::ExitCode;
use std::thread::JoinHandle;

use tokio::sync::mpsc::{self, Receiver};

use super::arguments::{self, BaselineCommand};
use super::misused::fail;
use super::say;
use crate::assemble::Job;
use crate::compare::{self, Against};
use crate::model::{Baseline, CaseFinished, CaseId, CaseRecord, RunReport, Trouble, Volatile};
use crate::record::{Folder, Spool};
use crate::report::read_log;
use crate::send::Redactor;
use crate::text::{count, shell_word};

/// Records that may wait to be written or compared; then the conductor waits.
const BACKLOG: usize = 16;
/// The folder in that of a run where what its baseline does not say lies.
const PENDING: &str = "baseline";

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

/// Keeps the answers of a run while it goes on, for a baseline.
pub(super) struct Recording {
    writer: JoinHandle<std::io::Result<Spool>>,
    folder: Folder,
    decided: Vec<Volatile>,
    redactor: Redactor,
}

impl Recording {
    /// Lets `job` hand over its answers, if they are asked for.
    pub(super) fn begin(arguments: &arguments::Recording, job: &mut Job) -> Result<Option<Self>, String> {
        let Some(path) = &arguments.record else { return Ok(None) };
        let folder = Folder::at(path);
        folder.rules().map_err(|error| format!("the baseline can't be read: {error}"))?;
        let mut spool = Spool::new().map_err(|error| format!("no room for temporary files: {error}"))?;
        let (sender, mut records) = mpsc::channel::<CaseRecord>(BACKLOG);
        job.conduct.records = Some(sender);
        let writer = std::thread::spawn(move || {
            while let Some(record) = records.blocking_recv() {
                spool.put(&record)?;
            }
            Ok(spool)
        });
        let (decided, redactor) = (job.suite.contract.volatile.clone(), job.redactor.clone());
        Ok(Some(Self { writer, folder, decided, redactor }))
    }

    /// Writes the baseline.
    pub(super) fn end(self) -> Result<(), String> {
        let lost = |error: &dyn std::fmt::Display| format!("the answers could not be kept: {error}");
        let spool = self.writer.join().map_err(|_| lost(&"a thread failed"))?;
        let mut spool = spool.map_err(|error| lost(&error))?;
        let path = self.folder.path().display().to_string();
        let (cases, written) =
            compare::record(&mut spool, &self.folder, &self.decided).map_err(|error| lost(&error))?;
        let (cases, files) = (count(cases as u64, "case", "cases"), count(written as u64, "file", "files"));
        say(&format!("baseline: {cases} in {path}, {files} written"));
        // In files that this run has not written.
        without_secrets(&self.folder, &self.redactor)
    }
}

/// Holds each case of a run against the baseline, before anything is told of it.
pub(super) struct Holding {
    records: Receiver<CaseRecord>,
    /// Records that came before the events of their cases, by round and name.
    early: BTreeMap<(u32, CaseId), CaseRecord>,
    folder: Folder,
    decided: Vec<Volatile>,
    against: Option<Against>,
}

impl Holding {
    /// Lets `job` hand over its answers, if there is a baseline to hold them against.
    pub(super) fn begin(arguments: &arguments::Recording, job: &mut Job) -> Result<Option<Self>, String> {
        let Some(path) = &arguments.baseline else { return Ok(None) };
        let folder = Folder::at(path);
        let unread = |error: &dyn std::fmt::Display| format!("the baseline can't be read: {error}");
        // Before anything of it is read that a message could show.
        without_secrets(&folder, &job.redactor)?;
        folder.rules().map_err(|error| unread(&error))?;
        let Baseline { folder: name, cases } = folder.outline().map_err(|error| unread(&error))?;
        if cases.is_empty() {
            return Err(format!("there is no baseline in {}; `--record` makes one", path.display()));
        }
        job.started.baseline = Some(Baseline { folder: job.redactor.text(&name), cases });
        let (sender, records) = mpsc::channel::<CaseRecord>(BACKLOG);
        job.conduct.records = Some(sender);
        let decided = job.suite.contract.volatile.clone();
        Ok(Some(Self { records, early: BTreeMap::new(), folder, decided, against: None }))
    }

    /// What the baseline does not have goes into the folder of the run.
    pub(super) fn beside(&mut self, run: &Path) -> Result<(), String> {
        let against = Against::open(&self.folder, &run.join(PENDING), &self.decided);
        self.against = Some(against.map_err(|error| format!("the baseline can't be read: {error}"))?);
        Ok(())
    }

    /// Says of the case what its answers are beside the baseline.
    pub(super) fn hold(&mut self, case: &mut CaseFinished) -> Result<(), Trouble> {
        // The record of a case is handed over before its event.
        let own = (case.round, case.case.clone());
        while !self.early.contains_key(&own)
            && let Ok(record) = self.records.try_recv()
        {
            self.early.insert((record.round, record.case.clone()), record);
        }
        let record = self.early.remove(&own).filter(|record| record.round == 0);
        let (Some(record), Some(against)) = (record, &self.against) else { return Ok(()) };
        match against.case(&record) {
            Ok(held) => case.held = held,
            Err(error) => {
                let says = format!("the baseline can't be compared: {error}");
                return Err(Trouble { code: "baseline-not-compared".into(), says });
            }
        }
        Ok(())
    }
}

/// What to do about what differs, in the folder of this run.
pub(super) fn hint(report: &RunReport, run: &Path) -> Option<String> {
    let found = report.baseline.as_ref()?;
    let any = !(found.changed.is_empty() && found.new.is_empty() && found.gone.is_empty());
    any.then(|| {
        format!(
            "to take it over: countersign baseline accept --all --from {}; or name operations, `sequences` or cases in the place \
             of --all",
            shell_word(&run.display().to_string())
        )
    })
}

/// Puts the new answers of shards beside each other, in the folder of the merged run.
pub(super) fn gather<'f>(shards: impl Iterator<Item = &'f Path>, run: &Path) -> Result<(), String> {
    let whole = Folder::at(&run.join(PENDING));
    for folder in shards.map(|shard| shard.join(PENDING)).filter(|folder| folder.is_dir()) {
        whole
            .take_over(&Folder::at(&folder))
            .map_err(|error| format!("the new answers of a shard can't be taken along: {error}"))?;
    }
    Ok(())
}

/// `countersign baseline accept`.
pub(super) fn baseline(arguments: &arguments::Baseline) -> ExitCode {
    let BaselineCommand::Accept { names, all, from } = &arguments.command;
    let log = from.join("run.ndjson");
    let report = open(&log).map_err(|error| error.to_string());
    let report = report.and_then(|file| read_log(BufReader::new(file)).map_err(|error| error.to_string()));
    let found = match report {
        Ok(report) => report.baseline,
        Err(error) => return fail(&format!("{}: {error}; --from takes the folder of a run", log.display())),
    };
    let Some(found) = found else {
        return fail(&format!(
            "{}: this run was not held against a baseline; `countersign run --baseline DIR` makes one that is",
            from.display()
        ));
    };
    match compare::accept(&found, &Folder::at(&from.join(PENDING)), names, *all) {
        Ok(accepted) => {
            say(&format!("{}: taken over: {}, removed: {}", found.folder, accepted.taken, accepted.removed));
            if !accepted.missing.is_empty() {
                return fail(&format!(
                    "the new answers are not in {}: {}; take the whole folder of the run along",
                    from.join(PENDING).display(),
                    accepted.missing.join(", ")
                ));
            }
            if accepted.unknown.is_empty() {
                return ExitCode::SUCCESS;
            }
            fail(&format!("no changed, new or gone case is called: {}", accepted.unknown.join(", ")))
        }
        Err(error) => fail(&error.to_string()),
    }
}

#[expect(clippy::disallowed_methods, reason = "the log of a run that has ended")]
fn open(path: &Path) -> std::io::Result<File> {
    File::open(path)
}
