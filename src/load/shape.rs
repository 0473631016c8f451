//! The shape of a contract file: which keys stand where and what kind of value they have.
//!
//! The tables are used twice: to check files and to write the JSON Schema for editors.

use super::schema;
use super::{duration, origin, status};
use crate::text::tree::{Kind, Node};
use crate::text::{Diagnostic, did_you_mean};

/// A map with known keys.
#[derive(Debug)]
pub(super) struct Table {
    /// With its article, for messages: `an operation`.
    pub(super) what: &'static str,
    /// The name in the JSON Schema.
    pub(super) name: &'static str,
    /// All keys.
    pub(super) fields: &'static [Field],
}

/// A key of a [`Table`].
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) required: bool,
    /// One line for editors and messages.
    pub(super) says: &'static str,
}

/// What kind of value a key has.
#[derive(Debug)]
pub(super) enum Shape {
    /// Anything that JSON has.
    Any,
    /// An expected body, in which there may be matchers; they are looked at when it is read.
    Expected,
    Text,
    /// Text, a number, true or false.
    Scalar,
    /// A whole number that is at least this.
    Count(u64),
    Bool,
    /// `false`, where a promise is taken back.
    Off,
    /// The version of the format.
    Version,
    /// `2s`, `500ms`, `1m`.
    Duration,
    /// A status, a class, or a list of them.
    Status,
    /// Where a promise was published.
    From,
    /// A JSON Schema, or the name of a shared one.
    Schema,
    /// Text of a certain form.
    Like(&'static Form),
    Words(&'static [&'static str]),
    Object(&'static Table),
    Map(Names, &'static Shape),
    List(&'static Shape),
    /// The first that takes values of the node's kind counts.
    Either(&'static [Shape]),
}

/// The form of a [`Shape::Like`].
#[derive(Debug)]
pub(super) struct Form {
    pub(super) is: fn(&str) -> bool,
    /// With its article, for messages: `a day such as 2026-12-31`.
    pub(super) what: &'static str,
    /// The same for the JSON Schema.
    pub(super) pattern: &'static str,
}

/// What the keys of a [`Shape::Map`] are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// The author's own names; part of clause addresses.
    Free,
    /// Names that the API gives to parameters and members: any text.
    Wire,
    /// Statuses of answers: `200`, `4XX`, `default`.
    Status,
    /// Names that expressions can use.
    Identifier,
    /// Places of an answer; they are looked at when they are read.
    Place,
}

/// What the checks need to know of the whole document.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) sources: Vec<String>,
    pub(super) schemas: Vec<String>,
}

/// A required key of [`Table`].
pub(super) const fn must(name: &'static str, shape: Shape, says: &'static str) -> Field {
    Field { name, shape, required: true, says }
}

/// An optional key of [`Table`].
pub(super) const fn may(name: &'static str, shape: Shape, says: &'static str) -> Field {
    Field { name, shape, required: false, says }
}

/// What users of other formats write, and what it is called here.
const SYNONYMS: &[(&str, &str)] = &[
    ("description", "says"),
    ("summary", "title"),
    ("operationId", "title"),
    ("requestBody", "body"),
    ("content", "schema"),
    ("method", "request"),
    ("path", "request"),
    ("paths", "operations"),
    ("securitySchemes", "security"),
    ("components", "schemas"),
    ("definitions", "schemas"),
    ("include_files", "include"),
    ("timeout", "within"),
    ("assert", "then"),
    ("if", "when"),
    ("name", "as"),
    ("params", "parameters"),
    ("status", "expect"),
    ("teardown", "finally"),
    ("cleanup", "finally"),
    ("info", "title"),
    ("servers", "target"),
    ("url", "target"),
    ("env", "variables"),
];

/// Checks `node` and everything in it; `what` names it in messages.
pub(super) fn check(node: &Node, shape: &Shape, what: &str, known: &Known, out: &mut Vec<Diagnostic>) {
    match shape {
        Shape::Any | Shape::Expected => {}
        Shape::Text => expect(matches!(node.kind, Kind::Text(_)), node, what, "text", out),
        Shape::Scalar => expect(node.scalar().is_some(), node, what, "text or a number", out),
        Shape::Count(least) => {
            let wanted = format!("a whole number of at least {least}");
            expect(count(node).is_some_and(|number| number >= *least), node, what, &wanted, out);
        }
        Shape::Bool => expect(matches!(node.kind, Kind::Bool(_)), node, what, "true or false", out),
        Shape::Off => expect(node.kind == Kind::Bool(false), node, what, "false", out),
        Shape::Version => version(node, out),
        Shape::Duration => duration::check(node, what, out),
        Shape::Status => status::check(node, what, out),
        Shape::From => origin::check(node, known, out),
        Shape::Schema => schema::check(node, what, known, out),
        Shape::Like(form) => like(node, form, what, out),
        Shape::Words(words) => word(node, words, what, out),
        Shape::Object(table) => object(node, table, true, known, out),
        Shape::Map(names, of) => map(node, *names, of, what, known, out),
        Shape::List(of) => {
            expect(matches!(node.kind, Kind::List(_)), node, what, "a list", out);
            for element in node.elements() {
                check(element, of, what, known, out);
            }
        }
        Shape::Either(shapes) => {
            if let Some(shape) = shapes.iter().find(|shape| fits(node, shape)) {
                return check(node, shape, what, known, out);
            }
            let wanted: Vec<&str> = shapes.iter().map(kind_of).collect();
            expect(false, node, what, &wanted.join(" or "), out);
        }
    }
}

fn expect(fine: bool, node: &Node, what: &str, wanted: &str, out: &mut Vec<Diagnostic>) {
    if fine {
        return;
    }
    let label = format!("this is {}", node.what());
    let mut diagnostic =
        Diagnostic::error("wrong-type", format!("{what} has to be {wanted}")).at(node.span, label);
    if wanted == "text" && node.scalar().is_some() {
        diagnostic = diagnostic.help("put it in quotes");
    }
    out.push(diagnostic);
}

/// Whether a value of the node's kind can be meant for `shape`.
fn fits(node: &Node, shape: &Shape) -> bool {
    match shape {
        Shape::Any | Shape::Expected => true,
        Shape::Text | Shape::Words(_) | Shape::Like(_) => matches!(node.kind, Kind::Text(_)),
        Shape::Duration => matches!(node.kind, Kind::Text(_) | Kind::Number(_)),
        Shape::Scalar => node.scalar().is_some(),
        Shape::Bool => matches!(node.kind, Kind::Bool(_)),
        Shape::Off => node.kind == Kind::Bool(false),
        Shape::Version | Shape::Count(_) => matches!(node.kind, Kind::Number(_)),
        Shape::Status => matches!(node.kind, Kind::Text(_) | Kind::Number(_) | Kind::List(_)),
        Shape::From => matches!(node.kind, Kind::Text(_) | Kind::List(_) | Kind::Map(_)),
        Shape::Schema => matches!(node.kind, Kind::Text(_) | Kind::Map(_) | Kind::Bool(_)),
        Shape::Object(_) | Shape::Map(..) => matches!(node.kind, Kind::Map(_) | Kind::Null),
        Shape::List(_) => matches!(node.kind, Kind::List(_)),
        Shape::Either(shapes) => shapes.iter().any(|shape| fits(node, shape)),
    }
}

fn kind_of(shape: &Shape) -> &'static str {
    match shape {
        Shape::Any | Shape::Expected => "anything",
        Shape::Text | Shape::Words(_) => "text",
        Shape::Like(form) => form.what,
        Shape::Duration => "a time such as `2s`",
        Shape::Scalar => "text or a number",
        Shape::Count(_) => "a whole number",
        Shape::Bool => "true or false",
        Shape::Off => "false",
        Shape::Version => "1",
        Shape::Status => "a status",
        Shape::From => "a source",
        Shape::Schema => "a schema",
        Shape::Object(table) => table.what,
        Shape::Map(..) => "a map",
        Shape::List(_) => "a list",
        Shape::Either(_) => "one of several",
    }
}

fn count(node: &Node) -> Option<u64> {
    if let Kind::Number(number) = &node.kind { number.as_u64() } else { None }
}

fn version(node: &Node, out: &mut Vec<Diagnostic>) {
    if node.json() != 1 {
        let diagnostic = Diagnostic::error("unknown-version", "this program reads version 1 of the format");
        out.push(diagnostic.at(node.span, "another version").help("write `countersign: 1`"));
    }
}

fn word(node: &Node, words: &[&str], what: &str, out: &mut Vec<Diagnostic>) {
    let Some(text) = node.text() else {
        return expect(false, node, what, &format!("one of {}", listed(words)), out);
    };
    if words.contains(&text) {
        return;
    }
    let mut diagnostic = Diagnostic::error("unknown-word", format!("{what} can't be `{text}`"))
        .at(node.span, format!("not one of {}", listed(words)));
    if let Some(near) = did_you_mean(text, words.iter().copied()) {
        diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
    }
    out.push(diagnostic);
}

fn like(node: &Node, form: &Form, what: &str, out: &mut Vec<Diagnostic>) {
    let Some(said) = node.scalar() else { return expect(false, node, what, form.what, out) };
    if !(form.is)(&said) {
        out.push(
            Diagnostic::error("wrong-form", format!("{what} has to be {}", form.what))
                .at(node.span, format!("this is `{said}`")),
        );
    }
}

/// Checks an included file, which may leave out what the including one says.
pub(super) fn check_part(node: &Node, table: &'static Table, known: &Known, out: &mut Vec<Diagnostic>) {
    object(node, table, false, known, out);
}

fn object(node: &Node, table: &'static Table, whole: bool, known: &Known, out: &mut Vec<Diagnostic>) {
    if !matches!(node.kind, Kind::Map(_) | Kind::Null) {
        return expect(false, node, table.what, "a map", out);
    }
    repeated(node, out);
    for (key, value) in node.members() {
        match table.fields.iter().find(|field| field.name == key.text) {
            Some(field) => check(value, &field.shape, &format!("`{}`", key.text), known, out),
            None if key.text.starts_with("x-") => {}
            None => out.push(unknown_key(key, table)),
        }
    }
    let missing = |field: &&Field| whole && field.required && node.get(field.name).is_none();
    for field in table.fields.iter().filter(missing) {
        out.push(
            Diagnostic::error("missing-key", format!("{} needs `{}`", table.what, field.name))
                .at(node.span, "it is missing here")
                .help(format!("`{}`: {}", field.name, field.says)),
        );
    }
}

fn unknown_key(key: &crate::text::tree::Key, table: &'static Table) -> Diagnostic {
    let names: Vec<&str> = table.fields.iter().map(|field| field.name).collect();
    let synonym =
        SYNONYMS.iter().find(|(word, here)| *word == key.text && names.contains(here)).map(|(_, here)| *here);
    let mut diagnostic =
        Diagnostic::error("unknown-key", format!("{} has no key `{}`", table.what, key.text))
            .at(key.span, "not known here");
    if let Some(near) = did_you_mean(&key.text, names.iter().copied()).or(synonym) {
        diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
    } else if key.text.contains(' ') {
        diagnostic =
            diagnostic.help("a comma between `{` and `}` ends a value: quote a text that has one in it");
    }
    diagnostic.help(format!("keys of {}: {}", table.what, names.join(", ")))
}

/// Reports every key that a map has twice.
pub(super) fn repeated(node: &Node, out: &mut Vec<Diagnostic>) {
    let members = node.members();
    let mut first = std::collections::BTreeMap::new();
    for (key, _) in members {
        if let Some(earlier) = first.insert(key.text.as_str(), key.span) {
            out.push(
                Diagnostic::error("repeated-key", format!("`{}` stands here twice", key.text))
                    .at(key.span, "again")
                    .at(earlier, "first here"),
            );
            first.insert(key.text.as_str(), earlier);
        }
    }
}

fn map(node: &Node, names: Names, of: &Shape, what: &str, known: &Known, out: &mut Vec<Diagnostic>) {
    expect(matches!(node.kind, Kind::Map(_) | Kind::Null), node, what, "a map", out);
    repeated(node, out);
    for (key, value) in node.members() {
        match names {
            Names::Status => status::check_key(key, out),
            Names::Free if key.text.is_empty() || key.text.contains(char::is_whitespace) => out.push(
                Diagnostic::error("bad-name", format!("`{}` is not a name", key.text))
                    .at(key.span, "has no letters, or has spaces in it")
                    .help("names become part of clause addresses; write words with hyphens between"),
            ),
            Names::Identifier if !identifier(&key.text) => out.push(
                Diagnostic::error("bad-name", format!("`{}` can't be used in expressions", key.text))
                    .at(key.span, "not an identifier")
                    .help("use letters, digits and `_`, and begin with a letter"),
            ),
            _ => {}
        }
        check(value, of, &format!("`{}`", key.text), known, out);
    }
}

fn identifier(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// `a, b or c`, each in backquotes.
pub(super) fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}
