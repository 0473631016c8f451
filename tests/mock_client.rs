//! A client team meets the mock: what it is told about its mistakes, and what it finds of what it has made.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a failed step is a failed test; documents are changed beside the loader"
)]

mod support;

use std::path::PathBuf;
use std::sync::Arc;

use countersign::assemble::{self, Settings, Target};
use countersign::mock::{Answer, Mock, Received, choose};
use serde_json::{Value, json};
use support::{file, ran, report, run_into};

const DOCUMENT: &str = "tests/openapi/bookings.yaml";
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const TOKEN: &str = "Bearer mock-personal";

struct Client(Mock);

impl Client {
    fn of(document: &str) -> Self {
        let settings = Settings {
            contracts: vec![PathBuf::from(document)],
            target: Some(Target::Mock),
            ..Settings::default()
        };
        let suite = assemble::suite(&settings).unwrap();
        Self(Mock::new(Arc::clone(&suite.contract), Arc::clone(&suite.variables)).unwrap())
    }

    fn new() -> Self {
        Self::of(DOCUMENT)
    }

    fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Received {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec()));
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        Received {
            method: method.into(),
            path: path.into(),
            query: query.into(),
            headers: headers.collect(),
            body: body.into(),
        }
    }

    fn send(&self, method: &str, path: &str, media_type: &str, body: &str) -> Answer {
        let headers = [("authorization", TOKEN), ("content-type", media_type)];
        let headers = if body.is_empty() { &headers[..1] } else { &headers[..] };
        self.0.answer(&Self::request(method, path, headers, body))
    }

    fn made(&self, path: &str, body: &Value) -> Value {
        let answer = self.send("POST", path, JSON, &body.to_string());
        assert!(
            matches!(answer.status, 200 | 201) && answer.troubles.is_empty(),
            "{path} {body}: {answer:?}"
        );
        shown(&answer)
    }
}

fn shown(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
}

fn says(answer: &Answer) -> &str {
    &answer.refused.as_ref().unwrap_or_else(|| panic!("{answer:?}")).says
}

#[test]
fn it_keeps_its_own_document() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run_into(folder.path(), &[DOCUMENT]);
    let report = report(folder.path());
    assert_eq!((ran.code, &report["findings"]), (0, &json!([])), "{ran}");
    assert_eq!(report["totals"]["cases_inconclusive"], 0, "{ran}");
}

#[test]
fn a_body_of_another_type_is_told_by_its_type() {
    let client = Client::new();
    for (path, media_type, body, expected) in [
        (
            "/v1/bookings",
            FORM,
            "seat=12a",
            "the body is sent as application/x-www-form-urlencoded; documented is application/json",
        ),
        (
            "/v1/bookings",
            FORM,
            r#"{"miles":"x"}"#,
            "the body has no `seat` (the body is sent as application/x-www-form-urlencoded; documented is application/json)",
        ),
        (
            "/v1/bookings",
            "text/Sekret",
            "x",
            "the body is sent as another media type; documented is application/json",
        ),
        ("/v1/bookings", JSON, "{", "the body is not JSON"),
        (
            "/v1/tokens",
            FORM,
            r#"{"grant_type":"refresh"}"#,
            "the body is JSON, but its content-type says that it is a form (application/x-www-form-urlencoded)",
        ),
        ("/v1/tokens", FORM, "scope=all", "the body has no `grant_type`"),
    ] {
        let answer = client.send("POST", path, media_type, body);
        assert_eq!((answer.status, says(&answer)), (400, expected), "{path} {body}");
    }
    let empty = [("content-type", FORM)];
    let form = client.0.answer(&Client::request("POST", "/v1/tokens", &empty, ""));
    assert_eq!((form.status, says(&form)), (400, "the body has no `grant_type`"), "an empty form is a form");
    assert_eq!(
        client.0.answer(&Client::request("POST", "/v1/tokens", &[], "")).status,
        200,
        "no body is needed"
    );
}

#[test]
fn of_alternatives_the_nearest_is_told() {
    let client = Client::new();
    for (payment, clause, expected) in [
        (
            json!({"kind": "card", "number": 4242}),
            "variant-1/number/type",
            "the body/payment/number is outside its schema: a string",
        ),
        (
            json!({"kind": "bank", "iban": "x"}),
            "variant-2/holder/required",
            "the body/payment has no `holder`",
        ),
    ] {
        let body = json!({"seat": "1", "payment": payment});
        let answer = client.send("POST", "/v1/bookings", JSON, &body.to_string());
        assert_eq!(says(&answer), expected, "{payment}");
        let id = answer.refused.as_ref().unwrap().clause.unwrap();
        let address = &client.0.contract().clause(id).address;
        assert!(address.ends_with(clause), "{address}");
    }
}

#[test]
fn what_is_made_up_is_what_the_document_describes() {
    let text = std::fs::read_to_string(DOCUMENT).unwrap();
    let one = "schema: { type: string, format: uuid } }";
    let (_folder, path) = file(
        "examples.yaml",
        &text.replace(one, &format!("example: 0f8fad5b-d9cb-469f-a165-70867728950e, {one}")),
    );
    for (document, is_example) in [(DOCUMENT, false), (path.to_str().unwrap(), true)] {
        let settings =
            Settings { contracts: vec![document.into()], target: Some(Target::Mock), ..Settings::default() };
        let suite = assemble::suite(&settings).unwrap();
        let id = suite.variables["booking_id"].as_str().unwrap().to_owned();
        assert!(countersign::text::is_uuid(&id), "{id}");
        assert_eq!(id == "0f8fad5b-d9cb-469f-a165-70867728950e", is_example, "{id}");
        let client = Client::of(document);
        assert_eq!(client.send("GET", &format!("/v1/bookings/{id}"), "", "").status, 200);
    }
}

#[test]
fn who_has_no_credential_is_challenged() {
    let client = Client::new();
    for sent in [None, Some(""), Some("Bearer "), Some("Bearer nobody")] {
        let headers: Vec<_> = sent.map(|sent| ("authorization", sent)).into_iter().collect();
        let answer = client.0.answer(&Client::request("GET", "/v1/bookings", &headers, ""));
        // 401 is one of the documented `default`.
        assert_eq!((answer.status, header(&answer, "www-authenticate")), (401, Some("Bearer")), "{sent:?}");
        assert_eq!(
            (&shown(&answer)["status"], &shown(&answer)["title"]),
            (&json!(401), &json!("Unauthorized"))
        );
    }
    for sent in [TOKEN, "Bearer mock-delegated"] {
        let answer = client.0.answer(&Client::request("GET", "/v1/bookings", &[("authorization", sent)], ""));
        assert_eq!(answer.status, 200, "{sent}");
    }
}

#[test]
fn an_error_that_is_documented_nowhere_speaks_for_itself() {
    let client = Client::new();
    let answer = client.send("GET", "/v1/booking", "", "");
    let body = shown(&answer);
    assert_eq!(answer.status, 404);
    assert_eq!(body["type"], "https://bookings.example.com/errors/not-found");
    assert_eq!((&body["title"], &body["status"]), (&json!("Not Found"), &json!(404)));
    let detail = body["detail"].as_str().unwrap();
    assert_eq!(detail, says(&answer));
    assert!(detail.contains("GET /v1/bookings (segment 2 is another than `bookings`)"), "{detail}");
    let other = client.send("PATCH", "/v1/bookings", JSON, "{}");
    assert_eq!((other.status, &shown(&other)["status"]), (405, &json!(405)));
    assert_eq!(shown(&other)["detail"], "the path is documented with GET, POST only");
    // A long reason ends with a word.
    let long = client.send("POST", "/v1/bookings/batch", FORM, r#"{"miles":"x"}"#);
    let detail = shown(&long)["detail"].as_str().unwrap().to_owned();
    let words = detail.strip_suffix(" …").unwrap_or_else(|| panic!("{detail}"));
    assert!(says(&long).starts_with(&format!("{words} ")) && detail.chars().count() <= 120, "{detail}");
}

#[test]
fn a_near_miss_is_told_by_what_differs() {
    let client = Client::new();
    let one = "00000000-0000-4000-8000-000000000000";
    for (method, path, expected) in [
        ("GET", "/v1//bookings".to_owned(), "GET /v1/bookings (this one has a `/` too many)"),
        ("POST", "/v1/drafts/".to_owned(), "POST /v1/drafts (this one ends with `/`)"),
        (
            "GET",
            format!("/v1/booking/{one}"),
            "GET /v1/bookings/{booking_id} (segment 2 is another than `bookings`)",
        ),
        (
            "GET",
            format!("/v1/Bookings/{one}"),
            "GET /v1/bookings/{booking_id} (segment 2 is not in the case of `bookings`)",
        ),
        (
            "GET",
            format!("/bookings/{one}"),
            "GET /v1/bookings/{booking_id} (this one lacks `/v1` at its beginning)",
        ),
        ("POST", "/api/v1/drafts".to_owned(), "POST /v1/drafts (this one has 1 segment before it)"),
        (
            "DELETE",
            format!("/v1/booking/{one}"),
            "DELETE /v1/bookings/{booking_id} (segment 2 is another than `bookings`)",
        ),
        (
            "PUT",
            format!("/v1/booking/{one}"),
            "GET /v1/bookings/{booking_id}, by another method (segment 2 is another than `bookings`)",
        ),
    ] {
        let answer = client.send(method, &path, "", "");
        assert_eq!(
            says(&answer),
            format!("no operation has this path; the nearest is {expected}"),
            "{method} {path}"
        );
    }
}

#[test]
fn a_number_beyond_64_bits_is_answered_in_digits() {
    let made =
        Client::new().send("POST", "/v1/bookings", JSON, r#"{"seat":"1","miles":100000000000000000000}"#);
    let text = String::from_utf8(made.body).unwrap();
    assert!(text.contains(r#""miles":100000000000000000000"#), "{text}");
}

#[test]
fn many_are_made_at_once() {
    let client = Client::new();
    let before = shown(&client.send("GET", "/v1/bookings", "", "")).as_array().unwrap().len();
    let made = client.made("/v1/bookings/batch", &json!([{"seat": "1"}, {"seat": "2", "miles": 7}]));
    let seats: Vec<_> = made.as_array().unwrap().iter().map(|one| one["seat"].as_str().unwrap()).collect();
    assert_eq!(seats, ["1", "2"]);
    assert_ne!(made[0]["id"], made[1]["id"]);
    let one = client.send("GET", &format!("/v1/bookings/{}", made[1]["id"].as_str().unwrap()), "", "");
    assert_eq!((one.status, &shown(&one)), (200, &made[1]));
    let listed = shown(&client.send("GET", "/v1/bookings", "", ""));
    assert_eq!(listed.as_array().unwrap().len(), before + 2);

    let too_many = vec![json!({"seat": "3"}); 1100];
    let answer = client.send("POST", "/v1/bookings/batch", "application/json", &json!(too_many).to_string());
    assert_eq!(shown(&answer).as_array().unwrap().len(), 1024);
    assert_eq!(answer.troubles, ["only the first 1024 of 1100 elements were made"]);
}

#[test]
fn what_belongs_to_a_resource_is_removed_without_it() {
    let client = Client::new();
    let path = format!(
        "/v1/bookings/{}",
        client.made("/v1/bookings", &json!({"seat": "1"}))["id"].as_str().unwrap()
    );
    assert_eq!(client.send("DELETE", &format!("{path}/tags"), "", "").status, 204);
    assert_eq!(client.send("GET", &path, "", "").status, 200);
    assert_eq!(client.send("DELETE", &path, "", "").status, 204);
    assert_eq!(client.send("DELETE", &format!("{path}/tags"), "", "").status, 404);
}

#[test]
fn what_a_default_answer_shows_is_made() {
    let client = Client::new();
    let made = client.made("/v1/drafts", &json!({"text": "a"}));
    let found = client.send("GET", &format!("/v1/drafts/{}", made["id"]), "", "");
    assert_eq!((found.status, shown(&found)), (200, made.clone()));
    assert_eq!(made["text"], "a");
}

#[test]
fn what_operations_do_not_agree_on_is_within_all_of_them() {
    let client = Client::new();
    let key = client.made("/v1/keys", &json!({"name": "a"}));
    let path = format!("/v1/keys/{}", key["key"]["id"].as_u64().unwrap());
    assert_eq!(shown(&client.send("GET", &path, "", "")), key);
    assert_eq!(client.send("DELETE", &path, "", "").status, 204);
    assert_eq!(client.send("GET", &path, "", "").status, 404);
}

#[test]
fn what_is_write_only_is_not_shown_inside_of_a_member_either() {
    let made = Client::new()
        .made("/v1/bookings", &json!({"seat": "1", "guests": [{"name": "a", "passcode": "Sekret-1"}]}));
    assert_eq!(made["guests"], json!([{"name": "a"}]));
}

#[test]
fn an_example_against_its_own_schema_is_no_finding() {
    let refused = "204: { description: tagged }\n        400: { description: no }";
    let text = std::fs::read_to_string(DOCUMENT).unwrap().replace("204: { description: tagged }", refused);
    let (folder, path) = file("contradiction.yaml", &text.replace("{ tags: [window] }", "{ tags: window }"));
    let ran = run_into(folder.path(), &[path.to_str().unwrap(), "--select", "tag-booking/example/*"]);
    assert_eq!((ran.code, &report(folder.path())["findings"]), (3, &json!([])), "{ran}");
}

#[test]
fn a_fault_is_told_where_it_was_at_work() {
    let settings =
        Settings { contracts: vec![DOCUMENT.into()], target: Some(Target::Mock), ..Settings::default() };
    let suite = assemble::suite(&settings).unwrap();
    let faults = choose(&suite.contract, ["flaky@list-bookings"]).unwrap();
    let mock =
        Mock::with_faults(Arc::clone(&suite.contract), Arc::clone(&suite.variables), faults, 1.0).unwrap();
    let list = Client::request("GET", "/v1/bookings", &[("authorization", TOKEN)], "");
    let answers: Vec<Answer> = (0..4).map(|_| mock.answer(&list)).collect();
    for answer in &answers {
        assert_eq!(answer.faults == ["flaky"], answer.status == 503, "{answer:?}");
    }
    assert_eq!(answers.iter().filter(|answer| answer.status == 503).count(), 2);
}

#[test]
fn what_is_wrong_comes_last_and_says_what_to_do() {
    let taken = tempfile::tempdir().unwrap();
    let taken = taken.path().to_str().unwrap();
    for (arguments, expected) in [
        (
            &["lint", "environments"][..],
            &["error[no-contract]: no file in `environments` is a contract", "name a contract file"][..],
        ),
        (&["mock", DOCUMENT, "--listen", "192.0.2.1"], &["the port is missing", "192.0.2.1:8080"]),
        (&["mock", DOCUMENT, "--listen", "127.0.0.1:x"], &["`x` is no port"]),
        (&["mock", DOCUMENT, "--listen", "192.0.2.1:8080"], &["it is no address of this machine"]),
        (
            &["mock", DOCUMENT, "--listen", "0", "--tls", "--tls-certificate", "no/where.pem"],
            &["can't be written to no/where.pem: there is no such file or folder"],
        ),
        (
            &[
                "mock",
                DOCUMENT,
                "--listen",
                "0",
                "--tls-certificate",
                "no/where.pem",
                "--tls-key",
                "no/key.pem",
            ],
            &["no/where.pem can't be read: there is no such file or folder", "`--tls` alone"],
        ),
        (&["import", "openapi", DOCUMENT, "--out", taken], &["it is a folder; name a file in it"]),
        (
            &["export", "openapi", DOCUMENT, "--out", "README.md"],
            &["it is there already", "choose another --out"],
        ),
        (
            &[
                "compare",
                DOCUMENT,
                "--left",
                "mock",
                "--right",
                "http://127.0.0.1:9",
                "--var",
                "personal=Sekret-1",
                "--fault",
                "flaky",
            ],
            &["--right: --fault is for the built-in mock", "take `mock` for this side"],
        ),
    ] {
        let ran = ran(arguments);
        assert_eq!(ran.code, 2, "{ran}");
        for words in expected {
            assert!(ran.stderr.contains(words) || ran.stdout.contains(words), "{arguments:?} {words}: {ran}");
        }
    }
}
