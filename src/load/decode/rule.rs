//! Rules: expressions over a request and its answer; and when a deployment makes up a value.

use super::super::template::Names;
use super::{Decoder, LATER, text};
use crate::model::{Generates, Rule};
use crate::text::tree::{Key, Node};

impl Decoder<'_, '_> {
    /// One rule; `names` are those of its place, to which the exchange is added.
    pub(super) fn rule(&mut self, key: &Key, node: &Node, names: &Names<'_>) -> Rule {
        let names = Names { answered: true, ..names.clone() };
        for part in ["when", "then"] {
            if let Some(expression) = node.get(part) {
                names.check_expression(expression, self.out);
            }
        }
        Rule {
            name: key.text.clone(),
            when: text(node, "when"),
            then: text(node, "then").unwrap_or_default(),
            span: key.span,
            clause: LATER,
        }
    }
    /// One member that the deployment generates.
    pub(super) fn generated(&mut self, key: &Key, node: &Node) -> Generates {
        let names = Names { requested: true, ..self.names() };
        if let Some(expression) = node.get("when") {
            names.check_expression(expression, self.out);
        }
        Generates { member: key.text.clone(), when: text(node, "when").unwrap_or_default(), span: key.span }
    }
}
