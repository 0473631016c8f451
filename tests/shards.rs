//! Shards: every case is in exactly one, and together they make the report of the whole run, or none.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files, and may panic")]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use countersign::assemble::{Gating, Settings, job};
use countersign::model::{Event, PlanEnded, RunReport, Shard};
use countersign::report::{Aggregate, parts_in, read_log, survey};
use countersign::run::conduct;
use serde_json::Value;
use support::{Ran, THINGS, countersign, essence, file, finish, only_run, ran, report, run_into};
use tokio::sync::{mpsc, watch};

/// Runs that are compared are of one day, also around midnight.
const TODAY: &str = "2026-11-23";

fn merged(folders: &[&Path], out: &Path) -> Ran {
    let mut command = countersign();
    finish(&command.args(["report", "merge"]).args(folders).arg("--out").arg(out).output().unwrap())
}

fn events(log: &Path) -> Vec<Event> {
    fs::read_to_string(log).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn write(folder: &Path, events: &[Event]) {
    fs::create_dir_all(folder).unwrap();
    let lines: String = events.iter().map(|event| serde_json::to_string(event).unwrap() + "\n").collect();
    fs::write(folder.join("run.ndjson"), lines).unwrap();
}

/// What shard `shard` would have written of a run.
fn cut(whole: &[Event], shard: Shard) -> Vec<Event> {
    let mine = |event: &Event| match event {
        Event::CaseFinished(case) => shard.holds(&case.case),
        // These are told by the shard that did it.
        Event::Restored(_) => shard.number == 1,
        _ => true,
    };
    let mut events: Vec<Event> = whole.iter().filter(|event| mine(event)).cloned().collect();
    let own = events.iter().filter(|event| matches!(event, Event::CaseFinished(_))).count() as u64;
    for event in &mut events {
        match event {
            Event::RunStarted(started) => {
                started.settings.shard = Some(shard);
                started.run = format!("shard-{}", shard.number);
            }
            Event::PlanEnded(plan) => *plan = PlanEnded { share: own, ..plan.clone() },
            _ => {}
        }
    }
    events
}

fn folded(folder: &Path, run: &str) -> RunReport {
    let mut aggregate = Aggregate::new();
    let survey = survey(parts_in(&[folder.to_path_buf()]).unwrap()).unwrap();
    survey.pour(run, |event| aggregate.event(event)).unwrap();
    aggregate.report()
}

#[test]
fn one_to_sixteen_shards_of_one_run_are_its_report_to_the_last_byte() {
    let folder = tempfile::tempdir().unwrap();
    let faults = ["--fault", "wrong-status", "--fault", "missing-field"];
    let run = run_into(folder.path(), &[&["contracts/ddm-accounts.yaml"][..], &faults].concat());
    assert_eq!(run.code, 1, "{run}");
    let log = only_run(folder.path()).unwrap().join("run.ndjson");
    let whole = events(&log);
    let single = read_log(fs::read(&log).unwrap().as_slice()).unwrap();
    assert!(single.findings.len() > 3);
    for of in 1..=16 {
        let shards = tempfile::tempdir().unwrap();
        // The last first: the order of the folders does not count.
        for number in (1..=of).rev() {
            let shard = Shard::new(number, of).unwrap();
            write(&shards.path().join(format!("{}", 100 - number)), &cut(&whole, shard));
        }
        let mut together = folded(shards.path(), &single.run);
        // But that it says which runs it was merged from.
        let from: Vec<String> = (1..=of).map(|number| format!("shard-{number}")).collect();
        assert_eq!(std::mem::take(&mut together.merged), from);
        assert_eq!(serde_json::to_value(&together).unwrap(), serde_json::to_value(&single).unwrap(), "{of}");
    }
}

/// The events of a run, as its log has them.
fn played(runtime: &tokio::runtime::Runtime, settings: &Settings) -> Vec<Event> {
    runtime.block_on(async {
        let job = job(settings).await.unwrap();
        let (sender, mut receiver) = mpsc::channel(64);
        let (_keep, stop) = watch::channel(false);
        tokio::spawn(conduct(Arc::clone(&job.session), job.plan, job.conduct, sender, stop));
        let mut events = vec![Event::RunStarted(Box::new(job.started))];
        while let Some(event) = receiver.recv().await {
            if !matches!(event, Event::CaseStarted(_)) {
                events.push(event);
            }
        }
        events
    })
}

#[test]
fn one_to_sixteen_runs_of_shards_merge_to_the_report_of_the_single_run() {
    let (_keep, contract) = file("things.yaml", THINGS);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let settings = Settings {
        contracts: vec![contract],
        faults: vec!["upper-bound-one-low".into(), "missing-field".into()],
        gating: Gating { today: Some(TODAY.to_owned()), ..Gating::default() },
        ..Settings::default()
    };
    let mut aggregate = Aggregate::new();
    for event in played(&runtime, &settings) {
        aggregate.event(&event);
    }
    let single = aggregate.report();
    assert!(single.findings.len() > 1 && single.totals.cases > 40, "{:?}", single.totals);
    let expected = essence(&serde_json::to_value(&single).unwrap());
    for of in 1..=16 {
        let shards = tempfile::tempdir().unwrap();
        for number in 1..=of {
            let shard = Shard::new(number, of);
            let events = played(&runtime, &Settings { shard, ..settings.clone() });
            write(&shards.path().join(number.to_string()), &events);
        }
        let together = folded(shards.path(), "merged");
        assert_eq!(essence(&serde_json::to_value(&together).unwrap()), expected, "{of}");
    }
}

#[test]
fn the_program_merges_what_it_ran() {
    let (_keep, contract) = file("things.yaml", THINGS);
    let contract = contract.to_str().unwrap();
    let today = [contract, "--today", TODAY];
    let faulty = ["--fault", "upper-bound-one-low", "--seed", "5", "--repeat", "2"];
    for arguments in [&today[..], &[&today[..], &faulty].concat()] {
        let folder = tempfile::tempdir().unwrap();
        let single = run_into(folder.path(), arguments);
        let shards = tempfile::tempdir().unwrap();
        for number in 1..=3 {
            let own = shards.path().join(number.to_string());
            let shard = format!("{number}/3");
            let run = run_into(&own, &[arguments, &["--shard", &shard, "--quiet"]].concat());
            assert!(run.code != 2, "{run}");
            assert!(run.stdout.contains(&format!("shard {shard}")), "{run}");
        }
        let out = tempfile::tempdir().unwrap();
        let merge = merged(&[shards.path()], out.path());
        assert_eq!(merge.code, single.code, "{merge}");
        assert_eq!(essence(&report(out.path())), essence(&report(folder.path())));
    }
}

#[test]
fn a_merged_run_is_a_run_like_any_other() {
    let (_keep, contract) = file("things.yaml", THINGS);
    let shards = tempfile::tempdir().unwrap();
    for shard in ["1/2", "2/2"] {
        run_into(&shards.path().join(&shard[..1]), &[contract.to_str().unwrap(), "--shard", shard]);
    }
    let out = tempfile::tempdir().unwrap();
    assert_eq!(merged(&[&shards.path().join("1"), &shards.path().join("2")], out.path()).code, 0);
    let latest = out.path().join("latest");
    let names = ["report.html", "report.json", "junit.xml"];
    let before = names.map(|name| fs::read_to_string(latest.join(name)).unwrap());
    assert_eq!(finish(&countersign().args(["report", "rebuild"]).arg(&latest).output().unwrap()).code, 0);
    assert_eq!(names.map(|name| fs::read_to_string(latest.join(name)).unwrap()), before);
}

#[test]
fn the_plan_of_the_shards_is_the_plan() {
    let ids = |arguments: &[&str]| -> Vec<String> {
        let plan = ran(&[&["plan", "--json"][..], arguments].concat());
        assert_eq!(plan.code, 0, "{plan}");
        let lines = plan.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter_map(|line| line["case"].as_str().map(str::to_owned)).collect()
    };
    let whole = ids(&[]);
    let distinct: BTreeSet<&String> = whole.iter().collect();
    assert_eq!(distinct.len(), whole.len(), "an id is there twice");
    let mut together: Vec<String> = Vec::new();
    for shard in ["1/3", "2/3", "3/3"] {
        let own = ids(&["--shard", shard]);
        // Whatever the order of the plan is.
        let mut shuffled = ids(&["--shard", shard, "--seed", "42"]);
        let mut sorted = own.clone();
        sorted.sort();
        shuffled.sort();
        assert_eq!(sorted, shuffled);
        assert!(own.len() * 6 > whole.len(), "{shard} has {} of {}", own.len(), whole.len());
        together.extend(own);
    }
    let mut whole = whole;
    together.sort();
    whole.sort();
    assert_eq!(together, whole);
}

/// Two shards of a run, as events.
struct Two {
    first: Vec<Event>,
    second: Vec<Event>,
}

impl Two {
    fn of(whole: &[Event]) -> Self {
        let shard = |number| cut(whole, Shard::new(number, 2).unwrap());
        Self { first: shard(1), second: shard(2) }
    }
}

fn started(events: &mut [Event]) -> &mut countersign::model::RunStarted {
    let Some(Event::RunStarted(started)) = events.first_mut() else { panic!("no start") };
    started
}

fn a_case(events: &[Event]) -> usize {
    events.iter().position(|event| matches!(event, Event::CaseFinished(_))).unwrap()
}

/// Makes the second of two shards one that does not belong to the first.
type Spoil = fn(&mut Two);

/// What is spoilt, the exit status, what is said.
static SPOILT: &[(&str, i32, &str, Spoil)] = &[
    ("a shard is missing", 3, "shard 2/2 is missing", |two| two.second.clear()),
    ("a shard is doubled", 2, "a shard is there 2 times", |two| two.second = two.first.clone()),
    ("a case is missing", 3, "1 of its 40 cases is missing", |two| {
        two.second.remove(a_case(&two.second));
    }),
    ("a case is doubled", 2, "1 case is there twice", |two| {
        let case = two.second[a_case(&two.second)].clone();
        two.second.insert(2, case);
    }),
    ("a case of another shard", 2, "1 case is of another shard", |two| {
        let case = two.first[a_case(&two.first)].clone();
        two.second.insert(2, case);
    }),
    ("killed", 3, "its log ends before the run did", |two| two.second.truncate(two.second.len() - 2)),
    ("ended early", 3, "ended before its plan did: the run was interrupted", |two| {
        let Some(Event::RunFinished(end)) = two.second.last_mut() else { panic!("no end") };
        end.exit.because = "the run was interrupted".into();
        two.second.remove(two.second.len() - 2);
    }),
    ("another contract", 2, "the contracts differ", |two| {
        started(&mut two.second).contract.fingerprint = "0123456789abcdef".into();
    }),
    ("another seed", 2, "--seed: 0 and 7", |two| started(&mut two.second).settings.seed = 7),
    ("another selection", 2, "--select: none and get", |two| {
        started(&mut two.second).settings.select = Some("get".into());
    }),
    ("another target", 2, "the target: mock and http://127.0.0.1", |two| {
        started(&mut two.second).settings.target = "http://127.0.0.1".into();
    }),
    ("no leave to write", 2, "leave to write: true and false", |two| {
        started(&mut two.second).settings.writes = false;
    }),
    ("another version", 2, "the versions differ", |two| {
        started(&mut two.second).version = "9.9.9".into();
    }),
    ("another number", 2, "the numbers of shards differ", |two| {
        started(&mut two.second).settings.shard = Shard::new(2, 3);
    }),
    ("another plan", 2, "the plans differ", |two| {
        for event in &mut two.second {
            if let Event::PlanEnded(plan) = event {
                plan.digest = "0".into();
            }
        }
    }),
    ("a whole run", 2, "the numbers of shards differ", |two| {
        started(&mut two.second).settings.shard = None;
    }),
    ("how fast they went", 0, "", |two| {
        let settings = &mut started(&mut two.second).settings;
        (settings.jobs, settings.rate) = (1, Some(1000.0));
    }),
];

#[test]
fn what_is_not_one_whole_run_is_refused_with_the_reason() {
    let (_keep, contract) = file("things.yaml", THINGS);
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run_into(folder.path(), &[contract.to_str().unwrap()]).code, 0);
    let whole = events(&only_run(folder.path()).unwrap().join("run.ndjson"));
    for (name, code, says, spoil) in SPOILT {
        let mut two = Two::of(&whole);
        spoil(&mut two);
        let shards = tempfile::tempdir().unwrap();
        for (name, events) in [("a", &two.first), ("b", &two.second)] {
            if !events.is_empty() {
                write(&shards.path().join(name), events);
            }
        }
        let out = tempfile::tempdir().unwrap();
        let merge = merged(&[shards.path()], out.path());
        assert_eq!(merge.code, *code, "{name}: {merge}");
        assert!(merge.stderr.contains(says), "{name}: {merge}");
        assert_eq!(fs::read_dir(out.path()).unwrap().count() > 0, *code == 0, "{name}: {merge}");
    }
}

#[test]
fn where_there_is_no_run_nothing_is_merged() {
    let nothing = tempfile::tempdir().unwrap();
    let out = tempfile::tempdir().unwrap();
    let merge = merged(&[nothing.path()], out.path());
    assert_eq!(merge.code, 2, "{merge}");
    assert!(merge.stderr.contains("no run to merge"), "{merge}");
    let merge = merged(&[&nothing.path().join("typo")], out.path());
    assert_eq!(merge.code, 2, "{merge}");
    assert!(merge.stderr.contains("typo"), "{merge}");
    fs::write(nothing.path().join("run.ndjson"), "no event\n").unwrap();
    let merge = merged(&[nothing.path()], out.path());
    assert_eq!(merge.code, 2, "{merge}");
}

#[test]
fn a_shard_without_a_case_is_not_green_and_does_not_hinder_the_others() {
    let (_keep, contract) = file("things.yaml", THINGS);
    let contract = contract.to_str().unwrap();
    let select = ["--select", "make/example/** get/request/path/**"];
    let single = tempfile::tempdir().unwrap();
    let alone = run_into(single.path(), &[&[contract][..], &select].concat());
    let shards = tempfile::tempdir().unwrap();
    let mut empty = 0;
    for number in 1..=16 {
        let shard = format!("{number}/16");
        let own = shards.path().join(number.to_string());
        let run = run_into(&own, &[&[contract, "--shard", &shard][..], &select].concat());
        if report(&own)["totals"]["cases"] == 0 {
            empty += 1;
            assert_eq!(run.code, 3, "{run}");
            assert!(run.stdout.contains(&format!("shard {shard} has no case")), "{run}");
        }
    }
    assert!(empty > 0);
    let out = tempfile::tempdir().unwrap();
    let merge = merged(&[shards.path()], out.path());
    assert_eq!(merge.code, alone.code, "{merge}");
    assert_eq!(essence(&report(out.path())), essence(&report(single.path())));
}

#[test]
fn a_shard_that_does_not_exist_is_misuse() {
    let mut auto = countersign();
    for name in ["GITLAB_CI", "CIRCLE_NODE_INDEX", "BUILDKITE_PARALLEL_JOB", "SYSTEM_JOBPOSITIONINPHASE"] {
        auto.env_remove(name);
    }
    for name in ["BITBUCKET_PARALLEL_STEP", "SEMAPHORE_JOB_INDEX", "JOB_COMPLETION_INDEX"] {
        auto.env_remove(name);
    }
    let nobody = finish(&auto.args(["plan", "--shard", "auto"]).output().unwrap());
    assert_eq!(nobody.code, 2, "{nobody}");
    assert!(nobody.stderr.contains("nothing says which shard this is"), "{nobody}");
    for wrong in ["0/4", "5/4", "4", "x/y"] {
        let run = ran(&["plan", "--shard", wrong]);
        assert_eq!(run.code, 2, "{wrong}: {run}");
    }
}

#[test]
fn where_everything_is_unknown_the_shards_say_what_the_single_run_says() {
    let answer = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let target = format!("http://{}", support::server(answer));
    let contract = "contracts/roma-link-products.yaml";
    let arguments = [contract, "--target", &target, "--env", "mock", "--allow-writes", "--today", TODAY];
    let single = tempfile::tempdir().unwrap();
    assert_eq!(run_into(single.path(), &arguments).code, 1);
    let expected = report(single.path());
    assert!(expected["troubles"].to_string().contains("base path"), "{:#}", expected["troubles"]);
    let shards = tempfile::tempdir().unwrap();
    for number in 1..=3 {
        let shard = format!("{number}/3");
        let own = shards.path().join(number.to_string());
        run_into(&own, &[&arguments[..], &["--shard", &shard]].concat());
    }
    let out = tempfile::tempdir().unwrap();
    merged(&[shards.path()], out.path());
    let together = report(out.path());
    for part in ["troubles", "totals", "exit"] {
        assert_eq!(together[part], expected[part], "{part}");
    }
}
