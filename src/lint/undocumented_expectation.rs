//! `undocumented-expectation`: a status is expected that the operation does not document.

use super::{Lint, places};
use crate::model::{ClauseId, Contract, Meta, Operation, StatusSet};
use crate::text::Diagnostic;

pub(super) struct UndocumentedExpectation;
pub(super) static THIS: UndocumentedExpectation = UndocumentedExpectation;

static META: Meta = Meta {
    id: "undocumented-expectation",
    summary: "an example, case or step expects a status that its operation does not document",
    explain: "None of the statuses that `expect:` names is among the operation's responses. The body of such an answer can't \
              be judged, and often the status is a slip of the pen. Document the response, or correct the expectation.",
};

impl Lint for UndocumentedExpectation {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, contract: &Contract, out: &mut Vec<Diagnostic>) {
        for operation in &contract.operations {
            for example in &operation.examples {
                look(contract, operation, &example.expect, example.clause, out);
            }
            for case in &operation.cases {
                look(contract, operation, &case.expect.status, case.clause, out);
            }
        }
        for sequence in &contract.sequences {
            for step in sequence.steps.iter().chain(&sequence.finally) {
                look(contract, contract.operation(step.operation), &step.expect, sequence.clause, out);
            }
        }
    }
}

fn look(contract: &Contract, operation: &Operation, expect: &StatusSet, clause: ClauseId, out: &mut Vec<Diagnostic>) {
    let documented = |word: &String| match word.parse() {
        Ok(status) => operation.response(status).is_some(),
        // A class or `any`: some documented status is in it.
        Err(_) => operation.responses.iter().any(|response| {
            let one = StatusSet(vec![word.clone()]);
            response.status == "default" || response.status == *word
                || response.status.parse().is_ok_and(|status| one.contains(status))
        }),
    };
    if expect.0.is_empty() || expect.0.iter().any(documented) {
        return;
    }
    let clause = contract.clause(clause);
    let message = format!("`{}` expects {expect}, which `{}` does not document", clause.address, operation.id);
    let span = places::of_clause(contract, clause);
    out.push(
        Diagnostic::warning(META.id, message)
            .at(span, "expected here")
            .at(operation.span, "the operation")
            .help("document the response, or correct the expectation"),
    );
}
