//! Which elements of two arrays belong together.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// What all arrays of one difference together may cost, as products of their lengths: a bound that, unlike a time limit,
/// gives the same result on every machine.
const MOST_WORK: u64 = 50_000_000;

/// What may still be spent on aligning.
#[derive(Debug)]
pub(super) struct Work(u64);

impl Default for Work {
    fn default() -> Self {
        Self(MOST_WORK)
    }
}

impl Work {
    /// Whether aligning so many elements with so many others is within the bound; then it is spent.
    fn takes(&mut self, old: usize, new: usize) -> bool {
        let cost = (old as u64).saturating_mul(new as u64);
        match self.0.checked_sub(cost) {
            Some(left) => {
                self.0 = left;
                true
            }
            None => false,
        }
    }
}

/// For each element of the newer array the one of the older array that it belongs to.
#[derive(Debug)]
pub(super) struct Matching {
    pub(super) of_new: Vec<Option<usize>>,
    /// Parallel to `of_new`: it has a partner and needs not be moved.
    pub(super) stays: Vec<bool>,
}

/// Members that identify what they are in, best first.
const KEYS: [&str; 6] = ["id", "uuid", "key", "code", "name", "address"];

/// The member by which the elements of two arrays are told apart, if one is evident: all elements are objects that have
/// it, as a text or an integer, no two on the same side have the same, and some value is on both sides.
#[must_use]
pub fn evident_key<'v>(old: &'v [Value], new: &'v [Value]) -> Option<&'v str> {
    let first = old.first()?.as_object()?;
    let is_id = |name: &&String| {
        let lower = name.to_ascii_lowercase();
        lower.ends_with("_id") || name.ends_with("Id") || lower.ends_with("-id")
    };
    let named = KEYS.iter().filter_map(|key| first.get_key_value(*key).map(|(name, _)| name));
    let mut candidates = named.chain(first.keys().filter(is_id));
    candidates.find(|name| tells_apart(name, old, new)).map(String::as_str)
}

fn tells_apart(name: &str, old: &[Value], new: &[Value]) -> bool {
    let Some(left) = keyed(name, old) else { return false };
    keyed(name, new).is_some_and(|right| right.keys().any(|key| left.contains_key(key)))
}

/// The elements by the value of this member; None where it is missing somewhere, or there twice.
fn keyed(name: &str, elements: &[Value]) -> Option<BTreeMap<String, usize>> {
    let mut known = BTreeMap::new();
    for (at, element) in elements.iter().enumerate() {
        let key = match element.as_object()?.get(name)? {
            Value::String(text) => format!("\"{text}"),
            Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
            _ => return None,
        };
        if known.insert(key, at).is_some() {
            return None;
        }
    }
    Some(known)
}

pub(super) fn matching(old: &[Value], new: &[Value], work: &mut Work) -> Matching {
    let of_new = if let Some(name) = evident_key(old, new) {
        by_key(name, old, new)
    } else if work.takes(old.len(), new.len()) {
        by_likeness(old, new)
    } else {
        (0..new.len()).map(|at| (at < old.len()).then_some(at)).collect()
    };
    let stays = longest_in_order(&of_new);
    Matching { of_new, stays }
}

fn by_key(name: &str, old: &[Value], new: &[Value]) -> Vec<Option<usize>> {
    let left = keyed(name, old).unwrap_or_default();
    let mut of_new = vec![None; new.len()];
    for (key, at) in keyed(name, new).unwrap_or_default() {
        of_new[at] = left.get(&key).copied();
    }
    of_new
}

/// First what is the same in the same order, then what is the same elsewhere; what is left between the same neighbours
/// is paired as it stands.
fn by_likeness(old: &[Value], new: &[Value]) -> Vec<Option<usize>> {
    let digests = |elements: &[Value]| elements.iter().map(digest).collect::<Vec<u64>>();
    let (left, right) = (digests(old), digests(new));
    let ops = capture_diff_slices(Algorithm::Histogram, &left, &right);
    let mut of_new = vec![None; new.len()];
    let mut taken = vec![false; old.len()];
    for op in ops.iter().filter(|op| matches!(op, DiffOp::Equal { .. })) {
        for (from, to) in op.old_range().zip(op.new_range()) {
            of_new[to] = Some(from);
            taken[from] = true;
        }
    }
    let mut free: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for at in (0..old.len()).rev().filter(|at| !taken[*at]) {
        free.entry(left[at]).or_default().push(at);
    }
    for at in 0..new.len() {
        if of_new[at].is_none()
            && let Some(from) = free.get_mut(&right[at]).and_then(Vec::pop)
        {
            of_new[at] = Some(from);
            taken[from] = true;
        }
    }
    for op in &ops {
        let mut left = op.old_range().filter(|at| !taken[*at]).collect::<Vec<_>>().into_iter();
        for at in op.new_range() {
            if of_new[at].is_none() {
                of_new[at] = left.next();
            }
        }
    }
    of_new
}

/// Marks a longest increasing part: the partners in it keep their order, so that everything else moves around them.
fn longest_in_order(of_new: &[Option<usize>]) -> Vec<bool> {
    // The index whose partner ends the best chain of each length, and for each index the one before it in its chain.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; of_new.len()];
    for (at, partner) in of_new.iter().enumerate().filter(|(_, partner)| partner.is_some()) {
        let length = ends.partition_point(|end| of_new[*end] < *partner);
        before[at] = length.checked_sub(1).map(|shorter| ends[shorter]);
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut stays = vec![false; of_new.len()];
    let mut here = ends.last().copied();
    while let Some(at) = here {
        stays[at] = true;
        here = before[at];
    }
    stays
}

/// Elements that stand beside each other when two arrays are shown, as indices.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pair {
    /// On both sides; not necessarily the same.
    Both(usize, usize),
    /// Only on the left, or moved away.
    Left(usize),
    /// Only on the right, or moved here.
    Right(usize),
}

/// The elements of both arrays in an order in which they can be shown.
pub(super) fn align(old: &[Value], new: &[Value], work: &mut Work) -> Vec<Pair> {
    let Matching { of_new, stays } = matching(old, new, work);
    let mut pairs = Vec::with_capacity(old.len().max(new.len()));
    let (mut left, mut right) = (0, 0);
    for (at, partner) in of_new.iter().enumerate() {
        if let Some(from) = partner.filter(|_| stays[at]) {
            pairs.extend((left..from).map(Pair::Left));
            pairs.extend((right..at).map(Pair::Right));
            pairs.push(Pair::Both(from, at));
            (left, right) = (from + 1, at + 1);
        }
    }
    pairs.extend((left..old.len()).map(Pair::Left));
    pairs.extend((right..new.len()).map(Pair::Right));
    pairs
}

/// Equal for values that are the same; the hasher has fixed keys, so it is the same everywhere.
pub(super) fn digest(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    feed(value, &mut hasher);
    hasher.finish()
}

fn feed(value: &Value, hasher: &mut DefaultHasher) {
    match value {
        Value::Null => 0_u8.hash(hasher),
        Value::Bool(truth) => (1_u8, truth).hash(hasher),
        // Integers beyond 2⁵³ may share a hash; whoever pairs by it looks at the pair again.
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_key_is_evident_or_there_is_none() {
        for (old, new, key) in [
            (json!([{"id": 1}, {"id": 2}]), json!([{"id": 2, "name": "x"}]), Some("id")),
            (json!([{"name": "a", "n": 1}]), json!([{"name": "a", "n": 2}]), Some("name")),
            (json!([{"thing_id": "a"}]), json!([{"thing_id": "a"}]), Some("thing_id")),
            // No value on both sides; the same twice; a member that is none; no objects.
            (json!([{"id": 1}]), json!([{"id": 2}]), None),
            (json!([{"id": 1}, {"id": 1}]), json!([{"id": 1}]), None),
            (json!([{"id": 1}]), json!([{"id": 1}, {"x": 1}]), None),
            (json!([1]), json!([1]), None),
        ] {
            let found = evident_key(old.as_array().unwrap(), new.as_array().unwrap());
            assert_eq!(found, key, "{old} {new}");
        }
    }

    #[test]
    fn the_longest_part_in_order_stays() {
        let of_new = [Some(4), Some(0), None, Some(1), Some(2), Some(3)];
        assert_eq!(longest_in_order(&of_new), [false, true, false, true, true, true]);
    }
}
