//! `countersign report merge`: one report of the runs of all shards.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::arguments::Earlier;
use super::misused::{fail, misused};
use super::{history, say};
use crate::assemble::Misused;
use crate::model::Event;
use crate::report::terminal::{Style, Talk, Terminal};
use crate::report::{Desk, RENDERERS, Renderer, parts_in, survey};
use crate::run::new_run_id;

/// The exit status where something is missing: what is there may be in order, but nothing can be concluded.
const INCONCLUSIVE: u8 = 3;

/// Merges the runs in `folders` into a run in `out`, and holds it against earlier ones.
pub(super) fn merge(folders: &[PathBuf], out: &Path, past: &Earlier, quiet: bool) -> ExitCode {
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
    let usual: Vec<&'static dyn Renderer> =
        RENDERERS.iter().copied().filter(|format| format.usual()).collect();
    let mut desk = match Desk::open(out, &run, Box::new(Terminal::new(talk)), &usual) {
        Ok(desk) => desk,
        Err(error) => return fail(&format!("the report folder {} can't be written: {error}", out.display())),
    };
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
    let (report, troubles) = desk.finish();
    for trouble in troubles.iter().filter(|trouble| trouble.code != "reader-gone") {
        say(&format!("error: {}", trouble.says));
    }
    ExitCode::from(report.exit.code)
}
