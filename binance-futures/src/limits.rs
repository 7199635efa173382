//! What the exchange says of its limits.

use std::time::Duration;

use http::HeaderMap;

/// How much of its limits the exchange counts as used, as an answer's headers tell it.
///
/// Weight counts by address and orders by account, over both products together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Weight used by this address. Requests that draw on a pool of their own, and refused ones, may not tell it.
    pub used_weight: Vec<Used>,
    /// Orders counted for this account. Only orders tell it.
    pub order_count: Vec<Used>,
}

/// What is used of one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Used {
    /// The interval of the limit, which begins with the clock's minute, hour or day.
    pub per: Duration,
    /// How much is used in the running interval.
    pub used: u64,
}

impl Limits {
    /// Reads `x-mbx-used-weight-1m`, `x-mbx-order-count-10s` and their kin; what is unlike them is left out.
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let mut limits = Self::default();
        for (name, value) in headers {
            let name = name.as_str();
            let (list, interval) = if let Some(rest) = name.strip_prefix("x-mbx-used-weight-") {
                (&mut limits.used_weight, rest)
            } else if let Some(rest) = name.strip_prefix("x-mbx-order-count-") {
                (&mut limits.order_count, rest)
            } else {
                continue;
            };
            let used = value.to_str().ok().and_then(|used| used.parse().ok());
            if let (Some(per), Some(used)) = (read_interval(interval), used) {
                list.push(Used { per, used });
            }
        }
        limits.used_weight.sort_by_key(|used| used.per);
        limits.order_count.sort_by_key(|used| used.per);
        limits
    }

    /// The weight used in the running minute.
    pub fn weight_per_minute(&self) -> Option<u64> {
        used_per(&self.used_weight, Duration::from_secs(60))
    }

    /// The orders counted in the running interval of this length.
    pub fn orders_per(&self, interval: Duration) -> Option<u64> {
        used_per(&self.order_count, interval)
    }
}

fn used_per(list: &[Used], interval: Duration) -> Option<u64> {
    let used = list.iter().find(|used| used.per == interval)?;
    Some(used.used)
}

/// Reads `10s`, `1m`, `1h` or `1d`.
fn read_interval(text: &str) -> Option<Duration> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(headers: &[(&'static str, &'static str)]) -> Limits {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        Limits::from_headers(&headers.collect())
    }

    fn used(seconds: u64, used: u64) -> Used {
        Used {
            per: Duration::from_secs(seconds),
            used,
        }
    }

    #[test]
    fn headers_of_any_case_and_interval_are_read() {
        let limits = read(&[
            ("X-MBX-USED-WEIGHT-1M", "41"),
            ("x-mbx-order-count-1m", "7"),
            ("x-mbx-order-count-10s", "3"),
            ("x-mbx-used-weight-2h", "5"),
            ("x-mbx-used-weight-1d", "9"),
        ]);
        assert_eq!(
            limits.used_weight,
            [used(60, 41), used(7_200, 5), used(86_400, 9)]
        );
        assert_eq!(limits.order_count, [used(10, 3), used(60, 7)]);
        assert_eq!(limits.weight_per_minute(), Some(41));
        let orders = |seconds| limits.orders_per(Duration::from_secs(seconds));
        assert_eq!(
            [orders(10), orders(60), orders(3_600)],
            [Some(3), Some(7), None]
        );
    }

    #[test]
    fn what_is_unlike_them_is_left_out() {
        let limits = read(&[
            ("x-mbx-used-weight", "41"),
            ("x-mbx-used-weight-", "41"),
            ("x-mbx-used-weight-m", "41"),
            ("x-mbx-used-weight-1w", "41"),
            ("x-mbx-used-weight-1m", "many"),
            ("x-mbx-used-weight-999999999999999999d", "1"),
            ("x-mbx-order-count-1m", "-1"),
        ]);
        assert_eq!(limits, Limits::default());
        assert_eq!(limits.weight_per_minute(), None);
    }
}
