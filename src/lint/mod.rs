//! What is suspicious about a contract that can be loaded: each lint looks for one thing.
//!
//! A lint is one file that implements [`Lint`] and one word in the table below.

mod ledger;
mod places;

pub use ledger::{Entry, Side, ledger};

use crate::model::{Contract, Meta};
use crate::text::Diagnostic;

/// Looks for one thing that a contract's author would like to know.
pub trait Lint: Sync + 'static {
    /// Its name and what it is about.
    fn meta(&self) -> &'static Meta;

    /// Adds what it finds to `out`; all of it has the code of [`Lint::meta`].
    fn run(&self, contract: &Contract, out: &mut Vec<Diagnostic>);
}

macro_rules! registry {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        /// Every lint, in the order in which they run.
        pub static ALL: &[&dyn Lint] = &[$(&$name::THIS),*];
    };
}

registry! {
    recorded_contradiction,
    example_breaks_schema,
    undocumented_example_field,
    unsatisfiable_schema,
    no_origin,
    no_success_status,
    no_refusal,
    unknown_format,
    unmarked_secret,
    undocumented_expectation,
}

/// Everything that the lints find, by place; the diagnostics point into [`Contract::files`].
#[must_use]
pub fn lint(contract: &Contract) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for lint in ALL {
        lint.run(contract, &mut out);
    }
    out.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.span));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lints_have_names_of_their_own_and_explanations() {
        let mut ids: Vec<&str> = ALL.iter().map(|lint| lint.meta().id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), ALL.len());
        for lint in ALL {
            let meta = lint.meta();
            assert!(!meta.summary.is_empty() && meta.explain.len() > 80, "{}", meta.id);
        }
    }
}
