//! What is wrong with arguments, settings or contracts, drawn for a person.

use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

use crate::assemble::Misused;
use crate::text::{Diagnostic, Severity, SourceFile, draw};

use super::{MISUSED, say};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const HELP: Style = AnsiColor::Cyan.on_default().bold();

/// Draws everything that is wrong; exit status 2.
pub(super) fn misused(misused: &Misused) -> ExitCode {
    // What is wrong comes last, where it is seen; notes about files that are not used only push it away.
    let mut told: Vec<Diagnostic> = misused.diagnostics.clone();
    if told.iter().any(|one| one.severity == Severity::Error) {
        told.retain(|one| one.severity != Severity::Note);
        told.sort_by_key(|one| one.severity == Severity::Error);
    }
    diagnostics(&told, &misused.files);
    for (says, help) in &misused.messages {
        message(says, help);
    }
    ExitCode::from(MISUSED)
}

/// Draws one message; exit status 2.
pub(super) fn fail(says: &str) -> ExitCode {
    message(says, &[]);
    ExitCode::from(MISUSED)
}

/// Draws one message with lines of help; exit status 2.
pub(super) fn told(says: &str, help: &[String]) -> ExitCode {
    message(says, help);
    ExitCode::from(MISUSED)
}

/// Draws diagnostics to standard error, and how many there are of each severity.
pub(super) fn diagnostics(diagnostics: &[Diagnostic], files: &[SourceFile]) {
    let page = drawn(diagnostics, files);
    if !page.is_empty() {
        say(page.trim_end());
    }
}

/// Diagnostics as text, and how many there are of each severity; empty where there is none.
pub(super) fn drawn(diagnostics: &[Diagnostic], files: &[SourceFile]) -> String {
    let mut page = String::new();
    for diagnostic in diagnostics {
        page += &format!("{}\n\n", draw(diagnostic, files));
    }
    let count = |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let words: Vec<String> =
        [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")]
            .into_iter()
            .map(|(severity, word)| (count(severity), word))
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
            .collect();
    if !words.is_empty() {
        page += &format!("{}\n", words.join(", "));
    }
    page
}

fn message(says: &str, help: &[String]) {
    say(&format!("{ERROR}error{ERROR:#}: {says}"));
    for line in help {
        say(&format!("  {HELP}help{HELP:#}: {line}"));
    }
}
