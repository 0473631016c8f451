//! `pattern-not-anchored`: a pattern may match anywhere.

use serde_json::Value;

use super::{Act, Fault, site};
use crate::model::Meta;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "pattern-not-anchored",
        summary: "takes a pattern as kept when any part of the value matches",
        explain: "`find` where `matches` belongs: a value with one allowed stretch passes, whatever \
                  stands before and after it.",
    },
    sites: |contract| {
        site::clauses(contract, |clause| {
            clause.sides.refuse
                && site::requested(clause).is_some_and(|(keyword, limit)| {
                    let text = limit.as_str().unwrap_or_default();
                    keyword == "pattern" && text.starts_with('^') && text.ends_with('$') && !matches_nothing(text)
                })
        })
    },
    act: Act::Misread(|schema, keyword, limit| {
        let text = limit.as_str().unwrap_or_default();
        schema.insert(keyword.to_owned(), Value::from(text.trim_start_matches('^').trim_end_matches('$')));
    }),
};

/// Whether the pattern is that of an empty string.
fn matches_nothing(text: &str) -> bool {
    text == "^$"
}
