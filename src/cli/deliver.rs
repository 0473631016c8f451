//! What GitHub's runners take from a run besides its files: annotations in the log, a page in the job's summary.

use std::io::{self, Write};

use super::{process_environment, put};
use crate::model::RunReport;
use crate::report::renderer;
use crate::send::Redactor;

/// The most that a step's summary may have, in bytes.
const SUMMARY: usize = 1024 * 1024;

/// Whether this is a job on one of GitHub's runners.
pub(super) fn on_github() -> bool {
    process_environment("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// Prints the annotations and appends to the job's summary, if there is one. The runner reads both of a step's
/// streams: with `json`, standard output is left to the report. Gives what went wrong.
pub(super) fn deliver(report: &RunReport, redactor: &Redactor, json: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    match rendered("github", report, redactor) {
        Ok(text) if json => drop(anstream::stderr().write_all(text.as_bytes())),
        Ok(text) => drop(put(&text)),
        Err(says) => wrong.push(says),
    }
    if let Some(path) = process_environment("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) {
        let appended = rendered("markdown", report, redactor).and_then(|text| {
            append(&path, &text).map_err(|error| format!("the job's summary can't be written: {error}"))
        });
        wrong.extend(appended.err());
    }
    wrong
}

/// The report in this format, looked through for secrets before anybody sees it.
fn rendered(id: &str, report: &RunReport, redactor: &Redactor) -> Result<String, String> {
    let broken = |error: &dyn std::fmt::Display| format!("the {id} report can't be made: {error}");
    let format = renderer(id).ok_or_else(|| broken(&"there is no such format"))?;
    let mut bytes = Vec::new();
    format.render(report, &mut bytes).map_err(|error| broken(&error))?;
    if redactor.stands_in(bytes.as_slice()).map_err(|error| broken(&error))? {
        return Err(format!(
            "a secret stands in the {id} report, so it is not shown; this is a bug, please report it"
        ));
    }
    String::from_utf8(bytes).map_err(|error| broken(&error))
}

/// Appends what the runner takes: with one byte too many, it drops the whole.
fn append(path: &str, text: &str) -> io::Result<()> {
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(path)?;
    let there = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    let room = SUMMARY.saturating_sub(there);
    let short =
        "Countersign's report does not fit into what is left of this page: see the artefacts of the job.\n";
    match [text, short].into_iter().find(|text| text.len() <= room) {
        Some(text) => file.write_all(text.as_bytes()),
        None => Ok(()),
    }
}

/// Tells the runner to take nothing that follows for a command, until [`Silence::end`]: texts of the target are printed
/// too, and must not steer the job.
#[derive(Debug)]
pub(super) struct Silence(String);

impl Silence {
    pub(super) fn begin() -> Self {
        use std::hash::{BuildHasher as _, Hasher as _};
        // A word that the target can't know.
        let word = || std::hash::RandomState::new().build_hasher().finish();
        let token = format!("countersign-{:016x}{:016x}", word(), word());
        let _ = put(&format!("::stop-commands::{token}\n"));
        Self(token)
    }

    pub(super) fn end(self) {
        let _ = put(&format!("::{}::\n", self.0));
    }
}
