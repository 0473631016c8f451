//! `junit.xml`: one test case per side of a clause, for CI servers.

use std::collections::BTreeMap;
use std::borrow::Cow;
use std::io::{self, Write};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::sides::{Outcome, describe, name_of_waiver, outcome, outcome_of_waiver, quiet};
use super::alike::DAYS;
use super::{Renderer, baseline, words};
use crate::model::{BaselineReport, ClauseReport, Meta, RunReport, SideReport};
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

    fn usual(&self) -> bool {
        true
    }

    fn render(&self, report: &RunReport, out: &mut dyn Write) -> io::Result<()> {
        junit(report).serialize(out).map_err(io::Error::other)
    }
}

static META: Meta = Meta {
    id: "junit",
    summary: "one test case per side of a clause, for CI servers",
    explain: "A suite per operation and one for the sequences. A broken side is a failure with the whole finding, one \
              that could not be concluded is an error, one that was not exercised is skipped with its reason. What \
              differs from the baseline is a failure in the suite `baseline`, for each kind. A run \
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
            let mut case = TestCase::new(line(&clause.address), status(&Outcome::Skipped(Cow::Borrowed(&clause.because)), report));
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
    if let Some(found) = &report.baseline {
        junit.add_test_suite(baseline_suite(report, found));
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
    let mut case = TestCase::new(line(&name), status(&outcome(report, clause, side), report));
    case.set_classname(line(class));
    case.timestamp = report.started.parse().ok();
    let micros = side.witness.iter().flat_map(|witness| &witness.exchanges).map(|exchange| exchange.micros).sum();
    case.set_time(Duration::from_micros(micros));
    let quiet: Vec<String> = quiet(report, clause).map(|finding| describe(finding, report)).collect();
    if !quiet.is_empty() {
        case.set_system_out(text(&quiet.join("\n\n")));
    }
    case
}

fn status(outcome: &Outcome<'_>, report: &RunReport) -> TestCaseStatus {
    match outcome {
        Outcome::Passed => TestCaseStatus::success(),
        Outcome::Failed(findings) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            let all: Vec<String> = findings.iter().map(|finding| describe(finding, report)).collect();
            if let Some(first) = findings.first() {
                status.set_message(line(&first.finding.summary)).set_type(line(&first.finding.check));
            }
            status.set_description(text(&all.join("\n\n")));
            status
        }
        Outcome::OutOfOrder(waiver) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(waiver.standing.word()).set_message(line(&waiver.says));
            status
        }
        Outcome::Skipped(because) => skipped(&format!("not exercised: {}", because.join("; "))),
        Outcome::Waived(waiver) => skipped(&waiver.words()),
        Outcome::Open(because) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_type("inconclusive").set_message(line(&because.join("; ")));
            status
        }
    }
}

/// The waivers, each as a test that fails where the waiver breaks the run.
fn waiver_suite(report: &RunReport) -> TestSuite {
    let mut suite = TestSuite::new("waivers");
    suite.timestamp = report.started.parse().ok();
    suite.set_time(Duration::ZERO);
    for waiver in &report.waivers {
        let mut case = TestCase::new(line(&name_of_waiver(waiver)), status(&outcome_of_waiver(waiver), report));
        case.set_classname("waivers");
        suite.add_test_case(case);
    }
    suite
}

/// What differs from the baseline, each kind as a test that fails; where nothing does, one that passes.
fn baseline_suite(report: &RunReport, found: &BaselineReport) -> TestSuite {
    let mut suite = TestSuite::new("baseline");
    suite.timestamp = report.started.parse().ok();
    suite.set_time(Duration::ZERO);
    let others: Vec<String> =
        std::iter::once(baseline::summary(found)).chain(baseline::others(found)).chain(baseline::left_out(found)).collect();
    suite.set_system_out(text(&others.join("\n")));
    let mut cases: Vec<TestCase> = Vec::new();
    for told in baseline::changes(found) {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_type(told.group.class.word()).set_message(line(&baseline::message(&told)));
        status.set_description(text(&baseline::describe(&told).join("\n")));
        cases.push(TestCase::new(line(&told.title(&DAYS)), status));
    }
    if cases.is_empty() {
        cases.push(TestCase::new("the answers", TestCaseStatus::success()));
    }
    for mut case in cases {
        case.set_classname("baseline");
        suite.add_test_case(case);
    }
    suite
}

fn skipped(because: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(line(because));
    status
}

/// A name or message: one line, nothing that XML 1.0 does not allow.
fn line(dirty: &str) -> String {
    text(&words::one_line(dirty))
}

/// Several lines. quick-junit drops control characters, but lets U+FFFE and U+FFFF through, which no parser takes.
fn text(dirty: &str) -> String {
    tame(dirty).into_owned()
}
