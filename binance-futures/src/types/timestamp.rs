//! Moments.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::parameters::{Parameter, Parameters};
use crate::wire::{self, Scalar};

/// A moment, in milliseconds since 1970-01-01 00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment this many milliseconds after 1970, or before it when negative.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970.
    pub const fn as_millis(self) -> i64 {
        self.0
    }
}

/// Prints the milliseconds.
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

/// A moment that the other type of time cannot hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfRange(());

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the moment is out of range")
    }
}

impl std::error::Error for OutOfRange {}

/// What is finer than a millisecond is cut off towards the past.
impl TryFrom<SystemTime> for Timestamp {
    type Error = OutOfRange;

    fn try_from(time: SystemTime) -> Result<Self, OutOfRange> {
        let millis = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_millis()),
            Err(before) => i64::try_from(before.duration().as_nanos().div_ceil(1_000_000))
                .map(|millis| -millis),
        };
        millis.map(Self).map_err(|_| OutOfRange(()))
    }
}

impl TryFrom<Timestamp> for SystemTime {
    type Error = OutOfRange;

    fn try_from(timestamp: Timestamp) -> Result<Self, OutOfRange> {
        let distance = Duration::from_millis(timestamp.0.unsigned_abs());
        let time = if timestamp.0 < 0 {
            UNIX_EPOCH.checked_sub(distance)
        } else {
            UNIX_EPOCH.checked_add(distance)
        };
        time.ok_or(OutOfRange(()))
    }
}

/// What is finer than a millisecond is cut off towards the past.
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
    type Error = OutOfRange;

    fn try_from(timestamp: Timestamp) -> Result<Self, OutOfRange> {
        Self::from_millisecond(timestamp.0).map_err(|_| OutOfRange(()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::read_scalar(deserializer)
    }
}

impl Scalar for Timestamp {
    const EXPECTED: &'static str = "milliseconds since 1970";

    fn from_text(text: &str) -> Option<Self> {
        i64::from_text(text).map(Self)
    }

    fn from_integer(integer: i128) -> Option<Self> {
        i64::from_integer(integer).map(Self)
    }

    fn from_float(float: f64) -> Option<Self> {
        i64::from_float(float).map(Self)
    }

    fn write_text<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }

    fn write_number<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl Parameter for Timestamp {
    fn put<W: Parameters>(&self, name: &str, to: &mut W) {
        self.0.put(name, to);
    }

    fn put_text<W: Parameters>(&self, name: &str, to: &mut W) {
        self.0.put_text(name, to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);

    #[test]
    fn a_moment_goes_to_system_time_and_back() {
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
    fn what_is_finer_than_a_millisecond_is_cut_towards_the_past() {
        let fine = Duration::from_nanos(1_999_999);
        assert_eq!(Timestamp::try_from(UNIX_EPOCH + fine), Ok(Timestamp(1)));
        assert_eq!(Timestamp::try_from(UNIX_EPOCH - fine), Ok(Timestamp(-2)));
    }

    #[test]
    fn extreme_moments_are_an_error_and_no_panic() {
        for millis in [i64::MAX, i64::MIN] {
            if let Ok(time) = SystemTime::try_from(Timestamp(millis)) {
                assert_eq!(
                    Timestamp::try_from(time).unwrap_or(Timestamp(millis)),
                    Timestamp(millis)
                );
            }
        }
        if let Some(time) = UNIX_EPOCH.checked_add(Duration::from_secs(i64::MAX.unsigned_abs())) {
            assert_eq!(Timestamp::try_from(time), Err(OutOfRange(())));
        }
        assert_eq!(OutOfRange(()).to_string(), "the moment is out of range");
    }

    #[test]
    fn a_moment_prints_its_milliseconds() {
        assert_eq!(
            Timestamp::from_millis(1_700_000_000_000).to_string(),
            "1700000000000"
        );
        assert_eq!(
            i64::from(Timestamp::from(5)),
            Timestamp::from_millis(5).as_millis()
        );
    }
    #[cfg(feature = "jiff")]
    #[test]
    fn a_moment_goes_to_jiff_and_back() {
        for millis in [0, 1_700_000_000_123, -1_700_000_000_123] {
            let time = jiff::Timestamp::try_from(Timestamp(millis)).unwrap();
            assert_eq!(Timestamp::from(time), Timestamp(millis));
        }
        assert_eq!(
            jiff::Timestamp::try_from(Timestamp(i64::MAX)),
            Err(OutOfRange(()))
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
