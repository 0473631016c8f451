//! `junit.xml`: one test case per side of a clause, for CI servers.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Renderer, words};
use crate::model::{
    ClauseReport, FindingReport, Meta, Policy, RunReport, Side, SideReport, Standing, WaiverStanding,
};
use crate::text::tame;

pub(super) struct JUnit;
pub(super) static THIS: JUnit = JUnit;

impl Renderer for JUnit {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn file_name(&self) -> &'static str {
        "junit.xml"
    }

    fn render(&self, report: &RunReport, out: &mut dyn Write) -> io::Result<()> {
        junit(report).serialize(out).map_err(io::Error::other)
    }
}

static META: Meta = Meta {
    id: "junit",
    summary: "one test case per side of a clause, for CI servers",
    explain: "A suite per operation and one for the sequences. A broken side is a failure with the whole finding, one \
              that could not be concluded is an error, one that was not exercised is skipped with its reason. A run \
              that ends as inconclusive or misused has one more suite, `run`, with an error that says why.",
};

fn junit(report: &RunReport) -> Report {
    let mut suites: BTreeMap<usize, TestSuite> = BTreeMap::new();
    for clause in &report.clauses {
        let Some(promise) = report.contract.clauses.get(clause.clause.0 as usize) else { continue };
        let operation = promise.operation.and_then(|id| report.contract.operations.get(id.0 as usize));
        let name = operation.map_or("sequences", |operation| operation.id.as_str());
        let place = promise.operation.map_or(usize::MAX, |id| id.0 as usize);
        let suite = suites.entry(place).or_insert_with(|| TestSuite::new(line(name)));
        let title = operation.and_then(|operation| report.contract.titles.get(operation.document));
        let class = format!("{}.{name}", title.map_or("contract", String::as_str).replace('.', " "));
        if clause.sides.is_empty() {
            let mut case = TestCase::new(line(&clause.address), skipped(&clause.because));
            case.set_classname(line(&class));
            suite.add_test_case(case);
        }
        for side in &clause.sides {
            suite.add_test_case(test_case(report, clause, side, &class));
        }
    }
    let mut junit = Report::new(line(&format!("countersign {}", report.run)));
    junit.timestamp = report.started.parse().ok();
    junit.set_time(Duration::from_millis(report.millis));
    for mut suite in suites.into_values() {
        suite.timestamp = junit.timestamp;
        suite.set_time(suite.test_cases.iter().filter_map(|case| case.time).sum());
        junit.add_test_suite(suite);
    }
    if !report.waivers.is_empty() {
        junit.add_test_suite(waiver_suite(report));
    }
    if report.exit.code >= 2 {
        junit.add_test_suite(run_suite(report));
    }
    junit
}

/// An inconclusive run must not look green to a server that counts failures and errors only.
fn run_suite(report: &RunReport) -> TestSuite {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type(line(&report.exit.name)).set_message(line(&report.exit.because));
    let mut case = TestCase::new("the run", status);
    case.set_classname("run");
    let mut suite = TestSuite::new("run");
    suite.timestamp = report.started.parse().ok();
    suite.set_time(Duration::ZERO);
    suite.add_test_case(case);
    suite
}

fn test_case(report: &RunReport, clause: &ClauseReport, side: &SideReport, class: &str) -> TestCase {
    let name = format!("{} [{}]", clause.address, side.side.word());
    let mut case = TestCase::new(line(&name), status(report, clause, side));
    case.set_classname(line(class));
    case.timestamp = report.started.parse().ok();
    let micros = side.witness.iter().flat_map(|witness| &witness.exchanges).map(|exchange| exchange.micros).sum();
    case.set_time(Duration::from_micros(micros));
    let told: Vec<String> = quiet(report, clause).map(|finding| describe(finding, report)).collect();
    if !told.is_empty() {
        case.set_system_out(text(&told.join("\n\n")));
    }
    case
}

fn status(report: &RunReport, clause: &ClauseReport, side: &SideReport) -> TestCaseStatus {
    let counted: Vec<&FindingReport> = findings(report, clause, true).collect();
    if let Some(first) = counted.first().filter(|_| fails(clause, side.side)) {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        let all: Vec<String> = counted.iter().map(|finding| describe(finding, report)).collect();
        status
            .set_message(line(&first.finding.summary))
            .set_type(line(&first.finding.check))
            .set_description(text(&all.join("\n\n")));
        return status;
    }
    if let Some(because) = &side.because {
        return skipped(std::slice::from_ref(because));
    }
    if fails(clause, side.side)
        && let Some(waiver) = quiet(report, clause).find_map(|finding| finding.waived.as_ref())
    {
        let mut status = TestCaseStatus::skipped();
        status.set_message(line(&waiver.words()));
        return status;
    }
    if let Some(passing) = quiet(report, clause).find(|one| weighs(one, report, Policy::Inconclusive)) {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_type("inconclusive").set_message(line(&passing.finding.summary));
        return status;
    }
    let open = side.kept + side.broken == 0 && side.inconclusive > 0;
    if clause.standing == Standing::Inconclusive && !clause.findings.is_empty() {
        return skipped(&clause.because);
    }
    if open {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_type("inconclusive").set_message(line(&clause.because.join("; ")));
        return status;
    }
    TestCaseStatus::success()
}

/// Which sides of a clause with findings are the failing ones: those that cases broke, or all that were looked at.
fn fails(clause: &ClauseReport, side: Side) -> bool {
    let broke = |report: &SideReport| report.broken > 0;
    let any = clause.sides.iter().any(broke);
    clause.sides.iter().any(|report| report.side == side && if any { broke(report) } else { report.because.is_none() })
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

fn quiet<'r>(report: &'r RunReport, clause: &'r ClauseReport) -> impl Iterator<Item = &'r FindingReport> {
    findings(report, clause, false)
}

fn weighs(finding: &FindingReport, report: &RunReport, policy: Policy) -> bool {
    words::weight(finding, &report.settings) == Some(policy)
}

/// The waivers, each as a test that fails where the waiver breaks the run.
fn waiver_suite(report: &RunReport) -> TestSuite {
    let mut suite = TestSuite::new("waivers");
    suite.timestamp = report.started.parse().ok();
    suite.set_time(Duration::ZERO);
    for waiver in &report.waivers {
        let status = if waiver.standing.fails() {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(waiver.standing.word()).set_message(line(&waiver.says));
            status
        } else if waiver.standing == WaiverStanding::Unjudged {
            skipped(&["what it is about was not put to the test".to_owned()])
        } else {
            TestCaseStatus::success()
        };
        let name = format!("{} {}", waiver.waiver.target(), waiver.waiver.answer);
        let mut case = TestCase::new(line(&name), status);
        case.set_classname("waivers");
        suite.add_test_case(case);
    }
    suite
}

fn skipped(because: &[String]) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(line(&format!("not exercised: {}", because.join("; "))));
    status
}

/// A finding as plain text.
fn describe(finding: &FindingReport, report: &RunReport) -> String {
    let mut lines = vec![finding.address.clone(), format!("  {}", finding.finding.summary)];
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
    }
    lines.extend(words::replay(finding, report).map(|command| format!("  replay: {command}")));
    lines.join("\n")
}

/// A name or message: one line, nothing that XML 1.0 does not allow.
fn line(dirty: &str) -> String {
    text(&words::one_line(dirty))
}

/// Several lines. quick-junit drops control characters, but lets U+FFFE and U+FFFF through, which no parser takes.
fn text(dirty: &str) -> String {
    tame(dirty).into_owned()
}
