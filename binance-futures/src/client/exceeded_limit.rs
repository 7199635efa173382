//! Which rate limit a request exceeded, and how long to wait: pure functions of the error response and the limits of the product.

use std::time::Duration;

use http::HeaderMap;
use http::header::RETRY_AFTER;

use crate::error::ExceededLimit;
use crate::rate_limits::RateLimitUsage;
use crate::request::{CountedBy, KnownError, LimitKind, RateLimit};
use crate::values::Timestamp;

const MINUTE: Duration = Duration::from_secs(60);

/// Returns the limit that was exceeded.
///
/// The error code says what the limit counts. The message says how long its window is; without that, it is the longest window whose limit
/// the reported usage reaches, otherwise the longest of all. `bucket` is the bucket of the request: a window that only the limits of the
/// bucket have means that one of these was exceeded.
pub(crate) fn exceeded_limit(
    known: Option<&KnownError>,
    message: &str,
    usage: &RateLimitUsage,
    bucket: Option<&'static str>,
    limits: &[RateLimit],
) -> ExceededLimit {
    let kind = known.and_then(|known| known.limit);
    let kind = kind.unwrap_or(LimitKind::RequestWeight);
    let stated = StatedLimit::read(message);
    let interval = stated.and_then(|stated| stated.interval);
    let has_interval =
        |limit: &&RateLimit| interval.is_none_or(|interval| limit.interval == interval);
    let of_kind = || limits.iter().filter(|limit| limit.kind == kind);
    let of_bucket = || {
        let mut limits = limits.iter();
        limits.find(|limit| bucket.is_some() && limit.bucket == bucket && has_interval(limit))
    };
    let found = match of_kind().filter(has_interval).max_by_key(|limit| {
        let is_reached = count(usage, limit).is_some_and(|count| count >= u64::from(limit.limit));
        (is_reached, limit.interval)
    }) {
        None if interval.is_some() && kind == LimitKind::RequestWeight => of_bucket(),
        found => found,
    };
    let same_kind = found.or_else(|| of_kind().next());
    ExceededLimit {
        kind: found.map_or(kind, |limit| limit.kind),
        bucket: found.and_then(|limit| limit.bucket),
        scope: same_kind.map_or(CountedBy::Ip, |limit| limit.scope),
        interval: interval
            .or(found.map(|limit| limit.interval))
            .unwrap_or(MINUTE),
        limit: stated
            .map(|stated| stated.limit)
            .or(found.map(|limit| u64::from(limit.limit))),
    }
}

/// Returns the reported count of a limit.
fn count(usage: &RateLimitUsage, limit: &RateLimit) -> Option<u64> {
    let list = match limit.kind {
        LimitKind::RequestWeight => &usage.weight,
        LimitKind::Orders => &usage.orders,
        LimitKind::Bucket | LimitKind::ConnectionAttempts => return None,
    };
    let usage = list.iter().find(|usage| usage.interval == limit.interval)?;
    Some(usage.count)
}

/// The longest wait that a response can ask for. Something between client and exchange may ask for any time.
const MAX_WAIT: Duration = Duration::from_secs(30 * 86_400);

/// Reads the seconds of a `Retry-After` header, at most 30 days.
#[cfg_attr(
    not(any(feature = "rest", feature = "ws")),
    allow(dead_code, reason = "only transports receive headers")
)]
pub(crate) fn retry_after_header(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?;
    Some(Duration::from_secs(seconds.trim().parse().ok()?).min(MAX_WAIT))
}

/// Returns how long to wait after a rate limit was exceeded: the time in the header, otherwise until the end of the ban in the message,
/// otherwise until the current window of the limit ends.
pub(crate) fn retry_after(
    header: Option<Duration>,
    message: &str,
    interval: Duration,
    now: Timestamp,
) -> Duration {
    header
        .or_else(|| {
            let millis = banned_until(message)?.checked_sub(now.as_millis())?;
            Some(Duration::from_millis(millis.try_into().unwrap_or(0)))
        })
        .unwrap_or_else(|| until_end_of_window(interval, now))
        .min(MAX_WAIT)
}

fn until_end_of_window(interval: Duration, now: Timestamp) -> Duration {
    let length = i64::try_from(interval.as_millis()).unwrap_or(i64::MAX);
    let elapsed = now.as_millis().checked_rem_euclid(length).unwrap_or(0);
    Duration::from_millis(length.saturating_sub(elapsed).unsigned_abs())
}

/// Reads the end of a ban from a message such as `IP banned until 1700000000000.`
fn banned_until(message: &str) -> Option<i64> {
    let (_, rest) = message.split_once("until ")?;
    let digits = rest
        .trim_start()
        .split(|c: char| !c.is_ascii_digit())
        .next()?;
    digits.parse().ok()
}

/// A limit in an error message, such as `300 orders per TEN_SECONDS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct StatedLimit {
    limit: u64,
    /// `None` if the window is not understood.
    interval: Option<Duration>,
}

impl StatedLimit {
    /// Reads the last `<number> <what> per <window>` of a message.
    fn read(message: &str) -> Option<Self> {
        let lower = message.to_ascii_lowercase();
        let (before, window) = lower.rsplit_once(" per ")?;
        let mut words = before.rsplit(|c: char| !c.is_ascii_alphanumeric());
        let limit = words.find_map(|word| word.parse().ok())?;
        Some(Self {
            limit,
            interval: read_window(window),
        })
    }
}

/// Reads `ten_seconds`, `10 seconds`, `1 minute`, `minute` or `10s`, in lower case, at the beginning of a text.
fn read_window(text: &str) -> Option<Duration> {
    let mut words = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let first = words.next()?;
    let (count, unit) = match number(first) {
        Some(count) => (count, words.next()?),
        None => {
            let digits = first.len() - first.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            match first.split_at_checked(digits)? {
                ("", unit) => (1, unit),
                (count, unit) => (count.parse().ok()?, unit),
            }
        }
    };
    let seconds = match unit {
        "s" | "sec" | "second" | "seconds" => 1,
        "m" | "min" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 60 * 60,
        "d" | "day" | "days" => 24 * 60 * 60,
        _ => return None,
    };
    let seconds = u64::checked_mul(count, seconds)?;
    (seconds > 0).then(|| Duration::from_secs(seconds))
}

fn number(word: &str) -> Option<u64> {
    Some(match word {
        "one" => 1,
        "two" => 2,
        "three" => 3,
        "five" => 5,
        "ten" => 10,
        "fifteen" => 15,
        "thirty" => 30,
        "sixty" => 60,
        digits => digits.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn limit_and_window_are_read_from_a_message() {
        for (message, limit, seconds) in [
            (
                "Too many new orders; current limit is 300 orders per TEN_SECONDS.",
                300,
                Some(10),
            ),
            ("current limit is 300 orders per 10 SECONDS", 300, Some(10)),
            ("current limit is 300 orders per 10s.", 300, Some(10)),
            ("current limit is 50 orders per SECOND", 50, Some(1)),
            ("current limit is 1200 orders per MINUTE.", 1_200, Some(60)),
            (
                "current limit is 1200 orders per ONE_MINUTE.",
                1_200,
                Some(60),
            ),
            (
                "limit is 2400 request weight per 1 MINUTE. Please use the websocket for live updates.",
                2_400,
                Some(60),
            ),
            (
                "Too many requests; current limit of IP(192.0.2.7) is 2400 requests per minute.",
                2_400,
                Some(60),
            ),
            ("limit is 5 orders per 30 SEC", 5, Some(30)),
            ("limit is 5 orders per 5 MIN", 5, Some(300)),
            ("limit is 5 orders per HOUR", 5, Some(3_600)),
            ("limit is 5 orders per 2 HOURS", 5, Some(7_200)),
            ("limit is 160000 orders per DAY", 160_000, Some(86_400)),
            ("limit is 160000 orders per 2d", 160_000, Some(172_800)),
            ("limit is 5 orders per FORTNIGHT", 5, None),
            ("limit is 5 orders per 0 SECONDS", 5, None),
            ("limit is 5 orders per 99999999999999999999 DAYS", 5, None),
            ("limit is 5 orders per 18446744073709551615 DAYS", 5, None),
            ("limit is 5 orders per é", 5, None),
        ] {
            let interval = seconds.map(Duration::from_secs);
            let expected = StatedLimit { limit, interval };
            assert_eq!(StatedLimit::read(message), Some(expected), "{message}");
        }
        for message in [
            "",
            "Too many new orders.",
            "orders per MINUTE",
            " per ",
            "5 per",
        ] {
            let stated = StatedLimit::read(message);
            assert!(
                stated.is_none_or(|stated| stated.interval.is_none()),
                "{message}"
            );
        }
    }

    #[test]
    fn retry_after_header_has_seconds_and_an_upper_bound() {
        for (value, wait) in [
            ("17", Some(17 * SECOND)),
            (" 17 ", Some(17 * SECOND)),
            ("18446744073709551615", Some(MAX_WAIT)),
            ("18446744073709551616", None),
            ("-1", None),
            ("Wed, 21 Oct 2015 07:28:00 GMT", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, value.parse().unwrap());
            assert_eq!(retry_after_header(&headers), wait, "{value}");
        }
        assert_eq!(retry_after_header(&HeaderMap::new()), None);
    }

    #[test]
    fn wait_is_read_from_header_or_message_or_lasts_until_the_window_ends() {
        let now = Timestamp::from_millis(1_700_000_013_000);
        let banned = "banned until 1700000015000.";
        let ten = 10 * SECOND;
        for (header, message, interval, wait) in [
            (Some(SECOND), banned, ten, SECOND),
            (None, banned, ten, 2 * SECOND),
            (None, "banned until 1000000000000.", ten, Duration::ZERO),
            (None, "banned until tomorrow", ten, 7 * SECOND),
            (None, "", ten, 7 * SECOND),
            (None, "", MINUTE, 27 * SECOND),
            (None, "", Duration::ZERO, Duration::ZERO),
            // No response can block a client for ever.
            (Some(Duration::MAX), "", ten, MAX_WAIT),
            (None, "banned until 9223372036854775807", ten, MAX_WAIT),
        ] {
            let found = retry_after(header, message, interval, now);
            assert_eq!(found, wait, "{message} {interval:?}");
        }
    }

    #[cfg(feature = "usdm")]
    mod limits {
        use super::*;
        use crate::rate_limits::Usage;
        use crate::request::Product;
        use crate::usdm::{Usdm, codes};

        fn exceeded(code: i64, message: &str, orders: &[Usage]) -> ExceededLimit {
            let usage = RateLimitUsage {
                orders: orders.to_vec(),
                ..RateLimitUsage::default()
            };
            let known = KnownError::find(Usdm::ERRORS, code);
            exceeded_limit(known, message, &usage, Some("funding"), Usdm::RATE_LIMITS)
        }

        fn usage(seconds: u64, count: u64) -> Usage {
            Usage {
                interval: Duration::from_secs(seconds),
                count,
                limit: None,
            }
        }

        #[test]
        fn order_limit_has_the_window_of_the_message_or_of_the_usage() {
            let message = "current limit is 300 orders per TEN_SECONDS.";
            for (message, orders, seconds, limit) in [
                (message, vec![], 10, 300),
                ("", vec![usage(10, 300), usage(60, 700)], 10, 300),
                ("", vec![usage(10, 20), usage(60, 1_200)], 60, 1_200),
                ("", vec![usage(10, 300), usage(60, 1_200)], 60, 1_200),
                ("", vec![], 60, 1_200),
            ] {
                let found = exceeded(codes::TOO_MANY_ORDERS, message, &orders);
                assert_eq!(found.kind, LimitKind::Orders);
                assert_eq!(found.scope, CountedBy::Account);
                assert_eq!(found.interval, Duration::from_secs(seconds), "{orders:?}");
                assert_eq!(found.limit, Some(limit));
            }
        }

        #[test]
        fn weight_limit_counts_per_ip_address_and_minute() {
            let message = "Too many requests; current limit is 2400 requests per minute.";
            for (code, message) in [(codes::TOO_MANY_REQUESTS, message), (1, ""), (1, message)] {
                let found = exceeded(code, message, &[]);
                assert_eq!(found.kind, LimitKind::RequestWeight);
                assert_eq!(found.scope, CountedBy::Ip);
                assert_eq!((found.interval, found.limit), (MINUTE, Some(2_400)));
                assert_eq!(found.bucket, None);
            }
        }

        #[test]
        fn window_that_only_the_bucket_has_means_the_bucket() {
            let found = exceeded(
                codes::TOO_MANY_REQUESTS,
                "current limit is 500 requests per 5 MINUTES",
                &[],
            );
            assert_eq!(found.kind, LimitKind::Bucket);
            assert_eq!(found.bucket, Some("funding"));
            assert_eq!(found.interval, 5 * MINUTE);
            // The buckets have windows of the same length.
            let known = KnownError::find(Usdm::ERRORS, codes::TOO_MANY_REQUESTS);
            let message = "current limit is 1000 requests per 5 MINUTES";
            let usage = RateLimitUsage::default();
            let bucket = Some("statistics");
            let found = exceeded_limit(known, message, &usage, bucket, Usdm::RATE_LIMITS);
            assert_eq!((found.kind, found.bucket), (LimitKind::Bucket, bucket));
        }
    }
}
