//! Where the pages contradict themselves or each other.

use super::origin::{Origin, cites};
use crate::model::Between;

/// One contradiction.
#[derive(Debug, Clone)]
pub(super) struct Conflict {
    field: String,
    what: String,
    pub(super) says: String,
    pub(super) sides: Vec<Origin>,
    pub(super) concerns: Vec<String>,
    pub(super) taken: String,
    pub(super) undecided: bool,
}

impl Conflict {
    /// A contradiction about a field: `what` and the field make its name.
    pub(super) fn new(
        field: &str,
        what: &str,
        says: &str,
        sides: Vec<Origin>,
        concerns: Vec<String>,
    ) -> Self {
        let taken = "Nothing is judged by it.".to_owned();
        Self {
            field: field.to_owned(),
            what: what.to_owned(),
            says: says.to_owned(),
            sides,
            concerns,
            taken,
            undecided: false,
        }
    }

    pub(super) fn undecided(mut self) -> Self {
        self.undecided = true;
        self
    }

    pub(super) fn taken(mut self, taken: &str) -> Self {
        taken.clone_into(&mut self.taken);
        self
    }

    /// No clause is made of any side.
    pub(super) fn unjudged(mut self) -> Self {
        "Neither; no clause comes of them.".clone_into(&mut self.taken);
        self.undecided = false;
        self
    }

    /// What a reader sees of the contradiction.
    pub(super) fn sentence(&self) -> String {
        format!("`{}`: {}.", self.field, self.says)
    }

    /// What is against what, where the sides alone do not show it.
    pub(super) fn between(&self) -> Option<Between> {
        match self.what.as_str() {
            "prose-and-bounds-of" => Some(Between::ProseTable),
            "path-of-the-example" => Some(Between::TableExample),
            _ => None,
        }
    }

    fn name(&self) -> String {
        let words = format!("{} {}", self.what, self.field);
        let slug: String =
            words.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
        slug.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
    }
}

/// All of them, by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Ledger {
    pub(super) all: Vec<(String, Conflict)>,
}

impl Ledger {
    /// What is known of a body's members is known of the elements of a list: `to` is where the clauses of `from` are; None where
    /// there are none.
    pub(super) fn relocate(&mut self, from: &str, to: Option<&str>) {
        for (_, conflict) in &mut self.all {
            let before = conflict.concerns.len();
            conflict.concerns = std::mem::take(&mut conflict.concerns)
                .into_iter()
                .filter_map(|concern| match (concern.strip_prefix(from), to) {
                    (Some(rest), Some(to)) if rest.starts_with('/') => Some(format!("{to}{rest}")),
                    (Some(rest), None) if rest.starts_with('/') => None,
                    _ => Some(concern),
                })
                .collect();
            if before > 0 && conflict.concerns.is_empty() {
                *conflict = conflict.clone().unjudged();
            }
        }
    }

    /// Adds one. What is said of the same field in several answers is one contradiction.
    pub(super) fn add(&mut self, conflict: Conflict) {
        let same = |other: &Conflict| {
            other.field == conflict.field
                && other.what == conflict.what
                && other.says == conflict.says
                && other.undecided == conflict.undecided
        };
        if let Some((_, known)) = self.all.iter_mut().find(|(_, other)| same(other)) {
            let cited = cites(&known.sides);
            known.sides.extend(conflict.sides.into_iter().filter(|side| !cited.contains(&side.cite())));
            let fresh: Vec<String> =
                conflict.concerns.into_iter().filter(|concern| !known.concerns.contains(concern)).collect();
            known.concerns.extend(fresh);
            return;
        }
        let base = conflict.name();
        let taken = |name: &str| self.all.iter().any(|(other, _)| other == name);
        let mut name = base.clone();
        let mut number = 2;
        while taken(&name) {
            name = format!("{base}-{number}");
            number += 1;
        }
        self.all.push((name, conflict));
    }
}
