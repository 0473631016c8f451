//! Which cases are wanted.
//!
//! Terms are separated by commas or spaces, of which one must match; `&` joins terms that must all match; `!` before a
//! term turns it round. A term is a glob over the clause's address (`*` within a segment, `**` across segments), or one
//! of `case:ID-PREFIX`, `generator:NAME`, `operation:NAME`, `tag:NAME`, `side:accept|refuse|observe`.

use super::generator;
use crate::model::{Contract, Side};
use crate::text::did_you_mean;

const KINDS: [&str; 5] = ["case", "generator", "operation", "tag", "side"];
const SIDES: [(&str, Side); 3] =
    [("accept", Side::Accept), ("refuse", Side::Refuse), ("observe", Side::Observe)];

/// A selection: one of its groups has to match, and in it every term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Select {
    groups: Vec<Vec<Term>>,
}

/// What is asked about: a case, or a gap (which has no id and no generator).
#[derive(Debug, Clone, Copy)]
pub struct Subject<'s> {
    /// The clause's address.
    pub address: &'s str,
    /// The operation's name; None for a sequence's clause.
    pub operation: Option<&'s str>,
    /// The operation's tags.
    pub tags: &'s [String],
    /// The side.
    pub side: Side,
    /// The case's id.
    pub case: Option<&'s str>,
    /// The generator's id.
    pub generator: Option<&'s str>,
}

/// A selection that can't be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BadSelect {
    /// The byte of the text where it goes wrong.
    pub at: usize,
    /// A lowercase fragment.
    pub message: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    not: bool,
    wanted: Wanted,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    Address(String),
    Case(String),
    Generator(&'static str),
    Operation(String),
    Tag(String),
    Side(Side),
}

impl Select {
    /// Reads a selection.
    ///
    /// # Errors
    /// When a term is empty or names what does not exist.
    pub fn parse(text: &str) -> Result<Self, BadSelect> {
        let mut groups: Vec<Vec<Term>> = Vec::new();
        let mut joined = None;
        for (at, token) in tokens(text) {
            if token == "&" {
                if groups.is_empty() || joined.is_some() {
                    return Err(bad(at, "`&` needs a term on each side"));
                }
                joined = Some(at);
                continue;
            }
            let term = term(at, token)?;
            match groups.last_mut() {
                Some(group) if joined.take().is_some() => group.push(term),
                _ => groups.push(vec![term]),
            }
        }
        match joined {
            Some(at) => Err(bad(at, "`&` needs a term on each side")),
            None if groups.is_empty() => Err(bad(0, "the selection is empty")),
            None => Ok(Self { groups }),
        }
    }

    /// The first term that nothing in `contract` could ever match, with what to do about it. Terms for cases are left
    /// to the plan.
    #[must_use]
    pub fn misses(&self, contract: &Contract) -> Option<String> {
        let addresses = || contract.clauses.iter().map(|clause| clause.address.as_str());
        let operations = || contract.operations.iter().map(|operation| operation.id.as_str());
        let tags = || contract.operations.iter().flat_map(|operation| &operation.tags).map(String::as_str);
        self.groups.iter().flatten().find_map(|term| match &term.wanted {
            Wanted::Address(glob) if !addresses().any(|address| path_matches(glob, address)) => {
                let first = glob.split('/').next().unwrap_or_default();
                Some(nothing("clause's address matches", glob, first, &operations().collect::<Vec<_>>()))
            }
            Wanted::Operation(glob) if !operations().any(|name| segment_matches(glob, name)) => {
                Some(nothing("operation is called", glob, glob, &operations().collect::<Vec<_>>()))
            }
            Wanted::Tag(glob) if !tags().any(|tag| segment_matches(glob, tag)) => {
                Some(nothing("operation has the tag", glob, glob, &tags().collect::<Vec<_>>()))
            }
            _ => None,
        })
    }

    /// Whether `subject` is selected.
    #[must_use]
    pub fn matches(&self, subject: &Subject<'_>) -> bool {
        self.groups.iter().any(|group| group.iter().all(|term| term.matches(subject)))
    }
}

impl Term {
    fn matches(&self, subject: &Subject<'_>) -> bool {
        let matches = match &self.wanted {
            Wanted::Address(glob) => path_matches(glob, subject.address),
            Wanted::Case(prefix) => subject.case.is_some_and(|id| id.starts_with(prefix.as_str())),
            Wanted::Generator(id) => subject.generator == Some(*id),
            Wanted::Operation(glob) => subject.operation.is_some_and(|name| segment_matches(glob, name)),
            Wanted::Tag(glob) => subject.tags.iter().any(|tag| segment_matches(glob, tag)),
            Wanted::Side(side) => subject.side == *side,
        };
        matches != self.not
    }
}

fn bad(at: usize, message: impl Into<String>) -> BadSelect {
    BadSelect { at, message: message.into() }
}

/// The terms and `&`s of `text`, each with its first byte.
fn tokens(text: &str) -> Vec<(usize, &str)> {
    let mut tokens = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        if character == '&' || character == ',' || character.is_whitespace() {
            if let Some(from) = start.take() {
                tokens.push((from, &text[from..at]));
            }
            if character == '&' {
                tokens.push((at, &text[at..=at]));
            }
        } else if start.is_none() {
            start = Some(at);
        }
    }
    tokens
}

fn term(at: usize, token: &str) -> Result<Term, BadSelect> {
    let (not, rest) = token.strip_prefix('!').map_or((false, token), |rest| (true, rest));
    if rest.is_empty() {
        return Err(bad(at, "`!` needs a term after it"));
    }
    if let Some(odd) = rest.find(['(', ')', '|', '[', ']']) {
        return Err(bad(
            at + odd,
            "a selection has no brackets and no `|`: spaces or commas mean \"or\", `&` means \"and\"",
        ));
    }
    if matches!(rest, "not" | "or" | "and") {
        return Err(bad(
            at,
            format!("`{rest}` is no operator: `!` means \"not\", spaces or commas \"or\", `&` \"and\""),
        ));
    }
    let Some((kind, name)) = rest.split_once(':') else {
        return Ok(Term { not, wanted: Wanted::Address(rest.to_owned()) });
    };
    let at_name = at + token.len() - name.len();
    if name.is_empty() {
        return Err(bad(at_name, format!("`{kind}:` needs a name after it")));
    }
    let wanted = match kind {
        "case" => Wanted::Case(name.to_ascii_lowercase()),
        "operation" => Wanted::Operation(name.to_owned()),
        "tag" => Wanted::Tag(name.to_owned()),
        "generator" => Wanted::Generator(generator_named(at_name, name)?),
        "side" => {
            let found = SIDES.iter().find(|(word, _)| *word == name);
            let (_, side) =
                found.ok_or_else(|| bad(at_name, unknown("side", name, &SIDES.map(|(word, _)| word))))?;
            Wanted::Side(*side)
        }
        _ => return Err(bad(at, unknown("kind of term", kind, &KINDS))),
    };
    Ok(Term { not, wanted })
}

fn generator_named(at: usize, name: &str) -> Result<&'static str, BadSelect> {
    let known: Vec<&'static str> = generator::ALL.iter().map(|generator| generator.meta().id).collect();
    let found = known.iter().find(|id| **id == name).copied();
    found.ok_or_else(|| bad(at, unknown("generator", name, &known)))
}

fn unknown(what: &str, word: &str, known: &[&str]) -> String {
    did_you_mean(word, known.iter().copied()).map_or_else(
        || format!("no {what} is called `{word}`; there are {}", known.join(", ")),
        |near| format!("no {what} is called `{word}`; did you mean `{near}`?"),
    )
}

fn nothing(what: &str, glob: &str, word: &str, known: &[&str]) -> String {
    did_you_mean(word, known.iter().copied()).map_or_else(
        || format!("no {what} `{glob}`"),
        |near| format!("no {what} `{glob}`; did you mean `{near}`?"),
    )
}

/// A glob without a slash is a first segment with everything below it.
fn path_matches(glob: &str, address: &str) -> bool {
    fn all(globs: &[&str], segments: &[&str]) -> bool {
        match globs.split_first() {
            None => segments.is_empty(),
            Some((&"**", rest)) => (0..=segments.len()).any(|skip| all(rest, &segments[skip..])),
            Some((glob, rest)) => segments
                .split_first()
                .is_some_and(|(segment, others)| segment_matches(glob, segment) && all(rest, others)),
        }
    }
    let mut globs: Vec<&str> = glob.split('/').collect();
    if globs.len() == 1 {
        globs.push("**");
    }
    let segments: Vec<&str> = address.split('/').collect();
    all(&globs, &segments)
}

/// Whether `*` in `glob` can stand for something so that it is `text`.
fn segment_matches(glob: &str, text: &str) -> bool {
    let Some((before, after)) = glob.split_once('*') else { return glob == text };
    let Some(rest) = text.strip_prefix(before) else { return false };
    let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    ends.into_iter().any(|at| segment_matches(after, &rest[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBJECT: Subject<'_> = Subject {
        address: "reset-thing/request/body/name/maxLength",
        operation: Some("reset-thing"),
        tags: &[],
        side: Side::Refuse,
        case: Some("0123456789abcdef"),
        generator: Some("bounds"),
    };

    #[test]
    fn terms_select() {
        for (text, selected) in [
            ("reset-*/request/body/**", true),
            ("reset-*/request/body/*", false),
            ("**", true),
            ("**/maxLength", true),
            ("query/** reset-thing/**", true),
            ("query/**,other/**", false),
            ("generator:bounds & side:refuse", true),
            ("generator:bounds&side:accept", false),
            ("!side:accept", true),
            ("!generator:bounds", false),
            ("case:0123", true),
            ("case:1234", false),
            ("operation:reset-*", true),
            ("tag:slow", false),
        ] {
            assert_eq!(Select::parse(text).unwrap().matches(&SUBJECT), selected, "{text}");
        }
    }

    #[test]
    fn mistakes_are_placed_and_near_words_offered() {
        for (text, at, hint) in [
            ("generator:bound", 10, "did you mean `bounds`?"),
            ("a generater:bounds", 2, "did you mean `generator`?"),
            ("side:left", 5, "there are accept, refuse, observe"),
            ("& a", 0, "on each side"),
            ("a &", 2, "on each side"),
            ("!", 0, "after it"),
            ("case:", 5, "after it"),
            (" ", 0, "empty"),
        ] {
            let error = Select::parse(text).unwrap_err();
            assert_eq!(error.at, at, "{text}");
            assert!(error.message.contains(hint), "{text}: {}", error.message);
        }
    }
}
