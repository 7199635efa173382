//! Whether the exchange's clock and the client's agree, by the `Date` of each answer.

use std::sync::atomic::{AtomicI64, Ordering};

use http::HeaderMap;
use http::header::{AGE, DATE};

use crate::clock::ClockOffset;
use crate::types::Timestamp;

/// So many milliseconds may they differ, beyond the time the answer took.
const TOLERATED: i64 = 2_000;

/// It is said no more often than this, in milliseconds.
const SAID_EVERY: i64 = 60_000;

/// Looks at the dates of answers.
#[derive(Debug)]
pub(super) struct ClockSkewMonitor {
    /// When it was last said that the clocks differ.
    said: AtomicI64,
}

impl ClockSkewMonitor {
    pub(super) const fn new() -> Self {
        Self {
            said: AtomicI64::new(i64::MIN),
        }
    }

    /// How far off the client's clock is, where that is worth saying now.
    pub(super) fn look(
        &self,
        headers: &HeaderMap,
        sent: Timestamp,
        heard: Timestamp,
    ) -> Option<ClockOffset> {
        let off = off(date(headers)?, sent, heard)?;
        let now = heard.as_millis();
        let said = self.said.load(Ordering::Relaxed);
        let again = now
            .checked_sub(said)
            .is_none_or(|since| !(0..SAID_EVERY).contains(&since));
        again.then(|| {
            self.said.store(now, Ordering::Relaxed);
            off
        })
    }
}

/// When an answer was made, to the second. One that comes from a cache does not tell.
fn date(headers: &HeaderMap) -> Option<Timestamp> {
    if headers.contains_key(AGE) {
        return None;
    }
    let date = httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()?;
    Timestamp::try_from(date).ok()
}

/// How far a clock is off that shows `sent` and `heard` before and after an answer is made in the second that begins with `date`.
fn off(date: Timestamp, sent: Timestamp, heard: Timestamp) -> Option<ClockOffset> {
    const SECOND: i64 = 1_000;
    let (date, sent, heard) = (date.as_millis(), sent.as_millis(), heard.as_millis());
    let ahead = date.saturating_sub(heard);
    let behind = sent.saturating_sub(date.saturating_add(SECOND));
    let off = if ahead > 0 { ahead } else { -behind.max(0) };
    (off.abs() > TOLERATED).then_some(ClockOffset::from_millis(off))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    /// Begins the second of `Thu, 01 Jan 1970 00:01:40 GMT`.
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
    fn clocks_within_two_seconds_agree_however_long_the_answer_took() {
        for (sent, heard) in [
            (DATED, DATED),
            (DATED + 3_000, DATED + 3_001),
            (DATED - 2_000, DATED - 2_000),
            (DATED - 60_000, DATED + 60_000),
        ] {
            assert_eq!(off(at(DATED), at(sent), at(heard)), None, "{sent} {heard}");
        }
    }

    #[test]
    fn clocks_that_differ_by_more_are_off_by_what_is_certain() {
        let off = |sent, heard| off(at(DATED), at(sent), at(heard)).map(ClockOffset::as_millis);
        assert_eq!(off(DATED - 2_101, DATED - 2_001), Some(2_001));
        assert_eq!(off(DATED - 20_000, DATED - 10_000), Some(10_000));
        assert_eq!(off(DATED + 3_001, DATED + 3_002), Some(-2_001));
        assert_eq!(off(DATED + 10_000, DATED + 20_000), Some(-9_000));
        assert_eq!(off(i64::MAX, i64::MAX), Some(101_000 - i64::MAX));
        assert!(off(i64::MIN, i64::MIN).is_some());
    }

    #[test]
    fn it_is_said_once_a_minute() {
        let watch = ClockSkewMonitor::new();
        let mut look = |now: i64| watch.look(&dated(), at(now), at(now)).is_some();
        let begin = DATED + 10_000;
        assert_eq!(
            [
                begin,
                begin + 1,
                begin + 59_999,
                begin + 60_000,
                begin + 60_001
            ]
            .map(&mut look),
            [true, false, false, true, false]
        );
        // Somebody set the clock back, and it is wrong still.
        assert!(look(DATED - 50_000));
    }

    #[test]
    fn what_tells_no_date_is_left_alone() {
        for headers in [
            headers(&[]),
            headers(&[("date", "yesterday")]),
            headers(&[("date", "Thu, 01 Jan 1970 00:01:40 GMT"), ("age", "30")]),
        ] {
            assert_eq!(ClockSkewMonitor::new().look(&headers, at(0), at(0)), None);
        }
    }
}
