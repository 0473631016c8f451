//! The page of a history. Everything stands in it as text, tables and small drawings; its script only filters and
//! changes the colours.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::escape::{self, html};
use super::{STYLE, fill, unix};
use crate::model::{ClauseCourse, History, PastFinding, PastRun, State};
use crate::report::history::{Trend, trends};
use crate::report::words::{self, count, minute, thousands};

const PAGE: &str = include_str!("history.html");
const OWN_STYLE: &str = include_str!("history.css");
const SCRIPTS: &[&str] = &[include_str!("theme.js"), include_str!("history.js")];
/// So many runs have a sign in the strip of a clause.
const STRIP: usize = 60;
/// More clauses of one state than these are for scripts.
const CLAUSES: usize = 500;

/// Writes the page.
pub(in crate::report) fn history_page(history: &History, out: &mut dyn Write) -> io::Result<()> {
    let script = unix(&format!("(function () {{\n'use strict';\n{}}})();\n", SCRIPTS.concat()));
    let places: BTreeMap<&str, String> = BTreeMap::from([
        ("title", html(&title(history))),
        ("script-hash", escape::script_hash(&script)),
        ("style", unix(&format!("{STYLE}{OWN_STYLE}"))),
        ("hero", hero(history)),
        ("clauses", clauses(history)),
        ("trend", trend(history)),
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
    row += &strip(history, &clause.marks);
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

/// `text` in which words between backticks are code.
fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let last = parts.len() - 1;
    let shown = parts.iter().enumerate().map(|(at, part)| match at % 2 {
        1 if at < last => format!("<code>{}</code>", html(part)),
        1 => format!("`{}", html(part)),
        _ => html(part),
    });
    shown.collect()
}

/// The verdicts about a clause, how each is called, and where its sign lies between top and bottom: not by colour alone.
const MARKS: [(char, &str, &str, (u32, u32)); 5] = [
    ('K', "kept", "kept", (2, 16)),
    ('B', "broken", "broken", (0, 20)),
    ('?', "inconclusive", "inconclusive", (5, 10)),
    ('-', "not-exercised", "not exercised", (8, 4)),
    ('k', "kept", "kept in part", (7, 6)),
];

/// A sign per run of the last sixty, and the same in words. One path per verdict: a sign of its own for each run takes a
/// browser ten times as long.
fn strip(history: &History, marks: &str) -> String {
    let older = history.runs.len().saturating_sub(STRIP);
    let last: Vec<char> = marks.chars().skip(older).collect();
    let mut paths = String::new();
    for (mark, class, _, (top, high)) in MARKS {
        let at = last.iter().enumerate().filter(|(_, known)| **known == mark);
        let signs: String = at.map(|(at, _)| format!("M{} {top}h9v{high}h-9z", at * 11)).collect();
        if !signs.is_empty() {
            let _ = write!(paths, "<path class=\"{class}\" d=\"{signs}\"/>");
        }
    }
    let words = last.chunk_by(|one, next| one == next).map(|same| {
        let known = MARKS.iter().find(|(mark, ..)| *mark == same[0]);
        format!("{} {}", same.len(), known.map_or("not in the contract", |(_, _, word, _)| word))
    });
    let label = words.collect::<Vec<_>>().join(", ");
    let wide = last.len() * 11;
    format!(
        "<svg class=\"strip-of-runs\" viewBox=\"0 0 {wide} 20\" width=\"{wide}\" height=\"20\" role=\"img\" aria-label=\"Verdicts, oldest first: {label}\">{paths}</svg>\n"
    )
}

/// The clauses of each run by verdict, as bars.
fn trend(history: &History) -> String {
    const HIGH: f64 = 100.0;
    let runs = &history.runs;
    let most = runs.iter().map(|run| run.totals.clauses).max().unwrap_or(0).max(1);
    let mut bars = String::new();
    for (at, run) in runs.iter().enumerate() {
        let totals = run.totals;
        let mut top = HIGH;
        for (class, n) in [
            ("kept", totals.clauses_kept),
            ("broken", totals.clauses_broken),
            ("inconclusive", totals.clauses_inconclusive),
            ("not-exercised", totals.clauses_not_exercised),
        ] {
            let high = share(n, most) * HIGH;
            top -= high;
            if n > 0 {
                let _ = write!(
                    bars,
                    "<rect class=\"{class}\" x=\"{at}\" y=\"{top:.2}\" width=\".86\" height=\"{high:.2}\"/>"
                );
            }
        }
    }
    let coverage = |run: Option<&PastRun>| run.map_or(0.0, |run| run.coverage);
    let label = format!(
        "Clauses by verdict in {}: tested {:.1} % in the first, {:.1} % in the last; the table below has the numbers",
        count(runs.len() as u64, "run", "runs"),
        coverage(runs.first()),
        coverage(runs.last())
    );
    drawing(&bars, runs.len(), "bars", &label)
}

/// A drawing that is a hundred high and as wide as there are runs.
fn drawing(inside: &str, runs: usize, class: &str, label: &str) -> String {
    let (label, wide) = (html(label), runs.max(1));
    format!(
        "<svg class=\"{class}\" viewBox=\"0 0 {wide} 100\" style=\"max-width: {wide}.5rem\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{label}\"><title>{label}</title>{inside}</svg>\n"
    )
}

#[expect(clippy::cast_precision_loss, reason = "drawn, not counted")]
fn share(n: u64, of: u64) -> f64 {
    n as f64 / of.max(1) as f64
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
        "<div class=\"wide\"><table class=\"timings\"><thead><tr><th scope=\"col\">Operation</th><th scope=\"col\">95 % over the runs</th><th scope=\"col\">Requests</th><th scope=\"col\">Median</th><th scope=\"col\">95 %</th><th scope=\"col\">Usually</th><th scope=\"col\">Longest</th></tr></thead><tbody>\n",
    );
    for trend in &trends {
        let Some(newest) = trend.newest() else { continue };
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            html(trend.operation),
            line(trend),
            thousands(newest.requests),
            words::micros(newest.median_micros),
            words::micros(newest.p95_micros),
            trend.usual().map_or_else(|| "–".into(), words::micros),
            words::micros(newest.longest_micros),
        );
    }
    page + "</tbody></table></div>\n"
}

/// The time within which 95 in 100 answers came, run by run.
fn line(trend: &Trend<'_>) -> String {
    let times = || trend.timings.iter().flatten().map(|timing| timing.p95_micros);
    let most = times().max().unwrap_or(0);
    let mut points = String::new();
    let mut alone = String::new();
    for (at, timing) in trend.timings.iter().enumerate() {
        if let Some(timing) = timing {
            let y = 96.0 - share(timing.p95_micros, most) * 92.0;
            let _ = write!(points, "{at}.5,{y:.1} ");
            let _ = write!(alone, "<path d=\"M{at}.5 {y:.1}h.01\"/>");
        }
    }
    let label = format!(
        "{}: 95 % within {} at best and {} at worst",
        trend.operation,
        words::micros(times().min().unwrap_or(0)),
        words::micros(most)
    );
    let few = if trend.timings.len() <= STRIP { alone } else { String::new() };
    drawing(&format!("<polyline points=\"{}\"/>{few}", points.trim_end()), trend.timings.len(), "line", &label)
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
