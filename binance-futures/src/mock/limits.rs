//! What requests have used of the exchange's limits, in windows that follow the clock.

use std::collections::BTreeMap;

use super::denial::Denial;
use crate::request::{OrderCost, RateLimitBucket};
use crate::types::Timestamp;

/// How much may be asked for before a mock exchange refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Weight in a minute, of everyone together: they all come from one address.
    pub weight_1m: u32,
    /// Orders of one account in ten seconds.
    pub orders_10s: u32,
    /// Orders of one account in a minute.
    pub orders_1m: u32,
    /// How many requests beyond the weight get 429 before the address is banned with 418.
    pub patience: u32,
    /// How long a ban lasts, in seconds.
    pub ban: u32,
}

/// What the exchange tells in its exchange information.
impl Default for Limits {
    fn default() -> Self {
        Self {
            weight_1m: 2400,
            orders_10s: 300,
            orders_1m: 1200,
            patience: 60,
            ban: 120,
        }
    }
}

/// What has been used so far.
#[derive(Debug, Default)]
pub(super) struct Usage {
    weight: Window,
    buckets: BTreeMap<(&'static str, &'static str), Window>,
    orders: BTreeMap<String, (Window, Window)>,
    beyond: Window,
    banned_until: Option<Timestamp>,
}

/// A stretch of time that begins where the clock says, and what was used in it.
#[derive(Debug, Default, Clone, Copy)]
struct Window {
    number: i64,
    used: u32,
}

impl Window {
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

/// Seconds until the window ends, begun ones counted whole.
fn left(now: Timestamp, seconds: u32) -> u64 {
    let length = millis(seconds);
    let left = length - now.as_millis().rem_euclid(length);
    left.unsigned_abs().div_ceil(1000)
}

impl Usage {
    /// Refuses everything while the address is banned.
    pub(super) fn admit(&self, now: Timestamp) -> Result<(), Denial> {
        match self.banned_until {
            Some(until) if now < until => Err(banned(now, until)),
            _ => Ok(()),
        }
    }

    /// Counts weight against the common limit; answers what is used of it, or the refusal beyond it.
    pub(super) fn weigh(
        &mut self,
        limits: &Limits,
        now: Timestamp,
        weight: u32,
    ) -> (u32, Result<(), Denial>) {
        let used = self.weight.add(now, 60, weight);
        if used <= limits.weight_1m {
            return (used, Ok(()));
        }
        if self.beyond.add(now, 60, 1) > limits.patience {
            let until = now
                .as_millis()
                .saturating_add(i64::from(limits.ban).saturating_mul(1000));
            let until = Timestamp::from_millis(until);
            self.banned_until = Some(until);
            return (used, Err(banned(now, until)));
        }
        let message = format!(
            "Too many requests; the limit of this IP is {} weight per minute. Streams keep data up to date without requests.",
            limits.weight_1m
        );
        (used, Err(too_many(-1003, message, left(now, 60))))
    }

    /// Counts weight against a limit of its own.
    pub(super) fn weigh_in_pool(
        &mut self,
        product: &'static str,
        bucket: &RateLimitBucket,
        now: Timestamp,
        weight: u32,
    ) -> Result<(), Denial> {
        let window = self.buckets.entry((product, bucket.name)).or_default();
        if window.add(now, bucket.seconds, weight) <= bucket.limit {
            return Ok(());
        }
        let message = format!(
            "Too many requests; the limit of these endpoints is {} per {} seconds.",
            bucket.limit, bucket.seconds
        );
        Err(too_many(-1003, message, left(now, bucket.seconds)))
    }

    /// Counts orders of an account; answers what it has used of both limits, or the refusal beyond one.
    pub(super) fn order(
        &mut self,
        limits: &Limits,
        account: &str,
        now: Timestamp,
        cost: OrderCost,
    ) -> (u32, u32, Result<(), Denial>) {
        let (short, long) = self.orders.entry(account.to_owned()).or_default();
        let in_10s = short.add(now, 10, cost.per_10s);
        let in_1m = long.add(now, 60, cost.per_1m);
        let admitted = if in_10s > limits.orders_10s {
            Err(too_many_orders(
                limits.orders_10s,
                "TEN_SECONDS",
                left(now, 10),
            ))
        } else if in_1m > limits.orders_1m {
            Err(too_many_orders(limits.orders_1m, "MINUTE", left(now, 60)))
        } else {
            Ok(())
        };
        (in_10s, in_1m, admitted)
    }
}

fn too_many(code: i64, message: String, seconds: u64) -> Denial {
    Denial {
        retry_after: Some(seconds),
        ..Denial::with_status(429, code, message)
    }
}

fn too_many_orders(limit: u32, interval: &str, seconds: u64) -> Denial {
    let message = format!("Too many new orders; current limit is {limit} orders per {interval}.");
    too_many(-1015, message, seconds)
}

fn banned(now: Timestamp, until: Timestamp) -> Denial {
    let left = until.as_millis().saturating_sub(now.as_millis());
    Denial {
        retry_after: Some(left.unsigned_abs().div_ceil(1000)),
        ..Denial::with_status(
            418,
            -1003,
            format!(
                "Way too many requests; IP(127.0.0.1) banned until {until}. Use streams for live updates to avoid bans."
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Limits, Usage, left};
    use crate::request::RateLimitBucket;
    use crate::types::Timestamp;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn windows_begin_where_the_clock_says() {
        let (limits, mut usage) = (Limits::default(), Usage::default());
        assert_eq!(usage.weigh(&limits, at(59_999), 5).0, 5);
        assert_eq!(usage.weigh(&limits, at(60_000), 5).0, 5);
        assert_eq!(usage.weigh(&limits, at(119_999), 5).0, 10);
    }

    #[test]
    fn a_pool_has_a_limit_of_its_own() {
        let bucket = RateLimitBucket {
            name: "funding",
            limit: 2,
            seconds: 300,
        };
        let (limits, mut usage) = (Limits::default(), Usage::default());
        let mut weigh = |now| usage.weigh_in_pool("usdm", &bucket, at(now), 1);
        assert!(weigh(0).is_ok() && weigh(1).is_ok());
        let refused = weigh(2).unwrap_err();
        assert_eq!((refused.status, refused.retry_after), (429, Some(300)));
        assert!(weigh(300_000).is_ok());
        assert_eq!(usage.weigh(&limits, at(2), 1).0, 1);
    }

    #[test]
    fn begun_seconds_count_whole() {
        assert_eq!(left(at(59_999), 60), 1);
        assert_eq!(left(at(60_000), 60), 60);
        assert_eq!(left(at(61_500), 10), 9);
    }

    #[test]
    fn an_address_that_does_not_stop_is_banned() {
        let (limits, mut usage) = (
            Limits {
                weight_1m: 1,
                patience: 2,
                ban: 120,
                ..Limits::default()
            },
            Usage::default(),
        );
        let mut status = |now| {
            let admitted = usage.admit(at(now));
            let weighed = admitted.and_then(|()| usage.weigh(&limits, at(now), 1).1);
            weighed.err().map_or(200, |denial| denial.status)
        };
        assert_eq!([0; 4].map(&mut status), [200, 429, 429, 418]);
        assert_eq!([60_000, 119_999, 120_000].map(&mut status), [418, 418, 200]);
    }
}
