//! `ctrf.json`: the Common Test Report Format, one test per side of a clause, as junit.xml has them.

use std::borrow::Cow;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::sides::{Outcome, describe, name_of_waiver, outcome, outcome_of_waiver};
use super::alike::{DAYS, Told};
use super::{Renderer, baseline, words};
use crate::model::{BaselineReport, ClauseReport, Meta, RunReport, SideReport};
use crate::text::tame;

pub(super) struct Ctrf;
pub(super) static THIS: Ctrf = Ctrf;

impl Renderer for Ctrf {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn file_name(&self) -> &'static str {
        "ctrf.json"
    }

    fn render(&self, report: &RunReport, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, &ctrf(report))?;
        out.write_all(b"\n")
    }
}

static META: Meta = Meta {
    id: "ctrf",
    summary: "Common Test Report Format: one test per side of a clause, as JSON",
    explain: "`failed` with the whole finding, `skipped` with the reason why a side was not exercised, `other` where \
              nothing could be concluded; what differs from the baseline `failed` in the suite `baseline`. A run that ends as inconclusive or misused has one more test, `the run`, \
              which failed.",
};

fn ctrf(report: &RunReport) -> Value {
    let mut tests: Vec<Value> = Vec::new();
    for clause in &report.clauses {
        if clause.sides.is_empty() {
            tests.push(named(report, clause, &clause.address, 0, &Outcome::Skipped(Cow::Borrowed(&clause.because))));
        }
        for side in &clause.sides {
            let name = format!("{} [{}]", clause.address, side.side.word());
            tests.push(named(report, clause, &name, millis(side), &outcome(report, clause, side)));
        }
    }
    for waiver in &report.waivers {
        let (status, message, _) = told(&outcome_of_waiver(waiver), report);
        let mut test = json!({
            "name": name_of_waiver(waiver),
            "status": status,
            "duration": 0,
            "suite": ["waivers"],
            "rawStatus": waiver.standing.word(),
            "filePath": waiver.waiver.place.file,
            "line": waiver.waiver.place.line,
        });
        if let Some(message) = message {
            test["message"] = json!(tame(&message));
        }
        tests.push(test);
    }
    tests.extend(report.baseline.iter().flat_map(baseline_tests));
    if report.exit.code >= 2 {
        tests.push(json!({
            "name": "the run",
            "status": "failed",
            "duration": 0,
            "suite": ["run"],
            "message": tame(&report.exit.because),
            "rawStatus": report.exit.name,
        }));
    }
    let with = |status: &str| tests.iter().filter(|test| test["status"] == status).count();
    let start = epoch_millis(&report.started);
    let stop = report.finished.as_deref().map_or(start, epoch_millis);
    let mut whole = json!({
        "reportFormat": "CTRF",
        "specVersion": "0.0.0",
        "generatedBy": "countersign",
        "results": {
            "tool": { "name": "countersign", "version": report.version },
            "summary": {
                "tests": tests.len(),
                "passed": with("passed"),
                "failed": with("failed"),
                "skipped": with("skipped"),
                "pending": 0,
                "other": with("other"),
                "start": start,
                "stop": stop,
                "duration": report.millis,
                "extra": { "exit": report.exit.name, "because": report.exit.because },
            },
            "environment": {
                "testEnvironment": report.settings.environment.as_deref().unwrap_or("none"),
                "extra": { "target": report.settings.target, "contract": report.contract.fingerprint },
            },
            "tests": tests,
        },
    });
    if !report.run.is_empty() {
        whole["runId"] = json!(report.run);
    }
    if !report.started.is_empty() {
        whole["timestamp"] = json!(report.finished.as_ref().unwrap_or(&report.started));
    }
    whole
}

/// What differs from the baseline, each kind as a test that failed; where nothing does, one that passed.
fn baseline_tests(found: &BaselineReport) -> Vec<Value> {
    let others: Vec<String> =
        std::iter::once(baseline::summary(found)).chain(baseline::others(found)).chain(baseline::left_out(found)).collect();
    let test = |name: &str, status: &str| {
        json!({ "name": tame(name), "status": status, "duration": 0, "suite": ["baseline"], "stdout": &others })
    };
    let failed = |told: &Told<'_>| {
        let mut test = test(&told.title(&DAYS), "failed");
        test["rawStatus"] = json!(told.group.class.word());
        test["message"] = json!(tame(&baseline::message(told)));
        test["trace"] = json!(tame(&baseline::describe(told).join("\n")));
        if let Some(place) = baseline::file(told, found) {
            test["filePath"] = json!(place);
        }
        test
    };
    let tests: Vec<Value> = baseline::changes(found).iter().map(failed).collect();
    if tests.is_empty() { vec![test("the answers", "passed")] } else { tests }
}

fn named(report: &RunReport, clause: &ClauseReport, name: &str, millis: u64, outcome: &Outcome<'_>) -> Value {
    let promise = report.contract.clauses.get(clause.clause.0 as usize);
    let operation = promise
        .and_then(|promise| promise.operation)
        .and_then(|id| report.contract.operations.get(id.0 as usize));
    let title = operation.and_then(|operation| report.contract.titles.get(operation.document));
    let suite = operation.map_or("sequences", |operation| operation.id.as_str());
    let (status, message, trace) = told(outcome, report);
    let mut test = json!({
        "name": name,
        "testId": name,
        "status": status,
        "duration": millis,
        "suite": [title.map_or("contract", String::as_str), suite],
        "rawStatus": clause.standing.word(),
        "type": "contract",
    });
    if let Some(message) = message {
        test["message"] = json!(tame(&message));
    }
    if let Some(trace) = trace {
        test["trace"] = json!(tame(&trace));
    }
    if let Some(place) = promise.map(|promise| &promise.origin.place).filter(|place| !place.file.is_empty()) {
        test["filePath"] = json!(place.file);
        test["line"] = json!(place.line);
    }
    test
}

/// The status of a test, what it says, and what there is to read besides.
fn told(outcome: &Outcome<'_>, report: &RunReport) -> (&'static str, Option<String>, Option<String>) {
    match outcome {
        Outcome::Passed => ("passed", None, None),
        Outcome::Failed(findings) => {
            let first = findings.first().map(|finding| words::one_line(&finding.finding.summary));
            let all: Vec<String> = findings.iter().map(|finding| describe(finding, report)).collect();
            ("failed", first, Some(all.join("\n\n")))
        }
        Outcome::OutOfOrder(waiver) => ("failed", Some(words::one_line(&waiver.says)), None),
        Outcome::Skipped(because) => ("skipped", Some(because.join("; ")), None),
        Outcome::Waived(waiver) => ("skipped", Some(words::one_line(&waiver.words())), None),
        Outcome::Open(because) => ("other", Some(because.join("; ")), None),
    }
}

fn millis(side: &SideReport) -> u64 {
    let exchanges = side.witness.iter().flat_map(|witness| &witness.exchanges);
    exchanges.map(|exchange| exchange.micros).sum::<u64>().div_ceil(1000)
}

/// Milliseconds since the epoch of an RFC 3339 time; 0 where there is none.
fn epoch_millis(time: &str) -> i64 {
    time.parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_millisecond)
}
