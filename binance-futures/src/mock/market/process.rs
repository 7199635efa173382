//! The price process of a contract: best bid price, mark price and index price at any time.
//!
//! Prices change in steps of [`STEP`]. Each contract has its own moment within a step, at which its prices change and its trade of the
//! step is printed. All prices are pure functions of the time, the seed and the levels that tests have set: nothing has to be computed
//! before, and nothing has to be stored.

use std::collections::VecDeque;

use super::noise::{self, ONE, smooth};
use super::units::MAX_COUNT;

/// Milliseconds of a step.
pub(super) const STEP: i64 = 5_000;

/// Number of levels that are kept. When there are more, the history begins later.
const MAX_LEVELS: usize = 50_000;

/// One whole, in parts per billion.
const BILLION: i128 = 1_000_000_000;

/// Movements of the index price: period in milliseconds, and amplitude in parts per billion.
const TREND: &[(i64, i64)] = &[
    (30_000, 40_000),
    (900_000, 500_000),
    (20_000_000, 4_000_000),
    (500_000_000, 30_000_000),
];

/// Movements of the mark price relative to the index price.
const SLOW_PREMIUM: &[(i64, i64)] = &[(57_000_000, 1_200_000)];

/// Movements of the last price relative to the mark price.
const FAST_PREMIUM: &[(i64, i64)] = &[(40_000, 40_000)];

/// The price process of a contract. Prices are in ticks.
#[derive(Debug)]
pub(super) struct Process {
    stream: u64,
    is_moving: bool,
    offset: i64,
    min: i128,
    max: i128,
    /// Levels by the time from which they hold. Never empty.
    levels: VecDeque<Level>,
    first: Level,
}

/// A price level around which prices move.
#[derive(Debug, Clone, Copy)]
struct Level {
    /// Time from which the level holds.
    from: i64,
    /// Price.
    price: i128,
    /// Deviation of the price process at the time at which the price is exactly the level.
    deviation: i64,
}

/// Prices relative to the level, in parts per billion.
#[derive(Debug, Clone, Copy, Default)]
struct Deviation {
    index: i64,
    mark: i64,
    price: i64,
}

/// The prices of one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Prices {
    /// Best bid price.
    pub(super) bid: i128,
    /// Mark price, in parts of a tick.
    pub(super) mark: i128,
    /// Index price, in parts of a tick.
    pub(super) index: i128,
}

impl Process {
    /// Starts a process whose best bid price is `price` at the time `start`. Prices stay between `min` and `max`.
    pub(super) fn new(
        stream: u64,
        is_moving: bool,
        start: i64,
        price: i128,
        (min, max): (i128, i128),
    ) -> Self {
        let moments = STEP.unsigned_abs() - 1;
        let offset = (noise::hash(stream, 0) % moments) as i64 + 1;
        let mut process = Self {
            stream,
            is_moving,
            offset,
            min,
            max,
            levels: VecDeque::new(),
            first: Level {
                from: i64::MIN,
                price,
                deviation: 0,
            },
        };
        let anchor = process.time_of(process.step_at(start));
        process.first.deviation = process.deviation(anchor).price;
        process
    }

    /// Whether prices move on their own.
    pub(super) fn is_moving(&self) -> bool {
        self.is_moving
    }

    /// Returns the moment within each step at which prices change, in milliseconds from its start. From 1 to `STEP - 1`.
    pub(super) fn offset(&self) -> i64 {
        self.offset
    }

    /// Returns the last step at a time.
    pub(super) fn step_at(&self, time: i64) -> i64 {
        (time - self.offset).div_euclid(STEP)
    }

    /// Returns the first step at a time or later.
    pub(super) fn step_from(&self, time: i64) -> i64 {
        self.step_at(time - 1) + 1
    }

    /// Returns the time of a step.
    pub(super) fn time_of(&self, step: i64) -> i64 {
        step * STEP + self.offset
    }

    /// Sets the best bid price from a time on. Times must not decrease. Returns the time before which the history is lost, if any.
    pub(super) fn set_price(&mut self, time: i64, price: i128) -> Option<i64> {
        let level = Level {
            from: time,
            price,
            deviation: self.deviation(time).price,
        };
        if let Some(last) = self.levels.back_mut().filter(|last| last.from == time) {
            *last = level;
            return None;
        }
        self.levels.push_back(level);
        if self.levels.len() <= MAX_LEVELS {
            return None;
        }
        self.first = self.levels.pop_front()?;
        Some(self.first.from)
    }

    /// Returns the best bid price at a time.
    pub(super) fn bid(&self, time: i64) -> i128 {
        self.bid_of(self.level(time, time))
    }

    /// Returns the best bid price at the time of a step, before a test sets another one at the same time.
    pub(super) fn bid_at_step(&self, step: i64) -> i128 {
        let time = self.time_of(step);
        self.bid_of(self.level(time, time - 1))
    }

    fn bid_of(&self, (level, sampled): (Level, i64)) -> i128 {
        let deviation = self.deviation(sampled).price - level.deviation;
        self.bounded(level, scaled(level.price, deviation))
    }

    /// Returns all prices at a time. Mark price and index price are in parts of a tick, of which a tick has `parts`.
    pub(super) fn prices(&self, time: i64, parts: i128) -> Prices {
        self.prices_of(self.level(time, time), parts)
    }

    /// Returns all prices at a time, before a test sets another one at the same time.
    pub(super) fn prices_before_setting(&self, time: i64, parts: i128) -> Prices {
        self.prices_of(self.level(time, time - 1), parts)
    }

    fn prices_of(&self, (level, sampled): (Level, i64), parts: i128) -> Prices {
        let now = self.deviation(sampled);
        let anchor = level.deviation;
        let fine = level.price.saturating_mul(parts).min(MAX_COUNT);
        Prices {
            bid: self.bounded(level, scaled(level.price, now.price - anchor)),
            mark: scaled(fine, now.mark - anchor),
            index: scaled(fine, now.index - anchor),
        }
    }

    /// Returns the times from one time to another one, exclusive, at which the price was set.
    pub(super) fn set_times(&self, from: i64, to: i64) -> impl Iterator<Item = i64> {
        let first = self.levels.partition_point(|level| level.from < from);
        let times = self.levels.iter().skip(first).map(|level| level.from);
        times.take_while(move |time| *time < to)
    }

    /// Returns the premium of the mark price over the index price at a time, in parts per billion.
    pub(super) fn premium(&self, time: i64) -> i64 {
        let deviation = self.deviation(time);
        deviation.mark - deviation.index
    }

    /// Returns the level that was set last until `set`, and the time at which prices have last changed until `time`.
    fn level(&self, time: i64, set: i64) -> (Level, i64) {
        let later = self.levels.partition_point(|level| level.from <= set);
        let before = later
            .checked_sub(1)
            .and_then(|index| self.levels.get(index));
        let level = before.copied().unwrap_or(self.first);
        (level, self.time_of(self.step_at(time)).max(level.from))
    }

    fn bounded(&self, level: Level, price: i128) -> i128 {
        // A level may be out of bounds: an exchange can start with any price.
        price.clamp(level.price.min(self.min), level.price.max(self.max))
    }

    fn deviation(&self, time: i64) -> Deviation {
        if !self.is_moving {
            return Deviation::default();
        }
        let (index, used) = self.sum(TREND, 1, time);
        let (slow, used) = self.sum(SLOW_PREMIUM, used, time);
        let (fast, _) = self.sum(FAST_PREMIUM, used, time);
        Deviation {
            index,
            mark: index + slow,
            price: index + slow + fast,
        }
    }

    /// Adds movements. Returns the index of the next unused stream as well.
    fn sum(&self, movements: &[(i64, i64)], first: u64, time: i64) -> (i64, u64) {
        let mut stream = first;
        let mut sum = 0;
        for (period, amplitude) in movements {
            sum += smooth(self.stream.wrapping_add(stream), time, *period) * amplitude / ONE;
            stream += 1;
        }
        (sum, stream)
    }
}

/// Returns a price that deviates from a level by parts per billion, rounded down.
fn scaled(level: i128, deviation: i64) -> i128 {
    let factor = BILLION + i128::from(deviation);
    let product = level.checked_mul(factor);
    product.map_or(level, |product| {
        product.div_euclid(BILLION).clamp(-MAX_COUNT, MAX_COUNT)
    })
}
