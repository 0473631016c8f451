//! `unsatisfiable-schema`: constraints of one value that no value keeps together.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Lint, places};
use crate::conform::Judge;
use crate::model::{Clause, ClauseKind, Contract, Meta};
use crate::text::Diagnostic;

pub(super) struct UnsatisfiableSchema;
pub(super) static THIS: UnsatisfiableSchema = UnsatisfiableSchema;

static META: Meta = Meta {
    id: "unsatisfiable-schema",
    summary: "no value keeps all constraints of a schema",
    explain: "A lower bound is above its upper bound, or a member of `enum` (or the `const`) breaks the constraints that \
              stand beside it. No request can be made that keeps the contract, and no answer can keep it. One of the \
              constraints is wrong.",
};

const BOUNDS: [(&str, &str); 4] = [
    ("minLength", "maxLength"),
    ("minimum", "maximum"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
];

type Constraints<'c> = BTreeMap<&'c str, (&'c Value, &'c Clause)>;

impl Lint for UnsatisfiableSchema {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, contract: &Contract, out: &mut Vec<Diagnostic>) {
        let mut nodes: BTreeMap<(&str, &str), Constraints<'_>> = BTreeMap::new();
        for clause in &contract.clauses {
            if let ClauseKind::Constraint { keyword, path, limit, .. } = &clause.kind
                && let (Some((node, _)), Some((address, _))) = (path.rsplit_once('/'), clause.address.rsplit_once('/'))
                && keyword != "required"
            {
                nodes.entry((address, node)).or_default().insert(keyword, (limit, clause));
            }
        }
        for constraints in nodes.values() {
            bounds(contract, constraints, out);
            members(contract, constraints, out);
        }
        // A shared schema is reported once, not for every use.
        out.dedup_by(|one, other| one.code == META.id && one.labels == other.labels);
    }
}

fn bounds(contract: &Contract, constraints: &Constraints<'_>, out: &mut Vec<Diagnostic>) {
    for (lower, upper) in BOUNDS {
        let (Some((low, lower)), Some((high, upper))) = (constraints.get(lower), constraints.get(upper)) else {
            continue;
        };
        if low.as_f64() > high.as_f64() {
            out.push(
                Diagnostic::warning(META.id, format!("no value has at least {low} and at most {high}"))
                    .at(places::of_clause(contract, lower), "the lower bound")
                    .at(places::of_clause(contract, upper), "the upper bound")
                    .help(format!("clauses `{}` and `{}`", lower.address, upper.leaf())),
            );
        }
    }
}

/// Members of `enum` and `const` against the other constraints.
fn members(contract: &Contract, constraints: &Constraints<'_>, out: &mut Vec<Diagnostic>) {
    let beside: Map<String, Value> = constraints
        .iter()
        .filter(|(keyword, _)| !["enum", "const", "format"].contains(*keyword))
        .map(|(keyword, (limit, _))| ((*keyword).to_owned(), (*limit).clone()))
        .collect();
    let Ok(judge) = Judge::new(Value::Object(beside)) else { return };
    let listed = constraints.get("enum").into_iter().flat_map(|(limit, clause)| {
        limit.as_array().into_iter().flatten().map(move |value| (value, clause))
    });
    let constant = constraints.get("const").map(|(limit, clause)| (*limit, clause));
    for (value, clause) in listed.chain(constant) {
        for breach in judge.breaches(value) {
            out.push(
                Diagnostic::warning(META.id, format!("`{value}` can never be sent or answered: it {}", breach.message))
                    .at(places::of_clause(contract, clause), "listed here")
                    .help(format!("clause `{}`", clause.address)),
            );
        }
    }
}
