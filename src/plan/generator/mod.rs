//! Generators: one technique of testing each.
//!
//! To add one: a file here, with a `THIS`, and its word in the table. Every generator is asked for every side of every
//! clause and answers whether it has something for it; a clause's side that no generator serves becomes a gap.
//! Two techniques have their place kept: `properties` (property-based values, with shrinking, once `synth` shrinks) and
//! `pairwise` (combinations of optional parts). Each of them adds cases to clauses that are served already.

use super::aim::Aim;
use super::draft::Outcome;
use crate::model::Meta;

/// A technique of testing.
pub trait Generator: Sync {
    /// Its name and what it does.
    fn meta(&self) -> &'static Meta;

    /// Its cases for one side of one clause. The same aim gives the same drafts.
    fn drafts(&self, aim: &Aim<'_>) -> Outcome;
}

macro_rules! table {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        /// Every generator, in the order of the plan.
        pub static ALL: &[&dyn Generator] = &[$(&$name::THIS),*];
    };
}

table!(
    examples,
    valid,
    bounds,
    enums,
    required,
    types,
    patterns,
    formats,
    structure,
    unknown,
    bodies,
    credentials,
    methods,
    hand_cases,
    steadiness,
    sequences,
    // properties, pairwise: see above.
);

/// What a generator says about itself.
#[must_use]
pub fn explain(id: &str) -> Option<&'static Meta> {
    ALL.iter().map(|generator| generator.meta()).find(|meta| meta.id == id)
}
