//! Where timestamps come from.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;

use crate::types::Timestamp;

/// Tells the time.
///
/// A [`Timestamp`] is one: a clock that stands still, for tests.
pub trait Clock: fmt::Debug + Send + Sync {
    /// What it shows.
    fn now(&self) -> Timestamp;
}

/// The clock of the system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        // No clock goes past the year 292,000,000.
        Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::from_millis(i64::MAX))
    }
}

impl Clock for Timestamp {
    fn now(&self) -> Timestamp {
        *self
    }
}

/// How far the exchange's clock is ahead of another; negative when it is behind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClockOffset(i64);

impl ClockOffset {
    /// So many milliseconds ahead.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// How many milliseconds ahead.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// What the exchange's clock shows when this one shows `time`.
    pub const fn apply(self, time: Timestamp) -> Timestamp {
        Timestamp::from_millis(time.as_millis().saturating_add(self.0))
    }

    /// Follows from one question: when it was asked, what the exchange said, and when that arrived.
    ///
    /// The question is taken to be as long on its way as the answer, so it is wrong by half the time between at most.
    pub const fn measured(asked: Timestamp, told: Timestamp, heard: Timestamp) -> Self {
        let between = heard.as_millis().saturating_sub(asked.as_millis());
        let middle = asked.as_millis().saturating_add(between / 2);
        Self(told.as_millis().saturating_sub(middle))
    }
}

/// Prints milliseconds with their sign: `+12 ms`.
impl fmt::Display for ClockOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:+} ms", self.0)
    }
}

/// A clock set to the exchange's.
#[derive(Debug)]
pub(crate) struct SetClock {
    offset: AtomicI64,
    clock: Box<dyn Clock>,
}

impl SetClock {
    pub(crate) fn new(clock: Box<dyn Clock>) -> Self {
        Self {
            offset: AtomicI64::new(0),
            clock,
        }
    }

    /// The time at the exchange.
    pub(crate) fn now(&self) -> Timestamp {
        self.offset().apply(self.own())
    }

    /// The time the clock itself shows.
    pub(crate) fn own(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn offset(&self) -> ClockOffset {
        ClockOffset(self.offset.load(Ordering::Relaxed))
    }

    pub(crate) fn set(&self, offset: ClockOffset) {
        self.offset.store(offset.0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn a_set_clock_shows_the_exchanges_time() {
        let clock = SetClock::new(Box::new(at(1_000)));
        assert_eq!((clock.now(), clock.own()), (at(1_000), at(1_000)));
        clock.set(ClockOffset::from_millis(-250));
        assert_eq!((clock.now(), clock.own()), (at(750), at(1_000)));
        assert_eq!(clock.offset().to_string(), "-250 ms");
    }

    #[test]
    fn the_exchange_is_taken_to_answer_in_the_middle() {
        assert_eq!(
            ClockOffset::measured(at(100), at(1_150), at(200)).as_millis(),
            1_000
        );
        assert_eq!(
            ClockOffset::measured(at(100), at(100), at(100)).to_string(),
            "+0 ms"
        );
    }

    #[test]
    fn no_time_overflows() {
        let far = ClockOffset::measured(at(i64::MIN), at(i64::MAX), at(i64::MAX));
        assert_eq!(far.apply(at(i64::MAX)), at(i64::MAX));
        assert!(SystemClock.now() > at(1_700_000_000_000));
    }
}
