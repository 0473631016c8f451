//! From a value for one place to a request that carries it, and to the answer that it has to get.

use serde_json::Value;

use super::aim::{Aim, Constraint};
use super::bench::Bench;
use super::draft::{Draft, Outcome};
use super::expect;
use super::render::{Unready, fill};
use super::{supply, wire};
use crate::model::{BodyMatch, Expectation, Location, Parameter, Part, Refusal, RequestParts};
use crate::synth::{self, Candidate, Cannot, Edge, Forge, Style};

/// The values that aim at a constraint, put into requests. Values that break something else besides, or that the aim
/// does not need them to break, are left out.
pub(super) fn probe(aim: &Aim<'_>, bench: &Bench<'_>, constraint: &Constraint<'_>) -> Outcome {
    match Probe::new(*aim, *bench, *constraint).and_then(|probe| probe.all()) {
        Ok(drafts) => Outcome::Drafts(drafts),
        Err(unready) => Outcome::Cannot(unready.because),
    }
}

/// A request that keeps the constraint and everything else, with something at the constrained place.
pub(super) fn witness(aim: &Aim<'_>, bench: &Bench<'_>, constraint: &Constraint<'_>, why: &str) -> Outcome {
    match witness_request(aim, bench, constraint, why) {
        Ok(draft) => Outcome::Drafts(vec![draft]),
        Err(unready) => Outcome::Cannot(unready.because),
    }
}

fn witness_request(
    aim: &Aim<'_>,
    bench: &Bench<'_>,
    constraint: &Constraint<'_>,
    why: &str,
) -> Result<Draft, Unready> {
    let salt = aim.salt(why);
    let mut parts = RequestParts::default();
    match constraint.part {
        Part::RequestBody => {
            parts.body = Some(bench.plain_body(Style::Smallest, constraint.at, constraint.path, &salt)?);
        }
        Part::Parameter { index } => {
            parts = bench.full_parts(&salt)?;
            if !bench.is_supplied(*index) {
                let value = if constraint.at.is_empty() {
                    bench.known(*index, &salt)?
                } else {
                    bench.parameter(*index)?.reaching(
                        Style::Smallest,
                        constraint.at,
                        constraint.path,
                        &salt,
                    )?
                };
                set(&mut parts, parameter(bench, *index)?, value);
            }
        }
        _ => parts = bench.full_parts(&salt)?,
    }
    let request = bench.request(&parts, &salt)?;
    Ok(Draft::one(why, bench.op, request, expect::accepted(bench.operation)?))
}

/// What a request with a member or parameter left out is answered.
pub(super) fn without(
    aim: &Aim<'_>,
    bench: &Bench<'_>,
    part: &Part,
    at: &str,
    why: &str,
) -> Result<Draft, Unready> {
    let salt = aim.salt(why);
    let mut parts = RequestParts::default();
    let mut control = None;
    if let Part::Parameter { index } = part {
        let left_out = parameter(bench, *index)?;
        if at.is_empty() && left_out.location == Location::Header && is_always_sent(&left_out.name) {
            return Err(Unready::new("every request has this header field"));
        }
        if at.is_empty() && !aim.keeps() && may_be_unwritten(bench, *index) {
            return Err(Unready::new("without it, the request has an object that has no members"));
        }
        parts = bench.full_parts(&salt)?;
        let value = if at.is_empty() { Value::Null } else { value_without(aim, bench, *index, at, &salt)? };
        set(&mut parts, parameter(bench, *index)?, value);
        if at.is_empty() && aim.keeps() {
            let mut there = parts.clone();
            set(&mut there, parameter(bench, *index)?, bench.known(*index, &salt)?);
            control = bench.request(&there, &salt).ok();
        }
    } else {
        let (body, whole) = body_without(aim, bench, at, &salt)?;
        parts.body = Some(Some(whole));
        control = bench.request(&parts, &salt).ok();
        parts.body = Some(Some(body));
    }
    let expect = if aim.keeps() {
        expect::accepted(bench.operation)?
    } else {
        expect::refused(bench.operation, refusal(bench, part)?)
    };
    let control = control.filter(|_| aim.keeps());
    Ok(Draft::one(why, bench.op, bench.request(&parts, &salt)?, expect).with_control(control))
}

/// Whether nothing is written for what may be sent: an object of which every member may be missing.
fn may_be_unwritten(bench: &Bench<'_>, index: usize) -> bool {
    let Some(parameter) = bench.operation.parameters.get(index) else { return false };
    parameter.location != Location::Path
        && parameter.writing.media_type.is_none()
        && bench.parameter(index).is_ok_and(|forge| forge.judge().takes_the_empty_object_alone())
}

/// Whether the client sends the header field of its own accord when a case gives none: where the request goes to, who asks,
/// and what may come back.
fn is_always_sent(name: &str) -> bool {
    ["host", "user-agent", "accept", "accept-encoding"].iter().any(|always| name.eq_ignore_ascii_case(always))
}

/// A parameter's value without one of its members.
fn value_without(
    aim: &Aim<'_>,
    bench: &Bench<'_>,
    index: usize,
    at: &str,
    salt: &str,
) -> Result<Value, Unready> {
    let steer = aim.constraint().map_or("", |constraint| constraint.path);
    let forge = bench.parameter(index)?;
    let mut value = forge.reaching(Style::Full, at, steer, salt)?;
    if synth::take(&mut value, at).is_none() || value.as_object().is_some_and(serde_json::Map::is_empty) {
        return Err(Unready::new("no request has it and something beside it"));
    }
    let breaches = forge.judge().breaches(&value);
    let as_aimed = match aim.constraint() {
        Some(constraint) => {
            !breaches.is_empty() && breaches.iter().all(|breach| breach.path == constraint.path)
        }
        None => breaches.is_empty(),
    };
    if as_aimed { Ok(value) } else { Err(Unready::new("leaving it out breaks something else besides")) }
}

/// The body without the member at `at`, and with it.
fn body_without(aim: &Aim<'_>, bench: &Bench<'_>, at: &str, salt: &str) -> Result<(Value, Value), Unready> {
    // Beside an optional member that is left out, the others are there: leaving out all of them is another case.
    let style = if aim.constraint().is_some() { Style::Smallest } else { Style::Full };
    let found = styled_without(aim, bench, style, at, salt);
    // A form from which its only member is left out is no body at all.
    let nothing = |(body, _): &(Value, Value)| {
        let form = bench
            .operation
            .body
            .as_ref()
            .is_some_and(|body| !body.required && wire::syntax(&body.media_type) == wire::Syntax::Form);
        form && body.as_object().is_some_and(serde_json::Map::is_empty)
    };
    match found {
        Ok(pair) if nothing(&pair) => {
            let full = styled_without(aim, bench, Style::Full, at, salt)?;
            if nothing(&full) {
                Err(Unready::new("a form without it is no body, and none is needed"))
            } else {
                Ok(full)
            }
        }
        found => found,
    }
}

/// The same, of a body with as many members as `style` says.
fn styled_without(
    aim: &Aim<'_>,
    bench: &Bench<'_>,
    style: Style,
    at: &str,
    salt: &str,
) -> Result<(Value, Value), Unready> {
    let constraint = aim.constraint();
    let steer = constraint.map_or("", |constraint| constraint.path);
    let body = bench.plain_body(style, at, steer, salt)?;
    let mut body = body.ok_or_else(|| Unready::new("the operation has no body"))?;
    let whole = body.clone();
    if synth::take(&mut body, at).is_none() {
        return Err(Unready::new("no request has it to begin with"));
    }
    let breaches = bench.body()?.judge().breaches(&body);
    let as_aimed = match constraint {
        Some(constraint) => {
            !breaches.is_empty() && breaches.iter().all(|breach| breach.path == constraint.path)
        }
        None => breaches.is_empty(),
    };
    if as_aimed {
        Ok((body, whole))
    } else {
        Err(Unready::new("leaving it out breaks something else besides"))
    }
}

/// What a request that breaks a constraint of `part` gets.
pub(super) fn refusal<'a>(bench: &Bench<'a>, part: &Part) -> Result<&'a Refusal, Unready> {
    let own = match part {
        Part::Parameter { index } => {
            bench.operation.parameters.get(*index).and_then(|parameter| parameter.refused.as_ref())
        }
        Part::Credential { index } => bench
            .operation
            .security
            .get(*index)
            .and_then(|security| security.outside.as_ref().or(security.refused.as_ref())),
        _ => None,
    };
    own.or(bench.operation.refused.as_ref())
        .ok_or_else(|| Unready::new("the contract does not say how a refused request is answered"))
}

/// The parameter with this index.
pub(super) fn parameter<'a>(bench: &Bench<'a>, index: usize) -> Result<&'a Parameter, Unready> {
    bench.operation.parameters.get(index).ok_or_else(|| Unready::new("there is no such parameter"))
}

/// An identifier for the parameter at `index` that names nothing: the contract's own, or one that looks like the known.
pub(super) fn unknown(aim: &Aim<'_>, bench: &Bench<'_>, index: usize, salt: &str) -> Result<Value, Unready> {
    let given = parameter(bench, index)?.unknown.as_ref().and_then(|unknown| unknown.value.as_ref());
    if let Some(given) = given {
        return fill(given, aim.desks.scope());
    }
    let known = expect::written(&bench.known(index, salt)?);
    Ok(bench.parameter(index)?.unknown_like(Some(&known), salt)?)
}

/// Sends `value` for `parameter`.
pub(super) fn set(parts: &mut RequestParts, parameter: &Parameter, value: Value) {
    place(parts, parameter.location, &parameter.name, value);
}

/// Sends `value` under `name`.
pub(super) fn place(parts: &mut RequestParts, location: Location, name: &str, value: Value) {
    let values = match location {
        Location::Path => &mut parts.path,
        Location::Query => &mut parts.query,
        Location::Header => &mut parts.header,
        Location::Cookie => &mut parts.cookie,
    };
    values.insert(name.to_owned(), value);
}

struct Probe<'a> {
    aim: Aim<'a>,
    bench: Bench<'a>,
    constraint: Constraint<'a>,
    forge: &'a Forge,
}

impl<'a> Probe<'a> {
    fn new(aim: Aim<'a>, bench: Bench<'a>, constraint: Constraint<'a>) -> Result<Self, Unready> {
        let forge = match constraint.part {
            Part::Parameter { index } => bench.parameter(*index)?,
            Part::Credential { index } => bench.secured(*index)?,
            _ => bench.body()?,
        };
        Ok(Self { aim, bench, constraint, forge })
    }

    fn all(&self) -> Result<Vec<Draft>, Unready> {
        let name = self.constraint.name(&self.bench);
        let candidates = self.candidates()?;
        let mut drafts = Vec::new();
        let mut last = None;
        for candidate in candidates {
            let why = format!("{name} {}", candidate.label);
            match self.draft(candidate.value, why) {
                Ok(draft) => drafts.push(draft),
                Err(unready) => last = Some(unready),
            }
        }
        if drafts.is_empty() { Err(last.unwrap_or_else(|| self.nothing())) } else { Ok(drafts) }
    }

    fn nothing(&self) -> Unready {
        let verb = if self.aim.keeps() { "keeps" } else { "breaks" };
        Unready::new(format!("no value {verb} {} and nothing else", self.constraint.keyword))
    }

    fn location(&self) -> Option<Location> {
        match self.constraint.part {
            Part::Parameter { index } => Some(self.bench.operation.parameters.get(*index)?.location),
            Part::Credential { index } => Some(self.bench.operation.security.get(*index)?.location),
            _ => None,
        }
    }

    /// Whether everything is text where the value stands.
    fn is_text(&self) -> bool {
        let body = self.bench.operation.body.as_ref();
        let json = |media_type: &str| wire::syntax(media_type) == wire::Syntax::Json;
        self.location().is_some() || body.is_some_and(|body| !json(&body.media_type))
    }

    /// Whether a part of an array or object would be two on the wire: it has a separator in it.
    fn is_apart(&self, candidate: &Candidate) -> bool {
        let text = expect::written(&candidate.value);
        self.location().is_some()
            && !self.constraint.at.is_empty()
            && text.contains([',', '.', ';', '|', ' ', '\t', '='])
    }

    fn candidates(&self) -> Result<Vec<Candidate>, Unready> {
        let Constraint { keyword, limit, .. } = self.constraint;
        let location = self.location();
        let mut candidates = if self.is_text() && keyword == "type" && !self.aim.keeps() {
            other_words(limit)
        } else {
            let salt = self.aim.salt("value");
            let edge = Edge { keyword, limit, keep: self.aim.keeps(), ascii: self.is_text(), salt: &salt };
            self.forge.spot(self.constraint.at, self.constraint.path).edges(&edge)?
        };
        if location.is_some() || self.bench.is_form() {
            // Nothing can be written for it: it would be no parameter at all.
            candidates.retain(|candidate| {
                let none = |value: &Value| {
                    value.as_array().is_some_and(Vec::is_empty)
                        || value.as_object().is_some_and(serde_json::Map::is_empty)
                };
                !none(&candidate.value) && !self.is_apart(candidate)
            });
        }
        if self.is_text() {
            // A form has no null either.
            candidates
                .retain(|candidate| !candidate.value.is_null() && !self.is_read_otherwise(&candidate.value));
        }
        if location == Some(Location::Path) {
            let beside = self.beside();
            // An empty segment or a slash leads to another path, so the answer would say nothing about this one.
            candidates.retain(|candidate| {
                let text = expect::written(&candidate.value);
                !text.is_empty()
                    && !text.contains('/')
                    && text != "."
                    && text != ".."
                    && !beside.iter().any(|separator| text.contains(separator))
            });
        }
        Ok(candidates)
    }

    /// Whether `value`, which should be refused, is written as one that has to be accepted: the text `300` as the number.
    fn is_read_otherwise(&self, value: &Value) -> bool {
        if self.aim.keeps() || self.location().is_none() || !self.constraint.at.is_empty() {
            return false;
        }
        let text = expect::written(value);
        // An enumeration of texts for a number has no value at all; a request with one of them is not one to be refused.
        let listed = self.constraint.limit.as_array().into_iter().flatten();
        if self.constraint.keyword == "enum" && listed.map(expect::written).any(|listed| listed == text) {
            return true;
        }
        let as_json =
            serde_json::from_str::<Value>(&text).ok().filter(|read| !read.is_array() && !read.is_object());
        let readings = [as_json, Some(Value::String(text))];
        readings.iter().flatten().any(|read| read != value && self.forge.judge().accepts(read))
    }

    /// The texts between this parameter and others in the same segment of the path: with one of them in its value, nobody
    /// could tell where it ends.
    fn beside(&self) -> Vec<&str> {
        let Part::Parameter { index } = self.constraint.part else { return Vec::new() };
        let operation = self.bench.operation;
        let Some(parameter) = operation.parameters.get(*index) else { return Vec::new() };
        let own = format!("{{{}}}", parameter.name);
        let segment = operation.path.split('/').find(|segment| segment.contains(&own)).unwrap_or_default();
        let inner = segment.split('}').skip(1).filter_map(|rest| rest.split_once('{'));
        inner.map(|(separator, _)| separator).filter(|separator| !separator.is_empty()).collect()
    }

    fn draft(&self, value: Value, why: String) -> Result<Draft, Unready> {
        let salt = self.aim.salt(&why);
        let mut parts = RequestParts::default();
        let mut plain = None;
        let expect = match self.constraint.part {
            Part::Parameter { index } => {
                let parameter = parameter(&self.bench, *index)?;
                let mut whole = value;
                if !self.constraint.at.is_empty() {
                    let Constraint { at, path, .. } = self.constraint;
                    let part =
                        std::mem::replace(&mut whole, self.forge.reaching(Style::Smallest, at, path, &salt)?);
                    if !synth::place(&mut whole, at, part) {
                        return Err(Unready::new("no request has a value there"));
                    }
                }
                let value = whole;
                self.judged(&value)?;
                parts = self.bench.full_parts(&salt)?;
                let expect =
                    if self.aim.keeps() { self.inside(parameter, *index, &value)? } else { self.refused()? };
                plain = self.bench.known(*index, &salt).ok().map(|plain| {
                    let mut parts = parts.clone();
                    set(&mut parts, parameter, plain);
                    parts
                });
                set(&mut parts, parameter, value);
                expect
            }
            Part::Credential { index } => {
                let security = &self.bench.operation.security[*index];
                self.judged(&value)?;
                parts = self.bench.full_parts(&salt)?;
                place(&mut parts, security.location, &security.name, value);
                self.refused()?
            }
            _ => {
                let Constraint { at, path, .. } = self.constraint;
                let body = self.bench.plain_body(Style::Smallest, at, path, &salt)?;
                let mut body = body.ok_or_else(|| Unready::new("the operation has no body"))?;
                plain = Some(RequestParts { body: Some(Some(body.clone())), ..RequestParts::default() });
                if !synth::place(&mut body, at, value) {
                    return Err(Unready::new("no request has a value there"));
                }
                self.judged(&body)?;
                parts.body = Some(Some(body));
                if self.aim.keeps() { expect::accepted(self.bench.operation)? } else { self.refused()? }
            }
        };
        let plain = plain.filter(|_| !expect.unstated.0.is_empty());
        let control = plain.and_then(|plain| self.bench.request(&plain, &salt).ok());
        Ok(Draft::one(why, self.bench.op, self.bench.request(&parts, &salt)?, expect).with_control(control))
    }

    fn refused(&self) -> Result<Expectation, Unready> {
        Ok(expect::refused(self.bench.operation, refusal(&self.bench, self.constraint.part)?))
    }

    /// What a made-up value inside the schema gets: it is accepted, unless it is an identifier, which then names
    /// nothing.
    fn inside(&self, parameter: &Parameter, index: usize, value: &Value) -> Result<Expectation, Unready> {
        let in_path = parameter.location == Location::Path;
        let taken = in_path && supply::may_be_taken(&self.aim, &self.bench, &parameter.name, value);
        match &parameter.unknown {
            Some(_) if taken && self.bench.operation.effect.writes() => Err(Unready::new(
                "somebody else's resource may have this identifier, and the request would change it",
            )),
            // Where no document states all that a request has to keep, none says either that nothing has such a value: days
            // and quantities are there without anybody having made them.
            Some(unknown) if taken || !self.bench.operation.unstated.0.is_empty() => {
                let mut expect = expect::refused(self.bench.operation, &unknown.answer);
                expect.status.0.extend(expect::accepted(self.bench.operation)?.status.0);
                expect.body = BodyMatch(None);
                Ok(expect)
            }
            Some(unknown) => Ok(expect::refused(self.bench.operation, &unknown.answer)),
            None if in_path && (parameter.value.is_some() || self.bench.is_supplied(index)) => {
                Err(Unready::new("the contract does not say what an identifier that names nothing gets"))
            }
            None => expect::accepted(self.bench.operation),
        }
    }

    /// Whether `value`, the whole of the part, is inside the schema, or breaks the constraint and nothing else.
    fn judged(&self, value: &Value) -> Result<(), Unready> {
        let judge = self.forge.judge();
        let as_aimed = if self.aim.keeps() {
            judge.accepts(value)
        } else {
            let breaches = judge.breaches(value);
            breaches.iter().any(|breach| breach.path == self.constraint.path)
                && breaches
                    .iter()
                    .all(|breach| breach.path == self.constraint.path || self.follows(&breach.path))
        };
        if as_aimed { Ok(()) } else { Err(self.nothing()) }
    }

    /// Whether breaking `path` follows from breaking the constraint: a value of another type is in no enumeration.
    fn follows(&self, path: &str) -> bool {
        let parent = |path: &str| path.rsplit_once('/').map(|(parent, _)| parent.to_owned());
        self.constraint.keyword == "type"
            && parent(path) == parent(self.constraint.path)
            && matches!(path.rsplit('/').next(), Some("enum" | "const"))
    }
}

/// Words that are of no type but string, for places where everything is text.
fn other_words(limit: &Value) -> Vec<Candidate> {
    let allowed: Vec<&str> = match limit {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let candidate = |value: Value, label: &str| Candidate { value, label: label.to_owned() };
    let mut found = Vec::new();
    // Any text is a string, and an array of one.
    if !allowed.contains(&"string") && !allowed.contains(&"array") {
        found.push(candidate("abc".into(), "as letters"));
        if allowed.contains(&"integer") && !allowed.contains(&"number") {
            found.push(candidate(1.5.into(), "as a fraction"));
        }
        if allowed.iter().any(|kind| matches!(*kind, "integer" | "number")) {
            found.push(candidate("12a".into(), "as digits with a letter"));
        }
    }
    found
}

impl From<Unready> for Outcome {
    fn from(unready: Unready) -> Self {
        Self::Cannot(unready.because)
    }
}

impl From<Cannot> for Outcome {
    fn from(cannot: Cannot) -> Self {
        Self::Cannot(cannot.because)
    }
}

impl From<Result<Vec<Draft>, Unready>> for Outcome {
    fn from(result: Result<Vec<Draft>, Unready>) -> Self {
        result.map_or_else(Self::from, Self::Drafts)
    }
}
