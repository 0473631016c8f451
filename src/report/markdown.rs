//! `report.md`: the report in a page of Markdown, for a comment or the summary of a job.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::causes::{Cause, causes};
use super::alike::DAYS;
use super::{Renderer, baseline, words};
use crate::model::{Meta, RunReport, Standing};
use crate::text::tame;

pub(super) struct Markdown;
pub(super) static THIS: Markdown = Markdown;

/// So many broken clauses are listed …
const LISTED: usize = 200;
/// … and so many of them with all that is to know. A summary of a job may have 1 MiB.
const IN_FULL: usize = 20;
/// So many clauses are named behind a reason.
const NAMED: usize = 5;
/// So many reasons are given.
const REASONS: usize = 50;
/// The longest command line, in characters.
const COMMAND: usize = 4000;

impl Renderer for Markdown {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn file_name(&self) -> &'static str {
        "report.md"
    }

    fn render(&self, report: &RunReport, out: &mut dyn Write) -> io::Result<()> {
        let causes = causes(report);
        let mut page = head(report);
        page += &table(report);
        page += &list(&causes, report);
        page += &details(&causes, report);
        page += &beside(report);
        page += &reasons(report);
        out.write_all(page.as_bytes())
    }
}

static META: Meta = Meta {
    id: "markdown",
    summary: "a page of Markdown: the verdict, one line per broken clause, and why",
    explain: "For a comment on a change, a wiki, or the summary of a job on GitHub. One line per broken clause with its \
              cases counted, the first twenty in full. Texts of the target are code, so that none becomes markup.",
};

fn head(report: &RunReport) -> String {
    let titles = if report.contract.titles.is_empty() { "contract".into() } else { report.contract.titles.join(" · ") };
    let mut page = format!("# {}: {}\n\n", report.exit.name, prose(&titles));
    let because = &report.exit.because;
    if let Some(cause) = report.cause.as_ref().filter(|cause| *cause != because) {
        page += &format!("**One cause: {}**\n\n", prose(cause));
    }
    if !because.is_empty() {
        page += &format!("{}\n\n", prose(because));
    }
    let took = report.finished.as_ref().map(|_| format!(" in {}", words::duration(report.millis)));
    page += &format!(
        "{} of {} kept, {}{} against {}, run {}.\n\n",
        report.totals.clauses_kept,
        words::count(report.totals.clauses, "clause", "clauses"),
        words::count(report.totals.cases, "case", "cases"),
        took.unwrap_or_default(),
        code(&report.settings.target),
        code(&report.run),
    );
    if let Some(history) = &report.history {
        page += &format!("{}.\n\n", prose(&words::compared(history)));
    }
    for waiver in report.waivers.iter().filter(|waiver| waiver.standing.fails()) {
        page += &format!("**{}**\n\n", prose(&waiver.says));
    }
    for restore in report.restored.iter().filter(|restore| !restore.done) {
        page += &format!("**{}**\n\n", prose(&restore.failure()));
    }
    page
}

/// Clauses by operation and verdict.
fn table(report: &RunReport) -> String {
    let mut rows: BTreeMap<usize, [u64; 4]> = BTreeMap::new();
    for clause in &report.clauses {
        let promise = report.contract.clauses.get(clause.clause.0 as usize);
        let row = rows.entry(promise.and_then(|promise| promise.operation).map_or(usize::MAX, |id| id.0 as usize));
        row.or_default()[match clause.standing {
            Standing::Kept => 0,
            Standing::Broken => 1,
            Standing::Inconclusive => 2,
            Standing::NotExercised => 3,
        }] += 1;
    }
    if rows.is_empty() {
        return String::new();
    }
    let mut page = "| clauses | kept | broken | inconclusive | not exercised |\n|:--|--:|--:|--:|--:|\n".to_owned();
    for (row, counts) in rows {
        let name = report.contract.operations.get(row).map_or("sequences", |operation| operation.id.as_str());
        let cells: Vec<String> = counts.iter().map(u64::to_string).collect();
        page += &format!("| {} | {} |\n", code(name).replace('|', "\\|"), cells.join(" | "));
    }
    page + "\n"
}

/// One line per clause.
fn list(causes: &[Cause<'_>], report: &RunReport) -> String {
    if causes.is_empty() {
        return String::new();
    }
    let mut page = "## Findings\n\n".to_owned();
    for cause in causes.iter().take(LISTED) {
        let news = cause.findings.first().and_then(|first| words::news(first, report));
        let remarks: String = cause.remarks(report).iter().map(|remark| format!("; {}", prose(remark))).collect();
        page += &format!(
            "- **{}** {}: {} ({}){}{remarks}\n",
            words::level_word(cause.level),
            code(cause.address()),
            code(&words::short(&cause.summary())),
            cause.counted(),
            news.map(|news| format!(", {}", prose(&news))).unwrap_or_default()
        );
    }
    if causes.len() > LISTED {
        page += &format!("- … and {} more, in report.json\n", causes.len() - LISTED);
    }
    page + "\n"
}

/// What differs from the baseline.
fn beside(report: &RunReport) -> String {
    let Some(found) = &report.baseline else { return String::new() };
    let mut page = format!("## Beside the baseline\n\n{}.\n\n", prose(&baseline::summary(found)));
    let changes = baseline::changes(found);
    for told in changes.iter().take(LISTED) {
        let (title, says) = (told.title(&DAYS), baseline::message(told));
        page += &format!("- **{}** {}: {}\n", told.group.class.word(), code(&title), code(&says));
    }
    if changes.len() > LISTED {
        page += &format!("- … and {} more, in report.json\n", changes.len() - LISTED);
    }
    for line in baseline::others(found).into_iter().chain(baseline::left_out(found)) {
        page += &format!("- {}\n", prose(&line));
    }
    page + "\n"
}

fn details(causes: &[Cause<'_>], report: &RunReport) -> String {
    let mut page = String::new();
    for cause in causes.iter().take(IN_FULL) {
        page += &format!("<details><summary><code>{}</code></summary>\n\n", html(cause.address()));
        if let Some(clause) = cause.clause {
            page += &format!("{}.\n\n", prose(&clause.text));
            for line in words::origin(clause, &report.contract) {
                page += &format!("> {}\n>\n", prose(&line));
            }
            page += "\n";
        }
        for finding in &cause.findings {
            let found = &finding.finding;
            let remarks: String =
                words::remarks(finding, &report.settings).iter().map(|remark| format!("\n  - {}", prose(remark))).collect();
            page += &format!(
                "- {} ({}; {}){remarks}\n  - expected {}\n  - actual {}\n",
                code(&words::short(&found.summary)),
                words::count(finding.count, "case", "cases"),
                prose(&words::site(&found.site)),
                code(&words::short(&found.expected)),
                code(&words::short(&found.actual)),
            );
        }
        if let Some((finding, witness)) =
            cause.findings.first().and_then(|finding| finding.witnesses.first().map(|witness| (finding, witness)))
        {
            page += &format!("\nThe smallest case: {}\n\n", code(&words::short(&witness.why)));
            let exchange = witness.exchanges.get(finding.finding.step).or(witness.exchanges.last());
            let commands: Vec<String> =
                exchange.map(|exchange| exchange.curl.clone()).into_iter().chain(words::replay(finding, report)).collect();
            page += &fenced(&commands);
        }
        page += "\n</details>\n\n";
    }
    page
}

/// Why clauses have no verdict.
fn reasons(report: &RunReport) -> String {
    let mut page = String::new();
    for (standing, title) in [(Standing::Inconclusive, "Inconclusive"), (Standing::NotExercised, "Not exercised")] {
        let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for clause in report.clauses.iter().filter(|clause| clause.standing == standing) {
            for because in &clause.because {
                by_reason.entry(because).or_default().push(&clause.address);
            }
        }
        if by_reason.is_empty() {
            continue;
        }
        page += &format!("## {title}\n\n");
        let more = by_reason.len().saturating_sub(REASONS);
        for (because, addresses) in by_reason.into_iter().take(REASONS) {
            let named: Vec<String> = addresses.iter().take(NAMED).map(|address| code(address)).collect();
            let rest = addresses.len().saturating_sub(NAMED);
            let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
            page += &format!("- {}: {}{rest}\n", prose(&words::short(because)), named.join(", "));
        }
        if more > 0 {
            page += &format!("- … and {more} more reasons\n");
        }
        page += "\n";
    }
    page
}

/// `text` as code, on one line.
fn code(text: &str) -> String {
    let text = words::one_line(text);
    let run = "`".repeat(longest_run(&text) + 1);
    let space = if text.is_empty() || text.contains('`') { " " } else { "" };
    format!("{run}{space}{text}{space}{run}")
}

/// Command lines as a block of code.
fn fenced(lines: &[String]) -> String {
    let text: Vec<String> = lines.iter().map(|line| words::one_line(&words::cut(line, COMMAND))).collect();
    let text = text.join("\n");
    let fence = "`".repeat(longest_run(&text).max(2) + 1);
    format!("{fence}sh\n{text}\n{fence}\n")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// `text` as words in which nothing is markup but code between backticks.
fn prose(text: &str) -> String {
    let text = words::one_line(text);
    let parts: Vec<&str> = text.split('`').collect();
    let last = parts.len() - 1;
    let mut safe = String::new();
    for (at, part) in parts.into_iter().enumerate() {
        if at % 2 == 1 && at < last && !part.is_empty() {
            safe += &code(part);
            continue;
        }
        if at % 2 == 1 {
            safe += "\\`";
            safe += if at < last { "\\`" } else { "" };
        }
        for c in part.chars() {
            match c {
                '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '#' | '$' => {
                    safe.push('\\');
                    safe.push(c);
                }
                '&' => safe += "&amp;",
                // Nobody is called.
                '@' => safe += "&#64;",
                c => safe.push(c),
            }
        }
    }
    safe
}

fn html(text: &str) -> String {
    tame(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_code_whatever_it_holds() {
        assert_eq!(code("a|b"), "`a|b`");
        assert_eq!(code("``x"), "``` ``x ```");
        assert_eq!(code("a\nb"), "`a b`");
        assert_eq!(fenced(&["x ```` y".into()]), "`````sh\nx ```` y\n`````\n");
    }

    #[test]
    fn words_are_not_markup() {
        assert_eq!(prose("a_b *c* <d> @e `f_g` h`"), "a\\_b \\*c\\* \\<d\\> &#64;e `f_g` h\\`");
        assert_eq!(prose("``"), "\\`\\`");
    }
}
