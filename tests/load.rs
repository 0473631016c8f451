//! Contract files, right and wrong: golden lists of clauses, golden drawings of diagnostics.
//!
//! `UPDATE_GOLDEN=1 cargo test --test load` writes what is expected anew; look at the difference before committing it.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files, and may panic")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use countersign::load::{Loaded, bind, editor_schema, load, load_texts, to_json};
use countersign::model::Contract;
use countersign::text::{Severity, draw_plain};

const CONTRACTS: [&str; 2] = ["roma-link-products", "ddm-accounts"];

fn contract(name: &str) -> Contract {
    let loaded = load(&[PathBuf::from(format!("contracts/{name}.yaml"))]);
    assert!(loaded.diagnostics.is_empty(), "{}", drawn(&loaded));
    loaded.contract.unwrap()
}

fn drawn(loaded: &Loaded) -> String {
    let mut text = String::new();
    for diagnostic in &loaded.diagnostics {
        writeln!(text, "{}\n", draw_plain(diagnostic, &loaded.files)).unwrap();
    }
    text
}

/// Compares with the golden file, or writes it.
fn golden(path: &str, actual: &str) -> Result<(), String> {
    let path = Path::new("tests/golden/load").join(path);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, actual).unwrap();
        return Ok(());
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    if expected == actual {
        return Ok(());
    }
    let diff = similar::TextDiff::from_lines(&expected, actual);
    Err(format!("{} differs:\n{}", path.display(), diff.unified_diff().context_radius(2)))
}

#[test]
fn the_contracts_have_exactly_these_clauses() {
    let mut wrong = Vec::new();
    for name in CONTRACTS {
        let contract = contract(name);
        let mut list = String::new();
        for clause in &contract.clauses {
            let sides = clause.sides;
            let letter = |there: bool, letter: char| if there { letter } else { '-' };
            writeln!(
                list,
                "{}{}{} {} | {}{}",
                letter(sides.accept, 'a'),
                letter(sides.refuse, 'r'),
                letter(sides.observe, 'o'),
                clause.address,
                clause.text,
                clause.undecided.as_deref().map(|name| format!(" (undecided: {name})")).unwrap_or_default(),
            )
            .unwrap();
        }
        wrong.extend(golden(&format!("{name}.clauses"), &list).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn wrong_contracts_are_told_what_is_wrong() {
    let folder = Path::new("tests/golden/load/wrong");
    let mut names: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.extension().is_some_and(|ending| ending == "yaml" || ending == "json"));
    names.sort();
    assert!(names.len() >= 25, "only {} wrong contracts", names.len());
    let mut wrong = Vec::new();
    for path in names {
        let loaded = load(std::slice::from_ref(&path));
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("part-") {
            continue;
        }
        assert!(!loaded.diagnostics.is_empty(), "{name} is not wrong");
        let broken = loaded.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
        assert_eq!(loaded.contract.is_none(), broken, "{name}");
        wrong.extend(golden(&format!("wrong/{name}.txt"), &drawn(&loaded)).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every sentence under `from` or `sides`, wherever it stands.
fn sentences(value: &serde_json::Value, cited: bool, out: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) if cited => out.push(text.clone()),
        serde_json::Value::Array(elements) => {
            for element in elements {
                sentences(element, cited, out);
            }
        }
        serde_json::Value::Object(members) => {
            for (key, member) in members {
                sentences(member, cited || key == "from" || key == "sides", out);
            }
        }
        _ => {}
    }
}

/// What is left of a page when its tables are flattened: no cell borders, single spaces.
fn flat(text: &str) -> String {
    text.replace('|', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether the parts of a quote between ellipses stand in the text, in this order, the first within line one.
fn stands(quote: &str, lines: &[&str]) -> bool {
    let text = flat(&lines.join(" "));
    let mut rest = text.as_str();
    for part in quote.split("...").map(flat).filter(|part| !part.is_empty()) {
        let Some(at) = rest.find(&part) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

#[test]
fn every_quoted_sentence_stands_where_the_contract_says() {
    let pages = Path::new("../shared/seeds");
    if !pages.is_dir() {
        println!("skipped: the published pages are not beside the project");
        return;
    }
    let mut wrong = Vec::new();
    for name in CONTRACTS {
        let read = |path: String| to_json(&std::fs::read_to_string(path).unwrap()).unwrap();
        let tree = read(format!("contracts/imported/{name}.yaml"));
        let mut cited = Vec::new();
        sentences(&tree, false, &mut cited);
        sentences(&read(format!("contracts/{name}.yaml")), false, &mut cited);
        assert!(cited.len() > 20);
        for sentence in cited {
            let (place, quote) = sentence.split_once(' ').unwrap();
            let (source, span) = place.split_once(':').unwrap();
            let (first, last) = span.split_once('-').unwrap_or((span, span));
            let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
            let document = tree["sources"][source]["document"].as_str().unwrap();
            let page = std::fs::read_to_string(pages.join(document)).unwrap();
            let lines: Vec<&str> = page.lines().collect();
            let quote = quote.trim_matches('"');
            let there = lines.get(first - 1..last).is_some_and(|lines| stands(quote, lines));
            if !there {
                let found = (1..=lines.len()).find(|line| stands(quote, &lines[line - 1..*line]));
                wrong.push(format!("{sentence}\n    (the line alone: {found:?})"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the lints say of a contract.
fn linted(contract: &Contract) -> String {
    let mut text = String::new();
    for diagnostic in countersign::lint::lint(contract) {
        writeln!(text, "{}\n", draw_plain(&diagnostic, &contract.files)).unwrap();
    }
    text
}

#[test]
fn the_lints_report_what_the_pages_contradict_and_nothing_else() {
    let mut wrong = Vec::new();
    for name in CONTRACTS {
        let contract = contract(name);
        for diagnostic in countersign::lint::lint(&contract) {
            let recorded =
                diagnostic.code == "recorded-contradiction" || diagnostic.severity == Severity::Note;
            assert!(recorded, "{}", draw_plain(&diagnostic, &contract.files));
        }
        wrong.extend(golden(&format!("{name}.lint.txt"), &linted(&contract)).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_lint_finds_what_it_looks_for() {
    let loaded = load(&[PathBuf::from("tests/golden/load/lint.yaml")]);
    let contract = loaded.contract.as_ref().unwrap_or_else(|| panic!("{}", drawn(&loaded)));
    let found = countersign::lint::lint(contract);
    for lint in countersign::lint::ALL {
        let id = lint.meta().id;
        assert!(found.iter().any(|diagnostic| diagnostic.code == id), "{id} found nothing");
    }
    if let Err(wrong) = golden("lint.txt", &linted(contract)) {
        panic!("{wrong}");
    }
}

#[test]
fn the_schema_for_editors_is_up_to_date_and_accepts_the_contracts() {
    let schema = editor_schema();
    let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    let path = Path::new("contracts/contract.schema.json");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), text, "refresh it with UPDATE_GOLDEN=1");
    let judge = countersign::conform::Judge::new(&schema).unwrap();
    for name in CONTRACTS {
        for name in [name.to_owned(), format!("imported/{name}")] {
            let tree = to_json(&std::fs::read_to_string(format!("contracts/{name}.yaml")).unwrap()).unwrap();
            let breaches = judge.breaches(&tree);
            assert!(breaches.is_empty(), "{name}: {breaches:#?}");
        }
    }
    for name in
        ["unknown-key", "missing-key", "wrong-type", "bad-status", "misspelt-keyword", "comma", "matcher"]
    {
        let text = std::fs::read_to_string(format!("tests/golden/load/wrong/{name}.yaml")).unwrap();
        assert!(!judge.accepts(&to_json(&text).unwrap()), "{name} is accepted");
    }
    // An editor marks each of these on its own: a matcher, its argument, a place and a rule of what is volatile.
    let rest = "operations: { a: { request: GET /a, responses: { 200: {} }, cases: { b: { expect: { status: 200, body: \
                { rows: { match: { each: { id: { match: uuid } } } } } } } } } }";
    let start = "countersign: 1\ntitle: t\nvolatile: { a: { 200: { '/a b/*': token, header/etag: any, body: { unordered: id } } } }\n";
    let whole = format!("{start}{rest}");
    let breaches = judge.breaches(&to_json(&whole).unwrap());
    assert!(breaches.is_empty(), "{breaches:#?}");
    for (right, wrong) in [
        ("match: uuid", "match: uid"),
        ("each: {", "eech: {"),
        ("each: { id: { match: uuid } }", "contains: { id: 1 }"),
        ("'/a b/*'", "a"),
        (": token", ": tokens"),
        ("unordered: id", "unordered: 1"),
    ] {
        let text = whole.replace(right, wrong);
        assert!(text != whole && !judge.accepts(&to_json(&text).unwrap()), "{wrong} is accepted");
    }
}

#[test]
fn breaches_of_answers_name_clauses() {
    use countersign::model::{ClauseKind, Part};
    let contract = contract("roma-link-products");
    for (operation, status, body) in [
        ("query-product-authentication", "200", r#"{"user_name": 7}"#),
        ("query-product-authentication", "200", r#"{"user_name": "a", "password": "Short1!"}"#),
        ("query-product-authentication", "400", r#"{"error_code": null, "request_id": []}"#),
        (
            "modify-product",
            "200",
            r#"{"permissions": [1], "product_type": 7, "created_user": {"user_id": 1}}"#,
        ),
    ] {
        let (id, found) = contract.operations().find(|(_, found)| found.id == operation).unwrap();
        let schema = found.response(status.parse().unwrap()).unwrap().schema.clone().unwrap();
        let judge = countersign::conform::Judge::new(&schema).unwrap();
        let breaches = judge.breaches_apart(&serde_json::from_str(body).unwrap());
        assert!(!breaches.is_empty());
        let paths: Vec<&str> = contract
            .clauses
            .iter()
            .filter_map(|clause| match &clause.kind {
                ClauseKind::Constraint { part: Part::ResponseBody { status: of }, path, .. } => {
                    (clause.operation == Some(id) && of == status).then_some(path.as_str())
                }
                _ => None,
            })
            .collect();
        for breach in breaches {
            let mut branches = breach.branches.iter();
            let named = paths.contains(&breach.path.as_str())
                || branches.any(|branch| branch.iter().all(|inner| paths.contains(&inner.path.as_str())));
            assert!(named, "{operation} {status}: no clause for {breach:?}");
        }
    }
}

#[test]
fn rules_of_final_steps_have_clauses_and_those_of_a_restore_are_refused() {
    let text = |restore: &str| {
        let text = format!(
            "countersign: 1
title: Things
operations:
  query: {{ request: GET /thing, convention: usual, responses: {{ 200: {{ says: OK }} }} }}
  put: {{ request: PUT /thing, convention: usual, responses: {{ 200: {{ says: OK }} }} }}
sequences:
  all:
    convention: usual
    steps: [ {{ operation: put, rules: {{ first: {{ then: status == 200 }} }} }} ]
    finally: [ {{ operation: query, rules: {{ last: {{ then: status == 200 }} }} }} ]
restore:
  thing:
    undoes: [put]
    after: [ {{ operation: put{restore} }} ]
"
        );
        load_texts(vec![("things.yaml".to_owned(), text)])
    };
    let loaded = text("");
    let contract = loaded.contract.as_ref().unwrap_or_else(|| panic!("{}", drawn(&loaded)));
    let sequence = &contract.sequences[0];
    for (rule, address) in [
        (&sequence.steps[0].rules[0], "sequence/all/first"),
        (&sequence.finally[0].rules[0], "sequence/all/last"),
    ] {
        assert_eq!(contract.clause(rule.clause).address, address);
    }
    let loaded = text(", rules: { x: { then: status == 200 } }");
    assert!(loaded.contract.is_none());
    assert!(drawn(&loaded).contains("a step of a restore"), "{}", drawn(&loaded));
}

#[test]
fn what_hangs_or_kills_other_readers_is_an_error_here() {
    let deep = "[".repeat(200_000);
    let nested = format!("countersign: 1\ntitle: {}1{}\n", "[".repeat(63), "]".repeat(63));
    let keys: String = (0..30_000).map(|at| format!("key{at}: {{}}\n")).collect();
    for text in [
        deep.as_str(),
        &nested,
        &keys,
        "",
        " \n\t\n",
        "\u{feff}",
        "\u{0}",
        "a: &a [*a]",
        "- - - -",
        "? [a, b]\n: c",
        "countersign: 1\r\ntitle: [\r\n",
        "null",
        "1",
        "\"text\"",
        "[]",
        "{}",
        "countersign: 1",
        "~: 1",
        "%YAML 3.0\n---\na",
        "countersign: 1\ntitle: t\noperations: []",
        "countersign: 1\ntitle: t\noperations: { a: }",
        "countersign: 1\ntitle: t\noperations: { a: { request: 'PUT /{', responses: [] } }",
        "countersign: 1\ntitle: t\nschemas: { A: { $ref: A } }\noperations: { a: { request: PUT /x, body: { schema: A }, responses: { 200: { schema: B } } } }",
        "countersign: 1\ntitle: t\nsequences: { s: { steps: [1, null, {}] } }\nrestore: { r: 1 }\ncontradictions: { c: null }",
        "countersign: 1\ntitle: 1e999\n",
        "countersign: 1\ntitle: \"\u{202e}\"\noperations: 7\nincludes: x",
    ] {
        let loaded = load_texts(vec![("c.yaml".to_owned(), text.to_owned())]);
        assert!(loaded.contract.is_none() || text == "countersign: 1", "{}", &text[..text.len().min(40)]);
        assert!(!loaded.diagnostics.is_empty());
        assert!(!drawn(&loaded).is_empty());
    }
}

#[test]
fn every_cut_of_a_contract_is_read_without_a_panic() {
    let text = std::fs::read_to_string("contracts/ddm-accounts.yaml").unwrap();
    for end in (0..text.len()).step_by(53).filter(|end| text.is_char_boundary(*end)) {
        let loaded = load_texts(vec![("c.yaml".to_owned(), text[..end].to_owned())]);
        drawn(&loaded);
    }
}

#[test]
fn a_recursive_schema_has_clauses_to_its_first_turn() {
    let text = "countersign: 1\ntitle: t\nschemas:\n  Tree: { type: object, properties: { name: { type: string }, kids: { type: array, items: { $ref: Tree } } } }\noperations:\n  put: { request: PUT /tree, body: { schema: Tree }, responses: { 200: {} } }\n";
    let loaded = load_texts(vec![("c.yaml".to_owned(), text.to_owned())]);
    let contract = loaded.contract.as_ref().unwrap_or_else(|| panic!("{}", drawn(&loaded)));
    assert!(contract.clause_at("put/request/body/kids/type").is_some());
    assert!(contract.clauses.len() < 20);
}

#[test]
fn comments_and_the_order_of_keys_do_not_change_the_fingerprint() {
    let read =
        |text: &str| load_texts(vec![("c.yaml".to_owned(), text.to_owned())]).contract.unwrap().fingerprint;
    let one = read(
        "countersign: 1\ntitle: t\noperations: { a: { request: GET /x, responses: { 200: { says: yes } } } }",
    );
    let two = read(
        "# c\ntitle: t\ncountersign: 1\noperations:\n  a:\n    responses: { 200: { says: 'yes' } }\n    request: GET /x\n",
    );
    let three = read(
        "countersign: 1\ntitle: t\noperations: { a: { request: GET /x, responses: { 200: { says: no } } } }",
    );
    assert_eq!(one, two);
    assert_ne!(one, three);
    assert_eq!(one.len(), 64);
}

#[test]
fn parts_are_joined_and_a_folder_is_read_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "a.yaml",
        "countersign: 1\ntitle: a\ninclude: shared.yaml\noperations: { a: { request: GET /a, responses: { 200: { schema: Thing } } } }",
    );
    write(
        "b.json",
        r#"{ "countersign": 1, "title": "b", "operations": { "b": { "request": "GET /b", "responses": { "200": {} } } } }"#,
    );
    write("shared.yaml", "schemas: { Thing: { type: object } }");
    write("notes.yaml", "remember: this");
    write("contract.schema.json", "{}");
    let loaded = load(&[folder.path().to_owned()]);
    let contract = loaded.contract.as_ref().unwrap_or_else(|| panic!("{}", drawn(&loaded)));
    let names: Vec<&str> = contract.operations.iter().map(|operation| operation.id.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
    let codes: Vec<&str> = loaded.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(codes, ["not-a-contract"]);
    let missing = load(&[folder.path().join("nowhere.yaml")]);
    assert!(missing.contract.is_none() && missing.diagnostics[0].code == "unreadable-file");
}

#[test]
fn both_contracts_together_share_their_variables() {
    let loaded = load(&[PathBuf::from("contracts")]);
    assert!(loaded.diagnostics.is_empty(), "{}", drawn(&loaded));
    let contract = loaded.contract.unwrap();
    let environment = countersign::load::environment(Path::new("environments/mock.yaml"), &|_| None)
        .unwrap_or_else(|bad| panic!("{bad:?}"));
    assert_eq!(environment.target.as_deref(), Some("mock"));
    let given = [("product_id".to_owned(), "7".to_owned())];
    let values = bind(&contract, &environment.variables, &given).unwrap();
    assert_eq!(values["product_id"], "7");
    let without = |name: &&String| values.get(name.as_str()).is_none();
    assert_eq!(contract.variables.keys().filter(without).collect::<Vec<_>>(), ["access_key"]);
    let wrong = [("prodct_id".to_owned(), "7".to_owned())];
    let errors = bind(&contract, &std::collections::BTreeMap::new(), &wrong).unwrap_err();
    let text: String = errors.iter().map(|error| draw_plain(error, &contract.files) + "\n\n").collect();
    if let Err(wrong) = golden("bind.txt", &text) {
        panic!("{wrong}");
    }
}
