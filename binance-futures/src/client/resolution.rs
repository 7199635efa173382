//! Looking up the outcome of a request.

use std::time::Duration;

use super::{is_retryable, needs_clock_sync};
use crate::error::Error;
use crate::values::Timestamp;

/// The outcome of a request whose response was lost.
#[derive(Debug)]
#[non_exhaustive]
pub enum Resolution<T> {
    /// The exchange received the request. This is its current state.
    Found(T),
    /// The request was not executed and cannot execute any more: it never arrived, or was rejected. It can be sent again.
    NotExecuted,
    /// The time ended before the outcome was certain. The request may still have been executed.
    Unresolved {
        /// Why the last lookup failed.
        last: Error,
    },
}

/// Decides about the lookups of one request.
///
/// "Not found" is certain only when the exchange would not accept the request any more: a receive window after its timestamp plus the
/// tolerance of the clocks, by a clock that was synchronized for it.
#[derive(Debug)]
pub(crate) struct LookupPlan {
    not_found_codes: &'static [i64],
    /// The time, by the exchange's clock, from which "not found" is certain. `None` if it never is.
    certain_at: Option<Timestamp>,
    /// How long lookups may go on.
    within: Duration,
    wait: Duration,
    clock_was_synced: bool,
}

/// What to do after a failed lookup.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The request was not executed.
    NotExecuted,
    /// Look up again after this wait.
    Wait(Duration),
    /// The time is over.
    Unresolved,
    /// The lookup itself was rejected.
    Fail,
}

impl LookupPlan {
    /// `expires_at` and `max_ahead_millis` are by the exchange's clock.
    pub(crate) fn new(
        not_found_codes: &'static [i64],
        expires_at: Option<Timestamp>,
        max_ahead_millis: u32,
        within: Duration,
    ) -> Self {
        /// A request that arrives at the last moment is found this long after it.
        const SETTLING_TIME: Duration = Duration::from_secs(1);
        const FIRST_WAIT: Duration = Duration::from_millis(100);
        let tolerance = Duration::from_millis(u64::from(max_ahead_millis)) + SETTLING_TIME;
        Self {
            not_found_codes,
            certain_at: expires_at.map(|expires_at| expires_at + tolerance),
            within,
            wait: FIRST_WAIT,
            clock_was_synced: false,
        }
    }

    /// Returns how long the next lookup may take.
    pub(crate) fn timeout(&self, elapsed: Duration) -> Duration {
        /// A lookup may take this long however little time is left.
        const MIN_TIMEOUT: Duration = Duration::from_secs(1);
        self.within.saturating_sub(elapsed).max(MIN_TIMEOUT)
    }

    /// Notes that the clock was synchronized.
    pub(crate) fn clock_synced(&mut self) {
        self.clock_was_synced = true;
    }

    /// Decides what to do after a lookup that failed. `sent_at` is when it was sent, by the exchange's clock.
    pub(crate) fn after(&mut self, failed: &Error, sent_at: Timestamp, elapsed: Duration) -> Step {
        const MAX_WAIT: Duration = Duration::from_secs(2);
        let is_not_found = failed
            .code()
            .is_some_and(|code| self.not_found_codes.contains(&code));
        if !is_not_found && !needs_clock_sync(failed) && !is_retryable(failed) {
            return Step::Fail;
        }
        if is_not_found && self.clock_was_synced && self.certain_at.is_some_and(|at| sent_at >= at)
        {
            return Step::NotExecuted;
        }
        let pause = self.wait.max(failed.retry_after().unwrap_or_default());
        if elapsed.saturating_add(pause) > self.within {
            return Step::Unresolved;
        }
        self.wait = self.wait.saturating_mul(2).min(MAX_WAIT);
        Step::Wait(pause)
    }

    /// Returns whether the clock must be synchronized before deciding: a clock that is ahead would make "not found" certain too early.
    pub(crate) fn wants_clock_sync(&self, failed: &Error) -> bool {
        let is_not_found = failed
            .code()
            .is_some_and(|code| self.not_found_codes.contains(&code));
        !self.clock_was_synced && (is_not_found || needs_clock_sync(failed))
    }
}
