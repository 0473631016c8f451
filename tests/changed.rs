//! `--changed-since`: what is played when a contract has changed, and what the report says of the rest.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files, and may panic")]

mod support;

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use support::{THINGS, file, ran, report, run_into};

/// The addresses that have a case in the plan of `new`, given `old`.
fn played(old: &str, new: &str) -> BTreeSet<String> {
    let (_keep_old, old) = file("old.yaml", old);
    let (_keep_new, new) = file("new.yaml", new);
    let plan = ran(&["plan", "--json", new.to_str().unwrap(), "--changed-since", old.to_str().unwrap()]);
    assert_eq!(plan.code, 0, "{plan}");
    let lines = plan.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines
        .filter(|line| line.get("case").is_some())
        .map(|line| line["clause"].as_str().unwrap().to_owned())
        .collect()
}

/// What is played when nothing has changed: the examples, and the plainest requests of operations without one.
const SMOKE: [&str; 3] = ["get/response/200", "make/example/small", "remove/response/204"];

#[test]
fn each_change_is_played_with_the_smoke_set_and_nothing_else() {
    let case = |name: &str, from: &str, to: &str, more: &[&str]| {
        assert!(THINGS.contains(from), "{name}");
        let found = played(THINGS, &THINGS.replacen(from, to, 1));
        let expected: BTreeSet<String> =
            SMOKE.iter().chain(more).map(|address| (*address).to_owned()).collect();
        assert_eq!(found, expected, "{name}");
    };
    case("nothing", "title: Things", "title: Things", &[]);
    case("a comment, other lines", "title: Things", "# new\n\n\ntitle:   Things", &[]);
    case("where it comes from", "convention: usual", "convention: as usual", &[]);
    case("a bound", "maxLength: 60", "maxLength: 50", &["make/request/body/name/maxLength"]);
    case(
        "a new bound",
        "maximum: 9 }",
        "maximum: 9, multipleOf: 1 }",
        &["make/request/body/size/multipleOf"],
    );
    case(
        "a member is required",
        "required: [name]\n        prop",
        "required: [name, size]\n        prop",
        &["make/request/body/size/required"],
    );
    case("an example", "{ name: small, size: 1 }", "{ name: small, size: 3 }", &[]);
    case("a sequence", "body: { size: 2 }", "body: { size: 4 }", &["sequence/a-thing-lives"]);
    case(
        "an unknown identifier",
        "unknown: { status: 404 } }\n    responses: { 204",
        "unknown: { status: [404, 410] } }\n    responses: { 204",
        &["remove/request/path/id/unknown"],
    );
}

#[test]
fn another_promise_about_answers_needs_the_whole_operation() {
    let whole: BTreeSet<String> = played(
        "countersign: 1\ntitle: None\noperations:\n  none: { request: GET /none, convention: usual, responses: { 200: {} } }\n",
        THINGS,
    );
    let of = |operation: &str| {
        let own = |address: &&String| address.starts_with(&format!("{operation}/"));
        let smoke = SMOKE.iter().map(|address| (*address).to_owned());
        whole.iter().filter(own).cloned().chain(smoke).collect::<BTreeSet<String>>()
    };
    let answer = "required: [id, name]\n          properties: { id: { type: integer, minimum: 1 }";
    let other = THINGS.replacen(answer, &answer.replace("minimum: 1", "minimum: 0"), 1);
    assert_eq!(played(THINGS, &other), of("make"));
    // Another path is another request for every clause, and for the sequence that goes there.
    let moved = THINGS.replacen("request: POST /things", "request: POST /other-things", 1);
    let found = played(THINGS, &moved);
    assert!(found.is_superset(&of("make")), "{found:#?}");
    assert!(found.contains("sequence/a-thing-lives"), "{found:#?}");
    // A schema may change where no clause says so.
    let silent = THINGS.replacen("maximum: 9 }", "maximum: 9, default: 3 }", 1);
    let found = played(THINGS, &silent);
    assert!(found.contains("make/request/body/size/maximum"), "{found:#?}");
    assert!(!found.iter().any(|address| address.starts_with("get/request")), "{found:#?}");
    // Also beside another change of the same body.
    let beside = silent.replacen("maxLength: 60", "maxLength: 50", 1);
    let found = played(THINGS, &beside);
    assert!(found.contains("make/request/body/size/maximum"), "{found:#?}");
    assert!(found.contains("make/request/body/name/maxLength"), "{found:#?}");
}

#[test]
fn an_operation_that_is_new_is_played_as_a_whole() {
    let at = THINGS.find("  remove:").unwrap();
    let end = THINGS.find("sequences:").unwrap();
    let old = format!("{}{}", &THINGS[..at], THINGS[end..].split("sequences").next().unwrap());
    let found = played(&old, THINGS);
    assert!(found.iter().any(|address| address.starts_with("remove/request/path/id")), "{found:#?}");
    assert!(found.contains("sequence/a-thing-lives"), "{found:#?}");
    assert!(!found.iter().any(|address| address.starts_with("make/request")), "{found:#?}");
}

#[test]
fn the_report_says_what_was_not_played_and_why() {
    let (_keep_old, old) = file("old.yaml", THINGS);
    let (_keep, new) = file("new.yaml", &THINGS.replacen("maxLength: 60", "maxLength: 50", 1));
    let folder = tempfile::tempdir().unwrap();
    let run = run_into(folder.path(), &[new.to_str().unwrap(), "--changed-since", old.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{run}");
    let said = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("what changed since") && said.contains("and the examples"), "{run}");
    let report = report(folder.path());
    let since = report["settings"]["changed_since"].as_str().unwrap();
    assert!(since.starts_with(old.to_str().unwrap()) && since.contains("fingerprint"), "{since}");
    let mut because = BTreeSet::new();
    for clause in report["clauses"].as_array().unwrap() {
        let address = clause["address"].as_str().unwrap();
        match clause["standing"].as_str().unwrap() {
            "kept" => {}
            "not-exercised" => {
                let reasons = clause["because"].to_string();
                assert!(reasons.contains(&format!("unchanged since {since}")), "{address}: {reasons}");
                because.insert(address);
            }
            other => panic!("{address} is {other}"),
        }
    }
    assert!(because.contains("get/request/path/id/minimum") && because.contains("sequence/a-thing-lives"));
    assert!(!because.contains("make/request/body/name/maxLength"));
    // What answers show besides counts.
    assert!(!because.contains("make/response/201/body/id/required"), "{because:#?}");
    let schema: Value =
        serde_json::from_str(&fs::read_to_string("docs/report.schema.json").unwrap()).unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&report));
}

#[test]
fn a_folder_of_older_contracts_is_read_as_one() {
    let old = tempfile::tempdir().unwrap();
    fs::create_dir(old.path().join("imported")).unwrap();
    for name in ["roma-link-products.yaml", "ddm-accounts.yaml"] {
        for name in [name.to_owned(), format!("imported/{name}")] {
            let text = fs::read_to_string(format!("contracts/{name}")).unwrap();
            let text = text.replacen(
                "          description:\n            type: string\n            maxLength: 200\n",
                "          description:\n            type: string\n            maxLength: 150\n",
                1,
            );
            fs::write(old.path().join(name), text).unwrap();
        }
    }
    let lines = |arguments: &[&str]| {
        let plan = ran(&[&["plan"][..], arguments].concat());
        assert_eq!(plan.code, 0, "{plan}");
        plan.stdout.lines().last().unwrap().to_owned()
    };
    let since = lines(&["--changed-since", old.path().to_str().unwrap()]);
    let smoke = lines(&["--changed-since", "contracts"]);
    let cases =
        |line: &str| line.split(" · ").nth(1).unwrap().split(' ').next().unwrap().parse::<u32>().unwrap();
    assert!((1..=6).contains(&(cases(&since) - cases(&smoke))), "{since}\n{smoke}");
}

#[test]
fn an_older_contract_that_cannot_be_read_is_misuse() {
    let (_keep, broken) = file("old.yaml", "countersign: 1\ntitle: [\n");
    for old in [broken.to_str().unwrap(), "no/such/folder"] {
        let run = ran(&["plan", "--changed-since", old]);
        assert_eq!(run.code, 2, "{run}");
        assert!(run.stderr.contains("--changed-since"), "{run}");
    }
}
