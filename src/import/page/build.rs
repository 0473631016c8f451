//! Trees in the contract format, whose places are those of the page.

use serde_json::Value;

use crate::text::Span;
use crate::text::tree::{Key, Kind, Node};

/// A text.
pub(super) fn text(text: impl Into<String>, span: Span) -> Node {
    Node { kind: Kind::Text(text.into()), span }
}

pub(super) fn truth(span: Span) -> Node {
    Node { kind: Kind::Bool(true), span }
}

pub(super) fn list(elements: Vec<Node>, span: Span) -> Node {
    Node { kind: Kind::List(elements), span }
}

/// Texts; one alone without a list around it.
pub(super) fn texts(all: Vec<String>, span: Span) -> Node {
    let mut nodes: Vec<Node> = all.into_iter().map(|one| text(one, span)).collect();
    if nodes.len() == 1 { nodes.remove(0) } else { list(nodes, span) }
}

/// JSON, all of it at one place.
pub(super) fn json(value: &Value, span: Span) -> Node {
    Node::of(value, span)
}

/// A map that grows member by member.
#[derive(Debug, Clone, Default)]
pub(super) struct Map {
    members: Vec<(Key, Node)>,
    span: Span,
}

impl Map {
    pub(super) fn new(span: Span) -> Self {
        Self { members: Vec::new(), span }
    }

    pub(super) fn put(&mut self, name: &str, node: Node) {
        self.put_at(name, node, self.span);
    }

    pub(super) fn put_at(&mut self, name: &str, node: Node, span: Span) {
        self.members.push((Key { text: name.to_owned(), span }, node));
    }

    pub(super) fn put_some(&mut self, name: &str, node: Option<Node>) {
        if let Some(node) = node {
            self.put(name, node);
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.members.iter().any(|(key, _)| key.text == name)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub(super) fn node(self) -> Node {
        Node { kind: Kind::Map(self.members), span: self.span }
    }

    /// None where nothing was put in.
    pub(super) fn some(self) -> Option<Node> {
        (!self.is_empty()).then(|| self.node())
    }
}
