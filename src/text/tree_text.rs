//! A tree as YAML.

use serde::ser::{Serialize, SerializeMap as _, SerializeSeq as _, Serializer};
use serde_saphyr::{FlowMap, FlowSeq};

use super::tree::{Kind, Node};

/// The longest line, in characters, on which a map or list stands as a whole.
const LINE: usize = 100;

/// The tree as a YAML document that reads back as the same tree: short maps and lists on one line, others as blocks.
#[must_use]
pub fn write(node: &Node) -> String {
    let options = serde_saphyr::ser_options! { compact_list_indent: false };
    serde_saphyr::to_string_with_options(&Block(node), options).unwrap_or_default()
}

/// A value as a block, or on one line where it fits.
struct Block<'n>(&'n Node);

impl Serialize for Block<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0.kind {
            Kind::List(elements) => {
                if width(self.0) <= LINE {
                    return FlowSeq(Flow(self.0)).serialize(serializer);
                }
                let mut list = serializer.serialize_seq(Some(elements.len()))?;
                elements.iter().try_for_each(|element| list.serialize_element(&Block(element)))?;
                list.end()
            }
            Kind::Map(members) => {
                if width(self.0) <= LINE {
                    return FlowMap(Flow(self.0)).serialize(serializer);
                }
                let mut map = serializer.serialize_map(Some(members.len()))?;
                members.iter().try_for_each(|(key, node)| map.serialize_entry(&key.text, &Block(node)))?;
                map.end()
            }
            _ => Flow(self.0).serialize(serializer),
        }
    }
}

/// A value on one line.
struct Flow<'n>(&'n Node);

impl Serialize for Flow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0.kind {
            Kind::Null => serializer.serialize_unit(),
            Kind::Bool(truth) => serializer.serialize_bool(*truth),
            Kind::Number(number) => number.serialize(serializer),
            Kind::Text(text) => serializer.serialize_str(text),
            Kind::List(elements) => serializer.collect_seq(elements.iter().map(Flow)),
            Kind::Map(members) => {
                serializer.collect_map(members.iter().map(|(key, node)| (&key.text, Flow(node))))
            }
        }
    }
}

/// How many characters the value takes on one line, about; more than a line where it can't stand on one.
fn width(node: &Node) -> usize {
    match &node.kind {
        Kind::Null | Kind::Bool(_) | Kind::Number(_) => 5,
        Kind::Text(text) if text.contains('\n') => LINE + 1,
        Kind::Text(text) => text.chars().count() + 2,
        Kind::List(elements) => {
            elements.iter().fold(2, |sum, element| sum.saturating_add(width(element) + 2))
        }
        Kind::Map(members) => members
            .iter()
            .fold(4, |sum, (key, member)| sum.saturating_add(key.text.chars().count() + width(member) + 4)),
    }
}
