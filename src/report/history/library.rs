//! Folders of runs, read into what a history needs: of each run a line, and a letter per clause.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::glance::Glance;
use crate::model::{Mark, PastRun, RunName, RunReport, Scope};
use crate::report::words::one_line;
use crate::report::{LogError, folder, read_log};

/// A larger report is passed over.
const LARGEST: u64 = 256 * 1024 * 1024;
const REPORT: &str = "report.json";

/// What was read. Memory goes by the clauses and the broken ones among them, never by cases.
#[derive(Debug, Default)]
pub struct Library {
    /// The clauses by address: the place of each is its number.
    numbers: BTreeMap<String, usize>,
    pub(super) addresses: Vec<String>,
    /// The promise of each clause, with the time of the run that says so.
    pub(super) texts: Vec<(RunName, String)>,
    pub(super) runs: Vec<Kept>,
    findings: BTreeMap<(String, Option<String>, usize, String), usize>,
    pub(super) shown: Vec<Shown>,
    left_out: Vec<String>,
}

/// What is kept of a run.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) name: RunName,
    pub(super) told: PastRun,
    pub(super) scope: Scope,
    pub(super) whole: bool,
    /// The shards' runs that it was merged from.
    pub(super) merged: Vec<String>,
    /// By the clause's number; clauses past its end are absent.
    pub(super) marks: Vec<Mark>,
    /// Places in [`Library::shown`], with how many cases show each.
    pub(super) findings: Vec<(usize, u64)>,
}

/// A finding as its last run shows it.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) clause: usize,
    pub(super) fingerprint: String,
    pub(super) last: RunName,
    pub(super) summary: String,
    pub(super) case: Option<String>,
}

impl Library {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads every run in `folder`, at any depth. With `most`, only so many of the newest of those whose folders have
    /// the name of a run. What can't be read is told by [`Self::left_out`].
    pub fn read(&mut self, folder: &Path, most: Option<usize>) {
        let mut unreadable = Vec::new();
        let mut found = folder::search(folder, &[REPORT, folder::LOG], &mut unreadable);
        self.left_out.extend(unreadable.iter().map(|error| one_line(&format!("{error}"))));
        if let Some(most) = most {
            newest(&mut found, most);
        }
        for run in found {
            self.run(&run);
        }
    }

    /// Adds a run that is folded already.
    pub fn report(&mut self, report: &RunReport) {
        match Glance::of(report) {
            Ok(glance) => self.add(&glance),
            Err(says) => self.leave_out(Path::new(&report.run), &says),
        }
    }

    /// What was found and is no run that can be read, a line each.
    #[must_use]
    pub fn left_out(&self) -> &[String] {
        &self.left_out
    }

    /// Whether there is no run.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// The targets of all runs, each once.
    #[must_use]
    pub fn targets(&self) -> Vec<&str> {
        let targets: BTreeSet<&str> = self.runs.iter().map(|kept| kept.told.target.as_str()).collect();
        targets.into_iter().collect()
    }

    fn run(&mut self, folder: &Path) {
        let report = folder.join(REPORT);
        if report.is_file() {
            let read = folder::read(&report, LARGEST).map_err(|error| error.to_string());
            match read.and_then(|bytes| Glance::read(&bytes)) {
                Ok(glance) => return self.add(&glance),
                Err(says) => self.leave_out(&report, &says),
            }
        }
        let log = folder.join(folder::LOG);
        if !log.is_file() {
            return;
        }
        let report =
            folder::open(&log).map_err(LogError::Read).and_then(|file| read_log(BufReader::new(file)));
        let read = report.map_err(|error| error.to_string()).and_then(|report| Glance::of(&report));
        match read {
            Ok(glance) => self.add(&glance),
            Err(says) => self.leave_out(&log, &says),
        }
    }

    fn leave_out(&mut self, path: &Path, says: &str) {
        let path = path.display().to_string();
        // Errors of the file system name the file already.
        let says = says.strip_prefix(&format!("{path}: ")).unwrap_or(says);
        self.left_out.push(one_line(&format!("{path}: {says}")));
    }

    pub(super) fn add(&mut self, glance: &Glance) {
        let name = RunName { started: glance.started.clone(), run: glance.run.clone() };
        let mut marks = Vec::new();
        for (address, text, mark) in glance.marks() {
            let number = self.number(address, text, &name);
            if marks.len() <= number {
                marks.resize(number + 1, Mark::Absent);
            }
            marks[number] = mark;
        }
        let mut findings: Vec<(usize, u64)> = Vec::new();
        for finding in glance.findings.iter().filter(|finding| finding.is_error()) {
            let Some(clause) = self.numbers.get(&finding.address).copied() else { continue };
            let settings = &glance.settings;
            let series = (settings.target.clone(), settings.environment.clone());
            let key = (series.0, series.1, clause, finding.fingerprint.clone());
            let place = *self.findings.entry(key).or_insert(self.shown.len());
            let older = self.shown.get(place).is_none_or(|shown| shown.last <= name);
            let shown = || Shown {
                clause,
                fingerprint: finding.fingerprint.clone(),
                last: name.clone(),
                summary: finding.summary(),
                case: finding.case(),
            };
            if place == self.shown.len() {
                self.shown.push(shown());
            } else if older {
                self.shown[place] = shown();
            }
            // What is waived in some of its cases is there twice.
            match findings.iter_mut().find(|(known, _)| *known == place) {
                Some((_, count)) => *count += finding.count,
                None => findings.push((place, finding.count)),
            }
        }
        let (told, scope, whole) = (glance.told(), glance.scope(), glance.is_whole());
        let merged = glance.merged.clone();
        self.runs.push(Kept { name, told, scope, whole, merged, marks, findings });
    }

    fn number(&mut self, address: &str, text: &str, name: &RunName) -> usize {
        if let Some(number) = self.numbers.get(address) {
            let known = &mut self.texts[*number];
            if known.0 < *name {
                *known = (name.clone(), text.to_owned());
            }
            return *number;
        }
        let number = self.addresses.len();
        self.numbers.insert(address.to_owned(), number);
        self.addresses.push(address.to_owned());
        self.texts.push((name.clone(), text.to_owned()));
        number
    }
}

/// Leaves the newest `most` of the folders whose names are those of runs, which sort by time.
fn newest(folders: &mut Vec<PathBuf>, most: usize) {
    let is_run = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        // `20261122T144326938Z-010ef`
        let (day, rest) = name.split_once('T').unwrap_or_default();
        day.len() == 8 && day.bytes().all(|c| c.is_ascii_digit()) && rest.contains("Z-")
    };
    let mut runs: Vec<PathBuf> = folders.iter().filter(|path| is_run(path)).cloned().collect();
    runs.sort_by(|a, b| (b.file_name(), a).cmp(&(a.file_name(), b)));
    folders.retain(|path| !is_run(path));
    folders.extend(runs.into_iter().take(most));
}
