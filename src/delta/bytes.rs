//! The difference of two byte sequences, as windows of hex.

use std::fmt::Write as _;

use super::lines::line;
use crate::model::{Diff, DiffLine, DiffOp};

/// Bytes in a line.
const WIDTH: usize = 16;
/// The most lines of each side; lines that are the same are not shown.
const MOST_LINES: usize = 16;

/// The lines of 16 bytes in which `actual` differs from `expected`, by their places; empty when they are equal.
#[must_use]
pub fn bytes(expected: &[u8], actual: &[u8]) -> Diff {
    let mut lines = Vec::new();
    let mut left_out = 0_usize;
    let mut shown = 0;
    for at in (0..expected.len().max(actual.len())).step_by(WIDTH) {
        let (left, right) = (window(expected, at), window(actual, at));
        if left == right || shown >= MOST_LINES {
            left_out += 1;
            continue;
        }
        close_gap(&mut lines, &mut left_out);
        shown += 1;
        for (op, part) in [(DiffOp::Expected, left), (DiffOp::Actual, right)] {
            if !part.is_empty() {
                lines.push(line(op, drawn(at, part)));
            }
        }
    }
    if lines.is_empty() {
        return Diff::default();
    }
    close_gap(&mut lines, &mut left_out);
    Diff { lines }
}

fn window(bytes: &[u8], at: usize) -> &[u8] {
    bytes.get(at..).map_or(&[], |rest| &rest[..rest.len().min(WIDTH)])
}

fn drawn(at: usize, part: &[u8]) -> String {
    let mut text = format!("{at:08x} ");
    for place in 0..WIDTH {
        text.push_str(if place == WIDTH / 2 { "  " } else { " " });
        match part.get(place) {
            Some(byte) => drop(write!(text, "{byte:02x}")),
            None => text.push_str("  "),
        }
    }
    text.push_str("  |");
    text.extend(part.iter().map(|byte| match byte {
        0x20..=0x7e => char::from(*byte),
        _ => '.',
    }));
    text.push('|');
    text
}

fn close_gap(lines: &mut Vec<DiffLine>, left_out: &mut usize) {
    if *left_out > 0 {
        lines.push(line(DiffOp::Gap, format!("{} bytes", *left_out * WIDTH)));
        *left_out = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_lines_that_differ_are_shown() {
        let mut left = vec![0_u8; 100];
        left[40..45].copy_from_slice(b"hello");
        let mut right = left.clone();
        right[44] = b'p';
        let drawn: Vec<String> = bytes(&left, &right)
            .lines
            .iter()
            .map(|line| format!("{}{}", line.op.sign(), line.text))
            .collect();
        assert_eq!(
            drawn,
            [
                "…32 bytes",
                "-00000020  00 00 00 00 00 00 00 00  68 65 6c 6c 6f 00 00 00  |........hello...|",
                "+00000020  00 00 00 00 00 00 00 00  68 65 6c 6c 70 00 00 00  |........hellp...|",
                "…64 bytes",
            ]
        );
        assert_eq!(bytes(&left, &left), Diff::default());
        assert!(bytes(&vec![0; 1 << 20], &vec![1; 1 << 19]).lines.len() <= 2 * MOST_LINES + 1);
    }
}
