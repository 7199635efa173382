//! Rate-limit usage, as the exchange reports it.

use std::time::Duration;

#[cfg(feature = "client")]
use crate::request::LimitKind;

/// How much of the rate limits is used, as the exchange reports it in a response.
///
/// Weight is counted per IP address and orders per account. Both products share the counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimitUsage {
    /// Request weight used by this IP address. Responses to requests that count against a rate-limit bucket, and rejections, may not report
    /// it.
    pub weight: Vec<Usage>,
    /// Orders counted for this account. Only responses to orders report it.
    pub orders: Vec<Usage>,
}

/// The usage of one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Usage {
    /// The length of the interval. Intervals are aligned to the clock.
    pub interval: Duration,
    /// The count in the current interval.
    pub count: u64,
    /// The largest count that is allowed in an interval. `None` in REST responses, which do not report it.
    pub limit: Option<u64>,
}

/// One limit in the `rateLimits` of a response of the websocket API.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct ReportedLimit {
    #[serde(rename = "rateLimitType")]
    kind: String,
    interval: String,
    #[serde(rename = "intervalNum")]
    interval_count: u64,
    limit: u64,
    count: u64,
}

impl RateLimitUsage {
    /// Reads headers such as `x-mbx-used-weight-1m` and `x-mbx-order-count-10s`, with names in lower case. Ignores all others.
    #[cfg(feature = "client")]
    pub(crate) fn from_headers<'a>(headers: impl Iterator<Item = (&'a str, &'a [u8])>) -> Self {
        let mut usage = Self::default();
        for (kind, reported) in headers.filter_map(|(name, value)| read_header(name, value)) {
            let list = match kind {
                LimitKind::Orders => &mut usage.orders,
                _ => &mut usage.weight,
            };
            list.push(reported);
        }
        usage.sort();
        usage
    }

    /// Reads the `rateLimits` of a response of the websocket API. Ignores limits of other kinds.
    pub(crate) fn from_report(report: &[ReportedLimit]) -> Self {
        let mut usage = Self::default();
        for reported in report {
            let list = match reported.kind.as_str() {
                "REQUEST_WEIGHT" => &mut usage.weight,
                "ORDERS" => &mut usage.orders,
                _ => continue,
            };
            let Some(interval) = read_interval(&reported.interval, reported.interval_count) else {
                continue;
            };
            list.push(Usage {
                interval,
                count: reported.count,
                limit: Some(reported.limit),
            });
        }
        usage.sort();
        usage
    }

    fn sort(&mut self) {
        self.weight.sort_by_key(|usage| usage.interval);
        self.orders.sort_by_key(|usage| usage.interval);
    }

    /// Returns the weight used in the current minute.
    pub fn weight_per_minute(&self) -> Option<u64> {
        count_per(&self.weight, Duration::from_secs(60))
    }

    /// Returns the orders counted in the current interval of this length.
    pub fn orders_per(&self, interval: Duration) -> Option<u64> {
        count_per(&self.orders, interval)
    }
}

/// Returns the length of an interval of this many `SECOND`, `MINUTE`, `HOUR` or `DAY`. Returns `None` for other units.
pub(crate) fn read_interval(unit: &str, count: u64) -> Option<Duration> {
    let seconds = match unit {
        "SECOND" => 1,
        "MINUTE" => 60,
        "HOUR" => 60 * 60,
        "DAY" => 24 * 60 * 60,
        _ => return None,
    };
    Some(Duration::from_secs(count.checked_mul(seconds)?))
}

/// Reads the count in a header, and what it counts.
#[cfg(feature = "client")]
pub(crate) fn read_header(name: &str, value: &[u8]) -> Option<(LimitKind, Usage)> {
    let name = name.strip_prefix("x-mbx-")?;
    let (kind, interval) = match name.strip_prefix("used-weight-") {
        Some(interval) => (LimitKind::RequestWeight, interval),
        None => (LimitKind::Orders, name.strip_prefix("order-count-")?),
    };
    let usage = Usage {
        interval: parse_interval(interval)?,
        count: str::from_utf8(value).ok()?.parse().ok()?,
        limit: None,
    };
    Some((kind, usage))
}

fn count_per(list: &[Usage], interval: Duration) -> Option<u64> {
    let usage = list.iter().find(|usage| usage.interval == interval)?;
    Some(usage.count)
}

/// Parses `10s`, `1m`, `1h` or `1d`.
#[cfg(feature = "client")]
fn parse_interval(text: &str) -> Option<Duration> {
    let unit = match text.as_bytes().last()? {
        b's' => 1,
        b'm' => 60,
        b'h' => 60 * 60,
        b'd' => 24 * 60 * 60,
        _ => return None,
    };
    let (count, _) = text.split_at_checked(text.len() - 1)?;
    let count: u64 = count.parse().ok()?;
    Some(Duration::from_secs(count.checked_mul(unit)?))
}

#[cfg(all(test, feature = "client"))]
mod tests {
    use super::*;

    fn read(headers: &[(&str, &str)]) -> RateLimitUsage {
        RateLimitUsage::from_headers(
            headers
                .iter()
                .map(|(name, value)| (*name, value.as_bytes())),
        )
    }

    fn usage(seconds: u64, count: u64) -> Usage {
        Usage {
            interval: Duration::from_secs(seconds),
            count,
            limit: None,
        }
    }

    #[test]
    fn headers_of_any_interval_are_read() {
        let limits = read(&[
            ("x-mbx-used-weight-1m", "41"),
            ("x-mbx-order-count-1m", "7"),
            ("x-mbx-order-count-10s", "3"),
            ("x-mbx-used-weight-2h", "5"),
            ("x-mbx-used-weight-1d", "9"),
        ]);
        assert_eq!(
            limits.weight,
            [usage(60, 41), usage(7_200, 5), usage(86_400, 9)]
        );
        assert_eq!(limits.orders, [usage(10, 3), usage(60, 7)]);
        assert_eq!(limits.weight_per_minute(), Some(41));
        let orders = |seconds| limits.orders_per(Duration::from_secs(seconds));
        assert_eq!(
            [orders(10), orders(60), orders(3_600)],
            [Some(3), Some(7), None]
        );
    }

    #[test]
    fn other_headers_are_ignored() {
        let limits = read(&[
            ("x-mbx-used-weight", "41"),
            ("x-mbx-used-weight-", "41"),
            ("x-mbx-used-weight-m", "41"),
            ("x-mbx-used-weight-1w", "41"),
            ("x-mbx-used-weight-1m", "many"),
            ("x-mbx-used-weight-999999999999999999d", "1"),
            ("x-mbx-order-count-1m", "-1"),
        ]);
        assert_eq!(limits, RateLimitUsage::default());
        assert_eq!(limits.weight_per_minute(), None);
    }
}
