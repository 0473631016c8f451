//! What a body says about its own status: an error that borrows the documented shape of another one must not give the other's.

use hyper::StatusCode;
use serde_json::Value;

use super::message::bare;
use super::shape;
use crate::conform::Judge;
use crate::model::Schema;
use crate::text::pointer;

/// The usual words for a status (RFC 9110 section 15): `Not Found`.
fn title(status: u16) -> Option<&'static str> {
    StatusCode::from_u16(status).ok()?.canonical_reason()
}

/// Whether a text is nothing but the usual words for `status`.
pub(super) fn is_title(text: &str, status: u16) -> bool {
    title(status).is_some_and(|title| text.eq_ignore_ascii_case(title))
}

/// Makes a body that was documented for the status `of` (None: for any) say `status`: its number, its usual words, and the
/// same words at the end of an address, as problem details have them (RFC 9457 section 3.1). What the schema does not allow stays.
pub(super) fn correct(body: &mut Value, schema: &Schema, of: Option<u16>, status: u16) {
    let mut changes = Vec::new();
    for (name, member) in body.as_object().into_iter().flatten() {
        let at = pointer::join("", name);
        changes.extend(corrected(name, member, of, status).map(|new| (at.clone(), new)));
        for (name, member) in member.as_object().into_iter().flatten() {
            let at = pointer::join(&at, name);
            changes.extend(corrected(name, member, of, status).map(|new| (at, new)));
        }
    }
    for (at, new) in changes {
        let allowed = shape::at(schema, &at)
            .is_none_or(|part| Judge::new(schema.part(part)).is_ok_and(|judge| judge.accepts(&new)));
        if let (true, Some(place)) = (allowed, body.pointer_mut(&at)) {
            *place = new;
        }
    }
}

fn corrected(name: &str, member: &Value, of: Option<u16>, status: u16) -> Option<Value> {
    let is_other = |number: u64| {
        let number = u16::try_from(number).ok().filter(|number| (400..600).contains(number));
        number.is_some_and(|number| of.is_none_or(|of| of == number))
    };
    let about_status = matches!(bare(name).as_str(), "status" | "statuscode" | "code" | "httpstatus");
    match member {
        Value::Number(number) if about_status && number.as_u64().is_some_and(is_other) => {
            Some(Value::from(status))
        }
        Value::String(text) => {
            if about_status && text.parse().is_ok_and(is_other) {
                return Some(Value::from(status.to_string()));
            }
            let own = title(status)?;
            let mut others = (400..600).filter(|other| of.is_none_or(|of| of == *other)).filter_map(title);
            others.find_map(|theirs| renamed(text, theirs, own)).map(Value::from)
        }
        _ => None,
    }
}

/// A text that is the words `theirs`, or an address that ends with them, with `own` in their place.
fn renamed(text: &str, theirs: &str, own: &str) -> Option<String> {
    if text.eq_ignore_ascii_case(theirs) {
        return Some(own.to_owned());
    }
    let word = |title: &str| title.to_ascii_lowercase().replace(' ', "-");
    let before = text.strip_suffix(&word(theirs)).filter(|before| before.ends_with(['/', '#', ':']))?;
    Some(format!("{before}{}", word(own)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_borrowed_body_tells_its_own_status() {
        let open = Schema::from(&json!({}));
        for (of, body, expected) in [
            (
                Some(400),
                json!({"type": "https://example.com/errors/bad-request", "title": "Bad Request", "status": 400}),
                json!({"type": "https://example.com/errors/not-found", "title": "Not Found", "status": 404}),
            ),
            (
                None,
                json!({"error": {"code": "500", "count": 400}}),
                json!({"error": {"code": "404", "count": 400}}),
            ),
            (Some(400), json!({"code": 17, "status": 401}), json!({"code": 17, "status": 401})),
        ] {
            let mut corrected = body.clone();
            correct(&mut corrected, &open, of, 404);
            assert_eq!(corrected, expected, "{body}");
        }
        let fixed = Schema::from(&json!({"properties": {"status": {"const": 400}}}));
        let mut body = json!({"status": 400});
        correct(&mut body, &fixed, Some(400), 404);
        assert_eq!(body["status"], 400);
    }
}
