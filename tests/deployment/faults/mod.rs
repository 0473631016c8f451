//! Ways to break one promise each.

mod account;
mod credentials;
mod modify_answers;
mod modify_errors;
mod modify_fields;
mod modify_requests;
mod query_answers;
mod query_errors;
mod query_requests;
mod reset_answers;
mod reset_requests;
mod reset_state;

use std::sync::LazyLock;

use super::rules::Rules;
use super::turn::{Change, Turn};

/// A deployment that breaks one promise.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    /// The operation whose promise it is.
    pub(crate) operation: &'static str,
    /// What it breaks, in a sentence.
    pub(crate) promise: &'static str,
    /// Parts of clause addresses; a finding must name at least one.
    pub(crate) expect: &'static [&'static str],
    pub(crate) change: Change,
}

/// Every fault, by operation.
pub(crate) fn table() -> &'static [Fault] {
    static TABLE: LazyLock<Vec<Fault>> = LazyLock::new(|| {
        [
            credentials::faults(),
            query_requests::faults(),
            query_answers::faults(),
            query_errors::faults(),
            reset_requests::faults(),
            reset_state::faults(),
            reset_answers::faults(),
            modify_requests::faults(),
            modify_fields::faults(),
            modify_answers::faults(),
            modify_errors::faults(),
            account::faults(),
        ]
        .concat()
    });
    &TABLE
}

/// The faults of one operation, in a short form.
struct Faults {
    operation: &'static str,
    list: Vec<Fault>,
}

impl Faults {
    fn of(operation: &'static str) -> Self {
        Self { operation, list: Vec::new() }
    }

    /// A fault in what is accepted.
    fn rule(
        &mut self,
        name: &'static str,
        promise: &'static str,
        expect: &'static [&'static str],
        change: fn(&mut Rules),
    ) {
        let operation = self.operation;
        self.list.push(Fault { name, operation, promise, expect, change: Change::Rules(change) });
    }

    /// A fault in what is answered or kept.
    fn turn(
        &mut self,
        name: &'static str,
        promise: &'static str,
        expect: &'static [&'static str],
        change: fn(&mut Turn<'_>),
    ) {
        let operation = self.operation;
        self.list.push(Fault { name, operation, promise, expect, change: Change::Turn(change) });
    }
}
