//! Whether a request is let in: its credentials, parameters, identifiers and body, in this order.

use std::borrow::Cow;

use serde_json::Value;

use super::fault::{Lack, Overlooked};
use super::keep::nobody;
use super::message::{Answer, Received, Refused};
use super::refusal::Prepared;
use super::sent_as::another_type;
use super::served::{Credential, Served, ServedBody, ServedParameter};
use super::wire::{Read, Syntax};
use super::{Mock, values, wire};
use crate::conform::Breach;
use crate::model::{ClauseId, ClauseKind, Location, Part};

/// A request that was let in.
#[derive(Debug, Default)]
pub(super) struct Admitted {
    /// Path parameters in the order of the path: name, text, typed value.
    pub(super) path: Vec<(String, String, Value)>,
    /// The body, if it has one that can be read.
    pub(super) body: Option<Value>,
}

/// A refusal on its way out.
pub(super) type Turned<T> = Result<T, Box<Answer>>;

impl Mock {
    /// Credentials and parameters.
    pub(super) fn admit(
        &self,
        served: &Served,
        values: Vec<String>,
        received: &Received,
    ) -> Turned<Admitted> {
        for credential in &served.credentials {
            self.judge_credential(served, credential, received)?;
        }
        let mut admitted = Admitted::default();
        for (name, text) in served.path_names.iter().zip(values) {
            let parameter = served
                .parameters
                .iter()
                .find(|parameter| parameter.location == Location::Path && parameter.name == *name);
            let value = parameter.map_or_else(
                || Value::from(text.as_str()),
                |parameter| wire::in_path(name, &text, &parameter.schema, &parameter.writing),
            );
            admitted.path.push((name.clone(), text, value));
        }
        for parameter in &served.parameters {
            self.judge_parameter(served, parameter, &admitted, received)?;
        }
        Ok(admitted)
    }

    /// Whether its identifiers are somebody's.
    pub(super) fn look_up(&self, served: &Served, admitted: &Admitted, received: &Received) -> Turned<()> {
        served
            .parameters
            .iter()
            .try_for_each(|parameter| self.look_up_one(served, parameter, admitted, received))
    }

    fn judge_credential(&self, served: &Served, credential: &Credential, received: &Received) -> Turned<()> {
        let given = part(received, credential.location, &credential.name);
        let given_right = given.as_deref() == Some(credential.expected.as_str());
        if given_right || credential.alternatives.iter().any(|other| other.is_in(received)) {
            return Ok(());
        }
        let clause = || self.clause(served, &format!("credential/{}", credential.name));
        let says = |why: &str| {
            let others = credential.alternatives.iter().filter_map(|other| other.near_miss(received));
            others.fold(format!("the credential {} is {why}", credential.name), |says, other| says + &other)
        };
        let refuse = |lack: Lack, why: &str| {
            let overlooked = Overlooked { credential: Some(lack) };
            self.refuse_as(overlooked, served, received, &credential.refused, clause(), says(why))
        };
        let given = match given.as_deref() {
            None if credential.optional => return Ok(()),
            None => return refuse(Lack::Presence, "missing"),
            Some("") => return refuse(Lack::Text, "empty"),
            Some(given) => given,
        };
        let value = Value::from(given);
        if let Some(judge) = &credential.judge
            && let Some(breach) = judge.breaches(&value).first()
        {
            let index = served.credentials.iter().position(|other| std::ptr::eq(other, credential));
            let part = Part::Credential { index: index.unwrap_or_default() };
            let clause = self.constraint(served, &part, breach);
            return self.refuse(served, received, &credential.outside, clause, says("outside its limits"));
        }
        refuse(Lack::Validity, "not valid")
    }

    fn judge_parameter(
        &self,
        served: &Served,
        parameter: &ServedParameter,
        admitted: &Admitted,
        received: &Received,
    ) -> Turned<()> {
        let value = match parameter.location {
            Location::Path => admitted
                .path
                .iter()
                .find(|(name, _, _)| *name == parameter.name)
                .map(|(_, _, value)| value.clone()),
            _ => wire::given(parameter, received),
        };
        let place = format!("{}/{}", parameter.location.word(), parameter.name);
        let Some(value) = value else {
            if !parameter.required || wire::may_be_nothing(parameter) {
                return Ok(());
            }
            let clause = self.clause(served, &format!("{place}/required"));
            let says = format!("the {} parameter {} is missing", parameter.location.word(), parameter.name);
            return self.refuse(served, received, &parameter.refused, clause, says);
        };
        let text = || wire::plain(parameter, received).is_some_and(|text| parameter.judge.accepts(&text));
        if parameter.judge.accepts(&value) || text() {
            return Ok(());
        }
        let breaches = parameter.judge.breaches(&value);
        let clause = breaches.first().and_then(|breach| self.constraint(served, &parameter.part, breach));
        let says =
            format!("the {} parameter {} {}", parameter.location.word(), parameter.name, outside(&breaches));
        self.refuse(served, received, &parameter.refused, clause, says)
    }

    fn look_up_one(
        &self,
        served: &Served,
        parameter: &ServedParameter,
        admitted: &Admitted,
        received: &Received,
    ) -> Turned<()> {
        let Some((known, answer)) = &parameter.unknown else { return Ok(()) };
        let text = match parameter.location {
            Location::Path => admitted
                .path
                .iter()
                .find(|(name, _, _)| *name == parameter.name)
                .map(|(_, text, _)| Cow::Borrowed(text.as_str())),
            location => part(received, location, &parameter.name),
        };
        match text {
            Some(text) if !known.contains(text.as_ref()) => {
                let clause =
                    self.clause(served, &format!("{}/{}/unknown", parameter.location.word(), parameter.name));
                self.refuse(served, received, answer, clause, nobody(&parameter.name, &text))
            }
            _ => Ok(()),
        }
    }

    /// The body, read and judged.
    pub(super) fn judge_body(
        &self,
        served: &Served,
        body: &ServedBody,
        received: &Received,
    ) -> Turned<Option<Value>> {
        let turn = |prepared: &Prepared, tail: &str, says: &str| {
            self.refuse(served, received, prepared, self.clause(served, tail), says.to_owned())
        };
        let sent_type = received.header("content-type");
        let content = body.content(sent_type.as_deref());
        if !received.has_body() {
            if body.required {
                turn(&body.refused, "body/required", "the body is missing")?;
            }
            return Ok(None);
        }
        if let (Some(answer), None, Some(_)) = (&body.other_media_types, content, &sent_type) {
            turn(answer, "body/media-type", "the body is of another media type")?;
        }
        let content = content.unwrap_or(&body.content);
        let another = || another_type(body, received);
        let value = match wire::body(content, received) {
            Read::Value(value) => value,
            Read::Malformed(syntax) => {
                let json = (syntax == Syntax::Json).then(|| self.clause(served, "body/json")).flatten();
                let says = another().unwrap_or_else(|| format!("the body is not {}", syntax.name()));
                self.refuse(served, received, &body.refused, json, says)?;
                return Ok(None);
            }
            // What is let in without a check is said in the log.
            Read::Unchecked(_) => return Ok(None),
        };
        if content.judge.accepts(&value) {
            return Ok(Some(value));
        }
        let breaches = content.judge.breaches(&value);
        let first = breaches.first().filter(|_| content.promised);
        let clause = first.and_then(|breach| self.constraint(served, &Part::RequestBody, breach));
        let place = breaches.first().map_or("", |breach| breach.at.as_str());
        let says = format!("the body{place} {}", outside(&breaches));
        let (clause, says) = match another() {
            // Read as a form, JSON is one member with an odd name: its schema has nothing to say about that.
            Some(why) if Syntax::of(&content.media_type) == Syntax::Form => (None, why),
            Some(why) => (clause, format!("{says} ({why})")),
            None => (clause, says),
        };
        self.refuse(served, received, &body.refused, clause, says)?;
        Ok(Some(value))
    }

    /// Turns the request away with a prepared answer, unless a fault overlooks it.
    pub(super) fn refuse(
        &self,
        served: &Served,
        received: &Received,
        prepared: &Prepared,
        clause: Option<ClauseId>,
        says: String,
    ) -> Turned<()> {
        self.refuse_as(Overlooked { credential: None }, served, received, prepared, clause, says)
    }

    fn refuse_as(
        &self,
        overlooked: Overlooked,
        served: &Served,
        received: &Received,
        prepared: &Prepared,
        clause: Option<ClauseId>,
        says: String,
    ) -> Turned<()> {
        if self.faults.overlooks(served.id, clause, overlooked) {
            return Ok(());
        }
        let refused = Refused { clause, says };
        Err(Box::new(prepared.answer(Some(served.id), &request_id(received), refused)))
    }

    /// The clause `OPERATION/request/TAIL`.
    pub(super) fn clause(&self, served: &Served, tail: &str) -> Option<ClauseId> {
        let operation = self.contract.operation(served.id);
        let address = format!("{}/request/{tail}", operation.id);
        self.own_clauses(served).find(|id| self.contract.clause(*id).address == address)
    }

    /// The clause of the keyword that is broken.
    pub(super) fn constraint(&self, served: &Served, broken: &Part, breach: &Breach) -> Option<ClauseId> {
        self.own_clauses(served).find(|id| match &self.contract.clause(*id).kind {
            ClauseKind::Constraint { part, keyword, path, .. } if part == broken => {
                let inside =
                    || breach.path.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('/'));
                *path == breach.path || keyword == "$ref" && inside()
            }
            _ => false,
        })
    }

    fn own_clauses(&self, served: &Served) -> impl Iterator<Item = ClauseId> {
        let all = u32::try_from(self.contract.clauses.len()).unwrap_or(u32::MAX);
        let own = self.contract.operation(served.id).clauses.clone();
        (own.start..own.end.min(all)).map(ClauseId)
    }
}

/// What the schema allows there, a predicate; never what was sent.
pub(super) fn outside(breaches: &[Breach]) -> String {
    match breaches.first() {
        Some(Breach { missing: Some(_), message, .. }) => message.clone(),
        Some(breach) if !breach.allowed.is_empty() => format!("is outside its schema: {}", breach.allowed),
        _ => "is outside its schema".to_owned(),
    }
}

/// Equal requests have equal identifiers, so that a run's report does not depend on the order of requests.
pub(super) fn request_id(received: &Received) -> String {
    values::digest(&[&received.method, &received.path, &received.query, &received.body.len().to_string()])
}

/// The text of one part of a request.
pub(super) fn part<'r>(received: &'r Received, location: Location, name: &str) -> Option<Cow<'r, str>> {
    match location {
        Location::Path => None,
        Location::Query => received.query(name).map(Cow::Owned),
        Location::Header => received.header(name),
        Location::Cookie => received.cookie(name).map(Cow::Owned),
    }
}
