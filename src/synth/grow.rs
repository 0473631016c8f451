//! A value inside a schema.

use std::borrow::Cow;
use std::cell::Cell;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::format;
use super::letters::{Alphabet, Letters};
use super::likeness;
use super::number::Range;
use super::shape::Shape;
use super::stream::Stream;
use super::{Cannot, Style};
use crate::text::pointer;

/// What kind of value is wanted.
#[derive(Debug)]
pub(crate) struct Grow<'g> {
    /// How many members.
    pub(crate) style: Style,
    /// Whether the schema's own examples and defaults are taken.
    pub(crate) examples: bool,
    /// What the value is made from.
    pub(crate) salt: &'g str,
    /// The same, as far as it is the same for every part.
    hash: Sha256,
    /// What must be unique among all resources.
    unique: &'g Unique,
    /// What has been made so far, in characters of JSON or thereabouts: small limits multiply to large values.
    spent: Cell<usize>,
}

/// The largest value that is made, in characters of JSON or thereabouts.
const LARGEST: usize = 5_000_000;

/// The places whose values must be unique among all resources.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unique {
    /// Their pointers.
    pub(crate) at: Vec<String>,
    /// What these values are made from besides their salt: another text in each run, so that a value which an earlier
    /// run has used is not sent again. All other values are the same in every run.
    pub(crate) fresh: String,
}

impl Unique {
    /// Whether the value at `at` must be unique.
    pub(crate) fn has(&self, at: &str) -> bool {
        self.at.iter().any(|unique| unique.trim_start_matches('/') == at.trim_start_matches('/'))
    }

    /// What the value at `at` is made from.
    pub(crate) fn salt<'s>(&self, at: &str, salt: &'s str) -> Cow<'s, str> {
        if self.fresh.is_empty() || !self.has(at) {
            return Cow::Borrowed(salt);
        }
        Cow::Owned(format!("{salt}|{}", self.fresh))
    }
}

/// What unique values begin with, so that a person who finds one knows where it comes from.
const PREFIX: &str = "cs-";

/// So many optional values a full one has, or a few more. They are shared out among the members of an object, and what
/// one gets among its own: schemas that refer to one another in all ways have no end otherwise.
const MOST_OPTIONAL: usize = 1000;

/// The most members of an object that is made.
const MOST_MEMBERS: usize = 1000;

impl<'g> Grow<'g> {
    /// One value is made from it.
    pub(crate) fn new(style: Style, examples: bool, salt: &'g str, unique: &'g Unique) -> Self {
        let hash = Sha256::new_with_prefix(salt).chain_update("|");
        Self { style, examples, salt, hash, unique, spent: Cell::new(0) }
    }

    fn spend(&self, characters: usize) -> Result<(), Cannot> {
        self.spent.set(self.spent.get().saturating_add(characters));
        if self.spent.get() > LARGEST {
            return Err(Cannot::new("such a value is too large to be sent"));
        }
        Ok(())
    }

    /// A value of `shape`, which lies at the pointer `at`; whatever lies at `reach` below it is there.
    pub(crate) fn value(&self, shape: &Shape<'_>, at: &str, reach: &[String]) -> Result<Value, Cannot> {
        self.part(shape, at, reach, MOST_OPTIONAL)
    }

    /// The same, with at most so many optional values.
    fn part(&self, shape: &Shape<'_>, at: &str, reach: &[String], quota: usize) -> Result<Value, Cannot> {
        if shape.impossible {
            return Err(Cannot::new("the schema allows nothing"));
        }
        if at.bytes().filter(|byte| *byte == b'/').count() > 12 {
            return Err(Cannot::new("the schema has no end"));
        }
        self.spend(24)?;
        if let Some(given) = given(shape) {
            return Ok(given.clone());
        }
        let kinds = shape.kinds();
        let kind = kinds.iter().copied().find(|kind| *kind != "null").or(kinds.first().copied());
        if reach.is_empty() && self.examples && !self.unique.has(at) {
            let shown = shape.all("examples").find_map(|shown| shown.as_array()?.first());
            let found = shown.or_else(|| shape.all("default").find(|value| !value.is_null()));
            if let Some(value) = found
                && (self.style == Style::Full || !value.is_object())
            {
                return Ok(value.clone());
            }
        }
        match kind {
            Some("object") => self.object(shape, at, reach, quota),
            Some("array") => self.array(shape, at, reach, quota),
            Some("integer" | "number") => Range::of(shape).inside(&mut self.stream(at)),
            Some("boolean") => Ok(Value::Bool(true)),
            Some("null") => Ok(Value::Null),
            None if shape.all("type").next().is_some() => Err(Cannot::new("two types exclude each other")),
            _ => self.string(shape, at, &mut self.stream(at)).map(Value::String),
        }
    }

    /// What the value at `at` is made from.
    fn stream(&self, at: &str) -> Stream {
        match self.unique.salt(at, self.salt) {
            Cow::Borrowed(_) => Stream::of(self.hash.clone().chain_update(at)),
            Cow::Owned(salt) => Stream::new(&format!("{salt}|{at}")),
        }
    }

    /// What a string at `at` begins with.
    pub(crate) fn prefix(&self, at: &str) -> &'static str {
        if self.unique.has(at) { PREFIX } else { "" }
    }

    fn string(&self, shape: &Shape<'_>, at: &str, stream: &mut Stream) -> Result<String, Cannot> {
        let prefix = self.prefix(at);
        if let Some(known) = shape.all("format").filter_map(Value::as_str).find_map(format::find) {
            return Ok(match known.name {
                "uuid" if self.unique.has(at) => likeness::another(known.valid, stream),
                "email" if self.unique.has(at) => {
                    format!("{prefix}{}@example.com", likeness::another("abcdefghijkl", stream))
                }
                _ => known.valid.to_owned(),
            });
        }
        let letters = Letters::of(shape, None)?;
        let mut length = letters.comfortable();
        if !prefix.is_empty() {
            length = length.max(16).min(letters.max.unwrap_or(16));
        }
        self.spend(length)?;
        letters.compose(length, Alphabet::Ascii, prefix, stream)
    }

    fn array(&self, shape: &Shape<'_>, at: &str, reach: &[String], quota: usize) -> Result<Value, Cannot> {
        let wanted = reach.first().map_or(0, |token| token.parse::<usize>().unwrap_or(0).saturating_add(1));
        let low = shape.size("minItems", true).unwrap_or(0).max(wanted);
        let high = shape.size("maxItems", false).unwrap_or(usize::MAX);
        let welcome = self.style == Style::Full && quota > 0;
        let count = if welcome { low.max(1) } else { low }.min(high);
        self.parts(shape, at, reach, count, quota.checked_div(count).unwrap_or_default())
    }

    /// An array of `count` elements.
    pub(crate) fn elements(
        &self,
        shape: &Shape<'_>,
        at: &str,
        reach: &[String],
        count: usize,
    ) -> Result<Value, Cannot> {
        self.parts(shape, at, reach, count, MOST_OPTIONAL)
    }

    /// The same, with at most so many optional values in each.
    fn parts(
        &self,
        shape: &Shape<'_>,
        at: &str,
        reach: &[String],
        count: usize,
        quota: usize,
    ) -> Result<Value, Cannot> {
        if count > 10_000 {
            return Err(Cannot::new(format!("an array of {count} elements is too long to be sent")));
        }
        let deeper = |index: usize| -> &[String] {
            match reach.first() {
                Some(token) if token == "*" || token.parse() == Ok(index) => &reach[1..],
                _ => &[],
            }
        };
        (0..count)
            .map(|index| self.part(&shape.element(index), &format!("{at}/{index}"), deeper(index), quota))
            .collect::<Result<_, _>>()
            .map(Value::Array)
    }

    /// An object of `count` members: the required ones first, then those that the schema names, then others. With
    /// fewer than are required, it has fewer.
    pub(crate) fn counted(&self, shape: &Shape<'_>, at: &str, count: usize) -> Result<Value, Cannot> {
        if count > MOST_MEMBERS {
            return Err(too_large(count));
        }
        let mut names: Vec<String> = shape.required().into_iter().map(str::to_owned).collect();
        names.extend(shape.properties().into_iter().map(str::to_owned));
        names.extend((1..=count).map(|number| format!("extra_{number}")));
        let mut members = Map::new();
        for name in names {
            if members.len() < count && !members.contains_key(&name) {
                let value = self.value(&shape.member(&name), &pointer::join(at, &name), &[])?;
                members.insert(name, value);
            }
        }
        Ok(Value::Object(members))
    }

    fn object(&self, shape: &Shape<'_>, at: &str, reach: &[String], quota: usize) -> Result<Value, Cannot> {
        let known = shape.properties();
        let mut wanted = shape.required();
        wanted.extend(reach.first().map(String::as_str).filter(|name| *name != "*"));
        add_dependents(shape, &mut wanted);
        let least = shape.size("minProperties", true).unwrap_or(0);
        if least > MOST_MEMBERS {
            return Err(too_large(least));
        }
        let most = shape.size("maxProperties", false).unwrap_or(usize::MAX);
        let mut names: Vec<&str> = known.iter().copied().filter(|name| wanted.contains(name)).collect();
        for name in &wanted {
            if !names.contains(name) {
                names.push(name);
            }
        }
        let mut members = Map::new();
        let each = quota / known.len().max(1);
        for name in &known {
            let needed = names.contains(name);
            let welcome =
                self.style == Style::Full && members.len() < quota && members.len() + names.len() < most;
            if !needed && !welcome && members.len() + names.len() >= least {
                continue;
            }
            let deeper =
                reach.split_first().filter(|(first, _)| first == name).map_or(&[][..], |(_, rest)| rest);
            match self.part(&shape.member(name), &pointer::join(at, name), deeper, each) {
                Ok(value) => {
                    members.insert((*name).to_owned(), value);
                    names.retain(|other| other != name);
                }
                Err(cannot) if needed => return Err(cannot),
                Err(_) => {}
            }
        }
        for name in names {
            let deeper =
                reach.split_first().filter(|(first, _)| *first == name).map_or(&[][..], |(_, rest)| rest);
            let value = self.part(&shape.member(name), &pointer::join(at, name), deeper, each)?;
            members.insert(name.to_owned(), value);
        }
        let mut extra = 1;
        while members.len() < least && extra <= least {
            let name = format!("extra_{extra}");
            let value = self.value(&shape.member(&name), &pointer::join(at, &name), &[])?;
            members.insert(name, value);
            extra += 1;
        }
        Ok(Value::Object(members))
    }
}

/// The value that `const` gives, or the first that every `enum` has.
fn given<'s>(shape: &Shape<'s>) -> Option<&'s Value> {
    let lists: Vec<&Vec<Value>> = shape.all("enum").filter_map(Value::as_array).collect();
    let in_all = |value: &&Value| lists.iter().all(|list| list.contains(value));
    let constant = shape.all("const").next();
    // The alternative that was chosen may be another one than an `enum` beside it asks for.
    let listed = || lists.first()?.iter().find(in_all);
    let any = || lists.first()?.first();
    constant.filter(in_all).or_else(listed).or(constant).or_else(any)
}

fn too_large(count: usize) -> Cannot {
    Cannot::new(format!("an object of {count} members is too large to be sent"))
}

/// Adds what the wanted members ask for beside them (`dependentRequired`).
fn add_dependents<'s>(shape: &Shape<'s>, wanted: &mut Vec<&'s str>) {
    let mut at = 0;
    while let Some(name) = wanted.get(at).copied() {
        for needs in shape.all("dependentRequired").filter_map(|all| all.get(name)?.as_array()) {
            for other in needs.iter().filter_map(Value::as_str) {
                if !wanted.contains(&other) {
                    wanted.push(other);
                }
            }
        }
        at += 1;
    }
}
