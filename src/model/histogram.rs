//! How long answers took: a histogram of fixed size, so that a million requests need no more room than ten.

use super::report::OperationTiming;

/// Eight steps for each of the 64 powers of two.
const STEPS: usize = 8;

/// How long requests took, counted by duration. The result does not depend on the order of arrival.
#[derive(Debug, Clone)]
pub struct Histogram {
    counts: Vec<u64>,
    requests: u64,
    longest: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; 64 * STEPS], requests: 0, longest: 0 }
    }
}

impl Histogram {
    /// Counts one request.
    pub fn add(&mut self, micros: u64) {
        self.counts[bucket(micros)] += 1;
        self.requests += 1;
        self.longest = self.longest.max(micros);
    }

    /// How many requests are in each of the steps of time, shortest first.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// What it tells of an operation.
    #[must_use]
    pub fn timing(&self, operation: &str) -> OperationTiming {
        OperationTiming {
            operation: operation.into(),
            requests: self.requests,
            median_micros: self.at(50),
            p95_micros: self.at(95),
            longest_micros: self.longest,
        }
    }

    /// A bound that `percent` of the requests kept, never above the longest.
    fn at(&self, percent: u64) -> u64 {
        let wanted = (self.requests * percent).div_ceil(100);
        let mut seen = 0;
        for (index, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                return upper(index).min(self.longest);
            }
        }
        self.longest
    }
}

fn bucket(micros: u64) -> usize {
    let power = micros.max(1).ilog2() as usize;
    let step = (0..STEPS).rev().find(|step| power >= 3 && micros >> (power - 3) & 7 == *step as u64);
    power * STEPS + step.unwrap_or(0)
}

fn upper(index: usize) -> u64 {
    let (power, step) = (index / STEPS, (index % STEPS) as u64);
    if power < 3 {
        return (2u64 << power) - 1;
    }
    let width = 1u64 << (power - 3);
    (1u64 << power) + step * width + (width - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_within_an_eighth_and_never_above_the_longest() {
        let mut histogram = Histogram::default();
        for micros in 1..=1000 {
            histogram.add(micros);
        }
        let timing = histogram.timing("x");
        assert_eq!((timing.requests, timing.longest_micros), (1000, 1000));
        assert!((500..=563).contains(&timing.median_micros), "{timing:?}");
        assert!((950..=1000).contains(&timing.p95_micros), "{timing:?}");
    }

    #[test]
    fn no_duration_is_out_of_range() {
        let mut histogram = Histogram::default();
        for micros in [0, 1, 7, 8, u64::MAX] {
            histogram.add(micros);
            assert!(upper(bucket(micros)) >= micros);
        }
        assert_eq!(histogram.timing("x").longest_micros, u64::MAX);
    }
}
