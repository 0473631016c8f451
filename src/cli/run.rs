//! `countersign run` and `countersign report`.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::process::ExitCode;

use tokio::sync::{mpsc, watch};

use super::arguments::{Report, ReportCommand, Run};
use super::misused::{fail, misused};
use super::{baseline, deliver, history, merge, put, resume, say, signals};
use crate::assemble::{self, Job};
use crate::model::{Event, RunReport};
use crate::report::terminal::{Style, Talk, Terminal};
use crate::report::{Desk, RENDERERS, Renderer, choose, read_log, rebuild};
use crate::run::conduct;
use crate::send::Redactor;

/// Events that may wait for the reporter; then the conductor waits.
const BACKLOG: usize = 256;

/// How long events may gather before the reporter looks again.
const GATHER: std::time::Duration = std::time::Duration::from_millis(1);

/// Runs the contracts against the target.
pub(super) fn run(arguments: &Run) -> ExitCode {
    let settings = arguments.settings();
    let formats = match formats(&arguments.formats, deliver::on_github()) {
        Ok(formats) => formats,
        Err(wrong) => return misused(&wrong),
    };
    // One thread sends and judges, another writes the reports: waking a second one for every answer costs more than it
    // brings, and a thread is faster than any deployment that is worth testing.
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("no async runtime: {error}")),
    };
    let mut job = match runtime.block_on(assemble::job(&settings)) {
        Ok(job) => job,
        Err(wrong) => return misused(&wrong),
    };
    let mut holding = match baseline::Holding::begin(&arguments.recording, &mut job) {
        Ok(holding) => holding,
        Err(says) => return fail(&says),
    };
    let past = match arguments.resume.as_deref().map(|folder| resume::past(folder, &mut job)).transpose() {
        Ok(past) => past,
        Err(wrong) => return misused(&wrong),
    };
    let recording = match baseline::Recording::begin(&arguments.recording, &mut job) {
        Ok(recording) => recording,
        Err(says) => return fail(&says),
    };
    super::misused::diagnostics(&job.suite.diagnostics, &job.suite.files);
    let talk = Talk { quiet: arguments.quiet || arguments.json, expected: None, style: Style::default() };
    let terminal = Box::new(if arguments.json {
        Terminal::to(Box::new(std::io::sink()), talk)
    } else {
        Terminal::new(talk)
    });
    let (begin, reports, desk) = match past {
        None => {
            let started = Event::RunStarted(Box::new(job.started.clone()));
            let recalled = history::recalled(&arguments.past, &arguments.report, &job.started);
            let desk = Desk::open(&arguments.report, &job.started.run, terminal, &formats);
            (vec![started].into_iter().chain(recalled).collect(), &arguments.report, desk)
        }
        Some(past) => {
            let reports = arguments.resume.as_ref().unwrap_or(&arguments.report);
            // It may have been killed before it was told of earlier runs.
            let untold = (!past.compared).then_some(&past.started);
            let recalled = untold.and_then(|started| history::recalled(&arguments.past, reports, started));
            let begin = vec![resume::event(&past)].into_iter().chain(recalled).collect();
            (begin, reports, Desk::resume(past, terminal, &formats))
        }
    };
    let desk = match desk {
        Ok(desk) => desk,
        Err(error) => {
            return fail(&format!("the report folder {} can't be written: {error}", reports.display()));
        }
    };
    let folder = desk.folder().to_path_buf();
    if let Some(Err(says)) = holding.as_mut().map(|holding| holding.beside(&folder)) {
        return fail(&says);
    }
    let redactor = job.redactor.clone();
    let on_github = formats.iter().any(|format| format.meta().id == "github");
    // No line of the JSON can be taken for a command.
    let silence = (on_github && !arguments.json).then(deliver::Silence::begin);
    let (report, mut code) = runtime.block_on(conducted(job, begin, desk, holding));
    if let Some(silence) = silence {
        silence.end();
    }
    if let Some(report) = report.as_ref().filter(|_| arguments.json) {
        match serde_json::to_string_pretty(report) {
            Ok(text) => drop(put(&format!("{text}\n"))),
            Err(error) => return fail(&format!("the report can't be written as JSON: {error}")),
        }
    }
    if let Some(hint) = report.as_ref().and_then(|report| baseline::hint(report, &folder)) {
        say(&hint);
    }
    let mut wrong = last_look(&folder, &redactor);
    wrong.extend(recording.and_then(|recording| recording.end().err()));
    if let Some(report) = report.filter(|_| on_github) {
        wrong.extend(deliver::deliver(&report, &redactor, arguments.json));
    }
    for says in wrong {
        say(&format!("error: {says}"));
        // Broken wins over inconclusive.
        if code == 0 {
            code = 3;
        }
    }
    ExitCode::from(code)
}

/// The formats of these names.
pub(super) fn formats(
    names: &[String],
    on_github: bool,
) -> Result<Vec<&'static dyn Renderer>, assemble::Misused> {
    choose(names, on_github)
        .map_err(|error| assemble::Misused::message(format!("--format: {error}"), &[&error.help]))
}

/// Conducts the job with a reporter thread of its own, which hears `begin` first; gives the report and the exit status.
async fn conducted(
    job: Job,
    begin: Vec<Event>,
    mut desk: Desk,
    mut holding: Option<baseline::Holding>,
) -> (Option<RunReport>, u8) {
    let (sender, mut receiver) = mpsc::channel::<Event>(BACKLOG);
    let (stopper, stop) = watch::channel(false);
    let signals = tokio::spawn(signals::listen(stopper));
    let Job { session, plan, conduct: settings, mock, .. } = job;
    // Before anything is sent, so that the log can be loaded whenever the process is killed.
    for event in &begin {
        desk.event(event);
    }
    let reporter = tokio::task::spawn_blocking(move || {
        let mut batch = Vec::with_capacity(BACKLOG);
        while receiver.blocking_recv_many(&mut batch, BACKLOG) > 0 {
            let few = batch.len() < BACKLOG / 8;
            for mut event in batch.drain(..) {
                if let (Event::CaseFinished(case), Some(holding)) = (&mut event, &mut holding)
                    && let Err(trouble) = holding.hold(case)
                {
                    desk.event(&Event::Troubled(trouble));
                }
                desk.event(&event);
            }
            // Waking this thread for each event costs more than the event; let some gather.
            if few {
                std::thread::sleep(GATHER);
            }
        }
        desk.finish()
    });
    // A task of its own, so that it wakes among the cases' tasks and not on the thread that waits here.
    let conducted = tokio::spawn(conduct(session, plan, settings, sender, stop)).await;
    if let Err(error) = conducted {
        say(&format!("error: the run failed: {error}"));
    }
    let finished = reporter.await;
    signals.abort();
    if let Some(mock) = mock {
        mock.stop().await;
    }
    match finished {
        Ok((report, troubles)) => {
            for trouble in troubles.iter().filter(|trouble| trouble.code != "reader-gone") {
                say(&format!("error: {}", trouble.says));
            }
            let code = report.exit.code;
            (Some(report), code)
        }
        Err(error) => {
            say(&format!(
                "error: the reporter failed: {error}; `countersign report rebuild` makes the reports again"
            ));
            (None, 3)
        }
    }
}

/// What the last look at the written files finds: those in which a secret still stands, and those that can't be read.
fn last_look(folder: &Path, redactor: &Redactor) -> Vec<String> {
    let names = RENDERERS.iter().map(|format| format.file_name()).chain(["run.ndjson"]);
    let mut found = Vec::new();
    for name in names {
        match open(&folder.join(name)).and_then(|file| redactor.stands_in(file)) {
            Ok(true) => {
                found.push(format!("a secret was written to {name}; this is a bug, please report it"));
            }
            Ok(false) => {}
            // That a report could not be written is told elsewhere.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => found.push(format!("{name} could not be looked through for secrets: {error}")),
        }
    }
    found
}

#[expect(clippy::disallowed_methods, reason = "reads back what the run has written")]
fn open(path: &Path) -> std::io::Result<File> {
    File::open(path)
}

/// Makes the reports of a run again.
pub(super) fn report(arguments: &Report) -> ExitCode {
    match &arguments.command {
        ReportCommand::Rebuild { run, formats } => again(run, formats),
        ReportCommand::Merge { runs, out, formats, past, quiet } => {
            merge::merge(runs, out, formats, past, *quiet)
        }
    }
}

fn again(run: &Path, names: &[String]) -> ExitCode {
    let mut formats = match formats(names, false) {
        Ok(formats) => formats,
        Err(wrong) => return misused(&wrong),
    };
    if names.is_empty() {
        // What is there has to equal what the log says.
        let there = |format: &&dyn Renderer| format.usual() || run.join(format.file_name()).exists();
        formats = RENDERERS.iter().copied().filter(there).collect();
    }
    let path = run.join("run.ndjson");
    let Ok(file) = open(&path) else {
        return fail(&format!("{} can't be read: a run's folder has a run.ndjson", path.display()));
    };
    let report = match read_log(BufReader::new(file)) {
        Ok(report) => report,
        Err(error) => return fail(&format!("{}: {error}", path.display())),
    };
    for trouble in report.troubles.iter().filter(|trouble| trouble.code == "log-cut-off") {
        say(&format!("note: {}", trouble.says));
    }
    match rebuild(run, &report, &formats) {
        Ok(written) => {
            for path in written {
                say(&format!("{}", path.display()));
            }
            ExitCode::from(report.exit.code)
        }
        Err(error) => fail(&format!("the reports in {} can't be written: {error}", run.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_look_takes_no_unreadable_file_for_a_clean_one() {
        let folder = tempfile::tempdir().unwrap();
        let redactor = Redactor::new([("token", "s3cret-value")]);
        assert_eq!(last_look(folder.path(), &redactor), Vec::<String>::new());
        // A folder can be opened as a file, but not read.
        std::fs::create_dir(folder.path().join("junit.xml")).unwrap();
        std::fs::copy(file!(), folder.path().join("run.ndjson")).unwrap();
        let found = last_look(folder.path(), &redactor);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("junit.xml could not be looked through"), "{found:?}");
        assert!(found[1].starts_with("a secret was written to run.ndjson"), "{found:?}");
    }
}
