//! Requests: templates filled in, masked parts generated, bodies merged, paths encoded.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::bench::{Bench, Desk};
use super::expect::written;
use super::wire;
use crate::conform;
use crate::model::{
    Contract, Location, OpId, Operation, Parameter, Request, RequestBody, RequestParts, Salt,
};
use crate::synth::{Cannot, Style, digest};
use crate::text::pointer;

/// A request that can't be written, such as for want of a variable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{because}")]
pub struct Unready {
    /// Why, as a fragment that fits after "not exercised: ".
    pub because: String,
}

impl Unready {
    pub(super) fn new(because: impl Into<String>) -> Self {
        Self { because: because.into() }
    }
}

impl From<Cannot> for Unready {
    fn from(cannot: Cannot) -> Self {
        Self { because: cannot.because }
    }
}

/// Everything outside the unreserved characters (RFC 3986 section 2.3).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A value as a segment of a path.
pub(super) fn encoded(value: &Value) -> String {
    utf8_percent_encode(&written(value), SEGMENT).to_string()
}

/// Writes the request that `parts` describe, as in an example, a case or a sequence of the contract.
///
/// `scope` holds the variables and, in a sequence, `captured` and `steps`. Templates are filled from it;
/// `{masked: …}` and `{generate: NAME}` become values of the schema, made from the case's salt, everything else is made
/// from the step's. A body that leaves out required members is laid over a generated one. A parameter, header or cookie that is null is left out.
///
/// # Errors
/// When a template's name has no value, or a value can't be generated.
pub fn render(
    contract: &Contract,
    op: OpId,
    parts: &RequestParts,
    scope: &Value,
    salt: &Salt,
) -> Result<Request, Unready> {
    let operation = contract.operation(op);
    let desk = Desk::new(operation, scope, &salt.fresh);
    Bench { operation, op, desk: &desk, supplies: &[] }.render_step(parts, scope, salt, true)
}

impl Bench<'_> {
    /// See [`render`]; for a case of one step.
    pub(super) fn render(
        &self,
        parts: &RequestParts,
        scope: &Value,
        salt: &str,
        complete: bool,
    ) -> Result<Request, Unready> {
        self.render_step(parts, scope, &salt.into(), complete)
    }

    /// See [`render`]; `complete` says whether a body that leaves out required members is laid over a generated one.
    pub(super) fn render_step(
        &self,
        parts: &RequestParts,
        scope: &Value,
        salt: &Salt,
        complete: bool,
    ) -> Result<Request, Unready> {
        let mut filled = parts.clone();
        for values in [&mut filled.path, &mut filled.query, &mut filled.header, &mut filled.cookie] {
            for value in values.values_mut() {
                *value = fill(value, scope)?;
            }
        }
        if let Some(raw) = &mut filled.raw_body {
            *raw = match fill(&Value::String(raw.clone()), scope)? {
                Value::String(text) => text,
                json => json.to_string(),
            };
        }
        if let Some(Some(template)) = &filled.body {
            let mut body = self.generated(template, "", &salt.case)?;
            body = fill(&body, scope)?;
            if complete && self.lacks_members(&body) {
                let base = self.plain_body(Style::Smallest, "", "", &salt.step)?;
                let mut base = base.unwrap_or(Value::Null);
                merge(&mut base, body);
                body = base;
            }
            filled.body = Some(Some(body));
        }
        self.request(&filled, &salt.step)
    }

    fn lacks_members(&self, body: &Value) -> bool {
        let (Some(given), Ok(forge)) = (body.as_object(), self.body()) else { return false };
        forge.spot("", "").required().iter().any(|name| !given.contains_key(name.as_str()))
    }

    /// Replaces `{masked: …}` and `{generate: …}`.
    fn generated(&self, template: &Value, at: &str, salt: &str) -> Result<Value, Unready> {
        Ok(match template {
            Value::Object(members) => {
                if let Some((name, argument)) = marker(members) {
                    let spot = self.body()?;
                    // A masked value is one that the page hides: the schema's own example serves. Of two salts the
                    // values have to differ.
                    return Ok(if name == "masked" {
                        spot.spot(at, "").example(salt)?
                    } else {
                        spot.spot(at, "").value(&format!("{salt}|{}", written(argument)))?
                    });
                }
                let members = members.iter().map(|(name, member)| {
                    Ok((name.clone(), self.generated(member, &pointer::join(at, name), salt)?))
                });
                Value::Object(members.collect::<Result<Map<_, _>, Unready>>()?)
            }
            Value::Array(elements) => {
                let elements = elements
                    .iter()
                    .enumerate()
                    .map(|(index, element)| self.generated(element, &format!("{at}/{index}"), salt));
                Value::Array(elements.collect::<Result<_, _>>()?)
            }
            other => other.clone(),
        })
    }

    /// The request of parts that have no templates any more.
    ///
    /// # Errors
    /// When a variable has no value, or a value can't be generated.
    pub fn request(&self, parts: &RequestParts, salt: &str) -> Result<Request, Unready> {
        let mut request = Request {
            method: parts.method.clone().unwrap_or_else(|| self.operation.method.clone()),
            path: self.operation.path.clone(),
            ..Request::default()
        };
        let mut headers: Vec<(String, String)> = vec![("accept".to_owned(), accepted(self.operation))];
        self.write_body(parts, salt, &mut request, &mut headers)?;
        let mut cookies = Vec::new();
        self.write_parameters(parts, salt, &mut request, &mut headers, &mut cookies)?;
        for (index, security) in self.operation.security.iter().enumerate() {
            let given = match security.location {
                Location::Query => parts.query.get(&security.name),
                Location::Cookie => parts.cookie.get(&security.name),
                _ => header_of(parts, &security.name),
            };
            let value = match given {
                Some(Value::Null) => continue,
                Some(value) => written(value),
                None => self.credential(index)?.to_owned(),
            };
            match security.location {
                Location::Query => request.query.push((security.name.clone(), value)),
                Location::Cookie => cookies.push(format!("{}={value}", security.name)),
                _ => headers.push((security.name.clone(), value)),
            }
        }
        self.write_others(parts, &mut request, &mut headers, &mut cookies);
        if !cookies.is_empty() {
            headers.push(("cookie".to_owned(), cookies.join("; ")));
        }
        request.headers = headers;
        Ok(request)
    }

    fn write_body(
        &self,
        parts: &RequestParts,
        salt: &str,
        request: &mut Request,
        headers: &mut Vec<(String, String)>,
    ) -> Result<(), Unready> {
        let own = self.operation.body.as_ref();
        let mut media_type = own.map_or("application/json", |body| &body.media_type).to_owned();
        let value = match (&parts.raw_body, &parts.body) {
            (Some(raw), _) => {
                request.body = Some(RequestBody::Raw(raw.clone().into_bytes()));
                None
            }
            (None, Some(given)) => given.clone(),
            (None, None) => self.plain_body(Style::Smallest, "", "", salt)?,
        };
        if let Some(value) = value {
            let other = own.filter(|body| wire::syntax(&body.media_type) != wire::Syntax::Json);
            request.body = Some(match other {
                None => RequestBody::Json(value),
                Some(body) => {
                    let (bytes, whole) = wire::body(body, &value);
                    media_type = whole;
                    RequestBody::Written { value, bytes }
                }
            });
        }
        if request.body.is_some() {
            headers.push(("content-type".to_owned(), media_type));
        }
        Ok(())
    }

    fn write_parameters(
        &self,
        parts: &RequestParts,
        salt: &str,
        request: &mut Request,
        headers: &mut Vec<(String, String)>,
        cookies: &mut Vec<String>,
    ) -> Result<(), Unready> {
        for (index, parameter) in self.operation.parameters.iter().enumerate() {
            let given = match parameter.location {
                Location::Path => parts.path.get(&parameter.name),
                Location::Query => parts.query.get(&parameter.name),
                Location::Cookie => parts.cookie.get(&parameter.name),
                Location::Header => header_of(parts, &parameter.name),
            };
            let value = match given {
                Some(Value::Null) if parameter.location != Location::Path => {
                    if parameter.location == Location::Header {
                        drop_header(headers, &parameter.name);
                    }
                    continue;
                }
                Some(value) => typed(value.clone(), parameter),
                // It stays in braces until the case has made the resource.
                None if self.is_supplied(index) => continue,
                None if parameter.required || parameter.location == Location::Path => {
                    self.known(index, salt)?
                }
                None => continue,
            };
            if parameter.location != Location::Path
                && parameter.writing.media_type.is_none()
                && wire::is_empty(&value)
            {
                continue;
            }
            let name = parameter.name.clone();
            match parameter.location {
                Location::Path => {
                    let text = wire::in_path(parameter, &value);
                    request.path = request.path.replace(&format!("{{{name}}}"), &text);
                    request.path_values.push((name, value));
                }
                Location::Query => request.query.extend(wire::pairs(&name, &value, &parameter.writing)),
                Location::Cookie => cookies.push(format!("{name}={}", wire::as_text(parameter, &value))),
                Location::Header => {
                    // Such as an `Accept` of its own.
                    drop_header(headers, &name);
                    headers.push((name, wire::as_text(parameter, &value)));
                }
            }
        }
        Ok(())
    }

    /// What the parts name and the operation does not.
    fn write_others(
        &self,
        parts: &RequestParts,
        request: &mut Request,
        headers: &mut Vec<(String, String)>,
        cookies: &mut Vec<String>,
    ) {
        let declared = |location: Location, name: &str| {
            let same = |known: &str| match location {
                Location::Header => known.eq_ignore_ascii_case(name),
                _ => known == name,
            };
            self.operation.parameters.iter().any(|known| known.location == location && same(&known.name))
                || self.operation.security.iter().any(|known| known.location == location && same(&known.name))
        };
        for (name, value) in &parts.header {
            if !declared(Location::Header, name) {
                drop_header(headers, name);
                if !value.is_null() {
                    headers.push((name.clone(), written(value)));
                }
            }
        }
        for (name, value) in parts.query.iter().filter(|(_, value)| !value.is_null()) {
            if !declared(Location::Query, name) {
                request.query.push((name.clone(), written(value)));
            }
        }
        for (name, value) in parts.cookie.iter().filter(|(_, value)| !value.is_null()) {
            if !declared(Location::Cookie, name) {
                cookies.push(format!("{name}={}", written(value)));
            }
        }
    }
}

/// What the answer may be: all documented types of a success, the first of them preferred.
fn accepted(operation: &Operation) -> String {
    let spec = operation.success().and_then(|status| operation.response(status));
    let types = spec.into_iter().flat_map(|spec| spec.media_type.iter().chain(&spec.other_media_types));
    let mut types: Vec<&str> = types.map(String::as_str).collect();
    match types.as_slice() {
        ["application/json", ..] => "application/json".to_owned(),
        // Nothing says what comes: JSON, which can be judged, or whatever there is.
        [] | ["*/*"] => "application/json, */*;q=0.5".to_owned(),
        [_, ..] => {
            // Errors are JSON mostly.
            if !types.contains(&"application/json") {
                types.push("application/json;q=0.5");
            }
            types.join(", ")
        }
    }
}

fn drop_header(headers: &mut Vec<(String, String)>, name: &str) {
    headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
}

fn header_of<'p>(parts: &'p RequestParts, name: &str) -> Option<&'p Value> {
    parts.header.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// The single member of `{masked: …}` or `{generate: …}`.
fn marker(members: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = members.iter().next().filter(|_| members.len() == 1)?;
    matches!(name.as_str(), "masked" | "generate").then_some((name.as_str(), argument))
}

/// Fills the templates in `template`; says which variable is missing.
pub(super) fn fill(template: &Value, scope: &Value) -> Result<Value, Unready> {
    conform::fill(template, scope).map_err(|unfilled| {
        let missing = conform::needs(template)
            .into_iter()
            .map(|name| name.split('.').next().unwrap_or_default().to_owned())
            .find(|name| scope.get(name).is_none_or(Value::is_null));
        missing.map_or_else(
            || Unready::new(unfilled.message),
            |name| Unready::new(format!("needs the variable `{name}`")),
        )
    })
}

/// `scope`, with every variable that `template` needs replaced by another of the same form.
pub(super) fn with_others(template: &str, scope: &Value) -> Result<Value, Unready> {
    let mut others = Map::new();
    for name in conform::needs(&Value::String(template.to_owned())) {
        let name = name.split('.').next().unwrap_or_default().to_owned();
        let known = scope.get(&name).map(written);
        let known = known.ok_or_else(|| Unready::new(format!("needs the variable `{name}`")))?;
        // Made from the variable's name alone: the value must not tell anything about the real one.
        let other =
            crate::synth::unknown_like(Some(&known), &Value::Bool(true), &digest(&[&name, "wrong"], 16))?;
        others.insert(name, other);
    }
    Ok(Value::Object(others))
}

/// A variable's value is a string: where the parameter is a number or a boolean, it is read as one if it can be.
pub(super) fn typed(value: Value, parameter: &Parameter) -> Value {
    let Value::String(text) = &value else { return value };
    let kinds = match parameter.schema.get("type") {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let read = serde_json::from_str::<Value>(text).ok().filter(|read| written(read) == *text);
    match read {
        Some(number @ Value::Number(_)) if kinds.contains(&"number") => number,
        Some(number @ Value::Number(_)) if kinds.contains(&"integer") && !number.is_f64() => number,
        Some(truth @ Value::Bool(_)) if kinds.contains(&"boolean") => truth,
        _ => value,
    }
}

/// Lays `over` over `base`: objects member by member, everything else as a whole.
pub(super) fn merge(base: &mut Value, over: Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (name, value) in over {
                match base.get_mut(&name) {
                    Some(there) => merge(there, value),
                    None => {
                        base.insert(name, value);
                    }
                }
            }
        }
        (base, over) => *base = over,
    }
}
