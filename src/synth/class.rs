//! Sets of characters.

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

use super::stream::Stream;

/// Preferred special characters, the harmless ones first.
const SPECIAL: &str = "#!%*+=@_-^~$&:;/?()<>[]|.,'{}\"\\`";
const CONSONANTS: &str = "bdfgklmnprstvz";
const VOWELS: &str = "aeiou";
/// Frequent characters of the basic multilingual plane: three bytes of UTF-8, one UTF-16 unit, one character.
const HAN: &str = "中文字符长度名称产品说明测试";

/// Whether `class` has `character`.
pub(crate) fn has(class: &ClassUnicode, character: char) -> bool {
    class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&character))
}

/// The class of these characters.
pub(crate) fn of(characters: impl IntoIterator<Item = char>) -> ClassUnicode {
    ClassUnicode::new(characters.into_iter().map(|character| ClassUnicodeRange::new(character, character)))
}

/// Printable ASCII in order of preference: letters, digits, special characters, and the space last.
pub(crate) fn preferred() -> impl Iterator<Item = char> {
    ('a'..='z').chain('A'..='Z').chain('0'..='9').chain(SPECIAL.chars()).chain([' '])
}

/// The characters of `class` that a person would use, or its first ones where it has none of those.
pub(crate) fn usable(class: &ClassUnicode) -> Vec<char> {
    let usable: Vec<char> = preferred().filter(|character| has(class, *character)).collect();
    if !usable.is_empty() {
        return usable;
    }
    class.ranges().iter().flat_map(|range| (range.start()..=range.end()).take(4)).take(32).collect()
}

/// One of `class`, never a space where there is another.
pub(crate) fn pick(class: &ClassUnicode, stream: &mut Stream) -> Option<char> {
    let usable = usable(class);
    let first = *usable.first()?;
    // Among letters or digits any will do; of special characters the most harmless one.
    let alike: Vec<char> = usable
        .into_iter()
        .filter(|other| first.is_ascii_alphanumeric() && first.is_ascii_digit() == other.is_ascii_digit())
        .filter(char::is_ascii_alphanumeric)
        .collect();
    stream.pick(&alike).copied().or(Some(first))
}

/// What strings are filled up with.
#[derive(Debug, Clone)]
pub(crate) struct Pool {
    /// Taken in turn, so that words can be spoken.
    lines: Vec<Vec<char>>,
}

impl Pool {
    /// Chinese characters, as far as `allowed` has them.
    pub(crate) fn han(allowed: impl Fn(char) -> bool) -> Option<Self> {
        HAN.chars().all(allowed).then(|| Self { lines: vec![HAN.chars().collect()] })
    }

    /// Letters if `allowed` has them, else digits, else what there is of printable ASCII.
    pub(crate) fn ascii(allowed: impl Fn(char) -> bool) -> Option<Self> {
        let line = |characters: &str| characters.chars().filter(|c| allowed(*c)).collect::<Vec<char>>();
        for (first, second) in
            [(CONSONANTS.to_owned(), VOWELS.to_owned()), (CONSONANTS.to_uppercase(), VOWELS.to_uppercase())]
        {
            let lines = vec![line(&first), line(&second)];
            if lines.iter().all(|line| !line.is_empty()) {
                return Some(Self { lines });
            }
        }
        let rest: Vec<char> = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0']
            .into_iter()
            .chain(preferred().filter(|c| *c != ' '))
            .filter(|c| allowed(*c))
            .collect();
        let digits: Vec<char> = rest.iter().copied().filter(char::is_ascii_digit).collect();
        match (digits.is_empty(), rest.is_empty()) {
            (false, _) => Some(Self { lines: vec![digits] }),
            (true, false) => Some(Self { lines: vec![rest] }),
            (true, true) => None,
        }
    }

    /// These characters.
    pub(crate) fn of(characters: Vec<char>) -> Self {
        Self { lines: vec![characters] }
    }

    /// So many characters.
    pub(crate) fn fill(&self, length: usize, stream: &mut Stream) -> Vec<char> {
        /// Longer strings repeat themselves: they only have to be long.
        const BLOCK: usize = 1000;
        let block: Vec<char> = (0..length.min(BLOCK))
            .filter_map(|at| stream.pick(&self.lines[at % self.lines.len().max(1)]).copied())
            .collect();
        block.iter().copied().cycle().take(length).collect()
    }
}
