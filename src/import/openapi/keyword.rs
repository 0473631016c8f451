//! The keywords of a schema whose values are plain: what the contract can use of them.

use serde_json::{Number, Value};

use super::made;
use super::notes::Notes;
use crate::conform::pattern_fault;
use crate::text::tree::{Kind, Node};

/// What a keyword's value has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    Count,
    Number,
    Positive,
    Text,
    Pattern,
    Truth,
    Anything,
    Texts,
    Values,
}

/// The plain keywords that every version has, and those of 3.1.
const PLAIN: &[(&str, Takes)] = &[
    ("minLength", Takes::Count),
    ("maxLength", Takes::Count),
    ("minItems", Takes::Count),
    ("maxItems", Takes::Count),
    ("minProperties", Takes::Count),
    ("maxProperties", Takes::Count),
    ("minimum", Takes::Number),
    ("maximum", Takes::Number),
    ("multipleOf", Takes::Positive),
    ("pattern", Takes::Pattern),
    ("format", Takes::Text),
    ("uniqueItems", Takes::Truth),
    ("title", Takes::Text),
    ("description", Takes::Text),
    ("default", Takes::Anything),
    ("deprecated", Takes::Truth),
    ("writeOnly", Takes::Truth),
    ("required", Takes::Texts),
    ("enum", Takes::Values),
];

const PLAIN_31: &[(&str, Takes)] = &[
    ("const", Takes::Anything),
    ("minContains", Takes::Count),
    ("maxContains", Takes::Count),
    ("contentEncoding", Takes::Text),
    ("contentMediaType", Takes::Text),
];

/// Keywords that describe, or that nothing can be made of, and are passed over without a word.
pub(super) const SILENT: &[&str] = &[
    "xml",
    "externalDocs",
    "$comment",
    "$schema",
    "$id",
    "$anchor",
    "$dynamicAnchor",
    "$vocabulary",
    "$defs",
    "definitions",
    "readOnly",
    "nullable",
    "discriminator",
    "id",
    "collectionFormat",
];

/// What `name` takes, where it is a plain keyword.
pub(super) fn takes(name: &str, modern: bool) -> Option<Takes> {
    let find =
        |table: &[(&str, Takes)]| table.iter().find(|(word, _)| *word == name).map(|(_, takes)| *takes);
    find(PLAIN).or_else(|| find(PLAIN_31).filter(|_| modern))
}

/// The value as a contract can have it; None where it can't, which is then told.
pub(super) fn value(name: &str, node: &Node, takes: Takes, notes: &mut Notes) -> Option<Node> {
    let fine = match takes {
        Takes::Anything => true,
        Takes::Text => matches!(node.kind, Kind::Text(_)),
        Takes::Truth => matches!(node.kind, Kind::Bool(_)),
        Takes::Count => count(node).is_some(),
        Takes::Number => matches!(node.kind, Kind::Number(_)),
        Takes::Positive => node.json().as_f64().is_some_and(|number| number > 0.0),
        Takes::Pattern => return pattern(node, notes),
        Takes::Texts => return texts(name, node, notes),
        Takes::Values => return values(name, node, notes),
    };
    if fine {
        return Some(match (takes, count(node)) {
            // `1.0` is a whole number to JSON Schema, but not to everyone who reads a count.
            (Takes::Count, Some(whole)) => Node { kind: Kind::Number(whole.into()), span: node.span },
            _ => node.clone(),
        });
    }
    let numeric = matches!(takes, Takes::Count | Takes::Number | Takes::Positive);
    let read = node.text().and_then(|text| text.trim().parse::<Number>().ok()).filter(|_| numeric);
    if let Some(number) = read {
        let read = Node { kind: Kind::Number(number), span: node.span };
        let fits = match takes {
            Takes::Count => count(&read).is_some(),
            Takes::Positive => read.json().as_f64().is_some_and(|number| number > 0.0),
            _ => true,
        };
        if fits {
            notes.odd(node.span, format!("`{name}` has to be a number, not text"), "taken for the number");
            return Some(read);
        }
    }
    odd(name, node, notes);
    None
}

/// Tells that the value of a keyword can't be used.
pub(super) fn odd(name: &str, node: &Node, notes: &mut Notes) {
    let what = match node.json() {
        Value::Number(number) => format!("the number {number}"),
        _ => node.what().to_owned(),
    };
    notes.odd(node.span, format!("`{name}` can't be {what}"), "passed over: nothing is tested by it");
}

fn count(node: &Node) -> Option<u64> {
    let Kind::Number(number) = &node.kind else { return None };
    let whole = number.as_f64().filter(|number| *number >= 0.0 && number.fract() == 0.0 && *number < 9e15);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small whole number")]
    number.as_u64().or_else(|| whole.map(|number| number as u64))
}

/// `/…/` around a pattern is JavaScript's.
fn pattern(node: &Node, notes: &mut Notes) -> Option<Node> {
    let Some(text) = node.text() else {
        odd("pattern", node, notes);
        return None;
    };
    let inner =
        text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).filter(|inner| !inner.is_empty());
    let inner = inner.filter(|inner| !inner.ends_with('\\'));
    if let Some(inner) = inner.filter(|inner| inner.starts_with('^') || inner.ends_with('$'))
        && pattern_fault(inner).is_none()
    {
        notes.odd(node.span, "a pattern stands between slashes", "read without them");
        return Some(made::text(inner, node.span));
    }
    if pattern_fault(text).is_some() {
        let label = "passed over: nothing is tested by it";
        notes.odd(node.span, "this pattern is no regular expression of ECMA-262", label);
        return None;
    }
    Some(node.clone())
}

fn texts(name: &str, node: &Node, notes: &mut Notes) -> Option<Node> {
    if !matches!(node.kind, Kind::List(_)) {
        odd(name, node, notes);
        return None;
    }
    let mut seen = std::collections::BTreeSet::new();
    let mut kept = Vec::new();
    for element in node.elements() {
        match element.text() {
            Some(text) if seen.insert(text) => kept.push(element.clone()),
            Some(_) => notes.odd(element.span, "this name stands here twice", "read once"),
            None => odd(name, element, notes),
        }
    }
    Some(made::list(kept, node.span)).filter(|list| !list.elements().is_empty())
}

fn values(name: &str, node: &Node, notes: &mut Notes) -> Option<Node> {
    if node.elements().is_empty() {
        odd(name, node, notes);
        return None;
    }
    let mut kept: Vec<Node> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for element in node.elements() {
        if seen.insert(element.json().to_string()) {
            kept.push(element.clone());
        }
    }
    Some(made::list(kept, node.span))
}
