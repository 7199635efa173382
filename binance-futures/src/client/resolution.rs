//! Looking up the outcome of a request.

use std::time::Duration;

use super::{is_retryable, needs_clock_sync};
use crate::error::Error;
use crate::values::Timestamp;

/// The outcome of a request whose response was lost.
#[derive(Debug)]
#[non_exhaustive]
pub enum Resolution<T> {
    /// The exchange accepted the request. This is the response of the lookup, such as the current state of the order.
    Found(T),
    /// The request was not executed and can no longer execute: it never arrived, or was rejected. It can be sent again, with the same
    /// client order id.
    NotExecuted,
    /// The time ended before the outcome was certain. The request may still have been executed. Call `resolve` again.
    Unresolved {
        /// Why the last lookup failed. "Not found" is also reported here if it does not prove yet that the request was not executed.
        last: Error,
    },
}

/// Decides about the lookups of one request.
///
/// "Not found" is certain only if the exchange would no longer accept the request: after its timestamp plus its receive window plus a
/// tolerance for differences of the clocks. The client's clock must have been synchronized for this decision.
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
        let is_not_found = self.is_not_found(failed);
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
        !self.clock_was_synced && (self.is_not_found(failed) || needs_clock_sync(failed))
    }

    fn is_not_found(&self, failed: &Error) -> bool {
        failed
            .code()
            .is_some_and(|code| self.not_found_codes.contains(&code))
    }
}

#[cfg(all(test, feature = "usdm"))]
mod tests {
    use super::*;
    use crate::error::{ApiError, TransportError, TransportErrorKind};
    use crate::rate_limits::RateLimitUsage;
    use crate::request::{KnownError, Product};
    use crate::usdm::Usdm;

    const SECOND: Duration = Duration::from_secs(1);
    const EXPIRES_AT: Timestamp = Timestamp::from_millis(100_000);
    /// The expiry, a tolerance of one second, and another second.
    const CERTAIN_AT: Timestamp = Timestamp::from_millis(102_000);

    fn plan(expires_at: Option<Timestamp>, within: Duration) -> LookupPlan {
        LookupPlan::new(&[-2013], expires_at, 1_000, within)
    }

    fn rejected(code: i64) -> Error {
        Error::Api(Box::new(ApiError {
            request: "usdm::QueryOrder".into(),
            code: Some(code),
            known: KnownError::find(Usdm::ERRORS, code),
            remedy: None,
            hint: None,
            message: String::new(),
            usage: RateLimitUsage::default(),
            retry_after: None,
            http: None,
            body: bytes::Bytes::new(),
        }))
    }

    fn no_connection() -> Error {
        let kind = TransportErrorKind::Connect;
        Error::Transport(TransportError::new(kind, kind.to_string(), None))
    }

    #[test]
    fn not_found_is_certain_after_the_expiry_and_a_clock_sync() {
        let not_found = rejected(-2013);
        let before = Timestamp::from_millis(CERTAIN_AT.as_millis() - 1);
        let mut plan = plan(Some(EXPIRES_AT), Duration::MAX);
        assert!(plan.wants_clock_sync(&not_found));
        assert!(matches!(
            plan.after(&not_found, CERTAIN_AT, Duration::ZERO),
            Step::Wait(_)
        ));
        plan.clock_synced();
        assert!(!plan.wants_clock_sync(&not_found));
        assert!(matches!(
            plan.after(&not_found, before, Duration::ZERO),
            Step::Wait(_)
        ));
        let step = plan.after(&not_found, CERTAIN_AT, Duration::ZERO);
        assert_eq!(step, Step::NotExecuted);
    }

    #[test]
    fn not_found_is_never_certain_without_an_expiry() {
        let mut plan = plan(None, SECOND);
        plan.clock_synced();
        let late = Timestamp::from_millis(i64::MAX);
        let step = plan.after(&rejected(-2013), late, Duration::ZERO);
        assert!(matches!(step, Step::Wait(_)));
        let step = plan.after(&rejected(-2013), late, SECOND);
        assert_eq!(step, Step::Unresolved);
    }

    #[test]
    fn waits_double_up_to_two_seconds() {
        let mut plan = plan(Some(EXPIRES_AT), Duration::MAX);
        let waits = [100, 200, 400, 800, 1_600, 2_000, 2_000];
        for millis in waits {
            let step = plan.after(&no_connection(), EXPIRES_AT, Duration::ZERO);
            assert_eq!(step, Step::Wait(Duration::from_millis(millis)));
        }
    }

    #[test]
    fn wait_ends_within_the_given_time() {
        let mut plan = plan(Some(EXPIRES_AT), SECOND);
        let first = Duration::from_millis(100);
        let step = plan.after(&no_connection(), EXPIRES_AT, SECOND - first);
        assert_eq!(step, Step::Wait(first));
        let step = plan.after(&no_connection(), EXPIRES_AT, SECOND - first);
        assert_eq!(step, Step::Unresolved);
    }

    #[test]
    fn rejected_lookup_fails_unless_a_clock_sync_helps() {
        let mut plan = plan(Some(EXPIRES_AT), SECOND);
        let step = plan.after(&rejected(-2015), EXPIRES_AT, Duration::ZERO);
        assert_eq!(step, Step::Fail);
        assert!(!plan.wants_clock_sync(&rejected(-2015)));
        assert!(plan.wants_clock_sync(&rejected(-1021)));
        let step = plan.after(&rejected(-1021), EXPIRES_AT, Duration::ZERO);
        assert!(matches!(step, Step::Wait(_)));
    }

    #[test]
    fn lookup_may_take_a_second_however_little_time_is_left() {
        let plan = plan(Some(EXPIRES_AT), 5 * SECOND);
        assert_eq!(plan.timeout(Duration::ZERO), 5 * SECOND);
        assert_eq!(plan.timeout(2 * SECOND), 3 * SECOND);
        assert_eq!(plan.timeout(6 * SECOND), SECOND);
    }
}
