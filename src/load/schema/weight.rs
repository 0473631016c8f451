//! How many promises a schema makes, so that those of large and recursive ones can be told in time.

use std::collections::BTreeMap;

use super::keywords::{self, Holds};
use super::shared_name;
use crate::text::tree::{Kind, Node};

/// More than anybody reads: heavier schemas are all alike.
const HEAVIEST: usize = 1_000_000;
/// References that are followed inside references.
const DEPTH: usize = 10;

/// What a schema says itself, and what it refers to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::load) struct Weight {
    /// About as many promises as it makes without what it refers to.
    pub(in crate::load) own: usize,
    /// How often it refers to others.
    pub(in crate::load) references: usize,
    /// With all that it refers to, so far as that is followed.
    pub(in crate::load) whole: usize,
}

/// The weights of shared schemas by name.
#[derive(Debug, Default)]
pub(super) struct Weights<'n>(BTreeMap<&'n str, Weight>);

impl<'n> Weights<'n> {
    pub(super) fn of(schemas: &BTreeMap<&'n str, &'n Node>) -> Self {
        let mut counted = BTreeMap::new();
        for (name, node) in schemas {
            let (mut own, mut references) = (0, Vec::new());
            count(node, &mut own, &mut references);
            counted.insert(*name, (own, references));
        }
        let mut whole: BTreeMap<&str, usize> = counted.iter().map(|(name, (own, _))| (*name, *own)).collect();
        for _ in 0..DEPTH {
            whole = counted
                .iter()
                .map(|(name, (own, references))| {
                    let others = references.iter().map(|other| whole.get(other).copied().unwrap_or(1));
                    (*name, others.fold(*own, usize::saturating_add).min(HEAVIEST))
                })
                .collect();
        }
        let weight = |(name, (own, references)): (&'n str, (usize, Vec<&str>))| {
            let whole = whole.get(name).copied().unwrap_or(own);
            (name, Weight { own, references: references.len(), whole })
        };
        Self(counted.into_iter().map(weight).collect())
    }

    /// The weight of a shared schema.
    pub(super) fn get(&self, name: &str) -> Weight {
        self.0.get(shared_name(name)).cloned().unwrap_or_default()
    }

    /// The weight of any schema.
    pub(super) fn weigh(&self, node: &Node) -> Weight {
        let (mut own, mut references) = (0, Vec::new());
        count(node, &mut own, &mut references);
        let whole = references.iter().map(|name| self.get(name).whole).fold(own, usize::saturating_add);
        Weight { own, references: references.len(), whole }
    }
}

fn count<'n>(node: &'n Node, own: &mut usize, references: &mut Vec<&'n str>) {
    if let Kind::Text(name) = &node.kind {
        references.push(shared_name(name));
        return;
    }
    for (key, value) in node.members() {
        match (key.text.as_str(), keywords::holds(&key.text)) {
            ("$ref", _) => references.extend(value.text().map(shared_name)),
            ("title" | "description" | "examples" | "default" | "deprecated", _) | (_, None) => {}
            (_, Some(Holds::Value)) => *own += 1,
            (_, Some(Holds::Schema)) => count(value, own, references),
            (_, Some(Holds::List)) => value.elements().iter().for_each(|node| count(node, own, references)),
            (_, Some(Holds::Map)) => value.members().iter().for_each(|(_, node)| {
                *own += 1;
                count(node, own, references);
            }),
        }
    }
}
