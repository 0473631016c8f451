//! `countersign.yaml`: the settings of a project, each with the place where it stands.

use std::path::Path;

use super::shape::{self, Field, Known, Shape, Table, may};
use crate::text::library::{Disk, Shelf};
use crate::text::tree::{self, Kind, Node};
use crate::text::{Diagnostic, FileId, SourceFile, Span};

const SOME: Shape = Shape::Either(&[Shape::Text, Shape::List(&Shape::Text)]);
const POLICY: Shape = Shape::Words(&["fail", "inconclusive", "warn"]);

pub(super) static PROJECT: Table = Table {
    what: "a project's configuration",
    name: "project",
    fields: &[
        may("contracts", SOME, "contract files, or folders of them"),
        may("environment", Shape::Text, "a name in environments/, or a file"),
        may(
            "target",
            Shape::Text,
            "base URL of the deployment, or `mock`; the environment's, where there is none",
        ),
        may("reports", Shape::Object(&REPORTS), "where reports go, and which are written"),
        may("policy", Shape::Object(&GATE), "what breaks a run"),
        may("sending", Shape::Object(&SENDING), "how requests are sent"),
        may("cases", Shape::Object(&CASES), "which cases are played, and how often"),
    ],
};

static REPORTS: Table = Table {
    what: "the settings of reports",
    name: "reports",
    fields: &[
        may("folder", Shape::Text, "each run gets a folder in it"),
        may("history", Shape::Text, "a folder of earlier runs that runs are held against"),
        may("formats", SOME, "names of formats; `default` and `all` stand for several"),
    ],
};

static GATE: Table = Table {
    what: "the policy",
    name: "policy",
    fields: &[
        may("fail-on", Shape::Words(&["error", "warning", "note"]), "the least severity that breaks a run"),
        may(
            "on-deterministic",
            POLICY,
            "what a finding does that is there every time, or that was not repeated",
        ),
        may("on-flaky", POLICY, "what a finding does that is there now and then"),
        may(
            "on-environment",
            POLICY,
            "what a finding does that comes from a transport that failed for the moment",
        ),
        may("repeat-findings", Shape::Count(0), "how often the request of a finding is repeated"),
        may(
            "waivers",
            Shape::Text,
            "the waivers; without it, waivers.yaml beside the contracts or this file",
        ),
    ],
};

static SENDING: Table = Table {
    what: "the settings of sending",
    name: "sending",
    fields: &[
        may("jobs", Shape::Count(1), "how many cases at once"),
        may("rate", Shape::Scalar, "at most so many requests per second"),
        may(
            "timeout",
            Shape::Duration,
            "the longest wait for an answer, unless the contract's budget is longer",
        ),
        may(
            "retries",
            Shape::Count(0),
            "how often a transport error is retried, where a request may be repeated",
        ),
        may("cacert", SOME, "PEM files with certificates to trust"),
    ],
};

static CASES: Table = Table {
    what: "the settings of cases",
    name: "cases",
    fields: &[
        may("seed", Shape::Count(0), "shuffles what may be shuffled; 0 is the contract's order"),
        may("repeat", Shape::Count(1), "how often the plan is repeated"),
        may("time", Shape::Duration, "the run ends after so long, and is then inconclusive"),
    ],
};

/// What a project's file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Project {
    /// The settings, in the order of the file.
    pub settings: Vec<ProjectSetting>,
    /// The file, for diagnostics.
    pub file: SourceFile,
}

/// A setting, such as `policy.on-flaky`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectSetting {
    /// The keys that lead to it, with dots between.
    pub key: String,
    /// Where its key stands.
    pub span: Span,
    /// Its value as text, or its values, and where each stands. At least one.
    pub values: Vec<(String, Span)>,
}

/// A configuration that can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadProject {
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// What the diagnostics point into.
    pub files: Vec<SourceFile>,
}

/// Every setting that a project's file may have, with what it is for, in the order of the documentation.
#[must_use]
pub fn project_settings() -> Vec<(String, &'static str)> {
    let mut all = Vec::new();
    for field in PROJECT.fields {
        match &field.shape {
            Shape::Object(section) => {
                let within = |inner: &Field| (format!("{}.{}", field.name, inner.name), inner.says);
                all.extend(section.fields.iter().map(within));
            }
            _ => all.push((field.name.to_owned(), field.says)),
        }
    }
    all
}

/// Reads a project's file.
///
/// # Errors
/// With everything that is wrong with its shape.
pub fn project(path: &Path) -> Result<Project, BadProject> {
    let shown = path.to_string_lossy().replace('\\', "/");
    match Disk.text(&shown) {
        Ok(text) => project_text(&shown, &text),
        Err(why) => {
            let message = format!("the configuration `{shown}` can't be read: {why}");
            let diagnostics = vec![Diagnostic::error("unreadable-file", message)];
            Err(BadProject { diagnostics, files: Vec::new() })
        }
    }
}

/// The same for a text that is in memory. A text without anything but comments has no settings.
///
/// # Errors
/// With everything that is wrong with its shape.
pub fn project_text(path: &str, text: &str) -> Result<Project, BadProject> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let file = SourceFile { path: path.to_owned(), text: text.to_owned() };
    if tree::is_bare(text) {
        return Ok(Project { settings: Vec::new(), file });
    }
    let mut out = Vec::new();
    let mut settings = Vec::new();
    match tree::read(text, FileId(0)) {
        Ok(root) => {
            shape::check(&root, &Shape::Object(&PROJECT), "a configuration", &Known::default(), &mut out);
            gather(&root, "", text, &mut settings, &mut out);
        }
        Err(diagnostic) => out.push(*diagnostic),
    }
    if out.is_empty() {
        return Ok(Project { settings, file });
    }
    Err(BadProject { diagnostics: out, files: vec![file] })
}

fn gather(
    node: &Node,
    before: &str,
    text: &str,
    settings: &mut Vec<ProjectSetting>,
    out: &mut Vec<Diagnostic>,
) {
    for (key, value) in node.members().iter().filter(|(key, _)| !key.text.starts_with("x-")) {
        let name = format!("{before}{}", key.text);
        // As it is written, so that 1.10 does not become 1.1.
        let said = |node: &Node| {
            let written = text.get(node.span.start..node.span.end).map(str::to_owned);
            let value = if matches!(node.kind, Kind::Number(_)) { written } else { node.scalar() };
            value.map(|value| (value, node.span))
        };
        let values: Vec<(String, Span)> = match &value.kind {
            Kind::Map(_) => {
                gather(value, &format!("{name}."), text, settings, out);
                continue;
            }
            // A section whose settings are all comments.
            Kind::Null if before.is_empty() => continue,
            Kind::List(elements) => elements.iter().filter_map(said).collect(),
            _ => said(value).into_iter().collect(),
        };
        if values.iter().any(|(value, _)| value.trim().is_empty()) || values.is_empty() {
            out.push(
                Diagnostic::error("empty-setting", format!("`{name}` says nothing"))
                    .at(key.span, "empty here")
                    .help("leave the key out for what is built in"),
            );
            continue;
        }
        settings.push(ProjectSetting { key: name, span: key.span, values });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::draw_plain;

    #[test]
    fn settings_know_their_place() {
        let text = "# ours\ncontracts: [a, b]\npolicy:\n  on-flaky: warn\nsending: { rate: 1.50 }\nreports:\nx-more: 1\n";
        let project = project_text("countersign.yaml", text).unwrap();
        let files = [project.file.clone()];
        let said: Vec<(&str, String, String)> = project
            .settings
            .iter()
            .map(|setting| {
                let values: Vec<&str> = setting.values.iter().map(|(value, _)| value.as_str()).collect();
                (setting.key.as_str(), values.join("|"), setting.span.place(&files).to_string())
            })
            .collect();
        assert_eq!(
            said,
            [
                ("contracts", "a|b".into(), "countersign.yaml:2:1".into()),
                ("policy.on-flaky", "warn".into(), "countersign.yaml:4:3".into()),
                ("sending.rate", "1.50".into(), "countersign.yaml:5:12".into()),
            ]
        );
        assert_eq!(project_text("c.yaml", "# nothing\n").unwrap().settings, []);
    }

    #[test]
    fn what_is_wrong_is_shown_with_its_place_and_what_to_do() {
        for (text, code, says) in [
            ("contract: x\n", "unknown-key", "did you mean `contracts`?"),
            ("policy: { onflaky: warn }\n", "unknown-key", "did you mean `on-flaky`?"),
            ("policy:\n  on-flaky: wrn\n", "unknown-word", "did you mean `warn`?"),
            ("policy: [a]\n", "wrong-type", "the policy has to be a map"),
            ("sending: { jobs: 0 }\n", "wrong-type", "a whole number of at least 1"),
            ("sending: { jobs: \"8\" }\n", "wrong-type", "a whole number"),
            ("sending: { timeout: 10 }\n", "bad-duration", "write `500ms`"),
            ("contracts: []\n", "empty-setting", "leave the key out"),
            ("environment:\n", "wrong-type", "has to be text"),
            ("target: \"\"\n", "empty-setting", "`target` says nothing"),
            ("target: a\ntarget: b\n", "repeated-key", "first here"),
            ("contracts: [\n", "yaml-syntax", "countersign.yaml"),
            ("[]\n", "wrong-type", "has to be a map"),
        ] {
            let bad = project_text("countersign.yaml", text).unwrap_err();
            let pictures: String = bad.diagnostics.iter().map(|one| draw_plain(one, &bad.files)).collect();
            assert!(pictures.contains(code) && pictures.contains(says), "{text}\n{pictures}");
            assert!(pictures.contains("countersign.yaml:"), "{pictures}");
        }
    }
}
