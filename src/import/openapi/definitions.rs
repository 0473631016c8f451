//! The shared schemas of the contract: everything that a reference of the document leads to, by direction.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::extension;
use super::names::{Names, plain};
use super::sources::{Place, Resolver, Sources, Target};
use crate::model::MAPS;
use crate::text::tree::{Key, Node};
use crate::text::{Span, pointer};

/// Which way a value goes: what is `readOnly` is not sent, what is `writeOnly` is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Way {
    Sent,
    Answered,
}

/// A schema to be made of what a reference leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Wanted {
    pub(super) target: Target,
    pub(super) way: Way,
    /// Not the schema itself, but one of those that are made of it and a discriminator tells apart.
    pub(super) any_of_its_kind: bool,
}

/// Names of the shared schemas, and those that still have to be made.
#[derive(Debug, Default)]
pub(super) struct Definitions<'t> {
    names: Names,
    known: HashMap<Wanted, String>,
    pub(super) open: Vec<(Wanted, Place<'t>)>,
    /// Made ones in the order in which they were asked for: their keys stand where the document has them.
    pub(super) made: BTreeMap<usize, (Key, Node)>,
    marks: HashMap<Target, Marks>,
}

/// What a schema has somewhere in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Marks {
    read_only: bool,
    write_only: bool,
    /// In an answer it only asks that one fits (`Reading::branches`).
    one_of: bool,
}

impl<'t> Definitions<'t> {
    /// With the marks of everything that references lead to.
    pub(super) fn new(
        resolver: &Resolver<'t>,
        sources: &'t Sources,
        files: impl Iterator<Item = crate::text::FileId>,
    ) -> Self {
        let mut nodes: BTreeMap<Target, (Marks, Vec<Target>)> = BTreeMap::new();
        let mut open = Vec::new();
        for file in files {
            if let Some(root) = sources.root(file) {
                scan(root, resolver, &mut Marks::default(), &mut open);
            }
        }
        let mut seen: BTreeSet<Target> = BTreeSet::new();
        while let Some((target, place)) = open.pop() {
            if seen.insert(target.clone()) {
                let (mut marks, mut next) = (Marks::default(), Vec::new());
                scan(place, resolver, &mut marks, &mut next);
                nodes.insert(target, (marks, next.iter().map(|(target, _)| target.clone()).collect()));
                open.extend(next);
            }
        }
        // Marks spread along the references, against their direction, until nothing changes.
        let mut users: HashMap<&Target, Vec<&Target>> = HashMap::new();
        for (user, (_, used)) in &nodes {
            for used in used {
                users.entry(used).or_default().push(user);
            }
        }
        let mut marks: HashMap<Target, Marks> =
            nodes.iter().map(|(target, (marks, _))| (target.clone(), *marks)).collect();
        let mut changed: Vec<&Target> = nodes.keys().collect();
        while let Some(target) = changed.pop() {
            let of = marks.get(target).copied().unwrap_or_default();
            for user in users.get(target).into_iter().flatten() {
                let mark = marks.entry((*user).clone()).or_default();
                let both = Marks {
                    read_only: mark.read_only || of.read_only,
                    write_only: mark.write_only || of.write_only,
                    one_of: mark.one_of || of.one_of,
                };
                if both != *mark {
                    *mark = both;
                    changed.push(user);
                }
            }
        }
        Self { marks, ..Self::default() }
    }

    /// The name of the schema as the document has it, whichever way its values go; it is made later.
    pub(super) fn plainly(&mut self, target: Target, place: Place<'t>) -> String {
        let wanted = Wanted { target, way: Way::Answered, any_of_its_kind: false };
        if let Some(name) = self.known.get(&wanted) {
            return name.clone();
        }
        let last = || pointer::tokens(&wanted.target.at).last().unwrap_or_else(|| said(&wanted.target));
        let name = self.names.free(&extension::key(place).map_or_else(last, str::to_owned));
        self.known.insert(wanted.clone(), name.clone());
        self.open.push((wanted, place));
        name
    }

    /// The name of the schema; it is made later.
    pub(super) fn name(&mut self, wanted: Wanted, place: Place<'t>) -> String {
        if let Some(name) = self.known.get(&wanted) {
            return name.clone();
        }
        let marks = self.marks.get(&wanted.target).copied().unwrap_or_default();
        let back = match wanted.way {
            Way::Sent => Way::Answered,
            Way::Answered => Way::Sent,
        };
        let other = self.known.get(&Wanted { way: back, ..wanted.clone() });
        let way = match wanted.way {
            Way::Sent if marks.read_only => "-sent",
            Way::Answered if marks.write_only || marks.one_of => "-answered",
            _ => "",
        };
        // Where both directions are the same, there is one schema.
        let differs = marks.read_only || marks.write_only || marks.one_of;
        if let Some(name) = other.filter(|_| !differs && !wanted.any_of_its_kind).cloned() {
            self.known.insert(wanted, name.clone());
            return name;
        }
        let kind = if wanted.any_of_its_kind { "-any" } else { "" };
        let name = self.names.free(&format!("{}{kind}{way}", said(&wanted.target)));
        self.known.insert(wanted.clone(), name.clone());
        self.open.push((wanted, place));
        name
    }
}

/// What the document calls the schema.
pub(super) fn said(target: &Target) -> String {
    let tokens: Vec<String> = pointer::tokens(&target.at).collect();
    let name = match tokens.as_slice() {
        [] => plain(&target.at),
        [most @ .., last] => {
            let of_shared = most.last().is_some_and(|list| {
                ["schemas", "definitions", "$defs", "parameters", "responses"].contains(&list.as_str())
            });
            let inside = plain(&most.last().cloned().unwrap_or_default());
            if of_shared { plain(last) } else { plain(&format!("{inside} {last}")) }
        }
    };
    if name.is_empty() { "Schema".to_owned() } else { name }
}

/// Marks and references in `place`, which is not looked at behind references.
fn scan<'t>(
    place: Place<'t>,
    resolver: &Resolver<'t>,
    marks: &mut Marks,
    found: &mut Vec<(Target, Place<'t>)>,
) {
    for (key, member) in place.members() {
        match key.text.as_str() {
            "$ref" => {
                let of =
                    member.node.text().and_then(|reference| resolver.resolve(place.file, reference).ok());
                found.extend(of);
            }
            "readOnly" => marks.read_only |= member.node.json() == true,
            "oneOf" => {
                marks.one_of = true;
                scan(member, resolver, marks, found);
            }
            "writeOnly" => marks.write_only |= member.node.json() == true,
            name if MAPS.contains(&name) && member.is_map() => {
                member.members().for_each(|(_, part)| scan(part, resolver, marks, found));
            }
            "example" | "examples" | "enum" | "default" => {}
            _ => scan(member, resolver, marks, found),
        }
    }
    place.elements().for_each(|element| scan(element, resolver, marks, found));
}

/// A key for a made schema.
pub(super) fn key(name: &str, at: Span) -> Key {
    Key { text: name.to_owned(), span: at }
}
