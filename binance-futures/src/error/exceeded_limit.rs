//! The rate limit that a request exceeded.

use std::time::Duration;

use crate::request::{Cost, CountedBy, LimitKind};

/// The rate limit that a request exceeded.
///
/// Request weight, orders and the requests of a bucket are counted separately, each with a window of its own. An exceeded limit holds back
/// only the requests that it counts: after too many orders, orders can still be canceled and queried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ExceededLimit {
    /// What the limit counts.
    pub kind: LimitKind,
    /// The name of the bucket, if the limit counts the requests of one.
    pub bucket: Option<&'static str>,
    /// Whether it counts per IP address or per account.
    pub scope: CountedBy,
    /// The length of its window, which is aligned to the clock. From the error message, otherwise the longest window whose limit the
    /// reported usage reaches, otherwise the longest of the spec.
    pub interval: Duration,
    /// The largest count in a window: as the error message says, otherwise as the spec says. `None` if neither does.
    pub limit: Option<u64>,
}

impl ExceededLimit {
    /// Returns whether the limit counts a request with this cost. It does not hold back other requests.
    ///
    /// ```
    /// use binance_futures::error::ExceededLimit;
    /// use binance_futures::prelude::*;
    /// use binance_futures::request::{LimitKind, Request};
    /// use binance_futures::usdm::{CancelOrder, NewOrder};
    ///
    /// fn check(limit: &ExceededLimit) {
    ///     if limit.kind == LimitKind::Orders {
    ///         assert!(limit.counts(NewOrder::market("BTCUSDT", Side::Buy, 1).cost()));
    ///         assert!(!limit.counts(CancelOrder::new("BTCUSDT", "entry-7").cost()));
    ///     }
    /// }
    /// ```
    pub fn counts(&self, cost: Cost) -> bool {
        match self.kind {
            LimitKind::RequestWeight => cost.weight > 0,
            LimitKind::Orders => cost.orders.per_10s > 0 || cost.orders.per_1m > 0,
            LimitKind::Bucket => self.bucket.is_some() && self.bucket == cost.bucket,
            LimitKind::ConnectionAttempts => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::OrderCount;

    const MINUTE: Duration = Duration::from_secs(60);

    fn counts(kind: LimitKind, bucket: Option<&'static str>, cost: Cost) -> bool {
        let limit = ExceededLimit {
            kind,
            bucket,
            scope: CountedBy::Ip,
            interval: MINUTE,
            limit: None,
        };
        limit.counts(cost)
    }

    #[test]
    fn limit_counts_only_what_it_is_for() {
        let weight = Cost {
            weight: 1,
            ..Cost::FREE
        };
        let orders = |per_10s, per_1m| Cost {
            orders: OrderCount { per_10s, per_1m },
            ..Cost::FREE
        };
        let funding = Cost {
            bucket: Some("funding"),
            ..Cost::FREE
        };
        for (kind, bucket, cost, expected) in [
            (LimitKind::RequestWeight, None, weight, true),
            (LimitKind::RequestWeight, None, orders(1, 1), false),
            (LimitKind::RequestWeight, None, Cost::FREE, false),
            (LimitKind::Orders, None, orders(1, 0), true),
            (LimitKind::Orders, None, orders(0, 1), true),
            (LimitKind::Orders, None, weight, false),
            (LimitKind::Bucket, Some("funding"), funding, true),
            (LimitKind::Bucket, Some("statistics"), funding, false),
            (LimitKind::Bucket, Some("funding"), weight, false),
            (LimitKind::Bucket, None, weight, false),
            (LimitKind::ConnectionAttempts, None, weight, false),
        ] {
            let found = counts(kind, bucket, cost);
            assert_eq!(found, expected, "{kind:?} {bucket:?} {cost:?}");
        }
    }
}
