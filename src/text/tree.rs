//! A YAML or JSON text as a tree that remembers where everything stands.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_saphyr::{Location, Spanned};

use super::{Diagnostic, FileId, Span, yaml_error};

pub use super::tree_text::write;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value.
    pub kind: Kind,
    /// Its bytes; of a block of several lines only where it begins. Behind an alias, where it was defined.
    pub span: Span,
}

/// What stands there.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// `null`, or nothing.
    Null,
    /// `true` or `false`; no other word.
    Bool(bool),
    /// A number that JSON has too.
    Number(serde_json::Number),
    /// A string.
    Text(String),
    /// In order.
    List(Vec<Node>),
    /// In order; a name may stand there more than once.
    Map(Vec<(Key, Node)>),
}

/// The name of a member and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The name.
    pub text: String,
    /// Its bytes.
    pub span: Span,
}

impl Node {
    /// A JSON value, all of it at one place.
    #[must_use]
    pub fn of(value: &Value, span: Span) -> Self {
        let kind = match value {
            Value::Null => Kind::Null,
            Value::Bool(truth) => Kind::Bool(*truth),
            Value::Number(number) => Kind::Number(number.clone()),
            Value::String(text) => Kind::Text(text.clone()),
            Value::Array(elements) => {
                Kind::List(elements.iter().map(|element| Self::of(element, span)).collect())
            }
            Value::Object(members) => Kind::Map(
                members
                    .iter()
                    .map(|(name, member)| (Key { text: name.clone(), span }, Self::of(member, span)))
                    .collect(),
            ),
        };
        Self { kind, span }
    }

    /// The members; none of anything else than a map.
    pub fn members(&self) -> &[(Key, Node)] {
        if let Kind::Map(members) = &self.kind { members } else { &[] }
    }

    /// The elements; none of anything else than a list.
    pub fn elements(&self) -> &[Node] {
        if let Kind::List(elements) = &self.kind { elements } else { &[] }
    }

    /// The first member with this name.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.entry(name).map(|(_, node)| node)
    }

    /// The first member with this name, with its key.
    pub fn entry(&self, name: &str) -> Option<(&Key, &Node)> {
        self.members().iter().find(|(key, _)| key.text == name).map(|(key, node)| (key, node))
    }

    /// The text of a string.
    pub fn text(&self) -> Option<&str> {
        if let Kind::Text(text) = &self.kind { Some(text) } else { None }
    }

    /// The text of a string, number or boolean.
    pub fn scalar(&self) -> Option<String> {
        match &self.kind {
            Kind::Text(text) => Some(text.clone()),
            Kind::Number(number) => Some(number.to_string()),
            Kind::Bool(truth) => Some(truth.to_string()),
            _ => None,
        }
    }

    /// The value without its places. Of members that share a name the last one counts.
    pub fn json(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(truth) => Value::Bool(*truth),
            Kind::Number(number) => Value::Number(number.clone()),
            Kind::Text(text) => Value::String(text.clone()),
            Kind::List(elements) => Value::Array(elements.iter().map(Node::json).collect()),
            Kind::Map(members) => {
                Value::Object(members.iter().map(|(key, node)| (key.text.clone(), node.json())).collect())
            }
        }
    }

    /// What it is, for messages.
    pub fn what(&self) -> &'static str {
        match &self.kind {
            Kind::Null => "nothing",
            Kind::Bool(_) => "true or false",
            Kind::Number(_) => "a number",
            Kind::Text(_) => "text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
        }
    }
}

/// Whether there is nothing but comments.
pub(crate) fn is_bare(text: &str) -> bool {
    text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
}

/// Far above any contract, far below what harms a machine. Documents of other kinds are read as YAML is, where
/// contracts are held to what nobody misreads.
fn options(strictly: bool) -> serde_saphyr::Options {
    let merge_keys =
        if strictly { serde_saphyr::MergeKeyPolicy::Error } else { serde_saphyr::MergeKeyPolicy::Merge };
    serde_saphyr::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        reject_unsupported_tags: strictly,
        strict_indentation: strictly,
        with_snippet: false,
        // Repeated keys are found by the decoder, which can show both places.
        duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::PassThrough,
        non_finite_float_policy: serde_saphyr::NonFiniteFloatPolicy::Reject,
        merge_keys: merge_keys,
        budget: serde_saphyr::budget! {
            max_nodes: 2_000_000,
            max_events: 8_000_000,
            max_total_scalar_bytes: 1 << 28,
            max_aliases: 10_000,
            max_recorded_anchor_events: 200_000,
            max_depth: DEEPEST,
        }
    }
}

/// The deepest nesting that is read: far more than any contract needs, and than most documents have.
const DEEPEST: usize = 200;

/// The YAML reader takes up to 25 KiB of stack for each level in a debug build, more than a small thread has.
const STACK: usize = 16 << 20;

/// Reads one text.
///
/// # Errors
/// When it is not one YAML document.
pub fn read(text: &str, file: FileId) -> Result<Node, Box<Diagnostic>> {
    parse(text, file, !is_foreign(text))
}

/// Reads one text of a document that is no contract.
///
/// # Errors
/// When it is not one YAML document.
pub fn read_loosely(text: &str, file: FileId) -> Result<Node, Box<Diagnostic>> {
    parse(text, file, false)
}

/// Whether a text says of itself that it is an OpenAPI document.
fn is_foreign(text: &str) -> bool {
    let says = |line: &str| {
        ["openapi:", "swagger:", "\"openapi\":", "\"swagger\":"].iter().any(|word| line.starts_with(word))
    };
    text.lines().any(|line| says(line) || says(line.trim_start_matches(['{', ' '])) && line.starts_with('{'))
}

fn parse(text: &str, file: FileId, strictly: bool) -> Result<Node, Box<Diagnostic>> {
    let start = Span { file, start: 0, end: 0 };
    if text.trim().is_empty() {
        let diagnostic = Diagnostic::error("empty-file", "the file is empty").at(start, "nothing here");
        return Err(Box::new(diagnostic.help("a contract begins with `countersign: 1` and a `title:`")));
    }
    let parse = || match serde_saphyr::from_str_with_options::<Spanned<Raw>>(text, options(strictly)) {
        Ok(root) => Ok(place(root, file)),
        Err(error) => Err(Box::new(yaml_error::diagnostic(&error, text, file))),
    };
    let out_of_threads = |error: std::io::Error| {
        let message = format!("the file can't be read: {error}");
        Err(Box::new(Diagnostic::error("no-thread", message).at(start, "")))
    };
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().name("yaml".into()).stack_size(STACK);
        match reader.spawn_scoped(scope, parse) {
            Ok(thread) => {
                thread.join().unwrap_or_else(|_| out_of_threads(std::io::Error::other("it is too odd")))
            }
            Err(error) => out_of_threads(error),
        }
    })
}

/// The bytes of a location.
pub(super) fn span(location: Location, file: FileId) -> Span {
    let number = |n: Option<u64>| n.and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    let start = number(location.span().byte_offset());
    Span { file, start, end: start + number(location.span().byte_len()) }
}

/// What the YAML reader gives, before the places are brought into our own shape.
enum Raw {
    Null,
    Bool(bool),
    Number(serde_json::Number),
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

fn place(raw: Spanned<Raw>, file: FileId) -> Node {
    let mut span = span(raw.defined, file);
    let kind = match raw.value {
        Raw::Null => Kind::Null,
        Raw::Bool(truth) => Kind::Bool(truth),
        Raw::Number(number) => Kind::Number(number),
        Raw::Text(text) => Kind::Text(text),
        Raw::List(elements) => Kind::List(elements.into_iter().map(|element| place(element, file)).collect()),
        Raw::Map(members) => Kind::Map(
            members
                .into_iter()
                .map(|(key, node)| {
                    let at = self::span(key.defined, file);
                    (Key { text: key.value, span: at }, place(node, file))
                })
                .collect(),
        ),
    };
    span.end = span.end.max(span.start + 1);
    Node { kind, span }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number, true, false, null, a list or a map")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Raw, E> {
        Ok(Raw::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Raw, E> {
        Ok(Raw::Number(number.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Raw, E> {
        serde_json::Number::from_f64(number)
            .map(Raw::Number)
            .ok_or_else(|| E::custom("a number that JSON does not have"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Raw, E> {
        Ok(Raw::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = access.next_element()? {
            elements.push(element);
        }
        Ok(Raw::List(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = access.next_entry()? {
            members.push(member);
        }
        Ok(Raw::Map(members))
    }
}
