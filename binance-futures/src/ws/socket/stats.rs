//! Figures of a connection.

use std::time::Duration;

use crate::wire::scan_integer;

/// Figures of a connection since it was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionStats {
    /// Messages that were received, replies to commands included.
    pub frames: u64,
    /// Bytes of these messages.
    pub bytes: u64,
    /// Events that were decoded.
    pub events: u64,
    /// Messages that could not be decoded.
    pub malformed: u64,
    /// Pings of the exchange, which were answered.
    pub pings: u64,
    /// The time from the last ping of this side to its pong. `None` before the first.
    pub round_trip: Option<Duration>,
    /// The time from the event time of the last event to its arrival, in milliseconds, by the clock of the system. Negative if that clock is
    /// behind. `None` if no event had an event time.
    pub lag_millis: Option<i64>,
    /// The largest of these times.
    pub max_lag_millis: Option<i64>,
}

impl ConnectionStats {
    /// Counts an event with this lag.
    pub(crate) fn count_event(&mut self, lag_millis: Option<i64>) {
        self.events += 1;
        if lag_millis.is_some() {
            self.lag_millis = lag_millis;
            self.max_lag_millis = self.max_lag_millis.max(lag_millis);
        }
    }
}

/// Reads the event time where the exchange puts it: near the beginning of the event, or near its end.
pub(crate) fn event_time(event: &str) -> Option<i64> {
    const BEGIN: usize = 80;
    /// The longest end of an event that follows an event time, the end of the frame included.
    const END: usize = 40;
    let bytes = event.as_bytes();
    let begin = bytes.get(..BEGIN).unwrap_or(bytes);
    let digits = memchr::memchr_iter(b'E', begin)
        .find_map(|at| digits_after(bytes, at))
        .or_else(|| {
            let end = bytes.get(bytes.len().saturating_sub(END)..)?;
            digits_after(end, memchr::memrchr(b'E', end)?)
        })?;
    let (time, _) = scan_integer(digits)?;
    i64::try_from(time).ok()
}

/// Returns what follows the key `"E":`, if its letter is at this place.
fn digits_after(bytes: &[u8], at: usize) -> Option<&[u8]> {
    bytes.get(at.checked_sub(1)?..)?.strip_prefix(b"\"E\":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_time_is_read_where_it_usually_is() {
        for (event, expected) in [
            (
                r#"{"e":"aggTrade","E":1790400000417,"s":"BTCUSDT"}"#,
                Some(1_790_400_000_417),
            ),
            (r#"[{"e":"markPriceUpdate","E":17,"s":"A"}]"#, Some(17)),
            (
                r#"{"e":"x","u":5,"T":3,"E":1790400000417,"st":1}}"#,
                Some(1_790_400_000_417),
            ),
            (r#"{"e":"EQUITY_E","u":5,"E":17,"s":"E"}"#, Some(17)),
            (r#"{"e":"x","E":"#, None),
            (r#"{"e":"x","E":99999999999999999999}"#, None),
            (r#"{"e":"x","E":"5"}"#, None),
            ("{}", None),
            ("", None),
        ] {
            assert_eq!(event_time(event), expected, "{event}");
        }
    }

    #[test]
    fn largest_lag_is_kept() {
        let mut stats = ConnectionStats::default();
        for lag in [Some(-5), Some(20), None, Some(7)] {
            stats.count_event(lag);
        }
        assert_eq!(stats.events, 4);
        assert_eq!(
            (stats.lag_millis, stats.max_lag_millis),
            (Some(7), Some(20))
        );
    }
}
