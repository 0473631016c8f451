//! The gate: a waiver's whole life by a fixed clock, and findings that are repeated.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files, and may panic")]

#[path = "golden/report/fixture.rs"]
#[expect(dead_code, reason = "a part of it is enough here")]
mod fixture;
mod support;

use std::fs;
use std::path::{Path, PathBuf};

use countersign::model::{
    CaseFinished, CaseId, Event, FindingSite, Gate, Policy, RepeatResult, Repeated, RunReport, Side,
    VerdictStatus, Waiver, WaiverStanding,
};
use countersign::report::{Aggregate, renderer, terminal};
use serde_json::Value;
use support::{Ran, countersign, deployed, file, finish, ran, report, run_into};

const CLAUSE: &str = "reset-product-authentication/request/path/project_id/maxLength";
const FAULT: &str = "server-error@reset-product-authentication/project_id";

/// Contracts and reports of its own, so that waivers can stand beside the contracts.
struct Project(tempfile::TempDir);

impl Project {
    fn new() -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        let contract = "roma-link-products.yaml";
        for (folder, name) in
            [("contracts", contract), ("contracts/imported", contract), ("environments", "mock.yaml")]
        {
            fs::create_dir_all(project.path(folder)).unwrap();
            let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(name);
            fs::copy(from, project.path(folder).join(name)).unwrap();
        }
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn ran(&self, arguments: &[&str]) -> Ran {
        finish(&countersign().current_dir(self.0.path()).args(arguments).output().unwrap())
    }

    /// A run on this day.
    fn run(&self, today: &str, more: &[&str]) -> (Ran, Value) {
        let ran = self.ran(&[&["run", "--today", today], more].concat());
        (ran, report(&self.path("reports")))
    }

    fn waivers(&self) -> String {
        fs::read_to_string(self.path("contracts/waivers.yaml")).unwrap()
    }

    fn latest(&self, name: &str) -> String {
        fs::read_to_string(self.path("reports/latest").join(name)).unwrap()
    }
}

fn keeps_its_schema(report: &Value) {
    let schema: Value = serde_json::from_str(include_str!("../docs/report.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(report).map(|error| format!("{} {error}", error.instance_path())).collect();
    assert_eq!(errors, Vec::<String>::new());
}

#[test]
fn the_whole_life_of_a_waiver() {
    let project = Project::new();
    // It is found …
    let (run, found) = project.run("2026-11-22", &["--fault", FAULT]);
    assert_eq!(run.code, 1, "{run}");
    assert_eq!(found["findings"][0]["address"], CLAUSE);
    let fingerprint = &found["findings"][0]["fingerprint"].as_str().unwrap()[..12];

    // … waived, beside comments that stay …
    fs::write(project.path("contracts/waivers.yaml"), "# ours\nwaivers: []  # none yet, just []\n").unwrap();
    let waive = |more: &[&str]| {
        let because = "fixed in release 7: \"soon\"";
        let words =
            ["waive", fingerprint, "--until", "2026-12-31", "--because", because, "--today", "2026-11-22"];
        project.ran(&[&words, more].concat())
    };
    let waived = waive(&["--owner", "platform", "--ticket", "4711"]);
    assert_eq!(waived.code, 0, "{waived}");
    let text = project.waivers();
    assert!(text.starts_with("# ours\nwaivers:  # none yet, just []\n"), "{text}");
    let schema: Value = serde_json::from_str(&ran(&["schema", "waivers"]).stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let value = countersign::load::to_json(&text).unwrap();
    assert!(validator.is_valid(&value), "{text}");
    assert!(!validator.is_valid(&serde_json::json!({ "waivers": [{ "reason": "x" }] })));

    // … and does not break the run, to the end of its last day; every report shows it as waived.
    let (run, kept) = project.run("2026-12-31", &["--fault", FAULT, "--format", "all"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(!run.stdout.contains("::error"), "{run}");
    keeps_its_schema(&kept);
    let words = "waived until 2026-12-31: fixed in release 7: \"soon\" (platform, 4711)";
    assert!(run.stdout.contains(&format!("waived {CLAUSE}")) && run.stdout.contains(words), "{run}");
    assert!(run.stdout.contains("kept: 1 finding is waived"), "{run}");
    assert_eq!(kept["findings"][0]["waived"]["ticket"], "4711");
    assert_eq!(kept["waivers"][0]["standing"], "used");
    assert_eq!((&kept["totals"]["waived"], &kept["totals"]["errors"]), (&1.into(), &0.into()));
    let xml = project.latest("junit.xml");
    assert!(xml.contains("<skipped message=\"waived until 2026-12-31: fixed in release 7"), "{xml}");
    assert!(!xml.contains("<failure"), "{xml}");
    let html = project.latest("report.html");
    assert!(html.contains("waived until 2026-12-31") && html.contains("<caption>Waivers"), "{html}");
    shown_as_waived(&project, words);
    // The log alone is enough to say so again.
    let names = [
        "report.json",
        "report.html",
        "junit.xml",
        "report.sarif",
        "report.md",
        "ctrf.json",
        "annotations.txt",
    ];
    let before = names.map(|name| project.latest(name));
    let rebuilt = project.ran(&["report", "rebuild"]);
    assert_eq!(rebuilt.code, 0, "{rebuilt}");
    assert_eq!(names.map(|name| project.latest(name)), before);

    // What is waived can't be waived twice, nor into the past.
    let twice = waive(&[]);
    assert_eq!(twice.code, 2, "{twice}");
    assert!(twice.stderr.contains("is waived already, at contracts/waivers.yaml:3:5"), "{twice}");

    // The day after, it breaks the run again, and says why and what to do.
    let (run, expired) = project.run("2027-01-01", &["--fault", FAULT, "--format", "all"]);
    assert_eq!(run.code, 1, "{run}");
    told_as_out_of_order(&project, "expired", "has expired on 2026-12-31");
    assert_eq!(expired["exit"]["because"], "1 finding in 1 clause, 1 waiver has expired");
    assert_eq!(expired["waivers"][0]["standing"], "expired");
    let says = expired["waivers"][0]["says"].as_str().unwrap();
    assert!(
        says.starts_with(&format!("contracts/waivers.yaml:3:5: the waiver of {CLAUSE} has expired")),
        "{says}"
    );
    assert!(
        says.contains("1 case still shows it; fix it and remove the waiver, or give it a later"),
        "{says}"
    );
    assert!(project.latest("junit.xml").contains("type=\"expired\""), "a failure of the waiver's own");

    // Fixed: it matches nothing any more.
    let (run, stale) = project.run("2026-12-01", &["--quiet", "--format", "all"]);
    assert_eq!(run.code, 1, "{run}");
    told_as_out_of_order(&project, "matches nothing", "matches nothing any more");
    assert_eq!(stale["waivers"][0]["standing"], "stale");
    assert!(run.stdout.contains("matches nothing any more"), "a quiet run says why: {run}");
    keeps_its_schema(&stale);
    // A run that does not play the clause says nothing about it.
    let (run, elsewhere) = project.run("2026-12-01", &["--select", "query-*/**"]);
    assert_eq!((run.code, &elsewhere["waivers"][0]["standing"]), (0, &"unjudged".into()), "{run}");

    // Broken in another way: the answer has changed.
    let other = "wrong-refusal@reset-product-authentication/project_id";
    let (run, changed) =
        project.run("2026-12-01", &["--fault", other, "--select", "reset-*/**", "--format", "all"]);
    assert_eq!(run.code, 1, "{run}");
    told_as_out_of_order(&project, "answer has changed", "has changed from");
    assert_eq!(changed["waivers"][0]["standing"], "changed", "{:#}", changed["findings"]);
    let says = changed["waivers"][0]["says"].as_str().unwrap();
    assert!(
        says.contains("has changed from `500 unexpected-status") && says.contains("countersign waive "),
        "{says}"
    );
    keeps_its_schema(&changed);

    // What it says is what can be done.
    let id = says.split("countersign waive ").nth(1).unwrap().split(' ').next().unwrap();
    let again =
        project.ran(&["waive", id, "--until", "2026-12-31", "--because", "x", "--today", "2026-12-01"]);
    assert_eq!(again.code, 0, "{again}");
    let text = project.waivers();
    assert!(text.starts_with("# ours\n") && text.matches("- clause:").count() == 2, "{text}");
}

/// Every format shows the one finding as waived, and none lets it look like one that counts.
fn shown_as_waived(project: &Project, words: &str) {
    let json = |name: &str| serde_json::from_str::<Value>(&project.latest(name)).unwrap();
    let sarif = json("report.sarif");
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 1, "{results:#?}");
    let suppression = &results[0]["suppressions"][0];
    assert_eq!(
        (&suppression["kind"], &suppression["status"]),
        (&"external".into(), &"accepted".into()),
        "{suppression:#}"
    );
    assert_eq!(suppression["justification"], words);
    let place = &suppression["location"]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "contracts/waivers.yaml", "{place:#}");
    assert_eq!(sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"], Value::Array(Vec::new()));

    let ctrf = json("ctrf.json");
    assert_eq!(ctrf["results"]["summary"]["failed"], 0);
    let tests = ctrf["results"]["tests"].as_array().unwrap();
    let waived: Vec<_> = tests.iter().filter(|test| test["message"] == words).collect();
    assert!(!waived.is_empty() && waived.iter().all(|test| test["status"] == "skipped"), "{waived:#?}");
    assert!(tests.iter().any(|test| test["suite"][0] == "waivers" && test["status"] == "passed"));

    let page = project.latest("report.md");
    assert!(page.starts_with("# kept: ") && page.contains(&format!("- **waived** `{CLAUSE}`")), "{page}");
    assert!(page.contains("; waived until 2026-12-31: fixed in release 7"), "{page}");
    assert_eq!(project.latest("annotations.txt"), "");
    let har = json("failing.har");
    let comments: Vec<_> =
        har["log"]["entries"].as_array().unwrap().iter().map(|entry| &entry["comment"]).collect();
    assert!(comments.iter().any(|comment| comment.as_str().unwrap().contains(words)), "{comments:?}");
}

/// Every format says what is wrong with the waiver.
fn told_as_out_of_order(project: &Project, word: &str, says: &str) {
    let xml = project.latest("junit.xml");
    let failure = "<failure message=\"contracts/waivers.yaml:3:5: the ";
    assert!(xml.contains(failure) && xml.contains(&format!("type=\"{word}\"")), "{xml}");
    for name in [
        "junit.xml",
        "ctrf.json",
        "report.md",
        "annotations.txt",
        "report.sarif",
        "report.json",
        "report.html",
    ] {
        assert!(project.latest(name).contains(says), "{name}");
    }
    let annotation =
        format!("::error file=contracts/waivers.yaml,line=3,col=5,title=Countersign%3A waiver%3A {word}::");
    assert!(project.latest("annotations.txt").contains(&annotation), "{}", project.latest("annotations.txt"));
    let sarif: Value = serde_json::from_str(&project.latest("report.sarif")).unwrap();
    let notes = &sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    let place = &notes[0]["locations"][0]["physicalLocation"];
    assert_eq!(
        (&notes[0]["level"], &place["region"]["startLine"]),
        (&"error".into(), &3.into()),
        "{notes:#}"
    );
    let ctrf: Value = serde_json::from_str(&project.latest("ctrf.json")).unwrap();
    let tests = ctrf["results"]["tests"].as_array().unwrap();
    assert!(tests.iter().any(|test| test["rawStatus"] == word && test["status"] == "failed"), "{tests:#?}");
}

/// Two findings of which one is waived, with answers that come every time.
fn half_waived() -> (Project, [&'static str; 4]) {
    let project = Project::new();
    let faults = ["--fault", FAULT, "--fault", "server-error@query-product-authentication/project_id"];
    let (run, found) = project.run("2026-11-22", &faults);
    assert_eq!((run.code, found["findings"].as_array().unwrap().len()), (1, 2), "{run}");
    let waived =
        project.ran(&["waive", CLAUSE, "--until", "2026-12-31", "--because", "x", "--today", "2026-11-22"]);
    assert_eq!(waived.code, 0, "{waived}");
    (project, faults)
}

#[test]
fn merged_shards_with_waivers_say_what_the_single_run_says() {
    let (project, faults) = half_waived();
    for day in ["2026-12-01", "2027-01-01"] {
        let (single, whole) = project.run(day, &faults);
        let folder = project.path(&format!("shards-{day}"));
        for shard in ["1/3", "2/3", "3/3"] {
            let part = project.ran(
                &[
                    &["run", "--today", day, "--shard", shard],
                    &faults[..],
                    &["--report", folder.join(&shard[..1]).to_str().unwrap()],
                ]
                .concat(),
            );
            assert!(part.code != 2 && !part.stdout.contains("matches nothing"), "{part}");
        }
        let out = project.path("merged");
        let merged =
            project.ran(&["report", "merge", folder.to_str().unwrap(), "--out", out.to_str().unwrap()]);
        assert_eq!((merged.code, merged.code), (1, single.code), "{merged}");
        let merged = report(&out);
        keeps_its_schema(&merged);
        assert_eq!(support::essence(&merged)["findings"], support::essence(&whole)["findings"]);
        assert_eq!((&merged["waivers"], &merged["exit"]), (&whole["waivers"], &whole["exit"]));
        assert_eq!(merged["settings"]["gate"], whole["settings"]["gate"]);
    }
    // On GitHub, what was merged is told as a run is.
    let (folder, summary) = (project.path("shards-2027-01-01"), project.path("summary.md"));
    let mut merge = countersign();
    merge.current_dir(project.path("")).args([
        "report",
        "merge",
        "--format",
        "default,sarif",
        "--out",
        "on-github",
    ]);
    merge.arg(&folder).env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", &summary);
    let merge = finish(&merge.output().unwrap());
    assert_eq!(merge.code, 1, "{merge}");
    assert!(merge.stdout.contains("::stop-commands::"), "{merge}");
    assert!(
        merge.stdout.contains("::error file=contracts/waivers.yaml,line=3,col=5,title=Countersign%3A waiver"),
        "{merge}"
    );
    assert!(fs::read_to_string(&summary).unwrap().starts_with("# broken: "));
    assert!(project.path("on-github/latest/report.sarif").is_file());
    // Fixed: each part may lack just the case that shows it, the whole may not.
    let folder = project.path("shards-fixed");
    for shard in ["1/2", "2/2"] {
        let part = project.ran(&[
            "run",
            "--today",
            "2026-12-01",
            "--shard",
            shard,
            "--report",
            folder.join(&shard[..1]).to_str().unwrap(),
        ]);
        assert_eq!(part.code, 0, "{part}");
    }
    let merged = project.ran(&[
        "report",
        "merge",
        folder.to_str().unwrap(),
        "--out",
        project.path("m").to_str().unwrap(),
    ]);
    assert_eq!(merged.code, 1, "{merged}");
    assert!(merged.stdout.contains("broken: 1 waiver matches nothing any more"), "{merged}");
    // Shards that did not know of the same waivers are not parts of one run.
    fs::remove_file(project.path("contracts/waivers.yaml")).unwrap();
    let part = project.ran(&[
        "run",
        "--today",
        "2026-12-01",
        "--shard",
        "2/2",
        "--report",
        folder.join("2").to_str().unwrap(),
    ]);
    assert_eq!(part.code, 0, "{part}");
    let (one, two) = (folder.join("1"), folder.join("2/latest"));
    let merged = project.ran(&[
        "report",
        "merge",
        one.join("latest").to_str().unwrap(),
        two.to_str().unwrap(),
        "--out",
        project.path("m").to_str().unwrap(),
    ]);
    assert!(
        merged.code == 2
            && merged.stderr.contains("the settings differ")
            && merged.stderr.contains("the waivers: "),
        "{merged}"
    );
}

#[test]
fn a_run_that_goes_on_keeps_its_waivers_and_its_day() {
    let (project, faults) = half_waived();
    let (_, whole) = project.run("2026-12-31", &faults);
    // Cut off after a hundred cases, and gone on with after the last day of the waiver.
    let log = project.latest("run.ndjson");
    let lines: Vec<&str> = log.lines().take(300).collect();
    let run = project.path("cut/2026");
    fs::create_dir_all(&run).unwrap();
    fs::write(run.join("run.ndjson"), lines.join("\n") + "\n").unwrap();
    let resume = ["run", "--today", "2027-01-01", "--resume", run.to_str().unwrap()];
    let resumed = project.ran(&[&resume[..], &faults].concat());
    assert_eq!(resumed.code, 1, "{resumed}");
    let resumed: Value = serde_json::from_str(&fs::read_to_string(run.join("report.json")).unwrap()).unwrap();
    assert_eq!((&resumed["waivers"], &resumed["exit"]), (&whole["waivers"], &whole["exit"]));
    assert_eq!(support::essence(&resumed)["findings"], support::essence(&whole)["findings"]);
    // With other waivers it would be another run.
    fs::write(run.join("run.ndjson"), lines.join("\n") + "\n").unwrap();
    fs::remove_file(project.path("contracts/waivers.yaml")).unwrap();
    let refused = project.ran(&[&resume[..], &faults].concat());
    assert!(refused.code == 2 && refused.stderr.contains("then and now differ in the waivers"), "{refused}");
}

#[test]
fn a_waiver_of_one_case_leaves_the_others_broken() {
    let project = Project::new();
    let fault = ["--fault", "server-error@reset-product-authentication/product_id", "--repeat-findings", "0"];
    let (_, found) = project.run("2026-11-22", &fault);
    let several = found["findings"].as_array().unwrap().iter().find(|finding| finding["count"] == 3).unwrap();
    assert!(several.get("repeated").is_none(), "{several:#}");
    let case = several["witnesses"][1]["case"].as_str().unwrap();
    let waived =
        project.ran(&["waive", case, "--until", "2026-12-31", "--because", "x", "--today", "2026-11-22"]);
    assert_eq!(waived.code, 0, "{waived}");
    assert!(project.waivers().contains(&format!("case: \"{case}\"")), "{}", project.waivers());
    let (run, both) = project.run("2026-11-22", &fault);
    assert_eq!(run.code, 1, "{run}");
    keeps_its_schema(&both);
    let of = |waived: bool| {
        let all = both["findings"].as_array().unwrap().iter();
        all.filter(move |finding| {
            finding["address"] == several["address"] && finding.get("waived").is_some() == waived
        })
        .map(|finding| finding["count"].as_u64().unwrap())
        .collect::<Vec<_>>()
    };
    assert_eq!((of(false), of(true)), (vec![2], vec![1]), "{:#}", both["findings"]);
    // In the history it is one finding of one clause, which stays broken.
    let history = project.ran(&["history", "--json"]);
    assert_eq!(history.code, 0, "{history}");
    let history: Value = serde_json::from_str(&history.stdout).unwrap();
    let schema: Value = serde_json::from_str(include_str!("../docs/history.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&history).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    assert_eq!(history["runs"][1]["totals"]["waived"], 1);
    let clauses = history["clauses"].as_array().unwrap();
    let clause = clauses.iter().find(|clause| clause["address"] == several["address"]).unwrap();
    assert_eq!(clause["marks"], "BB", "{clause:#}");
    let findings = clause["findings"].as_array().unwrap().iter();
    let same = findings.filter(|finding| finding["fingerprint"] == several["fingerprint"]);
    assert_eq!(same.map(|finding| finding["count"].as_u64().unwrap()).collect::<Vec<_>>(), [3], "{clause:#}");
}

#[test]
fn what_can_not_be_waived_is_refused_with_a_reason() {
    let project = Project::new();
    let waive = |finding: &str, until: &str| {
        project.ran(&["waive", finding, "--until", until, "--because", "x", "--today", "2026-11-22"])
    };
    let none = waive(CLAUSE, "2026-12-31");
    assert!(none.code == 2 && none.stderr.contains("`countersign run` makes a report"), "{none}");
    project.run("2026-11-22", &["--fault", "server-error@reset-product-authentication/product_id"]);
    let clause = "reset-product-authentication/request/path/product_id/maximum";
    for (finding, until, says) in [
        (clause, "2026-02-30", "`2026-02-30` is not a day"),
        (clause, "2026-11-21", "has passed already, today is 2026-11-22"),
        (
            &clause[..clause.len() - 1],
            "2026-12-31",
            "did you mean `reset-product-authentication/request/path/product_id/maximum`?",
        ),
        ("nothing", "2026-12-31", "has no finding `nothing`"),
    ] {
        let refused = waive(finding, until);
        assert!(refused.code == 2 && refused.stderr.contains(says), "{refused}");
    }
    assert!(!project.path("contracts/waivers.yaml").exists());
    // A file that can't be added to stays as it is.
    fs::write(project.path("contracts/waivers.yaml"), "waivers: [ }\n").unwrap();
    let bad = waive(clause, "2026-12-31");
    assert!(bad.code == 2 && bad.stderr.contains("contracts/waivers.yaml:1:"), "{bad}");
    assert_eq!(project.waivers(), "waivers: [ }\n");
}

#[test]
fn a_waiver_file_with_errors_stops_the_run_before_it_sends_anything() {
    let folder = tempfile::tempdir().unwrap();
    let text = "waivers:\n  - clause: a/b\n    answer: 200 unexpected-status 0123456789ab\n    reason: x\n    untill: 2026-12-31\n";
    let (_keep, path) = file("w.yaml", text);
    let run = run_into(folder.path(), &["--waivers", path.to_str().unwrap()]);
    assert_eq!(run.code, 2, "{run}");
    for says in ["w.yaml:5:5", "did you mean `until`?", "a waiver needs `until`"] {
        assert!(run.stderr.contains(says), "{says}\n{run}");
    }
    let run = run_into(folder.path(), &["--waivers", "no/such.yaml"]);
    assert!(run.code == 2 && run.stderr.contains("no/such.yaml"), "{run}");
    // A clause that nobody promises is told, and matches nothing.
    let text = text.replace("a/b", &CLAUSE.replace("project_id", "projct_id")).replace("untill", "until");
    let (_keep, path) = file("w.yaml", &text);
    let run = run_into(folder.path(), &["--waivers", path.to_str().unwrap(), "--today", "2026-11-22"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(run.stderr.contains(&format!("did you mean `{CLAUSE}`?")), "{run}");
    assert!(run.stdout.contains("broken: 1 waiver matches nothing any more"), "{run}");
}

type Change = fn(&mut CaseFinished);

/// Which part of the plan is played.
#[derive(Debug, Clone, Copy)]
enum Part {
    Whole,
    Selected,
    Changed,
    Shard,
}

/// A report of one case of the clause 0, with a finding by this answer or none.
fn judged(gate: Gate, part: Part, answer: Option<&str>, change: impl FnOnce(&mut CaseFinished)) -> RunReport {
    let mut case = fixture::case(0, 0, Side::Refuse, "the case");
    case.observed.clear();
    if let Some(answer) = answer {
        let mut finding = fixture::finding(
            0,
            "unexpected-status",
            "answered 500, expected 400",
            FindingSite::Status,
            "a",
            "b",
        );
        finding.answer = Some(answer.into());
        case.findings = vec![finding];
        case.status = VerdictStatus::Broken;
    }
    change(&mut case);
    let mut started = fixture::started("https://example.com");
    if let Event::RunStarted(started) = &mut started {
        started.settings.gate = gate;
        match part {
            Part::Whole => {}
            Part::Selected => started.settings.select = Some("look/**".into()),
            Part::Changed => started.settings.changed_since = Some("old.yaml".into()),
            Part::Shard => started.settings.shard = countersign::model::Shard::new(1, 2),
        }
    }
    let mut aggregate = Aggregate::new();
    for event in [started, Event::CaseFinished(Box::new(case)), fixture::finished(0, "kept", "")] {
        aggregate.event(&event);
    }
    aggregate.report()
}

const ANSWER: &str = "500 unexpected-status 0123456789ab";

fn waiver(change: impl FnOnce(&mut Waiver)) -> Gate {
    let mut waiver = Waiver {
        clause: Some(fixture::outline().clauses[0].address.clone()),
        case: None,
        seen: None,
        answer: ANSWER.into(),
        reason: "x".into(),
        owner: None,
        ticket: None,
        until: "2026-12-31".into(),
        flaky: false,
        place: countersign::text::Place::default(),
    };
    change(&mut waiver);
    Gate { today: "2026-12-31".into(), waivers: vec![waiver], ..Gate::default() }
}

#[test]
fn a_waiver_is_judged_only_where_the_run_had_to_show_it() {
    use WaiverStanding::{Changed, Expired, Stale, Unjudged, Used};
    let seen = |id: &str| Some(CaseId(id.into()));
    let own = fixture::case(0, 0, Side::Refuse, "the case").case;
    let inconclusive = |case: &mut CaseFinished| case.status = VerdictStatus::Inconclusive;
    let as_is = |_: &mut CaseFinished| {};
    let as_a_part = [
        ("gone from a part of the plan", waiver(|_| {}), Unjudged, Unjudged),
        ("its case was in that part", waiver(|one| one.seen = Some(own.clone())), Stale, Unjudged),
        ("its case was in another part", waiver(|one| one.seen = seen("ffff")), Unjudged, Unjudged),
        ("of the case itself", waiver(|one| one.case = Some(own.clone())), Stale, Stale),
    ];
    for (name, gate, standing, of_shard) in as_a_part {
        for (part, standing) in
            [(Part::Selected, standing), (Part::Changed, standing), (Part::Shard, of_shard)]
        {
            let report = judged(gate.clone(), part, None, as_is);
            assert_eq!(report.waivers[0].standing, standing, "{name} {part:?}: {:?}", report.waivers);
        }
    }
    let cases: Vec<(&str, Gate, Option<&str>, Change, WaiverStanding)> = vec![
        ("it is there", waiver(|_| {}), Some(ANSWER), as_is, Used),
        ("it is gone", waiver(|_| {}), None, as_is, Stale),
        ("another answer", waiver(|_| {}), Some("502 unexpected-status 0123456789ab"), as_is, Changed),
        ("of another case", waiver(|one| one.case = seen("ffff")), Some(ANSWER), as_is, Unjudged),
        ("no verdict", waiver(|_| {}), None, inconclusive, Unjudged),
        ("now and then", waiver(|one| one.flaky = true), None, as_is, Unjudged),
        (
            "of another contract",
            waiver(|one| one.clause = Some("no/such".into())),
            Some(ANSWER),
            as_is,
            Unjudged,
        ),
        ("a promise taken back", waiver(|one| *one.clause.as_mut().unwrap() += "/gone"), None, as_is, Stale),
        ("the last day is over", waiver(|one| one.until = "2026-12-30".into()), Some(ANSWER), as_is, Expired),
    ];
    for (name, gate, answer, change, standing) in cases {
        let report = judged(gate, Part::Whole, answer, change);
        assert_eq!(report.waivers[0].standing, standing, "{name}: {:?}", report.waivers);
        let waived = report.findings.iter().all(|finding| finding.waived.is_some());
        assert_eq!(report.exit.code == 1, standing.fails() || !waived, "{name}: {:?}", report.exit);
        assert_eq!(report.waivers[0].says.is_empty(), !standing.fails(), "{name}");
    }
}

#[test]
fn a_policy_for_each_kind_of_finding() {
    let weighed = |result: RepeatResult, gate: Gate| {
        let repeated = Repeated { result, shown: 1, of: 3, because: None };
        judged(gate, Part::Whole, Some(ANSWER), |case| case.findings[0].repeated = Some(repeated))
    };
    for result in [
        RepeatResult::Flaky,
        RepeatResult::Environment,
        RepeatResult::Deterministic,
        RepeatResult::NotRepeated,
    ] {
        for (policy, code) in [(Policy::Fail, 1), (Policy::Inconclusive, 3), (Policy::Warn, 0)] {
            let mut gate = Gate::default();
            match result {
                RepeatResult::Flaky => gate.on_flaky = policy,
                RepeatResult::Environment => gate.on_environment = policy,
                RepeatResult::Deterministic | RepeatResult::NotRepeated => gate.on_deterministic = policy,
            }
            let report = weighed(result, gate);
            // The one case only had to be refused, which alone is never kept.
            let code = if code == 0 { 3 } else { code };
            assert_eq!(report.exit.code, code, "{result:?} {policy:?}: {:?}", report.exit);
            let text = terminal::text(&report, terminal::Style::default());
            assert!(text.contains(result.word()), "{text}");
            let mut xml = Vec::new();
            renderer("junit").unwrap().render(&report, &mut xml).unwrap();
            let xml = String::from_utf8(xml).unwrap();
            assert_eq!(xml.contains("<failure"), policy == Policy::Fail, "{result:?} {policy:?}\n{xml}");
        }
    }
    // What the transport did for the moment says nothing about the promise.
    let report = weighed(RepeatResult::Environment, Gate::default());
    assert_eq!(report.clauses[0].standing, countersign::model::Standing::Inconclusive);
}

#[test]
fn the_gravest_of_several_cases_decides() {
    let mut aggregate = Aggregate::new();
    aggregate.event(&fixture::started("https://example.com"));
    for (order, result) in
        [(0, RepeatResult::Flaky), (1, RepeatResult::Deterministic), (2, RepeatResult::Flaky)]
    {
        let mut case = fixture::case(order, 0, Side::Refuse, &format!("case {order}"));
        let mut finding = fixture::finding(
            0,
            "unexpected-status",
            "answered 500, expected 400",
            FindingSite::Status,
            "a",
            "b",
        );
        finding.repeated = Some(Repeated { result, shown: 1 + order % 2, of: 2, because: None });
        case.findings = vec![finding];
        case.status = VerdictStatus::Broken;
        aggregate.event(&Event::CaseFinished(Box::new(case)));
    }
    let report = aggregate.report();
    assert_eq!(report.findings.len(), 1);
    let repeated = report.findings[0].repeated.as_ref().unwrap();
    assert_eq!((repeated.result, repeated.shown, repeated.of), (RepeatResult::Deterministic, 2, 2));
}

/// The results of a report's findings, and how often each.
fn results(report: &Value) -> std::collections::BTreeMap<String, usize> {
    let mut results = std::collections::BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        let result = finding["repeated"]["result"].as_str().unwrap_or("none").to_owned();
        *results.entry(result).or_default() += 1;
    }
    results
}

#[test]
fn the_mock_is_flaky_and_its_connections_fail() {
    let folder = tempfile::tempdir().unwrap();
    let played = |more: &[&str]| {
        let select = "query-product-authentication/request/path/**";
        let words = ["--select", select, "--jobs", "1", "--retries", "0", "--today", "2026-11-22"];
        let run = run_into(folder.path(), &[&words, more].concat());
        (run.code, report(folder.path()), run)
    };
    let flaky = ["--fault", "flaky@query-product-authentication"];
    for (policy, code) in [("fail", 1), ("inconclusive", 3), ("warn", 0)] {
        let (ended, report, run) = played(&[&flaky[..], &["--on-flaky", policy]].concat());
        assert_eq!(ended, code, "{run}");
        assert_eq!(results(&report).keys().collect::<Vec<_>>(), ["flaky"], "{:#}", report["findings"]);
        keeps_its_schema(&report);
        // Every third request fails, so of three in a row just one.
        let first = &report["findings"][0]["repeated"];
        assert_eq!((&first["shown"], &first["of"]), (&1.into(), &3.into()), "{first}");
    }
    let (code, report, run) = played(&[&flaky[..], &["--repeat-findings", "5"]].concat());
    assert_eq!((code, &report["findings"][0]["repeated"]["of"]), (1, &6.into()), "{run}");
    let (_, report, run) = played(&[&flaky[..], &["--repeat-findings", "0"]].concat());
    assert_eq!(results(&report).keys().collect::<Vec<_>>(), ["none"], "{run}");

    // A connection that breaks now and then is the environment's; one that always breaks is the deployment's.
    let reset = ["--fault", "connection-reset@query-product-authentication", "--fault-rate"];
    let (code, report, run) = played(&[&reset[..], &["0.1"]].concat());
    assert_eq!(code, 3, "{run}");
    assert_eq!(results(&report).keys().collect::<Vec<_>>(), ["environment"], "{:#}", report["findings"]);
    let clause = report["clauses"].as_array().unwrap().iter();
    let within =
        clause.clone().find(|clause| clause["address"] == "query-product-authentication/response/within");
    assert_eq!(within.unwrap()["standing"], "inconclusive");
    keeps_its_schema(&report);
    let (code, _, run) = played(&[&reset[..], &["0.1", "--on-environment", "fail"]].concat());
    assert_eq!(code, 1, "{run}");
    let (code, report, run) = played(&[&reset[..], &["1"]].concat());
    assert_eq!(code, 1, "{run}");
    assert_eq!(results(&report).keys().collect::<Vec<_>>(), ["deterministic"], "{:#}", report["findings"]);
}

#[test]
fn only_what_changes_nothing_is_sent_again() {
    let operation = |name: &str, method: &str| {
        format!(
            "  {name}:
    request: {method} /{name}
    convention: usual
    body: {{ required: true, schema: {{ type: object, required: [name], properties: {{ name: {{ type: string, maxLength: 5 }} }} }} }}
    responses: {{ 200: {{}}, 400: {{}} }}
"
        )
    };
    let contract = format!(
        "countersign: 1
title: Notes
defaults: {{ refused: {{ status: 400 }} }}
operations:
  look: {{ request: GET /look, convention: usual, responses: {{ 200: {{}} }} }}
{}{}{}restore:
  all: {{ says: the name, undoes: [undone], after: [ {{ operation: undone, body: {{ name: old }} }} ] }}
",
        operation("made", "POST"),
        operation("refused", "POST"),
        operation("undone", "PUT"),
    );
    let (_keep, path) = file("notes.yaml", &contract);
    // Reads fail; one operation refuses everything with a status that nobody documents, the others accept everything.
    let (port, asked) = deployed(|line| match line.split(['/', ' ']).nth(2).unwrap_or_default() {
        "look" => (500, "{}"),
        "refused" => (422, "{}"),
        _ => (200, "{}"),
    });
    let folder = tempfile::tempdir().unwrap();
    let target = format!("http://127.0.0.1:{port}");
    let select = "look/response/200, */request/body/name/maxLength & side:refuse";
    let sent = |repeat: &str| {
        asked.lock().unwrap().clear();
        let contract = path.to_str().unwrap();
        let words = [contract, "--target", &target, "--select", select, "--repeat-findings", repeat];
        let run = run_into(folder.path(), &words);
        assert_eq!(run.code, 1, "{run}");
        let asked = asked.lock().unwrap();
        ["GET /look", "POST /made", "POST /refused", "PUT /undone"]
            .map(|line| asked.iter().filter(|asked| asked.starts_with(line)).count())
    };
    // Two names are too long; what is put back at the end is one request more.
    assert_eq!(sent("0"), [1, 2, 2, 3]);
    assert_eq!(sent("2"), [3, 2, 6, 7]);
    // Exactly as it was: the line, the header and the body.
    let requests = asked.lock().unwrap().clone();
    let mut refused: Vec<&String> = requests.iter().filter(|one| one.starts_with("POST /refused")).collect();
    refused.sort();
    refused.dedup();
    assert_eq!(refused.len(), 2, "{refused:#?}");
    assert!(refused[0].contains("\r\n\r\n{\"name\":"), "{refused:#?}");
    let report = report(folder.path());
    let of = |operation: &str| {
        let all = report["findings"].as_array().unwrap().iter();
        let mine = all.filter(|finding| finding["address"].as_str().unwrap().starts_with(operation));
        mine.map(|finding| finding["repeated"].clone()).collect::<Vec<_>>()
    };
    for operation in ["look", "refused", "undone"] {
        let found = of(operation);
        assert!(!found.is_empty() && found.iter().all(|one| one["result"] == "deterministic"), "{found:#?}");
    }
    let made = of("made");
    assert!(!made.is_empty() && made.iter().all(|one| one["result"] == "not-repeated"), "{made:#?}");
    assert!(made[0]["because"].as_str().unwrap().contains("`made` may have changed something"), "{made:#?}");
}

const LOOK: &str = "countersign: 1
title: Notes
defaults: { within: 100ms }
operations:
  look: { request: GET /look, convention: usual, responses: { 200: {} } }
";

#[test]
fn repetitions_are_bounded() {
    let (_keep, path) = file("notes.yaml", LOOK);
    let (port, asked) = deployed(|_| (500, "{}"));
    let folder = tempfile::tempdir().unwrap();
    let target = format!("http://127.0.0.1:{port}");
    let select = ["--select", "look/response/200", "--jobs", "4"];
    let mut counts = Vec::new();
    for rounds in ["1", "64", "100"] {
        asked.lock().unwrap().clear();
        let words = [path.to_str().unwrap(), "--target", &target, "--repeat", rounds];
        let run = run_into(folder.path(), &[&words, &select[..]].concat());
        assert_eq!(run.code, 1, "{run}");
        counts.push(asked.lock().unwrap().iter().filter(|line| line.starts_with("GET /look")).count());
    }
    // Each case once, and two times more each of the first 64 of the clause.
    assert_eq!(counts, [3, 64 * 3, 64 * 3 + 36]);
    let found = &report(folder.path())["findings"][0];
    assert_eq!(found["count"], 100);
    assert_eq!(found["repeated"], serde_json::json!({ "result": "deterministic", "shown": 192, "of": 192 }));
}

#[test]
fn what_waits_in_vain_again_is_not_waited_for_a_third_time() {
    let (_keep, path) = file("notes.yaml", LOOK);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let target = format!("http://{}", listener.local_addr().unwrap());
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let seen = std::sync::Arc::clone(&asked);
    std::thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming().flatten() {
            use std::io::Read as _;
            let seen = std::sync::Arc::clone(&seen);
            open.push(stream.try_clone().unwrap());
            std::thread::spawn(move || {
                let mut stream = stream;
                if stream.read(&mut [0; 4096]).is_ok_and(|count| count > 0) {
                    seen.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                }
            });
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let words = [path.to_str().unwrap(), "--target", &target, "--select", "look/response/200"];
    let run = run_into(folder.path(), &[&words[..], &["--timeout", "300ms", "--retries", "0"]].concat());
    assert_eq!(run.code, 1, "{run}");
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 2, "{run}");
    let found = &report(folder.path())["findings"][0]["repeated"];
    assert_eq!(found, &serde_json::json!({ "result": "deterministic", "shown": 2, "of": 2 }));
}

#[test]
fn a_case_that_removes_what_it_makes_can_be_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let played = |fault: &str, select: &str| {
        let contract = ["tests/collections/notes.yaml", "--var", "token=secret-of-the-test"];
        let run = run_into(folder.path(), &[&contract[..], &["--fault", fault, "--select", select]].concat());
        assert_eq!(run.code, 1, "{run}");
        results(&report(folder.path())).into_keys().collect::<Vec<_>>()
    };
    let notes = "*-note/request/body/text/**";
    assert_eq!(played("upper-bound-one-high@update-note/text", notes), ["deterministic"]);
    assert_eq!(
        played("upper-bound-one-high@create-note/text", notes),
        ["deterministic"],
        "gone with its board"
    );
    assert_eq!(played("upper-bound-one-high@create-board/title", "create-board/**"), ["not-repeated"]);
}
