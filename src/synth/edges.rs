//! Values for one keyword: those that only just keep it, and those that only just break it.

use serde_json::Value;

use super::class;
use super::forge::Spot;
use super::format;
use super::kinds;
use super::letters::{Alphabet, Letters};
use super::near;
use super::number::Range;
use super::pattern::Demand;
use super::stream::Stream;
use super::{Candidate, Cannot};

/// Which side of a keyword, and what the value may be made of.
#[derive(Debug, Clone, Copy)]
pub struct Edge<'e> {
    /// `maxLength`, `pattern` …
    pub keyword: &'e str,
    /// The keyword's value.
    pub limit: &'e Value,
    /// Whether the value has to keep the keyword, rather than break it.
    pub keep: bool,
    /// Only ASCII can be sent there.
    pub ascii: bool,
    /// What values are made from.
    pub salt: &'e str,
}

impl Spot<'_> {
    /// The values for `edge`. They are not judged yet: what comes out may break something else besides.
    ///
    /// # Errors
    /// When there is none, or none can be found.
    pub fn edges(&self, edge: &Edge<'_>) -> Result<Vec<Candidate>, Cannot> {
        let mut stream = Stream::new(&self.salt(edge.salt));
        match edge.keyword {
            "minLength" | "maxLength" => self.lengths(edge),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
                Range::of(self.shape()).edge(edge.keyword, edge.limit, edge.keep)
            }
            "minItems" | "maxItems" => self.counts(edge),
            "uniqueItems" => self.repeats(edge),
            "minProperties" | "maxProperties" => self.members(edge),
            "enum" => Ok(members(edge.limit.as_array().map_or(&[], Vec::as_slice), edge.keep)),
            "const" => Ok(members(std::slice::from_ref(edge.limit), edge.keep)),
            "type" if !edge.keep => {
                let own = self.value(edge.salt).ok().filter(|own| !own.is_string());
                let quoted = own.and_then(|own| kinds::quoted(&own, edge.limit));
                Ok(kinds::wrong_types(edge.limit).into_iter().chain(quoted).collect())
            }
            "pattern" => {
                let text = edge.limit.as_str().unwrap_or_default();
                if edge.keep {
                    self.matches(text, &mut stream)
                } else {
                    near::misses(self, text, edge.ascii, &mut stream)
                }
            }
            "format" if edge.keep && self.is_unique() => {
                Ok(vec![Candidate::new(self.value(edge.salt)?, "of its format")])
            }
            "format" => formats(edge),
            _ => Err(Cannot::new(format!("nothing is known about {}", edge.keyword))),
        }
    }

    fn lengths(&self, edge: &Edge<'_>) -> Result<Vec<Candidate>, Cannot> {
        let limit = edge.limit.as_u64().and_then(|limit| usize::try_from(limit).ok());
        let limit = limit.ok_or_else(|| Cannot::new("the limit is not a length"))?;
        let length = match (edge.keep, edge.keyword) {
            // Whether an empty string is the same as none is not decided by a minimum of 0.
            (true, _) => limit.max(1),
            (false, "maxLength") => limit.saturating_add(1),
            (false, _) => {
                limit.checked_sub(1).ok_or_else(|| Cannot::new("nothing is shorter than 0 characters"))?
            }
        };
        if length == 0 {
            return Ok(vec![Candidate::new("", "of no characters")]);
        }
        let of = if length == 1 { "of 1 character".to_owned() } else { format!("of {length} characters") };
        let mut found = vec![Candidate::new(self.string(length, Alphabet::Ascii, edge.salt)?, of.clone())];
        if !edge.ascii
            && let Ok(text) = self.string(length, Alphabet::Cjk, edge.salt)
        {
            found.push(Candidate::new(text, format!("{of}, Chinese")));
        }
        Ok(found)
    }

    fn counts(&self, edge: &Edge<'_>) -> Result<Vec<Candidate>, Cannot> {
        let limit = edge.limit.as_u64().and_then(|limit| usize::try_from(limit).ok());
        let limit = limit.ok_or_else(|| Cannot::new("the limit is not a number of elements"))?;
        let count = match (edge.keep, edge.keyword) {
            (true, _) => limit,
            (false, "maxItems") => limit.saturating_add(1),
            (false, _) => {
                limit.checked_sub(1).ok_or_else(|| Cannot::new("nothing has fewer than 0 elements"))?
            }
        };
        let elements = self.grow(edge.salt).elements(self.shape(), self.at(), &[], count)?;
        Ok(vec![Candidate::new(elements, format!("of {count} elements"))])
    }

    fn repeats(&self, edge: &Edge<'_>) -> Result<Vec<Candidate>, Cannot> {
        let count = self.shape().size("minItems", true).unwrap_or(0).max(2);
        let mut elements = self.grow(edge.salt).elements(self.shape(), self.at(), &[], count)?;
        let list = elements.as_array_mut().filter(|list| list.len() > 1);
        let list = list.ok_or_else(|| Cannot::new("no two elements are allowed"))?;
        if !edge.keep {
            list[1] = list[0].clone();
        }
        let label = if edge.keep { "of different elements" } else { "with one element twice" };
        Ok(vec![Candidate::new(elements, label)])
    }

    fn members(&self, edge: &Edge<'_>) -> Result<Vec<Candidate>, Cannot> {
        let limit = edge.limit.as_u64().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(0);
        let count = match (edge.keep, edge.keyword) {
            (true, _) => limit,
            (false, "maxProperties") => limit.saturating_add(1),
            (false, _) => {
                limit.checked_sub(1).ok_or_else(|| Cannot::new("nothing has fewer than 0 members"))?
            }
        };
        let value = self.grow(edge.salt).counted(self.shape(), self.at(), count)?;
        Ok(vec![Candidate::new(value, format!("of {count} members"))])
    }

    /// A plain string that matches, and one with every kind of character that may be in it.
    fn matches(&self, text: &str, stream: &mut Stream) -> Result<Vec<Candidate>, Cannot> {
        let letters = Letters::of(self.shape(), None)?;
        let plain = letters.compose(letters.comfortable(), Alphabet::Ascii, self.prefix(), stream)?;
        let mut found = vec![Candidate::new(plain, "that matches")];
        if let Demand::Only(class, ..) | Demand::Somewhere(class) = self.shape().demand(text)? {
            // Of a class without limits (`.`) there is no "every".
            let bounded = !class::has(class, '\u{1}');
            if let Some(every) = letters.every_kind(class, self.prefix(), stream).filter(|_| bounded) {
                found.push(Candidate::new(every, "with every kind of character that it may have"));
            }
        }
        Ok(found)
    }
}

fn members(members: &[Value], keep: bool) -> Vec<Candidate> {
    if !keep {
        return kinds::outsiders(members);
    }
    let shown = |member: &Value| match member {
        Value::String(text) if text.is_empty() => "empty".to_owned(),
        other => format!("= {other}"),
    };
    members.iter().map(|member| Candidate::new(member.clone(), shown(member))).collect()
}

fn formats(edge: &Edge<'_>) -> Result<Vec<Candidate>, Cannot> {
    let name = edge.limit.as_str().unwrap_or_default();
    let known = format::find(name);
    let known =
        known.ok_or_else(|| Cannot::new(format!("the format {name} says nothing that could be broken")))?;
    if edge.keep {
        return Ok(vec![Candidate::new(known.valid, format!("= {}", known.valid))]);
    }
    Ok(known.broken.iter().map(|(value, what)| Candidate::new(*value, *what)).collect())
}
