//! `--write-volatile`: the rules that were found become a file beside the contract, which the contract includes.

#![expect(
    clippy::disallowed_methods,
    reason = "a contract is written to only here, and only when asked for by name"
)]

use std::path::{Path, PathBuf};

use crate::load;
use crate::record::Rules;
use crate::text::Severity;

/// The only contract file among these.
pub(super) fn single(contracts: &[PathBuf]) -> Result<&Path, String> {
    match contracts {
        [path] if path.is_file() => Ok(path),
        _ => Err("--write-volatile needs the contract file that is to have the rules: name one".into()),
    }
}

/// Writes `rules` beside `contract`, under its name, and lets it include them. Gives the path of the rules. Where
/// that can't be done, both files are as before.
pub(super) fn take_up(contract: &Path, rules: &Rules) -> Result<PathBuf, String> {
    let told = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    let stem = contract.file_stem().unwrap_or_default().to_string_lossy();
    let name = format!("{stem}.volatile.yaml");
    let path = contract.with_file_name(&name);
    let known = std::fs::read_to_string(&path).ok();
    std::fs::write(&path, rules.to_yaml()).map_err(|error| told(&path, error))?;
    let before = std::fs::read_to_string(contract).map_err(|error| told(contract, error))?;
    if let Some(text) = including(&before, &name) {
        std::fs::write(contract, &text).map_err(|error| told(contract, error))?;
    }
    let loaded = load::load(&[contract.to_path_buf()]);
    let wrong = loaded.diagnostics.iter().find(|one| one.severity == Severity::Error);
    if let Some(wrong) = wrong {
        std::fs::write(contract, before).map_err(|error| told(contract, error))?;
        match known {
            Some(known) => std::fs::write(&path, known),
            None => std::fs::remove_file(&path),
        }
        .map_err(|error| told(&path, error))?;
        return Err(format!(
            "{} can't include {name} ({}): write the rules elsewhere with --write-rules",
            contract.display(),
            wrong.message
        ));
    }
    Ok(path)
}

/// The contract's text with `name` among what it includes; None where it is there already.
fn including(text: &str, name: &str) -> Option<String> {
    let after = |key: &str| text.lines().position(|line| line.starts_with(key));
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let Some(at) = after("include:") else {
        let version = after("countersign:").map_or(0, |at| at + 1);
        lines.insert(version, format!("include: {name}"));
        return Some(lines.join("\n") + "\n");
    };
    let list = lines[at + 1..].iter().take_while(|line| line.trim_start().starts_with("- "));
    let said = lines[at]["include:".len()..].trim().to_owned();
    let words = said.split(['[', ']', ',', ' ']).map(|word| word.trim_matches(['"', '\'']));
    if list
        .clone()
        .map(|line| line.trim_start_matches([' ', '-']))
        .chain(words)
        .any(|word| word.trim() == name)
    {
        return None;
    }
    if let Some(line) = list.last() {
        let indent = line.len() - line.trim_start().len();
        let count = lines[at + 1..].iter().take_while(|line| line.trim_start().starts_with("- ")).count();
        lines.insert(at + 1 + count, format!("{}- {name}", " ".repeat(indent)));
    } else {
        lines[at] = match said.strip_suffix(']') {
            Some(rest) => format!("include: {}, {name}]", rest.trim_end()),
            None => format!("include: [{said}, {name}]"),
        };
    }
    Some(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contract_includes_the_rules_once() {
        let with = |include: &str| format!("# notes\ncountersign: 1\n{include}title: t # so\n");
        for (before, after) in [
            ("", "include: n.yaml\n"),
            ("include: a.yaml\n", "include: [a.yaml, n.yaml]\n"),
            ("include: [a.yaml, b.yaml]\n", "include: [a.yaml, b.yaml, n.yaml]\n"),
            ("include:\n  - a.yaml\n", "include:\n  - a.yaml\n  - n.yaml\n"),
        ] {
            let text = including(&with(before), "n.yaml").unwrap();
            assert_eq!(text, with(after));
            assert_eq!(including(&text, "n.yaml"), None);
        }
    }
}
