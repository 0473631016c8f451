//! What has changed in a contract since an older one.
//!
//! Clauses are compared by address, and each by all that decides what is sent for it and how the answer is judged; where
//! a promise stands and where it comes from does not count. In doubt a clause counts as changed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::settings::Misused;
use crate::diff::{digests, frame, parts, unsaid};
use crate::load;
use crate::model::{ClauseId, ClauseKind, Contract, Operation};
use crate::text::Severity;

/// What has changed since an older contract.
#[derive(Debug, Clone)]
pub struct Changed {
    /// The older contract, for people: its path and the beginning of its fingerprint.
    pub since: String,
    /// The clauses that were added or changed.
    pub clauses: BTreeSet<ClauseId>,
    /// The clauses whose cases are played: those above, the examples, and where an operation has none its plainest
    /// requests; of an operation with another promise about its answers, all.
    pub played: BTreeSet<ClauseId>,
}

/// What has changed in `contract` since the contract at `old`, a file or a folder.
///
/// # Errors
/// When the older contract has errors.
pub(super) fn since(old: &Path, contract: &Contract) -> Result<Changed, Misused> {
    let loaded = load::load(&[old.to_path_buf()]);
    let wrong = loaded.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    match loaded.contract.filter(|_| !wrong) {
        Some(older) => {
            let fingerprint: String = older.fingerprint.chars().take(12).collect();
            let since = format!("{} (fingerprint {fingerprint}…)", old.display());
            Ok(compared(since, &older, contract))
        }
        None => Err(Misused {
            diagnostics: loaded.diagnostics,
            files: loaded.files,
            messages: vec![("--changed-since: the older contract can't be read".into(), Vec::new())],
        }),
    }
}

fn compared(since: String, old: &Contract, new: &Contract) -> Changed {
    let before = digests(old);
    let now = digests(new);
    let frames: BTreeMap<&str, String> =
        old.operations.iter().map(|operation| (operation.id.as_str(), frame(old, operation))).collect();
    let mut clauses = BTreeSet::new();
    for (id, clause) in new.clauses() {
        let moved = clause.operation.is_some_and(|op| {
            let operation = new.operation(op);
            frames.get(operation.id.as_str()) != Some(&frame(new, operation))
        });
        if moved || before.get(&clause.address) != now.get(&clause.address) {
            clauses.insert(id);
        }
    }
    for (_, operation) in new.operations() {
        let known = old.operations.iter().find(|known| known.id == operation.id);
        let found =
            known.map(|known| elsewhere((old, known), (new, operation), &clauses)).unwrap_or_default();
        clauses.extend(found);
    }
    let played = played(new, &clauses);
    Changed { since, clauses, played }
}

/// The clauses of parts whose schema has changed where no clause shows it, such as a default: also where others of its
/// clauses have changed.
fn elsewhere(
    (older, old): (&Contract, &Operation),
    (contract, new): (&Contract, &Operation),
    changed: &BTreeSet<ClauseId>,
) -> Vec<ClauseId> {
    let before = parts(old);
    let mut found = Vec::new();
    for (name, (part, schema)) in parts(new) {
        let Some((older_part, known)) = before.get(&name).filter(|(_, known)| *known != schema) else {
            continue;
        };
        let unseen = unsaid(older, old, older_part, known) != unsaid(contract, new, &part, schema);
        let prefix = format!("{}/{name}/", new.id);
        let of_part: Vec<ClauseId> = new
            .clauses
            .clone()
            .map(ClauseId)
            .filter(|id| contract.clause(*id).address.starts_with(&prefix))
            .collect();
        if unseen || !of_part.iter().any(|id| changed.contains(id)) {
            found.extend(of_part);
        }
    }
    found
}

fn played(contract: &Contract, changed: &BTreeSet<ClauseId>) -> BTreeSet<ClauseId> {
    let mut played = changed.clone();
    for (_, operation) in contract.operations() {
        let own = || operation.clauses.clone().map(ClauseId);
        let kind = |id: ClauseId| &contract.clause(id).kind;
        // Answers are only seen where something is sent.
        let of_answers = |id: &ClauseId| {
            let sides = contract.clause(*id).sides;
            changed.contains(id) && sides.observe && !sides.accept && !sides.refuse
        };
        if own().any(|id| of_answers(&id)) {
            played.extend(own());
        }
        let examples: Vec<ClauseId> =
            own().filter(|id| matches!(kind(*id), ClauseKind::Example { .. })).collect();
        if examples.is_empty() {
            let success = operation.success().map(|status| status.to_string());
            let plain = |id: &ClauseId| match kind(*id) {
                ClauseKind::Status { status } => Some(status) == success.as_ref(),
                _ => false,
            };
            played.extend(own().filter(plain));
        }
        played.extend(examples);
    }
    for (id, clause) in contract.clauses() {
        if let ClauseKind::SequenceRule { index, .. } = &clause.kind
            && changed.contains(&id)
        {
            played.insert(contract.sequences[*index].clause);
        }
    }
    played
}
