//! The words of a description, sentence by sentence, each with its place.

use std::ops::Range;

use super::block::{SOFT, Said, soft};
use crate::text::Span;

/// Words of a page, and where they stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Quote {
    /// First and last line.
    pub(super) lines: (u32, u32),
    pub(super) text: String,
    pub(super) span: Span,
}

/// A description.
#[derive(Debug, Clone, Default)]
pub(super) struct Prose {
    /// The lines that it was joined from.
    pub(super) said: Vec<Said>,
    /// The words as printed, lines joined by line breaks.
    printed: String,
    /// The same with punctuation of one kind, for matching; byte for byte another text, character for character the same.
    plain: String,
    /// Ranges of `plain`.
    sentences: Vec<Range<usize>>,
}

impl Prose {
    /// Of the lines of a cell or paragraph.
    pub(super) fn new(said: &[Said]) -> Self {
        let printed = said.iter().map(|said| said.text.as_str()).collect::<Vec<_>>().join("\n");
        let plain = labelled(printed.chars().map(plain).collect());
        let sentences = split(&plain);
        Self { said: said.to_vec(), printed, plain, sentences }
    }

    /// All of it, for matching.
    pub(super) fn plain(&self) -> &str {
        &self.plain
    }

    /// As printed, on one line.
    pub(super) fn printed(&self) -> String {
        soft(&self.printed.replace('\n', " "))
    }

    /// The sentences, for matching.
    pub(super) fn sentences(&self) -> impl Iterator<Item = (Range<usize>, &str)> {
        self.sentences.iter().map(|range| (range.clone(), &self.plain[range.clone()]))
    }

    /// The sentences that `range` touches, as printed.
    pub(super) fn quote(&self, range: &Range<usize>) -> Quote {
        let touched =
            self.sentences.iter().filter(|sentence| sentence.start < range.end && range.start < sentence.end);
        let (mut start, mut end) = (range.start, range.end);
        for sentence in touched {
            start = start.min(sentence.start);
            end = end.max(sentence.end);
        }
        let characters = |at: usize| self.plain[..at].chars().count();
        let (first, last) = (characters(start), characters(end));
        let text: String = self.printed.chars().skip(first).take(last - first).collect();
        let (leading, text) =
            (text.chars().take_while(|c| c.is_whitespace()).count(), text.trim().to_owned());
        let line = |character: usize| {
            let before = || self.printed.chars().take(character);
            let mut said =
                self.said.get(before().filter(|c| *c == '\n').count()).cloned().unwrap_or_default();
            let within = before().collect::<Vec<_>>().into_iter().rev().take_while(|c| *c != '\n');
            let soft = within.filter(|c| *c == SOFT).count();
            said.line = said.line.saturating_add(u32::try_from(soft).unwrap_or(u32::MAX));
            said
        };
        let (from, to) =
            (line(first + leading), line(first + leading + text.chars().count().saturating_sub(1)));
        let text = soft(&text.replace('\n', " "));
        Quote { lines: (from.line, to.line), text, span: from.span }
    }
}

/// Words that head a part of a description.
const LABELS: [&str; 3] = ["Constraints", "Range", "Default Value"];

/// In a description that is divided by labels (`Definition`, `Range`, …), with a colon behind each and a line break before;
/// character for character the same.
fn labelled(plain: String) -> String {
    if !["Definition", "Explanation"].iter().any(|start| plain.starts_with(start)) {
        return plain;
    }
    let mut bytes = plain.into_bytes();
    for label in LABELS {
        let mut at = 0;
        while let Some(found) = find(&bytes[at..], label.as_bytes()).map(|found| at + found) {
            let end = found + label.len();
            if found > 0
                && bytes[found - 1].is_ascii_whitespace()
                && bytes.get(end).is_some_and(u8::is_ascii_whitespace)
            {
                bytes[found - 1] = b'\n';
                bytes[end] = b':';
            }
            at = end;
        }
    }
    // Only white space of one byte was replaced by characters of one byte.
    String::from_utf8(bytes).unwrap_or_default()
}

fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|window| window == word)
}

/// One kind of punctuation for both languages.
fn plain(c: char) -> char {
    match c {
        // Full-width forms of ASCII, digits and brackets among them.
        '\u{ff01}'..='\u{ff5d}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{ff5e}' | '\u{223c}' | '\u{301c}' => '~',
        '\u{2010}'..='\u{2014}' | '\u{2212}' => '-',
        '\u{201c}' | '\u{201d}' | '\u{300c}' | '\u{300d}' => '"',
        '\u{2018}' | '\u{2019}' => '\'',
        SOFT | '\u{a0}' | '\u{3000}' | '\u{2003}' => ' ',
        '\u{3010}' => '[',
        '\u{3011}' => ']',
        other => other,
    }
}

/// Sentences end at `. `, at `。` and at the end of a line, unless it ends with a colon or comma.
fn split(text: &str) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut start = 0;
    let characters: Vec<(usize, char)> = text.char_indices().collect();
    for (index, (at, c)) in characters.iter().enumerate() {
        let next = characters.get(index + 1).map(|(_, next)| *next);
        let before = index.checked_sub(1).map(|before| characters[before].1);
        let behind = at + c.len_utf8();
        let ends = match c {
            '。' => true,
            '\n' => !text[start..*at].trim_end().ends_with([':', ',', '、']),
            // A stop among symbols is one of them.
            '.' | '!' | '?' => {
                next.is_none_or(char::is_whitespace)
                    && before.is_some_and(|c| c.is_alphanumeric() || ")\"'`]}_*".contains(c))
                    && !["e.g.", "i.e.", "etc.", "vs.", "No.", "Max.", "max.", "Min.", "min."]
                        .iter()
                        .any(|word| text[..behind].ends_with(word))
                    || (*c == '.' && before.is_some_and(char::is_alphanumeric) && glued(&characters, index))
            }
            _ => false,
        };
        if ends {
            push(text, start..behind, &mut all);
            start = behind;
        }
    }
    push(text, start..text.len(), &mut all);
    all
}

/// A stop with no space behind it, where the next sentence was set too close: `20.0.Project ID`.
fn glued(characters: &[(usize, char)], index: usize) -> bool {
    let after: String = characters[index + 1..].iter().take(3).map(|(_, c)| *c).collect();
    let mut after = after.chars();
    after.next().is_some_and(|c| c.is_ascii_uppercase())
        && after.next().is_some_and(|c| c.is_ascii_lowercase())
        && after.next().is_some_and(|c| c.is_ascii_lowercase())
        && characters[index - 1].1.is_ascii_digit()
}

fn push(text: &str, range: Range<usize>, all: &mut Vec<Range<usize>>) {
    if !text[range.clone()].trim().is_empty() {
        all.push(range);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(lines: &[&str]) -> Vec<Said> {
        (5u32..)
            .zip(lines)
            .map(|(line, text)| Said { text: (*text).to_owned(), line, ..Said::default() })
            .collect()
    }

    #[test]
    fn sentences_keep_their_lines_and_words() {
        let prose =
            Prose::new(&said(&["One (~!@#$?.<>). Two 1.5, e.g. three!", "四,五\u{ff1a}", "六。七。"]));
        let sentences: Vec<&str> = prose.sentences().map(|(_, text)| text.trim()).collect();
        assert_eq!(sentences, ["One (~!@#$?.<>).", "Two 1.5, e.g. three!", "四,五:\n六。", "七。"]);
        let at = prose.plain().find('六').unwrap();
        let quote = prose.quote(&(at..at + 1));
        assert_eq!((quote.lines, quote.text.as_str()), ((6, 7), "四,五\u{ff1a} 六。"));
        assert_eq!(Prose::new(&said(&["with 20.0.Project ID. X"])).sentences().count(), 3);
        assert_eq!(Prose::new(&[]).sentences().count(), 0);
        let labels = Prose::new(&said(&["Definition", "A size.", "Range", "1-5", "Default Value", "N/A"]));
        assert_eq!(labels.plain(), "Definition\nA size.\nRange:1-5\nDefault Value:N/A");
        let flat = Prose::new(&said(&["Definition A size. Range 1-5 Default Value N/A"]));
        assert_eq!(flat.plain(), "Definition A size.\nRange:1-5\nDefault Value:N/A");
    }
}
