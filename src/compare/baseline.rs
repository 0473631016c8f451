//! A run and its baseline: recorded, held against it, and taken over.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use crate::model::{Baseline, BaselineReport, CaseRecord, Held, Volatile};
use crate::record::{Folder, FolderError, Rules, Spool, calibrate, compared, typed};

fn io_error(error: io::Error) -> FolderError {
    FolderError::Io { path: "the records of this run".into(), error }
}

/// Writes the answers of a run to `folder`: what differs between its rounds becomes a rule, unless people have decided
/// otherwise in the folder's rules or in `decided`. Gives how many cases there are, and how many files are others now.
///
/// # Errors
/// When something can't be read or written.
pub fn record(
    spool: &mut Spool,
    folder: &Folder,
    decided: &[Volatile],
) -> Result<(usize, usize), FolderError> {
    let mut rules = Rules::default();
    for case in spool.cases() {
        let records = spool.get(case).map_err(io_error)?;
        for (one, other) in records.iter().zip(records.iter().skip(1)) {
            calibrate(one, other).rules.into_iter().for_each(|rule| rules.add(rule));
        }
    }
    folder.rules()?.each().chain(decided.iter().cloned()).for_each(|rule| rules.decide(rule));
    folder.put_rules(&rules)?;
    let mut written = 0;
    for case in spool.cases() {
        if let Some(first) = spool.get(case).map_err(io_error)?.first() {
            written += usize::from(folder.put(&typed(first, &rules))?);
        }
    }
    Ok((spool.len(), written))
}

/// The answers of a run, case by case, beside those of its baseline.
#[derive(Debug)]
pub struct Against {
    folder: Folder,
    known: Baseline,
    rules: Rules,
    /// Where answers are kept that the baseline does not have, for [`accept`].
    pending: Folder,
}

impl Against {
    /// The baseline in `folder`; `decided` goes over its rules. What it does not have is written to `out`.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn open(folder: &Folder, out: &Path, decided: &[Volatile]) -> Result<Self, FolderError> {
        let mut rules = folder.rules()?;
        decided.iter().cloned().for_each(|rule| rules.decide(rule));
        Ok(Self { folder: folder.clone(), known: folder.outline()?, rules, pending: Folder::at(out) })
    }

    /// What the answers of this case are; None where one did not come that came before: that shows nothing about it.
    ///
    /// # Errors
    /// When something can't be read or written.
    pub fn case(&self, record: &CaseRecord) -> Result<Option<Held>, FolderError> {
        let now = typed(record, &self.rules);
        let before = match self.known.cases.get(&record.case) {
            Some(operation) => self.folder.get(operation, &record.case.0)?,
            None => None,
        };
        let lost = |record: &CaseRecord| record.steps.iter().any(|step| step.lost.is_some());
        if lost(record) && !before.as_ref().is_some_and(lost) {
            return Ok(None);
        }
        let Some(before) = before else {
            self.pending.put(&now)?;
            return Ok(Some(Held::New));
        };
        // Rules may have been edited since it was written.
        let before = typed(&before, &self.rules);
        // What is wrong now is told with its reason; a baseline keeps none, as it may be in other words each time.
        let judged = |findings| CaseRecord { findings, ..now.clone() };
        let reasoned = now.findings.iter().map(|quiet| {
            let same = record.findings.iter().find(|one| {
                (one.step, &one.clause, &one.check, &one.site)
                    == (quiet.step, &quiet.clause, &quiet.check, &quiet.site)
            });
            same.unwrap_or(quiet).clone()
        });
        let found = compared(&self.rules, &[before], &[judged(reasoned.collect())], false);
        if found.differences.is_empty() {
            return Ok(Some(Held::Same));
        }
        self.pending.put(&now)?;
        Ok(Some(Held::Changed(found)))
    }
}

/// What was taken over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Accepted {
    /// Changed and new cases.
    pub taken: usize,
    /// Cases that are gone.
    pub removed: usize,
    /// Names that stand for nothing.
    pub unknown: Vec<String>,
    /// Cases whose answers are not in the folder of the run.
    pub missing: Vec<String>,
}

/// Takes over into its baseline what a run has found: the cases and operations of these names, or all. The new answers
/// are in `pending`.
///
/// # Errors
/// When something can't be read or written.
pub fn accept(
    found: &BaselineReport,
    pending: &Folder,
    names: &[String],
    all: bool,
) -> Result<Accepted, FolderError> {
    let folder = Folder::at(Path::new(&found.folder));
    let mut used = BTreeSet::new();
    let mut wanted = |operation: &str, case: &str| {
        let name = names
            .iter()
            .find(|name| **name == operation || (name.len() >= 4 && case.starts_with(name.as_str())));
        if let Some(name) = name {
            used.insert(name.clone());
        }
        all || name.is_some()
    };
    let mut accepted = Accepted::default();
    for one in found.changed.iter().chain(&found.new) {
        if !wanted(&one.operation, &one.case.0) {
            continue;
        }
        match pending.get(&one.operation, &one.case.0)? {
            Some(record) => {
                folder.put(&record)?;
                accepted.taken += 1;
            }
            None => accepted.missing.push(format!("{}/{}", one.operation, one.case)),
        }
    }
    for gone in &found.gone {
        if wanted(&gone.operation, &gone.case.0) && folder.file(&gone.operation, &gone.case.0).exists() {
            folder.remove(&gone.operation, &gone.case.0)?;
            accepted.removed += 1;
        }
    }
    accepted.unknown = names.iter().filter(|name| !used.contains(*name)).cloned().collect();
    Ok(accepted)
}
