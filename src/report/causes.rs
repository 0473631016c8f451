//! Findings by cause: all that was found against one clause is one line, with its cases counted.

use super::words;
use crate::model::{Clause, FindingReport, RunReport};
use crate::text::Severity;

/// What was found against one clause.
#[derive(Debug)]
pub(super) struct Cause<'r> {
    /// The clause, where the report's outline has it.
    pub(super) clause: Option<&'r Clause>,
    /// How many cases broke it; of a warning or a note, how many show it.
    pub(super) cases: u64,
    /// What is waived last; worst first, then the one with the smallest witness. Never empty.
    pub(super) findings: Vec<&'r FindingReport>,
    /// That of its gravest finding; None: all are waived.
    pub(super) level: Option<Severity>,
}

impl Cause<'_> {
    pub(super) fn address(&self) -> &str {
        self.findings.first().map_or("", |finding| &finding.address)
    }

    /// What the first finding says, and how many others there are.
    pub(super) fn summary(&self) -> String {
        let first = self.findings.first().map_or("", |finding| &finding.finding.summary);
        match self.findings.len() {
            0 | 1 => words::one_line(first),
            n => format!("{} (and {} more)", words::one_line(first), n - 1),
        }
    }

    /// What stands beside its first finding.
    pub(super) fn remarks(&self, report: &RunReport) -> Vec<String> {
        self.findings.first().map(|finding| words::remarks(finding, &report.settings)).unwrap_or_default()
    }

    /// `12 cases`.
    pub(super) fn counted(&self) -> String {
        words::count(self.cases, "case", "cases")
    }
}

/// One per clause, in the order of the findings: waived last, worst first, then as in the contract.
pub(super) fn causes(report: &RunReport) -> Vec<Cause<'_>> {
    let mut causes: Vec<Cause<'_>> = Vec::new();
    let mut places = std::collections::BTreeMap::new();
    for finding in &report.findings {
        let at = *places.entry(finding.finding.clause).or_insert(causes.len());
        if at == causes.len() {
            let clause = words::clause_of(finding, report);
            causes.push(Cause { clause, cases: 0, findings: Vec::new(), level: None });
        }
        causes[at].level = causes[at].level.max(words::level(finding, &report.settings));
        causes[at].findings.push(finding);
    }
    for (clause, at) in places {
        let cause = &mut causes[at];
        let sides = report.clauses.get(clause.0 as usize).map_or(&[][..], |verdict| &verdict.sides);
        let broken: u64 = sides.iter().map(|side| side.broken).sum();
        let most = cause.findings.iter().map(|finding| finding.count).max().unwrap_or(0);
        cause.cases = broken.max(most);
    }
    causes
}
