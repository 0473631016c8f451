//! `amends`: a contract that lies over another one, such as one that was imported.
//!
//! The trees are merged before anything else looks at them (JSON Merge Patch, RFC 7396: maps member by member, `null`
//! takes away, all else is replaced), so every clause keeps the place and the words of the file that says it.

use crate::text::merge::merge_with;
use crate::text::tree::{Key, Kind, Node};
use crate::text::{Diagnostic, Span};

/// What a schema has that promises nothing.
const ANNOTATIONS: [&str; 13] = [
    "from",
    "convention",
    "title",
    "description",
    "default",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    "$comment",
    "properties",
    "items",
    "contentMediaType",
];

/// `over` laid over `base`.
pub(super) fn merge(base: &Node, over: &Node, out: &mut Vec<Diagnostic>) -> Node {
    merge_with(base, over, &mut |path, base, over, members| {
        let here = path.iter().fold(Where::Contract, |here, key| here.inside(key));
        if here == Where::Schema && base.get("from").is_some() {
            reasons(base, over, members, out);
        }
    })
}

/// What a map is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Where {
    Contract,
    /// By name: `schemas`, `properties`, `$defs`.
    Schemas,
    Schema,
    /// Values that the author chose: nothing in them has a meaning here.
    Value,
}

impl Where {
    fn inside(self, key: &str) -> Self {
        match (self, key) {
            (Self::Value, _)
            | (Self::Schema, "example" | "examples" | "default" | "const" | "enum" | "from")
            | (Self::Contract, "example" | "value" | "from") => Self::Value,
            (Self::Contract, "schemas")
            | (Self::Schema, "properties" | "patternProperties" | "$defs" | "dependentSchemas") => {
                Self::Schemas
            }
            (Self::Contract, "schema") | (Self::Schemas, _) => Self::Schema,
            (here, _) => here,
        }
    }
}

/// A keyword that is changed or added must not inherit the words that were published for others.
fn reasons(base: &Node, over: &Node, members: &mut Vec<(Key, Node)>, out: &mut Vec<Diagnostic>) {
    let promises = |key: &&(Key, Node)| {
        !ANNOTATIONS.contains(&key.0.text.as_str())
            && !key.0.text.starts_with("x-")
            && key.1.kind != Kind::Null
    };
    let changed: Vec<&(Key, Node)> = over
        .members()
        .iter()
        .filter(promises)
        .filter(|(key, node)| base.get(&key.text).is_none_or(|below| below.json() != node.json()))
        .collect();
    let own = over.get("from");
    if changed.is_empty() && own.is_none() {
        return;
    }
    let mut keyed: Vec<(Key, Node)> = keyed(base.get("from"), base.span);
    for (key, _) in &changed {
        keyed.retain(|(other, _)| other.text != key.text);
        let said = own.and_then(|own| match &own.kind {
            Kind::Map(_) => own.get(&key.text).or_else(|| own.get("")),
            _ => Some(own),
        });
        match said {
            Some(said) => keyed.push((key.clone(), said.clone())),
            None if over.get("convention").is_some() => keyed.push((key.clone(), nothing(key.span))),
            None => out.push(
                Diagnostic::error(
                    "amended-without-reason",
                    format!("nothing says why `{}` is another one here", key.text),
                )
                .at(key.span, "amended here")
                .at(base.get(&key.text).unwrap_or(base).span, "the contract below")
                .help("add `from:` with the sentence that says it, or `convention:` with the reason"),
            ),
        }
    }
    // Words for what is not changed, such as another page that says the same.
    for (key, node) in own.map(Node::members).unwrap_or_default() {
        if !key.text.is_empty() && changed.iter().all(|(other, _)| other.text != key.text) {
            keyed.retain(|(other, _)| other.text != key.text);
            keyed.push((key.clone(), node.clone()));
        }
    }
    members.retain(|(key, _)| key.text != "from");
    let span = own.map_or(base.span, |own| own.span);
    members.push((Key { text: "from".to_owned(), span }, Node { kind: Kind::Map(keyed), span }));
}

/// The words by keyword.
fn keyed(from: Option<&Node>, span: Span) -> Vec<(Key, Node)> {
    match from {
        None => Vec::new(),
        Some(Node { kind: Kind::Map(members), .. }) => members.clone(),
        Some(whole) => vec![(Key { text: String::new(), span }, whole.clone())],
    }
}

/// No page says it.
fn nothing(span: Span) -> Node {
    Node { kind: Kind::List(Vec::new()), span }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;
    use crate::text::tree::read;

    fn laid(base: &str, over: &str) -> (serde_json::Value, Vec<&'static str>) {
        let mut out = Vec::new();
        let (base, over) = (read(base, FileId(0)).unwrap(), read(over, FileId(1)).unwrap());
        let node = merge(&base, &over, &mut out);
        (node.json(), out.into_iter().map(|diagnostic| diagnostic.code).collect())
    }

    #[test]
    fn maps_are_merged_and_all_else_is_replaced() {
        let (node, wrong) = laid(
            "{ a: { b: 1, c: [1, 2], d: 4 }, e: 5 }",
            "{ a: { c: [3], d: null, f: 6 }, g: { h: null } }",
        );
        assert_eq!(
            node,
            serde_json::json!({ "a": { "b": 1, "c": [3], "f": 6 }, "e": 5, "g": { "h": null } })
        );
        assert!(wrong.is_empty());
    }

    #[test]
    fn a_changed_keyword_has_words_of_its_own() {
        let base = "{ schemas: { A: { type: string, maxLength: 5, from: 'p:1 \"five\"' } } }";
        let (node, wrong) =
            laid(base, "{ schemas: { A: { maxLength: 6, from: 'q:2 \"six\"', description: x } } }");
        assert_eq!(
            node["schemas"]["A"],
            serde_json::json!({ "type": "string", "maxLength": 6, "description": "x", "from": { "": "p:1 \"five\"", "maxLength": "q:2 \"six\"" } })
        );
        assert!(wrong.is_empty());
        let (_, wrong) = laid(base, "{ schemas: { A: { maxLength: 6 } } }");
        assert_eq!(wrong, ["amended-without-reason"]);
        let (_, wrong) = laid(base, "{ schemas: { A: { maxLength: 5, description: y } } }");
        assert!(wrong.is_empty());
        let (node, wrong) = laid(base, "{ schemas: { A: { maxLength: 6, convention: measured } } }");
        assert!(wrong.is_empty());
        assert_eq!(node["schemas"]["A"]["from"]["maxLength"], serde_json::json!([]));
    }
}
