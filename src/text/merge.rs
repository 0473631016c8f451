//! One tree laid over another (JSON Merge Patch, RFC 7396), and what has to be laid over one tree to make another of it.

use serde_json::{Map, Value};

use super::tree::{Key, Kind, Node};

/// Looks at a map that was merged: its path, the map below, the map above, and the members of both.
pub type Look<'l> = dyn FnMut(&[&str], &Node, &Node, &mut Vec<(Key, Node)>) + 'l;

/// `over` laid over `base`: maps member by member, `null` takes away, all else is replaced. A `null` that takes nothing
/// away stays. Each value keeps the place where it is said.
#[must_use]
pub fn merge(base: &Node, over: &Node) -> Node {
    merge_with(base, over, &mut |_, _, _, _| {})
}

/// The same, with a look at each map that both have.
#[must_use]
pub fn merge_with(base: &Node, over: &Node, look: &mut Look<'_>) -> Node {
    merged(base, over, &mut Vec::new(), look)
}

fn merged<'n>(base: &Node, over: &'n Node, path: &mut Vec<&'n str>, look: &mut Look<'_>) -> Node {
    let (Kind::Map(below), Kind::Map(above)) = (&base.kind, &over.kind) else { return over.clone() };
    let mut members: Vec<(Key, Node)> = Vec::with_capacity(below.len() + above.len());
    for (key, node) in below {
        match over.entry(&key.text) {
            None => members.push((key.clone(), node.clone())),
            Some((_, above)) if above.kind == Kind::Null => {}
            Some((own, above)) => {
                let key = if matches!(above.kind, Kind::Map(_)) { key } else { own };
                path.push(&own.text);
                members.push((key.clone(), merged(node, above, path, look)));
                path.pop();
            }
        }
    }
    members.extend(above.iter().filter(|(key, _)| base.get(&key.text).is_none()).cloned());
    look(path, base, over, &mut members);
    Node { kind: Kind::Map(members), span: base.span }
}

/// What [`merge`] has to lay over `base` to make `wanted` of it; None where they are the same. What is to become `null`
/// can't be said so.
#[must_use]
pub fn patch(base: &Value, wanted: &Value) -> Option<Value> {
    match (base, wanted) {
        (Value::Object(below), Value::Object(above)) => {
            let mut out = Map::new();
            for (name, member) in below {
                match above.get(name) {
                    None => drop(out.insert(name.clone(), Value::Null)),
                    Some(other) => drop(patch(member, other).map(|patch| out.insert(name.clone(), patch))),
                }
            }
            let new = above.iter().filter(|(name, _)| !below.contains_key(*name));
            out.extend(new.map(|(name, member)| (name.clone(), member.clone())));
            (!out.is_empty()).then_some(Value::Object(out))
        }
        _ => (base != wanted).then(|| wanted.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;
    use crate::text::tree::read;
    use serde_json::json;

    #[test]
    fn what_is_laid_over_a_tree_makes_the_other_one_of_it() {
        for (base, wanted) in [
            ("{ a: { b: 1, c: [1, 2] }, e: 5 }", "{ a: { c: [3], f: { g: null } }, h: {} }"),
            ("{ a: 1 }", "{ a: { b: 2 } }"),
            ("{ a: { b: 2 } }", "{ a: [1] }"),
            ("{ a: {} }", "{ a: {} }"),
        ] {
            let (base, wanted) = (read(base, FileId(0)).unwrap(), read(wanted, FileId(1)).unwrap());
            let over = patch(&base.json(), &wanted.json()).unwrap_or_else(|| json!({}));
            let over = Node::of(&over, base.span);
            assert_eq!(merge(&base, &over).json(), wanted.json());
        }
        assert_eq!(patch(&json!({ "a": { "b": [1] } }), &json!({ "a": { "b": [1] } })), None);
    }
}
