//! What must not happen to a secret, nor to a deployment: the real binary against small deployments.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files, and may panic")]

mod support;

use std::fs;
use std::path::Path;

use support::{Asked, broken, deployed, file, ran, report, run_into};

const TOKEN: &str = "ghp/0123456789-abcdefghij-0123456789-klmnopqrst";

const SECRETS: &str = r#"
countersign: 1
title: Secrets
variables: { token: { secret: true }, key: { secret: true } }
defaults: { secrets: { convention: Answers end up in logs. } }
security:
  token: { in: header, name: Authorization, value: "Bearer {{token}}" }
operations:
  call:
    request: GET /hooks/{hook}
    parameters:
      hook: { in: path, schema: { type: string }, value: "{{key}}" }
      again: { in: query, schema: { type: string }, value: "{{key}}", required: true }
    responses: { 200: {} }
"#;

/// Every file that a run has written.
fn written(folder: &Path) -> String {
    let names = ["report.html", "report.json", "junit.xml", "run.ndjson"];
    names.map(|name| fs::read_to_string(folder.join("latest").join(name)).unwrap()).concat()
}

fn lines(asked: &Asked) -> Vec<String> {
    asked
        .lock()
        .unwrap()
        .iter()
        .map(|request| request.lines().next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn the_plan_shows_no_part_of_a_secret() {
    let (_folder, contract) = file("secrets.yaml", SECRETS);
    let (token, key) = (format!("token={TOKEN}"), format!("key={TOKEN}-2"));
    for command in [&["plan"][..], &["plan", "--json"], &["test"]] {
        let mut arguments = command.to_vec();
        arguments.extend([contract.to_str().unwrap(), "--var", &token, "--var", &key]);
        if command == ["test"] {
            arguments.extend(["--", "--list"]);
        }
        let ran = ran(&arguments);
        assert_eq!(ran.code, 0, "{ran}");
        for part in [TOKEN, "0123456789", "ghp/", "ghp%2F", "abcdefghij"] {
            assert!(!ran.stdout.contains(part), "{part}: {ran}");
        }
    }
}

#[test]
fn a_secret_in_a_path_is_in_no_report() {
    let (_folder, contract) = file("secrets.yaml", SECRETS);
    let (port, asked) =
        deployed(|_| (200, r#"{"debug":"ghp%2f0123456789-abcdefghij-0123456789-klmnopqrst-2"}"#));
    let (token, key) = (format!("token={TOKEN}"), format!("key={TOKEN}-2"));
    let folder = tempfile::tempdir().unwrap();
    let target = format!("http://127.0.0.1:{port}");
    let run = run_into(
        folder.path(),
        &[contract.to_str().unwrap(), "--target", &target, "--var", &token, "--var", &key],
    );
    assert!(lines(&asked).iter().any(|line| line.contains("/hooks/ghp%2F0123456789")), "{asked:?}");
    assert!(!format!("{run}").contains("0123456789"), "{run}");
    assert!(!written(folder.path()).contains("0123456789"));
}

#[test]
fn a_variable_that_the_environment_calls_secret_is_looked_for_in_answers() {
    let (_folder, contract) = file(
        "secrets.yaml",
        &SECRETS.replace("{ token: { secret: true }, key: { secret: true } }", "{ token: {}, key: {} }"),
    );
    // "user:right-token-1234" in base64.
    let (port, _) = deployed(|_| (200, r#"{"auth":"dXNlcjpyaWdodC10b2tlbi0xMjM0"}"#));
    let (_other, environment) = file(
        "there.yaml",
        &format!(
            "target: http://127.0.0.1:{port}\nvariables:\n  token: {{ value: right-token-1234, secret: true }}\n  key: k1\n"
        ),
    );
    let folder = tempfile::tempdir().unwrap();
    let arguments = [contract.to_str().unwrap(), "--env", environment.to_str().unwrap()];
    let run = run_into(folder.path(), &arguments);
    assert_eq!(run.code, 1, "{run}");
    assert_eq!(broken(&report(folder.path())), ["call/response/secrets"], "{run}");
    assert!(!written(folder.path()).contains("right-token"));
}

#[test]
fn a_value_that_does_not_fit_is_not_shown_where_it_is_secret() {
    let text = "countersign: 1\ntitle: T\nvariables: { key: { secret: true } }\noperations:\n  get:\n    request: GET /x\n    parameters: { X-Key: { in: header, required: true, schema: { type: string, maxLength: 5 }, value: \"{{key}}\" } }\n    responses: { 200: {} }\n";
    let (_folder, secret) = file("secret.yaml", text);
    let (_other, open) = file("open.yaml", &text.replace("{ secret: true }", "{}"));
    let check = |path: &Path| ran(&["run", path.to_str().unwrap(), "--var", "key=supersecretvalue123"]);
    let run = check(&secret);
    assert_eq!(run.code, 2, "{run}");
    assert!(!run.stderr.contains("supersecret") && !run.stderr.contains("19"), "{run}");
    assert!(run.stderr.contains("at most 5 characters") && run.stderr.contains("`key`"), "{run}");
    let run = check(&open);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.stderr.contains("\"supersecretvalue123\": it has 19 characters"), "{run}");
    assert!(!run.stderr.contains("the body"), "{run}");
}

const RESTORED: &str = r#"
countersign: 1
title: Restored
operations:
  get:
    request: GET /state
    responses:
      200:
        schema: { type: object, properties: { password: { type: string, writeOnly: true } } }
    rules:
      same: { then: body.password == "known-password-of-the-page" }
  put:
    request: PUT /text
    responses: { 200: {} }
  undo:
    request: PUT /undo
    effect: read
    responses: { 200: {} }
restore:
  state:
    says: the password
    undoes: [put]
    before: [ { operation: BEFORE, expect: 200 } ]
    after: [ { operation: undo, expect: 200 } ]
"#;

#[test]
fn why_something_was_not_put_back_shows_no_secret_and_is_never_green() {
    let (_folder, contract) = file("restored.yaml", &RESTORED.replace("BEFORE", "get"));
    let (port, _) = deployed(|line| {
        (200, if line.starts_with("GET") { r#"{"password":"real-password-of-somebody"}"# } else { "{}" })
    });
    let target = format!("http://127.0.0.1:{port}");
    let folder = tempfile::tempdir().unwrap();
    let run = run_into(folder.path(), &[contract.to_str().unwrap(), "--target", &target]);
    let restored = report(folder.path())["restored"].to_string();
    assert!(restored.contains("‹password: 25 characters›"), "{restored}");
    assert!(!written(folder.path()).contains("real-password"), "{restored}");
    assert!(!format!("{run}").contains("real-password"), "{run}");

    // Everything is kept, but what was changed could not be put back.
    let text =
        RESTORED.replace("BEFORE", "put").replace("    rules:\n", "").replace("      same:", "    # same:");
    let (_other, contract) = file("restored.yaml", &text);
    let (port, asked) = deployed(|line| if line.contains("/undo") { (500, "{}") } else { (200, "{}") });
    let target = format!("http://127.0.0.1:{port}");
    let (path, only) = (contract.to_str().unwrap(), "put/**");
    let run = run_into(folder.path(), &[path, "--target", &target, "--select", only]);
    assert_eq!(run.code, 3, "{run}");
    assert!(run.stdout.contains("not put back: state (the password)"), "{run}");

    // The other two doors put back as well, and say so when they can't.
    let case = first_case(&["plan", path, "--select", only, "--json"]);
    asked.lock().unwrap().clear();
    let again = ran(&["replay", &case, path, "--target", &target]);
    assert_eq!(again.code, 3, "{again}");
    assert!(again.stderr.contains("not put back: state"), "{again}");
    assert!(lines(&asked).iter().any(|line| line.starts_with("PUT /undo")), "{asked:?}");
    let tests = ran(&["test", path, "--target", &target, "--select", only]);
    assert_eq!(tests.code, 101, "{tests}");
    assert!(tests.stderr.contains("not put back: state"), "{tests}");
}

fn first_case(plan: &[&str]) -> String {
    let plan = ran(plan);
    let cases = plan.stdout.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let ids: Vec<String> = cases.filter_map(|case| case["case"].as_str().map(str::to_owned)).collect();
    ids.into_iter().next().unwrap_or_else(|| panic!("{plan}"))
}

#[test]
fn no_front_door_sends_another_machine_what_might_remove_something() {
    let text = "countersign: 1\ntitle: D\ndefaults: { other_methods: { status: [404, 405] } }\noperations:\n  get-one:\n    request: GET /real/{id}\n    parameters: { id: { in: path, schema: { type: string }, value: keep-me } }\n    responses: { 200: {}, 404: {} }\n";
    let (_folder, contract) = file("d.yaml", text);
    let path = contract.to_str().unwrap();
    let (port, asked) = deployed(|line| if line.starts_with("GET") { (200, "{}") } else { (405, "{}") });
    let target = format!("http://0.0.0.0:{port}");
    let plan = ran(&["plan", path, "--json"]);
    let delete = plan
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .find(|case| case["steps"][0]["method"] == "DELETE")
        .unwrap();
    let id = delete["case"].as_str().unwrap();
    let again = ran(&["replay", id, path, "--target", &target, "--allow-writes"]);
    assert_eq!(again.code, 2, "{again}");
    assert!(again.stderr.contains("only sent to a target on this machine"), "{again}");
    let tests = ran(&["test", path, "--target", &target, "--allow-writes"]);
    assert_eq!(tests.code, 0, "{tests}");
    let sent = lines(&asked);
    assert!(sent.iter().any(|line| line.starts_with("GET /real/keep-me")), "{sent:?}");
    assert!(!sent.iter().any(|line| line.starts_with("DELETE")), "{sent:?}");
    let here = format!("http://127.0.0.1:{port}");
    let again = ran(&["replay", id, path, "--target", &here]);
    assert_eq!(again.code, 0, "{again}");
    assert!(lines(&asked).iter().any(|line| line.starts_with("DELETE /real/keep-me")));
}

#[test]
fn what_could_not_be_read_before_is_not_changed_by_a_trial_either() {
    let (_folder, contract) = file("restored.yaml", &RESTORED.replace("BEFORE", "get"));
    let (port, asked) = deployed(|_| (200, r#"{"password":"real-password-of-somebody"}"#));
    let target = format!("http://0.0.0.0:{port}");
    let (path, only) = (contract.to_str().unwrap(), "put/**");
    let tests = ran(&["test", path, "--target", &target, "--allow-writes", "--select", only]);
    assert_eq!(tests.code, 101, "{tests}");
    assert!(tests.stdout.contains("could not be read before the run"), "{tests}");
    let sent = lines(&asked);
    assert!(!sent.iter().any(|line| line.starts_with("PUT")), "{sent:?}");
}

#[test]
fn a_path_value_that_leads_elsewhere_is_refused() {
    let text = "countersign: 1\ntitle: D\nvariables: { id: {} }\noperations:\n  remove:\n    request: DELETE /things/{id}\n    parameters: { id: { in: path, schema: { type: string }, value: \"{{id}}\" } }\n    responses: { 200: {} }\n    cases:\n      up: { path: { id: \"..\" }, expect: 200 }\n";
    let (_folder, contract) = file("d.yaml", text);
    let path = contract.to_str().unwrap();
    let run = ran(&["run", path, "--target", "http://127.0.0.1:9", "--var", "id=.."]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.stderr.contains("leads to another path"), "{run}");
    let (port, asked) = deployed(|_| (200, "{}"));
    let folder = tempfile::tempdir().unwrap();
    let target = format!("http://127.0.0.1:{port}");
    let run = run_into(folder.path(), &[path, "--target", &target, "--var", "id=7"]);
    assert_eq!(run.code, 3, "{run}");
    assert!(run.stdout.contains("no URL leads to /things/.."), "{run}");
    let sent = lines(&asked);
    assert!(!sent.is_empty() && sent.iter().all(|line| line.starts_with("DELETE /things/7 ")), "{sent:?}");
}

#[test]
fn an_answer_cannot_steer_the_terminal_of_a_replay_or_a_trial() {
    let text = "countersign: 1\ntitle: T\noperations:\n  get:\n    request: GET /x\n    responses: { 200: { schema: { type: object } } }\n";
    let (_folder, contract) = file("t.yaml", text);
    let path = contract.to_str().unwrap();
    let (port, _) = deployed(|_| (200, "\"\u{1b}]0;title\u{7} \u{202e}txt\""));
    let target = format!("http://127.0.0.1:{port}");
    let case = first_case(&["plan", path, "--json"]);
    for arguments in [&["replay", &case, path, "--target", &target][..], &["test", path, "--target", &target]]
    {
        let ran = ran(arguments);
        assert_ne!(ran.code, 0, "{ran}");
        assert!(!ran.stdout.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{ran}");
        assert!(ran.stdout.contains('␛'), "{ran}");
    }
}
