//! Discriminators: which of several schemas a value means is told by one of its members.

use super::Reading;
use super::definitions::{Wanted, Way, said};
use super::made::{self, Made};
use super::sources::{Place, Target};
use crate::text::tree::{Key, Kind, Node};
use crate::text::{FileId, Span, pointer};

/// A schema of a kind, and what the discriminating member is in it.
#[derive(Debug, Clone)]
pub(super) struct OfKind<'t> {
    target: Target,
    place: Place<'t>,
}

impl<'t> Reading<'t> {
    /// The member that tells apart, where the schema has one.
    fn discriminator(place: Place<'t>) -> Option<(&'t str, Option<Place<'t>>)> {
        let said = place.get("discriminator")?;
        match said.node.text() {
            Some(name) => Some((name, None)),
            None => Some((said.text("propertyName")?, said.get("mapping"))),
        }
    }

    /// The schemas that are made of this one with `allOf` and that its discriminator tells apart.
    pub(super) fn kinds_of(&mut self, target: &Target, place: Place<'t>) -> Vec<OfKind<'t>> {
        if Self::discriminator(place).is_none()
            || place.get("oneOf").is_some()
            || place.get("anyOf").is_some()
        {
            return Vec::new();
        }
        let children = self.children().get(target).cloned().unwrap_or_default();
        children.into_iter().map(|(target, place)| OfKind { target, place }).collect()
    }

    /// What the member is in values of `of`.
    fn values(&self, base: Place<'t>, of: &Target, place: Place<'t>) -> Vec<String> {
        if let Some(own) = place.text("x-discriminator-value") {
            return vec![own.to_owned()];
        }
        let mapping = Self::discriminator(base).and_then(|(_, mapping)| mapping);
        let leads_there = |file: FileId, word: &str| {
            let by_name = ["components/schemas", "definitions"].iter().any(|list| {
                self.resolver.resolve(file, &format!("#/{list}/{word}")).is_ok_and(|(found, _)| found == *of)
            });
            by_name || self.resolver.resolve(file, word).is_ok_and(|(found, _)| found == *of)
        };
        let mapped: Vec<String> = mapping
            .iter()
            .flat_map(|mapping| mapping.members())
            .filter(|(_, word)| word.node.text().is_some_and(|text| leads_there(word.file, text)))
            .map(|(key, _)| key.text.clone())
            .collect();
        if mapped.is_empty() {
            vec![pointer::tokens(&of.at).last().unwrap_or_else(|| said(of))]
        } else {
            mapped
        }
    }

    /// Whether the schema says itself what its member `name` may be.
    fn decides(&self, place: Place<'t>, name: &str, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let Ok(here) = self.resolver.follow(place) else { return false };
        let own = here.get("properties").and_then(|properties| properties.get(name));
        let own = own.and_then(|own| self.resolver.follow(own).ok());
        own.is_some_and(|own| own.get("enum").is_some() || own.get("const").is_some())
            || here.get("allOf").is_some_and(|all| all.elements().any(|part| self.decides(part, name, depth)))
    }

    /// One of the schemas that are made of the wanted one.
    pub(super) fn one_of_its_kind(&mut self, wanted: &Wanted, place: Place<'t>) -> Node {
        let span = place.span();
        let kinds = self.kinds_of(&wanted.target, place);
        let mut titles = super::names::Names::default();
        let mut branches = Vec::new();
        for kind in kinds {
            let name = self.definitions.name(
                Wanted { target: kind.target.clone(), way: wanted.way, any_of_its_kind: false },
                kind.place,
            );
            let mut branch = Made::new(kind.place.span());
            branch.say("title", span, titles.free(&said(&kind.target).to_lowercase()));
            branch.say("$ref", span, name);
            branches.push(branch.node());
        }
        let mut made = Made::new(span);
        made.put("oneOf", span, made::list(branches, span));
        made.node()
    }

    /// Adds to a schema that is one of a kind what its discriminating member has to be.
    pub(super) fn tell_apart(&mut self, target: &Target, place: Place<'t>, members: &mut [(Key, Node)]) {
        let bases: Vec<Place<'t>> = place
            .get("allOf")
            .into_iter()
            .flat_map(Place::elements)
            .filter_map(|part| self.resolver.resolve(part.file, part.text("$ref")?).ok())
            .map(|(_, base)| base)
            .collect();
        let Some(base) = bases.into_iter().find(|base| Self::discriminator(*base).is_some()) else { return };
        let Some((name, _)) = Self::discriminator(base) else { return };
        if self.decides(place, name, 4) {
            return;
        }
        let values = self.values(base, target, place);
        let span = base.get("discriminator").map_or(base.span(), Place::span);
        if let Some(Node { kind: Kind::List(all), .. }) =
            members.iter_mut().find(|(key, _)| key.text == "allOf").map(|(_, node)| node)
        {
            all.push(is_one_of(name, &values, span).node());
        }
    }

    /// The branches of `oneOf` or `anyOf` beside a discriminator: each is for its own values of the member.
    pub(super) fn discriminated(&mut self, place: Place<'t>, way: Way, made: &mut Made) {
        let Some((name, _)) = Self::discriminator(place).filter(|_| way == Way::Sent) else { return };
        for keyword in ["oneOf", "anyOf"] {
            let Some(branches) = place.get(keyword) else { continue };
            let found: Vec<Option<Vec<String>>> = branches
                .elements()
                .map(|branch| {
                    let (target, found) = self.resolver.resolve(branch.file, branch.text("$ref")?).ok()?;
                    (!self.decides(found, name, 4)).then(|| self.values(place, &target, found))
                })
                .collect();
            let Some(Node { kind: Kind::List(nodes), .. }) = made.get_mut(keyword) else { continue };
            for (node, values) in nodes.iter_mut().zip(found) {
                let (Some(values), Kind::Map(members)) = (values, &mut node.kind) else { continue };
                if members.iter().any(|(key, _)| matches!(key.text.as_str(), "properties" | "required")) {
                    continue;
                }
                if let Kind::Map(more) = is_one_of(name, &values, node.span).node().kind {
                    members.extend(more);
                }
            }
        }
    }
}

/// `{ properties: { NAME: { enum: VALUES } }, required: [NAME] }`
fn is_one_of(name: &str, values: &[String], span: Span) -> Made {
    let mut member = Made::new(span);
    let values = values.iter().map(|value| made::text(value.as_str(), span)).collect();
    member.put("enum", span, made::list(values, span));
    let mut properties = Made::new(span);
    properties.put(name, span, member.node());
    let mut made = Made::new(span);
    made.put("properties", span, properties.node());
    made.put("required", span, made::list(vec![made::text(name, span)], span));
    made
}
