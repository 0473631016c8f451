//! Credentials that are accepted in place of another one: what the contract says about their form is looked at.

use serde_json::Value;

use super::admit::part;
use super::known;
use super::message::Received;
use crate::conform::Judge;
use crate::model::{Location, Security};

/// A credential that is accepted in place of another one, ready to be looked for.
#[derive(Debug)]
pub(super) struct Alternative {
    id: String,
    carries: Vec<Carried>,
}

#[derive(Debug)]
struct Carried {
    location: Location,
    name: String,
    judge: Option<Judge>,
    contains: Option<String>,
}

impl Alternative {
    /// Those of one credential.
    ///
    /// # Errors
    /// When a schema can't be compiled.
    pub(super) fn all(security: &Security, variables: &Value) -> Result<Vec<Self>, String> {
        let one = |alternative: &crate::model::Alternative| {
            let carries = alternative.carries.iter().map(|carried| {
                let contains = carried.contains.as_deref().map(Value::from);
                Ok(Carried {
                    location: carried.location,
                    name: carried.name.clone(),
                    judge: carried
                        .schema
                        .as_ref()
                        .map(Judge::new)
                        .transpose()
                        .map_err(|error| format!("the credential `{}`: {error}", alternative.id))?,
                    contains: contains.and_then(|template| known::text(&template, variables)),
                })
            });
            Ok(Self { id: alternative.id.clone(), carries: carries.collect::<Result<_, String>>()? })
        };
        security.alternatives.iter().map(one).collect()
    }

    /// Whether the request carries all of it.
    pub(super) fn is_in(&self, received: &Received) -> bool {
        self.carries.iter().all(|carried| carried.lacks(received).is_none())
    }

    /// What is wrong with it, for a request that carries a part of it.
    pub(super) fn near_miss(&self, received: &Received) -> Option<String> {
        let is_there = |carried: &Carried| part(received, carried.location, &carried.name).is_some();
        self.carries.iter().find(|carried| is_there(carried))?;
        let (carried, lack) =
            self.carries.iter().find_map(|carried| Some((carried, carried.lacks(received)?)))?;
        Some(format!(", and of `{}` the {} {} is {lack}", self.id, carried.location.word(), carried.name))
    }
}

impl Carried {
    fn lacks(&self, received: &Received) -> Option<&'static str> {
        let Some(given) = part(received, self.location, &self.name) else { return Some("missing") };
        // Without a schema and a known text, anything would do; but nothing is no credential.
        if given.trim().is_empty() {
            return Some("empty");
        }
        let value = Value::from(given.as_ref());
        if self.judge.as_ref().is_some_and(|judge| !judge.accepts(&value)) {
            return Some("outside its schema");
        }
        let other = self.contains.as_ref().is_some_and(|text| !given.contains(text.as_str()));
        other.then_some("not valid")
    }
}
