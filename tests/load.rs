//! Contract files, right and wrong: golden lists of clauses, golden drawings of diagnostics.
//!
//! `UPDATE_GOLDEN=1 cargo test --test load` writes what is expected anew; look at the difference before committing it.

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
        let loaded = load(&[path.clone()]);
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
            elements.iter().for_each(|element| sentences(element, cited, out))
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
        let text = std::fs::read_to_string(format!("contracts/{name}.yaml")).unwrap();
        let tree = to_json(&text).unwrap();
        let mut cited = Vec::new();
        sentences(&tree, false, &mut cited);
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
