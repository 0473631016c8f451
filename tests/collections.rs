//! Collections: a contract whose resources are all made by the cases themselves, against the mock, against a server
//! written by hand that keeps it, and against the same server with one promise broken.

#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

#[path = "collections/server.rs"]
mod server;
mod support;

use std::path::PathBuf;
use std::sync::Arc;

use countersign::load;
use countersign::mock::{Answer, Mock, Received};
use countersign::model::{Answers, Effect, Mode, Planned, Role};
use countersign::plan::{Options, Plan};
use serde_json::{Value, json};
use server::Fault;
use support::{Ran, broken, report, run_into};

const CONTRACT: &str = "tests/collections/notes.yaml";

fn run(target: Option<&str>, arguments: &[&str]) -> (Ran, Value) {
    let folder = tempfile::tempdir().unwrap();
    let target = target.map_or_else(Vec::new, |target| vec!["--target", target]);
    let own = [&[CONTRACT, "--var", "token=secret-of-the-test"][..], &target, arguments].concat();
    let run = run_into(folder.path(), &own);
    let report = report(folder.path());
    (run, report)
}

/// No finding, and every clause kept but for those that say why they were not exercised.
fn assert_kept((run, report): &(Ran, Value)) {
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(report["findings"], json!([]));
    assert_eq!(report["totals"]["cases_inconclusive"], 0, "{run}");
    let mut open = Vec::new();
    for clause in report["clauses"].as_array().unwrap() {
        let because = clause["because"].as_array().unwrap();
        let address = clause["address"].as_str().unwrap();
        assert!(clause["standing"] == "kept" || !because.is_empty(), "silently missing: {clause}");
        if clause["standing"] != "kept" {
            open.push(format!("{address}: {because:?}"));
        }
    }
    let expected =
        |line: &String| line.contains("/id/minimum: ") && line.contains("somebody else's resource");
    assert!(open.iter().all(expected), "{open:#?}");
}

#[test]
fn the_mock_keeps_it() {
    assert_kept(&run(None, &[]));
}

#[test]
fn a_deployment_that_keeps_it_has_no_finding_whatever_the_order() {
    for arguments in
        [&["--jobs", "1"][..], &["--jobs", "16", "--seed", "7"], &["--jobs", "8", "--seed", "99"]]
    {
        let address = server::start(None);
        assert_kept(&run(Some(&format!("http://{address}")), arguments));
    }
}

#[test]
fn what_a_deployment_breaks_is_found_and_named() {
    let lives = "sequence/a-note-lives";
    for (fault, clauses) in [
        (Fault::DeleteKeeps, &[lives][..]),
        (Fault::CreateForgets, &[lives, "get-note/response/200"]),
        (Fault::ListForgets, &["sequence/a-note-lives/shows-both"]),
        (Fault::ListKeepsRemoved, &["sequence/a-note-lives/shows-one"]),
        (Fault::ListIgnoresTheWindow, &["sequence/a-note-lives/shows-a-page"]),
        (Fault::TotalIsThePage, &["sequence/a-note-lives/shows-a-page"]),
        (Fault::ReplaceMerges, &["sequence/a-note-lives/leaves-nothing"]),
        (Fault::UpdateResets, &["sequence/a-note-lives/leaves-the-rest"]),
        (Fault::UnknownIsFound, &["get-note/request/path/id/unknown", "delete-note/request/path/id/unknown"]),
        (Fault::DeleteFails, &["delete-note/response/204", lives]),
    ] {
        let address = server::start(Some(fault));
        let (run, report) = run(Some(&format!("http://{address}")), &[]);
        let found = broken(&report);
        assert_eq!(run.code, 1, "{fault:?}: {run}");
        for clause in clauses {
            assert!(found.iter().any(|address| address == clause), "{fault:?}: {clause} is not in {found:?}");
        }
        if fault == Fault::DeleteFails {
            // What can't be cleaned up is no fault of the clause that was put to the test.
            let of_others = |address: &&String| !address.starts_with("delete-note") && *address != lives;
            assert_eq!(found.iter().filter(of_others).collect::<Vec<_>>(), Vec::<&String>::new());
        }
    }
}

fn variables() -> Arc<Value> {
    Arc::new(json!({"token": "secret-of-the-test"}))
}

#[test]
fn what_a_case_makes_it_removes() {
    let contract = Arc::new(load::load(&[PathBuf::from(CONTRACT)]).contract.unwrap());
    let mock = Mock::new(Arc::clone(&contract), variables()).unwrap();
    let (mut seen, mut refusing) = (0, 0);
    for planned in Plan::new(Arc::clone(&contract), variables(), Options::default()) {
        let Planned::Case(case) = planned else { continue };
        let made = case.steps.iter().filter(|step| step.own.made.is_some()).count();
        let removed = case.steps.iter().filter(|step| step.own.role == Role::CleanUp).count();
        assert_eq!(made, removed, "{} {}", contract.clause(case.clause).address, case.why);
        if made > 0 {
            seen += 1;
            assert!(case.writes, "{}", case.why);
            // What must be refused makes nothing, unless a deployment is wrong: then it is removed all the same.
            let mut acts = case.steps.iter().filter(|step| step.own.role != Role::CleanUp);
            let refused = acts.all(|step| step.expect.answers == Answers::Refused);
            refusing += usize::from(refused);
            let expected = if refused { Mode::Refused } else { Mode::Exclusive };
            assert!(case.footprint.iter().all(|print| print.mode == expected), "{}", case.why);
        }
        let kept = case.steps.len() - case.finally;
        assert!(case.steps[kept..].iter().all(|step| step.when.is_some()), "{}", case.why);
    }
    assert!(seen > 50 && refusing > 10, "{seen} {refusing}");
    assert_eq!(send(&mock, "GET", "/boards", "").1, json!([]));
}

fn send(mock: &Mock, method: &str, target: &str, body: &str) -> (u16, Value, Answer) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers = vec![("authorization".to_owned(), b"Bearer secret-of-the-test".to_vec())];
    headers.push(("content-type".to_owned(), b"application/json".to_vec()));
    let (method, path, query) = (method.to_owned(), path.to_owned(), query.to_owned());
    let answer = mock.answer(&Received { method, path, query, headers, body: body.into() });
    assert_eq!(answer.troubles, Vec::<String>::new());
    (answer.status, serde_json::from_slice(&answer.body).unwrap_or(Value::Null), answer)
}

fn mock() -> Mock {
    let contract = load::load(&[PathBuf::from(CONTRACT)]).contract.unwrap();
    Mock::new(Arc::new(contract), variables()).unwrap()
}

fn board(mock: &Mock, title: &str) -> String {
    let (status, made, answer) = send(mock, "POST", "/boards", &json!({ "title": title }).to_string());
    assert_eq!((status, &made["title"]), (201, &json!(title)));
    let path = format!("/boards/{}", made["board_id"].as_str().unwrap());
    assert!(answer.headers.contains(&("location".to_owned(), path.clone())), "{answer:?}");
    path
}

#[test]
fn a_resource_has_a_life() {
    let mock = mock();
    let board_path = board(&mock, "one");
    let notes = format!("{board_path}/notes");
    let (_, first, _) = send(&mock, "POST", &notes, r#"{"text": "a"}"#);
    let (_, second, _) = send(&mock, "POST", &notes, r#"{"text": "b", "done": true, "tags": ["x"]}"#);
    assert_eq!((&first["id"], &second["id"]), (&json!(1), &json!(2)));
    assert_eq!((&first["text"], &first["done"]), (&json!("a"), &json!(false)));
    assert_eq!(second, json!({"id": 2, "text": "b", "done": true, "tags": ["x"]}));

    let path = format!("{notes}/2");
    assert_eq!(send(&mock, "GET", &path, "").1, second);
    let patched = send(&mock, "PATCH", &path, r#"{"text": "c"}"#).1;
    assert_eq!(patched, json!({"id": 2, "text": "c", "done": true, "tags": ["x"]}));
    let replaced = send(&mock, "PUT", &path, r#"{"text": "d"}"#).1;
    assert_eq!(replaced, json!({"id": 2, "text": "d", "done": false}));
    assert_eq!(send(&mock, "GET", &path, "").1, replaced);

    let list = |query: &str| send(&mock, "GET", &format!("{notes}{query}"), "").1;
    assert_eq!((&list("")["total"], &list("")["notes"][1]), (&json!(2), &replaced));
    assert_eq!(list("?limit=1&offset=1"), json!({"notes": [replaced], "total": 2}));
    assert_eq!(list("?offset=5"), json!({"notes": [], "total": 2}));

    assert_eq!(send(&mock, "DELETE", &path, "").0, 204);
    for method in ["GET", "DELETE"] {
        assert_eq!(send(&mock, method, &path, "").0, 404);
    }
    assert_eq!(send(&mock, "PUT", &path, r#"{"text": "d"}"#).0, 404);
    assert_eq!(list("")["total"], 1);
    assert_eq!(send(&mock, "POST", &notes, r#"{"text": "e"}"#).1["id"], 3, "no identifier is given twice");
}

#[test]
fn what_is_in_a_resource_is_its_own_and_goes_with_it() {
    let mock = mock();
    let (one, other) = (board(&mock, "one"), board(&mock, "other"));
    let note = send(&mock, "POST", &format!("{one}/notes"), r#"{"text": "a"}"#).1["id"].to_string();
    assert_eq!(send(&mock, "GET", &format!("{one}/notes/{note}"), "").0, 200);
    assert_eq!(send(&mock, "GET", &format!("{other}/notes/{note}"), "").0, 404);
    assert_eq!(send(&mock, "GET", &format!("{other}/notes"), "").1["total"], 0);
    assert_eq!(send(&mock, "GET", "/boards", "").1.as_array().unwrap().len(), 2);
    assert_eq!(send(&mock, "DELETE", &one, "").0, 204);
    for path in [one.clone(), format!("{one}/notes"), format!("{one}/notes/{note}")] {
        assert_eq!(send(&mock, "GET", &path, "").0, 404, "{path}");
    }
    assert_eq!(send(&mock, "POST", &format!("{one}/notes"), r#"{"text": "a"}"#).0, 404);
    let nobody = "/boards/00000000-0000-4000-8000-000000000000";
    assert_eq!(send(&mock, "GET", nobody, "").0, 404);
    assert_eq!(send(&mock, "GET", "/boards/nonsense", "").0, 400);
}

#[test]
fn the_oldest_of_too_many_are_forgotten() {
    let mock = mock();
    for number in 0..1100 {
        board(&mock, &format!("board {number}"));
    }
    let boards = send(&mock, "GET", "/boards", "").1;
    let boards = boards.as_array().unwrap();
    assert_eq!(boards.len(), 1024);
    assert_eq!(boards.last().unwrap()["title"], "board 1099", "the newest comes last");
    assert_eq!(boards[0]["title"], "board 76");
}

const THINGS: &str = r#"
countersign: 1
title: Things
variables: { thing: { says: a thing that is there } }
defaults: { refused: { status: 400 } }
operations:
CREATE
  list-things:
    request: GET /things
    convention: usual
    responses: { 200: { schema: { type: array, items: { type: object, required: [thing_id], properties: { thing_id: { type: string }, name: { type: string } } } } } }
  get-thing:
    request: GET /things/{thing}
    convention: usual
    parameters: { thing: { in: path, schema: { type: string, maxLength: 40 }, value: "{{thing}}", unknown: { status: 404 } } }
    responses: { 200: { schema: { type: object, required: [thing_id, name], properties: { thing_id: { type: string }, name: { type: string } } } }, 400: {}, 404: {} }
  delete-thing:
    request: DELETE /things/{thing}
    convention: usual
    parameters:
      thing: { in: path, schema: { type: string, maxLength: 40 }, value: "{{thing}}", unknown: { status: 404 } }
      now: { in: query, schema: { type: boolean } }
    responses: { 204: {}, 400: {}, 404: {} }
"#;

const CREATE: &str = r"  create-thing:
    request: POST /things
    convention: usual
    body: { required: true, schema: { type: object, required: [name], properties: { name: { type: string, maxLength: 9 } } } }
    responses: { 201: { schema: { type: object, required: [thing_id], properties: { thing_id: { type: string } } } }, 400: {} }
";

fn things(create: &str) -> String {
    THINGS.replace("CREATE\n", create)
}

/// The accepting cases of `delete-thing`, how many steps each has, and the reasons for those that there are not.
fn removals(text: &str) -> (Vec<(String, usize, bool)>, Vec<String>) {
    let contract =
        Arc::new(load::load_texts(vec![("things.yaml".to_owned(), text.to_owned())]).contract.unwrap());
    let variables = Arc::new(json!({"thing": "t-17"}));
    let (mut cases, mut gaps) = (Vec::new(), Vec::new());
    for planned in Plan::new(Arc::clone(&contract), variables, Options::default()) {
        match planned {
            Planned::Case(case) => {
                let act = case.steps.iter().find(|step| step.own.role == Role::Test).unwrap();
                let removes = contract.operation(act.operation).id == "delete-thing";
                if removes && act.expect.status.contains(204) {
                    cases.push((case.why, case.steps.len(), case.destroys));
                } else if !removes && case.generator != "valid" {
                    assert_eq!(case.steps.len(), if act.own.made.is_some() { 2 } else { 1 }, "{}", case.why);
                }
            }
            Planned::Gap(gap) => gaps.push(gap.because),
        }
    }
    (cases, gaps)
}

#[test]
fn what_is_removed_is_made_first_or_removed_once() {
    let (cases, gaps) = removals(&things(CREATE));
    assert!(cases.len() > 2, "{cases:?}");
    assert!(cases.iter().all(|(_, steps, destroys)| *steps == 3 && !destroys), "{cases:?}");
    assert_eq!(gaps, Vec::<String>::new());

    let (cases, gaps) = removals(&things(""));
    assert_eq!(cases, [("with nothing that may be left out".to_owned(), 1, true)]);
    assert!(!gaps.is_empty());
    assert!(gaps.iter().all(|because| because.contains("can be removed only once")), "{gaps:?}");
}

#[test]
fn known_resources_are_there_from_the_start() {
    for create in [CREATE, ""] {
        let (_folder, path) = support::file("things.yaml", &things(create));
        let folder = tempfile::tempdir().unwrap();
        let run = run_into(folder.path(), &[path.to_str().unwrap(), "--var", "thing=t-17"]);
        assert_eq!(run.code, 0, "{run}");
        assert_eq!(report(folder.path())["findings"], json!([]));
    }
    let contract = load::load_texts(vec![("things.yaml".to_owned(), things(CREATE))]).contract.unwrap();
    let mock = Mock::new(Arc::new(contract), Arc::new(json!({"thing": "t-17"}))).unwrap();
    let known = send(&mock, "GET", "/things/t-17", "").1;
    assert_eq!(known["thing_id"], "t-17");
    let made =
        send(&mock, "POST", "/things", r#"{"name": "new"}"#).1["thing_id"].as_str().unwrap().to_owned();
    let listed = send(&mock, "GET", "/things", "").1;
    assert_eq!(listed, json!([known, {"thing_id": made, "name": "new"}]));
    for number in 0..1100 {
        send(&mock, "POST", "/things", &json!({"name": number.to_string()}).to_string());
    }
    assert_eq!(send(&mock, "GET", "/things/t-17", "").0, 200, "what the variables name is never forgotten");
    assert_eq!(send(&mock, "GET", &format!("/things/{made}"), "").0, 404);
    assert_eq!(send(&mock, "DELETE", "/things/t-17", "").0, 204);
    assert_eq!(send(&mock, "GET", "/things/t-17", "").0, 404);
}

#[test]
fn a_run_that_is_repeated_removes_the_known_last() {
    let text = things("");
    let contract = Arc::new(load::load_texts(vec![("things.yaml".to_owned(), text)]).contract.unwrap());
    let options = Options { repeat: 3, ..Options::default() };
    let cases: Vec<_> = Plan::new(contract, Arc::new(json!({"thing": "t-17"})), options)
        .filter_map(|planned| match planned {
            Planned::Case(case) => Some(case),
            Planned::Gap(_) => None,
        })
        .collect();
    let removing: Vec<usize> = (0..cases.len()).filter(|at| cases[*at].destroys).collect();
    assert_eq!(removing, [cases.len() - 1]);
    assert_eq!(cases.last().unwrap().round, 2);
}

#[test]
fn a_resource_in_a_member_of_the_answer_is_known_by_it() {
    let text = r#"
countersign: 1
title: Wrapped
operations:
  create:
    request: POST /servers
    convention: usual
    creates: { identifier: /server/key }
    body: { required: true, schema: { type: object, properties: { server: { type: object, properties: { name: { type: string } } } } } }
    responses: { 202: { schema: { type: object, properties: { server: { type: object, required: [key], properties: { key: { type: string } } } } } } }
  get:
    request: GET /servers/{key}
    convention: usual
    parameters: { key: { in: path, schema: { type: string, pattern: "^srv-[0-9]{6}$" } } }
    responses:
      200: { schema: { type: object, required: [server], properties: { server: { type: object, required: [key, name], properties: { key: { type: string }, name: { type: string } } } } } }
      404: {}
"#;
    let contract = load::load_texts(vec![("wrapped.yaml".to_owned(), text.to_owned())]).contract.unwrap();
    let mock = Mock::new(Arc::new(contract), Arc::new(json!({}))).unwrap();
    let (status, made, _) = send(&mock, "POST", "/servers", r#"{"server": {"name": "n"}}"#);
    let key = made["server"]["key"].as_str().unwrap();
    assert_eq!((status, key.len(), &key[..4]), (202, 10, "srv-"));
    let found = send(&mock, "GET", &format!("/servers/{key}"), "");
    assert_eq!((found.0, found.1), (200, json!({"server": {"key": key, "name": "n"}})));
    assert_eq!(send(&mock, "GET", "/servers/srv-000000", "").0, 404);
}

/// A contract whose clients choose names, and a mock of it.
fn shelf(creates: &str) -> Mock {
    let text = format!(
        "countersign: 1
title: Shelf
defaults: {{ refused: {{ status: 400 }} }}
schemas:
  Book: {{ type: object, required: [title], properties: {{ code: {{ type: string, maxLength: 8 }}, title: {{ type: string }}, lent: {{ type: boolean }} }} }}
operations:
  add:
    request: POST /books
    convention: ours
{creates}
    body:
      schema: Book
      unique: [code]
      alternatives: {{ application/x-www-form-urlencoded: {{ schema: {{ type: object, required: [name], properties: {{ name: {{ type: string }} }} }} }} }}
      other_media_types: {{ status: 415 }}
    responses: {{ 201: {{ schema: Book }}, 400: {{}}, 409: {{}}, 415: {{}} }}
  put:
    request: PUT /books
    convention: ours
    body: {{ schema: Book }}
    responses: {{ 200: {{ schema: Book }}, 400: {{}} }}
  list:
    request: GET /books
    convention: ours
    parameters: {{ lent: {{ in: query, schema: {{ type: boolean }} }} }}
    responses: {{ 200: {{ schema: {{ type: object, required: [books, total], properties: {{ books: {{ type: array, items: {{ $ref: Book }} }}, total: {{ type: integer }} }} }} }} }}
  get:
    request: GET /books/{{code}}
    convention: ours
    parameters: {{ code: {{ in: path, schema: {{ type: string }}, unknown: {{ status: 404 }} }} }}
    responses: {{ 200: {{ schema: Book }}, 404: {{}} }}
"
    );
    let loaded = load::load_texts(vec![("shelf.yaml".to_owned(), text)]);
    let contract = loaded.contract.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics));
    Mock::new(Arc::new(contract), Arc::new(json!({}))).unwrap()
}

/// Status and body of what the shelf answers.
fn asked(mock: &Mock, method: &str, target: &str, media_type: &str, body: &str) -> (u16, Value) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let answer = mock.answer(&Received {
        method: method.into(),
        path: path.into(),
        query: query.into(),
        headers: vec![("content-type".into(), media_type.into())],
        body: body.into(),
    });
    (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default())
}

#[test]
fn a_contract_says_with_which_member_the_client_chooses_the_identifier() {
    const JSON: &str = "application/json";
    let by_itself = shelf("");
    let emma = json!({"code": "e-1", "title": "Emma"});
    assert_eq!(asked(&by_itself, "POST", "/books", JSON, &emma.to_string()), (201, emma.clone()));
    assert_eq!(asked(&by_itself, "GET", "/books/e-1", JSON, ""), (200, emma.clone()));
    assert_eq!(asked(&by_itself, "POST", "/books", JSON, &emma.to_string()).0, 409, "it is unique");
    // Nothing says what a PUT of an unknown one gets: it is made.
    let other = json!({"code": "o-1", "title": "Other", "lent": true});
    assert_eq!(asked(&by_itself, "PUT", "/books", JSON, &other.to_string()), (200, other.clone()));
    assert_eq!(asked(&by_itself, "GET", "/books/o-1", JSON, ""), (200, other.clone()));
    assert_eq!(
        asked(&by_itself, "GET", "/books?lent=true", JSON, ""),
        (200, json!({"books": [other], "total": 1}))
    );

    let never = shelf("    creates: { chosen: false }");
    let (status, made) = asked(&never, "POST", "/books", JSON, &emma.to_string());
    assert!(status == 201 && made["code"] != "e-1", "{made}");
    assert_eq!(asked(&never, "GET", "/books/e-1", JSON, "").0, 404);

    let by_title = shelf("    creates: { chosen: title }");
    assert_eq!(asked(&by_title, "POST", "/books", JSON, &emma.to_string()).0, 201);
    assert_eq!(asked(&by_title, "GET", "/books/Emma", JSON, "").1["code"], "Emma");
}

#[test]
fn another_media_type_has_a_schema_of_its_own_and_an_undocumented_one_is_refused() {
    let shelf = shelf("");
    for (media_type, body, status) in [
        ("application/json", r#"{"title":"Emma"}"#, 201),
        ("application/json", r#"{"name":"Emma"}"#, 400),
        ("application/x-www-form-urlencoded", "name=Emma", 201),
        ("application/x-www-form-urlencoded; charset=utf-8", "title=Emma", 400),
        ("text/plain", "Emma", 415),
        ("application/xml", "<book/>", 415),
    ] {
        assert_eq!(asked(&shelf, "POST", "/books", media_type, body).0, status, "{media_type} {body}");
    }
}

#[test]
fn a_contract_says_what_an_operation_does_and_a_part_is_not_the_whole() {
    let effect = |request: &str, said: &str| {
        let text = format!(
            "countersign: 1\ntitle: T\noperations:\n  it:\n    request: {request}\n{said}    parameters: {{ id: {{ in: path, schema: \
             {{ type: string }} }} }}\n    responses: {{ 204: {{ says: done }} }}\n"
        );
        let loaded = load::load_texts(vec![("t.yaml".to_owned(), text)]);
        loaded.contract.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics)).operations[0].effect
    };
    assert_eq!(effect("DELETE /notes/{id}", ""), Effect::Delete);
    assert_eq!(effect("DELETE /notes/{id}/", ""), Effect::Delete);
    assert_eq!(effect("DELETE /notes/{id}.json", ""), Effect::Delete);
    assert_eq!(effect("DELETE /notes/{id}/tags", ""), Effect::Update);
    assert_eq!(effect("DELETE /notes/{id}/tags", "    effect: delete\n"), Effect::Delete);
    assert_eq!(effect("POST /notes/{id}/discard", "    effect: delete\n"), Effect::Delete);
}
