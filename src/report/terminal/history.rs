//! A history as text, as a pure function.

use super::Style;
use super::page::{Page, Role};
use super::wrap::{columns, pad};
use crate::model::{ClauseCourse, History, PastRun, State};
use crate::report::history::{Trend, trends};
use crate::report::words::{self, count, minute, thousands};
use crate::text::tame;

/// So many runs have a row, and a sign per clause.
const RUNS: usize = 20;
/// So many clauses of each state are listed.
const CLAUSES: usize = 50;
/// So many of the things that were left out are named.
const LEFT_OUT: usize = 20;

/// The clauses by state, the runs, how long answers took, and the summary.
#[must_use]
pub fn history(history: &History, style: Style) -> String {
    let mut page = Page::new(style);
    clauses(&mut page, history);
    runs(&mut page, history);
    latency(&mut page, history);
    left_out(&mut page, history);
    conclude(&mut page, history);
    page.text
}

fn role(state: State) -> Role {
    match state {
        State::New | State::StillFailing => Role::Bad,
        State::Flapping => Role::Open,
        State::Fixed => Role::Good,
        State::Kept | State::Open | State::Removed => Role::Plain,
    }
}

fn clauses(page: &mut Page, history: &History) {
    for state in [State::New, State::StillFailing, State::Flapping, State::Fixed] {
        let mine: Vec<&ClauseCourse> =
            history.clauses.iter().filter(|clause| clause.history.state == state).collect();
        if mine.is_empty() {
            continue;
        }
        let title = page.paint(role(state), state.word());
        page.line(&format!("{title}: {}", count(mine.len() as u64, "clause", "clauses")));
        for clause in mine.iter().take(CLAUSES) {
            one_clause(page, clause);
        }
        if mine.len() > CLAUSES {
            page.whole(
                2,
                Role::Dim,
                &format!("… and {} more: --json and --html have them", mine.len() - CLAUSES),
            );
        }
        page.blank();
    }
    if !history.clauses.is_empty() {
        page.paragraph(
            0,
            Role::Dim,
            "✓ kept  ✕ broken  ? inconclusive  – not exercised  · kept in part, newest last",
        );
        page.blank();
    }
}

fn one_clause(page: &mut Page, clause: &ClauseCourse) {
    let line = format!("  {}  {}", strip(page, &clause.marks), words::one_line(&clause.address));
    page.line(&line);
    page.paragraph(4, Role::Plain, &words::became(&clause.history));
    for finding in &clause.findings {
        let case = finding.case.as_ref().map(|case| format!(", case {case}")).unwrap_or_default();
        let cases = count(finding.count, "case", "cases");
        page.paragraph(4, Role::Dim, &tame(&format!("{} ({cases}{case})", finding.summary)));
    }
}

/// A sign per run, of the last twenty.
fn strip(page: &Page, marks: &str) -> String {
    let all = marks.chars().count();
    let last = marks.chars().skip(all.saturating_sub(RUNS));
    let signs = last.map(|mark| match mark {
        'K' => page.paint(Role::Good, "✓"),
        'B' => page.paint(Role::Bad, "✕"),
        '?' => page.paint(Role::Open, "?"),
        '-' => page.paint(Role::Dim, "–"),
        'k' => page.paint(Role::Dim, "·"),
        _ => " ".to_owned(),
    });
    signs.collect()
}

/// A row per run.
fn runs(page: &mut Page, history: &History) {
    let older = history.runs.len().saturating_sub(RUNS);
    let mut rows: Vec<[String; 9]> = vec![
        ["started", "run", "verdict", "tested", "kept", "broken", "new", "fixed", ""].map(str::to_owned),
    ];
    rows.extend(history.runs.iter().skip(older).map(row));
    let width = |column: usize| rows.iter().map(|row| columns(&row[column])).max().unwrap_or(0);
    let widths: Vec<usize> = (0..9).map(width).collect();
    for (at, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(column, (cell, width))| {
                // Numbers end below one another.
                if (3..8).contains(&column) {
                    format!("{}{cell}", " ".repeat(width - columns(cell)))
                } else {
                    pad(cell, *width)
                }
            })
            .collect();
        let role = if at == 0 { Role::Strong } else { Role::Plain };
        let line = page.paint(role, cells.join("  ").trim_end());
        page.line(&line);
    }
    if older > 0 {
        page.paragraph(0, Role::Dim, &format!("… and {} before", count(older as u64, "run", "runs")));
    }
    page.blank();
}

fn row(run: &PastRun) -> [String; 9] {
    [
        minute(&run.started),
        run.run.clone(),
        words::one_line(&run.exit.name),
        format!("{:.1} %", run.coverage),
        thousands(run.totals.clauses_kept),
        thousands(run.totals.clauses_broken),
        thousands(run.new),
        thousands(run.fixed),
        words::one_line(&run.part.join(", ")),
    ]
}

/// A line per operation: 95 in 100 of its answers came within this time.
fn latency(page: &mut Page, history: &History) {
    let trends = trends(history);
    let wide = trends.iter().map(|trend| columns(trend.operation)).max().unwrap_or(0);
    if wide == 0 {
        return;
    }
    page.whole(0, Role::Strong, "95 of 100 answers came within");
    for trend in &trends {
        let newest = trend.newest().map(|timing| words::micros(timing.p95_micros)).unwrap_or_default();
        let usual =
            trend.usual().map(|usual| format!(", usually {}", words::micros(usual))).unwrap_or_default();
        let name = pad(&words::one_line(trend.operation), wide);
        page.line(&format!("  {name}  {}  {newest}{usual}", sparkline(trend)));
    }
    page.blank();
}

/// The times of the last twenty runs, drawn between nothing and the longest.
fn sparkline(trend: &Trend<'_>) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let last = &trend.timings[trend.timings.len().saturating_sub(RUNS)..];
    let most = last.iter().flatten().map(|timing| timing.p95_micros).max().unwrap_or(0).max(1);
    let bar = |micros: u64| {
        let step = u128::from(micros) * 7 / u128::from(most);
        BARS[usize::try_from(step).unwrap_or(7).min(7)]
    };
    last.iter().map(|timing| timing.map_or(' ', |timing| bar(timing.p95_micros))).collect()
}

fn left_out(page: &mut Page, history: &History) {
    if history.left_out.is_empty() {
        return;
    }
    page.whole(0, Role::Strong, "left out");
    for says in history.left_out.iter().take(LEFT_OUT) {
        page.paragraph(2, Role::Open, &tame(says));
    }
    if history.left_out.len() > LEFT_OUT {
        page.whole(
            2,
            Role::Dim,
            &format!("… and {} more: --json has them", history.left_out.len() - LEFT_OUT),
        );
    }
    page.blank();
}

fn conclude(page: &mut Page, history: &History) {
    let states = history.states;
    let numbers = [
        (states.new, State::New),
        (states.still_failing, State::StillFailing),
        (states.flapping, State::Flapping),
        (states.fixed, State::Fixed),
        (states.kept, State::Kept),
    ];
    let words: Vec<String> =
        numbers.iter().map(|(n, state)| format!("{} {}", thousands(*n), state.word())).collect();
    page.paragraph(0, Role::Plain, &words.join(", "));
    let more = [(states.open, "without a verdict in any run"), (states.removed, "no longer in the contract")];
    for (n, why) in more.iter().filter(|(n, _)| *n > 0) {
        page.paragraph(0, Role::Dim, &format!("{} {why}", count(*n, "clause", "clauses")));
    }
    page.paragraph(0, Role::Dim, &tame(&words::runs_of(history)));
}
