//! How many requests one caller may make: a bucket a key, or an address where there is no key.

use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::error::{Code, Problem};
use crate::config::Limits;

/// Buckets of all callers.
pub struct Buckets {
    limiter: DefaultKeyedRateLimiter<String>,
    clock: DefaultClock,
}

impl Buckets {
    /// Buckets of `limits.burst` requests, refilled at `limits.requests_per_second`.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let at_least_one = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(at_least_one(limits.requests_per_second)).allow_burst(at_least_one(limits.burst));
        Self { limiter: RateLimiter::keyed(quota), clock: DefaultClock::default() }
    }

    /// Takes one from the caller's bucket.
    ///
    /// # Errors
    /// 429 with the seconds after which one is there again.
    pub fn take(&self, caller: &str) -> Result<(), Problem> {
        // Callers that have been silent long enough to be full again need no bucket.
        if self.limiter.len() > 10_000 {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(&caller.to_owned()).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            Problem::new(Code::RateLimited, "this caller has used up its requests for now")
                .retry_after(wait.as_secs() as u32 + 1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emptied_bucket_does_not_empty_anothers() {
        let buckets = Buckets::new(&Limits { requests_per_second: 1, burst: 3, ..Limits::default() });
        for _ in 0..3 {
            assert!(buckets.take("a").is_ok());
        }
        let refused = buckets.take("a").expect_err("empty");
        assert_eq!(refused.code, Code::RateLimited);
        assert!(refused.retry_after.is_some_and(|s| s >= 1));
        assert!(buckets.take("b").is_ok());
    }
}
