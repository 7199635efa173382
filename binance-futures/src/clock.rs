//! Where timestamps come from.

use std::fmt;
use std::sync::{PoisonError, RwLock};
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
    #[expect(clippy::disallowed_methods, reason = "here time comes from")]
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

/// How much faster the exchange's clock goes than another; negative when it is slower.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClockDrift {
    parts_per_billion: i64,
}

impl ClockDrift {
    /// Milliseconds that it gains in a million seconds, and so on: parts per million.
    pub fn parts_per_million(self) -> f64 {
        self.parts_per_billion as f64 / 1_000.0
    }

    /// What it adds up to in so many milliseconds.
    fn over(self, millis: i64) -> i64 {
        let product = i128::from(self.parts_per_billion) * i128::from(millis);
        i64::try_from(product / BILLION).unwrap_or(0)
    }
}

/// Prints parts per million with their sign: `+12.5 ppm`.
impl fmt::Display for ClockDrift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:+.1} ppm", self.parts_per_million())
    }
}

const BILLION: i128 = 1_000_000_000;

/// What one comparison with the exchange's clock showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClockSample {
    /// What our own clock showed then.
    at: Timestamp,
    offset: ClockOffset,
    /// By how many milliseconds the offset may be wrong.
    uncertainty: i64,
}

impl ClockSample {
    /// Follows from one question: when it was asked, what the exchange said, and when that arrived.
    pub(crate) const fn new(asked: Timestamp, told: Timestamp, heard: Timestamp) -> Self {
        let took = heard.as_millis().saturating_sub(asked.as_millis());
        Self {
            at: heard,
            offset: ClockOffset::measured(asked, told, heard),
            // The exchange tells whole milliseconds.
            uncertainty: (took / 2).saturating_add(1),
        }
    }

    /// Which of two is the more exact.
    pub(crate) fn finer(self, other: Self) -> Self {
        if other.uncertainty < self.uncertainty {
            other
        } else {
            self
        }
    }
}

/// A clock set to the exchange's.
///
/// It remembers how the offset changed from one comparison to the next, and goes on changing it so in between.
#[derive(Debug)]
pub(crate) struct SyncedClock {
    setting: RwLock<Setting>,
    clock: Box<dyn Clock>,
}

/// How a clock is set.
#[derive(Debug, Clone, Copy)]
struct Setting {
    /// The offset, and what our own clock showed when it held.
    offset: ClockOffset,
    at: Timestamp,
    drift: ClockDrift,
    /// What the drift is measured from.
    reference: Option<ClockSample>,
    /// How often it was set.
    times: u64,
}

/// A drift is worth believing when it is known to so many parts per billion.
const EXACT_ENOUGH: i128 = 50_000;

/// A clock whose offset changes faster, in parts per billion, was set anew: none goes that wrong.
const FASTEST: i128 = 1_000_000;

/// After so many milliseconds the drift is measured afresh: it follows the temperature.
const STALE: i64 = 3_600_000;

impl Setting {
    fn offset_at(&self, own: Timestamp) -> ClockOffset {
        let since = own.as_millis().saturating_sub(self.at.as_millis());
        ClockOffset(self.offset.0.saturating_add(self.drift.over(since)))
    }

    fn measured(&mut self, new: ClockSample) {
        let old = *self.reference.get_or_insert(new);
        let apart = i128::from(new.at.as_millis()) - i128::from(old.at.as_millis());
        let change = i128::from(new.offset.0) - i128::from(old.offset.0);
        let uncertainty = i128::from(old.uncertainty) + i128::from(new.uncertainty);
        let least_change = (change.abs() - uncertainty).max(0);
        if apart < 0 || least_change * BILLION > FASTEST * apart {
            self.drift = ClockDrift::default();
            self.reference = Some(new);
        } else if apart > 0 && uncertainty * BILLION <= EXACT_ENOUGH * apart {
            let parts_per_billion = i64::try_from(change * BILLION / apart).unwrap_or(0);
            self.drift = ClockDrift { parts_per_billion };
            if apart > i128::from(STALE) {
                self.reference = Some(new);
            }
        }
        self.offset = new.offset;
        self.at = new.at;
        self.times += 1;
    }
}

impl SyncedClock {
    pub(crate) fn new(clock: Box<dyn Clock>) -> Self {
        let setting = Setting {
            offset: ClockOffset::default(),
            at: clock.now(),
            drift: ClockDrift::default(),
            reference: None,
            times: 0,
        };
        Self {
            setting: RwLock::new(setting),
            clock,
        }
    }

    /// The time at the exchange.
    pub(crate) fn now(&self) -> Timestamp {
        let own = self.own();
        self.setting().offset_at(own).apply(own)
    }

    /// The time the clock itself shows.
    pub(crate) fn own(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn offset(&self) -> ClockOffset {
        self.setting().offset_at(self.own())
    }

    pub(crate) fn drift(&self) -> ClockDrift {
        self.setting().drift
    }

    /// How often it was set: whoever finds it set since need not set it again.
    pub(crate) fn generation(&self) -> u64 {
        self.setting().times
    }

    /// Sets it, and forgets what it knew of its drift.
    pub(crate) fn set(&self, offset: ClockOffset) {
        let at = self.own();
        let mut setting = self.setting.write().unwrap_or_else(PoisonError::into_inner);
        *setting = Setting {
            offset,
            at,
            drift: ClockDrift::default(),
            reference: None,
            times: setting.times + 1,
        };
    }

    /// Sets it by a comparison with the exchange's.
    pub(crate) fn set_by(&self, measured: ClockSample) {
        let mut setting = self.setting.write().unwrap_or_else(PoisonError::into_inner);
        setting.measured(measured);
    }

    fn setting(&self) -> Setting {
        *self.setting.read().unwrap_or_else(PoisonError::into_inner)
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
        let clock = SyncedClock::new(Box::new(at(1_000)));
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

    /// A clock that is so far behind the exchange's, and loses more with time.
    fn compared(clock: &SyncedClock, own: i64, exchange: i64, took: i64) {
        let half = took / 2;
        clock.set_by(ClockSample::new(
            at(own - half),
            at(exchange),
            at(own + took - half),
        ));
    }

    #[derive(Debug, Clone, Default)]
    struct Hand(std::sync::Arc<std::sync::atomic::AtomicI64>);

    impl Hand {
        fn show(&self, millis: i64) {
            self.0.store(millis, std::sync::atomic::Ordering::Relaxed);
        }
    }

    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            at(self.0.load(std::sync::atomic::Ordering::Relaxed))
        }
    }

    #[test]
    fn a_drift_is_measured_and_followed_between_comparisons() {
        // The exchange's clock gains 100 ms on ours in 1,000 s, and begins 10 s ahead.
        let exchange = |own: i64| own + 10_000 + own / 10_000;
        let hand = Hand::default();
        let clock = SyncedClock::new(Box::new(hand.clone()));
        for own in [0, 600_000, 1_800_000] {
            hand.show(own);
            compared(&clock, own, exchange(own), 20);
        }
        assert_eq!(clock.drift().to_string(), "+100.0 ppm");
        for own in [1_800_000, 3_600_000, 5_400_000] {
            hand.show(own);
            let wrong = clock.now().as_millis() - exchange(own);
            assert!(wrong.abs() <= 2, "{wrong} ms at {own}");
        }
        assert_eq!(clock.generation(), 3);
    }

    #[test]
    fn no_drift_is_made_of_slow_answers() {
        let hand = Hand::default();
        let clock = SyncedClock::new(Box::new(hand.clone()));
        compared(&clock, 0, 10_000, 20);
        // A minute later, by an answer that took 400 ms and was told at its end.
        hand.show(60_000);
        compared(&clock, 60_000, 70_200, 400);
        assert_eq!(clock.drift(), ClockDrift::default());
        assert_eq!(clock.offset(), ClockOffset(10_200));
    }

    #[test]
    fn a_clock_that_was_set_anew_does_not_drift() {
        let hand = Hand::default();
        let clock = SyncedClock::new(Box::new(hand.clone()));
        let day = 86_400_000;
        compared(&clock, 0, 0, 2);
        compared(&clock, 1_000_000, 1_000_100, 2);
        assert_eq!(clock.drift().to_string(), "+100.0 ppm");
        // Somebody sets our clock back by an hour, and another by ten seconds ahead.
        for (own, exchange) in [
            (1_000_000 - 3_600_000, 1_000_000),
            (1_010_000 - 3_600_000, 1_000_000),
            (day, day),
        ] {
            hand.show(own);
            compared(&clock, own, exchange, 2);
            assert_eq!(clock.drift(), ClockDrift::default(), "{own}");
            assert_eq!(clock.now(), at(exchange));
        }
    }

    #[test]
    fn no_time_overflows() {
        let far = ClockOffset::measured(at(i64::MIN), at(i64::MAX), at(i64::MAX));
        assert_eq!(far.apply(at(i64::MAX)), at(i64::MAX));
        assert!(SystemClock.now() > at(1_700_000_000_000));
        let clock = SyncedClock::new(Box::new(at(i64::MIN)));
        for told in [i64::MAX, i64::MIN, 0] {
            clock.set_by(ClockSample::new(at(i64::MIN), at(told), at(i64::MAX)));
            clock.set_by(ClockSample::new(at(i64::MAX), at(told), at(i64::MIN)));
            let _ = clock.now();
        }
    }
}
