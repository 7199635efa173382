//! Which failures are retried, and when.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::{Error, TransportErrorKind};
use crate::request::{Action, Idempotency};

/// Whether and when a failed request is retried: by [`Backoff`] (the default), [`never`](Self::never), or by a custom
/// [`RetryPolicy`].
///
/// No policy can repeat the effect of a request. An order with an unknown outcome is never resent. These failures are retried:
///
/// - The connection to the exchange or the proxy was not established.
/// - The connection broke, and the request is read-only or idempotent.
/// - [`Error::Server`], and [`Error::UnknownOutcome`] of an idempotent request.
/// - [`Error::RateLimited`] without a ban.
/// - A timestamp that the exchange rejects (-1021), once, after a clock synchronization.
///
/// Any other [`Error::Api`], a failed TLS handshake, a response that cannot be decoded and, for a read-only request, a response that is too
/// large are not retried. After the timeout of the call, nothing is retried.
///
/// With every policy:
///
/// - Each attempt has its own timestamp and signature.
/// - The timeout of the call covers all attempts.
/// - A wait that the exchange asks for is not shortened. If it does not fit into the timeout of the call, the error is returned
///   immediately.
/// - A request that is not read-only is not sent again after its receive window, counted from the first attempt.
/// - If the exchange responds to a second attempt that the client order id is in use, after it responded to the first one that it was
///   overloaded, the first one may have been executed. The error is [`Error::UnknownOutcome`], so that the order is looked up.
#[derive(Debug, Clone)]
pub struct Retry(Policy);

#[derive(Debug, Clone)]
enum Policy {
    Never,
    Backoff(Backoff),
    Custom(Arc<dyn RetryPolicy>),
}

/// A policy that decides how long to wait before the next attempt.
///
/// ```
/// use std::time::Duration;
/// use binance_futures::client::{FailedAttempt, Retry, RetryPolicy};
///
/// #[derive(Debug)]
/// struct OnceAfter(Duration);
///
/// impl RetryPolicy for OnceAfter {
///     fn wait(&self, failed: &FailedAttempt<'_>) -> Option<Duration> {
///         (failed.attempt == 1).then_some(self.0)
///     }
/// }
///
/// let retry = Retry::custom(OnceAfter(Duration::from_millis(50)));
/// ```
pub trait RetryPolicy: fmt::Debug + Send + Sync {
    /// Returns how long to wait before the next attempt. Returns `None` to give up. If the exchange asked for a longer wait, the client
    /// waits that long.
    fn wait(&self, failed: &FailedAttempt<'_>) -> Option<Duration>;
}

/// A failed attempt that can be retried safely.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct FailedAttempt<'a> {
    /// Why it failed.
    pub error: &'a Error,
    /// The number of the attempt that failed. The first is 1.
    pub attempt: u32,
    /// How long the call has taken so far.
    pub elapsed: Duration,
    /// A random number from 0 to below 1, for jitter: many clients should not retry at the same time.
    pub random: f64,
}

impl Retry {
    /// Never retries, and does not synchronize the clock after -1021.
    pub fn never() -> Self {
        Self(Policy::Never)
    }

    pub(crate) fn policy(&self) -> Option<&dyn RetryPolicy> {
        match &self.0 {
            Policy::Never => None,
            Policy::Backoff(backoff) => Some(backoff),
            Policy::Custom(policy) => Some(&**policy),
        }
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self(Policy::Backoff(Backoff::default()))
    }
}

/// Custom policies are equal only if one is a clone of the other.
impl PartialEq for Retry {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Policy::Never, Policy::Never) => true,
            (Policy::Backoff(one), Policy::Backoff(other)) => one == other,
            (Policy::Custom(one), Policy::Custom(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl From<Backoff> for Retry {
    fn from(backoff: Backoff) -> Self {
        Self(Policy::Backoff(backoff))
    }
}

impl Retry {
    /// Retries by a custom policy.
    pub fn custom(policy: impl RetryPolicy + 'static) -> Self {
        Self(Policy::Custom(Arc::new(policy)))
    }
}

/// Exponential backoff with jitter: the wait doubles after each attempt, and the number of attempts and the total time are limited.
///
/// By default, there are three attempts, and the last one begins at most ten seconds after the first. The first wait is at most 200 ms,
/// and no wait is longer than 2 s. The timeout of the call is a second limit, so set both for more patience:
///
/// ```no_run
/// # fn build() -> Result<(), binance_futures::error::Error> {
/// use std::time::Duration;
/// use binance_futures::{client::Backoff, usdm};
///
/// let patient = Backoff::default().attempts(6).total(Duration::from_secs(30));
/// let client = usdm::Client::builder().timeout(Duration::from_secs(30)).retry(patient).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a policy does nothing until it is set on a client or a call"]
pub struct Backoff {
    attempts: u32,
    first_wait: Duration,
    max_wait: Duration,
    total: Duration,
}

/// Three attempts; the last one begins at most ten seconds after the first. The first wait is at most 200 ms, and no wait is longer than
/// 2 s.
impl Default for Backoff {
    fn default() -> Self {
        Self {
            attempts: 3,
            first_wait: Duration::from_millis(200),
            max_wait: Duration::from_secs(2),
            total: Duration::from_secs(10),
        }
    }
}

impl Backoff {
    /// Sets the maximum number of attempts, including the first. Default: 3. The first attempt is made even with 0.
    pub fn attempts(self, attempts: u32) -> Self {
        Self { attempts, ..self }
    }

    /// Sets the first wait. Jitter shortens each wait by up to half. Default: 200 ms.
    pub fn first_wait(self, first_wait: Duration) -> Self {
        Self { first_wait, ..self }
    }

    /// Sets the longest wait. Default: 2 s.
    pub fn max_wait(self, max_wait: Duration) -> Self {
        Self { max_wait, ..self }
    }

    /// Sets how long after the first attempt the last one may begin. Default: ten seconds. The timeout of the call may end the
    /// attempts earlier.
    pub fn total(self, total: Duration) -> Self {
        Self { total, ..self }
    }
}

impl RetryPolicy for Backoff {
    fn wait(&self, failed: &FailedAttempt<'_>) -> Option<Duration> {
        if failed.attempt >= self.attempts {
            return None;
        }
        let doublings = failed.attempt.saturating_sub(1).min(31);
        let longest = self
            .first_wait
            .saturating_mul(1 << doublings)
            .min(self.max_wait);
        let part = 1.0 - failed.random.clamp(0.0, 1.0) / 2.0;
        let wait = Duration::try_from_secs_f64(longest.as_secs_f64() * part).unwrap_or(longest);
        let wait = wait.max(failed.error.retry_after().unwrap_or_default());
        (failed.elapsed.saturating_add(wait) <= self.total).then_some(wait)
    }
}

/// Returns whether the request can be sent again without the risk that it executes twice. Whether that is useful is decided by a policy.
pub(crate) fn is_retryable(failed: &Error) -> bool {
    match failed {
        // The request never arrived, or is read-only.
        Error::Transport(error) => matches!(
            error.kind(),
            TransportErrorKind::Connect
                | TransportErrorKind::Proxy
                | TransportErrorKind::Timeout
                | TransportErrorKind::Broken
        ),
        // The exchange did not execute it, or it is read-only.
        Error::Server(_) => true,
        // Requests during a ban extend the ban.
        Error::RateLimited(limited) => !limited.is_banned,
        Error::UnknownOutcome(unknown) => unknown.idempotency == Idempotency::Idempotent,
        // Only lookups come here, and a later one may fit. A call that is not a lookup fails with this error at once.
        Error::Throttled(throttled) => throttled.retry_after.is_some(),
        // The same request would be rejected again, or was executed.
        Error::InvalidRequest(_) | Error::Signing(_) | Error::Api(_) | Error::Decode(_) => false,
    }
}

/// Returns whether a failed attempt that is retried may have been executed, whatever the exchange responded.
pub(crate) fn may_have_executed(failed: &Error) -> bool {
    match failed {
        Error::Server(_) | Error::UnknownOutcome(_) => true,
        Error::Transport(error) => error.may_have_arrived(),
        // Rate limits and timestamps are checked before anything is executed.
        Error::InvalidRequest(_)
        | Error::Throttled(_)
        | Error::Signing(_)
        | Error::Api(_)
        | Error::RateLimited(_)
        | Error::Decode(_) => false,
    }
}

/// Returns whether the exchange rejected the request because of its timestamp. It is accepted after a clock synchronization.
pub(crate) fn needs_clock_sync(failed: &Error) -> bool {
    let Error::Api(rejected) = failed else {
        return false;
    };
    rejected
        .known
        .is_some_and(|known| known.action == Action::ResyncClock)
}

/// Returns a random number from 0 to below 1.
pub(crate) fn random() -> f64 {
    const BITS: u32 = 53;
    (random_u64() >> (u64::BITS - BITS)) as f64 / (1_u64 << BITS) as f64
}

/// Returns a random number of the operating system.
pub(super) fn random_u64() -> u64 {
    // The operating system may lack a source of randomness early at boot. Hash seeds are still different for each process.
    let mut bytes = [0; 8];
    match getrandom::getrandom(&mut bytes) {
        Ok(()) => u64::from_ne_bytes(bytes),
        Err(_) => fallback_seed(),
    }
}

#[cold]
fn fallback_seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0_u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::InvalidRequest;

    fn wait(backoff: Backoff, attempt: u32, elapsed: u64, random: f64) -> Option<u128> {
        let error = Error::from(InvalidRequest::UserAgent);
        let failed = FailedAttempt {
            error: &error,
            attempt,
            elapsed: Duration::from_millis(elapsed),
            random,
        };
        Some(backoff.wait(&failed)?.as_millis())
    }

    #[test]
    fn wait_doubles_up_to_the_maximum() {
        let backoff = Backoff::default().attempts(u32::MAX);
        let waits = [1, 2, 3, 4, 5, 6, 40, 4_000_000_000]
            .map(|attempt| wait(backoff, attempt, 0, 0.0).unwrap());
        assert_eq!(waits, [200, 400, 800, 1_600, 2_000, 2_000, 2_000, 2_000]);
    }

    #[test]
    fn jitter_shortens_a_wait_by_up_to_half() {
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
    fn each_setting_of_the_backoff_changes_the_waits() {
        let millis = Duration::from_millis;
        let backoff = Backoff::default().first_wait(millis(70));
        assert_eq!(wait(backoff, 1, 0, 0.0), Some(70));
        assert_eq!(wait(backoff, 2, 0, 0.0), Some(140));
        let backoff = Backoff::default().max_wait(millis(300));
        assert_eq!(wait(backoff, 1, 0, 0.0), Some(200));
        assert_eq!(wait(backoff, 2, 0, 0.0), Some(300));
        let backoff = Backoff::default().attempts(2);
        assert_eq!(wait(backoff, 1, 0, 0.0), Some(200));
        assert_eq!(wait(backoff, 2, 0, 0.0), None);
        let backoff = Backoff::default().total(millis(500));
        assert_eq!(wait(backoff, 1, 300, 0.0), Some(200));
        assert_eq!(wait(backoff, 1, 301, 0.0), None);
    }

    #[test]
    fn retries_are_equal_if_their_settings_are() {
        let backoff = Backoff::default();
        let custom = Retry::custom(backoff);
        assert_eq!(Retry::never(), Retry::never());
        assert_eq!(Retry::from(backoff), Retry::from(backoff));
        assert_eq!(custom, custom.clone());
        assert_ne!(Retry::from(backoff), Retry::from(backoff.attempts(7)));
        assert_ne!(Retry::from(backoff), Retry::never());
        assert_ne!(custom, Retry::custom(backoff));
    }

    #[test]
    fn fallback_for_randomness_is_different_at_each_call() {
        assert_ne!(fallback_seed(), fallback_seed());
    }

    #[test]
    fn attempts_and_total_time_are_limited() {
        let backoff = Backoff::default();
        assert_eq!(wait(backoff, 2, 0, 0.0), Some(400));
        assert_eq!(wait(backoff, 3, 0, 0.0), None);
        assert_eq!(wait(backoff, 1, 9_800, 0.0), Some(200));
        assert_eq!(wait(backoff, 1, 9_801, 0.0), None);
        let odd = Backoff::default()
            .first_wait(Duration::MAX)
            .max_wait(Duration::MAX);
        assert_eq!(wait(odd, 1, u64::MAX, 0.0), None);
    }
}
