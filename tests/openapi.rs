//! OpenAPI and Swagger documents as contracts: every feature imported, planned, and run against the mock without a finding.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a failed step is a failed test; documents are read beside the loader"
)]

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use countersign::assemble::{self, Settings, Target};
use countersign::load::{Loaded, load, load_texts};
use countersign::mock::{Mock, Received};
use countersign::model::{ClauseKind, Contract, Location, Style};
use countersign::text::Severity;
use serde_json::{Value, json};
use support::{ran, report, run_into};

fn loaded(name: &str) -> Loaded {
    load(&[PathBuf::from(format!("tests/openapi/{name}"))])
}

fn contract(name: &str) -> Contract {
    let loaded = loaded(name);
    let errors: Vec<_> = loaded.diagnostics.iter().filter(|one| one.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
    loaded.contract.unwrap()
}

fn messages(name: &str) -> Vec<String> {
    loaded(name).diagnostics.iter().map(|one| format!("{}: {}", one.code, one.message)).collect()
}

fn address<'c>(contract: &'c Contract, address: &str) -> &'c countersign::model::Clause {
    let found = contract.clause_at(address);
    contract.clause(found.unwrap_or_else(|| panic!("no clause {address}")))
}

/// No finding, nothing inconclusive, nothing silently untested.
fn run_is_kept(document: &str) {
    let folder = tempfile::tempdir().unwrap();
    let ran = run_into(folder.path(), &[document]);
    let report = report(folder.path());
    assert_eq!(report["findings"], json!([]), "{document}: {ran}");
    assert_eq!(ran.code, 0, "{document}: {ran}");
    assert_eq!(report["totals"]["cases_inconclusive"], 0, "{document}: {ran}");
    for clause in report["clauses"].as_array().unwrap() {
        let said = !clause["because"].as_array().unwrap().is_empty();
        assert!(clause["standing"] == "kept" || said, "silently missing: {clause}");
    }
}

#[test]
fn every_style_runs_against_the_mock_without_a_finding() {
    run_is_kept("tests/openapi/styles.yaml");
}

#[test]
fn every_kind_of_body_and_credential_runs_against_the_mock_without_a_finding() {
    run_is_kept("tests/openapi/shop.yaml");
}

#[test]
fn swagger_2_runs_against_the_mock_without_a_finding() {
    run_is_kept("tests/openapi/library.json");
}

#[test]
fn files_that_refer_to_each_other_run_against_the_mock_without_a_finding() {
    run_is_kept("tests/openapi/split.yaml");
}

#[test]
fn what_says_little_runs_against_the_mock_without_a_finding() {
    run_is_kept("tests/openapi/loose.yaml");
    let contract = contract("loose.yaml");
    let find = contract.operations.iter().find(|operation| operation.id == "find-jobs").unwrap();
    // One of a list of values names nothing that could be missing.
    let speed = find.parameters.iter().find(|parameter| parameter.name == "speed").unwrap();
    assert!(speed.unknown.is_none() && speed.value.is_none());
    // One schema in both directions: what is sent fits one alternative, what is answered may fit both.
    address(&contract, "check/request/body/inside/oneOf");
    address(&contract, "check/response/200/body/inside/anyOf");
}

#[test]
fn a_deployment_that_has_every_day_and_every_floor_breaks_no_limit() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
    let target = format!("http://{}", support::server(answer));
    let folder = tempfile::tempdir().unwrap();
    let select = ["--select", "rate/** floor/**", "--var", "rates_day=2026-01-01"];
    let ran =
        run_into(folder.path(), &[&["tests/openapi/loose.yaml", "--target", &target][..], &select].concat());
    let report = report(folder.path());
    let clauses = report["clauses"].as_array().unwrap().iter();
    let broken: Vec<&str> = clauses
        .filter(|one| one["standing"] == "broken")
        .map(|one| one["address"].as_str().unwrap())
        .collect();
    // That no day is missing is all that is wrong with it.
    assert_eq!(broken, ["rate/request/path/day/unknown"], "{ran}");
}

#[test]
fn what_is_odd_is_told_and_the_rest_is_run() {
    run_is_kept("tests/openapi/odd.yaml");
    let said = messages("odd.yaml").join("\n");
    for expected in [
        "the document has no title",
        "`pets` does not begin with a slash",
        "the path has no `{id}`",
        "a parameter needs `schema` or `content`",
        "a parameter needs `name` and `in`",
        "no parameter stands in `nowhere`",
        "this parameter leads nowhere: there is no `parameters` on the way",
        "`20x` is no status",
        "`put` is no operation",
        "a path has no `fetch`",
        "`required` has to be true or false, not text",
        "answers have their schemas under `content`",
        "several operations are called `same`",
        "a parameter of the path has no name",
        "nothing says what `{one}` of the path is",
        "no security scheme is called `nobody`",
        "this answer leads nowhere: it is on the web, and nothing is fetched",
        "documents no answer",
        "`tests/openapi/missing.yaml` can't be read",
        "`required` is a list of names",
        "`strin` is no type",
        "types are written small: `String`",
        "this pattern is no regular expression",
        "`minLength` has to be a number, not text",
        "`maxLength` can't be the number -1",
        "no value of `enum` has the `type` beside it",
        "a pattern stands between slashes",
        "a number stands where a schema should",
        "`#/components/schemas/Nothing` leads nowhere",
        "`items` is one schema",
        "`allOf` can't be a list",
        "schemas of OpenAPI 3.0 have no `requried`",
    ] {
        assert!(said.contains(expected), "{expected}\n\n{said}");
    }
}

#[test]
fn clauses_say_where_they_stand_in_the_document() {
    let contract = contract("shop.yaml");
    for (clause, file, line) in [
        (
            "get-good/response/200/body/name/maxLength",
            "tests/openapi/shop.yaml",
            "name: { type: string, minLength: 1, maxLength: 30 }",
        ),
        ("list-goods/request/query/limit/maximum", "tests/openapi/shop.yaml", "- { name: limit, in: query"),
        ("list-goods/response/200/header/X-Total/required", "tests/openapi/shop.yaml", "headers: { X-Total"),
    ] {
        let place = &address(&contract, clause).origin.place;
        assert_eq!(place.file, file, "{clause}");
        let text = std::fs::read_to_string(file).unwrap();
        let said = text.lines().nth(place.line as usize - 1).unwrap();
        assert!(said.contains(line), "{clause}: {said}");
    }
    let split = self::contract("split.yaml");
    let place = &address(&split, "get-x/request/path/x/maxLength").origin.place;
    assert_eq!((place.file.as_str(), place.line), ("tests/openapi/parts/schemas.yaml", 1));
}

#[test]
fn what_is_read_only_is_not_sent_and_what_is_write_only_not_answered() {
    let contract = contract("shop.yaml");
    let has = |address: &str| contract.clause_at(address).is_some();
    assert!(has("add-good/response/201/body/id/required") && !has("add-good/request/body/id/type"));
    assert!(has("set-account/request/body/password/required"));
    assert!(
        !has("set-account/response/200/body/password/type")
            && has("set-account/response/200/body/since/type")
    );
    let set = contract.operations.iter().find(|one| one.id == "set-account").unwrap();
    assert_eq!(set.secrets.request, ["/password"]);
}

#[test]
fn only_what_the_document_promises_is_tested() {
    let contract = contract("shop.yaml");
    let operation = |id: &str| contract.operations.iter().find(|one| one.id == id).unwrap();
    // No 400 or 422: nothing is said about a wrong request.
    assert!(operation("remove-good").refused.is_none());
    assert!(operation("put-blob").refused.is_none());
    assert_eq!(operation("order").refused.as_ref().unwrap().status.0, ["422"]);
    // An optional credential, and one that has an alternative.
    assert!(operation("order").security[0].optional && operation("order").security[0].refused.is_none());
    let account = operation("get-account");
    assert_eq!(account.security.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["key", "user"]);
    assert_eq!(account.security[0].alternatives[0].carries[0].name, "session");
    assert_eq!(account.depends.0, ["404"]);
    // Neither undocumented members nor formats that are descriptions are promises.
    let kinds =
        |wanted: fn(&ClauseKind) -> bool| contract.clauses.iter().filter(|one| wanted(&one.kind)).count();
    assert_eq!(kinds(|kind| matches!(kind, ClauseKind::UndocumentedFields { .. })), 0);
    let formats: BTreeSet<String> = contract
        .clauses
        .iter()
        .filter_map(|clause| match &clause.kind {
            ClauseKind::Constraint { keyword, limit, .. } if keyword == "format" => Some(limit.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(formats.into_iter().collect::<Vec<_>>(), ["\"date\"", "\"date-time\""]);
    // A HEAD answer has no body to judge.
    assert!(operation("head-blob").responses[0].schema.is_none());
}

#[test]
fn parameters_keep_their_place_and_style() {
    let contract = contract("styles.yaml");
    let operation = |id: &str| contract.operations.iter().find(|one| one.id == id).unwrap();
    assert_eq!(operation("in-path").path, "/live/v1/path/{plain}/{list}/{point}");
    assert_eq!(contract.documents[0].base.as_deref(), Some("/live/v1"));
    let styles: Vec<_> =
        operation("in-path").parameters.iter().map(|one| (one.writing.style, one.writing.explode)).collect();
    assert_eq!(styles, [(None, None), (Some(Style::Label), Some(true)), (Some(Style::Matrix), Some(true))]);
    let query = operation("in-query");
    let deep = query.parameters.iter().find(|one| one.name == "deep").unwrap();
    assert_eq!(deep.writing.style, Some(Style::DeepObject));
    let filter = query.parameters.iter().find(|one| one.name == "filter").unwrap();
    assert_eq!(filter.writing.media_type.as_deref(), Some("application/json"));
    assert!(query.parameters.iter().any(|one| one.name == "odd name" && one.required));
    let elsewhere = operation("in-header-and-cookie");
    assert!(elsewhere.parameters.iter().all(|one| one.name != "Accept"));
    assert!(elsewhere.parameters.iter().any(|one| one.location == Location::Cookie && one.required));
    let library = self::contract("library.json");
    let list = library.operations.iter().find(|one| one.id == "listBooks").unwrap();
    let styles: Vec<_> = list.parameters.iter().map(|one| (one.writing.style, one.writing.explode)).collect();
    assert_eq!(
        styles[..4],
        [
            (None, Some(false)),
            (None, None),
            (Some(Style::PipeDelimited), None),
            (Some(Style::SpaceDelimited), None)
        ]
    );
}

#[test]
fn a_recursion_is_told_once_and_judged_as_a_whole() {
    let contract = contract("shop.yaml");
    let whole = address(&contract, "put-tree/request/body/children/items/$ref");
    assert_eq!(whole.text, "`children[]` conforms to Tree, as a whole");
    let split = self::contract("split.yaml");
    assert!(split.clause_at("post-loop/request/body/other/back/$ref").is_some());
    assert!(messages("split.yaml").iter().any(|one| one.contains("the references lead in a circle")));
    assert!(messages("split.yaml").iter().any(|one| one.contains("the webhook `told`")));
}

#[test]
fn a_link_becomes_a_sequence() {
    let contract = contract("shop.yaml");
    let [sequence] = contract.sequences.as_slice() else { panic!("{:?}", contract.sequences) };
    assert_eq!(sequence.name, "add-good-the-good");
    assert_eq!(sequence.steps[0].capture, [("value1".to_owned(), "$['id']".to_owned())]);
    assert_eq!(sequence.steps[1].request.path["goodId"], "{{captured.value1}}");
    let said = messages("shop.yaml").join("\n");
    assert!(said.contains("the callback `sold` is sent by the deployment"), "{said}");
}

#[test]
fn odd_names_have_addresses_of_their_own() {
    let contract = contract("split.yaml");
    for leaf in ["/maxLength", "a~1b~0c/maximum", "中文/const", "anchored/type"] {
        address(&contract, &format!("get-x/response/200/body/{leaf}"));
    }
    for name in ["styles.yaml", "shop.yaml", "library.json", "split.yaml", "odd.yaml"] {
        let contract = self::contract(name);
        let addresses: BTreeSet<&str> = contract.clauses.iter().map(|one| one.address.as_str()).collect();
        assert_eq!(addresses.len(), contract.clauses.len(), "{name}");
    }
}

#[test]
fn a_name_that_stands_twice_in_a_path_is_one_parameter() {
    let text = "openapi: 3.1.0\ninfo: {title: Twice, version: '1'}\npaths:\n  /a/{id}/b/{id}:\n    get: {operationId: get-b}\n";
    let loaded = load_texts(vec![("api.yaml".to_owned(), text.to_owned())]);
    let contract = loaded.contract.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics));
    assert_eq!(contract.operations[0].parameters.len(), 1);
}

#[test]
fn members_of_a_form_may_have_any_name() {
    let text = "openapi: 3.0.3\ninfo: {title: Form, version: '1'}\npaths:\n  /a:\n    post:\n      operationId: make\n      requestBody: {content: {application/x-www-form-urlencoded: {schema: {type: object, properties: {a b: {type: array, items: {type: string}}}}, encoding: {a b: {explode: false}}}}}\n      responses: {'200': {description: fine}}\n";
    let loaded = load_texts(vec![("api.yaml".to_owned(), text.to_owned())]);
    let contract = loaded.contract.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics));
    let body = contract.operations[0].body.as_ref().unwrap();
    assert_eq!(body.encoding["a b"].explode, Some(false));
}

#[test]
fn a_link_to_what_is_no_parameter_of_the_contract_is_told() {
    let parameters = "[ {name: id, in: path, required: true, schema: {type: string}}, {name: Accept, in: header, schema: {type: string}} ]";
    for name in ["id", "Accept"] {
        let link = format!("{{operationId: get-b, parameters: {{{name}: '$response.body#/id'}}}}");
        let text = format!(
            "openapi: 3.1.0\ninfo: {{title: Linked, version: '1'}}\npaths:\n  /a:\n    get: {{operationId: get-a, responses: {{'200': {{description: fine, links: {{b: {link}}}}}}}}}\n  /b:\n    get: {{operationId: get-b, parameters: {parameters}}}\n"
        );
        let loaded = load_texts(vec![("api.yaml".to_owned(), text)]);
        assert!(
            loaded.contract.is_some_and(|contract| contract.sequences.is_empty()),
            "{:#?}",
            loaded.diagnostics
        );
        let said = loaded
            .diagnostics
            .iter()
            .any(|one| one.message.contains(&format!("`get-b` has no parameter `{name}`")));
        assert!(said, "{:#?}", loaded.diagnostics);
    }
}

#[test]
fn import_writes_a_contract_with_the_same_clauses() {
    for name in ["styles.yaml", "shop.yaml", "library.json", "split.yaml"] {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("contract.yaml");
        let ran =
            ran(&["import", "openapi", &format!("tests/openapi/{name}"), "--out", out.to_str().unwrap()]);
        assert_eq!(ran.code, 0, "{ran}");
        let written = load(&[out]).contract.unwrap();
        let direct = contract(name);
        let of = |contract: &Contract| -> Vec<String> {
            contract.clauses.iter().map(|one| format!("{}: {}", one.address, one.text)).collect()
        };
        assert_eq!(of(&written), of(&direct), "{name}");
    }
}

/// A document of its own in a folder, loaded.
fn from_text(text: &str) -> (tempfile::TempDir, Loaded) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("document.yaml");
    std::fs::write(&path, text).unwrap();
    let loaded = load(&[path]);
    (folder, loaded)
}

#[test]
fn a_query_in_a_path_is_not_declared_twice() {
    let (_folder, loaded) = from_text(
        "openapi: 3.0.0\ninfo: { title: t, version: '1' }\npaths:\n  '/search?query={query}&kind=a':\n    get:\n      parameters: \
         [{ name: query, in: query, required: true, schema: { type: string } }]\n      responses: { '200': { description: ok } }\n",
    );
    let contract = loaded.contract.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics));
    let names: Vec<_> = contract.operations[0].parameters.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["query", "kind"]);
}

#[test]
fn what_no_path_can_have_in_it_is_encoded() {
    let (_folder, loaded) = from_text(
        "swagger: '2.0'\ninfo: { title: t, version: '1' }\nbasePath: 'a \"/v2/\"'\npaths:\n  \"/b\\u00a0c\":\n    get:\n      \
         responses: { '200': { description: ok } }\n",
    );
    let contract = loaded.contract.unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics));
    assert_eq!(contract.operations[0].path, "/a%20%22/v2/%22/b%C2%A0c");
}

#[test]
fn a_list_of_element_schemas_holds_for_any_element() {
    let (_folder, loaded) = from_text(
        "swagger: '2.0'\ninfo: { title: t, version: '1' }\npaths:\n  /a:\n    get:\n      responses: { '200': { description: ok, \
         schema: { type: array, items: [{ type: string }, { type: object, required: [a] }] } } }\n",
    );
    let contract = loaded.contract.unwrap();
    let schema = contract.operations[0].responses[0].schema.clone().unwrap();
    let judge = countersign::conform::Judge::new(schema).unwrap();
    assert!(judge.accepts(&json!([{"a": 1}, "b", "c"])));
    assert!(!judge.accepts(&json!([1])));
}

/// A server that takes notes of fewer than `least` characters, and answers 400 to all others; on this port.
fn notes(least: usize) -> u16 {
    use std::io::{BufRead, Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            std::thread::spawn(move || {
                let mut reader = std::io::BufReader::new(stream.try_clone().unwrap());
                let (mut line, mut length) = (String::new(), 0);
                while reader.read_line(&mut line).unwrap_or(0) > 2 {
                    let lower = line.to_ascii_lowercase();
                    if let Some(value) = lower.strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                    line.clear();
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                let body: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
                let fits = body["text"].as_str().is_some_and(|text| text.chars().count() < least);
                let status = if fits { "201 Created" } else { "400 Bad Request" };
                let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            });
        }
    });
    port
}

#[test]
fn what_no_document_says_is_no_finding_and_a_bound_that_is_not_kept_is_one() {
    let (folder, _) = from_text(
        "openapi: 3.0.0\ninfo: { title: t, version: '1' }\npaths:\n  /notes:\n    post:\n      operationId: write\n      requestBody: \
         { required: true, content: { application/json: { schema: { type: object, required: [text], properties: { text: { type: \
         string, maxLength: 40 } } } } } }\n      responses: { '201': { description: ok }, '400': { description: bad } }\n",
    );
    let document = folder.path().join("document.yaml");
    let broken = |least: usize| {
        let reports = tempfile::tempdir().unwrap();
        let target = format!("http://127.0.0.1:{}", notes(least));
        let ran = run_into(reports.path(), &[document.to_str().unwrap(), "--target", &target]);
        let report = report(reports.path());
        let named: BTreeSet<String> = support::broken(&report).into_iter().collect();
        (named, report["totals"]["cases_inconclusive"].as_u64().unwrap(), ran.to_string())
    };
    // It refuses everything: for what, the document does not say.
    let (named, inconclusive, ran) = broken(0);
    assert!(named.is_empty() && inconclusive > 0, "{named:?}: {ran}");
    // It takes a note, but none of 40 characters.
    let (named, _, ran) = broken(40);
    assert_eq!(named, BTreeSet::from(["write/request/body/text/maxLength".to_owned()]), "{ran}");
    let (named, _, ran) = broken(41);
    assert!(named.is_empty(), "{ran}");
}

#[test]
fn where_any_media_type_is_documented_only_json_is_held_against_the_schema() {
    let (folder, loaded) = from_text(
        "openapi: 3.0.0\ninfo: { title: t, version: '1' }\npaths:\n  /name:\n    get:\n      operationId: name\n      responses: { \
         '200': { description: ok, content: { '*/*': { schema: { type: string, minLength: 3 } } } } }\n",
    );
    assert!(loaded.contract.is_some(), "{:#?}", loaded.diagnostics);
    let document = folder.path().join("document.yaml");
    let broken = |media_type: &'static str, body: &'static str| {
        let reports = tempfile::tempdir().unwrap();
        let target = format!("http://127.0.0.1:{}", saying(media_type, body));
        run_into(reports.path(), &[document.to_str().unwrap(), "--target", &target]);
        support::broken(&report(reports.path())).into_iter().collect::<Vec<_>>()
    };
    assert!(broken("text/plain", "a name").is_empty());
    // A body that nobody held against the schema has not kept it.
    let reports = tempfile::tempdir().unwrap();
    let target = format!("http://127.0.0.1:{}", saying("text/plain", "\"a\""));
    run_into(reports.path(), &[document.to_str().unwrap(), "--target", &target]);
    let clauses = report(reports.path())["clauses"].as_array().unwrap().clone();
    let standing =
        clauses.iter().find(|clause| clause["address"] == "name/response/200/body/minLength").unwrap();
    assert_ne!(standing["standing"], "kept");
    assert!(broken("application/json", "\"a name\"").is_empty());
    assert_eq!(broken("application/json", "\"a\""), ["name/response/200/body/minLength"]);
    assert_eq!(broken("application/json", "a name"), ["name/response/200"]);
}

/// A server that answers everything with this body, on this port.
fn saying(media_type: &'static str, body: &'static str) -> u16 {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut asked = Vec::new();
            let mut some = [0; 1024];
            while !asked.ends_with(b"\r\n\r\n") {
                match stream.read(&mut some) {
                    Ok(count) if count > 0 => asked.extend(&some[..count]),
                    _ => break,
                }
            }
            let length = body.len();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {length}");
            let _ = write!(stream, "{head}\r\nConnection: close\r\n\r\n{body}");
        }
    });
    port
}

#[test]
fn shapes_of_real_documents_run_against_the_mock_without_a_finding() {
    run_is_kept("tests/openapi/shapes.yaml");
}

#[test]
fn the_mock_serves_paths_with_several_parameters_in_a_segment() {
    let mock = Served::new("tests/openapi/shapes.yaml");
    for (target, status) in [
        ("/v1/pages/12.html", 200),
        ("/v1/pages/12.tar.gz", 200),
        ("/v1/pages/x.html", 400),
        ("/v1/pages/html", 404),
        ("/v1/places/@1.5,-2", 200),
        ("/v1/places/@1.5;2", 404),
        ("/v1/files/all.txt", 200),
        ("/v1/files/all.zip", 202),
    ] {
        let target = format!("{target}?key=mock-key");
        assert_eq!(mock.send("GET", &target, "", "").0, status, "{target}");
    }
}

#[test]
fn an_enumeration_without_regard_to_case_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run_into(folder.path(), &["tests/openapi/shapes.yaml", "--fault", "enum-any-case"]);
    assert_eq!(ran.code, 1, "{ran}");
    let broken: BTreeSet<String> = support::broken(&report(folder.path())).into_iter().collect();
    assert!(broken.contains("findAll/request/query/order/enum"), "{broken:?}");
}

#[test]
fn a_secret_in_an_error_is_found_wherever_it_stands() {
    for arguments in [
        // Some refusals there have a text for a body, some have none. A shorter key would stand in many a text.
        &["tests/openapi/shapes.yaml", "--fault", "token-echoed", "--var", "key=mock-key-7f3a9c21d5b8"][..],
        &["tests/openapi/bookings.yaml", "--fault", "secret-echoed"],
    ] {
        let folder = tempfile::tempdir().unwrap();
        let ran = run_into(folder.path(), arguments);
        assert_eq!(ran.code, 1, "{arguments:?}: {ran}");
        let broken: Vec<String> = support::broken(&report(folder.path())).into_iter().collect();
        assert!(broken.iter().any(|clause| clause.ends_with("/response/secrets")), "{broken:?}");
    }
}

#[test]
fn where_nothing_is_documented_for_what_is_missing_a_change_is_taken_as_if_it_were_there() {
    let mock = Served::new("tests/openapi/shapes.yaml");
    let note =
        |method: &str, body: &str| mock.send(method, "/v1/notes/n-1?key=mock-key", "application/json", body);
    assert_eq!(note("PUT", r#"{"text": "one"}"#), (200, json!({"text": "one"})));
    assert_eq!(note("DELETE", "").0, 204);
    assert_eq!(note("DELETE", "").0, 204);
    // A read has nothing to show: that is told by a status that nobody documents.
    assert_eq!(note("GET", "").0, 404);
    assert_eq!(note("PUT", r#"{"text": "two"}"#).0, 200);
    assert_eq!(note("GET", ""), (200, json!({"text": "two"})));
}

/// Real documents beside the project, with the operations that each has; they are not part of it.
const CORPUS: &str = "../shared/corpus/openapi";

#[test]
fn real_documents_import_lint_and_plan() {
    let Ok(manifest) = std::fs::read_to_string(Path::new(CORPUS).join("MANIFEST.md")) else {
        println!("skipped: {CORPUS} is not here");
        return;
    };
    let mut count = 0;
    for row in manifest.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| file")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let (file, operations) = (cells[1], cells[5]);
        let operations: usize = operations.parse().unwrap_or_else(|_| panic!("{row}"));
        let path = Path::new(CORPUS).join(file);
        let loaded = load(&[path]);
        let errors: Vec<_> =
            loaded.diagnostics.iter().filter(|one| one.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{file}: {errors:?}");
        let contract = loaded.contract.unwrap();
        assert_eq!(contract.operations.len(), operations, "{file}");
        let mut found = Vec::new();
        for lint in countersign::lint::ALL {
            lint.run(&contract, &mut found);
        }
        assert!(found.iter().all(|one| one.severity != Severity::Error), "{file}");
        let variables = std::sync::Arc::new(json!({}));
        let plan = countersign::plan::Plan::new(
            std::sync::Arc::new(contract),
            variables,
            countersign::plan::Options::default(),
        );
        // In a debug build the whole plan of the largest takes a minute: its beginning shows that there is one.
        let planned = plan.take(1500).count();
        assert!(planned > 0 || operations == 0 || file.starts_with("oai-tags"), "{file}: {planned}");
        count += 1;
    }
    assert!(count > 20, "{count} rows of the manifest were read");
}

#[test]
fn real_documents_run_against_their_own_mock_without_a_finding() {
    for file in ["swagger-petstore-3.yaml", "museum-3.1.yaml", "train-travel-3.1.json"] {
        let path = Path::new(CORPUS).join(file);
        if !path.exists() {
            println!("skipped: {} is not here", path.display());
            continue;
        }
        run_is_kept(path.to_str().unwrap());
    }
}

/// The mock of a document, and a client of it.
struct Served(Mock);

impl Served {
    fn new(document: &str) -> Self {
        let settings =
            Settings { contracts: vec![document.into()], target: Some(Target::Mock), ..Settings::default() };
        let suite = assemble::suite(&settings).unwrap();
        Self(Mock::new(suite.contract, suite.variables).unwrap())
    }

    fn send(&self, method: &str, target: &str, media_type: &str, body: &str) -> (u16, Value) {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let headers = [("content-type", media_type)].into_iter().filter(|_| !body.is_empty());
        let answer = self.0.answer(&Received {
            method: method.into(),
            path: path.into(),
            query: query.into(),
            headers: headers.map(|(name, value)| (name.to_owned(), value.into())).collect(),
            body: body.into(),
        });
        let told: &[&str] = if body.contains("Nobody") {
            &["the body does not say which resource is meant: nothing was changed"]
        } else {
            &[]
        };
        assert_eq!(answer.troubles, told, "{method} {target} {body}");
        (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default())
    }

    fn json(&self, method: &str, target: &str, body: &Value) -> (u16, Value) {
        self.send(method, target, "application/json", &body.to_string())
    }

    fn get(&self, target: &str) -> (u16, Value) {
        self.send("GET", target, "", "")
    }

    /// The names of the pets in a list.
    fn names(&self, target: &str) -> Vec<String> {
        let (status, list) = self.get(target);
        assert_eq!(status, 200, "{target}");
        list.as_array().unwrap().iter().map(|pet| pet["name"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn identifiers_lists_and_media_types_of_a_client_run_against_the_mock_without_a_finding() {
    run_is_kept("tests/openapi/pets.yaml");
}

#[test]
fn the_client_chooses_identifiers_and_finds_what_it_made() {
    let pets = Served::new("tests/openapi/pets.yaml");
    let rex = json!({"id": 77, "name": "Rex", "photos": ["a"], "status": "sold"});
    assert_eq!(pets.json("POST", "/pets", &rex), (200, rex.clone()));
    assert_eq!(pets.get("/pets/77"), (200, rex));
    // Made anew: nothing is left of the one before.
    let max = json!({"id": 77, "name": "Max", "photos": []});
    assert_eq!(pets.json("POST", "/pets", &max), (200, max.clone()));
    assert_eq!(pets.get("/pets/77"), (200, max));
    // Without an identifier, or with what programs send for none, one is made up.
    for body in [json!({"name": "Ada", "photos": []}), json!({"id": 0, "name": "Ada", "photos": []})] {
        let (status, made) = pets.json("POST", "/pets", &body);
        assert!(status == 200 && made["id"].as_u64().is_some_and(|id| id > 77), "{made}");
        assert_eq!(pets.get(&format!("/pets/{}", made["id"])), (200, made));
    }
    assert_eq!(pets.send("DELETE", "/pets/77", "", "").0, 204);
    assert_eq!(pets.get("/pets/77").0, 404);

    let ada = json!({"name": "Ada B", "age": 36});
    assert_eq!(pets.json("POST", "/people", &ada), (201, ada.clone()));
    assert_eq!(pets.get("/people/Ada%20B"), (200, ada.clone()));
    assert_eq!(pets.json("POST", "/people", &ada).0, 409, "the contract says what a name gets that is taken");
    assert_eq!(pets.send("DELETE", "/people/Ada%20B", "", "").0, 204);
    assert_eq!(pets.json("POST", "/people", &ada).0, 201);
    let parted = json!({"name": "Ada/B", "age": 36});
    assert_eq!(pets.json("POST", "/people", &parted), (201, parted.clone()));
    assert_eq!(pets.get("/people/Ada%2FB"), (200, parted));
}

#[test]
fn a_body_says_which_resource_is_changed() {
    let pets = Served::new("tests/openapi/pets.yaml");
    assert_eq!(
        pets.json("POST", "/pets", &json!({"id": 77, "name": "Rex", "photos": [], "status": "sold"})).0,
        200
    );
    let max = json!({"id": 77, "name": "Max", "photos": ["b"]});
    assert_eq!(pets.json("PUT", "/pets", &max), (200, max.clone()));
    assert_eq!(pets.get("/pets/77"), (200, max.clone()));
    assert_eq!(pets.json("PUT", "/pets", &json!({"id": 78, "name": "Max", "photos": []})).0, 404);
    assert_eq!(pets.get("/pets/78").0, 404);
    // The example of the document is there, so that what a page shows can be tried.
    assert_eq!(pets.json("PUT", "/pets", &json!({"id": 10, "name": "Ten", "photos": []})).0, 200);
    assert_eq!(pets.get("/pets/10").1["name"], "Ten");
    // About no pet: nothing changes, and the log says so.
    assert_eq!(pets.json("PUT", "/pets", &json!({"name": "Nobody", "photos": []})).0, 200);
    assert_eq!(pets.get("/pets/77"), (200, max));
}

#[test]
fn lists_show_what_is_asked_for() {
    let pets = Served::new("tests/openapi/pets.yaml");
    for (name, status, tag) in [("A", "sold", "red"), ("B", "here", "blue"), ("C", "sold", "blue")] {
        let pet = json!({"name": name, "photos": [], "status": status, "tags": [{"id": 1, "name": tag}]});
        assert_eq!(pets.json("POST", "/pets", &pet).0, 200);
    }
    assert_eq!(pets.names("/pets?status=sold"), ["A", "C"]);
    assert_eq!(pets.names("/pets?status=sold&limit=1&skip=1"), ["C"]);
    assert!(pets.names("/pets").len() >= 3);
    assert_eq!(pets.get("/pets?status=lost").0, 400);
    // A search beside the collection, and a parameter with a default.
    assert_eq!(pets.names("/pets/find?tags=blue"), ["B"]);
    assert_eq!(pets.names("/pets/find?tags=blue&tags=red&status=sold"), ["A", "C"]);
    assert_eq!(pets.names("/pets/find?tags=green"), Vec::<String>::new());
    // What is in a list may be said beside the envelope that all lists have.
    let total = pets.get("/people").1["total"].as_u64().unwrap();
    assert_eq!(pets.json("POST", "/people", &json!({"name": "Ada"})).0, 201);
    let list = pets.get("/people").1;
    assert_eq!(
        (&list["rows"][usize::try_from(total).unwrap()], &list["total"]),
        (&json!({"name": "Ada"}), &json!(total + 1))
    );
}

#[test]
fn a_body_comes_in_every_documented_media_type() {
    const FORM: &str = "application/x-www-form-urlencoded";
    let pets = Served::new("tests/openapi/pets.yaml");
    let part = |name: &str, value: &str| {
        format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let parts =
        part("id", "83") + &part("name", "Rex") + &part("photos", "a") + &part("photos", "b") + "--x--\r\n";
    let xml = "<?xml version=\"1.0\"?><pet><id>84</id><name>Rex</name><photos><photo>a</photo><photo>b</photo></photos></pet>";
    for (id, media_type, body) in [
        (82, FORM, "id=82&name=Rex&photos=a&photos=b"),
        (83, "multipart/form-data; boundary=x", &*parts),
        (84, "application/xml", xml),
    ] {
        let rex = json!({"id": id, "name": "Rex", "photos": ["a", "b"]});
        assert_eq!(pets.send("POST", "/pets", media_type, body), (200, rex.clone()), "{media_type}");
        assert_eq!(pets.get(&format!("/pets/{id}")), (200, rex), "{media_type}");
    }
    // Forms are held against the schema as JSON is.
    for (body, clause) in [
        ("id=85&name=Rex", "addPet/request/body/photos/required"),
        ("id=85&name=&photos=a", "addPet/request/body/name/minLength"),
        ("id=many&name=Rex&photos=a", "addPet/request/body/id/type"),
    ] {
        let answer = pets.0.answer(&Received {
            method: "POST".into(),
            path: "/pets".into(),
            headers: vec![("content-type".into(), FORM.into())],
            body: body.into(),
            ..Received::default()
        });
        let refused = answer.refused.and_then(|refused| refused.clause).expect(body);
        assert_eq!((answer.status, &*pets.0.contract().clause(refused).address), (400, clause), "{body}");
    }
    // XML has to be well-formed. More a contract can't say about it: what can't be read is let in, and makes no pet of
    // this kind.
    assert_eq!(pets.send("POST", "/pets", "application/xml", "<pet><id>86</id>").0, 400);
    assert_eq!(pets.send("POST", "/pets", "application/xml", "<pet><id>86</id></pet>").0, 200);
    assert_eq!(pets.send("POST", "/pets", "text/csv", "id,name").0, 200);
    assert_eq!(
        pets.send("POST", "/pets", "multipart/form-data", &parts).0,
        400,
        "nothing says what is between parts"
    );
}

#[test]
fn an_error_does_not_tell_of_another_part_than_the_one_refused() {
    let pets = Served::new("tests/openapi/pets.yaml");
    let (status, error) = pets.json("POST", "/pets", &json!({"name": "", "photos": []}));
    assert_eq!((status, &error["code"], &error["origin"]), (400, &json!("P.400"), &json!("the front door")));
    assert_eq!(error["message"], "the body/name is outside its schema: at least 1 characters");
}

#[test]
fn faults_of_the_wire_break_documents_that_give_no_time() {
    // Where no time is promised, an answer that does not come within --timeout may still be on its way.
    for (fault, code) in [
        ("connection-reset@getPet", 1),
        ("flaky@getPet", 1),
        ("body-cut-off@getPet", 1),
        ("never-answering@getPet", 3),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let arguments = [
            "tests/openapi/pets.yaml",
            "--fault",
            fault,
            "--timeout",
            "1s",
            "--retries",
            "0",
            "--select",
            "operation:getPet",
        ];
        let ran = run_into(folder.path(), &arguments);
        assert_eq!(ran.code, code, "{fault}: {ran}");
        for found in report(folder.path())["findings"].as_array().unwrap() {
            assert!(found["address"].as_str().unwrap().starts_with("getPet/"), "{fault}: {found}");
        }
    }
    let ran = ran(&["mock", "tests/openapi/pets.yaml", "--fault", "slow"]);
    assert!(ran.code == 2 && ran.stderr.contains("it needs a time budget: `within: 2s`"), "{ran}");
}
