//! `constraint-not-checked`: a constraint on requests is not checked.

use serde_json::Value;

use super::{Act, Fault, site};
use crate::model::Meta;

pub(super) static THIS: Fault = Fault {
    meta: Meta {
        id: "constraint-not-checked",
        summary: "does not check a documented constraint on requests",
        explain: "The page says so, the code does not: a pattern, a type, a required member, an \
                  enumeration or a bound that nobody enforces.",
    },
    needs: "a constraint on a request, and what breaks it gets (`refused`)",
    sites: |contract| site::clauses(contract, |clause| clause.sides.refuse && site::requested(clause).is_some()),
    act: Act::Misread(|schema, keyword, limit| {
        match (keyword, schema.get_mut(keyword)) {
            ("required", Some(Value::Array(names))) => names.retain(|name| name != limit),
            _ => {
                schema.shift_remove(keyword);
            }
        }
    }),
};
