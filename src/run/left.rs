//! What cases made and did not remove, for whoever has to clean up.

use std::collections::BTreeMap;

use crate::model::{Contract, OpId, Trouble};
use crate::text::count;

/// Why something that a case made is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// No answer shows its identifier.
    Unnamed,
    /// The contract has no operation that removes it.
    NoRemoval,
    /// The operation that removes it was not accepted.
    NotRemoved,
}

/// The cases that left something behind, by the operation that made it.
#[derive(Debug, Clone, Default)]
pub(super) struct LeftBehind(BTreeMap<(OpId, Left), u64>);

impl LeftBehind {
    /// Takes note of a case.
    pub(super) fn note(&mut self, left: &[(OpId, Left)]) {
        for one in left {
            *self.0.entry(*one).or_default() += 1;
        }
    }

    /// A note for each operation.
    pub(super) fn troubles(&self, contract: &Contract) -> Vec<Trouble> {
        let trouble = |(&(op, left), &cases): (&(OpId, Left), &u64)| {
            let id = &contract.operation(op).id;
            let cases = count(cases, "case", "cases");
            let says = match left {
                Left::Unnamed => format!(
                    "what `{id}` made in {cases} is left behind: its answers show no identifier to remove it by; `creates` \
                     in the contract says where one stands"
                ),
                Left::NoRemoval => format!(
                    "what `{id}` made in {cases} is left behind: the contract has no operation that removes it"
                ),
                Left::NotRemoved => {
                    format!("what `{id}` made in {cases} is left behind: removing it was not accepted")
                }
            };
            Trouble { code: "left-behind".into(), says }
        };
        self.0.iter().map(trouble).collect()
    }
}
