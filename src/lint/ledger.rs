//! The ledger: what the documentation says against itself, with both sides and what follows from it.

use serde::Serialize;

use super::places;
use crate::model::{Between, Contract, Contradiction, LedgerVerdict, Published};
use crate::text::Place;

/// A contradiction that the contract records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its name in the contract.
    pub name: String,
    /// What is against what, without a full stop.
    pub says: String,
    /// What kinds of places are against each other.
    pub between: Between,
    /// The places, each with its sentence.
    pub sides: Vec<Side>,
    /// What the contract does about it.
    pub taken: String,
    /// Who is wrong, as far as it can be told before anything is sent.
    pub verdict: LedgerVerdict,
    /// The addresses of the clauses that it is about.
    pub concerns: Vec<String>,
    /// Where it is recorded.
    pub place: Place,
}

/// One side of a contradiction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Side {
    /// The short name of the page, its line and the words there.
    #[serde(flatten)]
    pub published: Published,
    /// The title of the page; its short name where it has none.
    pub title: String,
    /// The language of the page, if known.
    pub language: Option<String>,
    /// The date that the page gives for itself, if any.
    pub updated: Option<String>,
}

impl Entry {
    /// What kinds of places are against each other, in words: of pages in which they differ, language or release.
    #[must_use]
    pub fn between(&self) -> String {
        let words = self.between.words();
        let several = |of: fn(&Side) -> Option<&String>| {
            let mut all: Vec<&String> = self.sides.iter().filter_map(of).collect();
            all.sort();
            all.dedup();
            (all.len() > 1).then(|| all.into_iter().cloned().collect::<Vec<_>>().join(", "))
        };
        if self.between != Between::PagePage {
            return words.to_owned();
        }
        let languages = several(|side| side.language.as_ref()).map(|all| format!(" (languages {all})"));
        let releases = || several(|side| side.updated.as_ref()).map(|all| format!(" (of {all})"));
        format!("{words}{}", languages.or_else(releases).unwrap_or_default())
    }
}

/// Every contradiction that the contract records, in the order of the files.
#[must_use]
pub fn ledger(contract: &Contract) -> Vec<Entry> {
    contract.contradictions.iter().map(|known| entry(contract, known)).collect()
}

pub(super) fn entry(contract: &Contract, known: &Contradiction) -> Entry {
    let sources = contract.documents.get(known.document).map(|document| &document.sources);
    let side = |published: &Published| {
        let source = sources.and_then(|sources| sources.get(&published.source));
        Side {
            published: published.clone(),
            title: source.map_or_else(|| published.source.clone(), |source| source.title.clone()),
            language: source.and_then(|source| source.language.clone()),
            updated: source.and_then(|source| source.updated.clone()),
        }
    };
    // Before anything is sent, nobody knows which of a page and an answer is right.
    let open = known.undecided || known.between == Between::DocumentationLive;
    Entry {
        name: known.name.clone(),
        says: known.says.trim_end_matches('.').to_owned(),
        between: known.between,
        sides: known.sides.iter().map(side).collect(),
        taken: known.taken.clone(),
        verdict: if open { LedgerVerdict::Undecided } else { LedgerVerdict::DocumentationContradictsItself },
        concerns: known.concerns.iter().map(|clause| contract.clause(*clause).address.clone()).collect(),
        place: places::place(contract, known.span),
    }
}
