//! A run and its baseline: recorded, held against it, and taken over.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::model::{CaseRecord, DifferenceGroup, Volatile};
use crate::record::{Folder, FolderError, Gather, Gathered, Rules, Spool, calibrate, typed};

/// The file that says what a run has found against its baseline.
const CHANGES: &str = "baseline.json";

/// What a run has found against its baseline. Its new answers lie beside it, as a folder of the same make.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Against {
    /// The folder of the baseline.
    pub baseline: String,
    /// How many cases answered as the baseline says.
    pub same: u64,
    /// Cases that answered otherwise.
    pub changed: Vec<Changed>,
    /// Cases that the baseline does not have.
    pub new: Vec<Changed>,
    /// Cases that the plan does not have any more; empty where only a part of the plan was played.
    pub gone: Vec<Changed>,
    /// What is different in the changed ones.
    pub differences: Vec<DifferenceGroup>,
}

/// A case of a baseline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Its stable name.
    pub case: String,
    /// The folder that it is in: an operation, or `sequences`.
    pub operation: String,
    /// What it does, in words.
    pub why: String,
}

impl Changed {
    fn of(record: &CaseRecord) -> Self {
        Self { case: record.case.0.clone(), operation: record.operation.clone(), why: record.why.clone() }
    }
}

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

/// Holds the answers of a run against `folder`, and writes what is different to `out`, for [`accept`]. `whole`: the
/// plan was played as a whole, so that what it lacks is gone.
///
/// # Errors
/// When something can't be read or written.
pub fn against(
    spool: &mut Spool,
    folder: &Folder,
    out: &Path,
    whole: bool,
    decided: &[Volatile],
) -> Result<Against, FolderError> {
    let mut rules = folder.rules()?;
    decided.iter().cloned().for_each(|rule| rules.decide(rule));
    let mut known: BTreeMap<String, String> = folder.cases()?;
    let pending = Folder::at(out);
    let mut found = Against {
        baseline: folder.path().display().to_string(),
        same: 0,
        changed: Vec::new(),
        new: Vec::new(),
        gone: Vec::new(),
        differences: Vec::new(),
    };
    let mut gather = Gather::default();
    for case in spool.cases() {
        let records = spool.get(case).map_err(io_error)?;
        let Some(now) = records.first().map(|record| typed(record, &rules)) else { continue };
        let before = match known.remove(&now.case.0) {
            Some(operation) => folder.get(&operation, &now.case.0)?,
            None => None,
        };
        let Some(before) = before else {
            pending.put(&now)?;
            found.new.push(Changed::of(&now));
            continue;
        };
        // Rules may have been edited since it was written.
        let before = typed(&before, &rules);
        let now_changed = Changed::of(&now);
        if gather.case(&rules, &[before], std::slice::from_ref(&now), false).is_none() {
            found.same += 1;
        } else {
            pending.put(&now)?;
            found.changed.push(now_changed);
        }
    }
    if whole {
        found.gone = known
            .into_iter()
            .map(|(case, operation)| Changed { case, operation, why: String::new() })
            .collect();
    }
    let Gathered { groups, .. } = gather.finish();
    found.differences = groups;
    let text = serde_json::to_string_pretty(&found)
        .map_err(|error| FolderError::Bad { path: CHANGES.into(), says: error.to_string() })?;
    write(&out.join(CHANGES), &format!("{text}\n"))?;
    Ok(found)
}

/// What was taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Accepted {
    /// Changed and new cases.
    pub taken: usize,
    /// Cases that are gone.
    pub removed: usize,
}

/// Takes what a run has found (`from`, see [`against`]) over into its baseline: the cases and operations of these names,
/// or all. Gives what was taken, and the names that stand for nothing.
///
/// # Errors
/// When something can't be read or written.
pub fn accept(from: &Path, names: &[String], all: bool) -> Result<(Accepted, Vec<String>), FolderError> {
    let path = from.join(CHANGES);
    let bad = |says: String| FolderError::Bad { path: path.display().to_string(), says };
    let found: Against = serde_json::from_str(&read(&path)?).map_err(|error| bad(error.to_string()))?;
    let (pending, folder) = (Folder::at(from), Folder::at(Path::new(&found.baseline)));
    let mut used = BTreeSet::new();
    let mut wanted = |changed: &Changed| {
        let name = names.iter().find(|name| {
            **name == changed.operation || (name.len() >= 4 && changed.case.starts_with(name.as_str()))
        });
        if let Some(name) = name {
            used.insert(name.clone());
        }
        all || name.is_some()
    };
    let mut accepted = Accepted::default();
    for changed in found.changed.iter().chain(&found.new) {
        if wanted(changed)
            && let Some(record) = pending.get(&changed.operation, &changed.case)?
        {
            folder.put(&record)?;
            accepted.taken += 1;
        }
    }
    for gone in &found.gone {
        if wanted(gone) && folder.file(&gone.operation, &gone.case).exists() {
            folder.remove(&gone.operation, &gone.case)?;
            accepted.removed += 1;
        }
    }
    let unknown = names.iter().filter(|name| !used.contains(*name)).cloned().collect();
    Ok((accepted, unknown))
}

#[expect(clippy::disallowed_methods, reason = "what a run has left for its baseline")]
fn read(path: &Path) -> Result<String, FolderError> {
    std::fs::read_to_string(path).map_err(|error| FolderError::Io { path: path.display().to_string(), error })
}

#[expect(clippy::disallowed_methods, reason = "what a run leaves for its baseline")]
fn write(path: &Path, text: &str) -> Result<(), FolderError> {
    let of = |error| FolderError::Io { path: path.display().to_string(), error };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(of)?;
    }
    std::fs::write(path, text).map_err(of)
}
