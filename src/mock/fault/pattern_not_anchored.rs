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
    needs: "an anchored `pattern` in a request, and what breaks it gets (`refused`)",
    sites: |contract| {
        site::clauses(contract, |clause| {
            clause.sides.refuse
                && site::requested(clause).is_some_and(|(keyword, limit)| {
                    keyword == "pattern" && limit.as_str().and_then(inner).is_some()
                })
        })
    },
    act: Act::Misread(|schema, keyword, limit| {
        if let Some(inner) = limit.as_str().and_then(inner) {
            schema.insert(keyword.to_owned(), Value::from(inner));
        }
    }),
};

/// What stands between the anchors of a pattern; None where there are none, or nothing between them.
fn inner(pattern: &str) -> Option<&str> {
    let inner = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let escapes = inner.len() - inner.trim_end_matches('\\').len();
    (!inner.is_empty() && escapes % 2 == 0).then_some(inner)
}
