//! Making a value keep its schema by changing no more than the parts that break it: documented examples do not always
//! keep the documented limits.

use serde_json::Value;

use super::{shape, values};
use crate::conform::{Breach, Judge};
use crate::model::Schema;
use crate::text::pointer;

/// Each round repairs every place that is reported; a place may show its next fault only then.
const ROUNDS: u32 = 8;

/// Repairs `value` until `judge`, the judge of `schema`, accepts it; whether it does.
pub(super) fn repair(value: &mut Value, schema: &Schema, judge: &Judge, salt: &str) -> bool {
    for round in 0..ROUNDS {
        let breaches = judge.breaches(value);
        if breaches.is_empty() {
            return true;
        }
        for breach in breaches {
            mend(value, schema, &breach, &format!("{salt}{}/{round}", breach.at));
        }
    }
    judge.accepts(value)
}

fn mend(value: &mut Value, schema: &Schema, breach: &Breach, salt: &str) {
    if let Some(name) = missing(breach) {
        let at = pointer::join(&breach.at, &name);
        let made = shape::at(schema, &at).and_then(|part| made(schema, part, salt));
        if let Some(Value::Object(members)) = value.pointer_mut(&breach.at) {
            members.insert(name, made.unwrap_or(Value::Null));
        }
        return;
    }
    let Some(place) = value.pointer_mut(&breach.at) else { return };
    let Some(part) = shape::at(schema, &breach.at) else { return };
    if let Some(cut) = cut(place, schema, part) {
        *place = cut;
    } else if let Some(made) = made(schema, part, salt) {
        *place = made;
    }
}

/// The member that a breach of `required` asks for: the last token of its path.
fn missing(breach: &Breach) -> Option<String> {
    let tokens: Vec<String> = pointer::tokens(&breach.path).collect();
    match tokens.as_slice() {
        [.., keyword, name] if keyword == "required" => Some(name.clone()),
        _ => None,
    }
}

fn made(root: &Schema, part: &Value, salt: &str) -> Option<Value> {
    values::sample(&shape::of_real_values(&root.part(part)), salt)
}

/// A text that is only too long, cut to its limit: nearer to the example than any made-up one.
fn cut(value: &Value, root: &Schema, part: &Value) -> Option<Value> {
    let text = value.as_str()?;
    let limit = max_length(root, part)?;
    let cut = Value::from(text.chars().take(limit).collect::<String>());
    let judge = Judge::new(root.part(part)).ok()?;
    (cut != *value && judge.accepts(&cut)).then_some(cut)
}

/// The least `maxLength` that applies, in characters.
pub(super) fn max_length(root: &Schema, part: &Value) -> Option<usize> {
    shape::branches(root, part)
        .iter()
        .filter_map(|branch| branch.get("maxLength").and_then(Value::as_u64))
        .min()
        .and_then(|limit| usize::try_from(limit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_breaks_the_schema_is_changed() {
        let schema = json!({
            "type": "object",
            "required": ["code", "id", "count"],
            "properties": {
                "code": {"type": "string"},
                "id": {"type": "string", "maxLength": 4},
                "count": {"type": "integer"}
            }
        });
        let mut value = json!({"code": "A.1", "id": "中文字很长", "extra": 1});
        assert!(repair(&mut value, &Schema::from(&schema), &Judge::new(&schema).unwrap(), "salt"));
        assert_eq!(value["code"], "A.1");
        assert_eq!(value["id"], "中文字很");
        assert_eq!(value["extra"], 1);
        assert!(value["count"].is_i64());
    }
}
