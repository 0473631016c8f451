//! How long the answers of each operation took, from run to run.

use crate::model::{History, OperationTiming};

/// The course of one operation.
#[derive(Debug)]
pub(in crate::report) struct Trend<'h> {
    pub(in crate::report) operation: &'h str,
    /// One per run, oldest first; None: the run did not call it.
    pub(in crate::report) timings: Vec<Option<&'h OperationTiming>>,
}

impl<'h> Trend<'h> {
    /// The newest run that called it.
    pub(in crate::report) fn newest(&self) -> Option<&'h OperationTiming> {
        self.timings.iter().rev().find_map(|timing| *timing)
    }

    /// Of the runs before that one, the middle one's time within which 95 in 100 answers came, in microseconds.
    pub(in crate::report) fn usual(&self) -> Option<u64> {
        let mut earlier: Vec<u64> = self.timings.iter().flatten().map(|timing| timing.p95_micros).collect();
        earlier.pop();
        earlier.sort_unstable();
        earlier.get(earlier.len() / 2).copied()
    }
}

/// One per operation, in the order of the newest run that has it.
pub(in crate::report) fn trends(history: &History) -> Vec<Trend<'_>> {
    let mut names: Vec<&str> = Vec::new();
    for run in history.runs.iter().rev() {
        for timing in &run.timings {
            if !names.contains(&timing.operation.as_str()) {
                names.push(&timing.operation);
            }
        }
    }
    let of = |name: &str| {
        let timing =
            |operations: &'_ [OperationTiming]| operations.iter().position(|one| one.operation == name);
        history.runs.iter().map(|run| timing(&run.timings).map(|at| &run.timings[at])).collect()
    };
    names.into_iter().map(|operation| Trend { operation, timings: of(operation) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_is_the_middle_of_what_came_before() {
        let timing = |p95_micros| OperationTiming {
            operation: "x".into(),
            requests: 1,
            median_micros: 1,
            p95_micros,
            longest_micros: p95_micros,
        };
        let timings = [30, 10, 20, 999].map(timing);
        let of = |these: &[usize]| {
            Trend { operation: "x", timings: these.iter().map(|at| timings.get(*at)).collect() }.usual()
        };
        assert_eq!(of(&[0, 1, 2, 3]), Some(20));
        assert_eq!(of(&[0, 9, 3, 9]), Some(30));
        assert_eq!(of(&[3]), None);
        assert_eq!(of(&[9]), None);
    }
}
