//! `countersign diff`: what changed between two contracts.

use std::path::PathBuf;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use serde_json::json;

use super::arguments::{Diff, Party};
use super::misused::diagnostics;
use super::put;
use crate::diff::{Change, Impact, Kind, Promise, diff};
use crate::load;
use crate::model::Contract;
use crate::text::tame;

const BREAKING: Style = AnsiColor::Red.on_default().bold();
const COMPATIBLE: Style = AnsiColor::Green.on_default();
const QUIET: Style = AnsiColor::BrightBlack.on_default();

/// Prints the changes; exit status 1 where one is breaking for the party that counts.
pub(super) fn compare(arguments: &Diff) -> ExitCode {
    let (Some(old), Some(new)) = (read(&arguments.old), read(&arguments.new)) else {
        return ExitCode::from(super::MISUSED);
    };
    let changes = diff(&old, &new);
    let written =
        put(&if arguments.json { json(&old, &new, &changes) } else { page(&changes, arguments.all) });
    let breaks = |change: &Change| match arguments.fail_on {
        Party::Consumer => change.consumer == Impact::Breaking,
        Party::Provider => change.provider == Impact::Breaking,
        Party::Either => change.consumer.max(change.provider) == Impact::Breaking,
        Party::Nobody => false,
    };
    if changes.iter().any(breaks) { ExitCode::FAILURE } else { written }
}

fn read(path: &PathBuf) -> Option<Contract> {
    let loaded = load::load(std::slice::from_ref(path));
    if loaded.contract.is_none() {
        diagnostics(&loaded.diagnostics, &loaded.files);
    }
    loaded.contract
}

fn json(old: &Contract, new: &Contract, changes: &[Change]) -> String {
    let about = |contract: &Contract| {
        let files: Vec<&str> = contract.documents.iter().map(|document| document.path.as_str()).collect();
        json!({ "files": files, "fingerprint": contract.fingerprint, "clauses": contract.clauses.len() })
    };
    let summary = json!({ "consumer": Counts::of(changes, |change| change.consumer).json(),
        "provider": Counts::of(changes, |change| change.provider).json() });
    format!("{:#}\n", json!({ "old": about(old), "new": about(new), "summary": summary, "changes": changes }))
}

/// How many changes of each impact.
#[derive(Default)]
struct Counts([usize; 3]);

impl Counts {
    fn of(changes: &[Change], side: impl Fn(&Change) -> Impact) -> Self {
        let count = |impact| changes.iter().filter(|change| side(change) == impact).count();
        Self([count(Impact::Breaking), count(Impact::Compatible), count(Impact::Cosmetic)])
    }

    fn json(&self) -> serde_json::Value {
        let [breaking, compatible, cosmetic] = self.0;
        json!({ "breaking": breaking, "compatible": compatible, "cosmetic": cosmetic })
    }
}

fn page(changes: &[Change], all: bool) -> String {
    if changes.is_empty() {
        return "no clause differs\n".to_owned();
    }
    let cosmetic = |change: &&Change| change.consumer.max(change.provider) == Impact::Cosmetic;
    let mut page: String =
        changes.iter().filter(|change| all || !cosmetic(change)).map(|change| entry(change) + "\n").collect();
    let hidden = if all { 0 } else { changes.iter().filter(cosmetic).count() };
    let count = |side: &str, counts: &Counts| {
        let [breaking, compatible, _] = counts.0;
        format!("{side}: {breaking} breaking, {compatible} compatible")
    };
    page += &format!(
        "{} · {}{}\n",
        count("consumer", &Counts::of(changes, |change| change.consumer)),
        count("provider", &Counts::of(changes, |change| change.provider)),
        if hidden > 0 { format!(" · {hidden} cosmetic, which --all shows") } else { String::new() }
    );
    page
}

fn entry(change: &Change) -> String {
    let kind = match change.change {
        Kind::Added => "+",
        Kind::Removed => "-",
        Kind::Changed => "~",
    };
    let several = if change.clauses > 1 { format!("  ({} clauses)", change.clauses) } else { String::new() };
    let side = |name: &str, impact: Impact| {
        let style = match impact {
            Impact::Breaking => BREAKING,
            Impact::Compatible => COMPATIBLE,
            Impact::Cosmetic => QUIET,
        };
        format!("{style}{name}: {}{style:#}", impact.word())
    };
    let mut text = format!(
        "{kind} {}{several}\n    {} · {}: {}\n",
        tame(&change.address),
        side("consumer", change.consumer),
        side("provider", change.provider),
        tame(&change.why)
    );
    for (word, promise) in [("old", &change.old), ("new", &change.new)] {
        if let Some(promise) = promise {
            text += &said(word, promise);
        }
    }
    text
}

fn said(word: &str, promise: &Promise) -> String {
    let mut text =
        format!("    {word}  {}\n         {QUIET}{}{QUIET:#}\n", promise.says, promise.origin.place);
    for published in &promise.origin.published {
        let line = if published.line > 0 { format!(":{}", published.line) } else { String::new() };
        let quote =
            if published.quote.is_empty() { String::new() } else { format!(" \"{}\"", published.quote) };
        text += &format!("         {QUIET}{}{line}{}{QUIET:#}\n", tame(&published.source), tame(&quote));
    }
    text
}
