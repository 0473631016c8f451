//! The difference of two texts, line by line.

use std::time::Duration;

use similar::{ChangeTag, TextDiff};

use super::lines::{collapsed, line};
use crate::model::{Diff, DiffOp};

/// The longest text that is compared, in bytes.
const MOST_BYTES: usize = 1024 * 1024;
/// The most lines of a text that is compared.
const MOST_LINES: usize = 20_000;
/// Lines shown of a text that is too long to be compared.
const SAMPLE: usize = 20;

/// What makes `actual` differ from `expected`; empty when they are equal. Of texts of more than 1 MiB or 20,000 lines
/// only the beginnings are shown.
#[must_use]
pub fn texts(expected: &str, actual: &str) -> Diff {
    if expected == actual {
        return Diff::default();
    }
    let large = |text: &str| text.len() > MOST_BYTES || text.lines().nth(MOST_LINES).is_some();
    if large(expected) || large(actual) {
        let sample = |op, text: &str| {
            text.lines().take(SAMPLE).map(move |part| line(op, part.to_owned())).collect::<Vec<_>>()
        };
        let mut lines = sample(DiffOp::Expected, expected);
        lines.extend(sample(DiffOp::Actual, actual));
        lines.push(line(DiffOp::Gap, "too long to compare".to_owned()));
        return Diff { lines };
    }
    let diff = TextDiff::configure().timeout(Duration::from_millis(200)).diff_lines(expected, actual);
    let lines = diff.iter_all_changes().map(|change| {
        let op = match change.tag() {
            ChangeTag::Equal => DiffOp::Same,
            ChangeTag::Delete => DiffOp::Expected,
            ChangeTag::Insert => DiffOp::Actual,
        };
        line(op, change.value().trim_end_matches(['\n', '\r']).to_owned())
    });
    collapsed(lines.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_compared() {
        let diff = texts("a\nb\nc\n", "a\nx\nc");
        let ops: Vec<DiffOp> = diff.lines.iter().map(|line| line.op).collect();
        assert!(
            ops.contains(&DiffOp::Expected) && ops.contains(&DiffOp::Actual) && ops.contains(&DiffOp::Same)
        );
        assert!(texts("same", "same").lines.is_empty());
    }

    #[test]
    fn large_texts_are_sampled() {
        let text = "line\n".repeat(30_000);
        assert!(texts(&text, "other").lines.len() <= 2 * SAMPLE + 1);
        assert!(texts(&"x".repeat(2_000_000), "y").lines.iter().all(|line| line.text.len() < 2000));
    }
}
