//! What a generator aims at.

use serde_json::Value;

use super::bench::{Bench, Desks};
use crate::model::{Clause, ClauseId, ClauseKind, Contract, OpId, Part, Side};

/// One side of one clause.
#[derive(Debug, Clone, Copy)]
pub struct Aim<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The clause's index.
    pub id: ClauseId,
    /// The clause.
    pub clause: &'a Clause,
    /// The side.
    pub side: Side,
    /// All operations, ready to write requests for.
    pub desks: &'a Desks,
}

/// A clause of kind [`ClauseKind::Constraint`] on a part of a request.
#[derive(Debug, Clone, Copy)]
pub struct Constraint<'a> {
    /// What is constrained.
    pub part: &'a Part,
    /// The keyword.
    pub keyword: &'a str,
    /// The evaluation path.
    pub path: &'a str,
    /// The place in instances.
    pub at: &'a str,
    /// The keyword's value.
    pub limit: &'a Value,
}

impl<'a> Aim<'a> {
    /// The bench of the clause's own operation.
    #[must_use]
    pub fn bench(&self) -> Option<Bench<'a>> {
        self.clause.operation.map(|op| self.bench_of(op))
    }

    /// The bench of any operation.
    #[must_use]
    pub fn bench_of(&self, op: OpId) -> Bench<'a> {
        self.desks.bench(self.contract, op)
    }

    /// The constraint on a request that the clause is, if it is one.
    #[must_use]
    pub fn constraint(&self) -> Option<Constraint<'a>> {
        match &self.clause.kind {
            ClauseKind::Constraint { part, keyword, path, at, limit } if part.is_request() => {
                Some(Constraint { part, keyword, path, at, limit })
            }
            _ => None,
        }
    }

    /// What values of this aim are made from: other clauses and other labels get other values.
    #[must_use]
    pub fn salt(&self, label: &str) -> String {
        format!("{}|{label}", self.clause.address)
    }

    /// Whether the request has to keep the clause.
    #[must_use]
    pub fn keeps(&self) -> bool {
        self.side != Side::Refuse
    }
}

impl Constraint<'_> {
    /// What the constrained value is called in `why`: `created_user.user_id`, `the body`, a parameter's name.
    #[must_use]
    pub fn name(&self, bench: &Bench<'_>) -> String {
        match self.part {
            Part::Parameter { index } => {
                let name = bench.operation.parameters.get(*index).map(|parameter| parameter.name.clone());
                name.unwrap_or_default() + &dotted(self.at, true)
            }
            Part::Credential { index } => {
                bench.operation.security.get(*index).map(|security| security.name.clone()).unwrap_or_default()
            }
            _ if self.at.is_empty() => "the body".to_owned(),
            _ => dotted(self.at, false),
        }
    }
}

/// A pointer as people write it: `rows[].name`.
#[must_use]
pub(super) fn dotted(at: &str, continued: bool) -> String {
    let mut text = String::new();
    for token in crate::text::pointer::tokens(at) {
        if token == "*" {
            text.push_str("[]");
        } else {
            if continued || !text.is_empty() {
                text.push('.');
            }
            text.push_str(&token);
        }
    }
    text
}
