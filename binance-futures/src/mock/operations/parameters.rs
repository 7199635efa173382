//! Typed access to the parameters of a request.

use std::sync::Arc;

use crate::mock::market::{Contract, Market};
use crate::mock::server::parsed_request::ParsedRequest;
use crate::mock::server::rejection::Rejection;
use crate::mock::trading::{AlgoKey, OrderKey, codes};
use crate::types::Timestamp;
use crate::wire::Scalar;

/// Length of a day, in milliseconds.
pub(super) const DAY: i64 = 86_400_000;

/// Number of days for which an order can be found that ended without a fill.
const DAYS_WITHOUT_FILL: i64 = 3;

/// Number of days for which any order can be found that ended.
const DAYS: i64 = 90;

impl ParsedRequest {
    /// Returns a parameter. `None` if it was not sent.
    pub(super) fn value<T: Scalar>(&self, name: &str) -> Result<Option<T>, Rejection> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let value = T::from_text(text).ok_or_else(|| Rejection::missing_parameter(name))?;
        Ok(Some(value))
    }

    /// Returns a parameter that must be sent.
    pub(super) fn required<T: Scalar>(&self, name: &str) -> Result<T, Rejection> {
        self.value(name)?
            .ok_or_else(|| Rejection::missing_parameter(name))
    }

    /// Whether a parameter is `true`.
    pub(super) fn is_true(&self, name: &str) -> bool {
        self.get(name) == Some("true")
    }

    /// Returns the contract of the parameter `symbol`. `None` if it was not sent.
    pub(super) fn contract(&self, market: &Market) -> Result<Option<Arc<Contract>>, Rejection> {
        let Some(symbol) = self.get("symbol") else {
            return Ok(None);
        };
        let contract = market.contract(self.operation.product, symbol);
        let contract = contract.ok_or_else(|| Rejection::unknown_symbol(symbol))?;
        Ok(Some(Arc::clone(contract)))
    }

    /// Returns the contract of the parameter `symbol`, which must be sent.
    pub(super) fn required_contract(&self, market: &Market) -> Result<Arc<Contract>, Rejection> {
        self.contract(market)?
            .ok_or_else(|| Rejection::missing_parameter("symbol"))
    }

    /// Returns the id of an order: the exchange order id if the request has one, otherwise the client order id.
    pub(super) fn order_key(&self) -> Result<OrderKey, Rejection> {
        if let Some(id) = self.value("orderId")? {
            return Ok(OrderKey::Id(id));
        }
        let client_id = self.get("origClientOrderId");
        let client_id = client_id.ok_or_else(|| Rejection::missing_parameter("orderId"))?;
        Ok(OrderKey::ClientId(client_id.to_owned()))
    }

    /// Returns the id of a conditional order: that of the exchange if the request has one, otherwise that of the client.
    pub(super) fn algo_key(&self) -> Result<AlgoKey, Rejection> {
        if let Some(id) = self.value("algoId")? {
            return Ok(AlgoKey::Id(id));
        }
        let client_id = self.get("clientAlgoId");
        let client_id = client_id.ok_or_else(|| Rejection::missing_parameter("algoId"))?;
        Ok(AlgoKey::ClientId(client_id.to_owned()))
    }

    /// Returns the maximum number of rows: the parameter, or its default value.
    pub(super) fn limit(&self) -> usize {
        let mut parameters = self.operation.parameters.iter();
        let default = || parameters.find(|info| info.name == "limit")?.default;
        let limit = self.get("limit").or_else(default);
        limit
            .and_then(|limit| limit.parse().ok())
            .unwrap_or(usize::MAX)
    }

    /// Returns the time range of a request. It is at most `days` long, and by default the last of these days.
    pub(super) fn time_range(&self, days: i64, now: Timestamp) -> Result<TimeRange, Rejection> {
        let length = days.saturating_mul(DAY);
        let start: Option<i64> = self.value("startTime")?;
        let end: Option<i64> = self.value("endTime")?;
        if let (Some(start), Some(end)) = (start, end) {
            if start > end {
                return Err(codes::start_after_end());
            }
            if end.saturating_sub(start) > length {
                return Err(codes::range_too_long(self.operation.product, days));
            }
        }
        let end = end.unwrap_or_else(|| match start {
            Some(start) => start.saturating_add(length),
            None => i64::MAX,
        });
        let default_start = end.min(now.as_millis()).saturating_sub(length);
        Ok(TimeRange {
            start: start.unwrap_or(default_start),
            end,
            has_start: start.is_some(),
        })
    }
}

/// A range of times, in milliseconds. Both ends are included.
#[derive(Debug, Clone, Copy)]
pub(super) struct TimeRange {
    start: i64,
    end: i64,
    /// Whether the request has a start.
    pub(super) has_start: bool,
}

impl TimeRange {
    /// Whether a time is in the range.
    pub(super) fn contains(&self, time: Timestamp) -> bool {
        (self.start..=self.end).contains(&time.as_millis())
    }
}

/// Whether an order can still be found. One that has not ended always can.
pub(super) fn is_kept(
    has_ended: bool,
    has_fill: bool,
    created_at: Timestamp,
    now: Timestamp,
) -> bool {
    let days = if has_fill { DAYS } else { DAYS_WITHOUT_FILL };
    let age = now.as_millis().saturating_sub(created_at.as_millis());
    !has_ended || age <= days.saturating_mul(DAY)
}

/// Returns the first rows or the last rows, in their order.
pub(super) fn page<T>(rows: Vec<T>, limit: usize, is_first: bool) -> Vec<T> {
    let skipped = if is_first {
        0
    } else {
        rows.len().saturating_sub(limit)
    };
    rows.into_iter().skip(skipped).take(limit).collect()
}
