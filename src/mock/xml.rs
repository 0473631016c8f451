//! Bodies in XML, read by the names of their elements.
//!
//! What a schema calls a member is an element of this name, or an attribute; a list is one element after the other, or
//! one element around all of them. A schema can say more about XML than contracts keep; so what does not fit is no
//! reason to refuse anything.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use serde_json::{Map, Value};

use super::wire::asks_for;
use super::{shape, values};
use crate::model::Schema;

/// Elements in elements, at most.
const DEPTH: usize = 64;

/// An element.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// Without its prefix.
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
    text: String,
}

/// The outermost element; None where this is no well-formed XML.
pub(super) fn read(body: &[u8]) -> Option<Element> {
    let text = std::str::from_utf8(body).ok()?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        let closed = match reader.read_event().ok()? {
            Event::Start(start) => {
                // One element is around everything else.
                if root.is_some() || open.len() == DEPTH {
                    return None;
                }
                open.push(element(&start)?);
                None
            }
            Event::Empty(start) if root.is_none() => Some(element(&start)?),
            Event::End(_) => Some(open.pop()?),
            Event::Text(part) => {
                append(open.last_mut(), &part.xml10_content())?;
                None
            }
            Event::CData(part) => {
                append(Some(open.last_mut()?), &part.xml10_content())?;
                None
            }
            Event::GeneralRef(name) => {
                let character = match name.resolve_char_ref().ok()? {
                    Some(character) => character.to_string(),
                    None => quick_xml::escape::resolve_predefined_entity(&name)?.to_owned(),
                };
                append(Some(open.last_mut()?), &character)?;
                None
            }
            Event::Eof => return root.filter(|_| open.is_empty()),
            Event::Empty(_) | Event::DocType(_) => return None,
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => None,
        };
        if let Some(closed) = closed {
            match open.last_mut() {
                Some(outer) => outer.children.push(closed),
                None => root = Some(closed),
            }
        }
    }
}

fn element(start: &BytesStart<'_>) -> Option<Element> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned();
        attributes.push((attribute.key.local_name().as_ref().to_owned(), value));
    }
    Some(Element { name: start.local_name().as_ref().to_owned(), attributes, ..Element::default() })
}

/// Outside of all elements only white space may stand.
fn append(to: Option<&mut Element>, text: &str) -> Option<()> {
    match to {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return None,
    }
    Some(())
}

impl Element {
    /// The value that the schema speaks of.
    pub(super) fn value(&self, schema: &Schema) -> Value {
        if asks_for(schema, "array") {
            let items = items(schema);
            return self.children.iter().map(|child| child.value(&items)).collect();
        }
        if !asks_for(schema, "object") && self.children.is_empty() {
            return values::typed(self.text.trim(), schema);
        }
        let known = shape::members(schema, schema);
        let mut members = Map::new();
        for (name, part) in &known {
            let part = schema.part(part);
            let mut own = self.children.iter().filter(|child| child.name == *name).peekable();
            if asks_for(&part, "array") {
                if own.peek().is_some() {
                    members.insert((*name).to_owned(), list(&own.collect::<Vec<_>>(), &part));
                }
            } else if let Some(child) = own.next() {
                members.insert((*name).to_owned(), child.value(&part));
            } else if let Some((_, text)) = self.attributes.iter().find(|(other, _)| other == name) {
                members.insert((*name).to_owned(), values::typed(text, &part));
            }
        }
        for child in self.children.iter().filter(|child| !known.iter().any(|(name, _)| *name == child.name)) {
            let any = Schema::from(&Value::Bool(true));
            members.entry(child.name.clone()).or_insert_with(|| child.value(&any));
        }
        Value::Object(members)
    }
}

/// The elements of an array: these, or those in the only one, which is then around them.
fn list(own: &[&Element], array: &Schema) -> Value {
    let items = items(array);
    if let [around] = own
        && let Some(first) = around.children.first()
        && around.children.iter().all(|child| child.name == first.name)
        && !shape::members(&items, &items).iter().any(|(name, _)| *name == first.name)
    {
        return around.children.iter().map(|child| child.value(&items)).collect();
    }
    // One without anything in it stands around nothing, unless an element may be an empty text.
    if let [one] = own
        && one.children.is_empty()
        && one.text.trim().is_empty()
        && one.attributes.is_empty()
    {
        return Value::Array(Vec::new());
    }
    own.iter().map(|one| one.value(&items)).collect()
}

fn items(array: &Schema) -> Schema {
    let found = shape::branches(array, array).into_iter().find_map(|branch| branch.get("items"));
    found
        .filter(|items| items.is_object())
        .map_or_else(|| Value::Bool(true).into(), |items| array.part(items))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pet() -> Schema {
        Schema::from(&json!({
            "type": "object",
            "properties": {
                "id": {"type": "integer"},
                "name": {"type": "string"},
                "sold": {"type": "boolean"},
                "photos": {"type": "array", "items": {"type": "string"}},
                "tags": {"type": "array", "items": {
                    "type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}
                }}
            }
        }))
    }

    #[test]
    fn members_are_elements_or_attributes_and_lists_stand_with_and_without_an_element_around() {
        for (text, expected) in [
            (
                "<?xml version=\"1.0\"?><p:pet xmlns:p=\"u\" id=\"7\"><name>a &amp; &#98;</name><!-- c --><sold>true</sold></p:pet>",
                json!({"id": 7, "name": "a & b", "sold": true}),
            ),
            (
                "<pet><photos><photo>x</photo><photo>y</photo></photos><tags><tag><id>1</id></tag></tags></pet>",
                json!({"photos": ["x", "y"], "tags": [{"id": 1}]}),
            ),
            (
                "<pet><photos>x</photos><photos>y</photos><tags><name>red</name></tags></pet>",
                json!({"photos": ["x", "y"], "tags": [{"name": "red"}]}),
            ),
            ("<pet><photos/><name><![CDATA[<b>]]></name></pet>", json!({"photos": [], "name": "<b>"})),
            ("<pet><colour>red</colour></pet>", json!({"colour": "red"})),
            ("<pet/>", json!({})),
        ] {
            assert_eq!(read(text.as_bytes()).unwrap().value(&pet()), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_well_formed_is_not_read() {
        let deep = "<a>".repeat(100_000);
        for text in [
            "",
            "{}",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<a/>text",
            "<a>&nothing;</a>",
            "<a b=c/>",
            "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
            "</a>",
            &deep,
        ] {
            assert!(read(text.as_bytes()).is_none(), "{}", &text[..text.len().min(40)]);
        }
        assert!(read(b"<a>\xff</a>").is_none());
    }
}
