//! Filters of a list: `GET /notes?status=done` shows the notes whose member `status` is `done`.

use serde_json::Value;

use super::message::{Received, bare};
use super::served::ServedParameter;
use super::wire;
use crate::model::{Location, Parameter};

/// Of elements that are objects, these members are looked at: `?tags=red` finds `"tags": [{"name": "red"}]`.
const OF_OBJECTS: [&str; 2] = ["name", "id"];

/// A query parameter that has the name of a member of what is listed.
#[derive(Debug)]
pub(super) struct Filter {
    parameter: String,
    member: String,
    /// What the parameter is where it is not sent.
    default: Option<Value>,
}

/// What a request wants a member to be.
#[derive(Debug)]
pub(super) struct Wanted<'l> {
    member: &'l str,
    value: Value,
}

impl Filter {
    /// The filter that `parameter` is for a list whose elements have these members.
    pub(super) fn of(parameter: &Parameter, members: &[&str]) -> Option<Self> {
        let same = |member: &&&str| bare(member) == bare(&parameter.name);
        let member = members.iter().find(same)?;
        let default = parameter.schema.get("default").cloned();
        Some(Self { parameter: parameter.name.clone(), member: (*member).to_owned(), default })
    }

    /// What the request wants; None where it says nothing about it.
    pub(super) fn wanted(&self, parameters: &[ServedParameter], received: &Received) -> Option<Wanted<'_>> {
        let served = parameters
            .iter()
            .find(|parameter| parameter.location == Location::Query && parameter.name == self.parameter)?;
        let value = wire::given(served, received).or_else(|| self.default.clone())?;
        // Nothing, or what has members of its own, is not compared.
        let says = match &value {
            Value::String(text) => !text.is_empty(),
            Value::Array(elements) => !elements.is_empty(),
            Value::Bool(_) | Value::Number(_) => true,
            Value::Null | Value::Object(_) => false,
        };
        says.then_some(Wanted { member: &self.member, value })
    }
}

impl Wanted<'_> {
    /// Whether what is listed is as wanted.
    pub(super) fn lets_through(&self, element: &Value) -> bool {
        element.get(self.member).is_some_and(|there| fits(&self.value, there))
    }
}

/// One of the wanted values is one of those that are there.
fn fits(wanted: &Value, there: &Value) -> bool {
    match (wanted, there) {
        (Value::Array(wanted), there) => wanted.iter().any(|one| fits(one, there)),
        (wanted, Value::Array(there)) => there.iter().any(|one| fits(wanted, one)),
        (wanted, Value::Object(there)) => {
            OF_OBJECTS.iter().filter_map(|name| there.get(*name)).any(|member| text(member) == text(wanted))
        }
        (wanted, there) => text(wanted) == text(there),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_fits_what_it_equals_or_is_among() {
        for (wanted, there, expected) in [
            (json!("sold"), json!("sold"), true),
            (json!("sold"), json!("so"), false),
            (json!(["sold", "pending"]), json!("pending"), true),
            (json!(7), json!("7"), true),
            (json!(true), json!(true), true),
            (json!("red"), json!(["blue", "red"]), true),
            (json!(["red"]), json!([{"id": 1, "name": "red"}]), true),
            (json!(["red"]), json!([{"id": 1, "colour": "red"}]), false),
            (json!("x"), json!(null), false),
        ] {
            assert_eq!(fits(&wanted, &there), expected, "{wanted} {there}");
        }
    }
}
