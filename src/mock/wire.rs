//! Values as they come over the wire: the styles of parameters, and bodies of all kinds.

use serde_json::{Map, Value};

use super::admit::{outside, part};
use super::message::{Received, form_pairs, is_json};
use super::served::{Content, ServedParameter};
use super::{shape, values, xml};
use crate::conform::{essence, read_json};
use crate::model::{Location, Schema, Style, Writing};

/// What a schema asks for, as far as its type says so.
pub(super) fn asks_for(schema: &Schema, kind: &str) -> bool {
    shape::branches(schema, schema).iter().any(|branch| match branch.get("type") {
        Some(Value::String(name)) => name == kind,
        Some(Value::Array(names)) => names.iter().any(|name| name == kind),
        _ => kind == "object" && branch.get("properties").is_some(),
    })
}

/// The value of a parameter of a path, from the text of its segment.
pub(super) fn in_path(name: &str, text: &str, schema: &Schema, writing: &Writing) -> Value {
    if writing.media_type.is_some() {
        return json(text);
    }
    let explode = writing.explode == Some(true);
    let (text, separator) = match writing.style {
        Some(Style::Label) => (text.strip_prefix('.').unwrap_or(text), if explode { '.' } else { ',' }),
        Some(Style::Matrix) if explode => {
            let rest = text.strip_prefix(';').unwrap_or(text);
            if asks_for(schema, "array") {
                let prefix = format!("{name}=");
                let parts = rest.split(';').map(|part| part.strip_prefix(&prefix).unwrap_or(part));
                return array(parts, schema);
            }
            (rest, ';')
        }
        Some(Style::Matrix) => {
            let rest = text.strip_prefix(';').unwrap_or(text);
            (rest.strip_prefix(&format!("{name}=")).unwrap_or(rest), ',')
        }
        _ => (text, ','),
    };
    let text = match writing.style {
        Some(Style::Matrix) if explode && !asks_for(schema, "object") => {
            text.strip_prefix(&format!("{name}=")).unwrap_or(text)
        }
        _ => text,
    };
    split(text, separator, explode, schema)
}

/// The value of a parameter elsewhere; None when it is not there.
pub(super) fn given(parameter: &ServedParameter, received: &Received) -> Option<Value> {
    let (schema, writing) = (&parameter.schema, &parameter.writing);
    if parameter.location == Location::Query {
        let all: Vec<(String, String)> = received.queries().collect();
        return in_pairs(&parameter.name, &all, schema, writing);
    }
    let text = part(received, parameter.location, &parameter.name)?;
    if writing.media_type.is_some() {
        return Some(json(&text));
    }
    let explode = writing.explode == Some(true) && parameter.location == Location::Header;
    Some(split(&text, ',', explode, schema))
}

/// Whether a request without the parameter is one with an object that has no members: nothing is written for it.
pub(super) fn may_be_nothing(parameter: &ServedParameter) -> bool {
    parameter.location != Location::Path
        && parameter.writing.media_type.is_none()
        && parameter.judge.takes_the_empty_object_alone()
}

/// A parameter that is given once, as the text that it is: one of several alternatives may ask for that.
pub(super) fn plain(parameter: &ServedParameter, received: &Received) -> Option<Value> {
    if parameter.location != Location::Query {
        return part(received, parameter.location, &parameter.name).map(|text| Value::from(text.as_ref()));
    }
    let mut own = received.queries().filter(|(name, _)| *name == parameter.name).map(|(_, text)| text);
    own.next().filter(|_| own.next().is_none()).map(Value::from)
}

/// The value of a parameter of a query or a member of a form.
fn in_pairs(name: &str, all: &[(String, String)], schema: &Schema, writing: &Writing) -> Option<Value> {
    let own = || all.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str());
    if writing.media_type.is_some() {
        return own().next().map(json);
    }
    let style = writing.style.unwrap_or(Style::Form);
    let explode = writing.explode.unwrap_or(matches!(style, Style::Form | Style::DeepObject));
    if asks_for(schema, "object") {
        if style == Style::DeepObject {
            return deep(name, all, schema);
        }
        if explode && own().next().is_none() {
            let members: Map<String, Value> = shape::members(schema, schema)
                .into_iter()
                .filter_map(|(member, part)| {
                    let value = in_pairs(member, all, &schema.part(part), &Writing::default())?;
                    Some((member.to_owned(), value))
                })
                .collect();
            return (!members.is_empty()).then_some(Value::Object(members));
        }
    }
    let separator = match style {
        Style::SpaceDelimited => ' ',
        Style::PipeDelimited => '|',
        Style::TabDelimited => '\t',
        _ => ',',
    };
    let given: Vec<&str> = own().collect();
    match given.as_slice() {
        [] => None,
        [one] if !explode || !asks_for(schema, "array") => Some(split(one, separator, false, schema)),
        several => Some(array(several.iter().copied(), schema)),
    }
}

/// `name[member]=…`
fn deep(name: &str, all: &[(String, String)], schema: &Schema) -> Option<Value> {
    let prefix = format!("{name}[");
    let mut members = Map::new();
    for (other, _) in all {
        let Some(rest) = other.strip_prefix(&prefix) else { continue };
        let Some((member, _)) = rest.split_once(']') else { continue };
        if members.contains_key(member) {
            continue;
        }
        let part = shape::members(schema, schema).into_iter().find(|(known, _)| *known == member);
        let part = part.map_or_else(|| Value::Bool(true).into(), |(_, part)| schema.part(part));
        let inner = format!("{name}[{member}]");
        let value = if asks_for(&part, "object") {
            deep(&inner, all, &part)
        } else {
            in_pairs(&inner, all, &part, &Writing::default())
        };
        members.insert(member.to_owned(), value.unwrap_or(Value::Null));
    }
    (!members.is_empty()).then_some(Value::Object(members))
}

/// `a,b`, `k,v` or `k=v`, as far as the schema asks for an array or an object.
fn split(text: &str, separator: char, named: bool, schema: &Schema) -> Value {
    if asks_for(schema, "array") {
        return array(text.split(separator), schema);
    }
    if asks_for(schema, "object") && text.starts_with('{') {
        return json(text);
    }
    if !asks_for(schema, "object") || !text.contains(if named { '=' } else { separator }) {
        return values::typed(text, schema);
    }
    let typed = |name: &str, text: &str| {
        let part = shape::members(schema, schema).into_iter().find(|(known, _)| *known == name);
        let value =
            part.map_or_else(|| Value::from(text), |(_, part)| values::typed(text, &schema.part(part)));
        (name.to_owned(), value)
    };
    if named {
        return Value::Object(
            text.split(separator)
                .filter_map(|pair| pair.split_once('='))
                .map(|(name, text)| typed(name, text))
                .collect(),
        );
    }
    let parts: Vec<&str> = text.split(separator).collect();
    Value::Object(
        parts.chunks(2).map(|pair| typed(pair[0], pair.get(1).copied().unwrap_or_default())).collect(),
    )
}

fn array<'p>(parts: impl Iterator<Item = &'p str>, schema: &Schema) -> Value {
    let items = shape::branches(schema, schema).into_iter().find_map(|branch| branch.get("items"));
    let items = items.filter(|items| items.is_object()).map(|items| schema.part(items));
    let element = |text: &str| match &items {
        // OpenAPI has no words for objects in lists; JSON is what is sent.
        Some(items) if asks_for(items, "object") && text.starts_with('{') => json(text),
        Some(items) => values::typed(text, items),
        None => Value::from(text),
    };
    Value::Array(parts.map(element).collect())
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}

/// How the members of a form are written, by name.
pub(super) type Encoding = std::collections::BTreeMap<String, Writing>;

/// What the bytes of a body are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    Json,
    Form,
    Multipart,
    Xml,
    /// A text, or bytes.
    Plain,
}

impl Syntax {
    /// That of a media type.
    pub(super) fn of(media_type: &str) -> Self {
        match essence(media_type).as_str() {
            "application/x-www-form-urlencoded" => Self::Form,
            "multipart/form-data" => Self::Multipart,
            _ if is_json(media_type) => Self::Json,
            "application/xml" | "text/xml" => Self::Xml,
            other if other.ends_with("+xml") => Self::Xml,
            _ => Self::Plain,
        }
    }

    /// For people.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Form => "a form",
            Self::Multipart => "a form in parts",
            Self::Xml => "well-formed XML",
            Self::Plain => "a text",
        }
    }
}

/// What a body says.
#[derive(Debug)]
pub(super) enum Read {
    /// The value that its schema speaks of.
    Value(Value),
    /// Nothing: it is not what its media type says.
    Malformed(Syntax),
    /// It can't be held against its schema: why.
    Unchecked(String),
}

/// A body, as the value that its schema speaks of.
pub(super) fn body(content: &Content, received: &Received) -> Read {
    let Content { media_type, schema, encoding, .. } = content;
    let text = || String::from_utf8_lossy(&received.body);
    let syntax = Syntax::of(media_type);
    match syntax {
        Syntax::Json => read_json(&received.body).map_or(Read::Malformed(syntax), Read::Value),
        Syntax::Form => Read::Value(form(form_pairs(&text()).collect(), schema, encoding)),
        Syntax::Multipart => match parts(received) {
            Some(parts) => Read::Value(form(parts, schema, encoding)),
            None => Read::Malformed(syntax),
        },
        // Without members there is nothing to read out of it.
        Syntax::Xml if asks_for(schema, "object") || asks_for(schema, "array") => {
            let Some(root) = xml::read(&received.body) else { return Read::Malformed(syntax) };
            let value = root.value(schema);
            match content.judge.breaches(&value).as_slice() {
                [] => Read::Value(value),
                breaches => Read::Unchecked(format!(
                    "the XML is well-formed, and was not checked further: read by the names of its elements, the body{} {}",
                    breaches[0].at,
                    outside(breaches)
                )),
            }
        }
        Syntax::Xml | Syntax::Plain if asks_for(schema, "object") || asks_for(schema, "array") => {
            Read::Unchecked(format!("a body of {media_type} was not checked"))
        }
        Syntax::Xml | Syntax::Plain => Read::Value(Value::from(text())),
    }
}

/// The members of a form.
fn form(pairs: Vec<(String, String)>, schema: &Schema, encoding: &Encoding) -> Value {
    let known = shape::members(schema, schema);
    let mut members = Map::new();
    for (name, part) in &known {
        let part = schema.part(part);
        let mut writing = encoding.get(*name).cloned().unwrap_or_default();
        if asks_for(&part, "object") && writing.style.is_none() && writing.explode.is_none() {
            writing.media_type.get_or_insert_with(|| "application/json".to_owned());
        } else if !writing.media_type.as_deref().is_some_and(is_json) {
            writing.media_type = None;
        }
        if let Some(value) = in_pairs(name, &pairs, &part, &writing) {
            members.insert((*name).to_owned(), value);
        }
    }
    for (name, value) in pairs {
        let of_known =
            known.iter().any(|(known, _)| *known == name || name.starts_with(&format!("{known}[")));
        if !of_known {
            members.entry(name).or_insert(Value::from(value));
        }
    }
    Value::Object(members)
}

/// The parts of a `multipart/form-data` body (RFC 7578), as pairs of texts. None where nothing says what is between them,
/// or the last one does not end.
fn parts(received: &Received) -> Option<Vec<(String, String)>> {
    let sent = received.header("content-type").unwrap_or_default();
    let boundary = sent.split(';').find_map(|part| part.trim().strip_prefix("boundary="));
    let boundary =
        boundary.map(|boundary| boundary.trim_matches('"')).filter(|boundary| !boundary.is_empty())?;
    let text = String::from_utf8_lossy(&received.body);
    let delimiter = format!("--{boundary}");
    if !text.contains(&format!("{delimiter}--")) {
        return None;
    }
    let mut found = Vec::new();
    for piece in text.split(delimiter.as_str()).skip(1) {
        let Some((head, content)) = piece.split_once("\r\n\r\n") else { continue };
        let name = head.lines().find_map(|line| {
            let (field, value) = line.split_once(':')?;
            field.trim().eq_ignore_ascii_case("content-disposition").then_some(())?;
            value
                .split(';')
                .find_map(|part| part.trim().strip_prefix("name="))
                .map(|name| name.trim_matches('"').to_owned())
        });
        if let Some(name) = name {
            found.push((name, content.strip_suffix("\r\n").unwrap_or(content).to_owned()));
        }
    }
    Some(found)
}
