//! What a run may conclude from an answer, and what it shows of it: controls, operations that refuse everything, and what
//! is left behind.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files, and may panic")]

mod support;

use serde_json::Value;
use support::{Ran, broken, deployed_whole, file, report, run_into};

fn run(
    contract: &str,
    answer: impl Fn(&str) -> (u16, &'static str) + Send + Sync + 'static,
) -> (Ran, Value, String) {
    let (_keep, path) = file("contract.yaml", contract);
    let (port, _) = deployed_whole(answer);
    let folder = tempfile::tempdir().unwrap();
    let target = format!("http://127.0.0.1:{port}");
    let formats = ["--format", "default,har", "--repeat-findings", "0"];
    let run =
        run_into(folder.path(), &[&[path.to_str().unwrap(), "--target", &target][..], &formats].concat());
    let har = std::fs::read_to_string(folder.path().join("latest/failing.har")).unwrap();
    let page = std::fs::read_to_string(folder.path().join("latest/report.html")).unwrap();
    let schema: Value =
        serde_json::from_str(&std::fs::read_to_string("docs/report.schema.json").unwrap()).unwrap();
    let report = report(folder.path());
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&report));
    assert!(page.contains("exchange.control"));
    (run, report, har)
}

fn clause<'r>(report: &'r Value, address: &str) -> &'r Value {
    let all = report["clauses"].as_array().unwrap();
    all.iter().find(|clause| clause["address"] == address).unwrap_or_else(|| panic!("no {address}"))
}

/// Renaming a thing; what is refused may be refused for what is not stated.
const RENAME: &str = "countersign: 1
title: Things
operations:
  rename-thing:
    request: PUT /thing
    unstated: [422]
    body:
      schema:
        type: object
        required: [name]
        properties: { name: { type: string, maxLength: 8, from: 'page:1 \"at most 8\"' } }
    responses:
      200: { schema: { type: object, required: [id], properties: { id: { type: integer } } } }
      422: {}
sources: { page: { title: The page } }
";

#[test]
fn a_control_is_shown_and_judged() {
    // Names of eight characters are refused, and what is accepted has an identifier that is no number.
    let (run, report, har) = run(RENAME, |request| {
        let body = request.split("\r\n\r\n").nth(1).unwrap_or_default();
        let name = serde_json::from_str::<Value>(body).unwrap_or_default();
        let long = name["name"].as_str().is_some_and(|name| name.chars().count() >= 8);
        if long { (422, "{}") } else { (200, r#"{ "id": "seven" }"#) }
    });
    assert_eq!(run.code, 1, "{run}");
    let broken = broken(&report);
    let limit = "rename-thing/request/body/name/maxLength";
    assert!(broken.iter().any(|address| address == limit), "{broken:?}");
    let finding = |address: &str| {
        report["findings"].as_array().unwrap().iter().find(|finding| finding["address"] == address).unwrap()
    };
    // The evidence of the refusal is the control, which was accepted.
    let exchange = &finding(limit)["witnesses"][0]["exchanges"][0];
    assert_eq!(exchange["reply"]["line"], "422 Unprocessable Entity");
    assert_eq!(exchange["control"]["reply"]["line"], "200 OK", "{exchange:#}");
    assert!(run.stdout.contains("control   a plain value in the tested place: 200 OK"), "{run}");
    assert!(har.contains("the control: a plain value in the tested place"));
    // What the control's answer breaks is a finding as well: here no other request shows it in this case.
    let select = finding("rename-thing/response/200/body/id/type");
    assert!(select["count"].as_u64().unwrap() >= 2, "{select:#}");
}

#[test]
fn an_answer_that_decides_nothing_keeps_no_clause_that_it_does_not_show() {
    // Everything is refused with a status that nobody documents.
    let contract = RENAME.replace("      422: {}\n", "");
    let (_, report, _) = run(&contract, |_| (422, "{}"));
    let limit = clause(&report, "rename-thing/request/body/name/maxLength");
    assert_eq!(limit["sides"][0]["kept"], 0, "{limit:#}");
    assert!(broken(&report).contains(&"rename-thing/response/status".to_owned()));
}

/// Making a note: too long ones are refused.
const NOTES: &str = "countersign: 1
title: Notes
defaults: { refused: { status: 400, convention: as the page says } }
operations:
  make-note:
    request: POST /notes
    body:
      schema:
        type: object
        required: [text]
        properties: { text: { type: string, maxLength: 8, from: 'page:1 \"at most 8\"' } }
    responses:
      201: { schema: { type: object, required: [id], properties: { id: { type: string } } } }
      400: {}
  show-note:
    request: GET /notes/{id}
    parameters: { id: { in: path, schema: { type: string } } }
    responses: { 200: {} }
  remove-note:
    request: DELETE /notes/{id}
    parameters: { id: { in: path, schema: { type: string } } }
    responses: { 204: {} }
sources: { page: { title: The page } }
";

#[test]
fn what_refuses_everything_shows_nothing_by_refusing_something() {
    let address = "make-note/request/body/text/maxLength";
    let refuse = |report: &Value| clause(report, address)["sides"][1].clone();
    // Everything is a bad request.
    let (run, all, _) = self::run(NOTES, |_| (400, "{}"));
    assert_eq!(run.code, 1, "{run}");
    let side = refuse(&all);
    assert_eq!((&side["side"], &side["kept"]), (&"refuse".into(), &0.into()), "{side:#}");
    assert!(side["inconclusive"].as_u64().unwrap() > 0);
    let body = clause(&all, "make-note/request/body/json");
    assert_eq!(body["standing"], "inconclusive", "{body:#}");
    assert!(body["because"][0].as_str().unwrap().contains("such a refusal shows nothing"), "{body:#}");
    // What conforms fails otherwise: then the refusal is about the value.
    let fails = |request: &str| {
        let long = request.contains(&"{\"text\":\"".to_owned())
            && request.rsplit(':').next().unwrap().chars().count() > 11;
        let whole = request.contains("{\"text\":\"") && request.ends_with("\"}");
        if whole && !long { (500, "{}") } else { (400, "{}") }
    };
    let (_, other, _) = self::run(NOTES, fails);
    assert!(refuse(&other)["kept"].as_u64().unwrap() > 0, "{:#}", refuse(&other));
    // One request that is accepted is enough.
    let accepts = |request: &str| {
        let long = request.rsplit(':').next().unwrap().chars().count() > 11;
        let whole = request.contains("{\"text\":\"") && request.ends_with("\"}");
        if whole && !long { (201, r#"{ "id": "n-1" }"#) } else { (400, "{}") }
    };
    let (_, kept, _) = self::run(NOTES, accepts);
    assert!(refuse(&kept)["kept"].as_u64().unwrap() > 0, "{:#}", refuse(&kept));
}

#[test]
fn what_is_left_behind_is_told() {
    let says = |report: &Value| -> Vec<String> {
        let troubles = report["troubles"].as_array().unwrap().iter();
        let left = troubles.filter(|trouble| trouble["code"] == "left-behind");
        left.map(|trouble| trouble["says"].as_str().unwrap().to_owned()).collect()
    };
    let (run, report, _) = self::run(NOTES, |request| match request.split(' ').next() {
        Some("POST") => (201, "{}"),
        _ => (204, ""),
    });
    let told = says(&report);
    assert!(
        told.iter().any(|one| one.contains("`make-note`") && one.contains("show no identifier")),
        "{told:?}"
    );
    assert!(run.stdout.contains("left behind") || run.stderr.contains("left behind"), "{run}");
    let refuses = |request: &str| match request.split(' ').next() {
        Some("POST") => (201, r#"{ "id": "n-1" }"#),
        Some("DELETE") => (409, ""),
        _ => (200, "{}"),
    };
    let (_, report, _) = self::run(NOTES, refuses);
    let told = says(&report);
    assert!(
        told.iter().any(|one| one.contains("`make-note`") && one.contains("was not accepted")),
        "{told:?}"
    );
    // Where all is removed, nothing is told; nor of the built-in mock, which is gone after the run.
    let removes = |request: &str| match request.split(' ').next() {
        Some("POST") => (201, r#"{ "id": "n-1" }"#),
        Some("DELETE") => (204, ""),
        _ => (200, "{}"),
    };
    let (_, report, _) = self::run(NOTES, removes);
    assert_eq!(says(&report), Vec::<String>::new());
}
