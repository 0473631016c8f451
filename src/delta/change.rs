//! What changed between two JSON values, addressed by JSON Pointers.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::order::Order;
use super::pair::{Matching, Work, digest, matching};
use crate::conform::same;
use crate::text::pointer;

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
    /// The same value, or one of the same key, in another place of its array; or a member that was renamed.
    Moved {
        /// From where it is taken.
        from: String,
        /// To where it is put, once it is taken away.
        to: String,
    },
}

impl Change {
    /// Where something is another after the change, or is gone.
    #[must_use]
    pub fn at(&self) -> &str {
        match self {
            Self::Added { at, .. }
            | Self::Removed { at, .. }
            | Self::Changed { at, .. }
            | Self::Retyped { at, .. } => at,
            Self::Moved { to, .. } => to,
        }
    }
}

/// What makes `right` out of `left`, in order; empty when they are the same (see [`same`]).
#[must_use]
pub fn changes(left: &Value, right: &Value) -> Vec<Change> {
    let mut found = Found { out: Vec::new(), work: Work::default() };
    found.compare(left, right, "");
    found.out
}

struct Found {
    out: Vec<Change>,
    work: Work,
}

impl Found {
    fn compare(&mut self, left: &Value, right: &Value, at: &str) {
        match (left, right) {
            (Value::Object(old), Value::Object(new)) => self.members(old, new, at),
            (Value::Array(old), Value::Array(new)) => self.elements(old, new, at),
            _ if same(left, right) => {}
            _ => {
                let (at, from, to) = (at.to_owned(), left.clone(), right.clone());
                self.out.push(if std::mem::discriminant(left) == std::mem::discriminant(right) {
                    Change::Changed { at, from, to }
                } else {
                    Change::Retyped { at, from, to }
                });
            }
        }
    }

    fn members(&mut self, old: &Map<String, Value>, new: &Map<String, Value>, at: &str) {
        let added: Vec<(&String, &Value)> = new.iter().filter(|(name, _)| !old.contains_key(*name)).collect();
        let mut by_digest: BTreeMap<u64, usize> = BTreeMap::new();
        for (index, (_, value)) in added.iter().enumerate().rev().filter(|(_, (_, value))| tells(value)) {
            by_digest.insert(digest(value), index);
        }
        let mut renamed = vec![false; added.len()];
        for (name, value) in old {
            let place = pointer::join(at, name);
            if let Some(other) = new.get(name) {
                self.compare(value, other, &place);
                continue;
            }
            let twin = by_digest.remove(&digest(value)).filter(|index| same(value, added[*index].1));
            match twin {
                Some(index) => {
                    renamed[index] = true;
                    self.out.push(Change::Moved { from: place, to: pointer::join(at, added[index].0) });
                }
                None => self.out.push(Change::Removed { at: place, value: value.clone() }),
            }
        }
        for ((name, value), _) in added.into_iter().zip(renamed).filter(|(_, renamed)| !renamed) {
            self.out.push(Change::Added { at: pointer::join(at, name), value: value.clone() });
        }
    }

    /// First what is gone, from the end, so that no place shifts; then what comes and moves, in the new order; then what
    /// changed inside.
    fn elements(&mut self, old: &[Value], new: &[Value], at: &str) {
        let Matching { of_new, stays } = matching(old, new, &mut self.work);
        let place = |index: usize| pointer::join(at, &index.to_string());
        let mut kept = vec![false; old.len()];
        of_new.iter().flatten().for_each(|from| kept[*from] = true);
        for index in (0..old.len()).rev().filter(|index| !kept[*index]) {
            self.out.push(Change::Removed { at: place(index), value: old[index].clone() });
        }
        let mut order = Order::new(&kept);
        // The last element that is where it belongs; what comes next stands behind it.
        let mut last = None;
        for (index, partner) in of_new.iter().enumerate() {
            match partner {
                Some(from) if stays[index] => last = Some(*from),
                Some(from) => {
                    let there = order.place(*from);
                    order.take(*from);
                    let here = order.behind(last);
                    if there != here {
                        self.out.push(Change::Moved { from: place(there), to: place(here) });
                    }
                    order.put(last);
                }
                None => {
                    self.out.push(Change::Added { at: place(order.behind(last)), value: new[index].clone() });
                    order.put(last);
                }
            }
        }
        for (index, from) in of_new.iter().enumerate() {
            if let Some(from) = from {
                self.compare(&old[*from], &new[index], &place(index));
            }
        }
    }
}

/// Whether a value is telling enough that a member with another name and this value is taken for the same member.
fn tells(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => false,
        Value::Number(number) => number.as_f64().is_some_and(|number| number.abs() >= 10.0),
        Value::String(text) => text.chars().count() >= 3,
        Value::Array(elements) => !elements.is_empty(),
        Value::Object(members) => !members.is_empty(),
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
            Change::Added { at, value: added } => put(&mut value, at, added.clone())?,
            Change::Removed { at, .. } => drop(take(&mut value, at)?),
            Change::Moved { from, to } => {
                let moved = take(&mut value, from)?;
                put(&mut value, to, moved)?;
            }
        }
    }
    Some(value)
}

fn put(value: &mut Value, at: &str, added: Value) -> Option<()> {
    let (parent, token) = parent(value, at)?;
    match parent {
        Value::Object(members) => drop(members.insert(token, added)),
        Value::Array(elements) => {
            let index = token.parse().ok().filter(|index| *index <= elements.len())?;
            elements.insert(index, added);
        }
        _ => return None,
    }
    Some(())
}

fn take(value: &mut Value, at: &str) -> Option<Value> {
    let (parent, token) = parent(value, at)?;
    match parent {
        Value::Object(members) => members.shift_remove(&token),
        Value::Array(elements) => {
            let index = token.parse().ok().filter(|index| *index < elements.len())?;
            Some(elements.remove(index))
        }
        _ => None,
    }
}

fn parent<'v>(value: &'v mut Value, at: &str) -> Option<(&'v mut Value, String)> {
    let (parent, _) = at.rsplit_once('/')?;
    Some((value.pointer_mut(parent)?, pointer::tokens(at).last()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delta::inverse;
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

    #[test]
    fn what_moved_is_told_as_moved() {
        let row = |id: u8, n: u8| json!({"id": id, "n": n});
        let left = json!([row(1, 0), row(2, 0), row(3, 0), row(4, 0)]);
        let right = json!([row(4, 0), row(1, 0), row(3, 7), row(5, 0)]);
        let told = changes(&left, &right);
        assert_eq!(
            told,
            [
                Change::Removed { at: "/1".into(), value: row(2, 0) },
                Change::Moved { from: "/2".into(), to: "/0".into() },
                Change::Added { at: "/3".into(), value: row(5, 0) },
                Change::Changed { at: "/2/n".into(), from: json!(0), to: json!(7) },
            ]
        );
        assert_eq!(
            changes(&json!({"user": "somebody", "n": 1}), &json!({"n": 1, "user_name": "somebody"})),
            [Change::Moved { from: "/user".into(), to: "/user_name".into() }]
        );
        // What is the same only by chance is no move.
        assert_eq!(changes(&json!({"a": true}), &json!({"b": true})).len(), 2);
        let turned: Vec<Change> = changes(&json!(["x", "y", "z"]), &json!(["z", "x", "y"]));
        assert_eq!(turned, [Change::Moved { from: "/2".into(), to: "/0".into() }]);
    }

    #[test]
    fn huge_arrays_stay_within_the_bound() {
        let rows = |from: u32| Value::from((from..from + 200_000).collect::<Vec<_>>());
        let (left, right) = (rows(0), rows(1));
        assert_eq!(changes(&left, &right).len(), 2);
        // With a key and the other way round: all but one move.
        let keyed = |id: u32| json!({"id": id, "n": id % 7});
        let (left, right): (Value, Value) =
            ((0..100_000).map(keyed).collect(), (0..100_000).rev().map(keyed).collect());
        assert_eq!(changes(&left, &right).len(), 99_999);
        // An object that is a map, all of its members renamed or new.
        let map = |prefix: &str, from: u32| -> Value {
            Value::Object((from..from + 100_000).map(|n| (format!("{prefix}{n}"), json!(n + 10))).collect())
        };
        assert_eq!(changes(&map("a", 0), &map("b", 0)).len(), 100_000);
        assert_eq!(changes(&map("a", 0), &map("b", 100_000)).len(), 200_000);
        // Wide at the bottom of something deep.
        let deep =
            |leaf: u32| (0..120).fold(json!(vec![leaf; 10_000]), |inner, level| json!([level, inner, "x"]));
        assert_eq!(changes(&deep(0), &deep(1)).len(), 10_000);
    }

    fn any_json() -> impl Strategy<Value = Value> {
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

    /// Arrays of objects with distinct ids, in any order.
    fn any_rows() -> impl Strategy<Value = Value> {
        let ids = prop::sample::subsequence((0..9_u8).collect::<Vec<_>>(), 0..9).prop_shuffle();
        (ids, prop::collection::vec(0..3_u8, 9)).prop_map(|(ids, values)| {
            ids.into_iter().map(|id| json!({"id": id, "n": values[usize::from(id)]})).collect()
        })
    }

    proptest! {
        #[test]
        fn the_changes_of_left_give_right(left in any_json(), right in any_json()) {
            let changed = apply(&left, &changes(&left, &right));
            prop_assert!(changed.as_ref().is_some_and(|changed| same(changed, &right)), "{changed:?}");
            prop_assert!(changes(&left, &left).is_empty());
        }

        #[test]
        fn both_directions_agree(left in any_json(), right in any_json()) {
            let there = changes(&left, &right);
            prop_assert_eq!(there.is_empty(), changes(&right, &left).is_empty());
            let back = apply(&right, &inverse(&there));
            prop_assert!(back.as_ref().is_some_and(|back| same(back, &left)), "{:?}", back);
        }

        #[test]
        fn rows_with_keys_are_told_row_by_row(left in any_rows(), right in any_rows()) {
            let there = changes(&left, &right);
            let changed = apply(&left, &there);
            prop_assert!(changed.as_ref().is_some_and(|changed| same(changed, &right)), "{:?}", changed);
            let back = apply(&right, &inverse(&there));
            prop_assert!(back.as_ref().is_some_and(|back| same(back, &left)), "{:?}", back);
        }
    }
}
