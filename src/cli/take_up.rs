//! `--write-volatile`: the rules that were found become a file beside the contract, which the contract includes.

#![expect(
    clippy::disallowed_methods,
    reason = "a contract is written to only here, and only when asked for by name"
)]

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::waive::write;
use crate::load;
use crate::record::Rules;
use crate::text::tree::{self, Kind, Node};
use crate::text::{FileId, Severity};

/// What can be done where the contract can't have them.
const ELSEWHERE: &str =
    "keep the rules in a file of their own with --write-rules FILE, which --rules FILE reads";

/// The only contract file among these.
pub(super) fn single(contracts: &[PathBuf]) -> Result<&Path, String> {
    let [path] = contracts else {
        return Err("--write-volatile needs the contract file that is to have the rules: name one".into());
    };
    if !path.is_file() {
        return Err("--write-volatile needs the contract file that is to have the rules: name one".into());
    }
    // Where it can't be read, that is told with the other contracts.
    let tree = std::fs::read_to_string(path).ok().and_then(|text| tree::read(&text, FileId(0)).ok());
    match tree {
        Some(tree) if tree.get("countersign").is_none() => Err(format!(
            "{} can't include rules: it has no `countersign:`, so it is no contract of Countersign's own; {ELSEWHERE}",
            path.display()
        )),
        _ => Ok(path),
    }
}

/// Writes `rules` beside `contract`, under its name, and lets it include them. Gives the path of the rules. Where
/// that can't be done, both files are as before.
pub(super) fn take_up(contract: &Path, rules: &Rules) -> Result<PathBuf, String> {
    let told = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    let stem = contract.file_stem().unwrap_or_default().to_string_lossy();
    let name = format!("{stem}.volatile.yaml");
    let path = contract.with_file_name(&name);
    let known = match std::fs::read_to_string(&path) {
        Ok(known) => Some(known),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(told(&path, error)),
    };
    let before = std::fs::read_to_string(contract).map_err(|error| told(contract, error))?;
    let kept = match &known {
        Some(known) => with_rules(known, rules)
            .map_err(|why| format!("{} is kept as it is: {why}; {ELSEWHERE}", path.display()))?,
        None => Some(rules.to_yaml()),
    };
    let cannot = |why: &str| format!("{} can't include {name} ({why}): {ELSEWHERE}", contract.display());
    let text = including(&before, &name).map_err(cannot)?;
    let changes = [(path.as_path(), kept, known.as_deref()), (contract, text, Some(before.as_str()))];
    // A file may be replaced where it may not be written to.
    for (path, ..) in changes.iter().filter(|(_, text, _)| text.is_some()) {
        if std::fs::metadata(path).is_ok_and(|found| found.permissions().readonly()) {
            return Err(format!("{} is read-only: nothing was changed; {ELSEWHERE}", path.display()));
        }
    }
    let done = changes.iter().try_for_each(|(path, text, _)| match text {
        Some(text) => write(path, text).map_err(|error| told(path, error)),
        None => Ok(()),
    });
    let done = done.and_then(|()| {
        let loaded = load::load(&[contract.to_path_buf()]);
        let wrong = loaded.diagnostics.iter().find(|one| one.severity == Severity::Error);
        wrong.map_or(Ok(()), |wrong| Err(cannot(&wrong.message)))
    });
    let Err(mut says) = done else { return Ok(path) };
    for (path, _, before) in changes.iter().filter(|(_, text, _)| text.is_some()) {
        let back = match before {
            Some(before) => write(path, before),
            None => std::fs::remove_file(path).or_else(|error| match error.kind() {
                ErrorKind::NotFound => Ok(()),
                _ => Err(error),
            }),
        };
        if let Err(error) = back {
            says = format!("{says}; {} can't be put back: {error}", path.display());
        }
    }
    Err(says)
}

fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// `text` with `line` after the line on which `at` is.
fn after_line(text: &str, at: usize, line: &str) -> Option<String> {
    let end = line_end(text);
    let (head, rest) = text.split_at_checked(at)?;
    Some(match rest.split_once('\n') {
        Some((own, rest)) => format!("{head}{own}\n{line}{end}{rest}"),
        None => format!("{text}{end}{line}{end}"),
    })
}

/// What stands on the line of `at` before it, if that is nothing but an indentation and the signs of a list.
fn indent(text: &str, at: usize) -> Option<&str> {
    let head = text.get(..at)?;
    let line = head.rsplit('\n').next().unwrap_or(head).trim_start_matches('\u{feff}');
    line.chars().all(|c| matches!(c, ' ' | '-')).then_some(line)
}

/// The contract's text with `name` among what it includes; None where it is there already.
fn including(text: &str, name: &str) -> Result<Option<String>, &'static str> {
    let read = |text: &str| tree::read(text, FileId(0)).map_err(|_| "it can't be read as YAML");
    let tree = read(text)?;
    if includes(&tree, name) {
        return Ok(None);
    }
    let shape = "its `include` has a shape that can't be added to";
    let after = insert(text, &tree, &word(name)).ok_or(shape)?;
    let now = read(&after).map_err(|_| shape)?;
    if includes(&now, name) { Ok(Some(after)) } else { Err(shape) }
}

fn includes(tree: &Node, name: &str) -> bool {
    let same = |node: &Node| node.text().is_some_and(|text| text.strip_prefix("./").unwrap_or(text) == name);
    tree.get("include").is_some_and(|include| same(include) || include.elements().iter().any(same))
}

fn insert(text: &str, tree: &Node, name: &str) -> Option<String> {
    let Some(include) = tree.get("include") else {
        let (key, version) = tree.entry("countersign")?;
        indent(text, key.span.start)?;
        return after_line(text, version.span.end, &format!("include: {name}"));
    };
    let of = |node: &Node| node.span.start..node.span.end;
    match &include.kind {
        Kind::Text(_) => {
            let own = text.get(of(include))?;
            Some(format!("{}[{own}, {name}]{}", &text[..include.span.start], text.get(include.span.end..)?))
        }
        Kind::List(files) => {
            let last = files.last()?;
            if text.get(include.span.start..)?.starts_with('[') {
                let (head, rest) = text.split_at_checked(last.span.end)?;
                return Some(format!("{head}, {name}{rest}"));
            }
            after_line(text, last.span.end, &format!("{}{name}", indent(text, last.span.start)?))
        }
        _ => None,
    }
}

/// A text as YAML: as it is where that is plain enough.
fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/' | '.');
    let first = text.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    if first && text.chars().all(plain) { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

/// A file of rules with those of `more` for whose places it has none: what stands there was decided by somebody. None
/// where it has all of them.
fn with_rules(text: &str, more: &Rules) -> Result<Option<String>, String> {
    let known =
        Rules::from_yaml(text).map_err(|error| format!("it can't be read as a file of rules ({error})"))?;
    let mut all = more.clone();
    known.each().for_each(|rule| all.decide(rule));
    if all == known {
        return Ok(None);
    }
    // Nobody has changed it since it was written here.
    if text == known.to_yaml() {
        return Ok(Some(all.to_yaml()));
    }
    let by_hand = || "its layout can't be added to".to_owned();
    let mut after = text.to_owned();
    for rule in all.each().filter(|rule| !known.each().any(|known| known == *rule)) {
        let way = ["volatile", &rule.operation, &rule.status].map(str::to_owned);
        let mut one = Rules::default();
        one.decide(rule);
        after = tree::read(&after, FileId(0))
            .ok()
            .and_then(|tree| add(&after, &tree, &way, &one.to_yaml()))
            .ok_or_else(by_hand)?;
    }
    // Whatever the layout was, it must say exactly this now.
    if Rules::from_yaml(&after).is_ok_and(|now| now == all) { Ok(Some(after)) } else { Err(by_hand()) }
}

/// `text` with the one rule of `one`, at the end of the innermost map on the way to it that is there.
fn add(text: &str, tree: &Node, way: &[String], one: &str) -> Option<String> {
    let mut there = tree;
    let mut depth = 0;
    while let Some(inner) = way.get(depth).and_then(|step| there.get(step)) {
        if inner.members().is_empty() {
            break;
        }
        there = inner;
        depth += 1;
    }
    let lines: Vec<&str> = one.lines().filter(|line| !line.starts_with('#')).skip(depth).collect();
    let (key, _) = there.members().first()?;
    let indent = indent(text, key.span.start)?;
    let lines = lines.iter().map(|line| format!("{indent}{}", line.get(depth * 2..).unwrap_or(line)));
    after_line(text, end(there), &lines.collect::<Vec<_>>().join(line_end(text)))
}

/// Where the last value in it ends.
fn end(node: &Node) -> usize {
    node.members().iter().map(|(_, inner)| end(inner)).chain(node.elements().iter().map(end)).fold(
        if node.members().is_empty() && node.elements().is_empty() { node.span.end } else { node.span.start },
        usize::max,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contract_includes_the_rules_once() {
        let with = |include: &str| format!("# notes\ncountersign: 1\n{include}title: t # so\n");
        for (name, before, after) in [
            ("n.yaml", "", "include: n.yaml\n"),
            ("n.yaml", "include: a.yaml # why\n", "include: [a.yaml, n.yaml] # why\n"),
            ("n.yaml", "include: [a.yaml, 'b c.yaml']\n", "include: [a.yaml, 'b c.yaml', n.yaml]\n"),
            (
                "n.yaml",
                "include: # all\n  - a.yaml # one\n\n",
                "include: # all\n  - a.yaml # one\n  - n.yaml\n\n",
            ),
            ("n.yaml", "include:\n- a.yaml\n", "include:\n- a.yaml\n- n.yaml\n"),
            ("my n.yaml", "include: a.yaml\n", "include: [a.yaml, \"my n.yaml\"]\n"),
        ] {
            for end in ["\n", "\r\n"] {
                let [before, after] = [before, after].map(|include| with(include).replace('\n', end));
                let text = including(&before, name).unwrap().unwrap();
                assert_eq!(text, after);
                assert_eq!(including(&text, name), Ok(None));
            }
        }
        assert!(including("{\"countersign\": 1, \"title\": \"t\"}", "n.yaml").is_err());
    }

    fn rules(more: &str) -> Rules {
        Rules::from_yaml(&format!("volatile:\n  get-a:\n    200:\n{more}")).unwrap()
    }

    #[test]
    fn what_people_wrote_into_the_rules_is_kept() {
        let found = rules(
            "      /id: uuid\n      /made: any\n    404:\n      /id: uuid\n  get-b:\n    200:\n      /n: any\n",
        );
        let own = "# ours\nvolatile:\n    get-a:\n        200:\n            /id: token # decided\n            /x: { date-time: 5m }\n\n# the end\n";
        for end in ["\n", "\r\n"] {
            let own = own.replace('\n', end);
            let text = with_rules(&own, &found).unwrap().unwrap();
            for line in own.lines() {
                assert!(text.lines().any(|now| now == line), "{line} is gone: {text}");
            }
            assert_eq!(text.matches('\r').count(), if end == "\n" { 0 } else { text.lines().count() });
            let all = Rules::from_yaml(&text).unwrap();
            assert_eq!(all.each().count(), 5, "{text}");
            assert!(all.to_yaml().contains("/id: token"), "{text}");
            assert_eq!(with_rules(&text, &found), Ok(None));
        }
        let empty = with_rules(&Rules::default().to_yaml(), &found).unwrap().unwrap();
        assert_eq!(Rules::from_yaml(&empty), Ok(found.clone()));
        for foreign in
            ["- a list\n", "volatile: { get-a: { 200: { /id: uuid } } } # one line\n", "schemas: {}\n"]
        {
            assert!(with_rules(foreign, &found).is_err(), "{foreign}");
        }
    }

    #[test]
    fn where_it_can_t_be_done_both_files_are_as_before() {
        let folder = tempfile::tempdir().unwrap();
        let (contract, own) = (folder.path().join("my x.yaml"), folder.path().join("my x.volatile.yaml"));
        let text =
            "countersign: 1\ntitle: t\noperations:\n  get-a: { request: GET /a, responses: { 200: {} } }\n";
        let by_hand = "# by hand\nvolatile:\n  get-a:\n    200:\n      /id: uuid\n";
        let read = |path: &Path| std::fs::read_to_string(path).unwrap();
        std::fs::write(&contract, text).unwrap();
        std::fs::write(&own, by_hand).unwrap();
        // An operation that the contract doesn't have.
        let unknown = Rules::from_yaml("volatile:\n  get-z:\n    200:\n      /id: uuid\n").unwrap();
        assert!(take_up(&contract, &unknown).is_err());
        assert_eq!((read(&contract).as_str(), read(&own).as_str()), (text, by_hand));
        let mut locked = std::fs::metadata(&contract).unwrap().permissions();
        let open = locked.clone();
        locked.set_readonly(true);
        std::fs::set_permissions(&contract, locked).unwrap();
        let found = rules("      /made: any\n");
        let says = take_up(&contract, &found).unwrap_err();
        assert!(says.contains("read-only") && says.contains("--write-rules"), "{says}");
        assert_eq!((read(&contract).as_str(), read(&own).as_str()), (text, by_hand));
        std::fs::set_permissions(&contract, open).unwrap();
        // Twice is once.
        for _ in 0..2 {
            assert_eq!(take_up(&contract, &found), Ok(own.clone()));
            assert_eq!(read(&contract), text.replace("title", "include: \"my x.volatile.yaml\"\ntitle"));
            assert_eq!(read(&own), format!("{by_hand}      /made: any\n"));
        }
        let openapi = folder.path().join("api.yaml");
        std::fs::write(&openapi, "openapi: 3.0.0\ninfo: { title: t, version: '1' }\npaths: {}\n").unwrap();
        let says = single(std::slice::from_ref(&openapi)).unwrap_err();
        assert!(says.contains("no `countersign:`") && says.contains("--write-rules"), "{says}");
    }
}
