//! Resources that the body of a request names: the client chooses the identifier of what it makes (`POST /notes` with
//! an `id`), or says there which resource it changes (`PUT /notes` with an `id`).

use std::collections::BTreeSet;

use serde_json::Value;

use super::admit::{Admitted, Turned};
use super::family::{Family, NamedBy};
use super::message::Received;
use super::served::{Changes, Served};
use super::state::{State, key};
use super::{Mock, shape, values};
use crate::conform::{Judge, fill};
use crate::model::{Contract, Effect, Operation, Schema, Shown, path_shape};
use crate::text::pointer;

/// The resource that a request is about.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) family: usize,
    /// Its name in the state.
    pub(super) key: String,
    /// Whether the request makes it.
    pub(super) made: bool,
}

/// The shape of path of what the operation changes, and the pointer to its identifier in the body: a replacing or
/// updating operation on the path of a collection, whose body has the member that names a resource there.
pub(super) fn changed(contract: &Contract, operation: &Operation) -> Option<(String, String)> {
    if !matches!(operation.effect, Effect::Replace | Effect::Update) {
        return None;
    }
    let child = format!("{}/{{}}", path_shape(operation.path.trim_end_matches('/')));
    let (_, creates) = contract.maker(&child)?;
    let schema = &operation.body.as_ref()?.schema;
    let shown = match &creates.shown {
        Shown::Body(at) => Some(at.clone()),
        Shown::Location => None,
    };
    let bare = shown.as_ref().and_then(|at| pointer::tokens(at).last());
    let names = [
        creates.chosen.clone(),
        shown,
        bare.map(|name| pointer::join("", &name)),
        Some(pointer::join("", &creates.parameter)),
    ];
    let at = names.into_iter().flatten().find(|at| has(schema, at))?;
    Some((child, at))
}

/// The identifiers that requests which change a resource of the family name in their body, as the contract has them:
/// given, in an example, or in the schema. They are there from the start, unless making them has to be possible too.
pub(super) fn from_the_start(contract: &Contract, family: &Family, variables: &Value) -> BTreeSet<String> {
    let operation = |index: &usize| contract.operations.get(*index);
    if family.makers.iter().filter_map(operation).any(|maker| may_refuse(maker, 409)) {
        return BTreeSet::new();
    }
    let mut found = BTreeSet::new();
    for changer in family.changers.iter().filter_map(operation) {
        let (Some((_, at)), Some(body)) = (changed(contract, changer), &changer.body) else { continue };
        let bodies = changer.examples.iter().filter_map(|example| example.request.body.as_ref()?.as_ref());
        let given = bodies.chain(&body.value).filter_map(|body| body.pointer(&at));
        let shown = shape::at(&body.schema, &at).into_iter().flat_map(|part| {
            let all = shape::branches(&body.schema, part).into_iter();
            all.flat_map(|branch| {
                branch["examples"].as_array().into_iter().flatten().chain(branch.get("default"))
            })
        });
        let names = given.chain(shown).filter_map(|value| fill(value, variables).ok());
        found.extend(names.filter_map(|value| identifier(&value, family)));
    }
    found
}

/// Whether the contract says that a request which keeps it may get this status for what the deployment has: as such, not
/// as one of all statuses.
pub(super) fn may_refuse(operation: &Operation, status: u16) -> bool {
    operation.depends.contains(status)
        && operation.responses.iter().any(|spec| spec.status == status.to_string())
}

/// Whether the schema names a member there.
fn has(root: &Schema, at: &str) -> bool {
    let named = |schema, token: String| {
        shape::members(root, schema).into_iter().find(|(name, _)| *name == token).map(|(_, part)| part)
    };
    pointer::tokens(at).try_fold(&**root, named).is_some()
}

impl Mock {
    /// The resource that the request is about, or makes. The state is the one that it is going to change.
    pub(super) fn subject(
        &self,
        served: &Served,
        admitted: &Admitted,
        received: &Received,
        state: &State,
    ) -> Turned<Subject> {
        let sent = |family: usize, at: &str| {
            let id = identifier(admitted.body.as_ref()?.pointer(at)?, &self.families[family])?;
            let values = admitted.path.iter().map(|(_, text, _)| text.as_str());
            Some((key(family, values.chain([id.as_str()])), id))
        };
        if let Some(makes) = &served.makes {
            let chosen = makes.chosen.as_ref();
            if let Some((chosen, (key, _))) =
                chosen.and_then(|chosen| Some((chosen, sent(makes.family, &chosen.at)?)))
            {
                if let Some(taken) = chosen.taken.as_ref().filter(|_| state.lives(&key)) {
                    let says = format!("another resource has this {}", name_of(&chosen.at));
                    self.refuse(served, received, taken, None, says)?;
                }
                return Ok(Subject { family: makes.family, key, made: true });
            }
            if let Some(key) = self.named(makes.family, admitted, state) {
                return Ok(Subject { family: makes.family, key, made: true });
            }
        }
        if let Some(Changes { family, at, unknown }) = &served.changes
            && let Some((key, id)) = sent(*family, at)
        {
            let made = !state.lives(&key);
            if let Some((known, unknown)) = unknown
                && made
                && !known.contains(&id)
            {
                let says = format!("nothing has this {}", name_of(at));
                self.refuse(served, received, unknown, None, says)?;
            }
            return Ok(Subject { family: *family, key, made });
        }
        Ok(Subject { family: served.family, key: Self::resource_key(served, admitted), made: false })
    }

    /// The name of what the request is going to make, where the client does not choose it.
    pub(super) fn named(&self, family: usize, admitted: &Admitted, state: &State) -> Option<String> {
        let parents: Vec<&str> = admitted.path.iter().map(|(_, text, _)| text.as_str()).collect();
        let prefix = key(family, parents.iter().copied());
        let id = state.new_identifier(family, &prefix, self.families[family].named_by.as_ref()?)?;
        Some(key(family, parents.into_iter().chain([id.as_str()])))
    }
}

fn name_of(at: &str) -> String {
    pointer::tokens(at).last().unwrap_or_default()
}

/// What is sent as an identifier, as it stands in a path. None where it names nothing: no value, what programs send for
/// none (0 and an empty text), and what the parameter of the path can't be.
pub(super) fn identifier(sent: &Value, family: &Family) -> Option<String> {
    let (id, value) = match sent {
        Value::String(text) => (text.clone(), sent.clone()),
        Value::Number(number) => {
            let whole = number.as_f64().filter(|real| real.fract() == 0.0);
            // 77.0 is 77 (JSON Schema 2020-12 section 4.2.3).
            let id = if number.is_f64() { format!("{:.0}", whole?) } else { number.to_string() };
            (id, sent.clone())
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    let NamedBy { schemas, judges } = family.named_by.as_ref()?;
    // The state puts this one between the values of a name.
    let stands = !matches!(id.as_str(), "" | "0" | "-0") && !id.contains('\u{1}');
    // A text in the body may be a number in the path, and the other way round.
    let fits = |(schema, judge): (&Schema, &Judge)| {
        judge.accepts(&value) || judge.accepts(&values::typed(&id, schema))
    };
    (stands && schemas.iter().zip(judges).all(fits)).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_identifier_is_what_can_stand_in_the_path() {
        for (schema, sent, expected) in [
            (json!({"type": "integer"}), json!(77), Some("77")),
            (json!({"type": "integer"}), json!(77.0), Some("77")),
            (json!({"type": "integer"}), json!("77"), Some("77")),
            (json!({"type": "integer"}), json!(1.5), None),
            (json!({"type": "integer"}), json!(0), None),
            (json!({"type": "integer", "minimum": 100}), json!(77), None),
            (json!({"type": "string"}), json!("a b"), Some("a b")),
            (json!({"type": "string"}), json!(77), Some("77")),
            (json!({"type": "string"}), json!(""), None),
            (json!({"type": "string"}), json!("a/b"), Some("a/b")),
            (json!({"type": "string"}), json!("a\u{1}b"), None),
            (json!({"type": "string"}), json!(null), None),
            (json!({"type": "string"}), json!({"a": 1}), None),
        ] {
            let judge = Judge::new(&schema).unwrap();
            let named_by = Some(NamedBy { schemas: vec![Schema::from(&schema)], judges: vec![judge] });
            let family = Family { named_by, ..Family::default() };
            assert_eq!(identifier(&sent, &family).as_deref(), expected, "{sent} for {schema}");
        }
    }
}
