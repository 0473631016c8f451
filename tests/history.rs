//! What became of each clause from run to run, read from plain files.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files, and may panic")]

#[path = "support/past.rs"]
mod past;
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use countersign::model::{Event, History, RunReport, Shard};
use countersign::report::history::{Choice, Library, fold, json, page, recall};
use countersign::report::terminal::{self, Style};
use countersign::report::{RENDERERS, renderer};
use past::{address, cut_short, events, folded, start, write_log, write_report};
use proptest::prelude::*;
use serde_json::Value;
use support::{Ran, THINGS, countersign, file, finish, only_run, ran, report, run_into};

fn read(folder: &Path) -> History {
    let mut library = Library::new();
    library.read(folder, None);
    fold(&library, Choice::default())
}

fn library(runs: &[Vec<Event>]) -> Library {
    let mut library = Library::new();
    for events in runs {
        library.report(&folded(events));
    }
    library
}

fn of(runs: &[Vec<Event>]) -> History {
    fold(&library(runs), Choice::default())
}

/// The state of each clause that has something to tell, by its number.
fn told(history: &History) -> BTreeMap<usize, &'static str> {
    let number = |address: &str| (0..100).find(|at| self::address(*at) == address).unwrap();
    history.clauses.iter().map(|clause| (number(&clause.address), clause.history.state.word())).collect()
}

/// One clause through these runs, one per letter; every run has a second clause that is kept.
fn course(letters: &str) -> Option<(&'static str, String, String)> {
    let runs: Vec<Vec<Event>> =
        (0u32..).zip(letters.chars()).map(|(night, letter)| events(night, &format!("{letter}K"))).collect();
    let history = of(&runs);
    let clause = history.clauses.iter().find(|clause| clause.address == address(0))?;
    assert_eq!(clause.marks, letters);
    let nights = |name: &countersign::model::RunName| name.started[8..10].to_owned();
    Some((clause.history.state.word(), nights(&clause.history.first), nights(&clause.history.since)))
}

#[test]
fn a_sequence_of_runs_has_a_state() {
    for (letters, expected) in [
        ("B", Some(("new", "01", "01"))),
        ("KB", Some(("new", "02", "02"))),
        ("KBB", Some(("still failing", "02", "02"))),
        ("BKB", Some(("flapping", "01", "03"))),
        ("KBK", Some(("fixed", "02", "02"))),
        ("KKK", None),
        ("-?-", None),
        // What a run does not show changes nothing.
        ("KB-", Some(("new", "02", "02"))),
        ("B-B", Some(("still failing", "01", "01"))),
        ("B?", Some(("new", "01", "01"))),
        ("Bk", Some(("new", "01", "01"))),
        (".B.", None),
        (".BK", Some(("fixed", "02", "02"))),
        ("BKBKKKKKKKKKK", None),
        ("BKKKKKKKKKKB", Some(("new", "01", "12"))),
    ] {
        let got = course(letters);
        let got = got.as_ref().map(|(state, first, since)| (*state, first.as_str(), since.as_str()));
        assert_eq!(got, expected, "{letters}");
    }
}

#[test]
fn only_a_run_that_puts_as_much_to_the_test_fixes() {
    type Change = fn(Vec<Event>) -> Vec<Event>;
    let shard: Change = |mut events| {
        start(&mut events).settings.shard = Shard::new(1, 2);
        events
    };
    let select: Change = |mut events| {
        start(&mut events).settings.select = Some("get/**".into());
        events
    };
    let since: Change = |mut events| {
        start(&mut events).settings.changed_since = Some("old".into());
        events
    };
    let reads: Change = |mut events| {
        start(&mut events).settings.writes = false;
        events
    };
    let part = [shard, select, since, reads];
    for change in part {
        let state = |runs: &[Vec<Event>]| told(&of(runs)).get(&0).copied();
        let (broken, kept) = (|night| events(night, "BK"), |night| events(night, "KK"));
        assert_eq!(state(&[broken(0), change(kept(1))]), Some("new"));
        assert_eq!(state(&[broken(0), change(kept(1)), kept(2)]), Some("fixed"));
        assert_eq!(state(&[change(broken(0)), change(kept(1))]), Some("fixed"));
        assert_eq!(state(&[change(broken(0)), kept(1)]), Some("fixed"));
        // What a part finds broken is broken.
        assert_eq!(state(&[kept(0), change(broken(1))]), Some("new"));
        assert_eq!(state(&[change(broken(0)), broken(1), change(kept(2))]), Some("still failing"));
    }
    // A run that ended before its plan did, and one of which a case could not be concluded.
    assert_eq!(told(&of(&[events(0, "BK"), cut_short(events(1, "KK"))]))[&0], "new");
    let mut lost = events(1, "KK");
    for event in &mut lost {
        if let Event::PlanEnded(plan) = event {
            plan.lost = 1;
        }
    }
    assert_eq!(told(&of(&[events(0, "BK"), lost]))[&0], "new");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_run_that_shows_nothing_of_a_clause_changes_no_state(
        runs in prop::collection::vec("[KBk?-]{4}", 1..8),
        at in 0usize..8,
        nothing in "[k?-]{4}",
    ) {
        let at = at.min(runs.len());
        let mut more = runs.clone();
        more.insert(at, nothing);
        let of = |runs: &[String]| of(&(0u32..).zip(runs).map(|(night, letters)| events(night, letters)).collect::<Vec<_>>());
        let (before, after) = (of(&runs), of(&more));
        prop_assert_eq!(told(&before), told(&after));
        prop_assert_eq!(before.states, after.states);
    }

    #[test]
    fn every_clause_is_in_one_state_and_what_is_broken_is_told(runs in prop::collection::vec("[KB?-]{5}", 1..12)) {
        let history = of(&(0u32..).zip(&runs).map(|(night, letters)| events(night, letters)).collect::<Vec<_>>());
        let states = history.states;
        let all = states.new + states.still_failing + states.flapping + states.fixed + states.kept + states.open;
        prop_assert_eq!((all, states.removed), (5, 0));
        for clause in 0..5 {
            let verdicts: String = runs.iter().filter_map(|run| run.chars().nth(clause)).filter(|c| "KB".contains(*c)).collect();
            let broken = verdicts.ends_with('B');
            let told = told(&history).get(&clause).copied();
            prop_assert!(!broken || matches!(told, Some("new" | "still failing" | "flapping")), "{} {:?}", verdicts, told);
            prop_assert!(broken || matches!(told, None | Some("fixed" | "flapping")), "{} {:?}", verdicts, told);
        }
    }

    #[test]
    fn a_run_is_told_what_the_history_with_it_says(
        runs in prop::collection::vec("[KBk?-]{4}", 1..8),
        last in "[KBk?-]{4}",
    ) {
        let nights: Vec<Vec<Event>> = (0u32..).zip(&runs).map(|(night, letters)| events(night, letters)).collect();
        let mut library = library(&nights);
        let mut this = events(99, &last);
        let recalled = recall(&library, start(&mut this)).unwrap();
        this.insert(1, Event::Recalled(recalled));
        let report = folded(&this);
        library.report(&report);
        let history = fold(&library, Choice::default());
        for clause in &report.clauses {
            let whole = history.clauses.iter().find(|one| one.address == clause.address).map(|one| &one.history);
            match &clause.history {
                Some(told) => prop_assert_eq!(Some(told), whole),
                // What an earlier run fixed is told by the history alone.
                None => prop_assert!(whole.is_none_or(|whole| whole.fixed.is_some()), "{:?}", whole),
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_bytes_make_it_fail(
        log in any::<bool>(),
        cut in 0usize..20_000,
        changes in prop::collection::vec((0usize..20_000, any::<u8>()), 0..4),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let good = folder.path().join("good");
        write_report(folder.path(), "good", &events(0, "BK"));
        let (bad, name) = if log {
            (write_log(folder.path(), "bad", &events(1, "KB?k")), "run.ndjson")
        } else {
            (write_report(folder.path(), "bad", &events(1, "KB?k")), "report.json")
        };
        let mut bytes = fs::read(bad.join(name)).unwrap();
        bytes.truncate(cut.max(bytes.len() / 2));
        for (at, byte) in changes {
            if let Some(there) = bytes.get_mut(at) {
                *there = byte;
            }
        }
        fs::write(bad.join(name), bytes).unwrap();
        let mut library = Library::new();
        library.read(folder.path(), None);
        let history = fold(&library, Choice { all_targets: true, ..Choice::default() });
        prop_assert!(history.runs.iter().any(|run| run.started.starts_with("2026-01-01")), "{}", good.display());
        prop_assert!(history.runs.len() + history.left_out.len() >= 2);
        prop_assert!(!terminal::history(&history, Style::default()).is_empty());
        prop_assert!(!text_of(page, &history).is_empty());
        valid("docs/history.schema.json", &serde_json::from_str(&text_of(json, &history)).unwrap());
    }
}

/// Every number of the report becomes this one.
fn enlarged(value: &mut Value, number: u64) {
    match value {
        Value::Number(there) => *there = number.into(),
        Value::Array(elements) => elements.iter_mut().for_each(|element| enlarged(element, number)),
        Value::Object(members) => {
            for (name, member) in members {
                if !["format", "clause", "code", "jobs", "repeat"].contains(&name.as_str()) {
                    enlarged(member, number);
                }
            }
        }
        _ => {}
    }
}

#[test]
fn numbers_beyond_measure_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    for (night, number) in [(0, 0), (1, u64::MAX), (2, u64::MAX / 2 + 1)] {
        let path =
            write_report(folder.path(), &night.to_string(), &events(night, "KB?kB")).join("report.json");
        let mut report: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        enlarged(&mut report["totals"], number);
        enlarged(&mut report["clauses"], number);
        enlarged(&mut report["findings"], number);
        enlarged(&mut report["timings"], number);
        enlarged(&mut report["plan"], number);
        fs::write(&path, report.to_string()).unwrap();
    }
    let history = read(folder.path());
    assert_eq!((history.runs.len(), history.left_out.len()), (3, 0), "{:?}", history.left_out);
    assert!(history.runs.iter().all(|run| (0.0..=100.0).contains(&run.coverage)));
    assert!(terminal::history(&history, Style::default()).contains("still failing: 2 clauses"));
    assert!(text_of(page, &history).contains("</html>"));
}

#[test]
fn files_are_read_in_any_order_at_any_depth_once_and_from_either_form() {
    let nights = ["KKBK-", "BKBK?", "BBKKk", "BKBKB"];
    let whole = of(&(0u32..).zip(nights).map(|(night, letters)| events(night, letters)).collect::<Vec<_>>());
    assert_eq!(
        told(&whole),
        BTreeMap::from([(0, "still failing"), (1, "fixed"), (2, "flapping"), (4, "new")])
    );
    let folder = tempfile::tempdir().unwrap();
    // As artefacts come: named by jobs and not by time, at different depths, some with the log only.
    for (night, letters) in (0u32..).zip(nights) {
        let events = events(night, letters);
        match night {
            0 => write_log(folder.path(), "zz-first", &events),
            1 => write_report(folder.path(), "job-7/artifact/reports/20260102T", &events),
            2 => write_log(folder.path(), "job-3/a/b/c/d", &events),
            _ => write_report(folder.path(), "aa-last", &events),
        };
    }
    let mut history = read(folder.path());
    assert_eq!(history, whole);
    // A folder that was copied, and an older copy of a log from when the run went on.
    write_report(folder.path(), "copy", &events(3, "BKBKB"));
    write_log(folder.path(), "0-early", &events(3, "BKBKB")[..3]);
    history = read(folder.path());
    assert_eq!(history.left_out, ["2 copies of runs that are counted once"]);
    assert_eq!((history.runs, history.clauses), (whole.runs, whole.clauses));
    #[cfg(unix)]
    std::os::unix::fs::symlink("aa-last", folder.path().join("latest")).unwrap();
    assert_eq!(read(folder.path()).left_out, history.left_out, "`latest` is no copy");
}

#[test]
fn other_targets_and_other_contracts_are_told_apart() {
    let mut elsewhere = events(1, "KK");
    start(&mut elsewhere).settings.target = "mock".into();
    let mut other_variables = events(2, "KK");
    start(&mut other_variables).settings.environment = Some("second-tenant".into());
    let runs = [events(0, "BK"), elsewhere, other_variables, events(3, "-K")];
    let history = of(&runs);
    assert_eq!(told(&history), BTreeMap::from([(0, "new")]));
    assert_eq!(history.runs.len(), 2);
    assert_eq!(
        history.left_out,
        [
            "1 run against https://staging.example.com (environment second-tenant), another target",
            "1 run against mock (environment staging), another target"
        ]
    );
    let library = library(&runs);
    let all = fold(&library, Choice { all_targets: true, ..Choice::default() });
    assert_eq!((told(&all)[&0], all.runs.len(), &all.target), ("fixed", 4, &None));
    let two = fold(&library, Choice { all_targets: true, limit: Some(2), ..Choice::default() });
    assert_eq!((two.runs.len(), two.clauses.len()), (2, 0));
    assert_eq!(two.left_out, ["2 older runs that --limit leaves out"]);

    let mock = fold(&library, Choice { target: Some("mock"), ..Choice::default() });
    assert_eq!((mock.runs.len(), mock.target.as_deref()), (1, Some("mock")));

    // A run of another contract between does not remove what it does not have; a later run of the same one does.
    let mut other = events(1, "..KB");
    start(&mut other).contract.titles = vec!["Others".into()];
    let history = of(&[events(0, "BK"), other.clone()]);
    assert_eq!(told(&history), BTreeMap::from([(0, "new"), (3, "new")]));
    let history = of(&[events(0, "BK"), other, events(2, ".K")]);
    assert_eq!(told(&history), BTreeMap::from([(3, "new")]));
    assert_eq!(history.states.removed, 1);
}

/// What each of these folders says is one line, and the runs beside it are there.
#[test]
fn what_is_no_run_is_one_line_each() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write_report(folder.path(), "good-1", &events(0, "KB"));
    write_log(folder.path(), "good-2", &events(1, "BB"));
    let put = |name: &str, file: &str, bytes: &[u8]| {
        fs::create_dir_all(at(name)).unwrap();
        fs::write(at(name).join(file), bytes).unwrap();
    };
    let whole = fs::read(at("good-1/report.json")).unwrap();
    let changed = |from: &str, to: &str| String::from_utf8(whole.clone()).unwrap().replacen(from, to, 1);
    put("bad-empty", "report.json", b"");
    put("bad-foreign", "report.json", br#"{"stats": {"tests": 3}}"#);
    put("bad-cut-off", "report.json", &whole[..whole.len() / 2]);
    put("bad-binary", "report.json", &[0xff, 0xfe, 0, 1, 2]);
    put("bad-shape", "report.json", changed("\"format\": 1", "\"format\": 7").as_bytes());
    put("bad-later", "report.json", br#"{"format": 2, "all": "other"}"#);
    put("bad-time", "report.json", changed("2026-01-01T02:00:00Z", "yesterday").as_bytes());
    put("bad-name", "report.json", changed("20260101T020000000Z-00000", "../../\\u001b[2J").as_bytes());
    put("bad-nested", "report.json", "[".repeat(100_000).as_bytes());
    put("bad-log", "run.ndjson", b"{\"event\":\"case-started\",\"case\":\"1\"}\nnothing\nmore\n");
    put("bad-log-2", "run.ndjson", b"");
    put("bad-nul", "run.ndjson", &vec![0; 3_000_000]);
    for (name, file) in [("bad-huge", "report.json"), ("bad-huge-log", "run.ndjson")] {
        put(name, file, b"");
        // Nothing but zeros, and no room on the disk.
        fs::File::options().write(true).open(at(name).join(file)).unwrap().set_len(1 << 30).unwrap();
    }
    // No line for what is not called like a run's file, nor for a report that its log stands in for, but that it was.
    put("notes", "notes.txt", b"nothing");
    fs::create_dir_all(at("empty/empty")).unwrap();
    fs::create_dir_all(at("a-folder/report.json")).unwrap();
    write_log(folder.path(), "half", &events(2, "BK"));
    put("half", "report.json", b"{");
    let history = read(folder.path());
    assert_eq!(history.runs.len(), 3);
    assert_eq!(told(&history), BTreeMap::from([(0, "still failing"), (1, "fixed")]));
    let said: BTreeMap<&str, &str> = history
        .left_out
        .iter()
        .map(|line| line.split_once(": ").unwrap())
        .map(|(path, says)| (path.rsplit('/').nth(1).unwrap(), says))
        .collect();
    let expected = BTreeMap::from([
        ("bad-binary", "it is no report of Countersign"),
        ("bad-cut-off", "it is no report of Countersign"),
        ("bad-empty", "it is no report of Countersign"),
        ("bad-foreign", "it is no report of Countersign"),
        ("bad-huge", "it is larger than 256 MiB"),
        ("bad-huge-log", "line 1 of the log is longer than any event"),
        ("bad-later", "it has the shape 2, and this version of Countersign knows 1"),
        ("bad-log", "line 2 of the log is no event"),
        ("bad-log-2", "the log does not say how the run started"),
        ("bad-name", "its run has no name that a run could have"),
        ("bad-nested", "it is no report of Countersign"),
        ("bad-nul", "line 1 of the log is no event"),
        ("bad-shape", "it has the shape 7, and this version of Countersign knows 1"),
        ("bad-time", "it does not say when the run started"),
        ("half", "it is no report of Countersign"),
    ]);
    assert_eq!(history.left_out.len(), expected.len(), "{said:#?}");
    for (name, says) in expected {
        assert!(said[name].starts_with(says), "{name}: {}", said[name]);
    }
    // Nothing of it is a failure, and nothing steers the terminal.
    let run = ran(&["history", folder.path().to_str().unwrap()]);
    assert_eq!(run.code, 0, "{run}");
    assert!(run.stdout.contains("bad-cut-off/report.json: it is no report"), "{run}");
    assert!(!run.stdout.contains('\u{1b}'), "{run}");
    // Only where there is no run at all.
    let nothing = tempfile::tempdir().unwrap();
    fs::write(nothing.path().join("report.json"), "{}").unwrap();
    let run = ran(&["history", nothing.path().to_str().unwrap()]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.stderr.contains("there is no run in") && run.stderr.contains("left out"), "{run}");
    let run = ran(&["history", "/no/such/folder"]);
    assert_eq!(run.code, 2, "{run}");
}

fn valid(schema: &str, value: &Value) {
    let schema = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{} {error}", error.instance_path())).collect();
    assert_eq!(errors, Vec::<String>::new());
}

fn history(arguments: &[&str]) -> Ran {
    ran(&[&["history"], arguments].concat())
}

#[test]
fn the_program_tells_new_fixed_and_flapping() {
    let (_keep, contract) = file("things.yaml", THINGS);
    let contract = contract.to_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let reports = folder.path().to_str().unwrap();
    let fault = ["--fault", "missing-field@get/name"];
    let run = |more: &[&str]| run_into(folder.path(), &[&[contract], more].concat());
    let address = "get/response/200/body/name/required";
    let state = |report: &Value| {
        let clauses = report["clauses"].as_array().unwrap();
        let clause = clauses.iter().find(|clause| clause["address"] == address).unwrap();
        clause["history"]["state"].as_str().unwrap_or("nothing").to_owned()
    };

    assert_eq!(run(&[]).code, 0);
    assert_eq!(report(folder.path()).get("history"), None, "nothing to compare with");
    for (arguments, code, expected, says) in [
        (&fault[..], 1, "new", "history   new"),
        (&fault, 1, "still-failing", "history   still failing since 20"),
        (&[], 0, "fixed", "): broken since 20"),
        // A part that does not have it says nothing of it.
        (&["--select", "make/**"], 0, "nothing", "nothing broken, then and now"),
        (&fault, 1, "flapping", "history   flapping: broken in 3 of the last 5 runs that show it"),
        (&["--max-cases", "2"], 3, "flapping", "and not shown by this run"),
    ] {
        let run = run(arguments);
        assert_eq!(run.code, code, "{run}");
        assert!(run.stdout.contains(says), "{expected}: {run}");
        let report = report(folder.path());
        assert_eq!(state(&report), expected, "{run}");
        valid("docs/report.schema.json", &report);
        let latest = fs::read_to_string(folder.path().join("latest/run.ndjson")).unwrap();
        assert_eq!(latest.matches("{\"event\":\"recalled\"").count(), 1);
        // Every format is made from the log again as it was.
        let at = folder.path().join("latest");
        let names = RENDERERS.iter().map(|format| at.join(format.file_name())).filter(|path| path.exists());
        let before: Vec<_> = names.map(|path| (path.clone(), fs::read(path).unwrap())).collect();
        assert_eq!(finish(&countersign().args(["report", "rebuild"]).arg(&at).output().unwrap()).code, code);
        for (path, bytes) in before {
            assert!(fs::read(&path).unwrap() == bytes, "{}", path.display());
        }
    }

    let page = folder.path().join("history.html");
    let shown = history(&[reports, "--html", page.to_str().unwrap()]);
    assert_eq!(shown.code, 0, "{shown}");
    assert!(shown.stdout.contains("flapping: 1 clause"), "{shown}");
    assert!(shown.stdout.contains(&format!("✓✕✕✓–✕–  {address}")), "{shown}");
    assert!(shown.stdout.contains("only make/**") && shown.stdout.contains("not to its end"), "{shown}");
    assert!(fs::read_to_string(&page).unwrap().contains(address));
    let json: Value = serde_json::from_str(&history(&[reports, "--json"]).stdout).unwrap();
    valid("docs/history.schema.json", &json);
    assert_eq!(json["clauses"][0]["marks"], "KBBK-B-");
    assert_eq!(json["runs"].as_array().unwrap().len(), 7);
    let other = history(&[reports, "--target", "http://elsewhere"]);
    assert_eq!(other.code, 2, "{other}");
    assert!(other.stderr.contains("there are runs against mock"), "{other}");
    assert_eq!(history(&[reports, "--target", "mock"]).stdout, shown.stdout);
    let few: Value = serde_json::from_str(&history(&[reports, "--json", "--limit", "3"]).stdout).unwrap();
    assert_eq!(few["clauses"][0]["history"]["state"], "new");

    // Earlier runs elsewhere, none at all, and a folder that is not there yet.
    let own = tempfile::tempdir().unwrap();
    let elsewhere =
        run_into(own.path(), &[contract, "--history", reports, fault[0], fault[1], "--format", "all"]);
    assert_eq!(state(&report(own.path())), "flapping", "{elsewhere}");
    for name in ["report.md", "report.html", "junit.xml", "annotations.txt"] {
        let text = fs::read_to_string(own.path().join("latest").join(name)).unwrap();
        assert!(text.contains("flapping: broken in") || text.contains("flapping%3A broken in"), "{name}");
    }
    let alone = run_into(own.path(), &[contract, "--no-history", "--quiet"]);
    assert_eq!((alone.code, report(own.path()).get("history")), (0, None), "{alone}");
    let first = run_into(own.path(), &[contract, "--history", "not/there/yet"]);
    assert_eq!(first.code, 0, "{first}");
    assert!(first.stderr.contains("there is no such folder, so nothing is compared"), "{first}");
}

#[test]
fn a_run_that_goes_on_keeps_what_it_was_told() {
    let (_keep, contract) = file("things.yaml", THINGS);
    let contract = contract.to_str().unwrap();
    let earlier = tempfile::tempdir().unwrap();
    assert_eq!(run_into(earlier.path(), &[contract, "--fault", "missing-field@get/name"]).code, 1);
    let folder = tempfile::tempdir().unwrap();
    let past = ["--history", earlier.path().to_str().unwrap()];
    assert_eq!(run_into(folder.path(), &[&[contract, "--max-cases", "3"], &past[..]].concat()).code, 3);
    assert_eq!(report(folder.path())["history"]["unsettled"], 1);
    let log = only_run(folder.path()).unwrap().join("run.ndjson");
    let begun = fs::read_to_string(&log).unwrap();
    let resume = |more: &[&str]| {
        let mut command = countersign();
        finish(&command.args(["run", contract, "--resume"]).arg(folder.path()).args(more).output().unwrap())
    };
    let run = resume(&[]);
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(report(folder.path())["history"]["fixed"], 1, "{run}");
    // Killed before it was told, and gone on with after another run, which is no earlier one.
    assert_eq!(run_into(earlier.path(), &[contract]).code, 0);
    fs::write(&log, begun.lines().next().unwrap()).unwrap();
    let run = resume(&past);
    assert_eq!(run.code, 0, "{run}");
    let told = report(folder.path())["history"].clone();
    assert_eq!((&told["runs"], &told["fixed"]), (&1.into(), &1.into()), "{run}");
}

#[test]
fn shards_that_were_merged_are_one_run() {
    let (_keep, contract) = file("things.yaml", THINGS);
    let contract = contract.to_str().unwrap();
    let fault = ["--fault", "missing-field@get/name"];
    let all = tempfile::tempdir().unwrap();
    assert_eq!(run_into(&all.path().join("first"), &[&[contract][..], &fault].concat()).code, 1);
    for shard in ["1", "2", "3"] {
        run_into(
            &all.path().join("night/shards").join(shard),
            &[contract, "--shard", &format!("{shard}/3"), "--quiet"],
        );
    }
    let reports = all.path().to_str().unwrap();
    let apart: Value = serde_json::from_str(&history(&[reports, "--json"]).stdout).unwrap();
    assert_eq!(apart["runs"].as_array().unwrap().len(), 4);
    assert_eq!(apart["runs"][1]["part"], serde_json::json!(["shard 1/3"]));
    assert_eq!(apart["states"]["new"], 1, "no shard fixes what the whole run found");
    let out = all.path().join("night/whole");
    let mut merge = countersign();
    merge.args(["report", "merge"]).arg(all.path().join("night/shards")).arg("--out").arg(&out);
    let merge = finish(&merge.arg("--history").arg(all.path()).output().unwrap());
    assert_eq!(merge.code, 0, "{merge}");
    assert!(merge.stdout.contains("1 fixed, compared with 1 earlier run"), "{merge}");
    valid("docs/report.schema.json", &report(&out));
    let together: Value = serde_json::from_str(&history(&[reports, "--json"]).stdout).unwrap();
    assert_eq!(together["runs"].as_array().unwrap().len(), 2);
    assert_eq!(together["states"]["fixed"], 1);
    assert_eq!(together["left_out"][0], "3 shards, counted as the runs they were merged to");
    assert!(only_run(&out).is_some());
}

/// Nine nights with something of everything.
fn nights() -> Vec<Vec<Event>> {
    let mut nights: Vec<Vec<Event>> = (0u32..)
        .zip([
            "KKKKKB-?.",
            "KKBKKB-?.",
            "KKKBKB-KK",
            "KBKBKB-KK",
            "KBBKKBKKK",
            "KBKKKB-KK",
            "KBBKK?-KB",
            "KBBKB.-KK",
            "KBKkB.-?B",
        ])
        .map(|(night, letters)| events(night, letters))
        .collect();
    start(&mut nights[4]).settings.select = Some("get/**".into());
    nights[6] = cut_short(nights[6].clone());
    nights
}

fn golden(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/history").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, actual).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(expected == actual, "{name} is not as it was; UPDATE_GOLDEN=1 refreshes it\n{actual}");
}

fn text_of(
    of: impl Fn(&History, &mut dyn std::io::Write) -> std::io::Result<()>,
    history: &History,
) -> String {
    let mut out = Vec::new();
    of(history, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_history_is_drawn_as_before() {
    let mut history = of(&nights());
    history.left_out = vec!["artefacts/x/report.json: it is no report of Countersign (why)".into()];
    golden("nights.txt", &terminal::history(&history, Style::default()));
    golden("nights.ansi", &terminal::history(&history, Style { colour: true, width: 72 }));
    let json = text_of(json, &history);
    golden("nights.json", &json);
    valid("docs/history.schema.json", &serde_json::from_str(&json).unwrap());
    let html = text_of(page, &history);
    assert!(!html.contains("<script>alert") && !html.contains("<a> text"), "texts are no markup");
    assert_eq!(html.matches("</script>").count(), 1);
    let (before, rest) = html.split_once("<style>").unwrap();
    let (_, rest) = rest.split_once("</style>").unwrap();
    let (rest, _) = rest.split_once("<script>").unwrap();
    let (head, tail) = before.split_once("script-src 'sha256-").unwrap();
    let (_, tail) = tail.split_once('\'').unwrap();
    golden("nights.html", &format!("{head}script-src 'sha256-…'{tail}<style>…</style>{rest}<script>…\n"));
}

#[test]
fn a_run_beside_earlier_ones_is_drawn_as_before() {
    let library = library(&nights());
    let mut this = events(20, "BBKK-KKKK");
    let recalled = recall(&library, start(&mut this)).unwrap();
    this.insert(1, Event::Recalled(recalled));
    let compared: RunReport = folded(&this);
    golden("compared.txt", &terminal::text(&compared, Style::default()));
    let render = |id: &str| {
        let mut out = Vec::new();
        renderer(id).unwrap().render(&compared, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    golden("compared.md", &render("markdown"));
    valid("docs/report.schema.json", &serde_json::from_str(&render("json")).unwrap());
}

/// The peak resident set of `countersign history` over a folder, in KiB.
#[cfg(target_os = "linux")]
fn peak(folder: &Path) -> u64 {
    let mut command = countersign();
    command.arg("history").arg(folder).stdout(std::process::Stdio::null());
    let mut child = command.spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0);
        peak = peak.max(kib);
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    peak
}

#[cfg(target_os = "linux")]
#[test]
fn memory_goes_by_the_clauses_and_not_by_the_runs() {
    let folder = tempfile::tempdir().unwrap();
    let letters: String = (0..600).map(|clause| if clause % 50 == 0 { 'B' } else { 'K' }).collect();
    let (mut peaks, mut bytes) = (Vec::new(), 0);
    for night in 0..60 {
        if night == 6 {
            peaks.push(peak(folder.path()));
        }
        let report =
            write_report(folder.path(), &night.to_string(), &events(night, &letters)).join("report.json");
        bytes += fs::metadata(report).unwrap().len();
    }
    peaks.push(peak(folder.path()));
    println!("{bytes} bytes in 60 runs: {peaks:?} KiB for 6 and for 60 of them");
    assert!(bytes > 40_000_000, "{bytes}");
    assert!(peaks[0] > 0 && peaks[1] < peaks[0] + 6 * 1024, "{peaks:?} KiB");
}
