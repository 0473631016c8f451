//! Which elements of two arrays belong together.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// What may be spent on the arrays of one difference, all together: a bound that, unlike a time limit, gives the same result
/// on every machine. A value costs 1, and a text 1 more for each 16 bytes; aligning two arrays costs the product of their
/// lengths between what both begin and end with.
const MOST_WORK: u64 = 50_000_000;

/// What may still be spent.
#[derive(Debug)]
pub(super) struct Work(u64);

impl Default for Work {
    fn default() -> Self {
        Self(MOST_WORK)
    }
}

impl Work {
    /// Whether so much is left; then it is spent.
    fn takes(&mut self, cost: u64) -> bool {
        let left = self.0.checked_sub(cost);
        self.0 = left.unwrap_or(self.0);
        left.is_some()
    }

    /// The digests of all elements; None, and nothing is left, where they cost more than there is.
    fn digests(&mut self, elements: &[Value]) -> Option<Vec<u64>> {
        elements
            .iter()
            .map(|element| {
                let mut hasher = DefaultHasher::new();
                feed(element, &mut hasher, &mut self.0)?;
                Some(hasher.finish())
            })
            .collect()
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
    } else if let (Some(left), Some(right)) = (work.digests(old), work.digests(new)) {
        by_likeness(&left, &right, work)
    } else {
        // Too much to look at: as they stand.
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
/// is paired as it stands. Past the bound the first step is left out, and only what is the same several times may seem to
/// have moved.
fn by_likeness(left: &[u64], right: &[u64], work: &mut Work) -> Vec<Option<usize>> {
    let mut of_new = vec![None; right.len()];
    let mut taken = vec![false; left.len()];
    let before = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let after =
        left[before..].iter().rev().zip(right[before..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, new) = (&left[before..left.len() - after], &right[before..right.len() - after]);
    let mut pair = |from: usize, to: usize| {
        of_new[to] = Some(from);
        taken[from] = true;
    };
    (0..before).for_each(|at| pair(at, at));
    (1..=after).for_each(|at| pair(left.len() - at, right.len() - at));
    if work.takes((old.len() as u64).saturating_mul(new.len() as u64)) {
        let ops = capture_diff_slices(Algorithm::Histogram, old, new);
        for op in ops.iter().filter(|op| matches!(op, DiffOp::Equal { .. })) {
            op.old_range().zip(op.new_range()).for_each(|(from, to)| pair(before + from, before + to));
        }
    }
    let mut free: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for at in (0..left.len()).rev().filter(|at| !taken[*at]) {
        free.entry(left[at]).or_default().push(at);
    }
    for at in 0..right.len() {
        if of_new[at].is_none()
            && let Some(from) = free.get_mut(&right[at]).and_then(Vec::pop)
        {
            of_new[at] = Some(from);
            taken[from] = true;
        }
    }
    between_neighbours(&mut of_new, &taken);
    of_new
}

/// Pairs what has no partner with what has none on the other side, between those that keep their order.
fn between_neighbours(of_new: &mut [Option<usize>], taken: &[bool]) {
    let stays = longest_in_order(of_new);
    let ends: Vec<(usize, usize)> = (0..of_new.len())
        .filter(|at| stays[*at])
        .filter_map(|at| Some((of_new[at]?, at)))
        .chain([(taken.len(), of_new.len())])
        .collect();
    let (mut left, mut right) = (0, 0);
    for (from, to) in ends {
        let mut free = (left..from).filter(|at| !taken[*at]);
        for partner in &mut of_new[right..to] {
            if partner.is_none() {
                *partner = free.next();
            }
        }
        (left, right) = (from + 1, to + 1);
    }
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
    // There is no value of so many parts.
    let _ = feed(value, &mut hasher, &mut { u64::MAX });
    hasher.finish()
}

/// None where `left` is not enough; then it is 0.
fn feed(value: &Value, hasher: &mut DefaultHasher, left: &mut u64) -> Option<()> {
    let long = match value {
        Value::String(text) => text.len(),
        Value::Object(members) => members.keys().map(String::len).sum(),
        _ => 0,
    };
    let rest = left.checked_sub(1 + long as u64 / 16);
    *left = rest.unwrap_or(0);
    rest?;
    match value {
        Value::Null => 0_u8.hash(hasher),
        Value::Bool(truth) => (1_u8, truth).hash(hasher),
        // Integers beyond 2⁵³ may share a hash; whoever pairs by it looks at the pair again.
        Value::Number(number) => (2_u8, (number.as_f64().unwrap_or(0.0) + 0.0).to_bits()).hash(hasher),
        Value::String(text) => (3_u8, text).hash(hasher),
        Value::Array(elements) => {
            (4_u8, elements.len()).hash(hasher);
            for element in elements {
                feed(element, hasher, left)?;
            }
        }
        Value::Object(members) => {
            let mut sum = 0_u64;
            for (name, member) in members {
                let mut inner = DefaultHasher::new();
                name.hash(&mut inner);
                feed(member, &mut inner, left)?;
                sum = sum.wrapping_add(inner.finish());
            }
            (5_u8, members.len(), sum).hash(hasher);
        }
    }
    Some(())
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
    fn what_arrays_cost_is_bounded() {
        let spent = |old: &Value, new: &Value| {
            let mut work = Work::default();
            matching(old.as_array().unwrap(), new.as_array().unwrap(), &mut work);
            MOST_WORK - work.0
        };
        let rows = |from: u32, to: u32| Value::from((from..to).collect::<Vec<_>>());
        // One walk over both, and the product only of what is not the same at both ends.
        assert_eq!(spent(&rows(0, 9), &rows(0, 9)), 18);
        assert_eq!(spent(&rows(0, 100_000), &rows(0, 99_990)), 199_990);
        assert_eq!(spent(&rows(0, 1_000), &rows(1_000, 2_000)), 1_002_000);
        // Too far apart to be aligned: only the walk.
        assert_eq!(spent(&rows(0, 100_000), &rows(100_000, 200_000)), 200_000);
        // Texts cost by their length.
        let long = json!(["x".repeat(16_000_000)]);
        assert_eq!(spent(&long, &long), 2_000_002);
        // However deep the arrays are, what all of them cost together is within the bound.
        let deep = (0..120).fold(rows(0, 10_000), |inner, level| json!([level, inner, "x"]));
        let mut work = Work(1_000_000);
        let mut here = &deep;
        while let Some(elements) = here.as_array().filter(|elements| elements.len() == 3) {
            let Matching { of_new, .. } = matching(elements, elements, &mut work);
            assert_eq!(of_new, [Some(0), Some(1), Some(2)]);
            here = &elements[1];
        }
        assert_eq!(work.0, 0);
    }

    #[test]
    fn an_element_that_came_first_is_found_past_the_bound() {
        let rows = |from: u32| (from..100_000).map(|n| json!([n])).collect::<Vec<_>>();
        let (mut old, new) = (rows(1), rows(0));
        old.reverse();
        old.rotate_left(5);
        let Matching { of_new, .. } = matching(&old, &new, &mut Work::default());
        assert_eq!(of_new.iter().filter(|partner| partner.is_none()).count(), 1);
    }

    #[test]
    fn the_longest_part_in_order_stays() {
        let of_new = [Some(4), Some(0), None, Some(1), Some(2), Some(3)];
        assert_eq!(longest_in_order(&of_new), [false, true, false, true, true, true]);
    }
}
