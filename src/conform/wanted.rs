//! What an expression looks at, so that nothing else of a large answer has to be made ready for it.

use std::collections::{BTreeMap, BTreeSet};

/// Names with their members: all of a value, or only some of its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    whole: bool,
    parts: BTreeMap<String, Wanted>,
}

/// Everything.
pub(super) static ALL: Wanted = Wanted { whole: true, parts: BTreeMap::new() };

impl Wanted {
    /// What these dotted names reach: `body.user.name`, `status`.
    pub(super) fn of(names: &BTreeSet<String>) -> Self {
        let mut root = Self { whole: false, parts: BTreeMap::new() };
        for name in names {
            let mut at = &mut root;
            for token in name.split('.') {
                at =
                    at.parts.entry(token.to_owned()).or_insert(Self { whole: false, parts: BTreeMap::new() });
            }
            at.whole = true;
        }
        root
    }

    /// What both reach together.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.add(other);
        both
    }

    fn add(&mut self, other: &Self) {
        self.whole |= other.whole;
        for (name, part) in &other.parts {
            match self.parts.get_mut(name) {
                Some(known) => known.add(part),
                None => drop(self.parts.insert(name.clone(), part.clone())),
            }
        }
    }

    /// What is wanted of the member `name`; None: nothing.
    pub(super) fn part(&self, name: &str) -> Option<&Self> {
        if self.whole { Some(&ALL) } else { self.parts.get(name) }
    }

    /// The members, where not the whole is wanted.
    pub(super) fn parts(&self) -> Option<&BTreeMap<String, Self>> {
        (!self.whole).then_some(&self.parts)
    }

    /// Whether anything is wanted at this dotted name, such as `request.header`.
    #[must_use]
    pub fn reaches(&self, name: &str) -> bool {
        let mut at = self;
        for token in name.split('.') {
            match at.part(token) {
                Some(part) => at = part,
                None => return false,
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_reach_themselves_and_what_is_inside() {
        let names = |list: &[&str]| Wanted::of(&list.iter().map(|name| (*name).to_owned()).collect());
        let both = names(&["body.a.b", "status"]).and(&names(&["body.a", "header"]));
        for (name, reached) in
            [("status", true), ("body", true), ("body.a.c", true), ("body.b", false), ("request", false)]
        {
            assert_eq!(both.reaches(name), reached, "{name}");
        }
    }
}
