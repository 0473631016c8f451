//! From a breach of a schema to the clause that it breaks.

use super::compiled::{CompiledHeader, CompiledResponse};
use crate::conform::{Breach, meant};
use crate::model::ClauseId;

/// Findings of one clause in one answer, at most: a thousand wrong rows are one story.
const MOST_PER_CLAUSE: usize = 3;

/// The clauses that `breaches` of a body break. A breach of alternatives is laid to the branch that has clauses; one
/// that no clause speaks of, to the nearest clause around it, else to `otherwise`.
pub(super) fn of_body(
    breaches: Vec<Breach>,
    response: &CompiledResponse,
    otherwise: ClauseId,
) -> Vec<(ClauseId, Breach)> {
    let mut out = Vec::new();
    for breach in breaches {
        lay(breach, response, otherwise, &mut out);
    }
    let mut counts: Vec<(ClauseId, usize)> = Vec::new();
    out.retain(|(clause, _)| {
        let at = counts.iter().position(|(known, _)| known == clause).unwrap_or_else(|| {
            counts.push((*clause, 0));
            counts.len() - 1
        });
        counts[at].1 += 1;
        counts[at].1 <= MOST_PER_CLAUSE
    });
    out
}

fn lay(breach: Breach, response: &CompiledResponse, otherwise: ClauseId, out: &mut Vec<(ClauseId, Breach)>) {
    if let Some(clause) = response.constraint(&breach.path) {
        out.push((clause, breach));
        return;
    }
    let with_clauses: Vec<usize> = (0..breach.branches.len())
        .filter(|at| breach.branches[*at].iter().any(|inner| has_clause(inner, response)))
        .collect();
    let candidates: Vec<Vec<Breach>> = with_clauses.iter().map(|at| breach.branches[*at].clone()).collect();
    if let Some(chosen) = meant(&breach.at, &candidates) {
        for inner in candidates.into_iter().nth(chosen).unwrap_or_default() {
            lay(inner, response, otherwise, out);
        }
        return;
    }
    let clause = nearest(&breach.path, response).or(response.json).or(response.status).unwrap_or(otherwise);
    out.push((clause, breach));
}

fn has_clause(breach: &Breach, response: &CompiledResponse) -> bool {
    response.constraint(&breach.path).is_some()
        || breach.branches.iter().flatten().any(|inner| has_clause(inner, response))
}

/// The clause of the schema that holds the keyword at `path`, or of the nearest schema around it; `type` before others.
fn nearest(path: &str, response: &CompiledResponse) -> Option<ClauseId> {
    let mut around = path;
    while let Some((parent, _)) = around.rsplit_once('/') {
        let mut here = response.in_order.iter().filter(|(known, keyword, _)| {
            keyword != "required"
                && known.strip_prefix(parent).and_then(|rest| rest.strip_prefix('/')) == Some(keyword)
        });
        let of_type = here.clone().find(|(_, keyword, _)| keyword == "type");
        if let Some((_, _, clause)) = of_type.or_else(|| here.next()) {
            return Some(*clause);
        }
        around = parent;
    }
    None
}

/// The clause that a breach of a header field's schema breaks.
pub(super) fn of_header(breach: &Breach, header: &CompiledHeader, otherwise: ClauseId) -> ClauseId {
    let exact = header.constraints.iter().find(|(path, _)| *path == breach.path);
    exact.or(header.constraints.first()).map(|(_, clause)| *clause).or(header.required).unwrap_or(otherwise)
}
