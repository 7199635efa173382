//! When a call that failed is made again.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use crate::error::Error;

/// Whether and when a call that failed is made again: by [`Backoff`] unless told otherwise, [`never`](Self::never), or by a
/// [`RetryPolicy`] of one's own.
///
/// No policy makes a client do something twice. It is asked only about failures after which the call cannot have been done,
/// and about calls that do no more when done twice. An order whose fate is unknown is sent again by nobody.
///
/// Whatever the policy: each attempt has a timestamp and a signature of its own, the call's timeout covers all of them, a wait the
/// exchange asks for is kept, and what changes something is not sent later than its receive window after it was first sent.
#[derive(Debug, Clone)]
pub struct Retry(Option<Arc<dyn RetryPolicy>>);

/// Says how long to wait before a call is made again.
pub trait RetryPolicy: fmt::Debug + Send + Sync {
    /// The wait before the next attempt; none to give up.
    fn wait(&self, failed: &Failed<'_>) -> Option<Duration>;
}

/// An attempt that failed, after which the call can be made again without harm.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Failed<'a> {
    /// Why.
    pub error: &'a Error,
    /// Which attempt it was, from 1.
    pub attempt: u32,
    /// How long the call has taken so far.
    pub elapsed: Duration,
    /// Another number each time, from 0 to below 1: so that many clients do not come back all at once.
    pub random: f64,
}

impl Retry {
    /// Nothing is sent twice, not even after the clock was set.
    pub fn never() -> Self {
        Self(None)
    }

    pub(super) fn policy(&self) -> Option<&dyn RetryPolicy> {
        self.0.as_deref()
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self::from(Backoff::default())
    }
}

impl<T: RetryPolicy + 'static> From<T> for Retry {
    fn from(policy: T) -> Self {
        Self(Some(Arc::new(policy)))
    }
}

/// Waits twice as long each time, give or take, and gives up in time.
///
/// ```
/// use std::time::Duration;
/// use binance_futures::rest::Backoff;
///
/// let patient = Backoff::default().attempts(6).total(Duration::from_secs(30));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "it does nothing until a client or a call takes it"]
pub struct Backoff {
    attempts: u32,
    first_wait: Duration,
    longest_wait: Duration,
    total: Duration,
}

/// Three attempts within ten seconds; the first wait is up to 200 ms and none is longer than 2 s.
impl Default for Backoff {
    fn default() -> Self {
        Self {
            attempts: 3,
            first_wait: Duration::from_millis(200),
            longest_wait: Duration::from_secs(2),
            total: Duration::from_secs(10),
        }
    }
}

impl Backoff {
    /// The most attempts, the first included.
    pub fn attempts(self, attempts: u32) -> Self {
        Self { attempts, ..self }
    }

    /// The first wait at its longest; chance takes off up to half of each.
    pub fn first_wait(self, first_wait: Duration) -> Self {
        Self { first_wait, ..self }
    }

    /// The longest wait.
    pub fn longest_wait(self, longest_wait: Duration) -> Self {
        Self {
            longest_wait,
            ..self
        }
    }

    /// No attempt begins later than this after the first.
    pub fn total(self, total: Duration) -> Self {
        Self { total, ..self }
    }
}

impl RetryPolicy for Backoff {
    fn wait(&self, failed: &Failed<'_>) -> Option<Duration> {
        if failed.attempt >= self.attempts {
            return None;
        }
        let doublings = failed.attempt.saturating_sub(1).min(31);
        let longest = self
            .first_wait
            .saturating_mul(1 << doublings)
            .min(self.longest_wait);
        let part = 1.0 - failed.random.clamp(0.0, 1.0) / 2.0;
        let wait = Duration::try_from_secs_f64(longest.as_secs_f64() * part).unwrap_or(longest);
        let wait = wait.max(failed.error.retry_after().unwrap_or_default());
        (failed.elapsed.saturating_add(wait) <= self.total).then_some(wait)
    }
}

/// A number from 0 to below 1. The standard library seeds its hashes from the system's source of randomness.
pub(super) fn random() -> f64 {
    const BITS: u32 = 53;
    let bits = RandomState::new().hash_one(0_u8) >> (u64::BITS - BITS);
    bits as f64 / (1_u64 << BITS) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::InvalidRequest;

    fn wait(backoff: Backoff, attempt: u32, elapsed: u64, random: f64) -> Option<u128> {
        let error = Error::from(InvalidRequest::UserAgent);
        let failed = Failed {
            error: &error,
            attempt,
            elapsed: Duration::from_millis(elapsed),
            random,
        };
        Some(backoff.wait(&failed)?.as_millis())
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let backoff = Backoff::default().attempts(u32::MAX);
        let waits = [1, 2, 3, 4, 5, 6, 40, 4_000_000_000]
            .map(|attempt| wait(backoff, attempt, 0, 0.0).unwrap());
        assert_eq!(waits, [200, 400, 800, 1_600, 2_000, 2_000, 2_000, 2_000]);
    }

    #[test]
    fn chance_takes_off_up_to_half() {
        let backoff = Backoff::default();
        assert_eq!(wait(backoff, 1, 0, 0.5), Some(150));
        assert_eq!(wait(backoff, 1, 0, 1.0), Some(100));
        for _ in 0..1_000 {
            let number = random();
            assert!((0.0..1.0).contains(&number), "{number}");
        }
        assert!((0..100).map(|_| random()).any(|number| number > 0.5));
        assert!((0..100).map(|_| random()).any(|number| number < 0.5));
    }

    #[test]
    fn attempts_and_time_run_out() {
        let backoff = Backoff::default();
        assert_eq!(wait(backoff, 2, 0, 0.0), Some(400));
        assert_eq!(wait(backoff, 3, 0, 0.0), None);
        assert_eq!(wait(backoff, 1, 9_800, 0.0), Some(200));
        assert_eq!(wait(backoff, 1, 9_801, 0.0), None);
        let odd = Backoff::default()
            .first_wait(Duration::MAX)
            .longest_wait(Duration::MAX);
        assert_eq!(wait(odd, 1, u64::MAX, 0.0), None);
    }
}
