//! Statuses: `404`, `4XX`, `default`, and sets of them.

use crate::model::StatusSet;
use crate::text::tree::{Key, Kind, Node};
use crate::text::{Diagnostic, Span};

/// Reports what is not a status, a class, `any`, or a list of these.
pub(super) fn check(node: &Node, what: &str, out: &mut Vec<Diagnostic>) {
    let nodes =
        if let Kind::List(elements) = &node.kind { elements.as_slice() } else { std::slice::from_ref(node) };
    if nodes.is_empty() {
        out.push(bad(what, node.span, "names no status"));
    }
    for node in nodes {
        if !node.scalar().is_some_and(|word| word == "any" || is_status(&word)) {
            out.push(bad(what, node.span, "not a status"));
        }
    }
}

/// Reports a key of `responses` that is not a status, a class or `default`.
pub(super) fn check_key(key: &Key, out: &mut Vec<Diagnostic>) {
    if key.text != "default" && !is_status(&key.text) {
        out.push(bad("a response", key.span, "not a status"));
    }
}

fn bad(what: &str, span: Span, label: &str) -> Diagnostic {
    Diagnostic::error("bad-status", format!("{what} needs a status")).at(span, label).help(
        "write `404`, a class such as `4XX`, or a list; for all others `default` in responses, `any` elsewhere",
    )
}

fn is_status(word: &str) -> bool {
    match word.as_bytes() {
        [b'1'..=b'5', b'X' | b'x', b'X' | b'x'] => true,
        _ => word.len() == 3 && word.parse().is_ok_and(|status: u16| (100..600).contains(&status)),
    }
}

/// The set that a node says.
pub(super) fn read(node: &Node) -> StatusSet {
    let nodes =
        if let Kind::List(elements) = &node.kind { elements.as_slice() } else { std::slice::from_ref(node) };
    StatusSet(nodes.iter().filter_map(Node::scalar).map(|word| one(&word)).collect())
}

/// A status in its canonical spelling: `4XX`.
pub(super) fn one(word: &str) -> String {
    if word == "default" || word == "any" { word.to_owned() } else { word.to_ascii_uppercase() }
}
