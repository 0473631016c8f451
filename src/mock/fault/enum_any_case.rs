//! `enum-any-case`: an enumeration without regard to case.

use serde_json::Value;

use super::{Act, Fault, site};
use crate::model::Meta;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "enum-any-case",
        summary: "accepts a member of an enumeration in another case",
        explain: "A deployment that lowers what it gets before it compares: `HTTP` passes for \
                  `http`.",
    },
    needs: "an `enum` of texts in a request, and what another value gets (`refused`)",
    sites: |contract| {
        site::clauses(contract, |clause| {
            clause.sides.refuse
                && site::requested(clause).is_some_and(|(keyword, limit)| keyword == "enum" && cases(limit).is_some())
        })
    },
    act: Act::Misread(|schema, keyword, limit| {
        if let Some(more) = cases(limit) {
            schema.insert(keyword.to_owned(), more);
        }
    }),
};

/// The members of an enumeration, and each of its strings in the other case; None where there are no letters.
fn cases(members: &Value) -> Option<Value> {
    let members = members.as_array()?;
    let swapped = members.iter().filter_map(Value::as_str).map(|text| {
        text.chars()
            .map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
            .collect::<String>()
    });
    let more: Vec<Value> = swapped.map(Value::from).filter(|text| !members.contains(text)).collect();
    (!more.is_empty()).then(|| members.iter().cloned().chain(more).collect())
}
