//! The decision whether a failed call is attempted again.

use std::time::Duration;

use super::{FailedAttempt, Retry, is_retryable, needs_clock_sync, retry};
use crate::error::Error;

/// The attempts of one call.
#[derive(Debug)]
pub(crate) struct Attempts<'a> {
    /// The number of the current attempt, from 1.
    pub(crate) number: u32,
    /// How long the call may take. `None` means no limit.
    timeout: Option<Duration>,
    retry: &'a Retry,
    /// How long after the first attempt the request may be sent. `None` means no limit.
    retry_window: Option<Duration>,
    /// How much time an attempt needs to be useful.
    time_needed: Duration,
    clock_was_synced: bool,
}

/// What to do after a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Synchronize the clock and try again.
    SyncClock,
    /// Try again after this wait.
    RetryAfter(Duration),
    /// Return the error.
    GiveUp,
}

impl<'a> Attempts<'a> {
    pub(crate) fn new(
        timeout: Option<Duration>,
        retry: &'a Retry,
        retry_window: Option<Duration>,
        time_needed: Duration,
    ) -> Self {
        Self {
            number: 1,
            timeout,
            retry,
            retry_window,
            time_needed,
            clock_was_synced: false,
        }
    }

    /// Returns how much time is left after `elapsed`. Returns `None` if there is no limit.
    pub(crate) fn left(&self, elapsed: Duration) -> Option<Duration> {
        Some(self.timeout?.saturating_sub(elapsed))
    }

    /// Decides what to do after a failed attempt.
    pub(crate) fn after(&mut self, failed: &Error, elapsed: Duration) -> Next {
        let Some(policy) = self.retry.policy() else {
            return Next::GiveUp;
        };
        if needs_clock_sync(failed) && !self.clock_was_synced {
            self.clock_was_synced = true;
            return Next::SyncClock;
        }
        if !is_retryable(failed) {
            return Next::GiveUp;
        }
        let wait = policy.wait(&FailedAttempt {
            error: failed,
            attempt: self.number,
            elapsed,
            random: retry::random(),
        });
        match wait {
            Some(wait) => {
                let wait = wait.max(failed.retry_after().unwrap_or_default());
                if self.can_begin(elapsed.saturating_add(wait)) {
                    Next::RetryAfter(wait)
                } else {
                    Next::GiveUp
                }
            }
            None => Next::GiveUp,
        }
    }

    /// Returns whether an attempt may begin this long after the first one.
    pub(crate) fn can_begin(&self, elapsed: Duration) -> bool {
        self.retry_window.is_none_or(|window| elapsed <= window)
            && self
                .left(elapsed)
                .is_none_or(|left| left > self.time_needed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{TransportError, TransportErrorKind};

    const SECOND: Duration = Duration::from_secs(1);

    fn failed(kind: TransportErrorKind) -> Error {
        Error::Transport(TransportError::new(kind, kind.to_string(), None))
    }

    fn fixed(wait: Duration) -> Retry {
        #[derive(Debug)]
        struct Fixed(Duration);

        impl super::super::RetryPolicy for Fixed {
            fn wait(&self, _: &FailedAttempt<'_>) -> Option<Duration> {
                Some(self.0)
            }
        }

        Retry::custom(Fixed(wait))
    }

    #[test]
    fn only_safe_failures_are_retried() {
        let policy = fixed(SECOND);
        let mut attempts = Attempts::new(None, &policy, None, Duration::ZERO);
        for (kind, next) in [
            (TransportErrorKind::Connect, Next::RetryAfter(SECOND)),
            (TransportErrorKind::Timeout, Next::RetryAfter(SECOND)),
            (TransportErrorKind::Tls, Next::GiveUp),
            (TransportErrorKind::TooLarge, Next::GiveUp),
        ] {
            assert_eq!(attempts.after(&failed(kind), Duration::ZERO), next);
        }
    }

    #[test]
    fn no_attempt_begins_after_the_retry_window() {
        let error = failed(TransportErrorKind::Connect);
        let policy = fixed(SECOND);
        let mut attempts = Attempts::new(None, &policy, Some(5 * SECOND), Duration::ZERO);
        assert_eq!(attempts.after(&error, 4 * SECOND), Next::RetryAfter(SECOND));
        let late = 4 * SECOND + Duration::from_millis(1);
        assert_eq!(attempts.after(&error, late), Next::GiveUp);
    }

    #[test]
    fn no_attempt_begins_without_the_time_to_connect() {
        let error = failed(TransportErrorKind::Connect);
        let policy = fixed(SECOND);
        let mut attempts = Attempts::new(Some(10 * SECOND), &policy, None, 5 * SECOND);
        assert_eq!(attempts.after(&error, 3 * SECOND), Next::RetryAfter(SECOND));
        assert_eq!(attempts.after(&error, 4 * SECOND), Next::GiveUp);
    }

    #[test]
    fn retry_never_gives_up_after_any_failure() {
        let never = Retry::never();
        let mut attempts = Attempts::new(None, &never, None, Duration::ZERO);
        let next = attempts.after(&failed(TransportErrorKind::Connect), Duration::ZERO);
        assert_eq!(next, Next::GiveUp);
    }
}
