//! Clocks: the source of timestamps, and its synchronization with the exchange.

use std::fmt;
#[cfg(feature = "client")]
use std::sync::{PoisonError, RwLock};
use std::time::SystemTime;

use crate::values::Timestamp;

/// A source of the current time.
///
/// [`Timestamp`] implements it as a clock that stands still, for tests.
pub trait Clock: fmt::Debug + Send + Sync {
    /// Returns the current time.
    fn now(&self) -> Timestamp;
}

/// The clock of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the only place that reads the system clock"
    )]
    fn now(&self) -> Timestamp {
        // Only times after the year 292,000,000 are out of range.
        Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::from_millis(i64::MAX))
    }
}

impl Clock for Timestamp {
    fn now(&self) -> Timestamp {
        *self
    }
}

/// How far the exchange's clock is ahead of another clock. Negative if it is behind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClockOffset(i64);

impl ClockOffset {
    /// Creates an offset in milliseconds.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Returns the offset in milliseconds.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Returns the time of the exchange's clock when the other clock shows `time`.
    pub const fn apply(self, time: Timestamp) -> Timestamp {
        Timestamp::from_millis(time.as_millis().saturating_add(self.0))
    }

    /// Computes the offset from a time request: when it was sent, the server time in its response, and when that was received.
    ///
    /// Assumes that the request and the response took equally long, so the error is at most half of the round trip.
    pub const fn measured(sent: Timestamp, server_time: Timestamp, received: Timestamp) -> Self {
        let round_trip = received.as_millis().saturating_sub(sent.as_millis());
        let middle = sent.as_millis().saturating_add(round_trip / 2);
        Self(server_time.as_millis().saturating_sub(middle))
    }
}

/// Prints milliseconds with their sign: `+12 ms`.
impl fmt::Display for ClockOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:+} ms", self.0)
    }
}

/// One comparison with the exchange's clock.
#[cfg(feature = "client")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClockSample {
    pub(crate) offset: ClockOffset,
    /// The duration of the time request in milliseconds. Shorter is more accurate.
    round_trip: i64,
}

#[cfg(feature = "client")]
impl ClockSample {
    pub(crate) const fn new(sent: Timestamp, server_time: Timestamp, received: Timestamp) -> Self {
        Self {
            offset: ClockOffset::measured(sent, server_time, received),
            round_trip: received.as_millis().saturating_sub(sent.as_millis()),
        }
    }

    /// Returns the more accurate of two samples.
    pub(crate) fn more_accurate(self, other: Self) -> Self {
        if other.round_trip < self.round_trip {
            other
        } else {
            self
        }
    }
}

/// A clock that is synchronized with the exchange's.
#[cfg(feature = "client")]
#[derive(Debug)]
pub(crate) struct SyncedClock {
    clock: Box<dyn Clock>,
    sync: RwLock<SyncState>,
}

/// The state of the synchronization.
#[cfg(feature = "client")]
#[derive(Debug, Clone, Copy, Default)]
struct SyncState {
    offset: ClockOffset,
    generation: u64,
}

#[cfg(feature = "client")]
impl SyncedClock {
    pub(crate) fn new(clock: Box<dyn Clock>) -> Self {
        Self {
            clock,
            sync: RwLock::default(),
        }
    }

    /// Returns the time of the exchange's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.offset().apply(self.local())
    }

    /// Returns the time of the local clock.
    pub(crate) fn local(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn offset(&self) -> ClockOffset {
        self.sync().offset
    }

    /// Returns how often the clock was synchronized.
    pub(crate) fn generation(&self) -> u64 {
        self.sync().generation
    }

    pub(crate) fn set(&self, offset: ClockOffset) {
        let mut sync = self.sync.write().unwrap_or_else(PoisonError::into_inner);
        *sync = SyncState {
            offset,
            generation: sync.generation + 1,
        };
    }

    fn sync(&self) -> SyncState {
        *self.sync.read().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(all(test, feature = "client"))]
mod tests {
    use super::*;

    const fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn synced_clock_shows_the_time_of_the_exchange() {
        let clock = SyncedClock::new(Box::new(at(1_000)));
        assert_eq!((clock.now(), clock.local()), (at(1_000), at(1_000)));
        clock.set(ClockOffset::from_millis(-250));
        assert_eq!((clock.now(), clock.local()), (at(750), at(1_000)));
        assert_eq!(clock.offset().to_string(), "-250 ms");
        assert_eq!(clock.generation(), 1);
    }

    #[test]
    fn offset_assumes_symmetric_latency() {
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
    fn sample_with_the_shorter_round_trip_is_more_accurate() {
        let slow = ClockSample::new(at(0), at(500), at(400));
        let fast = ClockSample::new(at(0), at(310), at(20));
        assert_eq!(slow.more_accurate(fast).offset.as_millis(), 300);
        assert_eq!(fast.more_accurate(slow).offset.as_millis(), 300);
    }

    #[test]
    fn extreme_times_do_not_overflow() {
        let far = ClockOffset::measured(at(i64::MIN), at(i64::MAX), at(i64::MAX));
        assert_eq!(far.apply(at(i64::MAX)), at(i64::MAX));
        assert!(SystemClock.now() > at(1_700_000_000_000));
        for server_time in [i64::MAX, i64::MIN, 0] {
            let clock = SyncedClock::new(Box::new(at(i64::MIN)));
            clock.set(ClockSample::new(at(i64::MIN), at(server_time), at(i64::MAX)).offset);
            let _ = clock.now();
        }
    }
}
