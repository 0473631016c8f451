//! The words that several formats share.

use crate::model::{Clause, ContractOutline, FindingReport, FindingSite, Published, RunReport};
use crate::text::{Severity, tame};

/// `1 case`, `2 cases`, `1,234 cases`.
pub(super) fn count(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(n), if n == 1 { one } else { many })
}

fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `840 ms`, `1.3 s`, `2 min 5 s`.
pub(super) fn duration(millis: u64) -> String {
    match millis {
        0..1000 => format!("{millis} ms"),
        1000..60_000 => format!("{}.{} s", millis / 1000, millis % 1000 / 100),
        _ => format!("{} min {} s", millis / 60_000, millis % 60_000 / 1000),
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
    finding.finding.severity >= report.settings.fail_on
}

/// The command that sends the first witness again, to the same target.
pub(super) fn replay(finding: &FindingReport, report: &RunReport) -> Option<String> {
    finding.witnesses.first().map(|witness| report.settings.replay(&witness.case))
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
