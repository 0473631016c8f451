//! `unmarked-secret`: a member that is called like a secret and not marked as one.

use std::collections::BTreeSet;

use super::{Lint, places};
use crate::model::{ClauseKind, Contract, Meta, Part};
use crate::text::{Diagnostic, pointer};

pub(super) struct UnmarkedSecret;
pub(super) static THIS: UnmarkedSecret = UnmarkedSecret;

static META: Meta = Meta {
    id: "unmarked-secret",
    summary: "a member of a request looks like a secret and is not marked",
    explain: "A member of a request body is called `password`, `secret` or the like, but its schema has neither `writeOnly: \
              true` nor `format: password`. So its value appears in reports, and no answer is searched for it. Mark it.",
};

const NAMES: &[&str] =
    &["password", "passwd", "passphrase", "secret", "api_key", "apikey", "access_key", "private_key", "client_secret"];

impl Lint for UnmarkedSecret {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, contract: &Contract, out: &mut Vec<Diagnostic>) {
        for (id, operation) in contract.operations() {
            let mut seen = BTreeSet::new();
            for clause in contract.clauses.iter().filter(|clause| clause.operation == Some(id)) {
                let (ClauseKind::Constraint { part: Part::RequestBody, at, .. }
                | ClauseKind::Optional { part: Part::RequestBody, at }) = &clause.kind
                else {
                    continue;
                };
                let last = pointer::tokens(at).last().unwrap_or_default().to_lowercase();
                let marked = operation.secrets.request.iter().any(|secret| at.starts_with(secret.as_str()));
                if NAMES.contains(&last.as_str()) && !marked && seen.insert(at) {
                    let message = format!("`{at}` in requests of `{}` looks like a secret", operation.id);
                    let span = places::of_clause(contract, clause);
                    let diagnostic = Diagnostic::warning(META.id, message).at(span, "not marked as one");
                    out.push(diagnostic.help("add `writeOnly: true`, or `format: password`, to its schema"));
                }
            }
        }
    }
}
