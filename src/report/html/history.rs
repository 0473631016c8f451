//! The page of a history. Everything stands in it as text, tables and small drawings; its script only filters and
//! changes the colours.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::drawing;
use super::escape::{html, prose};
use super::{fill, head, unix};
use crate::model::{ClauseCourse, History, PastFinding, State};
use crate::report::history::trends;
use crate::report::words::{self, count, minute, thousands};

const PAGE: &str = include_str!("history.html");
const OWN_STYLE: &str = include_str!("history.css");
const SCRIPTS: &[&str] = &[include_str!("theme.js"), include_str!("history.js")];
/// More clauses of one state than these are for scripts.
const CLAUSES: usize = 500;

/// Writes the page.
pub(in crate::report) fn history_page(history: &History, out: &mut dyn Write) -> io::Result<()> {
    let script = unix(&format!("(function () {{\n'use strict';\n{}}})();\n", SCRIPTS.concat()));
    head(&title(history), OWN_STYLE, Some(&script), out)?;
    let places: BTreeMap<&str, String> = BTreeMap::from([
        ("hero", hero(history)),
        ("clauses", clauses(history)),
        ("trend", drawing::clauses(history)),
        ("runs", runs(history)),
        ("latency", latency(history)),
        ("left-out", left_out(history)),
        ("script", script),
    ]);
    fill(&unix(PAGE), &places, out)
}

fn title(history: &History) -> String {
    let states = history.states;
    format!(
        "{} new, {} still failing, {} flapping, {} fixed",
        states.new, states.still_failing, states.flapping, states.fixed
    )
}

/// The states that have clauses to show, with their colour.
const TOLD: [(State, &str); 4] = [
    (State::New, "broken"),
    (State::StillFailing, "broken"),
    (State::Flapping, "inconclusive"),
    (State::Fixed, "kept"),
];

fn number(history: &History, state: State) -> u64 {
    let states = history.states;
    match state {
        State::New => states.new,
        State::StillFailing => states.still_failing,
        State::Flapping => states.flapping,
        State::Fixed => states.fixed,
        State::Kept => states.kept,
        State::Open => states.open,
        State::Removed => states.removed,
    }
}

fn hero(history: &History) -> String {
    let titles = history.runs.last().map_or(&[][..], |run| &run.titles);
    let mut page: String = titles.iter().map(|title| format!("<span>{}</span>", html(title))).collect();
    page = format!("<h1>{}</h1>\n", if page.is_empty() { "A history".into() } else { page });
    let _ = writeln!(page, "<p class=\"facts\">{}</p>", html(&words::runs_of(history)));
    page += "<div class=\"tally\" role=\"group\" aria-label=\"Clauses by what became of them\">\n";
    for (state, colour) in TOLD {
        let (id, word, n) = (state.id(), state.word(), thousands(number(history, state)));
        let _ = writeln!(
            page,
            "<button type=\"button\" class=\"count {colour}\" data-state=\"{id}\" aria-pressed=\"false\"><strong>{n}</strong><span>{word}</span></button>"
        );
    }
    page += "</div>\n<p class=\"facts\">";
    let mut quiet = vec![format!("{} kept in all of their last verdicts", count(history.states.kept, "clause", "clauses"))];
    if history.states.open > 0 {
        quiet.push(format!("{} without a verdict in any run", thousands(history.states.open)));
    }
    if history.states.removed > 0 {
        quiet.push(format!("{} no longer in the contract", thousands(history.states.removed)));
    }
    page + &html(&quiet.join(" · ")) + "</p>\n"
}

fn clauses(history: &History) -> String {
    let mut page = String::new();
    for (state, colour) in TOLD {
        let mine: Vec<&ClauseCourse> =
            history.clauses.iter().filter(|clause| clause.history.state == state).collect();
        if mine.is_empty() {
            continue;
        }
        let (id, word) = (state.id(), state.word());
        let _ = writeln!(
            page,
            "<section class=\"state\" id=\"{id}\" aria-labelledby=\"{id}-title\"><h2 id=\"{id}-title\">{}{} <span class=\"soft small\">{}</span></h2>\n<ol class=\"causes\">",
            word[..1].to_uppercase(),
            &word[1..],
            count(mine.len() as u64, "clause", "clauses")
        );
        for clause in mine.iter().take(CLAUSES) {
            page += &one_clause(history, clause, colour);
        }
        page += "</ol>\n";
        if mine.len() > CLAUSES {
            let _ = writeln!(page, "<p class=\"soft\">… and {} more: the JSON has them.</p>", mine.len() - CLAUSES);
        }
        page += "</section>\n";
    }
    if page.is_empty() {
        page += "<section class=\"state\"><p class=\"soft\">No clause was broken within the last ten verdicts about it.</p></section>\n";
    }
    page
}

fn one_clause(history: &History, clause: &ClauseCourse, colour: &str) -> String {
    let state = clause.history.state;
    let address = html(&clause.address);
    let mut row = format!(
        "<li class=\"course\" id=\"{address}\" data-state=\"{}\" tabindex=\"-1\">\n<div class=\"head\"><span class=\"badge {colour}\">{}</span> <a class=\"address\" href=\"#{}\">{}</a></div>\n",
        state.id(),
        state.word(),
        address.replace('%', "%25"),
        breakable(&clause.address)
    );
    let _ = writeln!(row, "<p class=\"promise\">{}</p>", prose(&clause.text));
    row += &drawing::strip(history, &clause.marks);
    let _ = writeln!(row, "<p class=\"became\">{}</p>", html(&words::became(&clause.history)));
    if !clause.findings.is_empty() {
        row += "<ul class=\"cases\">";
        row.extend(clause.findings.iter().map(|finding| one_finding(finding, clause)));
        row += "</ul>\n";
    }
    row + "</li>\n"
}

fn one_finding(finding: &PastFinding, clause: &ClauseCourse) -> String {
    let case = finding.case.as_ref().map(|case| format!(", case <code>{}</code>", html(case)));
    let first = &finding.first;
    let since = if first.started > clause.history.first.started {
        format!(", first seen {}", html(&minute(&first.started)))
    } else {
        String::new()
    };
    format!(
        "<li>{} <span class=\"soft\">({}{}{since})</span></li>",
        prose(&finding.summary),
        count(finding.count, "case", "cases"),
        case.unwrap_or_default()
    )
}

/// A path or address that may be broken after its slashes.
fn breakable(text: &str) -> String {
    html(text).replace('/', "/<wbr>")
}

fn runs(history: &History) -> String {
    let mut page = String::new();
    for run in history.runs.iter().rev() {
        let part = run.part.join(", ");
        let part = if part.is_empty() { String::new() } else { format!(" <span class=\"tag\">{}</span>", html(&part)) };
        let colour = match run.exit.code {
            0 => "kept",
            1 => "broken",
            _ => "inconclusive",
        };
        let totals = run.totals;
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\">{}{part}<span class=\"trait\">{}</span></th><td><span class=\"badge {colour}\" title=\"{}\">{}</span></td><td>{:.1} %</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            html(&minute(&run.started)),
            html(&run.run),
            html(&run.exit.because),
            html(&run.exit.name),
            run.coverage,
            thousands(totals.clauses_kept),
            thousands(totals.clauses_broken),
            thousands(totals.clauses_inconclusive),
            thousands(totals.clauses_not_exercised),
            thousands(run.new),
            thousands(run.fixed),
            thousands(totals.cases),
        );
    }
    page
}

fn latency(history: &History) -> String {
    let trends = trends(history);
    if trends.is_empty() {
        return "<p class=\"soft\">No run timed an answer.</p>\n".into();
    }
    let mut page = String::from(
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"How long answers took\"><table class=\"timings\"><thead><tr><th scope=\"col\">Operation</th><th scope=\"col\">95 % over the runs</th><th scope=\"col\">Requests</th><th scope=\"col\">Median</th><th scope=\"col\">95 %</th><th scope=\"col\">Usually</th><th scope=\"col\">Longest</th></tr></thead><tbody>\n",
    );
    for trend in &trends {
        let Some(newest) = trend.newest() else { continue };
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            html(trend.operation),
            drawing::line(trend),
            thousands(newest.requests),
            words::micros(newest.median_micros),
            words::micros(newest.p95_micros),
            trend.usual().map_or_else(|| "–".into(), words::micros),
            words::micros(newest.longest_micros),
        );
    }
    page + "</tbody></table></div>\n"
}

fn left_out(history: &History) -> String {
    if history.left_out.is_empty() {
        return String::new();
    }
    let lines: String = history.left_out.iter().take(CLAUSES).map(|says| format!("<li>{}</li>\n", html(says))).collect();
    format!(
        "<section id=\"left-out\" aria-labelledby=\"left-out-title\"><h2 id=\"left-out-title\">Left out</h2>\n<ul>\n{lines}</ul></section>\n"
    )
}
