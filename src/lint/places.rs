//! From the places of clauses back to spans, and from breaches to clauses.

use crate::conform::{self, Breach};
use crate::model::{Clause, ClauseId, ClauseKind, Contract, Contradiction, OpId, Operation, Part};
use crate::text::{FileId, Place, Span};

/// The span of a place: to the end of the word there.
pub(super) fn span(contract: &Contract, place: &Place) -> Span {
    let found = contract.files.iter().position(|file| file.path == place.file);
    let Some(file) = found else { return Span::default() };
    let text = &contract.files[file].text;
    let line = usize::try_from(place.line.saturating_sub(1)).unwrap_or(0);
    let col = usize::try_from(place.col.saturating_sub(1)).unwrap_or(0);
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let start = start + text[start..].chars().take(col).map(char::len_utf8).sum::<usize>();
    let length: usize = text[start..]
        .chars()
        .take_while(|c| c.is_alphanumeric() || "_-$".contains(*c))
        .map(char::len_utf8)
        .sum();
    Span { file: FileId(u32::try_from(file).unwrap_or(u32::MAX)), start, end: start + length.max(1) }
}

/// The place of a span.
pub(super) fn place(contract: &Contract, span: Span) -> Place {
    span.place(&contract.files)
}

/// The clause of an operation with this address.
pub(super) fn own<'c>(contract: &'c Contract, operation: &Operation, address: &str) -> Option<&'c Clause> {
    let own = operation.clauses.start as usize..operation.clauses.end as usize;
    contract.clauses.get(own)?.iter().find(|clause| clause.address == address)
}

/// Where a clause stands in the contract.
pub(super) fn of_clause(contract: &Contract, clause: &Clause) -> Span {
    span(contract, &clause.origin.place)
}

/// The clause that a breach breaks.
fn broken(contract: &Contract, operation: OpId, part: &Part, breach: &Breach) -> Option<ClauseId> {
    let own = contract.operation(operation).clauses.clone().map(ClauseId);
    own.map(|id| (id, contract.clause(id)))
        .find(|(_, clause)| match &clause.kind {
            ClauseKind::Constraint { part: of, keyword, path, .. } if of == part => {
                let inside =
                    || breach.path.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('/'));
                *path == breach.path || keyword == "$ref" && inside()
            }
            _ => false,
        })
        .map(|(id, _)| id)
}

/// Breaches with the clauses that they break; of several branches the one that has clauses counts, else the one that
/// was meant.
pub(super) fn named(
    contract: &Contract,
    operation: OpId,
    part: &Part,
    breaches: Vec<Breach>,
) -> Vec<(Breach, Option<ClauseId>)> {
    let mut all = Vec::new();
    for mut breach in breaches {
        let branches = std::mem::take(&mut breach.branches);
        let meant = conform::meant(&breach.at, &branches);
        let mut inner: Vec<Vec<_>> =
            branches.into_iter().map(|branch| named(contract, operation, part, branch)).collect();
        let has_clauses =
            |branch: &Vec<(Breach, Option<ClauseId>)>| branch.iter().any(|(_, clause)| clause.is_some());
        let chosen =
            meant.filter(|at| has_clauses(&inner[*at])).or_else(|| inner.iter().position(has_clauses));
        if let Some(at) = chosen.or(meant) {
            all.append(&mut inner[at]);
        } else {
            let clause = broken(contract, operation, part, &breach);
            all.push((breach, clause));
        }
    }
    all
}

/// The recorded contradiction that concerns a clause.
pub(super) fn recorded(contract: &Contract, clause: ClauseId) -> Option<&Contradiction> {
    contract.contradictions.iter().find(|contradiction| contradiction.concerns.contains(&clause))
}
