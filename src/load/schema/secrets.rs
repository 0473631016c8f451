//! Where secrets lie in the values of a schema.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::Value;

use crate::model::Schema;
use crate::text::pointer;

/// References to secrets that are followed: many more than a document has whose schemas don't all lead to each other.
const FOLLOWED: usize = 2_000;

/// Pointers (with `*` for every element) to all places that are `writeOnly` or `format: password`, sorted. Where too
/// many ways lead on, what is further away and may hold one is one as a whole.
pub(in crate::load) fn pointers(root: &Schema) -> Vec<String> {
    let leading = leading(root);
    let mut found = BTreeSet::new();
    let mut left = FOLLOWED;
    let mut waiting = VecDeque::from([Visit { schema: root, at: String::new(), open: Vec::new() }]);
    // The nearest come first, so that only the furthest are not told apart.
    while let Some(Visit { schema, at, open }) = waiting.pop_front() {
        if is_secret(schema) {
            found.insert(at);
            continue;
        }
        if let Some(reference) = schema["$ref"].as_str()
            && !open.contains(&reference)
            && leading.contains(reference)
            && let Some(target) = root.resolve(reference)
        {
            if left == 0 {
                found.insert(at);
                continue;
            }
            left -= 1;
            let open = open.iter().copied().chain([reference]).collect();
            waiting.push_back(Visit { schema: target, at: at.clone(), open });
        }
        for (step, schema) in inside(schema) {
            waiting.push_back(Visit { schema, at: format!("{at}{step}"), open: open.clone() });
        }
    }
    found.into_iter().collect()
}

/// A schema on the way.
struct Visit<'s> {
    schema: &'s Value,
    at: String,
    /// The references on the way to it.
    open: Vec<&'s str>,
}

fn is_secret(schema: &Value) -> bool {
    schema["format"] == "password" || schema["writeOnly"] == true
}

/// The schemas in a schema, each with the way from its values to theirs.
fn inside(schema: &Value) -> Vec<(String, &Value)> {
    let mut inside = Vec::new();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        inside.push((pointer::join("", name), property));
    }
    for keyword in ["items", "additionalProperties"] {
        inside.extend(
            Some(&schema[keyword]).filter(|inner| inner.is_object()).map(|inner| ("/*".into(), inner)),
        );
    }
    for keyword in ["anyOf", "oneOf", "allOf"] {
        inside.extend(schema[keyword].as_array().into_iter().flatten().map(|branch| (String::new(), branch)));
    }
    let elements = schema["prefixItems"].as_array().into_iter().flatten();
    inside.extend(elements.enumerate().map(|(index, element)| (format!("/{index}"), element)));
    inside
}

/// Whether a secret is in the schema itself, and what it refers to elsewhere.
fn near<'s>(schema: &'s Value, references: &mut BTreeSet<&'s str>) -> bool {
    let mut waiting = vec![schema];
    let mut secret = false;
    while let Some(schema) = waiting.pop() {
        if is_secret(schema) {
            secret = true;
            continue;
        }
        references.extend(schema["$ref"].as_str());
        waiting.extend(inside(schema).into_iter().map(|(_, inner)| inner));
    }
    secret
}

/// The references that lead to a secret, also through others: the only ones that are worth following.
fn leading(root: &Schema) -> BTreeSet<&str> {
    let mut waiting = BTreeSet::new();
    near(root, &mut waiting);
    let mut known: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut leading = BTreeSet::new();
    while let Some(reference) = waiting.pop_first() {
        let mut further = BTreeSet::new();
        if root.resolve(reference).is_some_and(|target| near(target, &mut further)) {
            leading.insert(reference);
        }
        waiting.extend(further.iter().filter(|one| **one != reference && !known.contains_key(*one)));
        known.insert(reference, further);
    }
    loop {
        let more: Vec<&str> = known
            .iter()
            .filter(|(one, further)| !leading.contains(*one) && !further.is_disjoint(&leading))
            .map(|(one, _)| *one)
            .collect();
        if more.is_empty() {
            return leading;
        }
        leading.extend(more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secrets_are_found_through_references_lists_and_branches() {
        let schema = json!({
            "$defs": { "Key": { "format": "password" }, "Loop": { "properties": { "next": { "$ref": "#/$defs/Loop" } } } },
            "properties": {
                "password": { "anyOf": [{ "const": "" }, { "writeOnly": true }] },
                "keys": { "items": { "$ref": "#/$defs/Key" } },
                "loop": { "$ref": "#/$defs/Loop" },
                "name": { "type": "string" }
            }
        });
        assert_eq!(pointers(&schema.into()), ["/keys/*", "/password"]);
    }

    #[test]
    fn schemas_that_all_lead_to_each_other_come_to_an_end() {
        let of = |secret: &str| {
            let names: Vec<String> = (0..13).map(|at| format!("S{at}")).collect();
            let member = |name: &String| (name.clone(), json!({ "$ref": format!("#/$defs/{name}") }));
            let one = |name: &String| {
                let mut properties: serde_json::Map<String, Value> = names.iter().map(member).collect();
                properties.insert("key".into(), json!({ "format": secret }));
                (name.clone(), json!({ "properties": properties }))
            };
            let defs: serde_json::Map<String, Value> = names.iter().map(one).collect();
            pointers(&json!({ "$defs": defs, "$ref": "#/$defs/S0" }).into())
        };
        assert!(of("uuid").is_empty());
        let found = of("password");
        for near in ["/key", "/S1/key", "/S1/S2/key"] {
            assert!(found.iter().any(|at| at == near), "{near}");
        }
        // A place that is too far away is in one that is a secret as a whole.
        let far = "/S1/S2/S3/S4/S5/S6/S7/S8/S9/key";
        assert!(found.iter().any(|at| far.starts_with(at.as_str())), "{found:?}");
    }
}
