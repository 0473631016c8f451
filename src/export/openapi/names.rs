//! Names that OpenAPI allows for its components.

use std::collections::{BTreeMap, BTreeSet};

/// Names of one section of `components`, by what the contract calls them.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: BTreeMap<String, String>,
    taken: BTreeSet<String>,
}

impl Names {
    /// The name for `said`: the same, where it is allowed and free.
    pub(super) fn of(&mut self, said: &str) -> String {
        self.named(said, said)
    }

    /// The name for what is known as `key`: `wanted`, where it is allowed and free.
    pub(super) fn named(&mut self, key: &str, wanted: &str) -> String {
        if let Some(known) = self.known.get(key) {
            return known.clone();
        }
        let allowed = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' };
        let plain: String = wanted.chars().map(allowed).collect();
        let plain = if plain.trim_matches('-').is_empty() { "unnamed".to_owned() } else { plain };
        let mut name = plain.clone();
        let mut number = 2;
        while !self.taken.insert(name.clone()) {
            name = format!("{plain}-{number}");
            number += 1;
        }
        self.known.insert(key.to_owned(), name.clone());
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_where_openapi_allows_it() {
        let mut names = Names::default();
        let made = ["User_v1.2", "a b", "a-b", "名", "a b"].map(|said| names.of(said));
        assert_eq!(made, ["User_v1.2", "a-b", "a-b-2", "unnamed", "a-b"]);
    }
}
