//! The keywords that a schema of a contract may have, and words that are none.

use crate::conform::KEYWORDS;
pub(in crate::load) use crate::conform::{Holds, holds};

/// Keywords of other dialects, and what to write instead.
pub(super) const ELSEWHERE: &[(&str, &str)] = &[
    ("nullable", "write `type: [string, \"null\"]`"),
    ("example", "write `examples: […]`"),
    ("definitions", "put shared schemas under `schemas:` of the contract"),
    ("dependencies", "write `dependentRequired` or `dependentSchemas`"),
    ("additionalItems", "write `prefixItems` and `items`"),
    ("says", "write `description`"),
    ("discriminator", "the branches of `oneOf` decide by themselves"),
];

/// Whether `name` is a keyword.
pub(in crate::load) fn is_known(name: &str) -> bool {
    holds(name).is_some()
}

/// All names.
pub(in crate::load) fn names() -> impl Iterator<Item = &'static str> {
    KEYWORDS.iter().map(|(name, _)| *name)
}
