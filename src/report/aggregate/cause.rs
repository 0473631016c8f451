//! Whether everything that failed did so for one cause: a target that is down has one defect and not a hundred.

use std::collections::BTreeMap;

use crate::model::{CaseFinished, VerdictStatus};
use crate::report::words::{count, one_line};

/// So many kinds of answers are told apart; more are no single cause anyway.
const MOST: usize = 64;

/// The cases that failed, by what came back last.
#[derive(Debug, Clone, Default)]
pub(super) struct Failures {
    cases: u64,
    failed: u64,
    by_answer: BTreeMap<String, Answered>,
}

/// Cases that got the same answer, or none for the same kind of reason.
#[derive(Debug, Clone)]
struct Answered {
    count: u64,
    order: u64,
    /// As the first case of the plan shows it.
    line: String,
}

impl Failures {
    pub(super) fn add(&mut self, case: &CaseFinished) {
        self.cases += 1;
        if case.status == VerdictStatus::Kept {
            return;
        }
        self.failed += 1;
        let Some(last) = case.exchanges.last() else { return };
        let line = one_line(&last.reply.line);
        let new = Answered { count: 1, order: case.order, line };
        let known = self.by_answer.len();
        match self.by_answer.entry(kind(&new.line)) {
            std::collections::btree_map::Entry::Occupied(mut there) => {
                let there = there.get_mut();
                there.count += 1;
                if case.order < there.order {
                    (there.order, there.line) = (new.order, new.line);
                }
            }
            std::collections::btree_map::Entry::Vacant(place) if known < MOST => {
                place.insert(new);
            }
            std::collections::btree_map::Entry::Vacant(_) => {}
        }
    }

    /// The cause, where 19 of 20 failures share it and no request that keeps the contract was `accepted`.
    pub(super) fn cause(&self, accepted: bool) -> Option<String> {
        if accepted || self.failed < 2 {
            return None;
        }
        let most =
            self.by_answer.values().max_by_key(|answered| (answered.count, u64::MAX - answered.order))?;
        if most.count * 20 < self.failed * 19 {
            return None;
        }
        let cases = format!("{} of {}", most.count, count(self.cases, "case", "cases"));
        let line = &most.line;
        Some(match line.get(..3).and_then(|code| code.parse::<u16>().ok()) {
            None => format!("{cases} got no answer: {line}; check that the target runs and can be reached"),
            Some(status) => {
                let help = match status {
                    401 | 403 | 407 => "check the credential",
                    404 | 410 => "check the target's address and the identifiers",
                    429 => "the target limits requests: --rate sends them more slowly",
                    500.. => "the deployment fails before it looks at the request",
                    _ => "nothing was accepted",
                };
                format!("{cases} were answered {line}; {help}")
            }
        })
    }
}

/// Statuses are told apart, lost answers by the words before the first colon: the rest names ports and numbers.
fn kind(line: &str) -> String {
    let head =
        if line.starts_with(|c: char| c.is_ascii_digit()) { line.get(..3) } else { line.split(':').next() };
    let letters = head.unwrap_or(line).chars().take(80);
    if line.starts_with(|c: char| c.is_ascii_digit()) {
        letters.collect()
    } else {
        letters.filter(|c| !c.is_numeric()).collect()
    }
}
