//! A run that ended before its plan did, as its log shows it.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::log::{self, Tail};
use super::{Aggregate, LogError, folder};
use crate::model::{Accepting, Event, RunStarted, VerdictStatus};

/// What the log of a run holds, and the log itself, kept from every other process.
#[derive(Debug)]
pub struct Past {
    folder: PathBuf,
    file: File,
    tail: Tail,
    aggregate: Aggregate,
    /// How the run started.
    pub started: RunStarted,
    /// The cases that ended: round and [`crate::model::CaseId::number`].
    pub played: BTreeSet<(u32, u64)>,
    /// Requests that were to be accepted.
    pub accepting: Accepting,
    /// Some case could not be concluded.
    pub inconclusive: bool,
    /// It says how the run was held against earlier ones.
    pub compared: bool,
    /// Some part of the run was killed, so that it put nothing back: cases of the plan before this position may have
    /// been sent by then. 0: each part came to an end of its own.
    pub reach: u64,
}

impl Past {
    /// Reads the run in `folder`, or the newest run in a folder of runs.
    ///
    /// # Errors
    /// When there is none, its log is no log, or the run is still going on.
    pub fn read(folder: &Path) -> Result<Self, LogError> {
        let newest = folder::runs_in(folder)?.pop();
        let nothing =
            || io::Error::new(io::ErrorKind::NotFound, format!("{}: there is no run", folder.display()));
        let folder = newest.ok_or_else(nothing)?;
        let mut file = folder::held_file(&folder.join(folder::LOG)).map_err(|error| {
            if error.kind() == io::ErrorKind::WouldBlock { LogError::Busy } else { LogError::Read(error) }
        })?;
        let (mut aggregate, mut started) = (Aggregate::new(), None);
        let (mut played, mut accepting, mut inconclusive) = (BTreeSet::new(), Accepting::default(), false);
        let mut compared = false;
        // Of the part of the run that is being read: how far it came, and whether it ended.
        let (mut far, mut ended, mut reach) = (0, false, 0);
        let tail = log::events(BufReader::new(&mut file), |event| {
            aggregate.event(&event);
            match event {
                Event::RunStarted(first) => started = Some(*first),
                Event::Recalled(_) => compared = true,
                Event::CaseFinished(case) => {
                    played.insert((case.round, case.case.number()));
                    accepting.note(&case);
                    inconclusive |= case.status == VerdictStatus::Inconclusive;
                    far = far.max(case.order + 1);
                }
                Event::RunResumed(_) => {
                    if !ended {
                        reach = far;
                    }
                    ended = false;
                }
                Event::RunFinished(_) => ended = true,
                _ => {}
            }
        })?;
        let started = started.ok_or(LogError::Empty)?;
        // Others may have been under way, and the last moments may not have come to the log.
        let margin = 256 + 2 * started.settings.jobs as u64;
        let reach = match (ended, reach) {
            (false, _) => far + margin,
            (true, 0) => 0,
            (true, reach) => reach + margin,
        };
        Ok(Self { folder, file, tail, aggregate, started, played, accepting, inconclusive, compared, reach })
    }

    /// The run's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether the last line was cut off, and passed over.
    #[must_use]
    pub fn cut_off(&self) -> bool {
        self.tail.cut_off
    }

    /// The log, ready for the next event: what was cut off is gone, what was whole has not been touched.
    pub(super) fn go_on(mut self) -> io::Result<(PathBuf, File, Aggregate)> {
        self.file.set_len(self.tail.whole)?;
        self.file.seek(SeekFrom::End(0))?;
        if self.tail.open {
            self.file.write_all(b"\n")?;
        }
        Ok((self.folder, self.file, self.aggregate))
    }
}
