//! A schema with its judge: values are built, then judged.

use std::borrow::Cow;

use serde_json::Value;

use super::grow::{Grow, Unique};
use super::letters::{Alphabet, Letters};
use super::pattern::Patterns;
use super::shape::Shape;
use super::stream::Stream;
use super::{Cannot, Style};
use crate::conform::Judge;
use crate::model::Schema;
use crate::text::pointer;

/// A schema, compiled once, from which values are made.
#[derive(Debug)]
pub struct Forge {
    schema: Schema,
    judge: Judge,
    patterns: Patterns,
    unique: Unique,
}

impl Forge {
    /// Compiles `schema`.
    ///
    /// # Errors
    /// When it is not a JSON Schema.
    pub fn new(schema: impl Into<Schema>) -> Result<Self, Cannot> {
        let schema = schema.into();
        let judge = Judge::new(&schema).map_err(|bad| Cannot::new(format!("the schema is wrong: {bad}")))?;
        let patterns = Patterns::of(&schema);
        Ok(Self { schema, judge, patterns, unique: Unique::default() })
    }

    /// The same, with the pointers of strings that must be unique among all resources: they are made long and begin
    /// with `cs-`.
    #[must_use]
    pub fn with_unique(mut self, unique: &[String]) -> Self {
        self.unique.at = unique.to_vec();
        self
    }

    /// The same, with a text that goes into nothing but the values which must be unique: another text, other values.
    #[must_use]
    pub fn with_fresh(mut self, fresh: &str) -> Self {
        fresh.clone_into(&mut self.unique.fresh);
        self
    }

    /// The judge of the schema.
    #[must_use]
    pub fn judge(&self) -> &Judge {
        &self.judge
    }

    /// A value inside the schema.
    ///
    /// # Errors
    /// When there is none, or none can be found.
    pub fn grow(&self, style: Style, salt: &str) -> Result<Value, Cannot> {
        self.reaching(style, "", "", salt)
    }

    /// A value inside the schema that has something at the pointer `at` (`*`: any element). Where the evaluation path
    /// `steer` leads through an alternative, that one is taken.
    ///
    /// # Errors
    /// When there is none, or none can be found.
    pub fn reaching(&self, style: Style, at: &str, steer: &str, salt: &str) -> Result<Value, Cannot> {
        let shape = Shape::new(&self.schema, &self.patterns, steer);
        let reach: Vec<String> = pointer::tokens(at).collect();
        let mut worst = Cannot::new("no value was found that keeps every part of the schema");
        // Examples may break the schema that they stand in.
        for examples in [true, false] {
            match Grow::new(style, examples, salt, &self.unique).value(&shape, "", &reach) {
                Ok(value) if self.judge.accepts(&value) => return Ok(value),
                Ok(_) => {}
                Err(cannot) => worst = cannot,
            }
        }
        Err(worst)
    }

    /// Whether the schema itself gives every text and number in `value`, as an example or by enumerating: nothing of
    /// it is made up.
    #[must_use]
    pub fn states(&self, value: &Value) -> bool {
        stated(&Shape::new(&self.schema, &self.patterns, ""), value)
    }

    /// A place in values of the schema.
    #[must_use]
    pub fn spot<'f>(&'f self, at: &str, steer: &'f str) -> Spot<'f> {
        let tokens: Vec<String> = pointer::tokens(at).collect();
        let shape = Shape::new(&self.schema, &self.patterns, steer).descend(&tokens);
        Spot { shape, at: at.to_owned(), unique: &self.unique }
    }
}

fn stated(shape: &Shape<'_>, value: &Value) -> bool {
    let listed = ["enum", "examples"].into_iter().flat_map(|keyword| shape.all(keyword));
    let listed = listed.filter_map(Value::as_array).flatten();
    if listed.chain(shape.all("const")).chain(shape.all("default")).any(|given| given == value) {
        return true;
    }
    match value {
        Value::Object(members) => members.iter().all(|(name, value)| stated(&shape.member(name), value)),
        Value::Array(elements) => {
            elements.iter().enumerate().all(|(index, value)| stated(&shape.element(index), value))
        }
        Value::String(_) | Value::Number(_) => false,
        Value::Bool(_) | Value::Null => true,
    }
}

/// A place in values of a schema, and what the schema says about it.
#[derive(Debug)]
pub struct Spot<'f> {
    shape: Shape<'f>,
    at: String,
    unique: &'f Unique,
}

impl Spot<'_> {
    pub(crate) fn shape(&self) -> &Shape<'_> {
        &self.shape
    }

    pub(crate) fn at(&self) -> &str {
        &self.at
    }

    pub(crate) fn grow<'g>(&'g self, salt: &'g str) -> Grow<'g> {
        Grow::new(Style::Smallest, false, salt, self.unique)
    }

    /// Whether the value here must be unique.
    pub(crate) fn is_unique(&self) -> bool {
        self.unique.has(&self.at)
    }

    /// What a value here is made from.
    pub(crate) fn salt<'s>(&self, salt: &'s str) -> Cow<'s, str> {
        self.unique.salt(&self.at, salt)
    }

    /// What a string here begins with.
    pub(crate) fn prefix(&self) -> &'static str {
        self.grow("").prefix(&self.at)
    }

    /// A value for this place alone, not judged. Examples of the schema are not used: two salts give two values.
    ///
    /// # Errors
    /// When there is none, or none can be found.
    pub fn value(&self, salt: &str) -> Result<Value, Cannot> {
        Grow::new(Style::Full, false, salt, self.unique).value(&self.shape, &self.at, &[])
    }

    /// A value for this place alone, not judged: the schema's own example where it has one.
    ///
    /// # Errors
    /// When there is none, or none can be found.
    pub fn example(&self, salt: &str) -> Result<Value, Cannot> {
        Grow::new(Style::Full, true, salt, self.unique).value(&self.shape, &self.at, &[])
    }

    /// The names of the members that an object here must have.
    #[must_use]
    pub fn required(&self) -> Vec<String> {
        self.shape.required().into_iter().map(str::to_owned).collect()
    }

    /// A string of `chars` characters for this place, not judged; it keeps the patterns, whatever the limits of the
    /// length are.
    ///
    /// # Errors
    /// When there is none, or none can be found.
    pub fn string(&self, chars: usize, alphabet: Alphabet, salt: &str) -> Result<String, Cannot> {
        let mut stream = Stream::new(&format!("{}|{chars}", self.salt(salt)));
        Letters::of(&self.shape, None)?.compose(chars, alphabet, self.prefix(), &mut stream)
    }
}

/// Puts `new` at the pointer `at` in `value` (`*`: the first element or member). False when there is no such place.
pub fn place(value: &mut Value, at: &str, new: Value) -> bool {
    let tokens: Vec<String> = pointer::tokens(at).collect();
    let Some((last, before)) = tokens.split_last() else {
        *value = new;
        return true;
    };
    match parent(value, before) {
        Some(Value::Object(members)) => {
            members.insert(last.clone(), new);
            true
        }
        Some(Value::Array(elements)) => match elements.get_mut(last.parse::<usize>().unwrap_or(0)) {
            Some(element) => {
                *element = new;
                true
            }
            None => false,
        },
        _ => false,
    }
}

/// Takes away what lies at the pointer `at` in `value`. None when nothing does.
pub fn take(value: &mut Value, at: &str) -> Option<Value> {
    let tokens: Vec<String> = pointer::tokens(at).collect();
    let (last, before) = tokens.split_last()?;
    match parent(value, before)? {
        Value::Object(members) => members.shift_remove(last),
        Value::Array(elements) => {
            let at = last.parse::<usize>().unwrap_or(0);
            (at < elements.len()).then(|| elements.remove(at))
        }
        _ => None,
    }
}

fn parent<'v>(value: &'v mut Value, tokens: &[String]) -> Option<&'v mut Value> {
    let mut here = value;
    for token in tokens {
        here = match here {
            Value::Object(members) => members.get_mut(token)?,
            Value::Array(elements) => elements.get_mut(token.parse::<usize>().unwrap_or(0))?,
            _ => return None,
        };
    }
    Some(here)
}
