//! Who may import whom, held by reading the sources: the table of ARCHITECTURE.md.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files, and may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each module of the crate, with the modules that it may import.
const IMPORTS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("model", &["text"]),
    ("conform", &["text", "model"]),
    ("synth", &["text", "model", "conform"]),
    ("import", &["text", "model", "conform"]),
    ("load", &["text", "model", "conform", "import"]),
    ("export", &["text", "model", "conform", "import"]),
    ("diff", &["text", "model", "conform"]),
    ("lint", &["text", "model", "conform"]),
    ("plan", &["text", "model", "conform", "synth"]),
    ("send", &["text", "model"]),
    ("delta", &["text", "model", "conform"]),
    ("check", &["text", "model", "conform", "delta"]),
    ("record", &["text", "model", "conform", "delta"]),
    ("report", &["text", "model"]),
    ("mock", &["text", "model", "conform", "synth"]),
    ("run", &["text", "model", "conform", "plan", "send", "check"]),
    ("assemble", &["text", "model", "conform", "load", "diff", "plan", "send", "check", "mock", "run"]),
    ("traffic", &["text", "model", "conform", "import", "send", "check", "mock"]),
    ("compare", &["text", "model", "send", "assemble", "run", "record"]),
    ("trials", &["text", "model", "send", "assemble", "run"]),
    (
        "cli",
        &[
            "text", "model", "conform", "delta", "import", "export", "load", "diff", "lint", "plan", "send",
            "check", "record", "report", "mock", "run", "assemble", "compare", "traffic", "trials",
        ],
    ),
];

/// Each big third-party crate, with the modules that may name it.
const OWNERS: &[(&str, &[&str])] = &[
    ("annotate_snippets", &["text"]),
    ("jsonschema", &["conform"]),
    ("minijinja", &["conform"]),
    ("regex_syntax", &["synth"]),
    ("jsonschema_regex", &["synth"]),
    ("serde_saphyr", &["text"]),
    ("reqwest", &["send"]),
    ("governor", &["send"]),
    ("similar", &["delta"]),
    ("serde_json_path", &["check"]),
    ("hyper", &["mock"]),
    ("hyper_util", &["mock"]),
    ("http_body_util", &["mock"]),
    ("rcgen", &["mock"]),
    ("tokio_rustls", &["mock"]),
    ("quick_junit", &["report"]),
    ("quick_xml", &["mock"]),
    ("indicatif", &["report"]),
    ("libtest_mimic", &["trials", "cli"]),
    ("html5ever", &["import"]),
    ("flate2", &["send"]),
    ("brotli_decompressor", &["send"]),
    ("pulldown_cmark", &["import"]),
    ("regex", &["import", "mock"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("jiff", &["run", "record", "cli", "report"]),
];

#[test]
fn modules_import_only_what_the_table_allows() {
    let mut wrong = Vec::new();
    for (module, allowed) in IMPORTS {
        for (path, text) in sources(module) {
            for name in crate_paths(&text) {
                if name != *module && !allowed.contains(&name.as_str()) {
                    wrong.push(format!("{}: {module} may not import {name}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_is_in_the_table() {
    let known: BTreeSet<&str> = IMPORTS.iter().map(|(module, _)| *module).collect();
    let there: BTreeSet<String> = fs::read_dir(root().join("src"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(there.iter().map(String::as_str).collect::<BTreeSet<_>>(), known);
}

#[test]
fn big_crates_have_one_owner() {
    let mut wrong = Vec::new();
    for (module, _) in IMPORTS {
        for (path, text) in sources(module) {
            let code = without_comments(&text);
            for (name, owners) in OWNERS {
                let named = code.match_indices(&format!("{name}::")).any(|(at, _)| {
                    !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
                });
                if named && !owners.contains(module) {
                    wrong.push(format!("{}: {name} belongs to {owners:?}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_model_has_no_clock_no_files_and_no_async() {
    for (path, text) in sources("model") {
        let code = without_comments(&text);
        for word in ["std::fs", "std::net", "std::time::Instant", "SystemTime", "async fn", "tokio"] {
            assert!(!code.contains(word), "{}: {word}", path.display());
        }
    }
}

#[test]
fn every_plug_in_file_is_in_its_table() {
    for (folder, table) in [
        ("src/check", "src/check/mod.rs"),
        ("src/plan/generators", "src/plan/generators/mod.rs"),
        ("src/import", "src/import/mod.rs"),
        ("src/lint", "src/lint/mod.rs"),
        ("src/report", "src/report/mod.rs"),
    ] {
        let door = fs::read_to_string(root().join(table)).unwrap_or_default();
        let Ok(entries) = fs::read_dir(root().join(folder)) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let text =
                fs::read_to_string(if path.is_dir() { path.join("mod.rs") } else { path.clone() }).unwrap();
            if text.contains("static THIS:") {
                assert!(door.contains(&name), "{} is not in the table of {table}", path.display());
            }
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(module: &str) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    walk(&root().join("src").join(module), &mut found);
    found
}

fn walk(folder: &Path, found: &mut BTreeMap<PathBuf, String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.insert(path.clone(), fs::read_to_string(&path).unwrap());
        }
    }
}

/// The modules named as `crate::NAME`, outside comments and tests.
fn crate_paths(text: &str) -> BTreeSet<String> {
    let code = without_comments(text);
    let code = code.split("#[cfg(test)]").next().unwrap_or_default();
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let list = match rest.strip_prefix('{') {
            Some(group) => group.split('}').next().unwrap_or_default().to_owned(),
            None => rest.to_owned(),
        };
        let heads =
            if rest.starts_with('{') { list.split(',').collect::<Vec<_>>() } else { vec![list.as_str()] };
        for head in heads {
            let name: String = head.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if !name.is_empty() {
                names.insert(name);
            }
        }
    }
    names
}

fn without_comments(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}
