//! The small drawings in the page of a history, each with a text that says the same.

use std::fmt::Write as _;

use super::escape::html;
use crate::model::{History, PastRun};
use crate::report::history::Trend;
use crate::report::words::{self, count};

/// So many runs have a sign in the strip of a clause.
const STRIP: usize = 60;

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
pub(super) fn strip(history: &History, marks: &str) -> String {
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
pub(super) fn clauses(history: &History) -> String {
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

/// The time within which 95 in 100 answers came, run by run.
pub(super) fn line(trend: &Trend<'_>) -> String {
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

