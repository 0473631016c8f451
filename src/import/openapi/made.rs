//! Nodes of the contract, with the places of the document.

use crate::text::Span;
use crate::text::tree::{Key, Kind, Node};

/// A map in the making; its members are added in order.
#[derive(Debug, Clone)]
pub(super) struct Made {
    span: Span,
    members: Vec<(Key, Node)>,
}

impl Made {
    pub(super) fn new(span: Span) -> Self {
        Self { span, members: Vec::new() }
    }

    /// Adds a member that stands at `at`.
    pub(super) fn put(&mut self, name: &str, at: Span, node: Node) {
        self.members.push((Key { text: name.to_owned(), span: at }, node));
    }

    /// Adds a text.
    pub(super) fn say(&mut self, name: &str, at: Span, said: impl Into<String>) {
        self.put(name, at, text(said, at));
    }

    /// Adds a map, unless it is empty.
    pub(super) fn fill(&mut self, name: &str, at: Span, made: Self) {
        if !made.members.is_empty() {
            self.put(name, at, made.node());
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.members.iter().any(|(key, _)| key.text == name)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        self.members.iter().find(|(key, _)| key.text == name).map(|(_, node)| node)
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Node> {
        self.members.iter_mut().find(|(key, _)| key.text == name).map(|(_, node)| node)
    }

    pub(super) fn take(&mut self, name: &str) -> Option<(Key, Node)> {
        let at = self.members.iter().position(|(key, _)| key.text == name)?;
        Some(self.members.remove(at))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub(super) fn node(self) -> Node {
        Node { kind: Kind::Map(self.members), span: self.span }
    }
}

pub(super) fn text(said: impl Into<String>, span: Span) -> Node {
    Node { kind: Kind::Text(said.into()), span }
}

pub(super) fn truth(said: bool, span: Span) -> Node {
    Node { kind: Kind::Bool(said), span }
}

pub(super) fn list(elements: Vec<Node>, span: Span) -> Node {
    Node { kind: Kind::List(elements), span }
}
