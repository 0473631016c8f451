//! Expressions and templates are compiled, and their names looked up, when the contract is read.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::conform::{BadExpression, Expression, check_template, needs};
use crate::model::Variable;
use crate::text::tree::{Kind, Node};
use crate::text::{Diagnostic, SourceFile, Span, did_you_mean};

/// What rules and templates can name besides variables; no variable can have one of these names.
pub(super) const RESERVED: &[&str] = &["request", "status", "header", "body", "steps", "captured"];

/// What the template language itself brings.
const BUILT_IN: &[&str] = &["range", "dict", "namespace", "debug", "loop", "true", "false", "none"];

/// The names that can be used at one place.
#[derive(Debug, Clone)]
pub(super) struct Names<'a> {
    pub(super) files: &'a [SourceFile],
    pub(super) variables: &'a BTreeMap<String, Variable>,
    /// Steps that came before, by name.
    pub(super) steps: Vec<String>,
    /// What they captured.
    pub(super) captured: Vec<String>,
    /// Whether an answer is there already.
    pub(super) answered: bool,
    /// Whether a request is there, and no answer yet.
    pub(super) requested: bool,
}

impl Names<'_> {
    /// Checks every template in `node`.
    pub(super) fn check_value(&self, node: &Node, out: &mut Vec<Diagnostic>) {
        match &node.kind {
            Kind::Text(text) if text.contains("{{") => match check_template(text) {
                Ok(()) => self.check_names(node, text, needs(&Value::String(text.clone())), out),
                Err(bad) => out.push(self.bad("bad-template", "this is not a template", node, &bad)),
            },
            Kind::List(elements) => elements.iter().for_each(|element| self.check_value(element, out)),
            Kind::Map(members) => members.iter().for_each(|(_, member)| self.check_value(member, out)),
            _ => {}
        }
    }

    /// Checks an expression.
    pub(super) fn check_expression(&self, node: &Node, out: &mut Vec<Diagnostic>) {
        let Some(text) = node.text() else { return };
        match Expression::new(text) {
            Ok(_) => {
                let names = needs(&Value::String(format!("{{{{ {text} }}}}")));
                self.check_names(node, text, names, out);
            }
            Err(bad) => {
                let mut diagnostic = self.bad("bad-expression", "this is not an expression", node, &bad);
                if text.contains("&&") || text.contains("||") {
                    diagnostic = diagnostic.help("write `and`, `or`, `not`");
                } else if text.contains("===") {
                    diagnostic = diagnostic.help("write `==`");
                }
                out.push(diagnostic);
            }
        }
    }

    fn bad(&self, code: &'static str, what: &str, node: &Node, bad: &BadExpression) -> Diagnostic {
        let said = bad.message.split(" (in ").next().unwrap_or(&bad.message);
        let said = said.strip_prefix("syntax error: ").unwrap_or(said).to_owned();
        Diagnostic::error(code, what).at(self.part(node, bad.range.clone()), said)
    }

    fn check_names(
        &self,
        node: &Node,
        text: &str,
        names: impl IntoIterator<Item = String>,
        out: &mut Vec<Diagnostic>,
    ) {
        for name in names {
            let mut parts = name.split('.');
            let first = parts.next().unwrap_or_default();
            let second = parts.next();
            match (first, second) {
                ("steps", Some(step)) if self.steps.iter().any(|known| known == step) => {}
                ("captured", Some(capture)) if self.captured.iter().any(|known| known == capture) => {}
                ("steps" | "captured", None) if !self.steps.is_empty() || !self.captured.is_empty() => {}
                ("steps", Some(step)) => {
                    out.push(self.unknown(node, text, step, "no earlier step is called", &self.steps));
                }
                ("captured", Some(capture)) => {
                    out.push(self.unknown(node, text, capture, "no earlier step captures", &self.captured));
                }
                ("request" | "status" | "header" | "body", _) if self.answered => {}
                ("request", _) if self.requested => {}
                (first, _) if BUILT_IN.contains(&first) || self.variables.contains_key(first) => {}
                (first, _) => out.push(self.undeclared(node, text, first)),
            }
        }
    }

    fn undeclared(&self, node: &Node, text: &str, name: &str) -> Diagnostic {
        let mut known: Vec<String> = self.variables.keys().cloned().collect();
        if self.answered {
            known.extend(["request", "status", "header", "body"].map(str::to_owned));
        }
        let mut diagnostic = self.unknown(node, text, name, "nothing is called", &known);
        if RESERVED.contains(&name) {
            diagnostic.help =
                vec![format!("`{name}` is only known in rules, where an answer is there already")];
        } else if diagnostic.help.is_empty() {
            diagnostic = diagnostic.help("declare it under `variables:`");
        }
        diagnostic
    }

    fn unknown(&self, node: &Node, text: &str, name: &str, what: &str, known: &[String]) -> Diagnostic {
        let range = text.find(name).map(|start| start..start + name.len());
        let mut diagnostic = Diagnostic::error("unknown-name", format!("{what} `{name}`"))
            .at(self.part(node, range), "not known here");
        if let Some(near) = did_you_mean(name, known.iter().map(String::as_str)) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        } else if !known.is_empty() {
            diagnostic = diagnostic.help(format!("known here: {}", known.join(", ")));
        }
        diagnostic
    }

    /// The bytes of a part of a string. Quotes, escapes and folding may have moved them: where the part can't be
    /// found in the file, the whole string.
    fn part(&self, node: &Node, range: Option<std::ops::Range<usize>>) -> Span {
        let whole = node.span;
        let found = range.and_then(|range| {
            let text = node.text()?;
            let raw = self.files.get(whole.file.0 as usize)?.text.get(whole.start..whole.end)?;
            let shift = if raw == text {
                Some(0)
            } else {
                raw.get(1..raw.len().checked_sub(1)?).filter(|inner| *inner == text).map(|_| 1)
            };
            let start = match shift {
                Some(shift) => range.start + shift,
                None => raw.find(text.get(range.clone()).filter(|part| part.len() > 1)?)?,
            };
            let start = whole.start + start;
            Some(Span { file: whole.file, start, end: (start + range.len()).max(start + 1) })
        });
        found.unwrap_or(whole)
    }
}
