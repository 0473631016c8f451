//! `countersign report merge`: one report of the runs of all shards.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::arguments::Earlier;
use super::misused::{fail, misused};
use super::{deliver, history, say};
use crate::assemble::Misused;
use crate::model::Event;
use crate::report::terminal::{Style, Talk, Terminal};
use crate::report::{Desk, parts_in, survey};
use crate::run::new_run_id;
use crate::send::Redactor;

/// The exit status where something is missing: what is there may be in order, but nothing can be concluded.
const INCONCLUSIVE: u8 = 3;

/// Merges the runs in `folders` into a run in `out`, in the formats of these names, and holds it against earlier ones.
pub(super) fn merge(
    folders: &[PathBuf],
    out: &Path,
    formats: &[String],
    past: &Earlier,
    quiet: bool,
) -> ExitCode {
    let formats = match super::run::formats(formats, deliver::on_github()) {
        Ok(formats) => formats,
        Err(wrong) => return misused(&wrong),
    };
    let parts = match parts_in(folders) {
        Ok(parts) => parts,
        Err(error) => return fail(&format!("{error}")),
    };
    let whole = match survey(parts) {
        Ok(whole) => whole,
        Err(refused) => {
            let code = misused(&Misused { messages: refused.messages, ..Misused::default() });
            return if refused.missing { ExitCode::from(INCONCLUSIVE) } else { code };
        }
    };
    let run = new_run_id();
    let talk = Talk { quiet, expected: None, style: Style::default() };
    let mut desk = match Desk::open(out, &run, Box::new(Terminal::new(talk)), &formats) {
        Ok(desk) => desk,
        Err(error) => return fail(&format!("the report folder {} can't be written: {error}", out.display())),
    };
    let on_github = formats.iter().any(|format| format.meta().id == "github");
    let silence = on_github.then(deliver::Silence::begin);
    let poured = whole.pour(&run, |event| {
        desk.event(event);
        if let Event::RunStarted(started) = event
            && let Some(recalled) = history::recalled(past, out, started)
        {
            desk.event(&recalled);
        }
    });
    if let Err(error) = poured {
        return fail(&format!("a shard changed while it was merged: {error}"));
    }
    let folder = desk.folder().to_path_buf();
    let (report, troubles) = desk.finish();
    if let Some(silence) = silence {
        silence.end();
    }
    for trouble in troubles.iter().filter(|trouble| trouble.code != "reader-gone") {
        say(&format!("error: {}", trouble.says));
    }
    let mut code = report.exit.code;
    if let Some(hint) = super::baseline::hint(&report, &folder) {
        say(&hint);
    }
    if report.baseline.is_some()
        && let Err(says) = super::baseline::gather(whole.folders(), &folder)
    {
        say(&format!("error: {says}"));
        code = if code == 0 { INCONCLUSIVE } else { code };
    }
    if on_github {
        // The logs hold no secret that could be looked for.
        let nothing = Redactor::new([] as [(&str, &str); 0]);
        for says in deliver::deliver(&report, &nothing, false) {
            say(&format!("error: {says}"));
            // Broken wins over inconclusive.
            code = if code == 0 { INCONCLUSIVE } else { code };
        }
    }
    ExitCode::from(code)
}
