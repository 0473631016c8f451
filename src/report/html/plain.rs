//! The page for readers without scripts: the summary, the findings and the clauses as plain tables.

use std::fmt::Write as _;

use super::escape::html;
use crate::model::RunReport;
use crate::report::alike::DAYS;
use crate::report::baseline;
use crate::report::causes::causes;
use crate::report::words::{self, count, duration};

/// More kinds of differences from a baseline are for readers with scripts.
const MOST_CHANGES: usize = 300;

pub(super) fn tables(report: &RunReport) -> String {
    let totals = report.totals;
    let mut page = format!(
        "<h1>{}</h1>\n<p>{}</p>\n<p>{} against {} in {}: {} kept, {} broken, {} inconclusive, {} not exercised.</p>\n",
        html(&super::title(report)),
        html(&report.exit.because),
        count(totals.cases, "case", "cases"),
        html(&report.settings.target),
        duration(report.millis),
        totals.clauses_kept,
        totals.clauses_broken,
        totals.clauses_inconclusive,
        totals.clauses_not_exercised,
    );
    if let Some(cause) = report.cause.as_ref().filter(|cause| **cause != report.exit.because) {
        let _ = writeln!(page, "<p>One cause: {}</p>", html(cause));
    }
    if let Some(history) = &report.history {
        let _ = writeln!(page, "<p>{}</p>", html(&words::compared(history)));
    }
    if !report.findings.is_empty() {
        page += "<table><caption>Findings</caption><thead><tr><th>Clause</th><th>Finding</th><th>Cases</th></tr></thead><tbody>\n";
        for cause in causes(report) {
            let _ = writeln!(
                page,
                "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
                html(cause.address()),
                html(&std::iter::once(words::short(&cause.summary())).chain(cause.remarks(report)).collect::<Vec<_>>().join("; ")),
                cause.cases
            );
        }
        page += "</tbody></table>\n";
    }
    if let Some(found) = &report.baseline {
        let _ = writeln!(page, "<p>{}</p>", html(&baseline::summary(found)));
        if !found.differences.is_empty() {
            page += "<table><caption>Differs from the baseline</caption><thead><tr><th>Where</th><th>What</th></tr></thead><tbody>\n";
            for told in baseline::changes(found).iter().take(MOST_CHANGES) {
                let (title, says) = (html(&told.title(&DAYS)), html(&baseline::message(told)));
                let _ = writeln!(page, "<tr><td>{title}</td><td>{says}</td></tr>");
            }
            page += "</tbody></table>\n";
        }
    }
    if !report.waivers.is_empty() {
        page += "<table><caption>Waivers</caption><thead><tr><th>Waiver</th><th>Until</th><th>State</th></tr></thead><tbody>\n";
        for waiver in &report.waivers {
            let says = if waiver.says.is_empty() { waiver.standing.word() } else { &waiver.says };
            let (target, until) = (html(&waiver.waiver.target()), html(&waiver.waiver.until));
            let _ = writeln!(page, "<tr><td>{target}</td><td>{until}</td><td>{}</td></tr>", html(says));
        }
        page += "</tbody></table>\n";
    }
    page += "<table><caption>Clauses</caption><thead><tr><th>Clause</th><th>Promise</th><th>Verdict</th></tr></thead><tbody>\n";
    for clause in &report.clauses {
        let text = report.contract.clauses.get(clause.clause.0 as usize).map_or("", |promise| &promise.text);
        let because =
            if clause.because.is_empty() { String::new() } else { format!(": {}", clause.because.join("; ")) };
        let _ = writeln!(
                page,
            "<tr><td>{}</td><td>{}</td><td>{}{}</td></tr>",
            html(&clause.address),
            html(text),
            clause.standing.word(),
            html(&because)
        );
    }
    page += "</tbody></table>\n";
    page
}
