//! Strings that miss a pattern, and nothing else, by little.

use super::class;
use super::forge::Spot;
use super::letters::{Alphabet, Letters};
use super::pattern::Demand;
use super::stream::Stream;
use super::{Candidate, Cannot};

/// What a class of letters usually leaves out. Beyond ASCII only what is no letter in any alphabet: where a page says
/// "letters", it does not decide about those of other alphabets.
const OUTSIDERS: [(char, &str); 7] = [
    (' ', "a space"),
    ('_', "an underscore"),
    ('.', "a full stop"),
    ('!', "an exclamation mark"),
    ('/', "a slash"),
    ('→', "an arrow"),
    ('。', "a Chinese full stop"),
];

/// Strings that break `text`, a pattern of the place `spot`, each in another way.
pub(crate) fn misses(
    spot: &Spot<'_>,
    text: &str,
    ascii: bool,
    stream: &mut Stream,
) -> Result<Vec<Candidate>, Cannot> {
    let shape = spot.shape();
    match shape.demand(text)? {
        Demand::Only(class, ..) => {
            let letters = Letters::of(shape, None)?;
            let length = letters.comfortable();
            let base = letters.compose(length, Alphabet::Ascii, spot.prefix(), stream)?;
            let found: Vec<Candidate> = OUTSIDERS
                .iter()
                .filter(|(c, _)| !class::has(class, *c) && (!ascii || c.is_ascii()))
                .map(|(c, kind)| Candidate::new(replace(&base, length / 2, *c), format!("with {kind}")))
                .collect();
            if found.is_empty() {
                Err(Cannot::new("the pattern allows every usual character"))
            } else {
                Ok(found)
            }
        }
        Demand::Somewhere(class) => {
            let letters = Letters::of(shape, Some(text))?.without(class.clone());
            let miss = letters.compose(letters.comfortable(), Alphabet::Ascii, spot.prefix(), stream)?;
            let title = shape.title_of("pattern", &text.into());
            let label = title.map_or_else(|| format!("without {text}"), |title| format!("without {title}"));
            Ok(vec![Candidate::new(miss, label)])
        }
        Demand::First(class) | Demand::Last(class) => {
            let letters = Letters::of(shape, Some(text))?;
            let base = letters.compose(letters.comfortable(), Alphabet::Ascii, spot.prefix(), stream)?;
            let (at, where_) = match shape.demand(text)? {
                Demand::First(_) => (0, "at the beginning"),
                _ => (base.chars().count().saturating_sub(1), "at the end"),
            };
            let usual = [('7', "a digit"), ('k', "a letter")].into_iter().chain(OUTSIDERS);
            let found: Vec<Candidate> = usual
                .filter(|(c, _)| !class::has(class, *c) && letters.allows(*c) && (!ascii || c.is_ascii()))
                // At an end, a space is trimmed by many readers.
                .filter(|(c, _)| *c != ' ')
                .map(|(c, kind)| Candidate::new(replace(&base, at, c), format!("with {kind} {where_}")))
                .collect();
            if found.is_empty() {
                Err(Cannot::new("the pattern allows every usual character there"))
            } else {
                Ok(found)
            }
        }
        Demand::Whole(_) => {
            let letters = Letters::of(shape, None)?;
            let base = letters.compose(letters.comfortable(), Alphabet::Ascii, spot.prefix(), stream)?;
            let length = base.chars().count();
            let mut found: Vec<Candidate> = OUTSIDERS
                .iter()
                .filter(|(c, _)| !ascii || c.is_ascii())
                .map(|(c, kind)| Candidate::new(replace(&base, length / 2, *c), format!("with {kind}")))
                .collect();
            let shorter: String = base.chars().take(length.saturating_sub(1)).collect();
            found.push(Candidate::new(shorter, "without its last character"));
            found.push(Candidate::new(format!("{base}!"), "with an exclamation mark at the end"));
            Ok(found)
        }
    }
}

fn replace(base: &str, at: usize, with: char) -> String {
    base.chars().enumerate().map(|(index, c)| if index == at { with } else { c }).collect()
}
