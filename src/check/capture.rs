//! What later steps see of earlier ones.

use std::borrow::Cow;

use serde_json::{Value, json};
use serde_json_path::JsonPath;

use crate::model::{Exchange, Reply, Request, RequestBody, Step, Trouble};

/// The values that a step captures from its answer, by name, in the order of the step. A path that selects several
/// values captures them as an array.
///
/// # Errors
/// When there is no JSON body, or a path selects nothing or is none: the steps after it can't be sent.
pub fn capture(step: &Step, body: Option<&Value>) -> Result<Vec<(String, Value)>, Trouble> {
    let trouble = |says: String| Trouble { code: "not-captured".to_owned(), says };
    let mut captured = Vec::with_capacity(step.capture.len());
    for (name, path) in &step.capture {
        let query = JsonPath::parse(path).map_err(|error| {
            trouble(format!("`{name}` could not be captured: {path} is no JSONPath: {error}"))
        })?;
        let body = body
            .ok_or_else(|| trouble(format!("`{name}` could not be captured: the answer has no JSON body")))?;
        let value = match query.query(body).all().as_slice() {
            [] => {
                return Err(trouble(format!(
                    "`{name}` could not be captured: {path} selects nothing in the answer"
                )));
            }
            [one] => (*one).clone(),
            several => several.iter().copied().cloned().collect(),
        };
        captured.push((name.clone(), value));
    }
    Ok(captured)
}

/// What later steps and rules see of a step as `steps.NAME`: `request`, `status`, `header` and `body`, a text where it is
/// no JSON. Without an answer, `status` and `body` are null and `header` is empty.
#[must_use]
pub fn remember(_step: &Step, exchange: &Exchange, body: Option<&Value>) -> Value {
    let (status, header, body) = match &exchange.reply {
        Ok(reply) => (Value::from(reply.status), headers(&reply.headers), answered(reply, body)),
        Err(_) => (Value::Null, json!({}), Cow::Owned(Value::Null)),
    };
    json!({
        "request": request(&exchange.request),
        "status": status,
        "header": header,
        "body": *body,
    })
}

/// The body of an answer as rules see it: `json`, or as text if it is something else.
pub(super) fn answered<'j>(reply: &Reply, json: Option<&'j Value>) -> Cow<'j, Value> {
    match (json, reply.body.as_slice()) {
        (Some(json), _) => Cow::Borrowed(json),
        (None, []) => Cow::Owned(Value::Null),
        (None, bytes) => Cow::Owned(Value::from(std::str::from_utf8(bytes).map_or_else(
            // Each byte a character, so that other bytes are another text.
            |_| bytes.iter().copied().map(char::from).collect(),
            str::to_owned,
        ))),
    }
}

/// A request as rules see it.
fn request(request: &Request) -> Value {
    json!({
        "method": request.method,
        "path": path(request),
        "query": query(request),
        "header": headers(&request.headers),
        "body": body(request),
    })
}

pub(super) fn path(request: &Request) -> Value {
    Value::Object(request.path_values.iter().cloned().collect())
}

/// A repeated parameter is an array.
pub(super) fn query(request: &Request) -> Value {
    let pairs = request.query.iter().map(|(name, value)| (name.clone(), value));
    grouped(pairs, &mut |values| Value::from(values))
}

pub(super) fn body(request: &Request) -> Cow<'_, Value> {
    match &request.body {
        None => Cow::Owned(Value::Null),
        Some(RequestBody::Json(value) | RequestBody::Written { value, .. }) => Cow::Borrowed(value),
        Some(RequestBody::Raw(bytes)) => Cow::Owned(
            serde_json::from_slice(bytes)
                .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(bytes).into_owned())),
        ),
    }
}

/// Header fields by lower-case name; the values of a repeated field are joined as RFC 9110 section 5.3 does.
pub(super) fn headers(fields: &[(String, String)]) -> Value {
    grouped(fields.iter().map(|(name, value)| (name.to_ascii_lowercase(), value)), &mut |values| {
        Value::from(values.join(", "))
    })
}

fn grouped<'v>(
    pairs: impl Iterator<Item = (String, &'v String)>,
    several: &mut dyn FnMut(Vec<&str>) -> Value,
) -> Value {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for (name, value) in pairs {
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => groups.push((name, vec![value])),
        }
    }
    let value = |values: Vec<&str>, several: &mut dyn FnMut(Vec<&str>) -> Value| match values.as_slice() {
        [one] => Value::from(*one),
        _ => several(values),
    };
    Value::Object(groups.into_iter().map(|(name, values)| (name, value(values, several))).collect())
}
