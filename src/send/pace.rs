//! The rate limit.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

/// Lets at most so many requests per second begin.
#[derive(Debug)]
pub(super) struct Pace {
    limiter: Option<DefaultDirectRateLimiter>,
    clock: DefaultClock,
}

impl Pace {
    /// `per_second` None, zero or not a number: no limit.
    pub(super) fn new(per_second: Option<f64>) -> Self {
        let limiter = per_second
            .filter(|rate| rate.is_finite() && *rate > 0.0)
            .and_then(|rate| Quota::with_period(Duration::from_secs_f64((1.0 / rate).max(1e-9))))
            .map(|quota| RateLimiter::direct(quota.allow_burst(NonZeroU32::MIN)));
        Self { limiter, clock: DefaultClock::default() }
    }

    /// Waits for the next place.
    pub(super) async fn wait(&self) {
        let Some(limiter) = &self.limiter else { return };
        while let Err(not_until) = limiter.check() {
            tokio::time::sleep(not_until.wait_time_from(self.clock.now())).await;
        }
    }
}
