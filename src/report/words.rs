//! The words that several formats share.

use crate::model::{
    Clause, ClauseHistory, ClauseReport, ContractOutline, FindingReport, FindingSite, History, PastRun,
    Policy, Published, RunHistory, RunName, RunReport, RunSettings, Standing, State,
};
use crate::text::{Severity, tame};
pub(super) use crate::text::{count, thousands};

/// `840 ms`, `1.3 s`, `2 min 5 s`.
pub(super) fn duration(millis: u64) -> String {
    match millis {
        0..1000 => format!("{millis} ms"),
        1000..60_000 => format!("{}.{} s", millis / 1000, millis % 1000 / 100),
        _ => format!("{} min {} s", millis / 60_000, millis % 60_000 / 1000),
    }
}

/// [`duration`] of microseconds, with `840 µs` for what is shorter than a millisecond.
pub(super) fn micros(micros: u64) -> String {
    match micros {
        0..1000 => format!("{micros} µs"),
        1000..10_000 => format!("{}.{} ms", micros / 1000, micros % 1000 / 100),
        _ => duration(micros / 1000),
    }
}

/// Where in the answer.
pub(super) fn site(site: &FindingSite) -> String {
    match site {
        FindingSite::Status => "the status".into(),
        FindingSite::Header(name) => format!("the header field {name}"),
        FindingSite::Body(pointer) if pointer.is_empty() => "the body".into(),
        FindingSite::Body(pointer) => format!("the body at {pointer}"),
        FindingSite::Time => "the time".into(),
        FindingSite::Connection => "the connection".into(),
    }
}

/// `reset-zh:96`, with the title of the page.
pub(super) fn page(published: &Published, outline: &ContractOutline) -> String {
    let line = if published.line == 0 { String::new() } else { format!(":{}", published.line) };
    let source = outline.sources.iter().find(|(name, _)| *name == published.source);
    let title = source.map(|(_, source)| format!(" ({})", source.title)).unwrap_or_default();
    format!("{}{line}{title}", published.source)
}

/// What the promise rests on, line by line: quoted sentences, or the convention, then the place in the contract.
pub(super) fn origin(clause: &Clause, outline: &ContractOutline) -> Vec<String> {
    let mut lines: Vec<String> = clause
        .origin
        .published
        .iter()
        .map(|published| match published.quote.as_str() {
            "" => page(published, outline),
            quote => format!("{}: “{quote}”", page(published, outline)),
        })
        .collect();
    if let Some(convention) = &clause.origin.convention {
        lines.push(format!("convention: {convention}"));
    }
    if !clause.origin.place.file.is_empty() {
        lines.push(clause.origin.place.to_string());
    }
    lines
}

/// The clause of a finding.
pub(super) fn clause_of<'r>(finding: &FindingReport, report: &'r RunReport) -> Option<&'r Clause> {
    report.contract.clauses.get(finding.finding.clause.0 as usize)
}

/// Whether a finding may count for the exit status: a note against a clause that the documentation leaves undecided
/// never does.
pub(super) fn decided(finding: &FindingReport, outline: &ContractOutline) -> bool {
    let clause = outline.clauses.get(finding.finding.clause.0 as usize);
    finding.finding.severity > Severity::Note || clause.is_none_or(|clause| clause.undecided.is_none())
}

/// Whether a finding makes the exit status `broken`.
pub(super) fn counts(finding: &FindingReport, report: &RunReport) -> bool {
    weight(finding, &report.settings) == Some(Policy::Fail)
}

/// What a finding does to the exit status; None: it is waived, or not severe enough.
pub(super) fn weight(finding: &FindingReport, settings: &RunSettings) -> Option<Policy> {
    let counted = finding.waived.is_none() && finding.finding.severity >= settings.fail_on;
    counted.then(|| settings.gate.policy(finding.repeated.as_ref()))
}

/// How grave a finding is to the reader; None: it is waived. What the policy only warns of is a warning.
pub(super) fn level(finding: &FindingReport, settings: &RunSettings) -> Option<Severity> {
    let severity = finding.finding.severity;
    let lowered = weight(finding, settings) == Some(Policy::Warn) && severity == Severity::Error;
    finding.waived.is_none().then_some(if lowered { Severity::Warning } else { severity })
}

/// The word for a [`level`].
pub(super) fn level_word(level: Option<Severity>) -> &'static str {
    match level {
        Some(Severity::Error) => "error",
        Some(Severity::Warning) => "warning",
        Some(Severity::Note) => "note",
        None => "waived",
    }
}

/// What stands beside a finding: that it is waived, what repeating it showed, and that it does not count therefore.
pub(super) fn remarks(finding: &FindingReport, settings: &RunSettings) -> Vec<String> {
    let waived = finding.waived.iter().map(|waiver| waiver.words());
    let repeated = finding.repeated.iter().map(|repeated| {
        let counts = match weight(finding, settings) {
            Some(Policy::Warn) => "; only a warning, by the policy of this run",
            Some(Policy::Inconclusive) => "; inconclusive, by the policy of this run",
            Some(Policy::Fail) | None => "",
        };
        format!("{}{counts}", repeated.words())
    });
    waived.chain(repeated).collect()
}

/// The command that sends the first witness again, to the same target.
pub(super) fn replay(finding: &FindingReport, report: &RunReport) -> Option<String> {
    finding.witnesses.first().map(|witness| report.settings.replay(&witness.case))
}

/// `2026-11-22 14:43` of a time in RFC 3339.
pub(super) fn minute(time: &str) -> String {
    time.get(..16).unwrap_or(time).replace('T', " ")
}

fn run(name: &RunName) -> String {
    format!("{} ({})", minute(&name.started), name.run)
}

/// What became of a clause since earlier runs, in a few words.
pub(super) fn became(history: &ClauseHistory) -> String {
    match history.state {
        State::Flapping => {
            let (broken, of, first) = (history.broken, history.of, run(&history.first));
            format!("flapping: broken in {broken} of the last {of} runs that show it, first seen {first}")
        }
        State::StillFailing => format!("still failing since {}{}", run(&history.since), first_seen(history)),
        State::New => format!("new since {}{}", run(&history.since), first_seen(history)),
        state => {
            let fixed = history.fixed.as_ref().map(|name| format!(" {}", run(name))).unwrap_or_default();
            format!("{}{fixed}: broken since {}{}", state.word(), run(&history.since), first_seen(history))
        }
    }
}

fn first_seen(history: &ClauseHistory) -> String {
    let is_known = history.first == history.since;
    if is_known { String::new() } else { format!("; first seen {}", run(&history.first)) }
}

/// The same within the report of a run, which may show nothing of a clause that was broken.
pub(super) fn became_here(clause: &ClauseReport) -> Option<String> {
    let history = clause.history.as_ref()?;
    Some(match (clause.standing, history.state) {
        (Standing::Broken, State::New) => format!("new{}", first_seen(history)),
        (Standing::Broken, _) => became(history),
        _ if history.fixed.is_some() => became(history),
        _ => format!("broken since {}, and not shown by this run", run(&history.since)),
    })
}

/// What became of the clause of a finding.
pub(super) fn news(finding: &FindingReport, report: &RunReport) -> Option<String> {
    let clause = report.clauses.get(finding.finding.clause.0 as usize)?;
    became_here(clause).filter(|_| clause.standing == Standing::Broken)
}

/// `1 new, 2 still failing, 1 fixed since 2026-11-21 02:00 (RUN)`.
pub(super) fn compared(history: &RunHistory) -> String {
    let numbers = [
        (history.new, "new"),
        (history.still_failing, "still failing"),
        (history.flapping, "flapping"),
        (history.fixed, "fixed"),
        (history.unsettled, "broken before and not shown by this run"),
    ];
    let words: Vec<String> =
        numbers.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{} {word}", thousands(*n))).collect();
    let words = if words.is_empty() { "nothing broken, then and now".into() } else { words.join(", ") };
    format!(
        "{words}, compared with {}, the last {}",
        count(history.runs, "earlier run", "earlier runs"),
        run(&history.newest)
    )
}

/// `12 runs against mock (environment mock), 2026-11-01 02:00 to 2026-11-22 02:00`.
pub(super) fn runs_of(history: &History) -> String {
    let against = history.target.as_ref().map_or("several targets", String::as_str);
    let environment =
        history.environment.as_ref().map(|name| format!(" (environment {name})")).unwrap_or_default();
    let time = |run: Option<&PastRun>| run.map(|run| minute(&run.started)).unwrap_or_default();
    let (first, last) = (time(history.runs.first()), time(history.runs.last()));
    let times = if first == last { first } else { format!("{first} to {last}") };
    format!("{} against {against}{environment}, {times}", count(history.runs.len() as u64, "run", "runs"))
}

/// So many characters of a text are enough where there is little room.
const SHORT: usize = 300;

/// At most 300 characters of `text`.
pub(super) fn short(text: &str) -> String {
    cut(text, SHORT)
}

/// At most `limit` characters of `text`.
pub(super) fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// [`tame`], on one line.
pub(super) fn one_line(text: &str) -> String {
    tame(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// [`tame`], with line feeds as their pictures and the spaces as they are: a line of a difference.
pub(super) fn one_line_as_is(text: &str) -> String {
    tame(text).replace('\n', "␊").replace('\t', "    ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(count(1, "case", "cases"), "1 case");
        assert_eq!(count(1_234_567, "case", "cases"), "1,234,567 cases");
        assert_eq!(duration(999), "999 ms");
        assert_eq!(duration(1350), "1.3 s");
        assert_eq!(duration(125_000), "2 min 5 s");
    }

    #[test]
    fn a_text_of_several_lines_becomes_one() {
        assert_eq!(one_line(" a\r\n b\t"), "a␍ b");
    }
}
