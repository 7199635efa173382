//! Detects a wrong clock by the `Date` header of responses.

use std::sync::atomic::{AtomicI64, Ordering};

use http::HeaderMap;
use http::header::{AGE, DATE};

use crate::clock::ClockOffset;
use crate::values::Timestamp;

/// The tolerated difference in milliseconds, beyond the round trip.
const TOLERANCE: i64 = 2_000;

/// The shortest interval between reports, in milliseconds.
const REPORT_INTERVAL: i64 = 60_000;

/// Compares the client's clock with the dates of responses.
#[derive(Debug)]
pub(super) struct ClockSkewMonitor {
    /// When a difference was last reported.
    reported: AtomicI64,
}

impl ClockSkewMonitor {
    pub(super) const fn new() -> Self {
        Self {
            reported: AtomicI64::new(i64::MIN),
        }
    }

    /// Returns how far the exchange's clock is ahead, if that should be reported now.
    pub(super) fn observe(
        &self,
        headers: &HeaderMap,
        sent: Timestamp,
        received: Timestamp,
    ) -> Option<ClockOffset> {
        let off = off(date(headers)?, sent, received)?;
        let now = received.as_millis();
        let reported = self.reported.load(Ordering::Relaxed);
        let is_due = now
            .checked_sub(reported)
            .is_none_or(|since| !(0..REPORT_INTERVAL).contains(&since));
        is_due.then(|| {
            self.reported.store(now, Ordering::Relaxed);
            off
        })
    }
}

/// Returns when a response was created, to the second. Returns `None` for a cached response.
fn date(headers: &HeaderMap) -> Option<Timestamp> {
    if headers.contains_key(AGE) {
        return None;
    }
    let date = httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()?;
    Timestamp::try_from(date).ok()
}

/// Returns how far the exchange's clock is certainly ahead of the client's (negative if it is behind). Returns `None` if the difference is
/// tolerated. The client's clock showed `sent` before the response was created, and `received` after that. `date` is the beginning of the
/// second in which the response was created.
fn off(date: Timestamp, sent: Timestamp, received: Timestamp) -> Option<ClockOffset> {
    const SECOND: i64 = 1_000;
    let (date, sent, received) = (date.as_millis(), sent.as_millis(), received.as_millis());
    let ahead = date.saturating_sub(received);
    let behind = sent.saturating_sub(date.saturating_add(SECOND));
    let off = if ahead > 0 { ahead } else { -behind.max(0) };
    (off.abs() > TOLERANCE).then_some(ClockOffset::from_millis(off))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    /// The beginning of the second of `Thu, 01 Jan 1970 00:01:40 GMT`.
    const DATED: i64 = 100_000;

    fn headers(names: &[(&'static str, &'static str)]) -> HeaderMap {
        let headers = names
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        headers.collect()
    }

    fn dated() -> HeaderMap {
        headers(&[("date", "Thu, 01 Jan 1970 00:01:40 GMT")])
    }

    #[test]
    fn difference_within_two_seconds_is_tolerated() {
        for (sent, received) in [
            (DATED, DATED),
            (DATED + 3_000, DATED + 3_001),
            (DATED - 2_000, DATED - 2_000),
            (DATED - 60_000, DATED + 60_000),
        ] {
            assert_eq!(
                off(at(DATED), at(sent), at(received)),
                None,
                "{sent} {received}"
            );
        }
    }

    #[test]
    fn larger_difference_is_reported_as_far_as_it_is_certain() {
        let off =
            |sent, received| off(at(DATED), at(sent), at(received)).map(ClockOffset::as_millis);
        assert_eq!(off(DATED - 2_101, DATED - 2_001), Some(2_001));
        assert_eq!(off(DATED - 20_000, DATED - 10_000), Some(10_000));
        assert_eq!(off(DATED + 3_001, DATED + 3_002), Some(-2_001));
        assert_eq!(off(DATED + 10_000, DATED + 20_000), Some(-9_000));
        assert_eq!(off(i64::MAX, i64::MAX), Some(101_000 - i64::MAX));
        assert!(off(i64::MIN, i64::MIN).is_some());
    }

    #[test]
    fn difference_is_reported_once_a_minute() {
        let monitor = ClockSkewMonitor::new();
        let mut observe = |now: i64| monitor.observe(&dated(), at(now), at(now)).is_some();
        let begin = DATED + 10_000;
        assert_eq!(
            [
                begin,
                begin + 1,
                begin + 59_999,
                begin + 60_000,
                begin + 60_001
            ]
            .map(&mut observe),
            [true, false, false, true, false]
        );
        // The clock was set back and is still wrong.
        assert!(observe(DATED - 50_000));
    }

    #[test]
    fn response_without_a_date_is_ignored() {
        for headers in [
            headers(&[]),
            headers(&[("date", "yesterday")]),
            headers(&[("date", "Thu, 01 Jan 1970 00:01:40 GMT"), ("age", "30")]),
        ] {
            assert_eq!(
                ClockSkewMonitor::new().observe(&headers, at(0), at(0)),
                None
            );
        }
    }
}
