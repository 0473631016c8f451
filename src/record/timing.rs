//! How long the answers of both sides took: distributions, never single answers.

use std::collections::BTreeMap;

use crate::model::{CaseRecord, ComparedTiming, Hand, Histogram};

/// Fewer answers tell nothing.
const FEWEST: u64 = 20;
/// So many standard deviations are no chance, whatever else the machine did.
const SURE: f64 = 5.0;
/// A median below this many times the other's is not worth a word.
const WORTH: f64 = 1.5;
/// And neither are so few microseconds.
const LEAST: u64 = 2_000;

/// The times of all answers, by operation. What it takes does not depend on their number.
#[derive(Debug, Clone, Default)]
pub struct Timings {
    by_operation: BTreeMap<String, [Histogram; 2]>,
}

impl Timings {
    /// Counts the answers of a case.
    pub fn add(&mut self, side: Hand, record: &CaseRecord) {
        for step in record.steps.iter().filter(|step| step.status.is_some()) {
            let both = self.by_operation.entry(step.operation.clone()).or_default();
            both[usize::from(side == Hand::Right)].add(step.micros);
        }
    }

    /// What they tell, by operation.
    #[must_use]
    pub fn compared(&self) -> Vec<ComparedTiming> {
        let tell = |(operation, [left, right]): (&String, &[Histogram; 2])| {
            let z = rank_sum(left.counts(), right.counts());
            let (left, right) = (left.timing(operation), right.timing(operation));
            let enough = left.requests.min(right.requests) >= FEWEST && z.abs() >= SURE;
            let (slow, fast, word) = if z > 0.0 { (&right, &left, "right") } else { (&left, &right, "left") };
            #[expect(clippy::cast_precision_loss, reason = "a ratio of times")]
            let worth = slow.median_micros as f64 >= WORTH * fast.median_micros as f64
                && slow.median_micros.saturating_sub(fast.median_micros) >= LEAST;
            let says = (enough && worth).then(|| {
                format!(
                    "the {word} is slower: half of the answers took up to {} ms, on the other side up to {} ms",
                    slow.median_micros.div_ceil(1000),
                    fast.median_micros.div_ceil(1000)
                )
            });
            ComparedTiming { left, right, z: (z * 100.0).round() / 100.0, says }
        };
        self.by_operation.iter().map(tell).collect()
    }
}

/// The rank sum of Mann and Whitney in standard deviations, with the correction for ties; above 0 where the right is
/// larger.
#[expect(clippy::cast_precision_loss, reason = "counts of requests")]
fn rank_sum(left: &[u64], right: &[u64]) -> f64 {
    let total = |counts: &[u64]| counts.iter().sum::<u64>() as f64;
    let (n, m) = (total(left), total(right));
    let all = n + m;
    if n == 0.0 || m == 0.0 {
        return 0.0;
    }
    let (mut seen, mut sum, mut ties) = (0.0, 0.0, 0.0);
    for (a, b) in left.iter().zip(right) {
        let here = (a + b) as f64;
        sum += *b as f64 * (seen + f64::midpoint(here, 1.0));
        ties += here * here * here - here;
        seen += here;
    }
    let expected = m * (all + 1.0) / 2.0;
    let variance = n * m / 12.0 * ((all + 1.0) - ties / (all * (all - 1.0)).max(1.0));
    if variance <= 0.0 { 0.0 } else { (sum - expected) / variance.sqrt() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_shift_is_told() {
        let side = |from: u64, width: u64| {
            let mut histogram = Histogram::default();
            (0..200).for_each(|n| histogram.add(from + n * 7919 % width));
            histogram
        };
        let told = |left: Histogram, right: Histogram| {
            let by_operation = BTreeMap::from([("op".to_owned(), [left, right])]);
            Timings { by_operation }.compared().remove(0)
        };
        let same = told(side(10_000, 20_000), side(10_000, 20_000));
        assert!(same.z.abs() < 1e-9 && same.says.is_none(), "{same:?}");
        let slower = told(side(10_000, 20_000), side(40_000, 20_000));
        assert!(
            slower.z > SURE && slower.says.as_ref().is_some_and(|says| says.contains("right is slower")),
            "{slower:?}"
        );
        let faster = told(side(40_000, 20_000), side(10_000, 20_000));
        assert!((slower.z + faster.z).abs() < 0.01 && faster.says.is_some(), "{faster:?}");
        // Surely, but not worth a word.
        assert!(told(side(100, 50), side(200, 50)).says.is_none());
        let mut outlier = side(10_000, 20_000);
        outlier.add(60_000_000);
        assert!(told(side(10_000, 20_000), outlier).says.is_none());
    }
}
