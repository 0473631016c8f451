//! What a pattern (ECMA-262) asks of a string.

use std::collections::BTreeMap;

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Look};
use serde_json::Value;

use super::Cannot;
use super::class;
use super::stream::Stream;
use crate::model::Schema;

/// What a pattern asks of a string.
#[derive(Debug, Clone)]
pub(crate) enum Demand {
    /// Every character is of this class; so many of them (`^[a-z]{2,8}$`).
    Only(ClassUnicode, usize, Option<usize>),
    /// At least one character is of this class (`[0-9]`).
    Somewhere(ClassUnicode),
    /// The first character is of this class (`^[a-z]`).
    First(ClassUnicode),
    /// The last character is of this class (`[0-9]$`).
    Last(ClassUnicode),
    /// Anything else.
    Whole(Box<Hir>),
}

/// The patterns of a schema, each read once.
#[derive(Debug, Default)]
pub(crate) struct Patterns(BTreeMap<String, Result<Demand, Cannot>>);

impl Patterns {
    /// Every `pattern` in `schema` and what it refers to.
    pub(crate) fn of(schema: &Schema) -> Self {
        let mut patterns = Self::default();
        patterns.collect(schema);
        schema.each_definition(&mut |definition| patterns.collect(definition));
        patterns
    }

    fn collect(&mut self, node: &Value) {
        match node {
            Value::Object(members) => {
                if let Some(Value::String(text)) = members.get("pattern") {
                    self.0.entry(text.clone()).or_insert_with(|| read(text));
                }
                members.values().for_each(|member| self.collect(member));
            }
            Value::Array(elements) => elements.iter().for_each(|element| self.collect(element)),
            _ => {}
        }
    }

    /// What the pattern `text` asks.
    pub(crate) fn demand(&self, text: &str) -> Result<&Demand, Cannot> {
        match self.0.get(text) {
            Some(demand) => demand.as_ref().map_err(Clone::clone),
            None => Err(Cannot::new(format!("the schema has no pattern `{text}`"))),
        }
    }
}

/// Reads `pattern`.
///
/// # Errors
/// When it has what no automaton can do (look-around, back-references) or is no pattern.
fn read(pattern: &str) -> Result<Demand, Cannot> {
    let unread = || Cannot::new(format!("no string can be made from the pattern `{pattern}`"));
    // ECMA-262's `\d`, `\w` and `\s` are not those of Rust: translated first.
    let translated = jsonschema_regex::to_rust_regex(pattern).map_err(|()| unread())?;
    let hir = regex_syntax::parse(&translated).map_err(|_| unread())?;
    if let Some(class) = class_of(&hir) {
        return Ok(Demand::Somewhere(class));
    }
    if let HirKind::Concat(parts) = hir.kind()
        && let [start, middle, end] = parts.as_slice()
        && matches!(start.kind(), HirKind::Look(Look::Start))
        && matches!(end.kind(), HirKind::Look(Look::End))
    {
        let middle = peel(middle);
        if let HirKind::Repetition(repetition) = middle.kind()
            && let Some(class) = class_of(peel(&repetition.sub))
        {
            let count = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
            return Ok(Demand::Only(class, count(repetition.min), repetition.max.map(count)));
        }
    }
    Ok(edge(&hir).unwrap_or_else(|| Demand::Whole(Box::new(hir))))
}

/// `^[a-z]`, `^[a-z].*$`, `[0-9]$`, `^.*[0-9]$`
fn edge(hir: &Hir) -> Option<Demand> {
    let HirKind::Concat(parts) = hir.kind() else { return None };
    let is = |hir: &Hir, look: Look| matches!(hir.kind(), HirKind::Look(other) if *other == look);
    let anything = |hir: &Hir| match hir.kind() {
        // Of a class without limits, as `.` is but for the ends of lines.
        HirKind::Repetition(repetition) => {
            repetition.min == 0
                && repetition.max.is_none()
                && class_of(peel(&repetition.sub)).is_some_and(|class| class::has(&class, '\u{1}'))
        }
        _ => false,
    };
    match parts.as_slice() {
        [start, first, rest @ ..] if is(start, Look::Start) => {
            let class = class_of(peel(first));
            match rest {
                [] => class.map(Demand::First),
                [more, end] if anything(more) && is(end, Look::End) => class.map(Demand::First),
                [last, end] if anything(first) && is(end, Look::End) => {
                    class_of(peel(last)).map(Demand::Last)
                }
                _ => None,
            }
        }
        [last, end] if is(end, Look::End) => class_of(peel(last)).map(Demand::Last),
        _ => None,
    }
}

fn peel(hir: &Hir) -> &Hir {
    match hir.kind() {
        HirKind::Capture(capture) => peel(&capture.sub),
        _ => hir,
    }
}

fn class_of(hir: &Hir) -> Option<ClassUnicode> {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => Some(class.clone()),
        HirKind::Literal(literal) => {
            let mut characters = std::str::from_utf8(&literal.0).ok()?.chars();
            let only = characters.next()?;
            characters.next().is_none().then(|| class::of([only]))
        }
        _ => None,
    }
}

/// A string of `length` characters that `hir` matches, as far as its repetitions can be stretched to it.
pub(crate) fn write(hir: &Hir, length: usize, stream: &mut Stream) -> Result<String, Cannot> {
    let mut least = String::new();
    let mut spare = 0;
    let ok = emit(hir, &mut spare, stream, &mut least);
    let mut spare = length.saturating_sub(least.chars().count());
    let mut text = String::new();
    if ok && emit(hir, &mut spare, stream, &mut text) {
        Ok(text)
    } else {
        Err(Cannot::new("no string can be made from the pattern"))
    }
}

/// The length of the shortest string that `hir` matches, in characters.
pub(crate) fn shortest(hir: &Hir) -> usize {
    let mut text = String::new();
    emit(hir, &mut 0, &mut Stream::new(""), &mut text);
    text.chars().count()
}

fn emit(hir: &Hir, spare: &mut usize, stream: &mut Stream, out: &mut String) -> bool {
    /// A limit against nested repetitions that multiply.
    const LONGEST: usize = 200_000;
    if out.len() > LONGEST {
        return false;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => {
                out.push_str(text);
                true
            }
            Err(_) => false,
        },
        HirKind::Class(Class::Unicode(class)) => match class::pick(class, stream) {
            Some(character) => {
                out.push(character);
                true
            }
            None => false,
        },
        HirKind::Class(Class::Bytes(_)) => false,
        HirKind::Repetition(repetition) => {
            for _ in 0..repetition.min {
                if !emit(&repetition.sub, spare, stream, out) {
                    return false;
                }
            }
            let mut more = repetition.max.map(|max| max.saturating_sub(repetition.min));
            while *spare > 0 && more != Some(0) {
                let (before, mut none) = (out.len(), 0);
                if !emit(&repetition.sub, &mut none, stream, out) {
                    return false;
                }
                let grown = out[before..].chars().count();
                if grown == 0 || grown > *spare {
                    out.truncate(before);
                    break;
                }
                *spare -= grown;
                more = more.map(|left| left.saturating_sub(1));
            }
            true
        }
        HirKind::Capture(capture) => emit(&capture.sub, spare, stream, out),
        HirKind::Concat(parts) => parts.iter().all(|part| emit(part, spare, stream, out)),
        HirKind::Alternation(branches) => branches.iter().any(|branch| {
            let start = out.len();
            let done = emit(branch, spare, stream, out);
            if !done {
                out.truncate(start);
            }
            done
        }),
    }
}
