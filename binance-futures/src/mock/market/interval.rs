//! Intervals of candlesticks.

use super::calendar;
use crate::types::KlineInterval;

pub(super) const MINUTE: i64 = 60_000;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

/// 1970-01-05, a Monday.
const FIRST_MONDAY: i64 = 4 * DAY;

/// The length of a candlestick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mock) enum Interval {
    /// A number of milliseconds, counted from a time at which one begins.
    Fixed {
        /// Length in milliseconds.
        length: i64,
        /// Start of one of the intervals.
        origin: i64,
    },
    /// A calendar month.
    Month,
}

impl Interval {
    /// One day, starting at midnight UTC.
    pub(super) const DAY: Self = Self::Fixed {
        length: DAY,
        origin: 0,
    };

    /// Returns the interval of a candlestick. `None` if the exchange has no such candlesticks.
    pub(in crate::mock) fn new(interval: &KlineInterval) -> Option<Self> {
        let length = match interval {
            KlineInterval::Minute1 => MINUTE,
            KlineInterval::Minute3 => 3 * MINUTE,
            KlineInterval::Minute5 => 5 * MINUTE,
            KlineInterval::Minute15 => 15 * MINUTE,
            KlineInterval::Minute30 => 30 * MINUTE,
            KlineInterval::Hour1 => HOUR,
            KlineInterval::Hour2 => 2 * HOUR,
            KlineInterval::Hour4 => 4 * HOUR,
            KlineInterval::Hour6 => 6 * HOUR,
            KlineInterval::Hour8 => 8 * HOUR,
            KlineInterval::Hour12 => 12 * HOUR,
            KlineInterval::Day1 => DAY,
            KlineInterval::Day3 => 3 * DAY,
            KlineInterval::Week1 => {
                return Some(Self::Fixed {
                    length: 7 * DAY,
                    origin: FIRST_MONDAY,
                });
            }
            KlineInterval::Month1 => return Some(Self::Month),
            // One-second candlesticks are rejected over REST.
            _ => return None,
        };
        Some(Self::Fixed { length, origin: 0 })
    }

    /// Returns the start of the interval that contains a time.
    pub(in crate::mock) fn start(self, time: i64) -> i64 {
        match self {
            Self::Fixed { length, origin } => (time - origin).div_euclid(length) * length + origin,
            Self::Month => {
                let (year, month) = calendar::year_and_month(time.div_euclid(DAY));
                calendar::days_since_epoch(year, month, 1) * DAY
            }
        }
    }

    /// Returns the start of the interval after the one that contains a time.
    pub(in crate::mock) fn next(self, time: i64) -> i64 {
        match self {
            Self::Fixed { length, .. } => self.start(time) + length,
            // Every month is longer than 27 days, and 32 days after its first day is the next month.
            Self::Month => self.start(self.start(time) + 32 * DAY),
        }
    }
}
