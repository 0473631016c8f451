//! The ledger of contradictions: of each kind both sides with their places, and a verdict, before a run and after it.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files, and may panic")]

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use support::{file, ran, report};

/// A note of which the documentation says: its length in prose and in a table, a colour in a table and in an example, a
/// kind in two languages and a size in two releases; and a text that no contradiction is about.
const NOTES: &str = r#"countersign: 1
title: Notes
sources:
  en: { title: Showing a note, language: en, updated: 2025-01-01 }
  zh: { title: 显示便笺, language: zh, updated: 2025-01-01 }
  new: { title: Showing a note, language: en, updated: 2026-01-01 }
operations:
  show-note:
    request: GET /note
    responses:
      200:
        schema:
          type: object
          required: [id, colour, kind, size, text]
          properties:
            id: { type: string, maxLength: 8, from: 'en:3 "at most eight"' }
            colour: { type: string, enum: [red, blue], from: 'en:5 "red or blue"' }
            kind: { type: string, enum: [plain], from: 'en:7 "plain"' }
            size: { type: integer, maximum: 9, from: 'new:9 "up to 9"' }
            text: { type: string, maxLength: 9, from: 'en:11 "at most 9 characters"' }
contradictions:
  length:
    says: The prose says eight, the table says six.
    sides: ['en:3 "at most eight"', 'en:4 "Maximum: 6"']
    concerns: [show-note/response/200/body/id/maxLength]
    taken: eight
  colour:
    says: The example has a colour that the table does not name.
    sides: ['en:5 "red or blue"', 'en:20 ""colour": "green""']
    concerns: [show-note/response/200/body/colour/enum]
    taken: nothing is judged
    undecided: true
  kind:
    says: The pages name other kinds.
    sides: ['en:7 "plain"', 'zh:8 "复杂"']
    concerns: [show-note/response/200/body/kind/enum]
    taken: plain
  size:
    says: The newer release allows more.
    sides: ['en:9 "up to 5"', 'new:9 "up to 9"']
    concerns: [show-note/response/200/body/size/maximum]
    taken: the newer one
  measured:
    says: A recording had a note without an end.
    between: documentation-live
    sides: ['en:3 "at most eight"']
    taken: nothing
"#;

#[test]
fn lint_prints_both_sides_with_their_places_and_a_verdict() {
    let (_keep, path) = file("notes.yaml", NOTES);
    let path = path.to_str().unwrap();
    let linted = ran(&["lint", path]);
    assert_eq!(linted.code, 0, "{linted}");
    for line in [
        "length · prose against table · documentation contradicts itself",
        "colour · table against example · undecided",
        "kind · page against page (languages en, zh) · documentation contradicts itself",
        "size · page against page (of 2025-01-01, 2026-01-01) · documentation contradicts itself",
        "measured · documentation against live answer · undecided",
        "    The prose says eight, the table says six",
        "    en:3  “at most eight” (Showing a note)",
        "    en:20  “\"colour\": \"green\"” (Showing a note)",
        "    zh:8  “复杂” (显示便笺)",
        "    taken: the newer one",
        &format!("    {path}:22:3"),
        "5 contradictions: 1 prose against table, 1 table against example, 2 page against page, 1 documentation against \
         live answer; verdicts: 3 documentation contradicts itself, 2 undecided",
        "1 contract · 1 operation · 0 sequences · ",
    ] {
        let there = linted.stdout.lines().any(|found| found.starts_with(line));
        assert!(there, "{line}\n{linted}");
    }
    // The warnings are in the ledger, and count all the same.
    assert!(!linted.stdout.contains("recorded here"), "{linted}");
    assert_eq!(ran(&["lint", path, "--fail-on", "warning"]).code, 1);
    // Where nothing else is wrong, the terminal says what failed.
    let failed = ran(&["lint", "contracts", "--fail-on", "warning"]);
    assert_eq!(failed.code, 1, "{failed}");
    assert!(failed.stdout.contains("failed: a contradiction that is recorded is a warning"), "{failed}");
    let as_json = ran(&["lint", path, "--json"]);
    let page: Value = serde_json::from_str(&as_json.stdout).unwrap();
    let schema: Value =
        serde_json::from_str(&std::fs::read_to_string("docs/lint.schema.json").unwrap()).unwrap();
    let wrong: Vec<String> = jsonschema::validator_for(&schema)
        .unwrap()
        .iter_errors(&page)
        .map(|error| error.to_string())
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    let entry = &page["ledger"][0];
    assert_eq!(entry["between"], "prose-table");
    assert_eq!(entry["verdict"], "documentation-contradicts-itself");
    assert_eq!(
        entry["sides"][1],
        json!({ "source": "en", "line": 4, "quote": "Maximum: 6", "title": "Showing a note", "language": "en", "updated": "2025-01-01" })
    );
    assert_eq!(entry["concerns"], json!(["show-note/response/200/body/id/maxLength"]));
    assert_eq!(entry["place"]["line"], 22);
    assert!(
        page["diagnostics"].as_array().unwrap().iter().any(|one| one["code"] == "recorded-contradiction")
    );
    // What can't be loaded is told in JSON too.
    let (_bad, bad) = file("bad.yaml", "countersign: 1\n");
    let bad = ran(&["lint", bad.to_str().unwrap(), "--json"]);
    let page: Value = serde_json::from_str(&bad.stdout).unwrap();
    assert!(
        bad.code == 2 && page["contracts"].is_null() && page["diagnostics"][0]["severity"] == "error",
        "{bad}"
    );
    // A contract without any has no ledger.
    let (_plain, plain) = file("plain.yaml", &NOTES[..NOTES.find("contradictions:").unwrap()]);
    assert!(!ran(&["lint", plain.to_str().unwrap()]).stdout.contains("contradiction"));
}

/// Kind and verdict of each entry of a run's ledger.
fn verdicts(folder: &Path) -> BTreeMap<String, (String, String)> {
    let report = report(folder);
    let schema: Value =
        serde_json::from_str(&std::fs::read_to_string("docs/report.schema.json").unwrap()).unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&report));
    let word = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
    let entries = report["ledger"].as_array().unwrap().iter();
    entries.map(|entry| (word(entry, "name"), (word(entry, "between"), word(entry, "verdict")))).collect()
}

#[test]
fn a_run_tells_who_is_wrong() {
    let (_keep, path) = file("notes.yaml", NOTES);
    let (port, _) = support::deployed(|_| {
        // Longer than any side says, another colour, another kind, a size that both allow, a text that is too long.
        (
            200,
            r#"{ "id": "abcdefghij", "colour": "green", "kind": "plain", "size": 3, "text": "longer than nine" }"#,
        )
    });
    let folder = tempfile::tempdir().unwrap();
    let target = format!("http://127.0.0.1:{port}");
    let played = ran(&[
        "run",
        path.to_str().unwrap(),
        "--target",
        &target,
        "--report",
        folder.path().to_str().unwrap(),
    ]);
    assert_eq!(played.code, 1, "{played}");
    let found = verdicts(folder.path());
    for (name, between, verdict) in [
        // Only one of two sides is broken.
        ("length", "prose-table", "undecided"),
        // The answer keeps the side that is not promised.
        ("colour", "table-example", "documentation-wrong"),
        ("kind", "page-page", "documentation-contradicts-itself"),
        ("size", "page-page", "documentation-contradicts-itself"),
        // What somebody saw once, and this run did not.
        ("measured", "documentation-live", "undecided"),
        // No contradiction is about it.
        ("show-note/response/200/body/text/maxLength", "documentation-live", "deployment-wrong"),
    ] {
        assert_eq!(
            found.get(name),
            Some(&(between.to_owned(), verdict.to_owned())),
            "{name}: {found:#?}\n{played}"
        );
    }
    let said = played.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains("1 documentation wrong")
            && said.contains("documentation wrong: The example has a colour"),
        "{played}"
    );
    // Both sides and what the answer showed are in the page.
    let page = std::fs::read_to_string(folder.path().join("latest/report.html")).unwrap();
    for words in ["at most eight", "Maximum: 6", "liveSection", "deployment-wrong"] {
        assert!(page.contains(words), "{words}");
    }
}

/// A documented request with a name that is too long and has a digit; the tables allow neither.
const REQUEST: &str = r#"countersign: 1
title: Names
sources: { en: { title: Setting a name } }
defaults: { refused: { status: 400, convention: bad requests are refused } }
operations:
  set-name:
    request: PUT /name
    body:
      schema:
        type: object
        required: [name]
        properties:
          name: { type: string, maxLength: 8, pattern: "^[a-z]*$", from: 'en:3 "at most eight letters"' }
    examples:
      documented: { body: { name: abcdefghi1 }, from: 'en:9 "abcdefghi1"' }
    responses: { 200: {}, 400: {} }
contradictions:
  length:
    says: The example is longer than the table allows.
    sides: ['en:3 "at most eight"', 'en:9 "abcdefghi1"']
    concerns: [set-name/request/body/name/maxLength, set-name/example/documented]
    taken: nothing is judged
    undecided: true
  letters:
    says: The example has a digit.
    sides: ['en:3 "letters"', 'en:9 "abcdefghi1"']
    concerns: [set-name/request/body/name/pattern, set-name/example/documented]
    taken: nothing is judged
    undecided: true
"#;

fn name(request: &str) -> String {
    let body = request.split("\r\n\r\n").nth(1).unwrap_or_default();
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    body["name"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn one_refusal_of_an_example_decides_only_what_it_shows() {
    let verdict = |answer: fn(&str) -> (u16, &'static str)| {
        let (_keep, path) = file("names.yaml", REQUEST);
        let (port, _) = support::deployed_whole(answer);
        let folder = tempfile::tempdir().unwrap();
        let target = format!("http://127.0.0.1:{port}");
        let out = folder.path().to_str().unwrap().to_owned();
        let played = ran(&["run", path.to_str().unwrap(), "--target", &target, "--report", &out]);
        let found = verdicts(folder.path());
        let of = |name: &str| found.get(name).map(|(_, verdict)| verdict.clone());
        (of("length"), of("letters"), played)
    };
    let says = |word: &str| Some(word.to_owned());
    // The deployment keeps the length and lets digits in: each is decided by its own cases.
    let (length, letters, played) =
        verdict(|request| if name(request).len() > 8 { (400, "{}") } else { (200, "{}") });
    assert_eq!((length, letters), (says("documentation-wrong"), says("documentation-wrong")), "{played}");
    // It refuses everything: the example's refusal may be for either, or for nothing of both.
    let (length, letters, played) = verdict(|_| (400, "{}"));
    assert_eq!((length, letters), (says("undecided"), says("undecided")), "{played}");
}
