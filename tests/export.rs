//! Contracts as OpenAPI documents: valid by the published schema, and the same contract when they are imported.
//!
//! `UPDATE_GOLDEN=1 cargo test --test export` writes the golden file anew.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a failed step is a failed test; documents are read beside the loader; a test says what it skips"
)]

#[path = "export/made_up.rs"]
mod made_up;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign::diff::diff;
use countersign::export::{Exported, exporter};
use countersign::load::{Loaded, load_text_trees, load_texts, load_trees};
use countersign::model::{Contract, Planned};
use countersign::plan::{Options, Plan};
use countersign::text::tree::{self, Node};
use countersign::text::{FileId, Severity, Span};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::ran;

/// Real documents beside the project; they are not part of it. Larger ones take minutes in a debug build.
const CORPUS: &str = "../shared/corpus/openapi";
const LARGEST: u64 = 700_000;

fn export(trees: &[Node]) -> Exported {
    exporter("openapi").unwrap().export(trees).unwrap()
}

fn contract(loaded: Loaded, of: &str) -> Contract {
    let errors: Vec<_> = loaded.diagnostics.iter().filter(|one| one.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{of}: {errors:#?}");
    loaded.contract.unwrap()
}

/// What is imported from a document.
fn imported(document: &Value) -> (Contract, Vec<Node>) {
    let (loaded, trees) = load_text_trees(vec![("exported.json".to_owned(), format!("{document:#}"))]);
    (contract(loaded, "exported.json"), trees)
}

/// Every clause but for its place in the file: kind, words, sides, and where it was published.
fn clauses(contract: &Contract) -> BTreeMap<String, Value> {
    let of = |clause: &countersign::model::Clause| {
        let mut kind = json!(clause.kind);
        without_indices(&mut kind);
        json!({ "text": clause.text, "kind": kind, "sides": clause.sides, "undecided": clause.undecided,
            "published": clause.origin.published, "convention": clause.origin.convention })
    };
    contract.clauses.iter().map(|clause| (clause.address.clone(), of(clause))).collect()
}

fn without_indices(kind: &mut Value) {
    if let Value::Object(members) = kind {
        members.remove("index");
        members.values_mut().for_each(without_indices);
    }
}

fn case_ids(contract: &Contract) -> BTreeSet<String> {
    let plan = Plan::new(Arc::new(contract.clone()), Arc::new(json!({})), Options::default());
    plan.filter_map(|planned| match planned {
        Planned::Case(case) => Some(case.id.to_string()),
        Planned::Gap(_) => None,
    })
    .collect()
}

/// What differs between a contract and what is imported from its export; the document.
fn round_trip(old: &Contract, trees: &[Node]) -> Result<Value, String> {
    let exported = export(trees);
    if let Some(lost) = exported.notes.iter().find(|note| note.message.contains("can't say")) {
        return Err(format!("lost: {}", lost.message));
    }
    let (new, again) = imported(&exported.document);
    let (before, after) = (clauses(old), clauses(&new));
    for (address, clause) in &before {
        if after.get(address) != Some(clause) {
            return Err(format!("{address}\n{clause:#}\n{:#}", json!(after.get(address))));
        }
    }
    if let Some(more) = after.keys().find(|address| !before.contains_key(*address)) {
        return Err(format!("added: {more}"));
    }
    let changes = diff(old, &new);
    if !changes.is_empty() {
        return Err(format!("{changes:#?}"));
    }
    let (first, second) = (format!("{:#}", exported.document), format!("{:#}", export(&again).document));
    if first != second {
        let difference = similar::TextDiff::from_lines(&first, &second);
        return Err(format!("exported again:\n{}", difference.unified_diff()));
    }
    Ok(exported.document)
}

fn round_trip_of(path: &str) -> Value {
    let (loaded, trees) = load_trees(&[PathBuf::from(path)]);
    let old = contract(loaded, path);
    let document = round_trip(&old, &trees).unwrap_or_else(|why| panic!("{path}: {why}"));
    assert_eq!(case_ids(&old), case_ids(&imported(&document).0), "{path}");
    document
}

/// The published schema of OpenAPI 3.1, where it is installed.
fn published_schema() -> Option<jsonschema::Validator> {
    let path = "target/formats/node_modules/@seriousme/openapi-schema-validator/schemas/v3.1/schema.json";
    let Ok(text) = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)) else {
        println!("skipped: there is no {path}; .ci/run installs it");
        return None;
    };
    Some(jsonschema::options().build(&serde_json::from_str(&text).unwrap()).unwrap())
}

fn is_valid(document: &Value, schema: Option<&jsonschema::Validator>) -> Result<(), String> {
    let told = schema.and_then(|schema| {
        schema.iter_errors(document).next().map(|error| format!("{} {error}", error.instance_path()))
    });
    told.map_or(Ok(()), Err)
}

const OURS: [&str; 12] = [
    "contracts/roma-link-products.yaml",
    "contracts/ddm-accounts.yaml",
    "tests/collections/notes.yaml",
    "tests/export/shop.yaml",
    "tests/openapi/shop.yaml",
    "tests/openapi/styles.yaml",
    "tests/openapi/split.yaml",
    "tests/openapi/library.json",
    "tests/openapi/odd.yaml",
    "tests/pages/delete-note.txt",
    "tests/pages/list-notes.md",
    "tests/pages/create-board.html",
];

#[test]
fn what_is_exported_is_imported_as_the_same_contract_and_valid() {
    let schema = published_schema();
    for path in OURS {
        let document = round_trip_of(path);
        assert_eq!(is_valid(&document, schema.as_ref()), Ok(()), "{path}");
    }
    if let Some(schema) = schema {
        assert!(
            !schema.is_valid(&json!({ "openapi": "3.1.0", "paths": {} })),
            "the schema sees what is wrong"
        );
    }
}

#[test]
fn real_documents_are_the_same_contract_after_an_export() {
    let Ok(entries) = std::fs::read_dir(CORPUS) else {
        println!("skipped: {CORPUS} is not here");
        return;
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.is_file() && path.extension().is_some_and(|ending| ending != "md"));
    paths.retain(|path| path.metadata().unwrap().len() <= LARGEST);
    paths.sort();
    let schema = published_schema();
    for path in &paths {
        let (loaded, trees) = load_trees(std::slice::from_ref(path));
        let old = contract(loaded, &path.to_string_lossy());
        // The whole plan of the largest takes minutes in a debug build; what it is made from is compared.
        let document = round_trip(&old, &trees).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        assert_eq!(is_valid(&document, schema.as_ref()), Ok(()), "{}", path.display());
    }
    assert!(paths.len() > 15, "{paths:?}");
}

#[test]
fn a_contract_is_exported_as_ever() {
    let (_, trees) = load_trees(&[PathBuf::from("tests/export/shop.yaml")]);
    let span = Span { file: FileId(0), start: 0, end: 0 };
    let document = export(&trees).document;
    let text = tree::write(&Node::of(&document, span));
    assert_eq!(tree::read_loosely(&text, FileId(0)).unwrap().json(), document, "YAML says the same");
    let path = Path::new("tests/golden/export/shop.yaml");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    let difference = similar::TextDiff::from_lines(&expected, &text);
    assert!(expected == text, "{}", difference.unified_diff().context_radius(2));
}

#[test]
fn what_openapi_has_words_for_is_said_in_them() {
    let document = round_trip_of("tests/export/shop.yaml");
    let at = |place: &str| document.pointer(place).unwrap_or_else(|| panic!("no {place}"));
    assert_eq!(at("/servers/0/url"), "/v1");
    // Paths of one shape are one path, whose parameters have one name.
    assert_eq!(at("/paths/~1goods~1{id}/put/parameters/0/name"), "id");
    assert_eq!(at("/paths/~1goods~1{id}/put/x-countersign/request"), "PUT /v1/goods/{number}");
    assert_eq!(at("/paths/~1health/get/servers/0/url"), "/");
    assert_eq!(at("/paths/~1goods/get/security"), &json!([{ "token": [] }, { "cookie": [] }, {}]));
    assert_eq!(at("/components/securitySchemes/token"), &json!({ "type": "http", "scheme": "bearer" }));
    let link = at("/paths/~1goods/post/responses/201/links/what-is-added-is-there");
    assert_eq!(link["operationId"], "get-good");
    assert_eq!(link["parameters"], json!({ "path.id": "$response.body#/id" }));
    // What is masked is shown as the page shows it.
    assert_eq!(at("/paths/~1goods/post/responses/201/content/application~1json/example/secret"), "***");
    assert_eq!(
        at("/components/schemas/Good/properties/name/x-countersign/from/maxLength"),
        "page:5 \"at most 30 characters\""
    );
    assert!(document.pointer("/paths/~1search/get/requestBody").is_none());
}

#[test]
fn other_media_types_of_a_body_stand_in_its_content() {
    let (_keep, path) = support::file(
        "notes.yaml",
        "countersign: 1\ntitle: Notes\nschemas: { Note: { type: object, properties: { text: { type: string } } } }\n\
         operations:\n  make:\n    request: POST /notes\n    body:\n      schema: Note\n      alternatives:\n        \
         application/xml: {}\n        application/x-www-form-urlencoded: { schema: { type: object }, encoding: { tags: { explode: false } } }\n    \
         responses: { 201: {} }\n",
    );
    let document = round_trip_of(path.to_str().unwrap());
    let content = &document["paths"]["/notes"]["post"]["requestBody"]["content"];
    let note = json!({ "$ref": "#/components/schemas/Note" });
    assert_eq!(content["application/json"]["schema"], note);
    assert_eq!(content["application/xml"]["schema"], note);
    let form = &content["application/x-www-form-urlencoded"];
    assert_eq!(
        (&form["schema"], &form["encoding"]),
        (&json!({ "type": "object" }), &json!({ "tags": { "explode": false } }))
    );
    // Nothing of it is said a second time.
    assert!(document["paths"]["/notes"]["post"].get("x-countersign").is_none(), "{document:#}");
}

#[test]
fn what_openapi_has_no_words_for_is_told() {
    let (_, trees) = load_trees(&[PathBuf::from("tests/export/shop.yaml")]);
    let notes: Vec<String> = export(&trees).notes.into_iter().map(|note| note.message).collect();
    let said = notes.join("\n");
    for expected in [
        "no path of OpenAPI 3.1 has an operation PURGE: `purge`",
        "OpenAPI has no parameter for the header `Authorization`",
        "other tools do not see what stands in `x-countersign`: `contradictions`, `defaults`, `restore`",
        "`rules` of 1 operation",
    ] {
        assert!(said.contains(expected), "{expected}\n\n{said}");
    }
}

#[test]
fn an_extension_completes_any_document() {
    let document = json!({
        "openapi": "3.0.3", "info": { "title": "T", "version": "1" },
        "x-countersign": { "variables": { "who": { "says": "a name" } } },
        "paths": { "/a": { "get": {
            "operationId": "a",
            "parameters": [{ "name": "q", "in": "query", "schema": {
                "type": "string", "maxLength": 5, "x-countersign": { "minLength": 2, "convention": "measured" } } }],
            "responses": { "200": { "description": "fine" }, "400": { "description": "not so" } },
            "x-countersign": { "within": "3s", "parameters": { "q": { "value": "{{who}}" } } } } } } });
    let (read, _) = imported(&document);
    let of = |address: &str| read.clause(read.clause_at(address).unwrap_or_else(|| panic!("no {address}")));
    // What the document says is read as always, and what is laid over it besides.
    assert!(of("a/request/query/q/maxLength").sides.refuse);
    assert_eq!(of("a/request/query/q/minLength").origin.convention.as_deref(), Some("measured"));
    assert_eq!(of("a/response/within").text, "every answer comes within 3s");
    assert_eq!(read.operations[0].parameters[0].value, Some(json!("{{who}}")));
    let wrong = document
        .to_string()
        .replace("{\"within\":\"3s\",\"parameters\":{\"q\":{\"value\":\"{{who}}\"}}}", "7");
    let told = load_texts(vec![("wrong.json".to_owned(), wrong)]).diagnostics;
    assert!(told.iter().any(|one| one.message == "`x-countersign` can't be a number"), "{told:?}");
}

#[test]
fn the_command_line_writes_json_or_yaml_and_leaves_files_of_others_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let shown = ran(&["export", "openapi", "tests/export/shop.yaml"]);
    assert_eq!((shown.code, shown.stdout.starts_with("openapi: ")), (0, true), "{shown}");
    assert!(
        shown.stderr.contains("note[not-in-openapi]") && shown.stderr.contains("tests/export/shop.yaml:"),
        "{shown}"
    );
    let (json, yaml) = (path("deep/shop.json"), path("shop.yaml"));
    for out in [&json, &yaml, &json] {
        let ran = ran(&["export", "openapi", "tests/export/shop.yaml", "--out", out]);
        assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{ran}");
    }
    let same = ran(&["diff", &json, &yaml]);
    assert_eq!(same.stdout, "no clause differs\n", "{same}");
    std::fs::write(path("mine.yaml"), "openapi: 3.1.0\n").unwrap();
    let refused = ran(&["export", "openapi", "tests/export/shop.yaml", "--out", &path("mine.yaml")]);
    assert!(refused.code == 2 && refused.stderr.contains("mine.yaml can't be written"), "{refused}");
    assert_eq!(std::fs::read_to_string(path("mine.yaml")).unwrap(), "openapi: 3.1.0\n");
    let two = ran(&["export", "openapi", "tests/export/shop.yaml", "tests/collections/notes.yaml"]);
    assert!(
        two.code == 2
            && two.stderr.contains("differ in `defaults.within`")
            && two.stderr.contains("one by one"),
        "{two}"
    );
    let folder = path("all/");
    let each = ran(&["export", "openapi", "contracts", "--out", &folder]);
    assert_eq!(each.code, 0, "{each}");
    for name in ["roma-link-products", "ddm-accounts"] {
        let same = ran(&["diff", &format!("contracts/{name}.yaml"), &format!("{folder}{name}.yaml")]);
        assert_eq!(same.stdout, "no clause differs\n", "{same}");
    }
    for (name, of) in [
        ("api.v1", "tests/export/shop.yaml"),
        ("api.v2", "tests/collections/notes.yaml"),
        ("p/api", "tests/export/shop.yaml"),
        ("q/api", "tests/collections/notes.yaml"),
    ] {
        let file = std::path::PathBuf::from(path(&format!("{name}.yaml")));
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::copy(of, file).unwrap();
    }
    let out = path("versions/");
    let each = ran(&["export", "openapi", &path("api.v1.yaml"), &path("api.v2.yaml"), "--out", &out]);
    assert_eq!(each.code, 0, "{each}");
    for name in ["api.v1.yaml", "api.v2.yaml"] {
        let same = ran(&["diff", &path(name), &format!("{out}{name}")]);
        assert_eq!(same.stdout, "no clause differs\n", "{same}");
    }
    let (one, other, out) = (path("p/api.yaml"), path("q/api.yaml"), path("one/"));
    let shared = ran(&["export", "openapi", &one, &other, "--out", &out]);
    let both = format!("{one} and {other} would both be written to");
    assert!(shared.code == 2 && shared.stderr.contains(&both), "{shared}");
    assert!(!std::path::Path::new(&out).exists());
    let page = ran(&["export", "openapi", "tests/pages/delete-note.txt"]);
    assert!(page.code == 0 && page.stdout.contains("delete:"), "{page}");
}

#[test]
fn contracts_that_agree_share_a_document() {
    let one = |name: &str, more: &str| {
        let text = format!(
            "countersign: 1\ntitle: {name}\ndefaults: {{ within: 2s }}\nvariables: {{ v: {{ says: {name} }} }}\n\
             schemas: {{ E: {{ type: object }} }}\noperations:\n  {name}:\n    request: GET /{name}\n    \
             convention: so\n    responses: {{ 200: {{ schema: E }} }}\n{more}"
        );
        (format!("{name}.yaml"), text)
    };
    let (loaded, trees) = load_text_trees(vec![one("a", ""), one("b", "")]);
    let both = contract(loaded, "a and b");
    let document = round_trip(&both, &trees).unwrap();
    assert_eq!(document["paths"].as_object().unwrap().len(), 2);
    let (_, trees) = load_text_trees(vec![one("a", ""), one("b", "base: /x\n")]);
    let wrong = exporter("openapi").unwrap().export(&trees).unwrap_err();
    assert_eq!(wrong.len(), 1);
    assert!(wrong[0].message.contains("`base`"), "{wrong:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_contract_is_the_same_after_an_export(tape in proptest::collection::vec(any::<u8>(), 40..400)) {
        let text = made_up::contract(&tape).to_string();
        let (loaded, trees) = load_text_trees(vec![("made-up.yaml".to_owned(), text.clone())]);
        let old = contract(loaded, &text);
        let document = round_trip(&old, &trees).map_err(|why| TestCaseError::fail(format!("{why}\n{text}")))?;
        let (new, _) = imported(&document);
        prop_assert_eq!(case_ids(&old), case_ids(&new), "{}", text);
        thread_local! { static SCHEMA: Option<jsonschema::Validator> = published_schema(); }
        let valid = SCHEMA.with(|schema| is_valid(&document, schema.as_ref()));
        prop_assert_eq!(valid, Ok(()), "{}", text);
    }
}
