//! `x-countersign`: what OpenAPI has no words for, in the words of the contract format.
//!
//! On the document, on an operation and in a schema it is laid over what was made of them, as a contract that amends
//! another one is. Where the one of the document says `countersign: 1`, as `export` writes it, the document is a contract
//! in OpenAPI's words: it is taken by its words, and nothing is concluded from them.

use crate::conform::{Holds, holds};
use crate::text::merge::merge;
use crate::text::tree::{Kind, Node};

use super::Reading;
use super::made::{self, Made};
use super::sources::Place;

/// The member.
pub const EXTENSION: &str = "x-countersign";

/// In a parameter, a shared schema or a security scheme: its name in the contract, where OpenAPI does not allow it.
const KEY: &str = "key";

/// What the contract calls it, if the document says so.
pub(super) fn key(place: Place<'_>) -> Option<&str> {
    place.get(EXTENSION)?.text(KEY)
}

/// Whether the document is a contract in OpenAPI's words.
pub(super) fn is_exact(root: Place<'_>) -> bool {
    root.get(EXTENSION).is_some_and(|extension| extension.get("countersign").is_some())
}

/// The media type of bodies that do not say their own.
pub(super) fn usual(root: Place<'_>) -> String {
    let defaults = root.get(EXTENSION).and_then(|extension| extension.get("defaults"));
    let usual = defaults.and_then(|defaults| defaults.text("media_type"));
    usual.unwrap_or("application/json").to_owned()
}

impl<'t> Reading<'t> {
    /// What was made of `place`, with what its extension lays over it.
    pub(super) fn amended(&mut self, made: Node, place: Place<'t>) -> Node {
        match place.get(EXTENSION) {
            None => made,
            Some(over) if over.is_map() => {
                let said = over.node.members().iter().filter(|(name, _)| name.text != KEY).cloned().collect();
                merge(&made, &Node { kind: Kind::Map(said), span: over.span() })
            }
            Some(over) => {
                let message = format!("`{EXTENSION}` can't be {}", over.node.what());
                self.notes.odd(over.span(), message, "passed over");
                made
            }
        }
    }

    /// A schema as it stands there; references become names.
    pub(super) fn taken(&mut self, place: Place<'t>) -> Node {
        let Kind::Map(_) = &place.node.kind else { return place.node.clone() };
        let mut made = Made::new(place.span());
        for (key, member) in place.members().filter(|(key, _)| key.text != EXTENSION) {
            let node = match (key.text.as_str(), holds(&key.text), &member.node.kind) {
                ("$ref", ..) => self.named(member),
                (_, Some(Holds::Schema), _) => self.taken(member),
                (_, Some(Holds::List), Kind::List(_)) => {
                    made::list(member.elements().map(|one| self.taken(one)).collect(), member.span())
                }
                (_, Some(Holds::Map), Kind::Map(_)) => {
                    let mut inner = Made::new(member.span());
                    for (key, schema) in member.members() {
                        let schema = self.taken(schema);
                        inner.put(&key.text, key.span, schema);
                    }
                    inner.node()
                }
                _ => member.node.clone(),
            };
            made.put(&key.text, key.span, node);
        }
        self.amended(made.node(), place)
    }

    fn named(&mut self, reference: Place<'t>) -> Node {
        let text = reference.node.text().unwrap_or_default();
        match self.resolver.resolve(reference.file, text) {
            Ok((target, found)) => made::text(self.definitions.plainly(target, found), reference.span()),
            Err(why) => {
                let message = format!("`{text}` leads nowhere: {why}");
                self.notes.odd(reference.span(), message, "no schema has this name");
                reference.node.clone()
            }
        }
    }
}
