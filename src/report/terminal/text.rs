//! The text at the end of a run, as a pure function.

use std::collections::BTreeMap;

use super::Style;
use super::comparison::{differences, head};
use super::page::{Page, Role};
use super::wrap::{columns, pad};
use crate::model::{DiffOp, FindingReport, LedgerEntry, LedgerVerdict, RunReport, Standing};
use crate::report::alike::DAYS;
use crate::report::baseline;
use crate::report::causes::{Cause, causes};
use crate::report::words::{self, count};
use crate::text::{Severity, tame};

/// So many broken clauses are shown in full …
const IN_FULL: usize = 20;
/// … and so many more in one line each.
const IN_SHORT: usize = 100;
/// Longer texts of the target are cut here; the HTML report has more.
const LONGEST: usize = 1500;
/// Longer differences are cut here.
const MOST_LINES: usize = 40;

/// Findings, clauses in short, and the summary.
#[must_use]
pub fn text(report: &RunReport, style: Style) -> String {
    let mut page = Page::new(style);
    findings(&mut page, report);
    if let Some(found) = &report.baseline {
        differences(&mut page, &baseline::changes(found), &DAYS);
    }
    // Without a case there is nothing to say of the clauses one by one.
    if report.totals.cases > 0 {
        table(&mut page, report);
        reasons(&mut page, report);
    }
    waivers(&mut page, report);
    settled(&mut page, report);
    ledger(&mut page, report);
    restored(&mut page, report);
    conclude(&mut page, report);
    page.text
}

/// The line of summary alone.
pub(super) fn summary(report: &RunReport, style: Style) -> String {
    let mut page = Page::new(style);
    waivers(&mut page, report);
    for told in report.baseline.iter().flat_map(baseline::changes).take(IN_FULL) {
        head(&mut page, &told, &DAYS);
    }
    conclude(&mut page, report);
    page.text
}

fn findings(page: &mut Page, report: &RunReport) {
    let causes = causes(report);
    // Where everything has one cause, a few examples are enough.
    let (in_full, in_short) = if report.cause.is_some() { (1, 10) } else { (IN_FULL, IN_SHORT) };
    for cause in causes.iter().take(in_full) {
        one_cause(page, report, cause);
        page.blank();
    }
    for cause in causes.iter().skip(in_full).take(in_short) {
        let (word, role) = heading(cause.level);
        let line = format!(
            "{} {}: {} ({})",
            page.paint(role, word),
            cause.address(),
            words::short(&cause.summary()),
            cause.counted()
        );
        page.line(&line);
    }
    let more = causes.len().saturating_sub(in_full + in_short);
    if more > 0 {
        page.paragraph(0, Role::Dim, &format!("… and {more} more: see report.html"));
    }
    if causes.len() > in_full {
        page.blank();
    }
}

fn one_cause(page: &mut Page, report: &RunReport, cause: &Cause<'_>) {
    let Some((first, others)) = cause.findings.split_first() else { return };
    one_finding(page, report, first);
    for other in others {
        let cases = count(other.count, "case", "cases");
        let remarks: String =
            words::remarks(other, &report.settings).iter().map(|remark| format!("; {remark}")).collect();
        let summary = cut(&other.finding.summary);
        page.labelled(2, "also      ", Role::Plain, &cut(&format!("{summary} ({cases}){remarks}")));
    }
}

fn heading(level: Option<Severity>) -> (&'static str, Role) {
    let role = match level {
        Some(Severity::Error) => Role::Bad,
        Some(Severity::Warning) => Role::Open,
        Some(Severity::Note) => Role::Quote,
        None => Role::Dim,
    };
    (words::level_word(level), role)
}

fn one_finding(page: &mut Page, report: &RunReport, finding: &FindingReport) {
    let (word, role) = heading(words::level(finding, &report.settings));
    let head = format!("{} {}", page.paint(role, word), page.paint(Role::Strong, &finding.address));
    page.line(&head);
    page.paragraph(2, Role::Plain, &cut(&finding.finding.summary));
    if let Some(news) = words::news(finding, report) {
        page.labelled(2, "history   ", Role::Open, &news);
    }
    for remark in words::remarks(finding, &report.settings) {
        page.labelled(2, "gate      ", Role::Open, &cut(&remark));
    }
    if let Some(clause) = words::clause_of(finding, report) {
        page.labelled(2, "promise   ", Role::Plain, &clause.text);
        for line in words::origin(clause, &report.contract) {
            page.labelled(2, "          ", Role::Quote, &line);
        }
    }
    page.labelled(2, "where     ", Role::Plain, &words::site(&finding.finding.site));
    // A difference shows both sides already.
    if finding.finding.diff.is_some() {
        diff(page, finding);
    } else {
        page.labelled(2, "expected  ", Role::Good, &cut(&finding.finding.expected));
        page.labelled(2, "actual    ", Role::Bad, &cut(&finding.finding.actual));
    }
    if let Some(witness) = finding.witnesses.first() {
        let more =
            if finding.count > 1 { format!(" (and {} more)", finding.count - 1) } else { String::new() };
        page.labelled(2, "case      ", Role::Plain, &format!("{}{more}", tame(&witness.why)));
        if let Some(exchange) = witness.exchanges.get(finding.finding.step).or(witness.exchanges.last()) {
            page.whole(2, Role::Dim, &words::one_line(&cut(&exchange.curl)));
            if let Some(control) = &exchange.control {
                page.labelled(
                    2,
                    "control   ",
                    Role::Plain,
                    &format!("a plain value in the tested place: {}", control.reply.line),
                );
                page.whole(2, Role::Dim, &words::one_line(&cut(&control.curl)));
            }
        }
    }
    if let Some(command) = words::replay(finding, report) {
        page.whole(2, Role::Dim, &words::one_line(&command));
    }
}

fn diff(page: &mut Page, finding: &FindingReport) {
    let Some(diff) = finding.finding.diff.as_ref() else { return };
    for line in diff.lines.iter().take(MOST_LINES) {
        let role = match line.op {
            DiffOp::Same => Role::Plain,
            DiffOp::Expected => Role::Good,
            DiffOp::Actual => Role::Bad,
            DiffOp::Gap => Role::Dim,
        };
        page.whole(4, role, &format!("{} {}", line.op.sign(), words::one_line_as_is(&cut(&line.text))));
    }
    if diff.lines.len() > MOST_LINES {
        page.whole(4, Role::Dim, &format!("… {} more lines", diff.lines.len() - MOST_LINES));
    }
}

fn cut(text: &str) -> String {
    let tamed = tame(text);
    match tamed.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}… (cut; see report.html)", &tamed[..at]),
        None => tamed.into_owned(),
    }
}

const COLUMNS: [(Standing, &str, Role); 4] = [
    (Standing::Kept, "kept", Role::Good),
    (Standing::Broken, "broken", Role::Bad),
    (Standing::Inconclusive, "inconclusive", Role::Open),
    (Standing::NotExercised, "not exercised", Role::Dim),
];

/// One row per operation, and one for the sequences: how many clauses have which verdict.
fn table(page: &mut Page, report: &RunReport) {
    let mut rows: BTreeMap<usize, [usize; 4]> = BTreeMap::new();
    for clause in &report.clauses {
        let operation =
            report.contract.clauses.get(clause.clause.0 as usize).and_then(|clause| clause.operation);
        let row = rows.entry(operation.map_or(usize::MAX, |id| id.0 as usize)).or_default();
        if let Some(at) = COLUMNS.iter().position(|(standing, ..)| *standing == clause.standing) {
            row[at] += 1;
        }
    }
    if rows.is_empty() {
        return;
    }
    let name =
        |row: usize| report.contract.operations.get(row).map_or("sequences", |operation| &operation.id);
    let first = rows.keys().map(|row| columns(name(*row))).max().unwrap_or(0).max(7);
    let heads: Vec<String> = COLUMNS.iter().map(|(_, head, _)| format!("  {head}")).collect();
    let head = format!("{}{}", pad("clauses", first), heads.concat());
    let head = page.paint(Role::Strong, &head);
    page.line(&head);
    for (row, counts) in &rows {
        let mut line = pad(name(*row), first);
        for ((_, head, role), n) in COLUMNS.iter().zip(counts) {
            let cell = format!("  {n:>width$}", width = head.len());
            line += &page.paint(if *n == 0 { Role::Dim } else { *role }, &cell);
        }
        page.line(&line);
    }
    page.blank();
}

/// The clauses without a verdict, by reason.
fn reasons(page: &mut Page, report: &RunReport) {
    for (standing, title) in [
        (Standing::Inconclusive, "inconclusive, because"),
        (Standing::NotExercised, "not exercised, because"),
    ] {
        let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for clause in report.clauses.iter().filter(|clause| clause.standing == standing) {
            for because in &clause.because {
                by_reason.entry(because).or_default().push(&clause.address);
            }
        }
        if by_reason.is_empty() {
            continue;
        }
        page.whole(0, Role::Strong, title);
        for (because, addresses) in by_reason {
            page.labelled(2, "", Role::Plain, &cut(because));
            for address in addresses.iter().take(8) {
                page.whole(4, Role::Dim, address);
            }
            if addresses.len() > 8 {
                page.whole(
                    4,
                    Role::Dim,
                    &format!("… and {}", count(addresses.len() as u64 - 8, "more", "more")),
                );
            }
        }
        page.blank();
    }
}

/// What was broken before and is not now, as far as this run shows.
fn settled(page: &mut Page, report: &RunReport) {
    let news = report.clauses.iter().filter(|clause| clause.standing != Standing::Broken);
    let news: Vec<(&str, String)> =
        news.filter_map(|clause| Some((clause.address.as_str(), words::became_here(clause)?))).collect();
    if news.is_empty() {
        return;
    }
    page.whole(0, Role::Strong, "broken before");
    for (address, became) in news.iter().take(IN_FULL) {
        page.whole(2, Role::Dim, address);
        page.labelled(4, "", Role::Plain, became);
    }
    if news.len() > IN_FULL {
        page.whole(2, Role::Dim, &format!("… and {} more", news.len() - IN_FULL));
    }
    page.blank();
}

/// What the documentation says against itself, in one line; what answers show of it, in one each.
fn ledger(page: &mut Page, report: &RunReport) {
    let recorded: Vec<&LedgerEntry> =
        report.ledger.iter().filter(|entry| entry.verdict != LedgerVerdict::DeploymentWrong).collect();
    if recorded.is_empty() {
        return;
    }
    let mut counts: BTreeMap<LedgerVerdict, usize> = BTreeMap::new();
    for entry in &recorded {
        *counts.entry(entry.verdict).or_default() += 1;
    }
    let counts: Vec<String> =
        counts.iter().map(|(verdict, count)| format!("{count} {}", verdict.words())).collect();
    let title = format!("contradictions of the documentation: {}", counts.join(", "));
    page.paragraph(0, Role::Dim, &title);
    for entry in recorded {
        let Some(answer) = &entry.answer else { continue };
        let line = format!("{}: {} ({})", entry.verdict.words(), tame(&entry.says), tame(&answer.says));
        page.paragraph(2, Role::Open, &cut(&line));
    }
    page.blank();
}

/// The waivers that break the run; a quiet run names them too, as nothing else says why it is broken.
fn waivers(page: &mut Page, report: &RunReport) {
    for waiver in report.waivers.iter().filter(|waiver| waiver.standing.fails()) {
        page.paragraph(0, Role::Bad, &tame(&waiver.says));
    }
}

fn restored(page: &mut Page, report: &RunReport) {
    for restore in report.restored.iter().filter(|restore| !restore.done) {
        page.paragraph(0, Role::Open, &tame(&restore.failure()));
    }
}

fn conclude(page: &mut Page, report: &RunReport) {
    let role = match report.exit.code {
        0 => Role::Good,
        1 => Role::Bad,
        _ => Role::Open,
    };
    let totals = report.totals;
    if let Some(cause) = report.cause.as_ref().filter(|cause| **cause != report.exit.because) {
        page.paragraph(0, role, &format!("one cause: {}", tame(cause)));
    }
    let because =
        if report.exit.because.is_empty() { String::new() } else { format!(": {}", report.exit.because) };
    page.paragraph(0, role, &format!("{}{}", report.exit.name, tame(&because)));
    let took = report.finished.as_ref().map(|_| format!(" in {}", words::duration(report.millis)));
    let took = took.unwrap_or_default();
    let shard = report.settings.shard.map(|shard| format!(", shard {shard}")).unwrap_or_default();
    let since = report.settings.changed_since.as_ref();
    let since = since.map(|old| format!(", what changed since {} and the examples", tame(old)));
    let since = since.unwrap_or_default();
    let numbers = format!(
        "{} of {} kept, {}{shard}{since}{took} against {}",
        totals.clauses_kept,
        count(totals.clauses, "clause", "clauses"),
        count(totals.cases, "case", "cases"),
        tame(&report.settings.target),
    );
    page.paragraph(0, Role::Dim, &numbers);
    if let Some(history) = &report.history {
        page.paragraph(0, Role::Dim, &words::compared(history));
    }
    if let Some(found) = &report.baseline {
        page.paragraph(0, Role::Dim, &tame(&baseline::summary(found)));
        for line in baseline::others(found).into_iter().chain(baseline::left_out(found)) {
            page.paragraph(2, Role::Dim, &line);
        }
    }
}
