//! Recorded traffic as examples: what is written, what is told, and what never is.
//!
//! `UPDATE_GOLDEN=1 cargo test --test har` writes the golden files anew.

#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a failed step is a failed test")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign::load;
use countersign::mock::{Mock, Received};
use countersign::model::{Answers, Contract, Planned, Request, Side};
use countersign::plan::{Options, Plan};
use countersign::text::Severity;
use countersign::traffic::{Asked, Harvest, Sieve};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{Ran, broken, ran, report, run_into};

const SHOP: &str = "tests/har/shop.yaml";
const RECORDING: &str = "tests/har/shop.har";
/// What stands in the recording and must not stand anywhere else.
const SECRETS: [&str; 5] = [
    "live-token-77aa88bb",
    "cookie-secret-0099",
    "cookie-secret-1100",
    "S3cret-pass-word",
    "fresh-token-55cc66dd",
];

fn contract(path: &str) -> Contract {
    let loaded = load::load(&[PathBuf::from(path)]);
    loaded.contract.unwrap_or_else(|| panic!("{path}: {:?}", loaded.diagnostics))
}

fn read(contract: Contract, asked: &Asked, recordings: &[&str]) -> Harvest {
    let mut sieve = Sieve::new(contract, asked).unwrap();
    for (at, recording) in recordings.iter().enumerate() {
        sieve.read(&format!("{at}.har"), recording.as_bytes()).unwrap();
    }
    sieve.finish()
}

fn log(entries: &[Value]) -> String {
    json!({ "log": { "version": "1.2", "creator": { "name": "test" }, "entries": entries } }).to_string()
}

fn messages(harvest: &Harvest) -> Vec<&str> {
    harvest.findings.iter().map(|finding| finding.message.as_str()).collect()
}

fn golden(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/har").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, actual).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(expected == actual, "{name} is not as it was; UPDATE_GOLDEN=1 refreshes it\n{actual}");
}

fn import(arguments: &[&str]) -> Ran {
    ran(&[&["import", "har"], arguments].concat())
}

/// Imports, and plays what was written against the mock: nothing may be found.
fn import_and_run(recording: &Path, contract: &str, folder: &Path) -> (Ran, Value) {
    let out = folder.join("recorded.yaml");
    let told = import(&[recording.to_str().unwrap(), "--contract", contract, "--out", out.to_str().unwrap()]);
    assert_eq!(told.code, 0, "{told}");
    let played = run_into(folder, &[out.to_str().unwrap()]);
    assert_eq!(played.code, 0, "{played}");
    let report = report(folder);
    assert!(broken(&report).is_empty(), "{played}");
    let examples: Vec<&Value> = report["clauses"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|clause| clause["address"].as_str().unwrap().contains("/example/recorded-"))
        .collect();
    assert!(!examples.is_empty(), "{told}");
    for example in examples {
        assert_eq!(example["standing"], "kept", "{example}");
    }
    (told, report)
}

#[test]
fn a_recording_becomes_examples_and_says_what_it_shows() {
    let told = import(&[RECORDING, "--contract", SHOP]);
    assert_eq!(told.code, 0, "{told}");
    golden("shop.yaml", &told.stdout);
    golden("shop.txt", &told.stderr);
    for secret in SECRETS {
        assert!(!told.stdout.contains(secret) && !told.stderr.contains(secret), "{secret}: {told}");
    }
}

#[test]
fn what_was_imported_lints_and_runs() {
    let folder = tempfile::tempdir().unwrap();
    let (_, report) = import_and_run(Path::new(RECORDING), SHOP, folder.path());
    assert_eq!(report["totals"]["cases_inconclusive"], 0);
    let linted = ran(&["lint", folder.path().join("recorded.yaml").to_str().unwrap()]);
    let plain = ran(&["lint", SHOP]);
    let warnings = |ran: &Ran| ran.stdout.matches("warning[").count();
    assert_eq!((linted.code, warnings(&linted)), (plain.code, warnings(&plain)), "{linted}");
}

#[test]
fn importing_again_changes_nothing_and_other_files_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let base = folder.path().join("shop.yaml");
    fs::copy(SHOP, &base).unwrap();
    let out = folder.path().join("recorded.yaml");
    let again = |contract: &Path| {
        let told =
            import(&[RECORDING, "--contract", contract.to_str().unwrap(), "--out", out.to_str().unwrap()]);
        assert_eq!(told.code, 0, "{told}");
        fs::read_to_string(&out).unwrap()
    };
    let first = again(&base);
    assert!(first.contains("amends: shop.yaml\n"), "{first}");
    // The folder has the first import in it, and the file itself is one.
    assert_eq!(again(folder.path()), first);
    assert_eq!(again(&out), first);
    assert_eq!(fs::read_to_string(&base).unwrap(), fs::read_to_string(SHOP).unwrap());
    let told = import(&[RECORDING, "--contract", SHOP, "--out", base.to_str().unwrap()]);
    assert!(told.code == 2 && told.stderr.contains("can't be written"), "{told}");
    // A contract that amends the import keeps what it says.
    let over = folder.path().join("over.yaml");
    fs::write(&over, "countersign: 1\namends: recorded.yaml\ntitle: Shop\n").unwrap();
    assert!(ran(&["lint", over.to_str().unwrap()]).stdout.contains("4 operations"));
}

#[test]
fn no_contract_is_replaced_by_its_examples_nor_examples_by_a_contract() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let document = path("shop.json");
    let exported = ran(&["export", "openapi", SHOP, "--out", &document]);
    assert_eq!(exported.code, 0, "{exported}");
    let (base, other, recorded) = (path("base.yaml"), path("other.yaml"), path("recorded.yaml"));
    for out in [&base, &other, &base] {
        let imported = ran(&["import", "openapi", &document, "--out", out]);
        assert_eq!(imported.code, 0, "{imported}");
    }
    let before = fs::read_to_string(&base).unwrap();
    for (out, says) in [
        (base.clone(), "is a file of the contract"),
        (format!("{}/./base.yaml", folder.path().display()), "is a file of the contract"),
        (folder.path().to_str().unwrap().to_owned(), "is a file of the contract"),
        (other, "other.yaml can't be written"),
    ] {
        let told = import(&[RECORDING, "--contract", &base, "--out", &out]);
        assert!(told.code == 2 && told.stderr.contains(says), "{out}: {told}");
    }
    assert_eq!(fs::read_to_string(&base).unwrap(), before);
    assert_eq!(fs::read_to_string(path("other.yaml")).unwrap(), before);
    assert_eq!(import(&[RECORDING, "--contract", &base, "--out", &recorded]).code, 0);
    let examples = fs::read_to_string(&recorded).unwrap();
    // A contract over the examples is made of them too.
    let over = path("over.yaml");
    fs::write(&over, "countersign: 1\namends: recorded.yaml\ntitle: Shop\n").unwrap();
    let told = import(&[RECORDING, "--contract", &over, "--out", &recorded]);
    assert!(told.code == 2 && told.stderr.contains("is a file of the contract"), "{told}");
    let told = ran(&["import", "openapi", &document, "--out", &recorded]);
    assert!(told.code == 2 && told.stderr.contains("recorded.yaml can't be written"), "{told}");
    assert_eq!(fs::read_to_string(&recorded).unwrap(), examples);
}

#[test]
fn two_contracts_of_one_name_are_told_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for name in ["p", "q"] {
        fs::create_dir(path(name)).unwrap();
    }
    fs::copy(SHOP, path("p/api.yaml")).unwrap();
    fs::copy("tests/collections/notes.yaml", path("q/api.yaml")).unwrap();
    let entry = |url: &str| json!({ "request": { "method": "GET", "url": url }, "response": { "status": 200, "content": { "size": 9 } } });
    let entries = [entry("https://a.example/boards"), entry("https://a.example/v1/shops/s/orders")];
    fs::write(path("both.har"), log(&entries)).unwrap();
    let out = path("out");
    let (one, other) = (path("p/api.yaml"), path("q/api.yaml"));
    let told = import(&[&path("both.har"), "--contract", &one, &other, "--out", &out]);
    let both = format!("{one} and {other} would both be written to");
    assert!(told.code == 2 && told.stderr.contains(&both), "{told}");
    assert!(!Path::new(&out).exists());
}

#[test]
fn the_file_has_no_value_of_an_answer_in_its_remarks() {
    let sent = json!({ "shop": "s1", "customer": "6f1d2c3b-4a59-4687-9786-a5b4c3d2e1f0", "item": { "name": "lamp" } });
    let entry = |answer: Value| {
        json!({
            "request": { "method": "POST", "url": "https://a.example/v1/shops/s1/orders",
                "postData": { "mimeType": "application/json", "text": sent.to_string() } },
            "response": { "status": 201, "headers": [{ "name": "content-type", "value": "application/json" }],
                "content": { "size": 1, "text": answer.to_string() } },
        })
    };
    let good = json!({ "number": 1, "state": "open", "placed_at": "2026-03-04T05:06:07Z", "item": { "name": "lamp" } });
    let mut wrong = good.clone();
    wrong["state"] = json!("Jane Doe private");
    wrong["number"] = json!(-778_899);
    wrong["jane@doe.example"] = json!(1);
    let mut again = wrong.clone();
    again["john@doe.example"] = json!(1);
    let harvest =
        read(contract(SHOP), &Asked::default(), &[&log(&[entry(good), entry(wrong), entry(again)])]);
    let text = harvest.overlays[0].text("shop.yaml");
    for value in ["Jane", "778899", "doe.example"] {
        assert!(!text.contains(value), "{value}: {text}");
    }
    for line in [
        "breaks place-order/response/201/body/state/enum: in answers of status 201, `state` is one of",
        "breaks place-order/response/201/body/number/minimum: in answers of status 201, `number` is 1 or more",
        "has something that is not documented: place-order/",
    ] {
        assert_eq!(text.matches(line).count(), 1, "{line}: {text}");
    }
}

#[test]
fn parameters_of_several_values_are_written_like_single_ones() {
    let text = "countersign: 1\ntitle: Tags\noperations:\n  find:\n    request: GET /found\n    convention: so\n    parameters:\n      \
                tags: { in: query, schema: { type: array, items: { type: string } } }\n      \
                filter: { in: query, style: deepObject, schema: { type: object, properties: { by: { type: string }, token: { type: string } } } }\n    \
                responses: { 200: {} }\n";
    let files = |more: Option<String>| {
        let mut files = vec![("tags.yaml".to_owned(), text.to_owned())];
        files.extend(more.map(|more| ("over.yaml".to_owned(), more)));
        let loaded = load::load_texts(files);
        loaded.contract.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics))
    };
    let entry = |query: &str| {
        let url = format!("https://a.example/found?{query}");
        json!({ "request": { "method": "GET", "url": url }, "response": { "status": 200, "content": { "size": 0 } } })
    };
    let entries = [
        entry("tags=%7B%7Bnobody%7D%7D&tags=6f1d2c3b-4a59-4687-9786-a5b4c3d2e1f0"),
        entry("filter%5Bby%5D=%7B%7Bsomeone%7D%7D"),
        entry("filter%5Bby%5D=x&filter%5Btoken%5D=hunter2hunter2"),
    ];
    let harvest = read(files(None), &Asked::default(), &[&log(&entries)]);
    assert_eq!(harvest.tally.examples, 3, "{:?}", harvest.tally);
    let written = harvest.overlays[0].text("tags.yaml");
    assert!(written.contains("{{recorded_tags}}") && written.contains("{{ '{{' }}nobody"), "{written}");
    assert!(written.contains("{{ '{{' }}someone") && !written.contains("hunter2"), "{written}");
    files(Some(written));
}

/// A request and its answer, as a browser records them.
fn entry(request: &Request, mock: &Mock) -> Value {
    let query: Vec<String> = request
        .query
        .iter()
        .map(|(name, value)| {
            let encoded = |text: &str| {
                percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
            };
            format!("{}={}", encoded(name), encoded(value))
        })
        .collect();
    let body = request.body.as_ref().map(countersign::model::RequestBody::bytes).unwrap_or_default();
    let headers =
        request.headers.iter().map(|(name, value)| (name.to_lowercase(), value.clone().into_bytes()));
    let answer = mock.answer(&Received {
        method: request.method.clone(),
        path: request.path.clone(),
        query: query.join("&"),
        headers: headers.collect(),
        body: body.clone(),
    });
    let pairs = |headers: &[(String, String)]| -> Vec<Value> {
        headers.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
    };
    let question = if query.is_empty() { "" } else { "?" };
    let mut entry = json!({
        "request": {
            "method": request.method,
            "url": format!("https://live.example{}{question}{}", request.path, query.join("&")),
            "headers": pairs(&request.headers),
        },
        "response": {
            "status": answer.status,
            "headers": pairs(&answer.headers),
            "content": { "size": answer.body.len(), "text": String::from_utf8_lossy(&answer.body) },
        },
    });
    if !body.is_empty() {
        entry["request"]["postData"] = json!({ "mimeType": "", "text": String::from_utf8_lossy(&body) });
    }
    entry
}

/// All requests of the plan that are to be accepted and need no answer to an earlier one, and what the mock answers.
fn traffic(contract: Contract) -> Vec<Value> {
    let environment = load::environment(Path::new("environments/mock.yaml"), &|_| None).unwrap();
    let value = |name: &String| {
        let given = environment.variables.get(name).cloned();
        (name.clone(), Value::from(given.unwrap_or_else(|| countersign::mock::invent(&contract, name))))
    };
    let variables: Arc<Value> = Arc::new(Value::Object(contract.variables.keys().map(value).collect()));
    let contract = Arc::new(contract);
    let mock = Mock::new(Arc::clone(&contract), Arc::clone(&variables)).unwrap();
    let plan = Plan::new(Arc::clone(&contract), variables, Options::default());
    let cases = plan.filter_map(|planned| match planned {
        Planned::Case(case) if case.side != Side::Refuse => Some(case),
        _ => None,
    });
    let steps = cases.flat_map(|case| case.steps.to_vec()).filter(|step| {
        step.expect.answers == Answers::Accepted && step.late.is_none() && !step.request.path.contains('{')
    });
    steps.map(|step| entry(&step.request, &mock)).collect()
}

#[test]
fn traffic_of_the_mock_breaks_nothing_and_runs_again() {
    for path in [
        "contracts/roma-link-products.yaml",
        "contracts/ddm-accounts.yaml",
        SHOP,
        "tests/collections/notes.yaml",
    ] {
        let entries = traffic(contract(path));
        assert!(entries.len() > 5, "{path}: {}", entries.len());
        let harvest = read(contract(path), &Asked::default(), &[&log(&entries)]);
        let wrong: Vec<_> =
            harvest.findings.iter().filter(|finding| finding.severity != Severity::Note).collect();
        assert!(wrong.is_empty(), "{path}: {wrong:#?}");
        assert_eq!(harvest.tally.matched, entries.len(), "{path}: {:?}", harvest.tally);
        let folder = tempfile::tempdir().unwrap();
        let recording = folder.path().join("live.har");
        fs::write(&recording, log(&entries)).unwrap();
        import_and_run(&recording, path, folder.path());
    }
}

#[test]
fn the_har_of_a_run_names_the_same_clause_again() {
    let folder = tempfile::tempdir().unwrap();
    let fault = "missing-field@query-product-authentication/user_name";
    let played = run_into(
        folder.path(),
        &["contracts/roma-link-products.yaml", "--fault", fault, "--format", "json,har"],
    );
    assert_eq!(played.code, 1, "{played}");
    let recording = folder.path().join("latest/failing.har");
    let told = import(&[recording.to_str().unwrap(), "--contract", "contracts/roma-link-products.yaml"]);
    for address in broken(&report(folder.path())).iter().filter(|address| address.contains("/response/")) {
        assert!(told.stderr.contains(address.as_str()), "{address}: {told}");
    }
    // A run without findings has an empty one, and that is said.
    let quiet = tempfile::tempdir().unwrap();
    run_into(quiet.path(), &["contracts/roma-link-products.yaml", "--format", "har"]);
    let empty = quiet.path().join("latest/failing.har");
    let nothing = import(&[empty.to_str().unwrap(), "--contract", "contracts/roma-link-products.yaml"]);
    assert!(nothing.code == 2 && nothing.stderr.contains("the recording is empty"), "{nothing}");
    // What the report hides, such as the token, is nobody's fault.
    let findings = told.stderr.matches("warning[").count();
    assert!(findings > 0 && findings == told.stderr.matches("user_name").count().min(findings), "{told}");
}

#[test]
fn an_entry_that_breaks_a_clause_is_told_and_no_example() {
    let request = |method: &str, path: &str, body: Option<Value>| {
        let data = body.map(|body| json!({ "mimeType": "application/json", "text": body.to_string() }));
        json!({ "method": method, "url": format!("https://live.example/v1/shops/s1/{path}"), "postData": data })
    };
    let answer = |status: u16, body: Value| {
        json!({ "status": status, "headers": [{ "name": "Content-Type", "value": "application/json" }],
            "content": { "size": 1, "mimeType": "application/json", "text": body.to_string() } })
    };
    let orders = json!({ "orders": [] });
    for (sent, came, wanted, examples) in [
        (request("GET", "orders", None), answer(200, orders.clone()), "", 1),
        (
            request("GET", "orders", None),
            answer(200, json!({})),
            "find-orders/response/200/body/orders/required",
            0,
        ),
        (request("GET", "orders", None), answer(500, json!({})), "find-orders/response/status", 0),
        (
            request("GET", "orders", None),
            answer(401, json!({})),
            "find-orders/response/401/body/message/required",
            0,
        ),
        (
            request("GET", "orders?state=lost", None),
            answer(200, orders.clone()),
            "find-orders/request/query/state/enum",
            0,
        ),
        (request("GET", "orders?state=lost", None), answer(400, json!({ "message": "x" })), "", 0),
        (
            request("GET", "orders?state=lost", None),
            answer(422, json!({ "message": "x" })),
            "find-orders/request/query/state/enum",
            0,
        ),
        // What was hidden when it was recorded, or not recorded, is not judged.
        (request("GET", "orders?state=***", None), answer(200, orders.clone()), "", 1),
        (
            request(
                "POST",
                "orders",
                Some(json!({ "shop": "s", "item": { "name": "n" }, "customer": "‹id›" })),
            ),
            answer(401, json!({ "message": "***" })),
            "",
            0,
        ),
        (
            request("GET", "orders", None),
            json!({ "status": 200, "content": { "size": 900, "mimeType": "application/json" } }),
            "",
            1,
        ),
        (request("GET", "orders", None), json!({ "status": 304 }), "", 0),
        (request("GET", "orders", None), json!({ "status": 0 }), "", 0),
        // No header field was recorded at all.
        (
            request("GET", "orders", None),
            json!({ "status": 200, "content": { "size": 13, "text": orders.to_string() } }),
            "",
            1,
        ),
    ] {
        let entries = [json!({ "request": sent, "response": came })];
        let harvest = read(contract(SHOP), &Asked::default(), &[&log(&entries)]);
        let told = messages(&harvest);
        if wanted.is_empty() {
            assert!(told.is_empty(), "{entries:?}: {told:?}");
        } else {
            assert!(
                told.iter().any(|message| message.contains(&format!(" {wanted}: "))),
                "{wanted}: {told:?}"
            );
        }
        assert_eq!((harvest.tally.matched, harvest.tally.examples), (1, examples), "{entries:?}");
    }
}

#[test]
fn the_target_says_where_the_paths_of_the_contract_begin() {
    let url = |url: &str| json!({ "request": { "method": "GET", "url": url }, "response": { "status": 200, "content": { "size": 9 } } });
    let entries = log(&[
        url("https://a.example/v1/shops/s/orders"),
        url("https://b.example:443/gate/way/shops/s/orders"),
        url("https://b.example/gate/wayside/shops/s/orders"),
        url("https://b.example/gate/way/shops/s/orders/"),
    ]);
    for (target, matched) in [
        (None, 1),
        (Some("https://a.example/"), 1),
        (Some("https://A.example"), 1),
        (Some("https://b.example/gate/way"), 1),
        (Some("https://b.example/gate/way/"), 1),
        (Some("https://c.example"), 0),
    ] {
        let asked = Asked { target: target.map(str::to_owned), ..Asked::default() };
        let harvest = read(contract(SHOP), &asked, &[&entries]);
        assert_eq!(
            (harvest.tally.matched, harvest.tally.entries),
            (matched, 4),
            "{target:?} {:?}",
            harvest.tally
        );
        let strangers: usize = harvest.tally.strangers.values().map(|(count, _)| count).sum();
        assert_eq!(matched + strangers, 4);
    }
    assert!(
        Sieve::new(contract(SHOP), &Asked { target: Some("b.example".into()), ..Asked::default() }).is_err()
    );
}

#[test]
fn examples_are_as_many_as_asked_for_and_equal_shapes_are_one() {
    let url = |query: &str| {
        let url = format!("https://a.example/v1/shops/s/orders{query}");
        json!({ "request": { "method": "GET", "url": url }, "response": { "status": 200, "content": { "size": 9 } } })
    };
    let entries: Vec<Value> =
        ["", "?limit=1", "?limit=2", "?state=open", "?state=open&limit=3", "?state=sent&limit=4", "?limit=5"]
            .map(url)
            .to_vec();
    for (limit, examples, beyond) in [(1, 1, 3), (2, 2, 2), (3, 3, 1), (9, 4, 0)] {
        let harvest = read(contract(SHOP), &Asked { limit, target: None }, &[&log(&entries)]);
        let left: usize = harvest.tally.beyond.values().sum();
        assert_eq!((harvest.tally.examples, left), (examples, beyond), "{:?}", harvest.tally);
        assert_eq!(examples + beyond + harvest.tally.alike, entries.len());
    }
    // Two recordings are one, and names do not depend on the order.
    let (first, second) = entries.split_at(3);
    let asked = Asked { limit: 9, target: None };
    let names = |recordings: &[&str]| {
        let harvest = read(contract(SHOP), &asked, recordings);
        let text = harvest.overlays[0].text("shop.yaml");
        let mut names: Vec<String> = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("recorded-")?.get(..8).map(str::to_owned))
            .collect();
        names.sort();
        names
    };
    assert_eq!(names(&[&log(first), &log(second)]), names(&[&log(second), &log(first)]));
}

#[test]
fn several_contracts_get_a_file_each_in_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let notes = json!({ "request": { "method": "GET", "url": "https://a.example/boards" }, "response": { "status": 200, "content": { "size": 9 } } });
    let orders = json!({ "request": { "method": "GET", "url": "https://a.example/v1/shops/s/orders" }, "response": { "status": 200, "content": { "size": 9 } } });
    let recording = folder.path().join("both.har");
    fs::write(&recording, log(&[notes, orders])).unwrap();
    let file = recording.to_str().unwrap();
    let told = import(&[file, "--contract", SHOP, "tests/collections/notes.yaml"]);
    assert!(told.code == 2 && told.stderr.contains("name a folder with --out"), "{told}");
    let out = folder.path().join("recorded");
    let told =
        import(&[file, "--contract", SHOP, "tests/collections/notes.yaml", "--out", out.to_str().unwrap()]);
    assert_eq!(told.code, 0, "{told}");
    for name in ["shop.yaml", "notes.yaml"] {
        let linted = ran(&["lint", out.join(name).to_str().unwrap()]);
        assert_eq!(linted.code, 0, "{name}: {linted}");
    }
}

#[test]
fn what_is_no_recording_or_fits_nothing_is_told_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.yaml");
    for (text, says) in [
        ("", ":1:0: EOF"),
        ("{\"log\":{\n\"entries\":[{\"request\":{}}]}}", ":2:24: missing field `method`"),
        ("countersign: 1\n", ":1:1: expected value"),
        ("{\"log\":{\"entries\":[]}}", "the recording is empty, so nothing was written"),
        ("{\"log\":{\"entries\":[]}}", "a run without findings has none"),
        (
            r#"{"log":{"entries":[{"request":{"method":"GET","url":"http://a/b"},"response":{"status":200}}]}}"#,
            "no entry is a request of the contract, so nothing was written",
        ),
        (
            r#"{"log":{"entries":[{"request":{"method":"GET","url":"http://a/b"},"response":{"status":200}}]}}"#,
            "no operation has this path",
        ),
    ] {
        let recording = folder.path().join("some.har");
        fs::write(&recording, text).unwrap();
        let told = import(&[recording.to_str().unwrap(), "--contract", SHOP, "--out", out.to_str().unwrap()]);
        assert!(told.code == 2 && told.stderr.contains(says), "{text}: {told}");
        assert!(!out.exists());
    }
    for (arguments, says) in [
        (vec![RECORDING], "--contract"),
        (vec!["tests/har/none.har", "--contract", SHOP], "there is no such file"),
        (vec![RECORDING, "--contract", "tests/har/none.yaml"], "can't be read"),
        (vec![RECORDING, "--contract", SHOP, "--name", "x"], "--name and --brief"),
    ] {
        let told = import(&arguments);
        assert!(told.code == 2 && told.stderr.contains(says), "{arguments:?}: {told}");
    }
}

#[test]
fn the_contract_may_be_an_openapi_document() {
    let folder = tempfile::tempdir().unwrap();
    let document = folder.path().join("pets.yaml");
    fs::write(
        &document,
        "openapi: 3.1.0\ninfo: { title: Pets, version: '1' }\nservers: [{ url: https://pets.example/api }]\npaths:\n  \
         /pets/{petId}:\n    get:\n      operationId: showPet\n      parameters: [{ name: petId, in: path, required: true, schema: { type: integer } }]\n      \
         responses: { '200': { description: ok, content: { application/json: { schema: { type: object, required: [id], properties: { id: { type: integer } } } } } } }\n",
    )
    .unwrap();
    let recording = folder.path().join("pets.har");
    let url = "https://pets.example/api/pets/7";
    let entry = json!({ "request": { "method": "GET", "url": url }, "response": { "status": 200, "content": { "size": 8, "text": "{\"id\":7}" } } });
    fs::write(&recording, log(&[entry])).unwrap();
    import_and_run(&recording, document.to_str().unwrap(), folder.path());
    let written = fs::read_to_string(folder.path().join("recorded.yaml")).unwrap();
    assert!(written.contains("amends: pets.yaml\n") && written.contains("path: {petId: 7}"), "{written}");
}

#[test]
fn a_byte_order_mark_is_no_fault() {
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("bom.har");
    fs::write(&recording, format!("\u{feff}{}", fs::read_to_string(RECORDING).unwrap())).unwrap();
    assert_eq!(import(&[recording.to_str().unwrap(), "--contract", SHOP]).code, 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn no_secret_is_written_wherever_it_stands(
        secret in "[A-Za-z0-9/+_.-]{8,24}",
        place in 0usize..12,
        again in 0usize..4,
    ) {
        // Not a word that stands there anyway.
        prop_assume!(!["application", "recorded"].iter().any(|word| word.contains(&secret)));
        let mut body = json!({ "shop": "s1", "customer": "6f1d2c3b-4a59-4687-9786-a5b4c3d2e1f0", "item": { "name": "lamp" } });
        let mut headers = vec![json!({ "name": "content-type", "value": "application/json" })];
        let mut answer = json!({ "number": 1, "state": "open", "placed_at": "2026-03-04T05:06:07Z", "item": { "name": "lamp" } });
        let mut query = String::new();
        match place {
            0 => headers.push(json!({ "name": "X-Auth-Token", "value": secret })),
            1 => headers.push(json!({ "name": "Authorization", "value": format!("Bearer {secret}") })),
            2 => headers.push(json!({ "name": "Cookie", "value": format!("a=b; sid={secret}") })),
            3 => body["api_key"] = json!(secret),
            4 => body["item"]["client_secret"] = json!(secret),
            5 => answer["access_token"] = json!(secret),
            7 => body["auth"] = json!({ "identity": { "token": { "id": secret, "methods": ["open"] } } }),
            8 => body["item"]["passwords"] = json!([{ "main": [secret] }]),
            9 => body["auth"] = json!({ "identity": { "jwt": secret } }),
            10 => body["client_assertion"] = json!({ "value": secret }),
            11 => answer["session"] = json!({ "ids": [{ "id": secret }] }),
            _ => query = format!("?access_token={}", secret.replace('+', "%2B")),
        }
        // The same text where nothing says that it is one.
        match again {
            0 => body["remark"] = json!(format!("see {secret}!")),
            1 => { body["item"]["name"] = json!(secret); answer["item"]["name"] = json!(secret); }
            2 => answer["state"] = json!(secret),
            _ => body["shop"] = json!(secret),
        }
        let entries = log(&[json!({
            "request": { "method": "POST", "url": format!("https://a.example/v1/shops/s1/orders{query}"), "headers": headers,
                "postData": { "mimeType": "application/json", "text": body.to_string() } },
            "response": { "status": 201, "headers": [{ "name": "content-type", "value": "application/json" }],
                "content": { "size": 1, "text": answer.to_string() } },
        })]);
        let harvest = read(contract(SHOP), &Asked::default(), &[&entries]);
        let mut written: String = harvest.overlays.iter().map(|overlay| overlay.text("shop.yaml")).collect();
        harvest.findings.iter().for_each(|finding| written += &format!("{finding:?}"));
        prop_assert!(!written.contains(&secret), "{secret}: {written}");
        if again != 2 {
            prop_assert_eq!(harvest.tally.examples, 1);
        }
        if let Some(overlay) = harvest.overlays.first() {
            let shop = ("shop.yaml".to_owned(), fs::read_to_string(SHOP).unwrap());
            let loaded = load::load_texts(vec![shop, ("over.yaml".to_owned(), overlay.text("shop.yaml"))]);
            prop_assert!(loaded.contract.is_some(), "{:?}", loaded.diagnostics);
        }
    }

    #[test]
    fn no_text_is_too_odd(cut in 0usize..20_000, byte in any::<u8>(), at in 0usize..20_000) {
        let mut bytes = fs::read(RECORDING).unwrap();
        let at = at % bytes.len();
        bytes[at] = byte;
        bytes.truncate(cut.max(1) * bytes.len() / 20_000 + 1);
        let mut sieve = Sieve::new(contract(SHOP), &Asked::default()).unwrap();
        let _ = sieve.read("odd.har", bytes.as_slice());
        for overlay in sieve.finish().overlays {
            let shop = ("shop.yaml".to_owned(), fs::read_to_string(SHOP).unwrap());
            let loaded = load::load_texts(vec![shop, ("over.yaml".to_owned(), overlay.text("shop.yaml"))]);
            prop_assert!(loaded.contract.is_some(), "{:?}", loaded.diagnostics);
        }
    }
}
