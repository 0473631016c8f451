//! The difference of two texts, line by line and word by word.

use similar::{Algorithm, ChangeTag, TextDiff};

use super::lines::{collapsed, line};
use crate::model::{Diff, DiffOp};

/// The longest text that is compared, in bytes.
const MOST_BYTES: usize = 1024 * 1024;
/// What aligning lines may cost, as the product of the lines on both sides between what both begin and end with.
const MOST_LINES: usize = 25_000_000;
/// What aligning words may cost, as the product of the bytes on both sides, as above.
const MOST_WORDS: usize = 1_000_000;
/// The longest text that is aligned line by line before its words are, in bytes.
const MOST_OF_LINES: usize = 16 * 1024;
/// Lines shown of a text that is too long to be compared.
const SAMPLE: usize = 20;

/// What makes `actual` differ from `expected`; empty when they are equal. Of texts of more than 1 MiB, or with more than
/// some 5,000 lines that are others on both sides, only the beginnings are shown.
#[must_use]
pub fn texts(expected: &str, actual: &str) -> Diff {
    if expected == actual {
        return Diff::default();
    }
    if expected.len().max(actual.len()) > MOST_BYTES || between(expected, actual) > MOST_LINES {
        let sample = |op, text: &str| {
            text.lines().take(SAMPLE).map(move |part| line(op, part.to_owned())).collect::<Vec<_>>()
        };
        let mut lines = sample(DiffOp::Expected, expected);
        lines.extend(sample(DiffOp::Actual, actual));
        lines.push(line(DiffOp::Gap, "too long to compare".to_owned()));
        return Diff { lines };
    }
    // Without a time limit, so that it is the same on every machine.
    let diff = TextDiff::configure().algorithm(Algorithm::Histogram).diff_lines(expected, actual);
    let lines = diff
        .iter_all_changes()
        .map(|change| line(op(change.tag()), change.value().trim_end_matches(['\n', '\r']).to_owned()));
    collapsed(lines.collect())
}

fn op(tag: ChangeTag) -> DiffOp {
    match tag {
        ChangeTag::Equal => DiffOp::Same,
        ChangeTag::Delete => DiffOp::Expected,
        ChangeTag::Insert => DiffOp::Actual,
    }
}

/// The product of the lines between what both texts begin and end with.
fn between(left: &str, right: &str) -> usize {
    let (left, right): (Vec<&str>, Vec<&str>) = (left.lines().collect(), right.lines().collect());
    let before = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
    let (left, right) = (&left[before..], &right[before..]);
    let after = left.iter().rev().zip(right.iter().rev()).take_while(|(a, b)| a == b).count();
    (left.len() - after).saturating_mul(right.len() - after)
}

/// A text as parts that are on both sides, only in `left` or only in `right`, in order. Words are those of
/// Unicode (UAX 29), so that Chinese is told character by character.
#[must_use]
pub fn words(left: &str, right: &str) -> Vec<(DiffOp, String)> {
    let mut parts: Vec<(DiffOp, String)> = Vec::new();
    let mut add = |op: DiffOp, text: &str| {
        if text.is_empty() {
            return;
        }
        match parts.last_mut() {
            Some((last, whole)) if *last == op => whole.push_str(text),
            _ => parts.push((op, text.to_owned())),
        }
    };
    let same = |a: char, b: char| a == b;
    let before: usize =
        left.chars().zip(right.chars()).take_while(|(a, b)| same(*a, *b)).map(|(a, _)| a.len_utf8()).sum();
    let (old, new) = (&left[before..], &right[before..]);
    let after: usize = old
        .chars()
        .rev()
        .zip(new.chars().rev())
        .take_while(|(a, b)| same(*a, *b))
        .map(|(a, _)| a.len_utf8())
        .sum();
    if (old.len() - after).saturating_mul(new.len() - after) > MOST_WORDS {
        if left.len().max(right.len()) <= MOST_OF_LINES
            && let Some(blocks) = blocks(left, right)
        {
            for (old, new) in blocks {
                for (op, text) in words(&old, &new) {
                    add(op, &text);
                }
            }
            return parts;
        }
        add(DiffOp::Same, &left[..before]);
        add(DiffOp::Expected, &old[..old.len() - after]);
        add(DiffOp::Actual, &new[..new.len() - after]);
        add(DiffOp::Same, &old[old.len() - after..]);
        return parts;
    }
    let diff = TextDiff::configure().algorithm(Algorithm::Histogram).diff_unicode_words(left, right);
    diff.iter_all_changes().for_each(|change| add(op(change.tag()), change.value()));
    parts
}

/// What stands between the lines that both texts have, and these; None where that is no smaller than the whole.
fn blocks(left: &str, right: &str) -> Option<Vec<(String, String)>> {
    let diff = TextDiff::configure().algorithm(Algorithm::Histogram).diff_lines(left, right);
    let mut blocks: Vec<(String, String)> = Vec::new();
    let mut same = true;
    for change in diff.iter_all_changes() {
        let equal = change.tag() == ChangeTag::Equal;
        if blocks.is_empty() || equal || same {
            blocks.push((String::new(), String::new()));
        }
        same = equal;
        if let Some((old, new)) = blocks.last_mut() {
            if change.tag() != ChangeTag::Insert {
                old.push_str(change.value());
            }
            if change.tag() != ChangeTag::Delete {
                new.push_str(change.value());
            }
        }
    }
    (blocks.len() > 1).then_some(blocks)
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
    fn words_are_told_apart_in_every_script() {
        for (left, right, told) in [
            ("a note of mine", "a page of mine", "a |-note|+page| of mine"),
            ("名称不能为空", "名称不可为空", "名称不|-能|+可|为空"),
            ("done 🎉 now", "done 🚀 now", "done |-🎉|+🚀| now"),
            ("", "x", "+x"),
        ] {
            let shown: Vec<String> = words(left, right)
                .into_iter()
                .map(|(op, text)| if op == DiffOp::Same { text } else { format!("{}{text}", op.sign()) })
                .collect();
            assert_eq!(shown.join("|"), told);
        }
        // Of many lines only those are marked that are others.
        let lines = |word: &str| -> String {
            let word = |n: usize| if n % 9 == 4 { word } else { "same" };
            (0..40).map(|n| format!("line {n}: {} 敏捷的狐狸\n", word(n))).collect()
        };
        let told = words(&lines("one"), &lines("another"));
        let marked: Vec<&str> =
            told.iter().filter(|(op, _)| *op != DiffOp::Same).map(|(_, text)| text.as_str()).collect();
        assert_eq!(marked, ["one", "another"].repeat(4));
        let long = |word: &str| format!("{}{}z", "x".repeat(10), word.repeat(100_000));
        assert_eq!(words(&long("ab"), &long("cd")).len(), 4);
    }

    #[test]
    fn large_texts_are_sampled() {
        let text = |word: &str| (0..30_000).map(|n| format!("{word} {n}\n")).collect::<String>();
        assert!(texts(&text("a"), &text("b")).lines.len() <= 2 * SAMPLE + 1);
        assert!(texts(&"x".repeat(2_000_000), "y").lines.iter().all(|line| line.text.len() < 2000));
    }
}
