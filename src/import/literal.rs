//! What stands in a document, in a place where the contract has templates.

use crate::conform::as_template;
use crate::text::tree::{Kind, Node};

/// The value with braces that would be a template kept as they are.
pub(super) fn literal(node: &Node) -> Node {
    let kind = match &node.kind {
        Kind::Text(text) => Kind::Text(as_template(text)),
        Kind::List(elements) => Kind::List(elements.iter().map(literal).collect()),
        Kind::Map(members) => {
            Kind::Map(members.iter().map(|(key, node)| (key.clone(), literal(node))).collect())
        }
        other => other.clone(),
    };
    Node { kind, span: node.span }
}
