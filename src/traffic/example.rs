//! One entry as an example of the contract format.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::secret::{hidden, names_one};
use crate::conform::as_template;
use crate::mock::Recognised;
use crate::model::{Clause, ClauseKind, Contract, Location, Operation, Parameter, Part, path_shape};
use crate::text::{is_uuid, pointer};

/// The variables that recorded identifiers became, by value.
#[derive(Debug, Default)]
pub(super) struct Names {
    by_value: BTreeMap<String, String>,
    taken: BTreeSet<String>,
}

impl Names {
    /// The name for this value of a member of this name: the same for the same value.
    fn of(&mut self, contract: &Contract, member: &str, value: &str) -> String {
        if let Some(known) = self.by_value.get(value) {
            return known.clone();
        }
        let mut base = String::from("recorded");
        for c in member.chars() {
            if c.is_ascii_uppercase() || !c.is_ascii_alphanumeric() {
                base.push('_');
            }
            if c.is_ascii_alphanumeric() {
                base.push(c.to_ascii_lowercase());
            }
        }
        if !member.starts_with(|c: char| c.is_ascii_uppercase() || !c.is_ascii_alphanumeric()) {
            base.insert("recorded".len(), '_');
        }
        let free = |name: &String| !self.taken.contains(name) && !contract.variables.contains_key(name);
        let numbered = (2u32..).map(|number| format!("{base}_{number}"));
        let name = std::iter::once(base.clone()).chain(numbered).find(free).unwrap_or(base);
        self.taken.insert(name.clone());
        self.by_value.insert(value.to_owned(), name.clone());
        name
    }

    /// Name and value, by name.
    pub(super) fn all(&self) -> BTreeMap<&str, &str> {
        self.by_value.iter().map(|(value, name)| (name.as_str(), value.as_str())).collect()
    }
}

/// What an example is made of.
pub(super) struct Maker<'m> {
    pub(super) contract: &'m Contract,
    pub(super) operation: &'m Operation,
    pub(super) read: &'m Recognised,
    /// Of this request: the contract's variables that stand in it, with their values.
    pub(super) evident: &'m BTreeMap<String, String>,
    pub(super) names: &'m mut Names,
}

/// The parts of a request, and what is expected.
pub(super) type Members = Map<String, Value>;

impl Maker<'_> {
    /// The request and the answer.
    ///
    /// # Errors
    /// When they can't be written as an example: why, as a fragment.
    pub(super) fn example(&mut self, status: u16, answer: Option<&Value>) -> Result<Members, &'static str> {
        let mut out = Members::new();
        let mut parts: BTreeMap<Location, Members> = BTreeMap::new();
        for (index, value) in &self.read.parameters {
            let Some(parameter) = self.operation.parameters.get(*index) else { continue };
            if let Some(value) = self.parameter(parameter, value) {
                parts.entry(parameter.location).or_default().insert(parameter.name.clone(), value);
            }
        }
        for (location, values) in parts {
            out.insert(location.word().to_owned(), Value::Object(values));
        }
        match (&self.operation.body, &self.read.body) {
            (Some(_), Some(body)) => {
                let body = self.value(body, "", "body", false)?;
                out.insert("body".to_owned(), body);
            }
            (Some(_), None) => return Err("the request leaves out the body, which no example can say"),
            _ => {}
        }
        let shown = answer.and_then(|answer| self.shown(status, answer, out.get("body")));
        let expect = shown.map_or(json!(status), |body| json!({ "status": status, "body": body }));
        out.insert("expect".to_owned(), expect);
        Ok(out)
    }

    /// What is written of a parameter; None where the operation's own value is sent.
    fn parameter(&mut self, parameter: &Parameter, value: &Value) -> Option<Value> {
        if let Some(own) = &parameter.value {
            return (!parameter.required).then(|| own.clone());
        }
        let secret = parameter.location == Location::Cookie || names_one(&parameter.name);
        if secret || hides(value) || parameter.location == Location::Path && self.is_made(parameter) {
            return None;
        }
        self.part(value, &parameter.name)
    }

    /// A part of a parameter. None where a secret is in it, or what would mean something else in an example.
    fn part(&mut self, value: &Value, member: &str) -> Option<Value> {
        Some(match value {
            Value::String(text) => Value::String(self.text(text, member)),
            Value::Array(elements) => {
                Value::Array(elements.iter().map(|inner| self.part(inner, member)).collect::<Option<_>>()?)
            }
            Value::Object(members) => {
                if means_else(members) || members.keys().any(|name| names_one(name)) {
                    return None;
                }
                let members =
                    members.iter().map(|(name, inner)| Some((name.clone(), self.part(inner, name)?)));
                Value::Object(members.collect::<Option<_>>()?)
            }
            other => other.clone(),
        })
    }

    /// Whether each case makes the resource that the parameter names.
    fn is_made(&self, parameter: &Parameter) -> bool {
        let path = &self.operation.path;
        let hole = format!("{{{}}}", parameter.name);
        let end = path.find(&hole).map(|at| at + hole.len());
        end.is_some_and(|end| self.contract.maker(&path_shape(&path[..end])).is_some())
    }

    /// A part of the body that was sent. `member` is the name of the innermost member that it is in; `inside` is whether one
    /// of those around it is called like a secret, or marked as one.
    fn value(&mut self, value: &Value, at: &str, member: &str, inside: bool) -> Result<Value, &'static str> {
        let pattern: Vec<String> = pointer::tokens(at)
            .map(|token| if token.bytes().all(|byte| byte.is_ascii_digit()) { "*".to_owned() } else { token })
            .collect();
        let pattern = pattern.iter().fold(String::new(), |at, token| pointer::join(&at, token));
        let body = self.operation.body.as_ref();
        if body.is_some_and(|body| body.unique.contains(&pattern)) {
            return Ok(json!({ "generate": "recorded" }));
        }
        let secret = inside || self.operation.secrets.request.contains(&pattern) || names_one(member);
        Ok(match value {
            Value::Object(members) => {
                if means_else(members) {
                    return Err("the body has an object that would mean something else in an example");
                }
                let members = members.iter().map(|(name, inner)| {
                    Ok((name.clone(), self.value(inner, &pointer::join(at, name), name, secret)?))
                });
                Value::Object(members.collect::<Result<_, &'static str>>()?)
            }
            Value::Array(elements) => {
                let elements = elements
                    .iter()
                    .enumerate()
                    .map(|(index, inner)| self.value(inner, &format!("{at}/{index}"), member, secret));
                Value::Array(elements.collect::<Result<_, _>>()?)
            }
            Value::String(_) | Value::Number(_) if secret => masked(),
            Value::String(text) if hidden(text) => masked(),
            Value::String(text) => {
                let moment =
                    is_date_time(text) && self.has(&Part::RequestBody, &pattern, "format", "date-time");
                if moment { json!({ "masked": "date-time" }) } else { Value::String(self.text(text, member)) }
            }
            other => other.clone(),
        })
    }

    /// A text that was sent: a variable where it is an identifier, else itself.
    fn text(&mut self, text: &str, member: &str) -> String {
        let of_contract = self.evident.iter().find(|(_, value)| value.len() >= 3 && *value == text);
        if let Some((name, _)) = of_contract {
            return format!("{{{{{name}}}}}");
        }
        if is_uuid(text) {
            return format!("{{{{{}}}}}", self.names.of(self.contract, member, text));
        }
        as_template(text)
    }

    /// Of the answer, the members that the contract promises to be there: what was sent comes back, and everything else
    /// is told by its type.
    fn shown(&self, status: u16, answer: &Value, sent: Option<&Value>) -> Option<Value> {
        let response = self.operation.response(status)?;
        let part = Part::ResponseBody { status: response.status.clone() };
        let mut out = json!({});
        for clause in self.clauses() {
            let ClauseKind::Constraint { part: here, keyword, at, limit, path } = &clause.kind else {
                continue;
            };
            let (Some(name), true) = (limit.as_str(), *here == part && keyword == "required") else {
                continue;
            };
            let optional = |word: &str| path.split('/').any(|step| step == word);
            if ["anyOf", "oneOf", "if", "then", "else", "not", "*"].into_iter().any(optional)
                || at.contains('*')
            {
                continue;
            }
            let member = pointer::join(at, name);
            // A member of something that may be missing is promised only there.
            let (Some(value), true) =
                (answer.pointer(&member), out.pointer(at).is_some_and(Value::is_object))
            else {
                continue;
            };
            let echo =
                sent.and_then(|sent| sent.pointer(&member)).filter(|sent| *sent == value && is_plain(sent));
            let shown = match (echo, value) {
                (Some(sent), _) => sent.clone(),
                // Its members are told one by one.
                (None, Value::Object(members)) if !members.is_empty() => json!({}),
                (None, value) => self.kind_of(&part, &member, value),
            };
            if let Some(Value::Object(members)) = out.pointer_mut(at) {
                members.insert(name.to_owned(), shown);
            }
        }
        self.close(&part, "", &mut out);
        out.as_object().is_some_and(|members| !members.is_empty()).then_some(out)
    }

    /// An object of which no member is promised is told by its type.
    fn close(&self, part: &Part, at: &str, value: &mut Value) {
        let Value::Object(members) = value else { return };
        if members.contains_key("match") && members.len() == 1 {
            return;
        }
        for (name, member) in members.iter_mut() {
            let at = pointer::join(at, name);
            if member.as_object().is_some_and(Map::is_empty) {
                *member = self.kind_of(part, &at, &json!({}));
            } else {
                self.close(part, &at, member);
            }
        }
    }

    /// A matcher that everything fits which the contract allows there.
    fn kind_of(&self, part: &Part, at: &str, value: &Value) -> Value {
        let text = value.as_str().unwrap_or_default();
        if is_uuid(text) && self.has(part, at, "format", "uuid") {
            return json!({ "match": "uuid" });
        }
        if is_date_time(text) && self.has(part, at, "format", "date-time") {
            return json!({ "match": "date-time" });
        }
        let types = ["string", "integer", "number", "boolean", "array", "object"];
        match types.into_iter().find(|kind| self.has(part, at, "type", kind)) {
            Some(kind) => json!({ "match": { "type": kind } }),
            None => json!({ "match": "any" }),
        }
    }

    /// Whether the contract promises this keyword there.
    fn has(&self, of: &Part, place: &str, wanted: &str, value: &str) -> bool {
        self.clauses().any(|clause| match &clause.kind {
            ClauseKind::Constraint { part, keyword, at, limit, .. } => {
                part == of && at == place && keyword == wanted && limit == value
            }
            _ => false,
        })
    }

    fn clauses(&self) -> impl Iterator<Item = &Clause> {
        let own = self.operation.clauses.start as usize..self.operation.clauses.end as usize;
        self.contract.clauses.get(own).unwrap_or_default().iter()
    }
}

fn masked() -> Value {
    json!({ "masked": "***" })
}

/// Whether an object is what an example says instead of a value.
fn means_else(members: &Members) -> bool {
    members.len() == 1 && ["masked", "generate", "match"].iter().any(|word| members.contains_key(*word))
}

fn hides(value: &Value) -> bool {
    match value {
        Value::String(text) => hidden(text),
        Value::Array(elements) => elements.iter().any(hides),
        Value::Object(members) => members.values().any(hides),
        _ => false,
    }
}

/// Whether it stands for itself: no template, and no map.
fn is_plain(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.contains("{{"),
        Value::Number(_) | Value::Bool(_) => true,
        _ => false,
    }
}

/// RFC 3339, as far as its shape goes.
fn is_date_time(text: &str) -> bool {
    let digits = |range: std::ops::Range<usize>| {
        text.get(range).is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    text.len() >= 19
        && digits(0..4)
        && digits(5..7)
        && digits(8..10)
        && text.as_bytes().get(10).is_some_and(|byte| matches!(byte, b'T' | b't' | b' '))
        && digits(11..13)
        && digits(14..16)
        && digits(17..19)
}

/// The shape of a value: names and types, without what varies.
pub(super) fn shape(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push('0'),
        Value::Bool(_) => out.push('b'),
        Value::Number(_) => out.push('n'),
        Value::String(_) => out.push('s'),
        Value::Array(elements) => {
            let all: BTreeSet<String> = elements
                .iter()
                .map(|element| {
                    let mut inner = String::new();
                    shape(element, &mut inner);
                    inner
                })
                .collect();
            out.push('[');
            out.extend(all);
            out.push(']');
        }
        Value::Object(members) => {
            let sorted: BTreeMap<&String, &Value> = members.iter().collect();
            out.push('{');
            for (name, member) in sorted {
                out.push_str(&format!("{name:?}"));
                shape(member, out);
            }
            out.push('}');
        }
    }
}
