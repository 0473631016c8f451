//! From JSON to what the expression engine works on.

use std::collections::BTreeMap;

use serde_json::Value;

use super::expression::Scope;
use super::json::whole;
use super::wanted::{ALL, Wanted};

/// A scope in the form that expressions work on; worth making once where several look at the same answer.
#[derive(Debug, Clone)]
pub struct Prepared(minijinja::Value);

impl Prepared {
    pub(super) fn root(&self) -> minijinja::Value {
        self.0.clone()
    }

    /// As much of `scope` as is `wanted`.
    #[must_use]
    pub fn of(scope: &Scope, wanted: &Wanted) -> Self {
        Self::layered(&[], scope, wanted)
    }

    /// `layer` over `scope`: its names hide those of the scope. A name with a dot, such as `request.body`, stands for a
    /// member. Nothing is converted that is not `wanted`.
    #[must_use]
    pub fn layered(layer: &[(&str, &Value)], scope: &Scope, wanted: &Wanted) -> Self {
        let mut names = Members::new();
        for (name, value) in scope.as_object().into_iter().flatten() {
            if let Some(part) = wanted.part(name) {
                names.insert(name.clone(), to_jinja(value, part));
            }
        }
        let mut groups: BTreeMap<&str, Members> = BTreeMap::new();
        for (name, value) in layer {
            let (root, member) = name.split_once('.').unwrap_or((name, ""));
            names.remove(root);
            let Some(part) = wanted.part(root) else { continue };
            if member.is_empty() {
                names.insert(root.to_owned(), to_jinja(value, part));
            } else if let Some(part) = part.part(member) {
                groups.entry(root).or_default().insert(member.to_owned(), to_jinja(value, part));
            }
        }
        for (root, members) in groups {
            names.insert(root.to_owned(), minijinja::Value::from_object(members));
        }
        Self(minijinja::Value::from_object(names))
    }
}

/// JSON to minijinja, by hand: a serde bridge would turn some numbers into maps. A float that is a whole number becomes
/// an integer, as JSON knows no difference and integers are compared exactly.
fn to_jinja(value: &Value, wanted: &Wanted) -> minijinja::Value {
    match value {
        Value::Null => minijinja::Value::from(()),
        Value::Bool(truth) => minijinja::Value::from(*truth),
        Value::Number(number) => match (number.as_i64(), number.as_u64(), whole(number)) {
            (Some(signed), _, _) => minijinja::Value::from(signed),
            (None, Some(unsigned), _) => minijinja::Value::from(unsigned),
            (None, None, Some(integer)) if i64::try_from(integer).is_ok() => {
                minijinja::Value::from(i64::try_from(integer).unwrap_or_default())
            }
            _ => minijinja::Value::from(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => minijinja::Value::from(text.as_str()),
        Value::Array(elements) => elements.iter().map(|element| to_jinja(element, &ALL)).collect(),
        Value::Object(members) => minijinja::Value::from_object(match wanted.parts() {
            None => members.iter().map(|(name, member)| (name.clone(), to_jinja(member, &ALL))).collect(),
            Some(parts) => parts
                .iter()
                .filter_map(|(name, part)| Some((name.clone(), to_jinja(members.get(name)?, part))))
                .collect::<Members>(),
        }),
    }
}

/// Collected into a value directly, pairs would become a list of pairs.
type Members = BTreeMap<String, minijinja::Value>;
