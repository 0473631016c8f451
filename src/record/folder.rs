//! A baseline: a folder with a file for each case, made to be read in a review, and the rules of what is noise.
//!
//! ```text
//! DIR/volatile.yaml          what differs from one answer to the next though nothing has changed; people may edit it
//! DIR/OPERATION/CASE.json    the answers of a case, members in order, no times, no ids of runs
//! ```

#![expect(clippy::disallowed_methods, reason = "this is where baselines are read and written")]

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::rules::Rules;
use crate::model::{Baseline, CaseId, CaseRecord};

/// The name of the file of rules.
const RULES: &str = "volatile.yaml";

/// What is wrong with a baseline.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A file can't be read or written.
    #[error("{path}: {error}")]
    Io {
        /// Which.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// A file is not what it should be.
    #[error("{path}: {says}")]
    Bad {
        /// Which.
        path: String,
        /// Why.
        says: String,
    },
}

/// The folder of a baseline.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The one at `path`; it needs not be there.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_path_buf() }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The rules; none where there is no file of them.
    ///
    /// # Errors
    /// When the file can't be read, or is none of rules.
    pub fn rules(&self) -> Result<Rules, FolderError> {
        let path = self.path.join(RULES);
        match fs::read_to_string(&path) {
            Ok(text) => Rules::from_yaml(&text)
                .map_err(|error| FolderError::Bad { path: path.display().to_string(), says: error.says }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Rules::default()),
            Err(error) => Err(of(&path, error)),
        }
    }

    /// Writes the rules.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn put_rules(&self, rules: &Rules) -> Result<(), FolderError> {
        write(&self.path.join(RULES), &rules.to_yaml())
    }

    /// Writes the answers of a case; gives whether the file is another one than before.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn put(&self, record: &CaseRecord) -> Result<bool, FolderError> {
        let path = self.file(&record.operation, &record.case.0);
        let text = serde_json::to_string_pretty(record).map_err(|error| FolderError::Bad {
            path: path.display().to_string(),
            says: error.to_string(),
        })?;
        let text = format!("{text}\n");
        if fs::read_to_string(&path).is_ok_and(|known| known == text) {
            return Ok(false);
        }
        write(&path, &text)?;
        Ok(true)
    }

    /// Where the answers of a case are.
    #[must_use]
    pub fn file(&self, operation: &str, case: &str) -> PathBuf {
        self.path.join(operation).join(format!("{case}.json"))
    }

    /// Takes a case out.
    ///
    /// # Errors
    /// When its file can't be removed.
    pub fn remove(&self, operation: &str, case: &str) -> Result<(), FolderError> {
        let path = self.file(operation, case);
        fs::remove_file(&path).map_err(|error| of(&path, error))
    }

    /// The cases, each with the folder that it is in.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub fn outline(&self) -> Result<Baseline, FolderError> {
        let mut cases = BTreeMap::new();
        for entry in fs::read_dir(&self.path).map_err(|error| of(&self.path, error))? {
            let folder = entry.map_err(|error| of(&self.path, error))?.path();
            let operation = folder.file_name().map(|name| name.to_string_lossy().into_owned());
            let Some(operation) = operation.filter(|_| folder.is_dir()) else { continue };
            for entry in fs::read_dir(&folder).map_err(|error| of(&folder, error))? {
                let path = entry.map_err(|error| of(&folder, error))?.path();
                let is_case = path.extension().is_some_and(|ending| ending == "json");
                if let Some(name) = path.file_stem().filter(|_| is_case) {
                    cases.insert(CaseId(name.to_string_lossy().into_owned()), operation.clone());
                }
            }
        }
        Ok(Baseline { folder: self.path.display().to_string(), cases })
    }

    /// Takes over what another folder of the same make has.
    ///
    /// # Errors
    /// When something can't be read or written.
    pub fn take_over(&self, other: &Self) -> Result<(), FolderError> {
        for (case, operation) in other.outline()?.cases {
            if let Some(record) = other.get(&operation, &case.0)? {
                self.put(&record)?;
            }
        }
        Ok(())
    }

    /// The first file in which `leaks` sees a secret: one that is known only since it was written, or that people wrote.
    ///
    /// # Errors
    /// When a file can't be read.
    pub fn leak(&self, leaks: &dyn Fn(&[u8]) -> bool) -> Result<Option<PathBuf>, FolderError> {
        let rules = self.path.join(RULES);
        let cases = self.outline()?.cases.into_iter().map(|(case, operation)| self.file(&operation, &case.0));
        for path in rules.is_file().then_some(rules).into_iter().chain(cases) {
            if leaks(&fs::read(&path).map_err(|error| of(&path, error))?) {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }

    /// The answers of a case; None where it is not there.
    ///
    /// # Errors
    /// When the file can't be read, or is none of answers.
    pub fn get(&self, operation: &str, case: &str) -> Result<Option<CaseRecord>, FolderError> {
        let path = self.file(operation, case);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(of(&path, error)),
        };
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| FolderError::Bad { path: path.display().to_string(), says: error.to_string() })
    }
}

/// A file appears under its name only when it is whole.
fn write(path: &Path, text: &str) -> Result<(), FolderError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| of(folder, error))?;
    let part = folder.join(".part");
    fs::write(&part, text).and_then(|()| fs::rename(&part, path)).map_err(|error| {
        let _ = fs::remove_file(&part);
        of(path, error)
    })
}

fn of(path: &Path, error: io::Error) -> FolderError {
    FolderError::Io { path: path.display().to_string(), error }
}
