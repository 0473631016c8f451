//! The test of the tester: the mock without faults has no finding; with each fault, at each place where it applies, the
//! broken clause is named, and nothing is reported that does not follow from it.
//!
//! `COUNTERSIGN_MUTANTS=PART` runs only the faults and places whose `NAME@PLACE` contains PART, and prints what is found.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a failed step is a failed test, and is told at once"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use countersign::assemble::{self, Settings, Suite, Target};
use countersign::check::Checker;
use countersign::mock::{Armed, FAULTS, Mock, Site};
use countersign::model::{Clause, ClauseId, ClauseKind, Event, Side, VerdictStatus};
use countersign::plan::{Options, Plan, Select};
use countersign::run::{Conduct, Earlier, Session, SessionSettings, conduct};
use countersign::send::{Client, ClientSettings, Redactor};
use tokio::sync::{Semaphore, mpsc, watch};

/// Faults that only cost time: a few cases and a short budget show them.
const LATE: [&str; 2] = ["slow", "never-answering"];

/// Mutants that run at the same time.
const AT_ONCE: usize = 3;

/// The contracts of the five pages, with the mock's own environment.
fn pages() -> Suite {
    assemble::suite(&Settings { target: Some(Target::Mock), ..Settings::default() }).unwrap()
}

/// A contract of two collections, which no fault was made for.
fn collections() -> Suite {
    let settings = Settings {
        contracts: vec!["tests/collections/notes.yaml".into()],
        variables: vec![("token".into(), "notes-token".into())],
        target: Some(Target::Mock),
        ..Settings::default()
    };
    assemble::suite(&settings).unwrap()
}

/// What a run finds.
#[derive(Debug, Default)]
struct Findings {
    /// The clauses of its findings, each with the first summary.
    broken: BTreeMap<ClauseId, String>,
    /// Sides of clauses that were not put to the test, which the report says.
    not_exercised: BTreeSet<(ClauseId, Side)>,
    /// Cases that were kept, and that were not judged.
    kept: usize,
    inconclusive: usize,
}

/// Plays the plan, or what `select` takes of it, against a mock with these faults.
async fn run(suite: &Suite, faults: Vec<Armed>, select: Option<&str>) -> Findings {
    let late = faults.iter().any(|armed| LATE.contains(&armed.fault.meta.id));
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
        patience: if late { Duration::from_secs(1) } else { Duration::from_secs(10) },
    });
    let plan = Plan::new(
        Arc::clone(contract),
        Arc::clone(variables),
        Options {
            seed: 0,
            repeat: 1,
            select: select.map(|select| Select::parse(select).unwrap()),
            only: None,
        },
    );
    let settings = Conduct {
        ephemeral: true,
        jobs: 8,
        writes_refused: None,
        removals_refused: None,
        max_cases: late.then_some(12),
        time: None,
        repeat_findings: 0,
        shard: None,
        earlier: Earlier::default(),
        records: None,
    };
    let (sender, mut events) = mpsc::channel(256);
    let (_keep, stop) = watch::channel(false);
    let conducted = tokio::spawn(conduct(Arc::new(session), plan, settings, sender, stop));
    let mut findings = Findings::default();
    while let Some(event) = events.recv().await {
        match event {
            Event::CaseFinished(case) => {
                findings.kept += usize::from(case.status == VerdictStatus::Kept);
                findings.inconclusive += usize::from(case.status == VerdictStatus::Inconclusive);
                for finding in case.findings {
                    findings.broken.entry(finding.clause).or_insert(finding.summary);
                }
            }
            Event::NotExercised(gap) => drop(findings.not_exercised.insert((gap.clause, gap.side))),
            _ => {}
        }
    }
    conducted.await.unwrap();
    mock.stop().await;
    findings
}

#[tokio::test(flavor = "multi_thread")]
async fn without_faults_nothing_is_found() {
    for suite in [pages(), collections()] {
        let findings = run(&suite, Vec::new(), None).await;
        let judged = findings.broken.is_empty() && findings.inconclusive == 0 && findings.kept > 100;
        assert!(judged, "{findings:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_is_found_in_the_contracts_of_the_pages() {
    play(&Arc::new(pages()), usize::MAX).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_is_found_in_a_contract_of_collections() {
    // One place of each operation: that a fault knows no particular API shows there, and the test stays short.
    play(&Arc::new(collections()), 1).await;
}

#[test]
fn the_table_of_faults_is_up_to_date() {
    golden("docs/faults.md", &page(&pages()));
}

/// The part of the names that is asked for.
static ONLY: LazyLock<Option<String>> = LazyLock::new(|| std::env::var("COUNTERSIGN_MUTANTS").ok());

/// Plays every fault at so many places of each operation; fails where one is not found as it should be.
#[expect(clippy::print_stdout, reason = "what is asked for by name is told at once")]
async fn play(suite: &Arc<Suite>, most: usize) {
    let only = ONLY.as_ref();
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = tokio::task::JoinSet::new();
    for fault in FAULTS.iter().copied() {
        let mut of_operation: BTreeMap<u32, usize> = BTreeMap::new();
        for place in fault.sites(&suite.contract) {
            let count = of_operation.entry(place.operation.0).or_default();
            *count += 1;
            let name = format!("{}@{}", fault.meta.id, place.label);
            if *count > most || only.is_some_and(|only| !name.contains(only)) {
                continue;
            }
            let (suite, permits) = (Arc::clone(suite), Arc::clone(&permits));
            tasks.spawn(async move {
                let _permit = permits.acquire().await.unwrap();
                let armed = Armed { fault, site: place.clone() };
                // What a fault does to one operation shows in its own cases and in the sequences; a wrong memory
                // shows everywhere.
                let operation = &suite.contract.operation(place.operation).id;
                let select = place.clause.map(|_| format!("operation:{operation} sequence/**"));
                let mut suite = Suite::clone(&suite);
                if LATE.contains(&fault.meta.id) {
                    let contract = Arc::make_mut(&mut suite.contract);
                    contract
                        .operations
                        .iter_mut()
                        .for_each(|one| one.within = Some(Duration::from_millis(500)));
                }
                let mut told = String::new();
                // On a busy machine an answer may take longer than its budget: that is looked at again.
                for _ in 0..2 {
                    let findings = run(&suite, vec![armed.clone()], select.as_deref()).await;
                    told = judged(&suite, fault.meta.id, &place, &findings);
                    if !told.contains("/response/within") {
                        break;
                    }
                }
                (name, told)
            });
        }
    }
    let count = tasks.len();
    let mut wrong = BTreeMap::new();
    while let Some(done) = tasks.join_next().await {
        let (name, told) = done.unwrap();
        if !told.is_empty() {
            if only.is_some() {
                println!("{name}: {told}");
            }
            wrong.insert(name, told);
        }
    }
    if only.is_some() {
        println!("{count} mutants");
    }
    let told: String = wrong.iter().map(|(name, told)| format!("{name}: {told}\n")).collect();
    assert!(wrong.is_empty(), "{} of {count} mutants\n{told}", wrong.len());
}

/// What is wrong with the findings of a run against a mutant; empty when nothing is.
fn judged(suite: &Suite, fault: &str, place: &Site, findings: &Findings) -> String {
    let address = |clause: &ClauseId| suite.contract.clause(*clause).address.as_str();
    let mut told = String::new();
    let named = |clause: &ClauseId| findings.broken.contains_key(clause);
    let side = broken_side(suite, fault, place);
    let said = |clause: &ClauseId| side.is_some_and(|side| findings.not_exercised.contains(&(*clause, side)));
    if !place.broken.iter().any(|clause| named(clause) || said(clause)) {
        told += "is not found; ";
    }
    let strange = findings.broken.iter().filter(|(clause, _)| !place.broken.contains(clause));
    for (clause, says) in strange.filter(|(clause, _)| !follows(suite, fault, place, **clause)) {
        let _ = write!(told, "{} is named too: {says}; ", address(clause));
    }
    told
}

fn page(suite: &Suite) -> String {
    let operations = &suite.contract.operations;
    let mut page = "# Faults of the mock\n\n\
        `countersign mock --fault NAME[@OPERATION[/FIELD]]` breaks a promise on purpose. The numbers say at how many places\n\
        of the contracts in `contracts/` a fault applies. `tests/mutants.rs` plays every one of them, and asks that a run\n\
        names the clause that is broken, and reports nothing that does not follow from it. It writes this page too.\n\n"
        .to_owned();
    let names: Vec<String> = operations.iter().map(|operation| format!("`{}`", operation.id)).collect();
    let _ = writeln!(page, "| fault | what the mock does | {} |", names.join(" | "));
    let _ = writeln!(page, "|---|---|{}", "---|".repeat(names.len()));
    let mut all = 0;
    for fault in FAULTS {
        let sites = fault.sites(&suite.contract);
        all += sites.len();
        let cells: Vec<String> = (0u32..)
            .take(names.len())
            .map(|operation| match sites.iter().filter(|place| place.operation.0 == operation).count() {
                0 => "–".to_owned(),
                count => count.to_string(),
            })
            .collect();
        let _ = writeln!(page, "| `{}` | {} | {} |", fault.meta.id, fault.meta.summary, cells.join(" | "));
    }
    let _ = writeln!(page, "\n{} faults, {all} places.", FAULTS.len());
    page
}

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
    let in_steps = |index: usize| {
        let sequence = &contract.sequences[index];
        sequence.steps.iter().chain(&sequence.finally).any(|step| step.operation == place.operation)
    };
    match &found.kind {
        // A sequence ends at the first step whose answer is not as expected.
        ClauseKind::Sequence { index } | ClauseKind::SequenceRule { index, .. } => return in_steps(*index),
        _ => {}
    }
    let Some(operation) = found.operation else { return false };
    let seen = matches!(
        found.kind,
        ClauseKind::Example { .. }
            | ClauseKind::HandCase { .. }
            | ClauseKind::Rule { .. }
            | ClauseKind::Steady
    );
    let Some(broken) = place.clause else {
        // What is remembered wrongly shows wherever the resource is shown.
        return seen && contract.operation(operation).resource == own.resource;
    };
    if operation != place.operation {
        return false;
    }
    let broken = contract.clause(broken);
    let is_status = matches!(found.kind, ClauseKind::Status { .. } | ClauseKind::DocumentedStatuses);
    if REFUSE_TOO_MUCH.contains(&fault) {
        return is_request(&found.kind) || seen || is_status;
    }
    match &broken.kind {
        // Whole answers are wrong, for every case of the operation.
        ClauseKind::Within | ClauseKind::DocumentedStatuses | ClauseKind::Status { .. } => {
            // What is documented for one status is a leak under another.
            !matches!(found.kind, ClauseKind::Secrets) || matches!(broken.kind, ClauseKind::Status { .. })
        }
        // The same field, the status that its refusal should have had, and the body of a success that should be none.
        kind if is_request(kind) => {
            let success = found.address.contains("/response/2");
            // Who gets in without a credential is shown what he should not see.
            let leak = matches!((kind, &found.kind), (ClauseKind::Credential { .. }, ClauseKind::Secrets));
            field(found) == field(broken) || seen || is_status || success || leak
        }
        // An error's body is part of what the refusals that get it promise.
        _ if broken.address.contains("/response/4") || broken.address.contains("/response/5") => {
            let whole = fault == "error-wrapped" && answer(found) == answer(broken);
            is_request(&found.kind) || whole || field(found) == field(broken)
        }
        _ => seen || field(found) == field(broken),
    }
}

/// `op/response/200`.
fn answer(clause: &Clause) -> String {
    clause.address.split('/').take(3).collect::<Vec<_>>().join("/")
}

/// `op/request/body/name`, `op/response/200/body/name`: up to the member of the body, or the parameter.
fn field(clause: &Clause) -> String {
    let parts = if clause.address.contains("/response/") { 5 } else { 4 };
    clause.address.split('/').take(parts).collect::<Vec<_>>().join("/")
}

/// From which side the broken clause has to be put to the test for the fault to be seen.
fn broken_side(suite: &Suite, fault: &str, place: &Site) -> Option<Side> {
    let clause = suite.contract.clause(place.clause?);
    let refused = is_request(&clause.kind) && !REFUSE_TOO_MUCH.contains(&fault);
    Some(match (refused, is_request(&clause.kind)) {
        (true, _) => Side::Refuse,
        (false, true) => Side::Accept,
        (false, false) => Side::Observe,
    })
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
