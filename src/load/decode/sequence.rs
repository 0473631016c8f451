//! Sequences and restores: steps, one after another.

use super::super::template::Names;
use super::operation::success;
use super::{Decoder, LATER, OperationTable, SequenceDraft, text, truth};
use crate::model::{OpId, Restore, Rule, Sequence, SequenceStep, StatusSet};
use crate::text::Diagnostic;
use crate::text::tree::{Key, Node};

impl<'n> Decoder<'_, 'n> {
    /// One sequence.
    pub(super) fn sequence(
        &mut self,
        key: &Key,
        node: &'n Node,
        table: &OperationTable<'_>,
    ) -> SequenceDraft<'n> {
        let mut names = self.names();
        let steps = self.steps(node, "steps", &mut names, table);
        let finally = self.steps(node, "finally", &mut names, table);
        if node.get("steps").is_some_and(|steps| steps.elements().is_empty()) {
            self.out
                .push(Diagnostic::error("no-steps", "a sequence needs at least one step").at(key.span, ""));
        }
        let sequence = Sequence {
            name: key.text.clone(),
            document: self.scope.index,
            says: text(node, "says").unwrap_or_else(|| key.text.replace('-', " ")),
            steps,
            finally,
            clause: LATER,
        };
        SequenceDraft { sequence, node, span: key.span }
    }

    /// One restore.
    pub(super) fn restore(&mut self, key: &Key, node: &Node, table: &OperationTable<'_>) -> Restore {
        let mut names = self.names();
        let undoes = node.get("undoes").map(Node::elements).unwrap_or_default();
        Restore {
            name: key.text.clone(),
            document: self.scope.index,
            says: text(node, "says").unwrap_or_else(|| key.text.replace('-', " ")),
            before: self.steps(node, "before", &mut names, table),
            after: self.steps(node, "after", &mut names, table),
            undoes: undoes.iter().filter_map(|name| self.operation_named(name, table)).collect(),
        }
    }

    fn steps(
        &mut self,
        node: &Node,
        part: &str,
        names: &mut Names<'_>,
        table: &OperationTable<'_>,
    ) -> Vec<SequenceStep> {
        let nodes = node.get(part).map(Node::elements).unwrap_or_default();
        nodes.iter().filter_map(|node| self.step(node, names, table)).collect()
    }

    /// One step; what it captures and its name are added to `names`.
    fn step(
        &mut self,
        node: &Node,
        names: &mut Names<'_>,
        table: &OperationTable<'_>,
    ) -> Option<SequenceStep> {
        let id = node.get("operation").and_then(|name| self.operation_named(name, table));
        let operation = id.and_then(|OpId(at)| table.get(at as usize)).map(|(_, operation)| *operation);
        if let Some(when) = node.get("when") {
            names.check_expression(when, self.out);
        }
        let parameters = operation.map(|operation| operation.parameters.as_slice()).unwrap_or_default();
        let request = match operation {
            Some(_) => self.request_parts(node, parameters, names),
            None => crate::model::RequestParts::default(),
        };
        let (expect, expect_body) =
            self.expect(node, operation.map_or_else(StatusSet::default, success), names);
        let capture = self.captures(node, names);
        let name = text(node, "as");
        if let (Some(name), Some(place)) = (&name, node.get("as")) {
            if names.steps.contains(name) {
                self.out.push(
                    Diagnostic::error("repeated-step", format!("two steps are called `{name}`"))
                        .at(place.span, "the second of them"),
                );
            }
            names.steps.push(name.clone());
        }
        let rules: Vec<Rule> = node
            .get("rules")
            .map(Node::members)
            .unwrap_or_default()
            .iter()
            .map(|(key, rule)| self.rule(key, rule, names))
            .collect();
        Some(SequenceStep {
            name,
            operation: id?,
            request,
            expect,
            expect_body,
            refuse: truth(node, "refuse"),
            when: text(node, "when"),
            capture,
            rules,
        })
    }

    fn captures(&mut self, node: &Node, names: &mut Names<'_>) -> Vec<(String, String)> {
        let mut captures = Vec::new();
        for (key, path) in node.get("capture").map(Node::members).unwrap_or_default() {
            let Some(said) = path.text() else { continue };
            if !said.starts_with('$') {
                self.out.push(
                    Diagnostic::error("bad-path", "this is not a JSONPath")
                        .at(path.span, "it has to begin with `$`")
                        .help("such as `$.user_name` or `$.rows[0].id` (RFC 9535)"),
                );
            }
            names.captured.push(key.text.clone());
            captures.push((key.text.clone(), said.to_owned()));
        }
        captures
    }
}
