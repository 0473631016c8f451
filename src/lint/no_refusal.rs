//! `no-refusal`: constraints of requests that can only be tested from one side.

use super::Lint;
use crate::model::{ClauseKind, Contract, Meta};
use crate::text::Diagnostic;

pub(super) struct NoRefusal;
pub(super) static THIS: NoRefusal = NoRefusal;

static META: Meta = Meta {
    id: "no-refusal",
    summary: "nothing says what a request that breaks a constraint gets",
    explain: "The operation limits what may be sent, but neither it nor `defaults` has `refused:`. So only requests that \
              keep the limits are tested; a deployment that ignores them all passes. Say `refused: { status: 400, … }`.",
};

impl Lint for NoRefusal {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, contract: &Contract, out: &mut Vec<Diagnostic>) {
        for (id, operation) in contract.operations() {
            let limited = contract.clauses.iter().any(|clause| {
                clause.operation == Some(id)
                    && matches!(&clause.kind, ClauseKind::Constraint { part, .. } if part.is_request())
                    && !clause.sides.refuse
            });
            if operation.refused.is_none() && limited {
                let message = format!("nothing says what `{}` answers to a request out of bounds", operation.id);
                let diagnostic = Diagnostic::note(META.id, message).at(operation.span, "this operation");
                out.push(diagnostic.help("add `refused:` to it or to `defaults:`; without, limits are tested from inside only"));
            }
        }
    }
}
