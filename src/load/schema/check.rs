//! Whether a schema says what its author meant.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::super::origin;
use super::super::shape::{self, Known};
use super::keywords::{self, Holds};
use super::shared_name;
use crate::conform::{BadSchema, Judge, pattern_fault, schema_faults};
use crate::text::tree::{Key, Kind, Node};
use crate::text::{Diagnostic, Span, did_you_mean, pointer};

/// Checks the spelling of keywords and names, in `node` and everything in it.
pub(in crate::load) fn check(node: &Node, what: &str, known: &Known, out: &mut Vec<Diagnostic>) {
    match &node.kind {
        Kind::Text(name) => reference(node, name, known, out),
        Kind::Bool(_) => {}
        Kind::Map(members) => {
            shape::repeated(node, out);
            for (key, value) in members {
                member(key, value, known, out);
            }
        }
        _ => out.push(
            Diagnostic::error("wrong-type", format!("{what} has to be a schema"))
                .at(node.span, format!("this is {}", node.what()))
                .help("write the name of a shared schema, or a JSON Schema such as `{ type: string }`"),
        ),
    }
}

fn member(key: &Key, value: &Node, known: &Known, out: &mut Vec<Diagnostic>) {
    match key.text.as_str() {
        "from" => return origin::check(value, known, out),
        "convention" => return shape::check(value, &shape::Shape::Text, "`convention`", known, out),
        "$ref" => match value.text() {
            Some(name) => return reference(value, name, known, out),
            None => return shape::check(value, &shape::Shape::Text, "`$ref`", known, out),
        },
        _ => {}
    }
    let inside = |node: &Node, out: &mut Vec<Diagnostic>| {
        if node.text().is_some() {
            let label = "a name is only understood where a whole schema is named";
            let bad = Diagnostic::error("wrong-type", format!("`{}` has to hold a schema", key.text));
            out.push(bad.at(node.span, label).help("write `{ $ref: Name }`"));
        } else {
            check(node, &format!("`{}`", key.text), known, out);
        }
    };
    match keywords::holds(&key.text) {
        Some(Holds::Value) => {}
        Some(Holds::Schema) => inside(value, out),
        Some(Holds::List) => value.elements().iter().for_each(|node| inside(node, out)),
        Some(Holds::Map) => {
            shape::repeated(value, out);
            value.members().iter().for_each(|(_, node)| inside(node, out));
        }
        None => unknown_keyword(key, out),
    }
}

/// A misspelt keyword is no error in JSON Schema, but it tests nothing.
fn unknown_keyword(key: &Key, out: &mut Vec<Diagnostic>) {
    if key.text.starts_with("x-") {
        return;
    }
    let mut diagnostic = Diagnostic::warning(
        "unknown-keyword",
        format!("`{}` is not a keyword of JSON Schema 2020-12", key.text),
    )
    .at(key.span, "it tests nothing");
    let elsewhere = keywords::ELSEWHERE.iter().find(|(word, _)| *word == key.text);
    if let Some((_, instead)) = elsewhere {
        diagnostic = diagnostic.help(*instead);
    } else if let Some(near) = did_you_mean(&key.text, keywords::names().chain(["from", "convention"])) {
        diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
    }
    out.push(diagnostic);
}

fn reference(node: &Node, name: &str, known: &Known, out: &mut Vec<Diagnostic>) {
    let name = shared_name(name);
    if known.schemas.iter().any(|schema| schema == name) {
        return;
    }
    let mut diagnostic = Diagnostic::error("unknown-schema", format!("no schema is called `{name}`"))
        .at(node.span, "not declared under `schemas`");
    if let Some(near) = did_you_mean(name, known.schemas.iter().map(String::as_str)) {
        diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
    } else if known.schemas.is_empty() {
        diagnostic = diagnostic.help("the contract has no `schemas:` yet");
    } else {
        diagnostic = diagnostic.help(format!("schemas: {}", known.schemas.join(", ")));
    }
    out.push(diagnostic);
}

/// Reports what JSON Schema does not allow in `schema`, which was made from `node`. What it refers to is looked at by
/// itself. `patterns` remembers the regular expressions that were looked at.
pub(in crate::load) fn faults(
    node: &Node,
    schema: &Value,
    patterns: &mut BTreeMap<String, bool>,
    out: &mut Vec<Diagnostic>,
) {
    if !matches!(node.kind, Kind::Map(_)) {
        return;
    }
    let mut found = schema_faults(schema);
    if found.is_empty() {
        broken_patterns(schema, "", patterns, &mut found);
    }
    if found.is_empty() && renames(schema) {
        found.extend(Judge::new(schema).err().filter(|bad| !bad.message.contains("does not exist")));
    }
    for bad in found {
        let tokens: Vec<String> = pointer::tokens(&bad.at).collect();
        let keyword = tokens.iter().rev().find(|token| token.parse::<usize>().is_err());
        out.push(fault(walk(node, &tokens).span, keyword.map_or("", String::as_str), &bad.message));
    }
}

/// Regular expressions that are none.
fn broken_patterns(
    schema: &Value,
    at: &str,
    patterns: &mut BTreeMap<String, bool>,
    found: &mut Vec<BadSchema>,
) {
    let mut look = |pattern: &str, at: String| {
        let known = patterns.get(pattern).copied();
        let fine = known.unwrap_or_else(|| pattern_fault(pattern).is_none());
        if known.is_none() {
            patterns.insert(pattern.to_owned(), fine);
        }
        if !fine {
            found.push(BadSchema { at, message: "it is no regular expression".to_owned() });
        }
    };
    let Value::Object(members) = schema else { return };
    if let Some(pattern) = members.get("pattern").and_then(Value::as_str) {
        look(pattern, format!("{at}/pattern"));
    }
    let named = members.get("patternProperties").and_then(Value::as_object);
    for pattern in named.into_iter().flat_map(Map::keys) {
        look(pattern, format!("{at}/patternProperties"));
    }
    for (name, member) in members {
        let at = pointer::join(at, name);
        match (keywords::holds(name), member) {
            (Some(Holds::Schema), _) => broken_patterns(member, &at, patterns, found),
            (Some(Holds::List), Value::Array(branches)) => {
                for (index, branch) in branches.iter().enumerate() {
                    broken_patterns(branch, &format!("{at}/{index}"), patterns, found);
                }
            }
            (Some(Holds::Map), Value::Object(named)) => {
                for (name, member) in named {
                    broken_patterns(member, &pointer::join(&at, name), patterns, found);
                }
            }
            _ => {}
        }
    }
}

/// Whether the schema gives names to its parts, so that only compiling it shows whether they are right.
fn renames(schema: &Value) -> bool {
    const NAMES: [&str; 6] = ["$id", "$schema", "$anchor", "$dynamicRef", "$dynamicAnchor", "$vocabulary"];
    match schema {
        Value::Object(members) => {
            members.iter().any(|(name, member)| NAMES.contains(&name.as_str()) || renames(member))
        }
        Value::Array(elements) => elements.iter().any(renames),
        _ => false,
    }
}

fn fault(span: Span, keyword: &str, said: &str) -> Diagnostic {
    let error = |message: String, label: &str| Diagnostic::error("bad-schema", message).at(span, label);
    match keyword {
        "type" => error("`type` can't have this value".to_owned(), "not a type of JSON")
            .help("types: string, integer, number, boolean, object, array, null, or a list of them"),
        "pattern" => error("`pattern` can't have this value".to_owned(), "not a regular expression")
            .help("patterns are regular expressions as in ECMA-262"),
        keyword if keywords::is_known(keyword) => {
            error(format!("`{keyword}` can't have this value"), &said.replace('\n', " "))
        }
        _ => error("this is not a JSON Schema".to_owned(), &said.replace('\n', " ")),
    }
}

/// The node at a pointer, or the deepest one on the way there.
fn walk<'n>(node: &'n Node, tokens: &[String]) -> &'n Node {
    let Some((first, rest)) = tokens.split_first() else { return node };
    let next = match &node.kind {
        Kind::Map(_) => node.get(first),
        Kind::List(elements) => first.parse::<usize>().ok().and_then(|at| elements.get(at)),
        _ => None,
    };
    next.map_or(node, |next| walk(next, rest))
}
