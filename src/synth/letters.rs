//! Strings: so long, of these characters, with one of each of those.

use regex_syntax::hir::{ClassUnicode, Hir};
use serde_json::Value;

use super::Cannot;
use super::class::{self, Pool};
use super::pattern::{self, Demand};
use super::shape::Shape;
use super::stream::Stream;

/// What a string is filled up with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    /// Letters, or whatever ASCII the schema allows.
    Ascii,
    /// Chinese characters: one character each, three bytes.
    Cjk,
}

/// The longest string that is made, in characters.
const LONGEST: usize = 2_000_000;

/// What a schema asks of a string.
#[derive(Debug)]
pub(crate) struct Letters {
    only: Option<ClassUnicode>,
    somewhere: Vec<ClassUnicode>,
    first: Option<ClassUnicode>,
    last: Option<ClassUnicode>,
    whole: Vec<Hir>,
    /// No character of it is used.
    without: Option<ClassUnicode>,
    /// The least number of characters.
    pub(crate) min: usize,
    /// The greatest number of characters.
    pub(crate) max: Option<usize>,
}

impl Letters {
    /// What `shape` asks, `except` for one of its patterns.
    pub(crate) fn of(shape: &Shape<'_>, except: Option<&str>) -> Result<Self, Cannot> {
        let mut letters = Self {
            only: None,
            somewhere: Vec::new(),
            first: None,
            last: None,
            whole: Vec::new(),
            without: None,
            min: shape.size("minLength", true).unwrap_or(0),
            max: shape.size("maxLength", false),
        };
        for text in shape.all("pattern").filter_map(Value::as_str).filter(|text| except != Some(text)) {
            match shape.demand(text)? {
                Demand::Only(class, min, max) => {
                    narrow(&mut letters.only, class);
                    letters.min = letters.min.max(*min);
                    letters.max = [letters.max, *max].into_iter().flatten().min();
                }
                Demand::Somewhere(class) => letters.somewhere.push(class.clone()),
                Demand::First(class) => narrow(&mut letters.first, class),
                Demand::Last(class) => narrow(&mut letters.last, class),
                Demand::Whole(hir) => {
                    letters.min = letters.min.max(pattern::shortest(hir));
                    letters.whole.push((**hir).clone());
                }
            }
        }
        Ok(letters)
    }

    /// The same, but no character of `class` is used.
    pub(crate) fn without(mut self, class: ClassUnicode) -> Self {
        self.without = Some(class);
        self
    }

    /// A length that is on no bound, where there is room.
    pub(crate) fn comfortable(&self) -> usize {
        let low = self.min.max(1);
        let high = self.max.unwrap_or(low.saturating_add(24)).max(low);
        let wanted = low.saturating_add(2).max(12);
        wanted.min(if high > low { high - 1 } else { high })
    }

    /// Whether a string may have it.
    pub(crate) fn allows(&self, character: char) -> bool {
        self.only.as_ref().is_none_or(|only| class::has(only, character))
            && self.without.as_ref().is_none_or(|without| !class::has(without, character))
    }

    /// Whether padding may use it: a string that has to have one of each of some classes has nothing else, since that
    /// is how people read such a rule.
    fn pads(&self, character: char) -> bool {
        self.allows(character)
            && (self.only.is_some()
                || self.somewhere.is_empty()
                || self.somewhere.iter().any(|class| class::has(class, character)))
    }

    fn pool(&self, alphabet: Alphabet) -> Option<Pool> {
        match alphabet {
            Alphabet::Ascii => Pool::ascii(|c| self.pads(c)).or_else(|| {
                let exotic: Vec<char> = class::usable(self.only.as_ref()?);
                Some(Pool::of(exotic)).filter(|_| self.without.is_none())
            }),
            Alphabet::Cjk => Pool::han(|c| self.pads(c)),
        }
    }

    /// A string of `length` characters. It begins with `prefix` where that is allowed and leaves room.
    pub(crate) fn compose(
        &self,
        length: usize,
        alphabet: Alphabet,
        prefix: &str,
        stream: &mut Stream,
    ) -> Result<String, Cannot> {
        if length > LONGEST {
            return Err(Cannot::new(format!("a string of {length} characters is too long to be sent")));
        }
        if let Some(hir) = self.whole.first() {
            return match alphabet {
                Alphabet::Ascii => pattern::write(hir, length, stream),
                Alphabet::Cjk => Err(Cannot::new("the pattern does not allow it")),
            };
        }
        let pool = self
            .pool(alphabet)
            .ok_or_else(|| Cannot::new("no usable character is allowed by the pattern"))?;
        let mut characters = pool.fill(length, stream);
        let prefix: Vec<char> = prefix.chars().collect();
        let mut from = 1;
        if length >= prefix.len() + 4 && prefix.iter().all(|c| self.pads(*c)) && !prefix.is_empty() {
            // Behind the first character, where that has to be another one.
            let start = usize::from(self.first.as_ref().is_some_and(|first| !class::has(first, prefix[0])));
            characters[start..start + prefix.len()].copy_from_slice(&prefix);
            from = start + prefix.len();
        }
        let wanted = self.missing(&characters, stream)?;
        if wanted.len() + from > length {
            from = 0;
        }
        if wanted.len() > length {
            return Err(Cannot::new(format!("{length} characters are too few for one of each kind")));
        }
        for (at, character) in (from..).zip(wanted) {
            characters[at] = character;
        }
        let mut first = self.first.clone();
        if let (Some(first), Some(last), 1) = (&mut first, &self.last, length) {
            first.intersect(last);
        }
        if let (Some(first), Some(character)) = (&first, characters.first_mut()) {
            self.put(character, first, stream)?;
        }
        if let (Some(last), Some(character)) = (&self.last, characters.last_mut()) {
            self.put(character, last, stream)?;
        }
        Ok(characters.into_iter().collect())
    }

    /// Makes `character` one of `class`.
    fn put(&self, character: &mut char, class: &ClassUnicode, stream: &mut Stream) -> Result<(), Cannot> {
        if !class::has(class, *character) {
            *character = self.pick(class, stream)?;
        }
        Ok(())
    }

    /// One of `class` that may be used.
    fn pick(&self, class: &ClassUnicode, stream: &mut Stream) -> Result<char, Cannot> {
        let mut class = class.clone();
        if let Some(only) = &self.only {
            class.intersect(only);
        }
        if let Some(without) = &self.without {
            class.difference(without);
        }
        class::pick(&class, stream).ok_or_else(|| Cannot::new("two patterns leave no character in common"))
    }

    /// One of each class that has to be somewhere; all of them, since writing one may overwrite another.
    fn missing(&self, characters: &[char], stream: &mut Stream) -> Result<Vec<char>, Cannot> {
        let mut wanted = Vec::new();
        for class in &self.somewhere {
            // Padding of lower-case letters has enough of them.
            if characters.len() >= 8 && characters.iter().filter(|c| class::has(class, **c)).count() > 6 {
                continue;
            }
            wanted.push(self.pick(class, stream)?);
        }
        Ok(wanted)
    }

    /// A string that shows every kind of character that `class` has: the ends of its runs of letters and digits, and
    /// every other character. None when that is no more than a plain string shows.
    pub(crate) fn every_kind(
        &self,
        class: &ClassUnicode,
        prefix: &str,
        stream: &mut Stream,
    ) -> Option<String> {
        let kinds: Vec<char> = class::preferred()
            .filter(|c| class::has(class, *c) && self.allows(*c))
            .filter(|c| !c.is_ascii_alphanumeric() || "azAZ09".contains(*c))
            .collect();
        let room = self.max.unwrap_or(usize::MAX);
        let least = kinds.len() + self.somewhere.len() + prefix.len().max(1) + 1;
        if kinds.len() < 2 || least > room || !self.whole.is_empty() {
            return None;
        }
        // What must be unique keeps some letters of its own.
        let own = if prefix.is_empty() { 0 } else { 6 };
        let length = self.comfortable().max(least + own).min(room);
        let composed = self.compose(length, Alphabet::Ascii, prefix, stream).ok()?;
        let mut characters: Vec<char> = composed.chars().collect();
        // After what `compose` put at the front, and not at the very end, where a space would be trimmed.
        let start = length - kinds.len() - 1;
        characters[start..start + kinds.len()].copy_from_slice(&kinds);
        Some(characters.into_iter().collect())
    }
}

fn narrow(known: &mut Option<ClassUnicode>, class: &ClassUnicode) {
    match known {
        Some(known) => known.intersect(class),
        none => *none = Some(class.clone()),
    }
}
