//! Environment files: the values of one deployment.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::shape::{self, Known, Shape};
use super::{decode, tables};
use crate::text::library::{Disk, Shelf};
use crate::text::tree::{self, Node};
use crate::text::{Diagnostic, FileId, Severity, SourceFile, Span, did_you_mean};

/// What an environment file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Environment {
    /// The file's path.
    pub path: String,
    /// The address of the deployment, or `mock`.
    pub target: Option<String>,
    /// Values of the contract's variables.
    pub variables: BTreeMap<String, String>,
    /// The variables whose value is secret, whatever the contract says of them.
    pub secret: BTreeSet<String>,
    /// Whether the deployment may be changed; None: not said.
    pub writes: Option<bool>,
}

/// An environment file that can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadEnvironment {
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// What the diagnostics point into.
    pub files: Vec<SourceFile>,
}

/// What gives values to `${NAME}`.
pub type Lookup<'l> = &'l dyn Fn(&str) -> Option<String>;

/// Reads an environment file. `${NAME}` in a value is replaced by what `lookup` gives for it; `$${` stands for `${`.
///
/// # Errors
/// With everything that is wrong with the file, a `${NAME}` without value included.
pub fn environment(path: &Path, lookup: Lookup<'_>) -> Result<Environment, BadEnvironment> {
    let shown = path.to_string_lossy().replace('\\', "/");
    match Disk.text(&shown) {
        Ok(text) => environment_text(&shown, text, lookup),
        Err(why) => {
            let message = format!("the environment `{shown}` can't be read: {why}");
            let diagnostics = vec![Diagnostic::error("unreadable-file", message)];
            Err(BadEnvironment { diagnostics, files: Vec::new() })
        }
    }
}

/// The same for a text that is in memory.
///
/// # Errors
/// With everything that is wrong with it.
pub fn environment_text(path: &str, text: String, lookup: Lookup<'_>) -> Result<Environment, BadEnvironment> {
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    let mut out = Vec::new();
    let node = tree::read(&text, FileId(0)).map_err(|diagnostic| out.push(*diagnostic)).ok();
    let mut environment = Environment { path: path.to_owned(), ..Environment::default() };
    if let Some(node) = &node {
        shape::check(
            node,
            &Shape::Object(&tables::ENVIRONMENT),
            "an environment",
            &Known::default(),
            &mut out,
        );
        let mut reader = Reader { text: &text, lookup, out: &mut out };
        reader.read(node, &mut environment);
    }
    if out.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        let files = vec![SourceFile { path: path.to_owned(), text }];
        return Err(BadEnvironment { diagnostics: out, files });
    }
    Ok(environment)
}

struct Reader<'r> {
    text: &'r str,
    lookup: Lookup<'r>,
    out: &'r mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn read(&mut self, node: &Node, environment: &mut Environment) {
        environment.target = node.get("target").and_then(|target| self.value(target));
        environment.writes = node.get("writes").and_then(Node::text).map(|word| word == "allowed");
        for (key, value) in node.get("variables").map(Node::members).unwrap_or_default() {
            if decode::truth(value, "secret") {
                environment.secret.insert(key.text.clone());
            }
            if let Some(text) = self.value(value.get("value").unwrap_or(value)) {
                environment.variables.insert(key.text.clone(), text);
            }
        }
    }

    /// The value with every `${NAME}` replaced. A number is taken as it is written.
    fn value(&mut self, node: &Node) -> Option<String> {
        let said = if let Some(text) = node.text() {
            text.to_owned()
        } else {
            node.scalar()?;
            self.text.get(node.span.start..node.span.end)?.to_owned()
        };
        let mut value = String::new();
        let mut rest = said.as_str();
        while let Some(at) = rest.find("${") {
            let (before, after) = (&rest[..at], &rest[at + 2..]);
            if let Some(escaped) = before.strip_suffix('$') {
                value.push_str(escaped);
                value.push_str("${");
                rest = after;
                continue;
            }
            value.push_str(before);
            let Some((name, more)) = after.split_once('}') else {
                let open = Diagnostic::error("bad-template", "`${` is never closed");
                self.out.push(
                    open.at(node.span, "in this value").help("write `${NAME}`, or `$${` for `${` itself"),
                );
                return None;
            };
            match (self.lookup)(name) {
                Some(found) => value.push_str(&found),
                None => self.missing(name, node),
            }
            rest = more;
        }
        value.push_str(rest);
        Some(value)
    }

    fn missing(&mut self, name: &str, node: &Node) {
        let raw = self.text.get(node.span.start..node.span.end).unwrap_or_default();
        let needle = format!("${{{name}}}");
        let start = node.span.start + raw.find(&needle).unwrap_or(0);
        let span = Span { start, end: start + needle.len(), ..node.span };
        self.out.push(
            Diagnostic::error(
                "missing-environment-variable",
                format!("the environment variable `{name}` is not set"),
            )
            .at(span, "needed here")
            .help(format!("set it: `export {name}=…`")),
        );
    }
}

/// The file that `--env NAME` means: a path, or `NAME.yaml`, `NAME.yml` or `NAME.json` in one of `folders`.
///
/// # Errors
/// When there is no such file; the diagnostic lists the names that there are.
pub fn find_environment(name: &str, folders: &[PathBuf]) -> Result<PathBuf, Box<Diagnostic>> {
    let named = Path::new(name);
    if named.is_file() {
        return Ok(named.to_owned());
    }
    let endings = ["yaml", "yml", "json"];
    for folder in folders {
        for ending in endings {
            let path = folder.join(format!("{name}.{ending}"));
            if path.is_file() {
                return Ok(path);
            }
        }
    }
    let mut known = BTreeSet::new();
    for entry in folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten() {
        let path = entry.path();
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if let (true, Some(stem)) =
            (endings.contains(&ending), path.file_stem().and_then(|stem| stem.to_str()))
        {
            known.insert(stem.to_owned());
        }
    }
    let shown: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
    let mut diagnostic =
        Diagnostic::error("unknown-environment", format!("there is no environment `{name}`"));
    if let Some(near) = did_you_mean(name, known.iter().map(String::as_str)) {
        diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
    } else if !known.is_empty() {
        diagnostic =
            diagnostic.help(format!("environments: {}", known.into_iter().collect::<Vec<_>>().join(", ")));
    }
    Err(Box::new(
        diagnostic
            .help(format!("looked for a file of this name, and for {name}.yaml in {}", shown.join(", "))),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Environment, BadEnvironment> {
        environment_text("e.yaml", text.to_owned(), &|name| (name == "TOKEN").then(|| "t0".to_owned()))
    }

    #[test]
    fn values_are_text_and_names_are_replaced() {
        let text = "target: https://h/${TOKEN}\nwrites: allowed\nvariables:\n  a: 1.10\n  b: { value: \"x-${TOKEN}\", secret: true }\n  c: $${TOKEN}\n";
        let environment = read(text).unwrap();
        assert_eq!(environment.target.as_deref(), Some("https://h/t0"));
        assert_eq!(environment.writes, Some(true));
        let values: Vec<(&str, &str)> = environment.variables.iter().map(|(k, v)| (&**k, &**v)).collect();
        assert_eq!(values, [("a", "1.10"), ("b", "x-t0"), ("c", "${TOKEN}")]);
        assert!(environment.secret.contains("b"));
    }

    #[test]
    fn a_name_without_value_is_an_error_with_its_place() {
        let bad = read("variables:\n  a: \"é ${MISSING}\"\n").unwrap_err();
        assert_eq!(bad.diagnostics[0].code, "missing-environment-variable");
        assert_eq!(bad.diagnostics[0].labels[0].span.place(&bad.files).to_string(), "e.yaml:2:9");
        for text in ["variables: 1", "nope: 1", "target: ${X", "a: [", ""] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
