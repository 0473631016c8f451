//! Where secrets lie in the values of a schema.

use serde_json::Value;

use crate::model::Schema;
use crate::text::pointer;

/// Pointers (with `*` for every element) to all places that are `writeOnly` or `format: password`, sorted.
pub(in crate::load) fn pointers(schema: &Schema) -> Vec<String> {
    let mut found = Vec::new();
    visit(schema, schema, "", &mut Vec::new(), &mut found);
    found.sort();
    found.dedup();
    found
}

fn visit<'s>(
    root: &'s Schema,
    schema: &'s Value,
    at: &str,
    open: &mut Vec<&'s str>,
    found: &mut Vec<String>,
) {
    if schema["format"] == "password" || schema["writeOnly"] == true {
        found.push(at.to_owned());
        return;
    }
    if let Some(reference) = schema["$ref"].as_str()
        && !open.contains(&reference)
        && let Some(target) = root.resolve(reference)
    {
        open.push(reference);
        visit(root, target, at, open, found);
        open.pop();
    }
    if let Some(properties) = schema["properties"].as_object() {
        for (name, property) in properties {
            visit(root, property, &pointer::join(at, name), open, found);
        }
    }
    for keyword in ["items", "additionalProperties"] {
        visit_some(root, &schema[keyword], &format!("{at}/*"), open, found);
    }
    for keyword in ["anyOf", "oneOf", "allOf"] {
        for branch in schema[keyword].as_array().into_iter().flatten() {
            visit(root, branch, at, open, found);
        }
    }
    for (index, element) in schema["prefixItems"].as_array().into_iter().flatten().enumerate() {
        visit(root, element, &format!("{at}/{index}"), open, found);
    }
}

fn visit_some<'s>(
    root: &'s Schema,
    schema: &'s Value,
    at: &str,
    open: &mut Vec<&'s str>,
    found: &mut Vec<String>,
) {
    if schema.is_object() {
        visit(root, schema, at, open, found);
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
}
