//! The client chooses an answer: `Prefer: code=404, example=NAME, dynamic=true`.
//!
//! The names of these preferences are those of Stoplight Prism; the field is that of RFC 7240. A request that breaks
//! the contract is refused whatever it prefers. An answer that was chosen needs no known identifier, and changes
//! nothing.

use serde_json::{Value, json};

use super::message::{Answer, Received, Refused, written};
use super::refusal::headers;
use super::served::Served;
use super::{Mock, admit, repair, shape, values};
use crate::conform::Judge;
use crate::model::{Operation, ResponseSpec};

/// What a client asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Preference {
    code: Option<String>,
    example: Option<String>,
    dynamic: bool,
}

impl Preference {
    /// What the request asks for; None when it leaves the choice to the mock.
    pub(super) fn of(received: &Received) -> Option<Self> {
        let mut preference = Self::default();
        for (name, value) in pairs(received) {
            // The first of several equal names counts (RFC 7240 section 2).
            match name.as_str() {
                "code" => preference.code = preference.code.or(Some(value)),
                "example" => preference.example = preference.example.or(Some(value)),
                "dynamic" => preference.dynamic |= value == "true",
                _ => {}
            }
        }
        (preference != Self::default()).then_some(preference)
    }

    fn applied(&self) -> String {
        let code = self.code.as_ref().map(|code| format!("code={code}"));
        let example = self.example.as_ref().map(|name| format!("example={name}"));
        let dynamic = self.dynamic.then(|| "dynamic=true".to_owned());
        [code, example, dynamic].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// The preferences of a request: names in lower case, and their values.
fn pairs(received: &Received) -> Vec<(String, String)> {
    let field = received.header("prefer").unwrap_or_default();
    // One preference may have parameters after `;` (RFC 7240 section 2), and clients write several that way.
    let pairs = field.split([',', ';']).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"').to_owned())
    });
    pairs.collect()
}

/// What of the preferences is known by its name, but not by its value: it is passed over, as RFC 7240 section 2 asks.
pub(super) fn misunderstood(received: &Received) -> Vec<String> {
    let odd =
        |(name, value): &(String, String)| name == "dynamic" && !["true", "false"].contains(&value.as_str());
    let found = pairs(received).iter().any(odd);
    found
        .then(|| "the preference `dynamic` is neither true nor false: it was passed over".to_owned())
        .into_iter()
        .collect()
}

impl Mock {
    /// The answer that the client asks for, or one that says which there are.
    pub(super) fn preferred(&self, served: &Served, preference: &Preference, received: &Received) -> Answer {
        let operation = self.contract.operation(served.id);
        let salt = admit::request_id(received);
        let mut answer = match choose(operation, preference) {
            Ok((status, spec, example)) => {
                let mut answer = documented(operation, status, spec, example, preference.dynamic, &salt);
                answer.headers.push(("preference-applied".to_owned(), preference.applied()));
                answer
            }
            Err(says) => missing(&says),
        };
        answer.operation = Some(served.id);
        answer
    }
}

type Chosen<'o> = (u16, &'o ResponseSpec, Option<&'o Value>);

fn choose<'o>(operation: &'o Operation, preference: &Preference) -> Result<Chosen<'o>, String> {
    let statuses: Vec<(u16, &ResponseSpec)> = if let Some(code) = &preference.code {
        // No final answer has a status below 200 (RFC 9110 section 15.2).
        let status = code.parse().ok().filter(|status| (200..600).contains(status));
        let found = status.and_then(|status| Some((status, operation.response(status)?)));
        vec![found.ok_or_else(|| format!("the status is none of {}", documented_statuses(operation)))?]
    } else {
        // The success first, then the others as documented.
        let success = operation.success();
        let specs = operation.responses.iter();
        let mut all: Vec<(u16, &ResponseSpec)> =
            specs.filter_map(|spec| Some((spec.status.parse().ok()?, spec))).collect();
        all.sort_by_key(|(status, _)| Some(*status) != success);
        all
    };
    let Some(name) = &preference.example else {
        let (status, spec) = statuses.first().ok_or_else(|| "no status is documented".to_owned())?;
        return Ok((*status, spec, spec.examples.first()));
    };
    for (status, spec) in &statuses {
        if let Some(at) = spec.example_names.iter().position(|other| other == name) {
            return Ok((*status, spec, spec.examples.get(at)));
        }
    }
    let mut names: Vec<&str> = Vec::new();
    for name in statuses.iter().flat_map(|(_, spec)| &spec.example_names) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    Err(format!("no answer has an example of this name; known: {known}"))
}

fn documented_statuses(operation: &Operation) -> String {
    operation.responses.iter().map(|spec| spec.status.as_str()).collect::<Vec<_>>().join(", ")
}

fn documented(
    operation: &Operation,
    status: u16,
    spec: &ResponseSpec,
    example: Option<&Value>,
    dynamic: bool,
    salt: &str,
) -> Answer {
    let mut answer = Answer { status, headers: headers(spec, &operation.id), ..Answer::default() };
    let made = || values::sample(&shape::of_real_values(spec.schema.as_ref()?), salt);
    let example = || example.cloned();
    let body = if dynamic { made().or_else(example) } else { example().or_else(made) };
    let Some(mut body) = body.filter(|_| !matches!(status, 204 | 205 | 304)) else { return answer };
    if let Some(schema) = &spec.schema {
        for mask in values::masks(&body) {
            let real = shape::at(schema, &mask).map(|part| shape::of_real_values(&schema.part(part)));
            let real = real.and_then(|part| values::sample(&part, &operation.id));
            if let (Some(place), Some(real)) = (body.pointer_mut(&mask), real) {
                *place = real;
            }
        }
        if spec.closed {
            shape::prune(schema, schema, &mut body);
        }
        let kept = Judge::new(schema).is_ok_and(|judge| repair::repair(&mut body, schema, &judge, salt));
        if !kept {
            answer.troubles.push(format!("no answer {status} within its schema could be made"));
        }
    }
    let media_type = spec.media_type.clone().unwrap_or_else(|| "application/json".to_owned());
    answer.headers.push(("content-type".to_owned(), media_type));
    answer.body = written(&body, &answer.headers);
    answer
}

/// Problem details (RFC 9457) with the status that Prism gives for it.
fn missing(says: &str) -> Answer {
    let title = "the contract documents no such answer";
    let body = json!({ "title": title, "status": 404, "detail": says });
    Answer {
        status: 404,
        headers: vec![("content-type".to_owned(), "application/problem+json".to_owned())],
        body: body.to_string().into_bytes(),
        refused: Some(Refused { clause: None, says: format!("{title}: {says}") }),
        ..Answer::default()
    }
}
