//! `no-success-status`: an operation that is never said to succeed.

use super::Lint;
use crate::model::{Contract, Meta};
use crate::text::Diagnostic;

pub(super) struct NoSuccessStatus;
pub(super) static THIS: NoSuccessStatus = NoSuccessStatus;

static META: Meta = Meta {
    id: "no-success-status",
    summary: "an operation documents no status of class 2",
    explain: "None of the documented answers is a success, so nothing says how a request that keeps the contract is \
              answered, and no accepting case can be judged. Document the status, or `2XX` if only the class is known.",
};

impl Lint for NoSuccessStatus {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, contract: &Contract, out: &mut Vec<Diagnostic>) {
        for operation in &contract.operations {
            if !operation.responses.iter().any(|response| response.status.starts_with(['2', '3'])) {
                let message = format!("`{}` documents no successful answer", operation.id);
                let diagnostic = Diagnostic::warning(META.id, message).at(operation.span, "this operation");
                out.push(diagnostic.help("add a response such as `200`, or `2XX` if only the class is known"));
            }
        }
    }
}
