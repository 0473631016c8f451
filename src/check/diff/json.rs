//! What changed between two JSON values, addressed by JSON Pointers.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::conform::same;
use crate::text::pointer;

/// Longer arrays are compared element by element, without looking for what moved: a bound on work that, unlike a time
/// limit, gives the same result on every machine.
const MOST_ALIGNED: usize = 5_000;

/// One change. The pointer is that of the value as it is after all changes before this one, as in JSON Patch (RFC 6902).
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A member or element that is only on the right.
    Added {
        /// Where.
        at: String,
        /// What.
        value: Value,
    },
    /// A member or element that is only on the left.
    Removed {
        /// Where.
        at: String,
        /// What.
        value: Value,
    },
    /// Another value of the same JSON type.
    Changed {
        /// Where.
        at: String,
        /// On the left.
        from: Value,
        /// On the right.
        to: Value,
    },
    /// A value of another JSON type.
    Retyped {
        /// Where.
        at: String,
        /// On the left.
        from: Value,
        /// On the right.
        to: Value,
    },
}

/// What makes `right` out of `left`, in order; empty when they are the same (see [`same`]).
#[must_use]
pub fn changes(left: &Value, right: &Value) -> Vec<Change> {
    let mut out = Vec::new();
    compare(left, right, "", &mut out);
    out
}

fn compare(left: &Value, right: &Value, at: &str, out: &mut Vec<Change>) {
    match (left, right) {
        (Value::Object(old), Value::Object(new)) => {
            for (name, value) in old {
                let at = pointer::join(at, name);
                match new.get(name) {
                    Some(other) => compare(value, other, &at, out),
                    None => out.push(Change::Removed { at, value: value.clone() }),
                }
            }
            for (name, value) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
                out.push(Change::Added { at: pointer::join(at, name), value: value.clone() });
            }
        }
        (Value::Array(old), Value::Array(new)) => elements(old, new, at, out),
        _ if same(left, right) => {}
        _ => {
            let (at, from, to) = (at.to_owned(), left.clone(), right.clone());
            out.push(if std::mem::discriminant(left) == std::mem::discriminant(right) {
                Change::Changed { at, from, to }
            } else {
                Change::Retyped { at, from, to }
            });
        }
    }
}

fn elements(old: &[Value], new: &[Value], at: &str, out: &mut Vec<Change>) {
    let mut here = 0;
    for pair in align(old, new) {
        let place = pointer::join(at, &here.to_string());
        match pair {
            Pair::Both(left, right) => {
                compare(&old[left], &new[right], &place, out);
                here += 1;
            }
            Pair::Left(left) => out.push(Change::Removed { at: place, value: old[left].clone() }),
            Pair::Right(right) => {
                out.push(Change::Added { at: place, value: new[right].clone() });
                here += 1;
            }
        }
    }
}

/// Elements that belong together, as indices.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pair {
    /// On both sides; not necessarily the same.
    Both(usize, usize),
    /// Only on the left.
    Left(usize),
    /// Only on the right.
    Right(usize),
}

/// Which elements of two arrays belong together.
pub(super) fn align(old: &[Value], new: &[Value]) -> Vec<Pair> {
    let hashes = |elements: &[Value]| elements.iter().map(digest).collect::<Vec<u64>>();
    let (old_len, new_len) = (old.len(), new.len());
    let ops = if old_len.max(new_len) > MOST_ALIGNED {
        vec![DiffOp::Replace { old_index: 0, old_len, new_index: 0, new_len }]
    } else {
        capture_diff_slices(Algorithm::Histogram, &hashes(old), &hashes(new))
    };
    let mut pairs = Vec::with_capacity(old.len().max(new.len()));
    for op in ops {
        let (left, right) = (op.old_range(), op.new_range());
        let common = if matches!(op, DiffOp::Equal { .. } | DiffOp::Replace { .. }) {
            left.len().min(right.len())
        } else {
            0
        };
        pairs.extend((0..common).map(|n| Pair::Both(left.start + n, right.start + n)));
        pairs.extend((left.start + common..left.end).map(Pair::Left));
        pairs.extend((right.start + common..right.end).map(Pair::Right));
    }
    pairs
}

/// Equal for values that are the same; the hasher has fixed keys, so it is the same everywhere.
fn digest(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    feed(value, &mut hasher);
    hasher.finish()
}

fn feed(value: &Value, hasher: &mut DefaultHasher) {
    match value {
        Value::Null => 0_u8.hash(hasher),
        Value::Bool(truth) => (1_u8, truth).hash(hasher),
        // Integers beyond 2⁵³ may share a hash; `compare` looks at the pair again.
        Value::Number(number) => (2_u8, (number.as_f64().unwrap_or(0.0) + 0.0).to_bits()).hash(hasher),
        Value::String(text) => (3_u8, text).hash(hasher),
        Value::Array(elements) => {
            (4_u8, elements.len()).hash(hasher);
            for element in elements {
                feed(element, hasher);
            }
        }
        Value::Object(members) => {
            let mut sum = 0_u64;
            for (name, member) in members {
                let mut inner = DefaultHasher::new();
                name.hash(&mut inner);
                feed(member, &mut inner);
                sum = sum.wrapping_add(inner.finish());
            }
            (5_u8, members.len(), sum).hash(hasher);
        }
    }
}

/// `value` after `changes`; None where they do not fit it.
#[must_use]
pub fn apply(value: &Value, changes: &[Change]) -> Option<Value> {
    let mut value = value.clone();
    for change in changes {
        match change {
            Change::Changed { at, to, .. } | Change::Retyped { at, to, .. } => {
                *value.pointer_mut(at)? = to.clone();
            }
            Change::Added { at, value: added } => {
                let (parent, token) = parent(&mut value, at)?;
                match parent {
                    Value::Object(members) => drop(members.insert(token, added.clone())),
                    Value::Array(elements) => {
                        let index = token.parse().ok().filter(|index| *index <= elements.len())?;
                        elements.insert(index, added.clone());
                    }
                    _ => return None,
                }
            }
            Change::Removed { at, .. } => {
                let (parent, token) = parent(&mut value, at)?;
                match parent {
                    Value::Object(members) => drop(members.shift_remove(&token)?),
                    Value::Array(elements) => {
                        let index = token.parse().ok().filter(|index| *index < elements.len())?;
                        elements.remove(index);
                    }
                    _ => return None,
                }
            }
        }
    }
    Some(value)
}

fn parent<'v>(value: &'v mut Value, at: &str) -> Option<(&'v mut Value, String)> {
    let (parent, _) = at.rsplit_once('/')?;
    Some((value.pointer_mut(parent)?, pointer::tokens(at).last()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn changes_name_the_places() {
        let left = json!({"a": 1, "b": [1, 2, 3], "c": "x", "d": {"e": true}});
        let right = json!({"a": 1.0, "b": [1, 3, 4], "c": 7, "d": {"f": null}});
        let told: Vec<String> = changes(&left, &right).iter().map(|change| format!("{change:?}")).collect();
        let starts = |n: usize, words: &str| assert!(told[n].starts_with(words), "{told:?}");
        assert_eq!(told.len(), 5, "{told:?}");
        starts(0, "Removed { at: \"/b/1\"");
        starts(1, "Added { at: \"/b/2\"");
        starts(2, "Retyped { at: \"/c\"");
        starts(3, "Removed { at: \"/d/e\"");
        starts(4, "Added { at: \"/d/f\"");
        assert!(changes(&json!([1, {"a": 2.0}]), &json!([1.0, {"a": 2}])).is_empty());
        assert_eq!(
            changes(&json!([9_007_199_254_740_993_u64]), &json!([9_007_199_254_740_992_u64])).len(),
            1
        );
    }

    pub(crate) fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (0_i64..4).prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (0_i32..3).prop_map(|n| json!(f64::from(n))),
            "[a-c~/中]{0,3}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec(("[a-d~/]{0,2}", inner), 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_changes_of_left_give_right(left in any_json(), right in any_json()) {
            let changed = apply(&left, &changes(&left, &right));
            prop_assert!(changed.as_ref().is_some_and(|changed| same(changed, &right)), "{changed:?}");
            prop_assert!(changes(&left, &left).is_empty());
        }
    }
}
