//! Examples that break what the tables promise.

use serde_json::{Value, json};

use super::join::Joined;
use super::kind::Kind;
use super::ledger::{Conflict, Ledger};
use super::limits::Says;
use super::origin::Origin;
use super::schema::Seen;
use crate::conform::Judge;
use crate::text::pointer;

/// Records what the examples show against the promises about `fields`; `example` is the address of the documented requests.
pub(super) fn examples(
    fields: &[Joined],
    seen: &Seen,
    address: &str,
    example: Option<&str>,
    ledger: &mut Ledger,
) {
    let seen = if seen.values.iter().all(|(value, _)| value.is_array()) && !seen.values.is_empty() {
        seen.elements()
    } else {
        seen.clone()
    };
    for field in fields {
        one(
            field,
            &field.kind,
            &seen.of(&field.name),
            &format!("{address}{}", pointer::join("", &field.name)),
            example,
            ledger,
        );
    }
}

fn one(field: &Joined, kind: &Kind, seen: &Seen, address: &str, example: Option<&str>, ledger: &mut Ledger) {
    for (value, origin) in seen.open() {
        for (leaf, schema, promised) in promises(field, kind) {
            let Ok(judge) = Judge::new(&schema) else { continue };
            let Some(breach) = judge.breaches(value).into_iter().next() else { continue };
            if value.is_null() && field.limits.iter().any(|limit| limit.says == Says::Nullable) {
                continue;
            }
            if value == "" && field.limits.iter().any(|limit| limit.says == Says::Empty) {
                continue;
            }
            let shows = origin.member(&field.name);
            let sides = std::iter::once(shows).chain(promised.iter().cloned()).collect();
            let mut concerns = vec![format!("{address}/{leaf}")];
            // The documented request breaks the contract itself.
            concerns.extend(example.map(|example| format!("{example}/documented")));
            let says = format!("an example's value {}", breach.message);
            ledger.add(Conflict::new(&field.name, "example-of", &says, sides, concerns).undecided());
        }
    }
    match kind {
        Kind::Array(of) => one(field, of, &seen.elements(), &format!("{address}/items"), example, ledger),
        Kind::Object(_) => {
            for child in &field.children {
                one(
                    child,
                    &child.kind,
                    &seen.of(&child.name),
                    &format!("{address}{}", pointer::join("", &child.name)),
                    example,
                    ledger,
                );
            }
        }
        _ => {}
    }
}

/// The end of each clause's address, a schema for it alone, and its words.
fn promises<'f>(field: &'f Joined, kind: &Kind) -> Vec<(String, Value, &'f [Origin])> {
    let mut all: Vec<(String, Value, &[Origin])> = Vec::new();
    if let Some(word) = kind.word() {
        let null = field.limits.iter().any(|limit| limit.says == Says::Nullable);
        let types = if null { json!([word, "null"]) } else { json!(word) };
        all.push(("type".to_owned(), json!({ "type": types }), &field.kind_from));
    }
    let array = matches!(kind, Kind::Array(_));
    for limit in &field.limits {
        match &limit.says {
            Says::Keyword("default" | "type", _) => {}
            Says::Keyword(keyword, value)
                if keyword.ends_with("Items") == array && !matches!(kind, Kind::Object(_)) =>
            {
                all.push(((*keyword).to_owned(), json!({ *keyword: value }), &limit.from));
            }
            Says::Named(title, pattern) if !array && !matches!(kind, Kind::Object(_)) => {
                all.push((format!("{title}/pattern"), json!({ "pattern": pattern }), &limit.from));
            }
            _ => {}
        }
    }
    all
}
