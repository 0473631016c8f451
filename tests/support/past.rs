//! Runs of a small contract that say what letters say: what histories are made of.
#![allow(clippy::allow_attributes, reason = "each test uses a part of this module")]
#![allow(dead_code, clippy::unwrap_used, clippy::disallowed_methods)]

use std::fs;
use std::path::{Path, PathBuf};

use countersign::model::{
    CaseFinished, CaseId, Clause, ClauseId, ClauseKind, ContractOutline, Effect, Event, Exit, Finding,
    FindingSite, OpId, OperationOutline, Origin, PlanEnded, RunFinished, RunReport, RunSettings, RunStarted,
    ShownExchange, ShownMessage, Side, Sides, Trouble, VerdictStatus,
};
use countersign::report::{Aggregate, renderer};
use countersign::text::Severity;

/// A run of night `night`. `letters` has one per clause: `K` kept, `B` broken, `k` kept with a case that could not be
/// concluded, `?` inconclusive, `-` not exercised, `.` not in the contract.
pub(crate) fn events(night: u32, letters: &str) -> Vec<Event> {
    let mut clauses = Vec::new();
    let mut cases = Vec::new();
    for (at, letter) in letters.chars().enumerate().filter(|(_, letter)| *letter != '.') {
        let clause = ClauseId(u32::try_from(clauses.len()).unwrap());
        clauses.push(promise(at));
        let order = at as u64 * 2;
        match letter {
            'K' => cases.push(case(night, order, clause)),
            'k' => cases.extend([case(night, order, clause), open(case(night, order + 1, clause))]),
            'B' => cases.push(bad(case(night, order, clause))),
            '?' => cases.push(open(case(night, order, clause))),
            _ => {}
        }
    }
    let started = RunStarted {
        run: format!("{}T020000000Z-0000{}", day(night).replace('-', ""), night % 10),
        version: "0.1.0".into(),
        started: format!("{}T02:00:00Z", day(night)),
        settings: RunSettings {
            target: "https://staging.example.com".into(),
            contracts: vec!["contracts/things.yaml".into()],
            environment: Some("staging".into()),
            repeat: 1,
            jobs: 1,
            writes: true,
            ..RunSettings::default()
        },
        contract: ContractOutline {
            fingerprint: format!("{:064x}", letters.matches('.').count()),
            titles: vec!["Things".into()],
            operations: vec![OperationOutline {
                id: "get".into(),
                document: 0,
                title: "Get a thing".into(),
                says: None,
                method: "GET".into(),
                path: "/things/{id}".into(),
                effect: Effect::Read,
                secured: false,
                variables: Vec::new(),
            }],
            clauses,
            ..ContractOutline::default()
        },
        merged: Vec::new(),
        baseline: None,
    };
    let share = cases.len() as u64;
    let mut events = vec![Event::RunStarted(Box::new(started))];
    events.extend(cases.into_iter().map(|case| Event::CaseFinished(Box::new(case))));
    events.push(Event::PlanEnded(PlanEnded { cases: share, share, ..PlanEnded::default() }));
    events.push(Event::RunFinished(RunFinished {
        finished: format!("{}T02:00:09Z", day(night)),
        millis: 9000,
        exit: Exit { code: 0, name: "kept".into(), because: String::new() },
    }));
    events
}

/// From 2026-01-01 on, months of 28 days.
fn day(night: u32) -> String {
    format!("{}-{:02}-{:02}", 2026 + night / 336, night / 28 % 12 + 1, night % 28 + 1)
}

pub(crate) fn address(clause: usize) -> String {
    format!("get/response/200/body/field_{clause:03}/type")
}

fn promise(at: usize) -> Clause {
    Clause {
        address: address(at),
        text: format!("`field_{at:03}` is <a> text"),
        operation: Some(OpId(0)),
        kind: ClauseKind::BodyRequired,
        sides: Sides { accept: true, refuse: false, observe: false },
        origin: Origin { convention: Some("usual".into()), ..Origin::default() },
        undecided: None,
    }
}

fn case(night: u32, order: u64, clause: ClauseId) -> CaseFinished {
    let micros = 1000 + u64::from(night) * 37 % 500 + order;
    CaseFinished {
        case: CaseId(format!("{order:016x}")),
        order,
        round: 0,
        clause,
        side: Side::Accept,
        operation: OpId(0),
        generator: "valid".into(),
        why: "as documented".into(),
        status: VerdictStatus::Kept,
        findings: Vec::new(),
        trouble: None,
        observed: Vec::new(),
        micros,
        exchanges: vec![ShownExchange {
            operation: "get".into(),
            request: ShownMessage { line: "GET /things/1".into(), ..ShownMessage::default() },
            reply: ShownMessage { line: "200 OK".into(), ..ShownMessage::default() },
            curl: "curl \"$TARGET\"/things/1".into(),
            micros,
            attempts: 1,
            control: None,
        }],
        held: None,
    }
}

fn bad(case: CaseFinished) -> CaseFinished {
    let finding = Finding {
        clause: case.clause,
        check: "body-breaks-schema".into(),
        severity: Severity::Error,
        summary: "7 is no text </li><script>alert(1)</script>".into(),
        site: FindingSite::Body("/field".into()),
        expected: "a text".into(),
        actual: "7".into(),
        diff: None,
        step: 0,
        answer: None,
        repeated: None,
    };
    CaseFinished { status: VerdictStatus::Broken, findings: vec![finding], ..case }
}

fn open(case: CaseFinished) -> CaseFinished {
    let trouble = Trouble { code: "lost".into(), says: "the connection was reset".into() };
    CaseFinished { status: VerdictStatus::Inconclusive, trouble: Some(trouble), ..case }
}

/// How the run starts, to be changed.
pub(crate) fn start(events: &mut [Event]) -> &mut RunStarted {
    events
        .iter_mut()
        .find_map(|event| if let Event::RunStarted(start) = event { Some(start) } else { None })
        .unwrap()
}

/// The run ended before its plan did.
pub(crate) fn cut_short(mut events: Vec<Event>) -> Vec<Event> {
    events.retain(|event| !matches!(event, Event::PlanEnded(_)));
    events
}

pub(crate) fn folded(events: &[Event]) -> RunReport {
    let mut aggregate = Aggregate::new();
    for event in events {
        aggregate.event(event);
    }
    aggregate.report()
}

/// Writes `report.json` into a folder of its own in `reports`.
pub(crate) fn write_report(reports: &Path, name: &str, events: &[Event]) -> PathBuf {
    let folder = reports.join(name);
    fs::create_dir_all(&folder).unwrap();
    let mut out = Vec::new();
    renderer("json").unwrap().render(&folded(events), &mut out).unwrap();
    fs::write(folder.join("report.json"), out).unwrap();
    folder
}

/// Writes `run.ndjson` into a folder of its own in `reports`.
pub(crate) fn write_log(reports: &Path, name: &str, events: &[Event]) -> PathBuf {
    let folder = reports.join(name);
    fs::create_dir_all(&folder).unwrap();
    let lines: String = events.iter().map(|event| serde_json::to_string(event).unwrap() + "\n").collect();
    fs::write(folder.join("run.ndjson"), lines).unwrap();
    folder
}
