//! Whether operations accept anything: what refuses every request shows nothing by refusing one.

use std::collections::{BTreeMap, BTreeSet};

use super::book::{Tally, Words};
use crate::model::{CaseFinished, ShownExchange, Side, VerdictStatus};

/// How each operation answers requests that keep the contract, by its id.
#[derive(Debug, Clone, Default)]
pub(super) struct Reception(BTreeMap<String, Answers>);

#[derive(Debug, Clone, Default)]
struct Answers {
    /// Some request was accepted, whatever it was.
    accepted: bool,
    /// The statuses of refusals that should have been none.
    refusals: BTreeSet<String>,
}

impl Reception {
    /// Takes note of a case of the operation `own`.
    pub(super) fn note(&mut self, case: &CaseFinished, own: &str) {
        for exchange in &case.exchanges {
            for exchange in std::iter::once(exchange).chain(exchange.control.as_deref()) {
                if matches!(status(exchange), Some(status) if status.starts_with(['2', '3'])) {
                    self.of(&exchange.operation).accepted = true;
                }
            }
        }
        let keeps = case.side != Side::Refuse && case.status != VerdictStatus::Kept;
        if let Some(status) = refusal(case, own).filter(|_| keeps) {
            self.of(own).refusals.insert(status);
        }
    }

    /// Whether the operation accepted nothing, not even a request that keeps the contract.
    pub(super) fn refuses_everything(&self, operation: &str) -> bool {
        self.0.get(operation).is_some_and(|answers| !answers.accepted && !answers.refusals.is_empty())
    }

    fn of(&mut self, operation: &str) -> &mut Answers {
        self.0.entry(operation.to_owned()).or_default()
    }

    /// Takes out of `tally`, which is that of refusals by `operation`, what the operation answers to every request.
    pub(super) fn weigh(&self, operation: &str, tally: &mut Tally) {
        let Some(answers) = self.0.get(operation).filter(|answers| !answers.accepted) else { return };
        let alike = |status: &String| answers.refusals.contains(status);
        let mut moved: u64 =
            tally.refusals.iter().filter(|(status, _)| alike(status)).map(|(_, count)| count).sum();
        if moved == 0 {
            return;
        }
        // Later rounds, of which the log has no exchanges, got what the first one got.
        moved += tally.refusals.get("").copied().unwrap_or_default();
        let moved = moved.min(tally.kept);
        tally.kept -= moved;
        tally.inconclusive += moved;
        let statuses: Vec<&str> = answers.refusals.iter().map(String::as_str).collect();
        let says = format!(
            "`{operation}` accepted no request, and answered {} to requests that keep the contract too: such a refusal shows nothing",
            statuses.join(" or ")
        );
        tally.troubles.entry("refuses-everything".into()).or_insert(Words::new(moved, says));
    }
}

/// The status by which the last request to the case's own operation was refused.
pub(super) fn refusal(case: &CaseFinished, own: &str) -> Option<String> {
    let last = case.exchanges.iter().rev().find(|exchange| exchange.operation == own)?;
    status(last).filter(|status| status.starts_with(['4', '5'])).map(str::to_owned)
}

/// The status of an answer; None where there is none.
fn status(exchange: &ShownExchange) -> Option<&str> {
    let status = exchange.reply.line.get(..3)?;
    status.bytes().all(|byte| byte.is_ascii_digit()).then_some(status)
}
