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
