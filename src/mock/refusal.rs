//! Refusals, prepared once: the documented example of the status where there is one, kept within its schema, with the
//! members that the contract asks for.

use serde_json::Value;

use super::message::{Answer, Refused, any_json, bare, is_any_json, is_json, media_type, written};
use super::{repair, shape, status, values};
use crate::conform::{Judge, literal, matches_body};
use crate::model::{Location, OpId, Operation, Refusal, ResponseSpec, Schema, StatusSet};
use crate::text::pointer;

/// Names of members that identify one request, without case and separators.
const REQUEST_IDS: [&str; 4] = ["requestid", "traceid", "correlationid", "messageid"];
/// Ends of the names of members that are for people.
const PROSE: [&str; 4] = ["message", "msg", "detail", "description"];
/// As long as a request's identifier is made: 32 hex digits.
const ID_LENGTH: usize = 32;
/// A reason that no `maxLength` limits is cut here, in characters.
const REASON_LENGTH: usize = 400;

/// An answer that only waits for its request.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    body: Option<Value>,
    /// Pointers to what gets the request's identifier, with their longest length.
    ids: Vec<(String, usize)>,
    /// Pointers to what gets the reason in words, with their longest length: where no page says what stands there, or it says
    /// something about one part of the request.
    reasons: Vec<(String, usize)>,
}

impl Prepared {
    /// The answer to the request with this `id`.
    pub(super) fn answer(&self, operation: Option<OpId>, id: &str, refused: Refused) -> Answer {
        let mut body = self.body.clone();
        let ids = self.ids.iter().map(|(at, limit)| (at, id.chars().take(*limit).collect()));
        let reasons = self.reasons.iter().map(|(at, limit)| (at, shortened(&refused.says, *limit)));
        for (at, text) in ids.chain(reasons) {
            if let Some(place) = body.as_mut().and_then(|body| body.pointer_mut(at)) {
                *place = Value::String(text);
            }
        }
        Answer {
            status: self.status,
            headers: self.headers.clone(),
            body: body.map(|body| written(&body, &self.headers)).unwrap_or_default(),
            operation,
            refused: Some(refused),
            ..Answer::default()
        }
    }

    pub(super) fn has_header(&self, name: &str) -> bool {
        self.headers.iter().any(|(other, _)| other == name)
    }

    /// With one more header field.
    pub(super) fn with_header(mut self, name: &str, value: String) -> Self {
        self.headers.retain(|(other, _)| other != name);
        self.headers.push((name.to_owned(), value));
        self
    }
}

/// What an operation answers when it refuses.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refusals<'c> {
    operation: &'c Operation,
}

impl<'c> Refusals<'c> {
    pub(super) fn of(operation: &'c Operation) -> Self {
        Self { operation }
    }

    /// The answer that keeps `refusal`; without one, the first documented status of `usual`, or its first.
    pub(super) fn prepare(self, refusal: Option<&Refusal>, usual: &[u16]) -> Prepared {
        let status = refusal
            .and_then(|refusal| self.pick(&refusal.status))
            .or_else(|| usual.iter().copied().find(|status| self.documents(*status)))
            .or_else(|| usual.first().copied())
            .unwrap_or(400);
        self.with_status(status, refusal)
    }

    /// The answer to a request without its credential: 401 or 403, as far as `refusal` and what is documented allow.
    pub(super) fn credential(self, refusal: Option<&Refusal>) -> Prepared {
        let usual = [401, 403];
        let allowed = |status: &u16| {
            refusal.is_some_and(|refusal| refusal.status.contains(*status))
                && self.operation.response(*status).is_some()
        };
        // A status by its own name says more than the `default` that it would be.
        let exact = usual.into_iter().find(|status| allowed(status) && self.documents(*status));
        match exact.or_else(|| usual.into_iter().find(allowed)) {
            Some(status) => self.with_status(status, refusal),
            None => self.prepare(refusal, &usual),
        }
    }

    /// The answer to a request for which there is no operation. What a page shows for this status speaks of a resource,
    /// so none of its texts stays.
    pub(super) fn nowhere(self) -> Prepared {
        self.made(404, None, true)
    }

    /// The answer with a given status.
    pub(super) fn with_status(self, status: u16, refusal: Option<&Refusal>) -> Prepared {
        self.made(status, refusal, false)
    }

    fn made(self, status: u16, refusal: Option<&Refusal>, untrue: bool) -> Prepared {
        let documented = self.operation.response(status);
        let own = documented.filter(|spec| spec.schema.is_some() || !spec.examples.is_empty());
        let spec = own.or_else(|| self.error_shape());
        let schema = schema_of(refusal).or_else(|| spec?.schema.as_ref());
        let wanted = refusal.and_then(|refusal| refusal.body.as_ref());
        let mut prepared = Prepared {
            status,
            headers: own.map(|spec| headers(spec, &self.operation.id)).unwrap_or_default(),
            body: None,
            ids: Vec::new(),
            reasons: Vec::new(),
        };
        // What an image or a page says when something is refused, nobody tells; the shape of other errors is not its own.
        let other = |spec: &&ResponseSpec| {
            spec.media_type.as_deref().is_some_and(|own| !is_json(&media_type(Some(own), None)))
        };
        if own.is_none() && schema_of(refusal).is_none() && documented.as_ref().is_some_and(other) {
            return prepared;
        }
        let any = || documented.filter(|spec| is_any_json(spec)).map(|_| any_json());
        let Some(mut body) = self.body(spec, schema, wanted).or_else(any) else {
            return prepared;
        };
        if let Some(schema) = schema {
            let borrowed = own.is_none_or(|spec| spec.examples.is_empty());
            let of = spec.and_then(|spec| spec.status.parse().ok());
            let another = of != Some(status);
            if another {
                status::correct(&mut body, schema, of, status);
            }
            self.keep(&mut body, schema, wanted, borrowed || spec.is_some_and(|spec| spec.closed));
            prepared.ids = places(schema, &body, |at, _| is_request_id(last(at)), ID_LENGTH);
            // A text that a page shows stays, unless it tells of a part of the request that may be another one than
            // the one refused.
            let free = |at: &str| wanted.is_none_or(|wanted| wanted.pointer(at).is_none());
            let told = |text: &str| borrowed || another || untrue || self.tells_of_a_part(text);
            let prose = |name: &str, text: &str| {
                (text.contains(' ') || is_prose(name)) && !status::is_title(text, status)
            };
            let chosen = |at: &str, text: &str| free(at) && prose(last(at), text) && told(text);
            prepared.reasons = places(schema, &body, chosen, REASON_LENGTH);
        }
        let media_type = media_type(spec.or(documented).and_then(|spec| spec.media_type.as_deref()), schema);
        prepared.body = Some(body);
        prepared.with_header("content-type", media_type)
    }

    /// The documented body that already has the wanted members, or any documented one, or one made from the schema.
    fn body(
        self,
        spec: Option<&ResponseSpec>,
        schema: Option<&Schema>,
        wanted: Option<&Value>,
    ) -> Option<Value> {
        let examples = spec.map(|spec| spec.examples.as_slice()).unwrap_or_default();
        let fits = |example: &&Value| wanted.is_none_or(|wanted| matches_body(wanted, example));
        let usual = || self.error_shape()?.examples.first();
        let documented = examples.iter().find(fits).or_else(|| examples.first()).or_else(usual).cloned();
        let salt = &self.operation.id;
        let mut body = documented
            .or_else(|| schema.and_then(|schema| values::sample(&shape::of_real_values(schema), salt)))
            .or_else(|| wanted.and_then(literal))?;
        give(&mut body, wanted);
        Some(body)
    }

    /// Brings `body` within its schema without losing the wanted members.
    fn keep(self, body: &mut Value, schema: &Schema, wanted: Option<&Value>, closed: bool) {
        if closed {
            shape::prune(schema, schema, body);
        }
        if let Ok(judge) = Judge::new(schema) {
            repair::repair(body, schema, &judge, &self.operation.id);
        }
        give(body, wanted);
    }

    /// Whether a text has the name of a parameter or of a member of the body in it, in any writing.
    fn tells_of_a_part(self, text: &str) -> bool {
        let operation = self.operation;
        let members = operation.body.iter().flat_map(|body| shape::members(&body.schema, &body.schema));
        let parameters = operation.parameters.iter().map(|parameter| parameter.name.as_str());
        let names: Vec<String> = parameters.chain(members.map(|(name, _)| name)).map(bare).collect();
        let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        text.split(|c| !word(c)).any(|word| !word.is_empty() && names.contains(&bare(word)))
    }

    /// The documented answer that shows how this API's errors look: what broken constraints get, else the first error.
    fn error_shape(self) -> Option<&'c ResponseSpec> {
        let has_shape = |spec: &&ResponseSpec| spec.schema.is_some();
        let usual = self.operation.refused.as_ref().and_then(|refusal| refusal.status.first());
        usual
            .and_then(|status| self.operation.response(status))
            .filter(has_shape)
            .or_else(|| self.errors().find(|spec| has_shape(spec) && !spec.examples.is_empty()))
            .or_else(|| self.errors().find(has_shape))
    }

    fn errors(self) -> impl Iterator<Item = &'c ResponseSpec> {
        self.operation.responses.iter().filter(|spec| spec.status.starts_with(['4', '5', 'd']))
    }

    /// Of several promised statuses the first one that is documented, else the first.
    fn pick(self, statuses: &StatusSet) -> Option<u16> {
        statuses
            .0
            .iter()
            .filter_map(|word| word.parse().ok())
            .find(|status| self.documents(*status))
            .or_else(|| statuses.first())
    }

    fn documents(self, status: u16) -> bool {
        self.operation.responses.iter().any(|spec| spec.status == status.to_string())
    }
}

fn schema_of(refusal: Option<&Refusal>) -> Option<&Schema> {
    refusal.and_then(|refusal| refusal.schema.as_ref())
}

/// The header fields that an answer must have, with made-up values.
pub(super) fn headers(spec: &ResponseSpec, salt: &str) -> Vec<(String, String)> {
    spec.headers
        .iter()
        .filter(|header| header.required && header.location == Location::Header)
        .filter_map(|header| {
            let value = values::sample(&header.schema, &format!("{salt}/{}", header.name))?;
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            Some((header.name.to_ascii_lowercase(), text))
        })
        .collect()
}

/// Gives `body` the wanted members, unless it is as wanted already.
fn give(body: &mut Value, wanted: Option<&Value>) {
    if let Some(wanted) = wanted.filter(|wanted| !matches_body(wanted, body)) {
        merge(body, literal(wanted).as_ref());
        if let (Value::Object(members), Value::Object(wanted)) = (body, wanted) {
            let absent = |member: &Value| member.get("match").is_some_and(|of| of == "absent");
            members.retain(|name, _| !wanted.get(name).is_some_and(absent));
        }
    }
}

fn merge(body: &mut Value, wanted: Option<&Value>) {
    match (body, wanted) {
        (Value::Object(there), Some(Value::Object(wanted))) => {
            there.extend(wanted.iter().map(|(name, member)| (name.clone(), member.clone())));
        }
        (body, Some(wanted)) => *body = wanted.clone(),
        (_, None) => {}
    }
}

/// At most so many characters of a text, cut between words.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    match kept.rsplit_once(' ') {
        Some((words, _)) if !words.is_empty() => {
            format!("{} …", words.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '`'))
        }
        _ => text.chars().take(most).collect(),
    }
}

fn is_request_id(name: &str) -> bool {
    REQUEST_IDS.contains(&bare(name).as_str())
}

fn is_prose(name: &str) -> bool {
    PROSE.iter().any(|end| bare(name).ends_with(end))
}

fn last(at: &str) -> &str {
    at.rsplit('/').next().unwrap_or_default()
}

/// Pointers to the texts in `body`, also one member deeper, that `chosen` takes by pointer and text, and whose schema lets
/// any text stand there, with the length it allows, at most `most`.
fn places(
    schema: &Schema,
    body: &Value,
    chosen: impl Fn(&str, &str) -> bool,
    most: usize,
) -> Vec<(String, usize)> {
    let mut texts: Vec<(String, &str)> = Vec::new();
    for (name, member) in body.as_object().into_iter().flatten() {
        let at = pointer::join("", name);
        let inner = member.as_object().into_iter().flatten();
        texts.extend(inner.filter_map(|(name, text)| Some((pointer::join(&at, name), text.as_str()?))));
        texts.extend(member.as_str().map(|text| (at, text)));
    }
    texts
        .into_iter()
        .filter(|(at, text)| chosen(at, text))
        .filter_map(|(at, _)| {
            let part = shape::at(schema, &at)?;
            let limit = repair::max_length(schema, part).map_or(most, |limit| limit.min(most));
            let probe = Value::from("0".repeat(limit));
            let judge = Judge::new(schema.part(part)).ok()?;
            judge.accepts(&probe).then_some((at, limit))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn a_reason_ends_with_a_word() {
        let text = "the body has no `name`, which is required";
        for (most, expected) in [
            (100, text),
            (41, text),
            (40, "the body has no `name`, which is …"),
            (25, "the body has no `name` …"),
            (24, "the body has no …"),
            (2, "th"),
            (0, ""),
        ] {
            let shown = shortened(text, most);
            assert_eq!(shown, expected, "{most}");
            assert!(shown.chars().count() <= most);
        }
    }
}
