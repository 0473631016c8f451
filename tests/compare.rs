//! Two deployments side by side: two mocks are the same whatever the order, and whatever the mock on the right does wrong
//! is found, classed and the only difference.
//!
//! Each fault is played at the first of its places, with the cases around it. `COUNTERSIGN_COMPARE=all`
//! plays it at all of them, with all cases of the operation; `COUNTERSIGN_COMPARE=PART` only where `NAME@PLACE` contains PART, and prints what differs.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a failed step is a failed test, and is told at once"
)]

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use countersign::assemble::{self, Settings, Suite, Target};
use countersign::compare::{Options, compare};
use countersign::conform::Judge;
use countersign::mock::{FAULTS, Site};
use countersign::model::{Comparison, DifferenceClass, Hand};
use countersign::record::Rules;
use tokio::sync::{Semaphore, watch};

/// The contracts of the pages.
fn pages() -> Settings {
    Settings { target: Some(Target::Mock), repeat: 2, jobs: 1, ..Settings::default() }
}

/// A contract of two collections: identifiers are the deployment's.
fn collections() -> Settings {
    Settings {
        contracts: vec!["tests/collections/notes.yaml".into()],
        variables: vec![("token".into(), "notes-token".into())],
        ..pages()
    }
}

/// What `compare.json` has to be like.
static SCHEMA: LazyLock<Judge> = LazyLock::new(|| {
    let text = std::fs::read_to_string("docs/compare.schema.json").unwrap();
    Judge::new(serde_json::from_str::<serde_json::Value>(&text).unwrap()).unwrap()
});

async fn compared(suite: &Suite, left: &Settings, right: &Settings) -> Comparison {
    let options = Options { fail_on: Some(DifferenceClass::Cosmetic), rules: Rules::default() };
    let (_keep, stop) = watch::channel(false);
    let left = assemble::job_of(suite.clone(), left).await.unwrap();
    let right = assemble::job_of(suite.clone(), right).await.unwrap();
    let compared = compare(left, right, &options, stop).await.unwrap().0;
    let breaches = SCHEMA.breaches(&serde_json::to_value(&compared).unwrap());
    assert!(breaches.is_empty(), "{breaches:?}");
    compared
}

/// The differences, one a line.
fn told(compared: &Comparison) -> String {
    let line = |group: &countersign::model::DifferenceGroup| {
        let breaks: Vec<String> =
            group.breaks.iter().map(|broken| format!("{}: {}", broken.side.word(), broken.clause)).collect();
        format!(
            "{} {} {:?} {} {:?} {:?} {:?} {breaks:?} ({} cases, first {})\n",
            group.class.word(),
            group.operation,
            group.status,
            group.place,
            group.kind,
            group.left,
            group.right,
            group.cases,
            group.witnesses.first().map(|witness| witness.clause.clone()).unwrap_or_default()
        )
    };
    compared.differences.iter().map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_mocks_are_the_same_over_twenty_seeds() {
    let part = Some("sequence/** side:accept".to_owned());
    let suites = [pages(), collections()].map(|settings| (assemble::suite(&settings).unwrap(), settings));
    for seed in 0..20 {
        // The whole plan once in its own order, then every other contract's shuffled part.
        let (suite, settings) = &suites[usize::from(seed % 2 == 1)];
        let select = part.clone().filter(|_| seed > 1);
        let settings = Settings { seed, select, ..settings.clone() };
        let compared = compared(suite, &settings, &settings).await;
        assert_eq!(compared.exit.code, 0, "seed {seed}: {:?}\n{}", compared.exit, told(&compared));
        let totals = compared.totals;
        assert!(totals.cases > 50 && totals.same == totals.cases, "seed {seed}: {totals:?}");
        assert!(compared.unsteady.is_empty(), "{:?}", compared.unsteady);
    }
}

/// Faults that only cost time: a few cases show them.
const LATE: [&str; 2] = ["slow", "never-answering"];

/// Comparisons at the same time.
const AT_ONCE: usize = 2;

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_on_the_right_is_the_only_difference() {
    play(pages()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_a_collection_is_the_only_difference() {
    play(collections()).await;
}

/// The cases of the clauses that are broken, and some of every kind of answer of the operation: its examples, its
/// refusals, the sequences.
fn around(suite: &Suite, place: &Site) -> String {
    let contract = &suite.contract;
    let operation = &contract.operation(place.operation).id;
    let own = contract.clauses.iter().filter(|clause| clause.operation == Some(place.operation));
    let kinds = own.map(|clause| clause.address.as_str()).filter(|address| {
        let refused = ["/unknown", "/json", "/method"].iter().any(|end| address.ends_with(end));
        address.contains("/example/") || address.contains("/request/credential/") || refused
    });
    let broken = place.broken.iter().map(|clause| contract.clause(*clause).address.as_str());
    let mut terms: Vec<String> = kinds.chain(broken).map(str::to_owned).collect();
    if !terms.iter().any(|term| term.contains("/example/")) {
        terms.push(format!("operation:{operation}&side:accept"));
    }
    terms.push("sequence/**".to_owned());
    terms.join(" ")
}

/// Compares the mock with itself with each fault, at some of the places where it applies.
#[expect(clippy::print_stdout, reason = "what is asked for by name is told at once")]
async fn play(settings: Settings) {
    let asked = std::env::var("COUNTERSIGN_COMPARE").ok();
    let only = asked.clone().filter(|asked| asked != "all");
    let loaded = assemble::suite(&settings).unwrap();
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = tokio::task::JoinSet::new();
    let sites = FAULTS.iter().flat_map(|fault| {
        let sites = fault.sites(&loaded.contract);
        let sites = if asked.is_some() { sites } else { sites.into_iter().take(1).collect() };
        sites.into_iter().map(move |site| (*fault, site))
    });
    for (fault, site) in sites {
        let name = format!("{}@{}", fault.meta.id, site.label);
        if only.as_ref().is_some_and(|only| !name.contains(only.as_str())) {
            continue;
        }
        let operation = loaded.contract.operation(site.operation).id.clone();
        let late = LATE.contains(&fault.meta.id);
        let select = match (site.clause, asked.is_some()) {
            (Some(_), _) if late => format!("operation:{operation} & side:accept"),
            (Some(_), true) => format!("operation:{operation} sequence/**"),
            (Some(_), false) => around(&loaded, &site),
            (None, true) => "**".to_owned(),
            (None, false) => "sequence/** side:accept".to_owned(),
        };
        let select = Some(select);
        let max_cases = late.then_some(2);
        let left = Settings { select, max_cases, patience: Duration::from_secs(2), ..settings.clone() };
        let right = Settings { faults: vec![name.clone()], ..left.clone() };
        let (permits, suite) = (Arc::clone(&permits), loaded.clone());
        let tell = only.is_some();
        tasks.spawn(async move {
            let _permit = permits.acquire().await.unwrap();
            let compared = compared(&suite, &left, &right).await;
            if tell {
                println!("{name}\n{}{:?}", told(&compared), compared.troubles);
            }
            let broken: Vec<&str> =
                site.broken.iter().map(|clause| suite.contract.clause(*clause).address.as_str()).collect();
            let named = compared.differences.iter().any(|group| {
                // What is only a warning is told with its clause, and breaks nothing.
                let warned = group.class == DifferenceClass::Compatible
                    && broken.iter().any(|clause| clause.ends_with("/undocumented-fields"));
                (group.class == DifferenceClass::Breaking || warned)
                    && group
                        .breaks
                        .iter()
                        .any(|one| one.side == Hand::Right && broken.contains(&one.clause.as_str()))
            });
            let mut wrong = String::new();
            if compared.exit.code != 1 || !named {
                wrong += "is not found; ";
            }
            for group in &compared.differences {
                // The fault is on the right, and in one operation; a wrong memory shows wherever the resource is shown.
                let left = group.breaks.iter().any(|one| one.side == Hand::Left);
                let elsewhere = site.clause.is_some() && group.operation != operation;
                if left || elsewhere || group.class == DifferenceClass::Cosmetic {
                    wrong += &format!("{} {} {} besides; ", group.class.word(), group.operation, group.place);
                }
            }
            if wrong.is_empty() { String::new() } else { format!("{name}: {wrong}\n{}", told(&compared)) }
        });
    }
    let count = tasks.len();
    assert!(only.is_some() || count > 20, "{count}");
    let mut wrong = Vec::new();
    while let Some(done) = tasks.join_next().await {
        wrong.extend(Some(done.unwrap()).filter(|told| !told.is_empty()));
    }
    wrong.sort();
    assert!(wrong.is_empty(), "{} of {count}\n{}", wrong.len(), wrong.join("\n"));
}
