//! `countersign history`, and what a run is told of earlier ones.

use std::path::Path;
use std::process::ExitCode;

use super::arguments::{Earlier, History};
use super::misused::{fail, misused};
use super::{put, say};
use crate::assemble::Misused;
use crate::model::{Event, RunStarted};
use crate::report::history::{Choice, Library, fold, json, recall, write_page};
use crate::report::terminal::{self, Style};

/// Of the folder of reports, where a run looks without being told to, only so many of the newest runs are read.
const NEAREST: usize = 50;

/// Shows the history of the runs in some folders.
pub(super) fn history(arguments: &History) -> ExitCode {
    let mut library = Library::new();
    for folder in &arguments.runs {
        library.read(folder, None);
    }
    if library.is_empty() {
        for says in library.left_out() {
            say(&format!("left out: {says}"));
        }
        let names: Vec<String> = arguments.runs.iter().map(|folder| folder.display().to_string()).collect();
        let help = "give a folder in which `countersign run` has written reports, or one with such folders";
        return misused(&Misused::message(format!("there is no run in {}", names.join(", ")), &[help]));
    }
    let target = arguments.target.as_deref();
    if let Some(target) = target.filter(|target| !library.targets().contains(target)) {
        let help = format!("there are runs against {}", library.targets().join(", "));
        return misused(&Misused::message(format!("--target: there is no run against {target}"), &[&help]));
    }
    let choice = Choice { all_targets: arguments.all_targets, target, limit: arguments.limit };
    let history = fold(&library, choice);
    if let Some(path) = &arguments.html {
        if let Err(error) = write_page(&history, path) {
            return fail(&format!("the page can't be written: {error}"));
        }
        say(&format!("{}", path.display()));
    }
    if !arguments.json {
        return put(&terminal::history(&history, Style { colour: true, ..Style::default() }));
    }
    let mut bytes = Vec::new();
    match json(&history, &mut bytes) {
        Ok(()) => put(&String::from_utf8_lossy(&bytes)),
        Err(error) => fail(&format!("the history can't be written as JSON: {error}")),
    }
}

/// What earlier runs say of the clauses of a run that begins, or None where there is none. `reports` is where the run
/// writes its own reports.
pub(super) fn recalled(past: &Earlier, reports: &Path, started: &RunStarted) -> Option<Event> {
    if past.no_history {
        return None;
    }
    let mut library = Library::new();
    match &past.history {
        // The first night there is nothing to compare with, which is no reason to fail.
        Some(folder) if !folder.exists() => {
            say(&format!(
                "note: --history {}: there is no such folder, so nothing is compared",
                folder.display()
            ));
        }
        Some(folder) => library.read(folder, None),
        None if reports.exists() => library.read(reports, Some(NEAREST)),
        None => {}
    }
    if past.history.is_some() {
        for says in library.left_out() {
            say(&format!("note: --history: left out {says}"));
        }
    }
    recall(&library, started).map(Event::Recalled)
}
