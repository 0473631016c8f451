//! `countersign waive`: a finding of the newest report becomes a waiver.

use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::arguments::Waive;
use super::misused::misused;
use super::say;
use crate::assemble::{Gating, Misused, Settings, waiver_files};
use crate::load::{CannotAdd, add_waiver, is_day};
use crate::model::{CaseId, FindingReport, RepeatResult, RunReport, Waiver};
use crate::report::read_log;
use crate::run::now;
use crate::text::{Place, did_you_mean, tame};

/// Writes the waiver, or says why not.
pub(super) fn waive(arguments: &Waive) -> ExitCode {
    match waived(arguments) {
        Ok(lines) => {
            for line in &lines {
                say(line);
            }
            ExitCode::SUCCESS
        }
        Err(wrong) => misused(&wrong),
    }
}

fn waived(arguments: &Waive) -> Result<Vec<String>, Misused> {
    let today = arguments.today.clone().unwrap_or_else(|| now().chars().take(10).collect());
    if !is_day(&arguments.until) {
        let says = format!("--until: `{}` is not a day", arguments.until);
        return Err(Misused::message(says, &["give a day such as 2026-12-31"]));
    }
    if arguments.until < today {
        let says = format!("--until: {} has passed already, today is {today} (UTC)", arguments.until);
        return Err(Misused::message(says, &[]));
    }
    if arguments.because.trim().is_empty() {
        return Err(Misused::message("--because: a waiver needs a reason", &[]));
    }
    let folder = newest(&arguments.report);
    let report = read(&folder)?;
    let (finding, case) = chosen(&report, &arguments.finding)?;
    let answers = answers(finding, case.as_ref())?;
    let path = file(arguments, &report);
    let shown = path.to_string_lossy().replace('\\', "/");
    let mut text = match read_text(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => HEAD.to_owned(),
        Err(error) => return Err(Misused::message(format!("{shown} can't be read: {error}"), &[])),
    };
    let mut lines = Vec::new();
    for (answer, seen) in answers {
        let waiver = Waiver {
            clause: Some(finding.address.clone()),
            case: case.clone(),
            seen: case.is_none().then_some(seen),
            answer: answer.clone(),
            reason: arguments.because.trim().to_owned(),
            owner: arguments.owner.clone(),
            ticket: arguments.ticket.clone(),
            until: arguments.until.clone(),
            flaky: is_flaky(finding),
            place: Place::default(),
        };
        text = add_waiver(&shown, &text, &waiver).map_err(|cannot| match cannot {
            CannotAdd::Bad(bad) => {
                Misused { diagnostics: bad.diagnostics, files: bad.files, messages: Vec::new() }
            }
            CannotAdd::ByHand(entry) => Misused::message(
                format!("{shown} is written in a way that can't be added to without changing it"),
                &[&format!("has it the same waiver already? else add by hand, under `waivers:`\n{entry}")],
            ),
        })?;
        lines.push(format!("{shown}: {} with the answer `{answer}` is {}", waiver.target(), waiver.words()));
    }
    write(&path, &text)
        .map_err(|error| Misused::message(format!("{shown} can't be written: {error}"), &[]))?;
    lines.push("the next run shows it as waived; commit the file".into());
    Ok(lines)
}

/// How a new file begins.
const HEAD: &str =
    "# Findings that are known and do not break a run until a day: docs/gate.md. Checked by every run.\n";

/// The folder of the newest run: `reports` may be that of a run already.
fn newest(reports: &Path) -> PathBuf {
    let latest = reports.join("latest");
    if reports.join("run.ndjson").is_file() {
        reports.to_path_buf()
    } else if let Some(run) = read_text(&latest).ok().filter(|_| latest.is_file()) {
        reports.join(run.trim())
    } else {
        latest
    }
}

fn read(folder: &Path) -> Result<RunReport, Misused> {
    let path = folder.join("run.ndjson");
    let file = open(&path).map_err(|error| {
        let says = format!("{} can't be read: {error}", path.display());
        Misused::message(says, &["`countersign run` makes a report; --report names its folder"])
    })?;
    read_log(BufReader::new(file))
        .map_err(|error| Misused::message(format!("{}: {error}", path.display()), &[]))
}

/// The finding that is meant, by the beginning of its fingerprint, by its clause, or by a case that shows it; in the last
/// case only this one is meant.
fn chosen<'r>(report: &'r RunReport, word: &str) -> Result<(&'r FindingReport, Option<CaseId>), Misused> {
    let open: Vec<&FindingReport> =
        report.findings.iter().filter(|finding| finding.waived.is_none()).collect();
    let of_case = |finding: &&&FindingReport| {
        let seen = finding.witnesses.iter().map(|witness| &witness.case);
        seen.chain(finding.answers.iter().map(|(_, case)| case)).any(|case| case.0 == word)
    };
    let mut found: Vec<&FindingReport> =
        open.iter().filter(|finding| finding.address == word).copied().collect();
    let mut case = None;
    if found.is_empty() {
        found = open.iter().filter(of_case).copied().collect();
        case = (!found.is_empty()).then(|| CaseId(word.to_owned()));
    }
    if found.is_empty() && word.len() >= 4 {
        found = open.iter().filter(|finding| finding.fingerprint.starts_with(word)).copied().collect();
    }
    match found.as_slice() {
        [finding] => Ok((finding, case)),
        [] => Err(unknown(report, &open, word)),
        several => {
            let listed: Vec<String> = several.iter().map(|finding| listed(finding)).collect();
            let help: Vec<&str> = listed.iter().map(String::as_str).collect();
            Err(Misused::message(format!("`{word}` means more than one finding: name one of these"), &help))
        }
    }
}

fn unknown(report: &RunReport, open: &[&FindingReport], word: &str) -> Misused {
    let is_it = |finding: &&FindingReport| finding.address == word || finding.fingerprint.starts_with(word);
    let known = report.findings.iter().find(|finding| finding.waived.is_some() && is_it(finding));
    if let Some(waiver) = known.and_then(|finding| finding.waived.as_ref()) {
        let says = format!("`{word}` is waived already, at {}", waiver.place);
        return Misused::message(says, &["to keep it for longer, give that one a later `until`"]);
    }
    let says = format!("the run {} has no finding `{word}`", report.run);
    let near = did_you_mean(word, open.iter().map(|finding| finding.address.as_str()));
    let mut help: Vec<String> = near.map(|near| format!("did you mean `{near}`?")).into_iter().collect();
    help.push(
        "a finding is named by its clause, by the beginning of its fingerprint, or by the id of a case"
            .into(),
    );
    help.extend(open.iter().take(5).map(|finding| listed(finding)));
    Misused::message(says, &help.iter().map(String::as_str).collect::<Vec<_>>())
}

fn listed(finding: &FindingReport) -> String {
    let id: String = finding.fingerprint.chars().take(12).collect();
    format!("{id}  {}: {}", finding.address, tame(&finding.finding.summary).replace('\n', " "))
}

/// The answers to waive, each with the case that got it first.
fn answers(finding: &FindingReport, case: Option<&CaseId>) -> Result<Vec<(String, CaseId)>, Misused> {
    let all = &finding.answers;
    if all.is_empty() {
        let says = "the report does not know the signature of the answer";
        return Err(Misused::message(says, &["run again: an older version has made it"]));
    }
    let Some(case) = case else { return Ok(all.clone()) };
    let of_case: Vec<_> = all.iter().filter(|(_, seen)| seen == case).cloned().collect();
    match (of_case.is_empty(), all.as_slice()) {
        (false, _) => Ok(of_case),
        (true, [(only, _)]) => Ok(vec![(only.clone(), case.clone())]),
        (true, _) => {
            let says = format!("the report does not tell which of {} answers case {case} got", all.len());
            let cases: Vec<String> =
                all.iter().map(|(answer, seen)| format!("{seen} got `{answer}`")).collect();
            Err(Misused::message(says, &cases.iter().map(String::as_str).collect::<Vec<_>>()))
        }
    }
}

/// Whether the finding may be missing from a run with the same deployment.
fn is_flaky(finding: &FindingReport) -> bool {
    let result = finding.repeated.as_ref().map(|repeated| repeated.result);
    matches!(result, Some(RepeatResult::Flaky | RepeatResult::Environment))
}

/// Where the waiver goes: into the file that the run has read, else beside its contracts.
fn file(arguments: &Waive, report: &RunReport) -> PathBuf {
    if let Some(path) = &arguments.waivers {
        return path.clone();
    }
    if let Some(waiver) = report.settings.gate.waivers.first() {
        return PathBuf::from(&waiver.place.file);
    }
    let contracts = report.settings.contracts.iter().map(PathBuf::from).collect();
    let files = waiver_files(&Settings { contracts, gating: Gating::default(), ..Settings::default() });
    let there = files.iter().find(|path| path.is_file()).or(files.first());
    there.cloned().unwrap_or_else(|| PathBuf::from("waivers.yaml"))
}

#[expect(clippy::disallowed_methods, reason = "reads back what a run has written")]
fn open(path: &Path) -> std::io::Result<std::fs::File> {
    std::fs::File::open(path)
}

#[expect(clippy::disallowed_methods, reason = "the file is changed as a text, and read by `load` again")]
fn read_text(path: &Path) -> std::io::Result<String> {
    std::fs::read_to_string(path)
}

/// The whole file or nothing: a file of the user's own must not be lost to a full disk.
#[expect(clippy::disallowed_methods, reason = "the user's own file and no report")]
pub(super) fn write(path: &Path, text: &str) -> std::io::Result<()> {
    // A link is followed, so that the file it leads to is changed.
    let path = &std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let part = path.with_file_name(format!(".{name}.part"));
    std::fs::write(&part, text).and_then(|()| std::fs::rename(&part, path)).inspect_err(|_| {
        let _ = std::fs::remove_file(&part);
    })
}
