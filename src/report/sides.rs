//! A side of a clause as a test: what the formats of test servers share.

use std::borrow::Cow;

use super::words;
use crate::model::{
    ClauseReport, FindingReport, Policy, RunReport, Side, SideReport, Standing, Waiver, WaiverReport,
    WaiverStanding,
};

/// How a side came out, as test servers see it.
#[derive(Debug)]
pub(super) enum Outcome<'r> {
    /// It was kept.
    Passed,
    /// It was broken: the findings that count, worst first.
    Failed(Vec<&'r FindingReport>),
    /// A waiver that breaks the run.
    OutOfOrder(&'r WaiverReport),
    /// It was not put to the test, or the documentation does not decide.
    Skipped(Cow<'r, [String]>),
    /// It was broken, and all that was found is waived.
    Waived(&'r Waiver),
    /// Nothing could be concluded.
    Open(Cow<'r, [String]>),
}

/// How a side of a clause came out.
pub(super) fn outcome<'r>(
    report: &'r RunReport,
    clause: &'r ClauseReport,
    side: &'r SideReport,
) -> Outcome<'r> {
    let counted: Vec<&FindingReport> = findings(report, clause, true).collect();
    if !counted.is_empty() && fails(clause, side.side) {
        return Outcome::Failed(counted);
    }
    if let Some(because) = &side.because {
        return Outcome::Skipped(Cow::Borrowed(std::slice::from_ref(because)));
    }
    let open =
        quiet(report, clause).find(|one| words::weight(one, &report.settings) == Some(Policy::Inconclusive));
    if let Some(open) = open.filter(|_| fails(clause, side.side)) {
        return Outcome::Open(Cow::Owned(vec![open.finding.summary.clone()]));
    }
    let waiver = quiet(report, clause).find_map(|finding| finding.waived.as_deref());
    if let Some(waiver) = waiver.filter(|_| fails(clause, side.side)) {
        return Outcome::Waived(waiver);
    }
    if clause.standing == Standing::Inconclusive && !clause.findings.is_empty() {
        return Outcome::Skipped(Cow::Borrowed(&clause.because));
    }
    if side.kept + side.broken == 0 && side.inconclusive > 0 {
        return Outcome::Open(Cow::Borrowed(&clause.because));
    }
    Outcome::Passed
}

/// How a waiver came out: it fails where it breaks the run.
pub(super) fn outcome_of_waiver(waiver: &WaiverReport) -> Outcome<'_> {
    match waiver.standing {
        WaiverStanding::Used => Outcome::Passed,
        WaiverStanding::Unjudged => {
            Outcome::Skipped(Cow::Owned(vec!["what it is about was not put to the test".into()]))
        }
        WaiverStanding::Expired | WaiverStanding::Stale | WaiverStanding::Changed => {
            Outcome::OutOfOrder(waiver)
        }
    }
}

/// The name of a waiver's test.
pub(super) fn name_of_waiver(waiver: &WaiverReport) -> String {
    format!("{} {}", waiver.waiver.target(), waiver.waiver.answer)
}

/// The findings of a clause that do not make the exit status `broken`.
pub(super) fn quiet<'r>(
    report: &'r RunReport,
    clause: &'r ClauseReport,
) -> impl Iterator<Item = &'r FindingReport> {
    findings(report, clause, false)
}

/// Which sides of a clause with findings are the failing ones: those that cases broke, or all that were looked at.
fn fails(clause: &ClauseReport, side: Side) -> bool {
    let broke = |report: &SideReport| report.broken > 0;
    let any = clause.sides.iter().any(broke);
    let failing = |report: &SideReport| if any { broke(report) } else { report.because.is_none() };
    clause.sides.iter().any(|report| report.side == side && failing(report))
}

/// The findings of a clause that make the exit status `broken`, or those that do not.
fn findings<'r>(
    report: &'r RunReport,
    clause: &'r ClauseReport,
    counted: bool,
) -> impl Iterator<Item = &'r FindingReport> {
    let all = clause.findings.iter().filter_map(|&index| report.findings.get(index));
    all.filter(move |finding| words::counts(finding, report) == counted)
}

/// A finding as plain text.
pub(super) fn describe(finding: &FindingReport, report: &RunReport) -> String {
    let mut lines = vec![finding.address.clone(), format!("  {}", finding.finding.summary)];
    lines.extend(words::news(finding, report).map(|news| format!("  {news}")));
    if let Some(clause) = words::clause_of(finding, report) {
        lines.push(format!("  {}", clause.text));
        lines.extend(words::origin(clause, &report.contract).into_iter().map(|line| format!("  {line}")));
    }
    lines.extend(words::remarks(finding, &report.settings).into_iter().map(|remark| format!("  {remark}")));
    lines.push(format!("  at {}", words::site(&finding.finding.site)));
    lines.push(format!("  expected: {}", finding.finding.expected));
    lines.push(format!("  actual:   {}", finding.finding.actual));
    for diff in finding.finding.diff.iter().flat_map(|diff| &diff.lines) {
        lines.push(format!("  {} {}", diff.op.sign(), diff.text));
    }
    if let Some(witness) = finding.witnesses.first() {
        lines.push(format!("  case: {} ({})", witness.why, words::count(finding.count, "case", "cases")));
        lines.extend(witness.exchanges.last().map(|exchange| format!("  {}", exchange.curl)));
        let control = witness.exchanges.last().and_then(|exchange| exchange.control.as_deref());
        lines.extend(control.map(|control| format!("  control: {}: {}", control.reply.line, control.curl)));
    }
    lines.extend(words::replay(finding, report).map(|command| format!("  replay: {command}")));
    lines.join("\n")
}
