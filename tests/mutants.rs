//! The test of the tester: the mock without faults has no finding; with each fault, at each place where it applies, the
//! broken clause is named, and nothing is reported that does not follow from it.
//!
//! `COUNTERSIGN_MUTANTS=PART` runs only the faults and places whose `NAME@PLACE` contains PART, and prints what is found.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a failed step is a failed test, and is told at once"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use countersign::assemble::{self, Settings, Suite, Target};
use countersign::check::Checker;
use countersign::mock::{Armed, FAULTS, Mock, Site};
use countersign::model::{Clause, ClauseId, ClauseKind, Event};
use countersign::plan::{Options, Plan, Select};
use countersign::run::{Conduct, Session, SessionSettings, conduct};
use countersign::send::{Client, ClientSettings, Redactor};
use tokio::sync::{Semaphore, mpsc, watch};

/// Mutants that run at the same time.
const AT_ONCE: usize = 3;

fn suite() -> Suite {
    assemble::suite(&Settings { target: Some(Target::Mock), ..Settings::default() }).unwrap()
}

/// What a run finds: the clauses of its findings, each with the first summary.
type Findings = BTreeMap<ClauseId, String>;

/// Plays the plan, or what `select` takes of it, against a mock with these faults.
async fn run(suite: &Suite, faults: Vec<Armed>, select: Option<&str>) -> Findings {
    let (contract, variables) = (&suite.contract, &suite.variables);
    let mock = Mock::with_faults(Arc::clone(contract), Arc::clone(variables), faults, 1.0).unwrap();
    let mock = mock.start(([127, 0, 0, 1], 0).into()).await.unwrap();
    let client = Client::new(&ClientSettings {
        target: format!("http://{}", mock.addr()),
        rate: None,
        retries: 2,
        body_limit: 1 << 24,
        certificates: Vec::new(),
    });
    let session = Session::new(SessionSettings {
        contract: Arc::clone(contract),
        variables: Arc::clone(variables),
        checker: Checker::new(Arc::clone(contract), Arc::clone(variables)).unwrap(),
        client: client.unwrap(),
        redactor: Redactor::default(),
        patience: Duration::from_secs(10),
    });
    let plan = Plan::new(
        Arc::clone(contract),
        Arc::clone(variables),
        Options { seed: 0, repeat: 1, select: select.map(|select| Select::parse(select).unwrap()) },
    );
    let settings = Conduct {
        jobs: 8,
        writes_refused: None,
        removals_refused: None,
        max_cases: None,
        time: None,
        repeat_findings: 0,
    };
    let (sender, mut events) = mpsc::channel(256);
    let (_keep, stop) = watch::channel(false);
    let conducted = tokio::spawn(conduct(Arc::new(session), plan, settings, sender, stop));
    let mut findings = Findings::new();
    while let Some(event) = events.recv().await {
        if let Event::CaseFinished(case) = event {
            for finding in case.findings {
                findings.entry(finding.clause).or_insert(finding.summary);
            }
        }
    }
    conducted.await.unwrap();
    mock.stop().await;
    findings
}

#[tokio::test(flavor = "multi_thread")]
async fn without_faults_nothing_is_found() {
    let suite = suite();
    let findings = run(&suite, Vec::new(), None).await;
    assert!(findings.is_empty(), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_is_found_wherever_it_applies() {
    let only = std::env::var("COUNTERSIGN_MUTANTS").ok();
    let suite = Arc::new(suite());
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = tokio::task::JoinSet::new();
    for fault in FAULTS.iter().copied() {
        for place in fault.sites(&suite.contract) {
            let name = format!("{}@{}", fault.meta.id, place.label);
            if only.as_ref().is_some_and(|only| !name.contains(only)) {
                continue;
            }
            let (suite, permits) = (Arc::clone(&suite), Arc::clone(&permits));
            tasks.spawn(async move {
                let _permit = permits.acquire().await.unwrap();
                let armed = Armed { fault, site: place.clone() };
                // What a fault does to one operation shows in its own cases and in the sequences; a wrong memory
                // shows everywhere.
                let operation = &suite.contract.operation(place.operation).id;
                let select = place.clause.map(|_| format!("operation:{operation} sequence/**"));
                let findings = run(&suite, vec![armed], select.as_deref()).await;
                (name, fault.meta.id, place, findings)
            });
        }
    }
    let mut wrong = BTreeMap::new();
    let mut tally: Tally = BTreeMap::new();
    while let Some(done) = tasks.join_next().await {
        let (name, fault, place, findings) = done.unwrap();
        let told = judged(&suite, fault, &place, &findings);
        let (places, found) = tally.entry(fault).or_default().entry(place.operation.0).or_default();
        *places += 1;
        *found += usize::from(told.is_empty());
        if !told.is_empty() {
            if only.is_some() {
                println!("{name}: {told}");
            }
            wrong.insert(name, told);
        }
    }
    let told: String = wrong.iter().map(|(name, told)| format!("{name}: {told}\n")).collect();
    assert!(wrong.is_empty(), "{} of {} mutants\n{told}", wrong.len(), total(&tally));
    if only.is_none() {
        golden("docs/faults.md", &page(&suite, &tally));
    }
}

/// For each fault and operation: at how many places it applies, and at how many of them it is found.
type Tally = BTreeMap<&'static str, BTreeMap<u32, (usize, usize)>>;

fn total(tally: &Tally) -> usize {
    tally.values().flat_map(BTreeMap::values).map(|(places, _)| places).sum()
}

/// What is wrong with the findings of a run against a mutant; empty when nothing is.
fn judged(suite: &Suite, fault: &str, place: &Site, findings: &Findings) -> String {
    let address = |clause: &ClauseId| suite.contract.clause(*clause).address.as_str();
    let mut told = String::new();
    if !place.broken.iter().any(|clause| findings.contains_key(clause)) {
        told += "is not found; ";
    }
    let strange = findings.iter().filter(|(clause, _)| !place.broken.contains(clause));
    for (clause, says) in strange.filter(|(clause, _)| !follows(suite, fault, place, **clause)) {
        let _ = write!(told, "{} is named too: {says}; ", address(clause));
    }
    told
}

fn page(suite: &Suite, tally: &Tally) -> String {
    let operations = &suite.contract.operations;
    let mut page = "# Faults of the mock\n\n\
        `countersign mock --fault NAME[@OPERATION[/FIELD]]` breaks a promise on purpose. The numbers say at how many places\n\
        of the contracts in `contracts/` a fault applies, and at how many of them a run names the clause that it breaks and\n\
        nothing that does not follow from it. This page is written by `tests/mutants.rs`, which plays every one of them.\n\n"
        .to_owned();
    let names: Vec<String> = operations.iter().map(|operation| format!("`{}`", operation.id)).collect();
    let _ = writeln!(page, "| fault | what the mock does | {} |", names.join(" | "));
    let _ = writeln!(page, "|---|---|{}", "---|".repeat(names.len()));
    for fault in FAULTS {
        let found = tally.get(fault.meta.id);
        let cells: Vec<String> = (0u32..)
            .take(names.len())
            .map(|operation| match found.and_then(|found| found.get(&operation)) {
                Some((places, found)) => format!("{found} of {places}"),
                None => "–".to_owned(),
            })
            .collect();
        let _ = writeln!(page, "| `{}` | {} | {} |", fault.meta.id, fault.meta.summary, cells.join(" | "));
    }
    page
}

#[expect(clippy::disallowed_methods, reason = "a test reads and writes the page")]
fn golden(path: &str, text: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), text, "refresh it with UPDATE_GOLDEN=1");
}

/// Faults that refuse what should be accepted: where the contract's own values or smallest bodies are among that, every
/// case of the operation is refused.
const REFUSE_TOO_MUCH: [&str; 4] =
    ["upper-bound-one-low", "lower-bound-one-high", "bytes-for-characters", "optional-demanded"];

/// Whether a finding at `clause` is no wonder where the promise at the place is broken.
fn follows(suite: &Suite, fault: &str, place: &Site, clause: ClauseId) -> bool {
    let contract = &suite.contract;
    let found = contract.clause(clause);
    let own = contract.operation(place.operation);
    let in_steps =
        |index: usize| contract.sequences[index].steps.iter().any(|step| step.operation == place.operation);
    match &found.kind {
        // A sequence ends at the first step whose answer is not as expected.
        ClauseKind::Sequence { index } | ClauseKind::SequenceRule { index, .. } => return in_steps(*index),
        _ => {}
    }
    let Some(operation) = found.operation else { return false };
    let Some(broken) = place.clause else {
        // What is remembered wrongly shows wherever the resource is shown.
        return contract.operation(operation).resource == own.resource;
    };
    if operation != place.operation {
        return false;
    }
    if REFUSE_TOO_MUCH.contains(&fault) {
        return true;
    }
    let field = |clause: &Clause| clause.address.splitn(5, '/').take(4).collect::<Vec<_>>().join("/");
    let (broken, is_response) = (contract.clause(broken), found.address.contains("/response/"));
    match &broken.kind {
        // Whole answers are wrong, for every case of the operation.
        ClauseKind::Within | ClauseKind::DocumentedStatuses | ClauseKind::Status { .. } => true,
        // The same field, what its wrong status says besides, and the operation's own examples.
        kind if is_request(kind) => {
            field(found) == field(broken)
                || is_response
                || matches!(found.kind, ClauseKind::Example { .. } | ClauseKind::HandCase { .. })
        }
        // An error's body is part of what the refusals that get it promise.
        _ if broken.address.contains("/response/4") || broken.address.contains("/response/5") => true,
        _ => {
            matches!(
                found.kind,
                ClauseKind::Rule { .. } | ClauseKind::Example { .. } | ClauseKind::HandCase { .. }
            ) || field(found) == field(broken)
        }
    }
}

fn is_request(kind: &ClauseKind) -> bool {
    match kind {
        ClauseKind::Constraint { part, .. } | ClauseKind::Optional { part, .. } => part.is_request(),
        ClauseKind::Unknown { .. }
        | ClauseKind::Credential { .. }
        | ClauseKind::BodyRequired
        | ClauseKind::BodyWellFormed
        | ClauseKind::BodyMediaType
        | ClauseKind::OtherMethods
        | ClauseKind::HandCase { .. } => true,
        _ => false,
    }
}
