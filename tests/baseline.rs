//! Baselines as a user meets them: recorded, held against, taken over; and a deployment whose answers are never the same.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a failed step is a failed test, and is told at once"
)]

mod support;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;
use support::THINGS;

const CONTRACT: &str = r"countersign: 1
title: Noise
operations:
  get-rows:
    request: GET /rows
    convention: usual
    responses:
      200:
        schema:
          type: object
          required: [request_id, at, total, rows, name]
          properties:
            request_id: { type: string, format: uuid }
            at: { type: string, format: date-time }
            total: { type: integer }
            name: { type: string }
            etag: { type: string }
            rows: { type: array, items: { type: object, properties: { id: { type: string }, says: { type: string } } } }
";

/// A deployment whose every answer has another id, time, count, token and order; `name` is what it is called.
fn noisy(name: &'static str, status: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicU64::new(0));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let count = Arc::clone(&count);
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                loop {
                    let (mut line, mut length) = (String::new(), 0);
                    loop {
                        line.clear();
                        if reader.read_line(&mut line).unwrap_or(0) == 0 {
                            return;
                        }
                        let lower = line.to_ascii_lowercase();
                        if let Some(value) = lower.strip_prefix("content-length:") {
                            length = value.trim().parse().unwrap();
                        }
                        if line == "\r\n" {
                            break;
                        }
                    }
                    let mut body = vec![0; length];
                    reader.read_exact(&mut body).unwrap();
                    let n = count.fetch_add(1, Ordering::SeqCst);
                    let mut rows: Vec<String> = ["a", "b", "c", "d"]
                        .map(|id| format!(r#"{{"id":"{id}","says":"行 {id} 🎉"}}"#))
                        .to_vec();
                    rows.rotate_left(usize::try_from(n % 4).unwrap());
                    let body = format!(
                        r#"{{"request_id":"3a7c1e52-9b4d-4f60-8e21-{n:012x}","at":"2026-01-02T03:04:{:02}Z","total":{n},"etag":"x{:x}","name":"{name}","rows":[{}]}}"#,
                        n % 60,
                        n * 2_654_435_761,
                        rows.join(",")
                    );
                    let head = format!(
                        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nx-request-id: {n:08x}\r\ncontent-length: {}\r\n\r\n",
                        body.len()
                    );
                    if stream.write_all((head + &body).as_bytes()).is_err() {
                        return;
                    }
                }
            });
        }
    });
    address
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_countersign")).current_dir(folder).args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rows.yaml"), CONTRACT).unwrap();
    folder
}

#[test]
fn noise_is_calibrated_away_and_a_change_is_seen() {
    let (folder, old, same, other) =
        (folder(), noisy("行政", "200 OK"), noisy("行政", "200 OK"), noisy("行為", "200 OK"));
    let compare = |right: &str, more: &[&str]| {
        let mut arguments = vec!["compare", "rows.yaml", "--left", &old, "--right", right];
        arguments.extend(more);
        run(folder.path(), &arguments)
    };
    let output = compare(&same, &["--write-rules", "volatile.yaml"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let rules = std::fs::read_to_string(folder.path().join("volatile.yaml")).unwrap();
    for rule in [
        "    200:\n",
        "      header/x-request-id: ",
        "      /at: date-time\n",
        "      /etag: token\n",
        "      /request_id: uuid\n",
        "      /rows: unordered\n",
        "      /total: counter\n",
    ] {
        assert!(rules.contains(rule), "{rule} is not in\n{rules}");
    }
    // A contract that includes the rules is one.
    std::fs::write(
        folder.path().join("whole.yaml"),
        CONTRACT.replace("title: Noise", "title: Noise\ninclude: volatile.yaml"),
    )
    .unwrap();
    let output = run(folder.path(), &["lint", "whole.yaml"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let wrong = CONTRACT.replace("title: Noise", "title: Noise\nvolatile: { get-row: { 200: { at: uid } } }");
    std::fs::write(folder.path().join("wrong.yaml"), wrong).unwrap();
    let output = run(folder.path(), &["lint", "wrong.yaml"]);
    let told = text(&output);
    assert!(told.contains("did you mean `get-rows`?") && told.contains("is no place of an answer"), "{told}");

    let output = compare(&other, &["--rules", "volatile.yaml"]);
    let told = text(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("compatible: get-rows /name of 200: another value"), "{told}");
    assert_eq!(told.matches("compatible: ").count(), 1, "{told}");
    // The columns stand below each other although these characters are two columns wide.
    assert!(told.contains("  left   │ right\n  \"行政\" │ \"行為\"\n"), "{told}");
    let json = std::fs::read_to_string(folder.path().join("reports/compare/compare.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["differences"][0]["place"], "/name");
    let page = std::fs::read_to_string(folder.path().join("reports/compare/compare.html")).unwrap();
    assert!(
        page.contains("<del>政</del>") && page.contains("<ins>為</ins>") && !page.contains("<script"),
        "{page}"
    );

    let lost = compare("http://127.0.0.1:9", &[]);
    assert_eq!(lost.status.code(), Some(3), "{}", text(&lost));
}

#[test]
fn a_baseline_is_recorded_held_against_and_taken_over() {
    let (folder, old, new) = (folder(), noisy("one", "200 OK"), noisy("two", "200 OK"));
    let against = |target: &str, more: &[&str]| {
        let mut arguments = vec!["run", "rows.yaml", "--target", target, "-q"];
        arguments.extend(more);
        run(folder.path(), &arguments)
    };
    let none = against(&old, &["--baseline", "base"]);
    assert_eq!(none.status.code(), Some(2), "{}", text(&none));
    let recorded = against(&old, &["--record", "base"]);
    assert_eq!(recorded.status.code(), Some(0), "{}", text(&recorded));
    let file =
        std::fs::read_dir(folder.path().join("base/get-rows")).unwrap().next().unwrap().unwrap().path();
    let first = std::fs::read_to_string(&file).unwrap();
    for typed in ["‹uuid›", "‹date-time›", "‹counter›", "‹token›", "\"one\""] {
        assert!(first.contains(typed), "{typed} is not in\n{first}");
    }
    assert!(!first.contains("micros") && !first.contains("2026"), "{first}");
    // Recorded again it is the same, byte for byte.
    let again = against(&old, &["--record", "base"]);
    assert!(text(&again).contains(" 0 files written"), "{}", text(&again));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), first);

    let same = against(&old, &["--baseline", "base"]);
    assert_eq!(same.status.code(), Some(0), "{}", text(&same));
    let changed = against(&new, &["--baseline", "base"]);
    let told = text(&changed);
    assert_eq!(changed.status.code(), Some(1), "{told}");
    assert!(
        told.contains("get-rows /name of 200: another value") && told.contains("0 new, 0 gone"),
        "{told}"
    );
    let nobody = run(folder.path(), &["baseline", "accept", "nobody"]);
    assert_eq!(nobody.status.code(), Some(2), "{}", text(&nobody));
    let accepted = run(folder.path(), &["baseline", "accept", "get-rows"]);
    assert_eq!(accepted.status.code(), Some(0), "{}", text(&accepted));
    let accepted_now = against(&new, &["--baseline", "base"]);
    assert_eq!(accepted_now.status.code(), Some(0), "{}", text(&accepted_now));

    // A case more and one that is no more.
    std::fs::rename(&file, file.with_file_name("0000000000000000.json")).unwrap();
    let moved = against(&new, &["--baseline", "base"]);
    let told = text(&moved);
    assert!(told.contains("1 new, 1 gone"), "{told}");
    assert_eq!(moved.status.code(), Some(0), "{told}");
    let accepted = run(folder.path(), &["baseline", "accept", "--all"]);
    assert!(text(&accepted).contains("taken over: 1, removed: 1"), "{}", text(&accepted));
    assert!(text(&against(&new, &["--baseline", "base"])).contains("0 changed, 0 new, 0 gone"));
}

/// A folder with a contract and a baseline of the mock in which three answers are others than now, one case is missing
/// and one is too many.
fn with_baseline() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("things.yaml"), THINGS).unwrap();
    let recorded = run(folder.path(), &["run", "things.yaml", "-q", "--record", "base"]);
    assert_eq!(recorded.status.code(), Some(0), "{}", text(&recorded));
    let mut files: Vec<_> = std::fs::read_dir(folder.path().join("base"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .flat_map(|operation| std::fs::read_dir(operation).unwrap().map(|entry| entry.unwrap().path()))
        .filter(|path| std::fs::read_to_string(path).unwrap().contains("\"content-type\""))
        .collect();
    files.sort();
    assert!(files.len() > 10, "{files:?}");
    for file in &files[..3] {
        let told = std::fs::read_to_string(file).unwrap();
        std::fs::write(file, told.replace("application/json", "application/old+json")).unwrap();
    }
    std::fs::rename(&files[4], files[4].with_file_name("00000000000000a0.json")).unwrap();
    folder
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// How many cases are the same, changed, new and gone.
fn counts(report: &Value) -> [usize; 4] {
    let many = |name: &str| report["baseline"][name].as_array().unwrap().len();
    let same = usize::try_from(report["baseline"]["same"].as_u64().unwrap()).unwrap();
    [same, many("changed"), many("new"), many("gone")]
}

#[test]
fn every_format_says_what_changed_and_why_the_run_ends_with_1() {
    let folder = with_baseline();
    let ran = run(folder.path(), &["run", "things.yaml", "--baseline", "base", "--format", "all"]);
    let told = text(&ran);
    assert_eq!(ran.status.code(), Some(1), "{told}");
    let because = "3 cases answer otherwise than the baseline says";
    assert!(told.contains(&format!("broken: {because}")), "{told}");
    assert!(told.contains("header/content-type") && told.contains("  baseline "), "{told}");
    assert!(!told.contains("on the left") && !told.contains("│ right"), "a baseline has no left: {told}");
    let latest = folder.path().join("reports/latest");
    let read = |name: &str| std::fs::read_to_string(latest.join(name)).unwrap();
    let report = json(&latest.join("report.json"));
    assert_eq!(counts(&report)[1..], [3, 1, 1], "{}", report["baseline"]);
    assert_eq!(report["exit"]["because"], because);
    assert_eq!(report["baseline"]["differences"][0]["place"], "header/content-type");
    let schema: Value = serde_json::from_str(include_str!("../docs/report.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert_eq!(wrong, Vec::<String>::new());
    for (name, words) in [
        ("report.html", "The deployment does not answer as its baseline says"),
        ("report.html", "<template id=\"baseline-inside\">"),
        ("junit.xml", "header/content-type"),
        ("junit.xml", "became"),
        ("ctrf.json", "header/content-type"),
        ("report.md", "## Beside the baseline"),
        ("report.sarif", "\"ruleId\": \"baseline\""),
        ("annotations.txt", "::error file=base/"),
        ("failing.har", "3 changed"),
        ("run.ndjson", "\"is\":\"changed\""),
    ] {
        assert!(read(name).contains(words), "{words} is not in {name}\n{}", read(name));
    }
    // One header field of two kinds of answers is one change.
    assert_eq!(read("junit.xml").matches("<failure").count(), 1);
    // The log says it all.
    let names = ["report.json", "report.html", "junit.xml", "report.sarif", "ctrf.json", "report.md"];
    let before = names.map(read);
    assert_eq!(run(folder.path(), &["report", "rebuild", "reports/latest"]).status.code(), Some(1));
    assert_eq!(names.map(read), before);
    let quiet = run(folder.path(), &["run", "things.yaml", "--baseline", "base", "-q"]);
    assert!(text(&quiet).contains("header/content-type"), "{}", text(&quiet));
}

#[test]
fn shards_and_resumed_runs_carry_what_changed() {
    let folder = with_baseline();
    let against = |more: &[&str]| {
        let ran = run(folder.path(), &[&["run", "things.yaml", "--baseline", "base", "-q"], more].concat());
        assert_ne!(ran.status.code(), Some(2), "{}", text(&ran));
        ran
    };
    against(&["--report", "single"]);
    let single = json(&folder.path().join("single/latest/report.json"));
    for shard in ["1/3", "2/3", "3/3"] {
        against(&["--shard", shard, "--report", &format!("shards/{}", &shard[..1])]);
    }
    let merged = run(folder.path(), &["report", "merge", "shards", "--out", "merged"]);
    assert_eq!(merged.status.code(), Some(1), "{}", text(&merged));
    assert!(text(&merged).contains("baseline accept --all --from merged"), "{}", text(&merged));
    let whole = json(&folder.path().join("merged/latest/report.json"));
    assert_eq!(whole["baseline"], single["baseline"]);
    // Killed in the middle, the first of its answers are known, and the rest is played.
    let log = folder.path().join("single/latest/run.ndjson");
    let lines = std::fs::read_to_string(&log).unwrap();
    let half: Vec<&str> = lines.lines().take(lines.lines().count() / 2).collect();
    std::fs::write(&log, half.join("\n") + "\n").unwrap();
    let resumed =
        run(folder.path(), &["run", "things.yaml", "--baseline", "base", "-q", "--resume", "single"]);
    assert_eq!(resumed.status.code(), Some(1), "{}", text(&resumed));
    assert_eq!(json(&folder.path().join("single/latest/report.json"))["baseline"], single["baseline"]);
    // Shards that were held against other baselines are no run, and neither is the rest of one.
    let without = run(folder.path(), &["run", "things.yaml", "--resume", "single"]);
    assert_eq!(without.status.code(), Some(2), "{}", text(&without));
    assert!(text(&without).contains("the baseline is another one"), "{}", text(&without));
    // One case, and then all the rest, as a merged run has found them.
    let first = whole["baseline"]["changed"][0]["case"].as_str().unwrap();
    let one = run(folder.path(), &["baseline", "accept", first, "--from", "merged/latest"]);
    assert!(text(&one).contains("base: taken over: 1, removed: 0"), "{}", text(&one));
    let all = run(folder.path(), &["baseline", "accept", "--all", "--from", "merged/latest"]);
    assert!(text(&all).contains("taken over: 4, removed: 1"), "{}", text(&all));
    assert_eq!(against(&["--report", "after"]).status.code(), Some(0));
    assert_eq!(counts(&json(&folder.path().join("after/latest/report.json")))[1..], [0, 0, 0]);
}

#[test]
fn an_answer_that_did_not_come_is_no_changed_answer() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("things.yaml"), THINGS).unwrap();
    let recorded = run(folder.path(), &["run", "things.yaml", "-q", "--record", "base"]);
    assert_eq!(recorded.status.code(), Some(0), "{}", text(&recorded));
    let arguments = [
        "run",
        "things.yaml",
        "-q",
        "--baseline",
        "base",
        "--fault",
        "connection-reset",
        "--report",
        "reset",
    ];
    let output = run(folder.path(), &arguments);
    assert_ne!(output.status.code(), Some(0), "{}", text(&output));
    let found = json(&folder.path().join("reset/latest/report.json"));
    assert_eq!(counts(&found), [counts(&found)[0], 0, 0, 0], "{}", text(&output));
}

#[test]
fn a_file_that_is_no_answer_is_never_green() {
    let folder = with_baseline();
    let operation = std::fs::read_dir(folder.path().join("base"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.is_dir())
        .unwrap();
    for entry in std::fs::read_dir(&operation).unwrap() {
        std::fs::write(entry.unwrap().path(), "{").unwrap();
    }
    let name = operation.file_name().unwrap().to_str().unwrap();
    let select = format!("operation:{name}");
    let ran = run(folder.path(), &["run", "things.yaml", "--baseline", "base", "--select", &select]);
    assert_eq!(ran.status.code(), Some(3), "{}", text(&ran));
    assert!(text(&ran).contains("could not be held against the baseline"), "{}", text(&ran));
}

#[test]
fn no_secret_is_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let (base, reports) = (folder.path().join("base"), folder.path().join("reports"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (base_text, reports) = (base.display().to_string(), reports.display().to_string());
    let recorded =
        run(root, &["run", "--target", "mock", "-q", "--record", &base_text, "--report", &reports]);
    assert_eq!(recorded.status.code(), Some(0), "{}", text(&recorded));
    let (mut files, mut masked) = (0, 0);
    for operation in
        std::fs::read_dir(base).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir())
    {
        for file in std::fs::read_dir(operation).unwrap().map(|entry| entry.unwrap().path()) {
            let recorded = std::fs::read_to_string(&file).unwrap();
            assert!(!recorded.contains("mock-user-token-7f3a9c"), "{}", file.display());
            for line in recorded.lines().filter(|line| line.trim_start().starts_with("\"password\": \"")) {
                let secret = line.split('"').nth(3).unwrap();
                assert!(
                    secret.starts_with('‹') || secret.chars().all(|c| c == '*'),
                    "{}: {line}",
                    file.display()
                );
                masked += 1;
            }
            files += 1;
        }
    }
    assert!(files > 300 && masked > 20, "{files} {masked}");
}

/// A secret that is known only later: the deployment has said it all the time.
const LATER: &str = "capybara/9\"later";

fn with_secret(folder: &Path) {
    let contract = CONTRACT.replace(
        "title: Noise\n",
        "title: Noise\nvariables: { token: { secret: true, default: none-as-yet-77 } }\nsecurity:\n  key: { in: header, name: X-Key, \
         value: \"{{token}}\" }\n",
    );
    std::fs::write(folder.join("rows.yaml"), contract).unwrap();
}

#[test]
fn a_baseline_with_a_secret_in_it_is_refused() {
    let (folder, target) = (folder(), noisy("capybara/9\\\"later", "200 OK"));
    with_secret(folder.path());
    let variable = format!("token={LATER}");
    let run_with = |more: &[&str]| {
        let mut arguments = vec!["run", "rows.yaml", "--target", &target, "-q"];
        arguments.extend(more);
        run(folder.path(), &arguments)
    };
    let recorded = run_with(&["--record", "base"]);
    assert_eq!(recorded.status.code(), Some(0), "{}", text(&recorded));
    let refused = run_with(&["--baseline", "base", "--var", &variable]);
    let told = text(&refused);
    assert_eq!(refused.status.code(), Some(2), "{told}");
    assert!(told.contains("a secret stands in base") && !told.contains("capybara"), "{told}");
    // Recording again takes it out; what people write into the rules is looked at too.
    let again = run_with(&["--record", "base", "--var", &variable]);
    assert_eq!(again.status.code(), Some(0), "{}", text(&again));
    assert_eq!(run_with(&["--baseline", "base", "--var", &variable]).status.code(), Some(0));
    let rules = folder.path().join("base/volatile.yaml");
    let edited = std::fs::read_to_string(&rules).unwrap() + "# capybara/9\"later\n";
    std::fs::write(&rules, edited).unwrap();
    for more in [["--baseline", "base"], ["--record", "base"]] {
        let refused = run_with(&[more[0], more[1], "--var", &variable]);
        let told = text(&refused);
        // A recording writes the rules anew, without the comment.
        let clean = more[0] == "--record";
        assert_eq!(refused.status.code(), Some(if clean { 0 } else { 2 }), "{told}");
        assert_eq!(told.contains("volatile.yaml"), !clean, "{told}");
    }
    std::fs::create_dir_all(folder.path().join("base/gone")).unwrap();
    std::fs::write(folder.path().join("base/gone/0123456789abcdef.json"), "{\"x\": \"capybara/9\\\"later\"}")
        .unwrap();
    let left = run_with(&["--record", "base", "--var", &variable]);
    let told = text(&left);
    assert!(left.status.code() != Some(0) && told.contains("0123456789abcdef.json"), "{told}");
}

#[test]
fn no_secret_is_in_what_a_comparison_says() {
    let (folder, left, right) =
        (folder(), noisy("capybara/9\\\"later", "200 OK"), noisy("at capybara/9\\\"later", "200 OK"));
    with_secret(folder.path());
    let variable = format!("token={LATER}");
    let mut said = String::new();
    for more in [&["--write-rules", "rules.yaml"][..], &["--json"], &["--write-volatile"]] {
        let mut arguments =
            vec!["compare", "rows.yaml", "--left", &left, "--right", &right, "--var", &variable];
        arguments.extend(more);
        let output = run(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output));
        said += &text(&output);
    }
    for file in
        ["rules.yaml", "rows.volatile.yaml", "reports/compare/compare.json", "reports/compare/compare.html"]
    {
        said += &std::fs::read_to_string(folder.path().join(file)).unwrap();
    }
    assert!(said.contains("at ‹token›") && !said.contains("capybara"), "{said}");
    // The contract has taken the rules up, and nothing has to show them again.
    let contract = std::fs::read_to_string(folder.path().join("rows.yaml")).unwrap();
    assert!(contract.contains("include: rows.volatile.yaml\n"), "{contract}");
    let lint = run(folder.path(), &["lint", "rows.yaml"]);
    assert_eq!(lint.status.code(), Some(0), "{}", text(&lint));
    let both = run(folder.path(), &["compare", ".", "--left", &left, "--right", &right, "--write-volatile"]);
    assert_eq!(both.status.code(), Some(2), "{}", text(&both));
}

#[test]
fn every_place_where_matchers_are_not_met_is_told_at_once() {
    let (folder, target) = (folder(), noisy("one", "200 OK"));
    let contract = CONTRACT.to_owned()
        + "    cases:
      matched:
        convention: it was so
        expect:
          status: 200
          body:
            request_id: { match: uuid }
            total: { match: { within: [-2, -1] } }
            next: { match: any }
            name: { match: absent }
            etag: { match: { regex: '^y' } }
            rows: { match: { each: { id: { match: { one_of: [a, b, c, d] } }, says: { match: { type: integer } } } } }
";
    std::fs::write(folder.path().join("matched.yaml"), contract).unwrap();
    let output = run(folder.path(), &["run", "matched.yaml", "--target", &target, "--format", "all"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    // Markdown and SARIF are short on purpose.
    let mut all = vec![("the terminal".to_owned(), text(&output))];
    for name in ["report.json", "report.html", "junit.xml", "ctrf.json"] {
        let path = folder.path().join("reports/latest").join(name);
        all.push((name.to_owned(), std::fs::read_to_string(path).unwrap()));
    }
    for (name, said) in all {
        // What comes after a bracket or a quote is escaped in a way of each format's own.
        for place in ["total", "next", "name", "etag", "rows[0].says", "rows[3].says"] {
            assert!(said.contains(&format!("`{place}` is ")), "{place} is not in {name}\n{said}");
        }
        if name == "report.json" {
            let report: serde_json::Value = serde_json::from_str(&said).unwrap();
            let findings = report["findings"].as_array().unwrap();
            let own = findings.iter().find(|finding| finding["address"] == "get-rows/case/matched").unwrap();
            // Each on a line of its own, and nothing of what fits.
            let actual = own["finding"]["actual"].as_str().unwrap();
            assert_eq!(actual.lines().count(), 8, "{actual}");
            assert!(!actual.contains("request_id") && !actual.contains("rows[0].id"), "{actual}");
        }
    }
}

#[test]
fn the_mock_beside_a_deployment_is_sent_the_same() {
    use std::io::{BufRead as _, BufReader};
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openapi/pets.yaml");
    let document = document.to_str().unwrap();
    let mut deployment = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["mock", document, "--listen", "127.0.0.1:0"])
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(deployment.stderr.take().unwrap()).lines().map_while(Result::ok);
    let address = said.find_map(|line| line.strip_prefix("listening on ").map(str::to_owned)).unwrap();
    let rest = std::thread::spawn(move || said.for_each(drop));
    let folder = tempfile::tempdir().unwrap();
    for sides in [["mock", address.as_str()], [address.as_str(), "mock"]] {
        let output = run(
            folder.path(),
            &["compare", document, "--left", sides[0], "--right", sides[1], "--select", "operation:*Person"],
        );
        assert_eq!(output.status.code(), Some(0), "{sides:?}: {}", text(&output));
        assert!(!text(&output).contains("not the same plan"), "{}", text(&output));
    }
    deployment.kill().unwrap();
    deployment.wait().unwrap();
    rest.join().unwrap();
}
