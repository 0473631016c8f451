//! `no-origin`: promises of which nobody says where they come from.

use std::collections::BTreeMap;

use super::{Lint, places};
use crate::model::{Clause, Contract, Meta, OpId};
use crate::text::Diagnostic;

pub(super) struct NoOrigin;
pub(super) static THIS: NoOrigin = NoOrigin;

static META: Meta = Meta {
    id: "no-origin",
    summary: "a promise says not where it comes from",
    explain: "A clause has neither `from` nor `convention`, and nothing above it has. A finding against it can't quote the \
              sentence that was broken, so nobody can tell whether the deployment or the contract is wrong. Write `from: \
              'SOURCE:LINE quote'` at the schema, the response or the operation, or `convention:` with the reason.",
};

impl Lint for NoOrigin {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, contract: &Contract, out: &mut Vec<Diagnostic>) {
        let mut without: BTreeMap<Option<OpId>, Vec<&Clause>> = BTreeMap::new();
        for clause in &contract.clauses {
            if clause.origin.published.is_empty() && clause.origin.convention.is_none() {
                without.entry(clause.operation).or_default().push(clause);
            }
        }
        for (operation, clauses) in without {
            let whose = match operation {
                Some(id) => format!("of `{}` ", contract.operation(id).id),
                None => "of sequences ".to_owned(),
            };
            let message = match clauses.as_slice() {
                [one] => format!("the promise `{}` has no origin", one.address),
                _ => format!("{} promises {whose}have no origin", clauses.len()),
            };
            let mut diagnostic = Diagnostic::warning(META.id, message);
            for clause in clauses.iter().take(3) {
                diagnostic = diagnostic.at(places::of_clause(contract, clause), clause.leaf());
            }
            out.push(diagnostic.help("say where they were published with `from:`, or why they hold with `convention:`"));
        }
    }
}
