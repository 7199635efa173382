//! Rate limits, and their usage in windows that are aligned to the exchange's clock.

use std::collections::BTreeMap;

use super::rejection::Rejection;
#[cfg(any(feature = "usdm", feature = "coinm"))]
use crate::request::Product;
use crate::request::{LimitKind, OrderCount, RateLimit};
use crate::types::Timestamp;

/// The rate limits of a mock exchange.
///
/// By default, they are the limits of the spec (2400 weight per minute, 300 orders per ten seconds, 1200 orders per minute, 300 attempts to
/// open a stream connection per five minutes), with a ban of two minutes after 60 rejected requests in a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// Request weight per minute of all accounts together.
    pub weight_1m: u32,
    /// Orders per ten seconds of one account.
    pub orders_10s: u32,
    /// Orders per minute of one account.
    pub orders_1m: u32,
    /// Attempts to open a stream connection per five minutes.
    pub connection_attempts_5m: u32,
    /// Number of requests above the weight limit, and of attempts to connect above their limit, that are rejected with status 429 in one
    /// minute.
    /// The next one bans the IP address: status 418.
    pub rejections_before_ban: u32,
    /// Duration of a ban, in seconds.
    pub ban_seconds: u32,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            weight_1m: documented_limit(LimitKind::RequestWeight, 60),
            orders_10s: documented_limit(LimitKind::Orders, 10),
            orders_1m: documented_limit(LimitKind::Orders, 60),
            connection_attempts_5m: documented_limit(LimitKind::ConnectionAttempts, 300),
            rejections_before_ban: 60,
            ban_seconds: 120,
        }
    }
}

/// Returns a limit of the spec. Both products share the limits of request weight and orders.
fn documented_limit(kind: LimitKind, seconds: u64) -> u32 {
    #[cfg(feature = "usdm")]
    let limits = crate::usdm::Usdm::RATE_LIMITS;
    #[cfg(all(feature = "coinm", not(feature = "usdm")))]
    let limits = crate::coinm::CoinM::RATE_LIMITS;
    #[cfg(not(any(feature = "usdm", feature = "coinm")))]
    let limits: &[RateLimit] = &[];
    limits
        .iter()
        .find(|limit| limit.kind == kind && limit.interval.as_secs() == seconds)
        .map_or(u32::MAX, |limit| limit.limit)
}

/// Usage of the rate limits.
#[derive(Debug, Default)]
pub(in crate::mock) struct Usage {
    weight: Window,
    connection_attempts: Window,
    buckets: BTreeMap<(&'static str, &'static str), Window>,
    orders: BTreeMap<String, OrderWindows>,
    rejections: Window,
    banned_until: Option<Timestamp>,
}

/// Orders of one account.
#[derive(Debug, Default)]
struct OrderWindows {
    in_10s: Window,
    in_1m: Window,
}

/// Usage in the current window. Windows are aligned to the clock: a minute begins at second 0.
#[derive(Debug, Default, Clone, Copy)]
struct Window {
    number: i64,
    used: u32,
}

impl Window {
    /// Adds an amount, and returns the usage in the window of `now`.
    fn add(&mut self, now: Timestamp, seconds: u32, amount: u32) -> u32 {
        let number = now.as_millis().div_euclid(millis(seconds));
        if number != self.number {
            *self = Self { number, used: 0 };
        }
        self.used = self.used.saturating_add(amount);
        self.used
    }
}

fn millis(seconds: u32) -> i64 {
    i64::from(seconds).max(1) * 1000
}

/// Returns the seconds until the window ends, rounded up.
fn seconds_left(now: Timestamp, window_seconds: u32) -> u64 {
    let length = millis(window_seconds);
    let left = length - now.as_millis().rem_euclid(length);
    left.unsigned_abs().div_ceil(1000)
}

impl Usage {
    /// Rejects every request while the IP address is banned.
    pub(in crate::mock) fn check_ban(&self, now: Timestamp) -> Result<(), Rejection> {
        match self.banned_until {
            Some(until) if now < until => Err(banned(now, until)),
            _ => Ok(()),
        }
    }

    /// Counts request weight. Returns the weight used in this minute, and a rejection when it is above the limit.
    pub(in crate::mock) fn count_weight(
        &mut self,
        limits: &RateLimits,
        now: Timestamp,
        weight: u32,
    ) -> (u32, Result<(), Rejection>) {
        let used = self.weight.add(now, 60, weight);
        if used <= limits.weight_1m {
            return (used, Ok(()));
        }
        if let Err(banned) = self.count_rejection(limits, now) {
            return (used, Err(banned));
        }
        let message = format!(
            "Too many requests; the limit of this IP is {} weight per minute. Streams keep data up to date without requests. {}",
            limits.weight_1m,
            how_to_raise("weight_1m", "--weight"),
        );
        let rejection = too_many(-1003, message, seconds_left(now, 60));
        (used, Err(rejection))
    }

    /// Counts a request above a limit, and bans the IP address if there were too many.
    fn count_rejection(&mut self, limits: &RateLimits, now: Timestamp) -> Result<(), Rejection> {
        if self.rejections.add(now, 60, 1) <= limits.rejections_before_ban {
            return Ok(());
        }
        let ban_millis = i64::from(limits.ban_seconds) * 1000;
        let until = Timestamp::from_millis(now.as_millis().saturating_add(ban_millis));
        self.banned_until = Some(until);
        Err(banned(now, until))
    }

    /// Counts an attempt to open a stream connection.
    pub(in crate::mock) fn count_connection(
        &mut self,
        limits: &RateLimits,
        now: Timestamp,
    ) -> Result<(), Rejection> {
        self.check_ban(now)?;
        let attempts = self.connection_attempts.add(now, 300, 1);
        if attempts <= limits.connection_attempts_5m {
            return Ok(());
        }
        self.count_rejection(limits, now)?;
        let message = format!(
            "Too many connections; the limit of this IP is {} attempts per 5 minutes. {}",
            limits.connection_attempts_5m,
            how_to_raise("connection_attempts_5m", "--connections"),
        );
        Err(too_many(-1003, message, seconds_left(now, 300)))
    }

    /// Counts a request against the limit of a bucket.
    pub(in crate::mock) fn count_bucket(
        &mut self,
        product: &'static str,
        limit: &RateLimit,
        now: Timestamp,
    ) -> Result<(), Rejection> {
        let window = self.buckets.entry((product, limit.name)).or_default();
        let seconds = u32::try_from(limit.interval.as_secs()).unwrap_or(u32::MAX);
        if window.add(now, seconds, 1) <= limit.limit {
            return Ok(());
        }
        let message = format!(
            "Too many requests; the limit of these endpoints is {} per {seconds} seconds.",
            limit.limit
        );
        Err(too_many(-1003, message, seconds_left(now, seconds)))
    }

    /// Counts orders of an account. Returns its orders in ten seconds and in a minute, and a rejection when either is above its limit.
    pub(in crate::mock) fn count_orders(
        &mut self,
        limits: &RateLimits,
        api_key: &str,
        now: Timestamp,
        cost: OrderCount,
    ) -> (u32, u32, Result<(), Rejection>) {
        let windows = self.orders.entry(api_key.to_owned()).or_default();
        let in_10s = windows.in_10s.add(now, 10, cost.per_10s);
        let in_1m = windows.in_1m.add(now, 60, cost.per_1m);
        let admitted = if in_10s > limits.orders_10s {
            Err(too_many_orders(
                limits.orders_10s,
                "TEN_SECONDS",
                seconds_left(now, 10),
                &how_to_raise("orders_10s", "--orders-10s"),
            ))
        } else if in_1m > limits.orders_1m {
            Err(too_many_orders(
                limits.orders_1m,
                "MINUTE",
                seconds_left(now, 60),
                &how_to_raise("orders_1m", "--orders-1m"),
            ))
        } else {
            Ok(())
        };
        (in_10s, in_1m, admitted)
    }
}

fn how_to_raise(field: &str, option: &str) -> String {
    format!(
        "This is a mock exchange: `RateLimits::{field}` or `cargo xtask mock {option} N` sets the limit."
    )
}

fn too_many(code: i64, message: String, seconds: u64) -> Rejection {
    Rejection {
        retry_after: Some(seconds),
        ..Rejection::with_status(429, code, message)
    }
}

fn too_many_orders(limit: u32, interval: &str, seconds: u64, hint: &str) -> Rejection {
    let message =
        format!("Too many new orders; current limit is {limit} orders per {interval}. {hint}");
    too_many(-1015, message, seconds)
}

fn banned(now: Timestamp, until: Timestamp) -> Rejection {
    let left = until.as_millis().saturating_sub(now.as_millis());
    Rejection {
        retry_after: Some(left.unsigned_abs().div_ceil(1000)),
        ..Rejection::with_status(
            418,
            -1003,
            format!(
                "Way too many requests; IP(127.0.0.1) banned until {until}. Use streams for live updates to avoid bans."
            ),
        )
        .with_detail(how_to_raise("weight_1m", "--weight"))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{RateLimits, Usage, seconds_left};
    use crate::request::{CountedBy, LimitKind, RateLimit};
    use crate::types::Timestamp;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn windows_are_aligned_to_the_clock() {
        let (limits, mut usage) = (RateLimits::default(), Usage::default());
        assert_eq!(usage.count_weight(&limits, at(59_999), 5).0, 5);
        assert_eq!(usage.count_weight(&limits, at(60_000), 5).0, 5);
        assert_eq!(usage.count_weight(&limits, at(119_999), 5).0, 10);
    }

    #[test]
    fn bucket_limit_is_separate_from_the_weight_limit() {
        let limit = RateLimit {
            name: "funding",
            kind: LimitKind::Bucket,
            bucket: Some("funding"),
            limit: 2,
            interval: Duration::from_secs(300),
            scope: CountedBy::Ip,
            shared: false,
        };
        let (limits, mut usage) = (RateLimits::default(), Usage::default());
        let mut count = |now| usage.count_bucket("usdm", &limit, at(now));
        assert!(count(0).is_ok() && count(1).is_ok());
        let rejected = count(2).unwrap_err();
        assert_eq!((rejected.status, rejected.retry_after), (429, Some(300)));
        assert!(count(300_000).is_ok());
        assert_eq!(usage.count_weight(&limits, at(2), 1).0, 1);
    }

    #[test]
    fn seconds_left_are_rounded_up() {
        assert_eq!(seconds_left(at(59_999), 60), 1);
        assert_eq!(seconds_left(at(60_000), 60), 60);
        assert_eq!(seconds_left(at(61_500), 10), 9);
    }

    #[test]
    fn address_that_keeps_sending_is_banned() {
        let (limits, mut usage) = (
            RateLimits {
                weight_1m: 1,
                rejections_before_ban: 2,
                ban_seconds: 120,
                ..RateLimits::default()
            },
            Usage::default(),
        );
        let mut status = |now| {
            let admitted = usage.check_ban(at(now));
            let counted = admitted.and_then(|()| usage.count_weight(&limits, at(now), 1).1);
            counted.err().map_or(200, |rejection| rejection.status)
        };
        assert_eq!([0; 4].map(&mut status), [200, 429, 429, 418]);
        assert_eq!([60_000, 119_999, 120_000].map(&mut status), [418, 418, 200]);
    }
}
