//! Points in time.

use std::fmt;
use std::num::ParseIntError;
use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A point in time, in milliseconds since the Unix epoch (1970-01-01 00:00 UTC).
///
/// Adding and subtracting a [`Duration`] ignores what is finer than a millisecond and saturates at the bounds.
///
/// ```
/// use std::time::Duration;
/// use binance_futures::types::Timestamp;
///
/// let opened: Timestamp = "1700000000000".parse()?;
/// assert_eq!(opened + Duration::from_secs(60), Timestamp::from_millis(1_700_000_060_000));
/// # Ok::<(), binance_futures::types::ParseTimestampError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Creates a timestamp from milliseconds since the Unix epoch. Negative values lie before it.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Returns the milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }
}

/// Prints the milliseconds since the Unix epoch.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<i64> for Timestamp {
    fn from(millis: i64) -> Self {
        Self(millis)
    }
}

impl From<Timestamp> for i64 {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.0
    }
}

impl Timestamp {
    const fn saturating_add_millis(self, millis: i128) -> Self {
        let sum = (self.0 as i128).saturating_add(millis);
        Self(if sum > i64::MAX as i128 {
            i64::MAX
        } else if sum < i64::MIN as i128 {
            i64::MIN
        } else {
            sum as i64
        })
    }

    /// Returns the time from `earlier` to `self`. Returns zero if `earlier` is later.
    pub const fn saturating_duration_since(self, earlier: Self) -> Duration {
        let millis = self.0 as i128 - earlier.0 as i128;
        // The difference of two `i64` fits a `u64`.
        Duration::from_millis(if millis < 0 { 0 } else { millis as u64 })
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        self.saturating_add_millis(i128::try_from(duration.as_millis()).unwrap_or(i128::MAX))
    }
}

impl AddAssign<Duration> for Timestamp {
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        self.saturating_add_millis(
            i128::try_from(duration.as_millis()).map_or(i128::MIN, |millis| -millis),
        )
    }
}

impl SubAssign<Duration> for Timestamp {
    fn sub_assign(&mut self, duration: Duration) {
        *self = *self - duration;
    }
}

/// Parses milliseconds since the Unix epoch.
impl FromStr for Timestamp {
    type Err = ParseTimestampError;

    fn from_str(text: &str) -> Result<Self, ParseTimestampError> {
        text.parse().map(Self).map_err(ParseTimestampError)
    }
}

/// The error of parsing a text that is not a number of milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseTimestampError(ParseIntError);

impl fmt::Display for ParseTimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a number of milliseconds since 1970")
    }
}

impl std::error::Error for ParseTimestampError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// The error of converting a time that the other type cannot hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimestampRangeError(());

impl fmt::Display for TimestampRangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the time is out of range")
    }
}

impl std::error::Error for TimestampRangeError {}

/// Rounds down to whole milliseconds.
impl TryFrom<SystemTime> for Timestamp {
    type Error = TimestampRangeError;

    fn try_from(time: SystemTime) -> Result<Self, TimestampRangeError> {
        let millis = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_millis()),
            Err(before) => i64::try_from(before.duration().as_nanos().div_ceil(1_000_000))
                .map(|millis| -millis),
        };
        millis.map(Self).map_err(|_| TimestampRangeError(()))
    }
}

impl TryFrom<Timestamp> for SystemTime {
    type Error = TimestampRangeError;

    fn try_from(timestamp: Timestamp) -> Result<Self, TimestampRangeError> {
        let distance = Duration::from_millis(timestamp.0.unsigned_abs());
        let time = if timestamp.0 < 0 {
            UNIX_EPOCH.checked_sub(distance)
        } else {
            UNIX_EPOCH.checked_add(distance)
        };
        time.ok_or(TimestampRangeError(()))
    }
}

/// Rounds down to whole milliseconds.
#[cfg(feature = "jiff")]
impl From<jiff::Timestamp> for Timestamp {
    fn from(time: jiff::Timestamp) -> Self {
        let towards_zero = time.as_millisecond();
        Self(if time.subsec_nanosecond() % 1_000_000 < 0 {
            towards_zero - 1
        } else {
            towards_zero
        })
    }
}

#[cfg(feature = "jiff")]
impl TryFrom<Timestamp> for jiff::Timestamp {
    type Error = TimestampRangeError;

    fn try_from(timestamp: Timestamp) -> Result<Self, TimestampRangeError> {
        Self::from_millisecond(timestamp.0).map_err(|_| TimestampRangeError(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);

    #[test]
    fn system_time_round_trips() {
        for millis in [
            0,
            1,
            -1,
            1_700_000_000_123,
            -1_700_000_000_123,
            4_133_404_800_000,
        ] {
            let time = SystemTime::try_from(Timestamp::from_millis(millis)).unwrap();
            assert_eq!(
                Timestamp::try_from(time),
                Ok(Timestamp::from_millis(millis))
            );
        }
        assert_eq!(
            SystemTime::try_from(Timestamp::from(86_400_000)),
            Ok(UNIX_EPOCH + DAY)
        );
        assert_eq!(
            SystemTime::try_from(Timestamp::from(-86_400_000)),
            Ok(UNIX_EPOCH - DAY)
        );
    }

    #[test]
    fn nanoseconds_round_down() {
        let fine = Duration::from_nanos(1_999_999);
        assert_eq!(Timestamp::try_from(UNIX_EPOCH + fine), Ok(Timestamp(1)));
        assert_eq!(Timestamp::try_from(UNIX_EPOCH - fine), Ok(Timestamp(-2)));
    }

    #[test]
    fn extreme_times_are_an_error() {
        for millis in [i64::MAX, i64::MIN] {
            if let Ok(time) = SystemTime::try_from(Timestamp(millis)) {
                assert_eq!(
                    Timestamp::try_from(time).unwrap_or(Timestamp(millis)),
                    Timestamp(millis)
                );
            }
        }
        if let Some(time) = UNIX_EPOCH.checked_add(Duration::from_secs(i64::MAX.unsigned_abs())) {
            assert_eq!(Timestamp::try_from(time), Err(TimestampRangeError(())));
        }
        assert_eq!(
            TimestampRangeError(()).to_string(),
            "the time is out of range"
        );
    }

    #[test]
    fn timestamp_displays_milliseconds() {
        assert_eq!(
            Timestamp::from_millis(1_700_000_000_000).to_string(),
            "1700000000000"
        );
        assert_eq!(
            i64::from(Timestamp::from(5)),
            Timestamp::from_millis(5).as_millis()
        );
    }

    #[test]
    fn durations_are_added_and_subtracted_with_saturation() {
        let base = Timestamp(1_000);
        assert_eq!(base + Duration::from_nanos(2_999_999), Timestamp(1_002));
        assert_eq!(base - Duration::from_secs(2), Timestamp(-1_000));
        assert_eq!(base + Duration::MAX, Timestamp(i64::MAX));
        assert_eq!(base - Duration::MAX, Timestamp(i64::MIN));
        assert_eq!(
            Timestamp(i64::MAX).saturating_duration_since(Timestamp(i64::MIN)),
            Duration::from_millis(u64::MAX)
        );
        assert_eq!(
            base.saturating_duration_since(Timestamp(2_000)),
            Duration::ZERO
        );
    }

    #[test]
    fn timestamp_parses_milliseconds_only() {
        assert_eq!("-5".parse(), Ok(Timestamp(-5)));
        for text in ["", "1.5", "2023-11-14", "99999999999999999999"] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }

    #[cfg(feature = "jiff")]
    #[test]
    fn jiff_timestamp_round_trips() {
        for millis in [0, 1_700_000_000_123, -1_700_000_000_123] {
            let time = jiff::Timestamp::try_from(Timestamp(millis)).unwrap();
            assert_eq!(Timestamp::from(time), Timestamp(millis));
        }
        assert_eq!(
            jiff::Timestamp::try_from(Timestamp(i64::MAX)),
            Err(TimestampRangeError(()))
        );
        let fine = |nanos| {
            jiff::Timestamp::from_nanosecond(nanos)
                .map(Timestamp::from)
                .unwrap()
        };
        assert_eq!(
            [fine(1_999_999), fine(-1_999_999), fine(-2_000_000)],
            [1, -2, -2].map(Timestamp)
        );
    }
}
