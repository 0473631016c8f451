//! `annotations.txt`: GitHub's workflow commands, one per broken clause. The runner reads them from the log of the job.

use std::io::{self, Write};

use super::causes::{Cause, causes};
use super::alike::DAYS;
use super::{Renderer, baseline, words};
use crate::model::{Meta, RunReport};
use crate::text::{Place, Severity, tame};

pub(super) struct GitHub;
pub(super) static THIS: GitHub = GitHub;

/// So many annotations of one level are shown for a step; the rest is dropped without a word.
const SHOWN: usize = 10;
/// So many of them are left to waivers that are not in order.
const WAIVERS: usize = 3;
/// So many of them are left to what differs from the baseline, where no clause is broken.
const CHANGES: usize = 5;
/// So many lines of a difference are shown.
const ROOM: usize = 30;

impl Renderer for GitHub {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn file_name(&self) -> &'static str {
        "annotations.txt"
    }

    fn render(&self, report: &RunReport, out: &mut dyn Write) -> io::Result<()> {
        for (severity, command) in
            [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "notice")]
        {
            let mut lines = if severity == Severity::Error { verdict(report) } else { Vec::new() };
            let all: Vec<Cause> = causes(report).into_iter().filter(|cause| cause.level == Some(severity)).collect();
            if severity == Severity::Error {
                lines.extend(changed(report, all.is_empty()));
            }
            let room = SHOWN - lines.len();
            let shown = if all.len() > room { room - 1 } else { all.len() };
            lines.extend(all.iter().take(shown).map(|cause| annotation(command, cause, report)));
            if shown < all.len() {
                let more = words::count((all.len() - shown) as u64, "more clause", "more clauses");
                let verb = if severity == Severity::Error { "broken" } else { "with findings" };
                let says = format!("{more} {verb}: see the job's summary, or the run's folder of reports");
                lines.push(format!("::{command} title={}::{}", property("Countersign"), value(&says)));
            }
            for line in lines {
                writeln!(out, "{line}")?;
            }
        }
        Ok(())
    }
}

static META: Meta = Meta {
    id: "github",
    summary: "annotations for GitHub: one per broken clause, at its line of the contract file",
    explain: "Workflow commands, printed into the log of the job where GITHUB_ACTIONS is set or the format is asked for. \
              GitHub shows ten per level and step, so the tenth says how many more there are. The job's summary is \
              appended to the file that GITHUB_STEP_SUMMARY names, as the format `markdown` has it.",
};

/// What stands above the clauses: the one cause of everything, and that a run is inconclusive.
fn verdict(report: &RunReport) -> Vec<String> {
    let exit = &report.exit;
    let mut lines = Vec::new();
    if let Some(cause) = report.cause.as_ref().filter(|cause| **cause != exit.because) {
        lines.push(format!("::error title={}::{}", property("Countersign: one cause"), value(cause)));
    }
    if exit.code >= 2 {
        let title = format!("Countersign: {}", exit.name);
        lines.push(format!("::error title={}::{}", property(&title), value(&exit.because)));
    }
    let wrong: Vec<_> = report.waivers.iter().filter(|waiver| waiver.standing.fails()).collect();
    let more = wrong.len().saturating_sub(WAIVERS);
    for (at, waiver) in wrong.iter().take(WAIVERS).enumerate() {
        let mut says = words::one_line(&waiver.says);
        if more > 0 && at + 1 == WAIVERS {
            says += &format!("\n{more} more are not in order");
        }
        let title = format!("Countersign: waiver: {}", waiver.standing.word());
        lines.push(format!("::error {}title={}::{}", place(&waiver.waiver.place), property(&title), value(&says)));
    }
    lines
}

/// What differs from the baseline, at the file of its first case; beside broken clauses, in one line.
fn changed(report: &RunReport, alone: bool) -> Vec<String> {
    let Some(found) = report.baseline.as_ref().filter(|found| !found.changed.is_empty()) else { return Vec::new() };
    let changes = baseline::changes(found);
    let most = if alone { CHANGES } else { 1 };
    let more = changes.len().saturating_sub(most);
    let shown = changes.iter().take(most).enumerate().map(|(at, told)| {
        let place = baseline::file(told, found).map(|file| format!("file={},line=1,", property(&file))).unwrap_or_default();
        let mut says = baseline::describe(told).iter().skip(1).take(ROOM).map(|line| line.trim().to_owned()).collect::<Vec<_>>();
        if more > 0 && at + 1 == most {
            says.push(format!("{} from the baseline", words::count(more as u64, "more kind of difference", "more kinds of differences")));
        }
        let title = format!("Countersign: baseline: {}", words::one_line(&told.title(&DAYS)));
        format!("::error {place}title={}::{}", property(&title), value(&says.join("\n")))
    });
    shown.collect()
}

/// The place in a file, as properties of a command.
fn place(place: &Place) -> String {
    let file = place.file.replace('\\', "/");
    format!("file={},line={},col={},", property(file.trim_start_matches("./")), place.line, place.col)
}

fn annotation(command: &str, cause: &Cause<'_>, report: &RunReport) -> String {
    let origin = cause.clause.map(|clause| &clause.origin.place).filter(|place| !place.file.is_empty());
    let place = origin.map(place).unwrap_or_default();
    let mut says = vec![format!("{} ({})", cause.summary(), cause.counted())];
    says.extend(cause.findings.first().and_then(|first| words::news(first, report)));
    says.extend(cause.remarks(report));
    if let Some(clause) = cause.clause {
        says.push(format!("promise: {}", clause.text));
        says.extend(words::origin(clause, &report.contract).into_iter().next());
    }
    if let Some(first) = cause.findings.first() {
        says.push(format!("expected: {}", words::short(&first.finding.expected)));
        says.push(format!("actual: {}", words::short(&first.finding.actual)));
        says.extend(first.witnesses.first().map(|witness| format!("case: {}", witness.why)));
        says.extend(words::replay(first, report));
    }
    let says: Vec<String> = says.iter().map(|line| words::one_line(line)).collect();
    format!("::{command} {place}title={}::{}", property(cause.address()), value(&says.join("\n")))
}

/// What the runner reads as the message of a command.
fn value(text: &str) -> String {
    tame(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What the runner reads as a property of a command.
fn property(text: &str) -> String {
    value(text).replace(':', "%3A").replace(',', "%2C")
}
