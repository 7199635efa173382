//! Candlesticks.

use rust_decimal::Decimal;

use crate::types::Timestamp;

/// A candlestick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) struct Candle {
    /// First millisecond.
    pub(in crate::mock) open_time: Timestamp,
    /// Last millisecond.
    pub(in crate::mock) close_time: Timestamp,
    /// Price of the first trade.
    pub(in crate::mock) open: Decimal,
    /// Highest price.
    pub(in crate::mock) high: Decimal,
    /// Lowest price.
    pub(in crate::mock) low: Decimal,
    /// Price of the last trade.
    pub(in crate::mock) close: Decimal,
    /// Traded quantity.
    pub(in crate::mock) volume: Decimal,
    /// Traded value: in the quote asset on USDⓈ-M, in the base asset on COIN-M.
    pub(in crate::mock) value: Decimal,
    /// Quantity that takers bought.
    pub(in crate::mock) taker_buy_volume: Decimal,
    /// Value of the quantity that takers bought.
    pub(in crate::mock) taker_buy_value: Decimal,
    /// Number of trades. If it is 0, all prices are the last price before.
    pub(in crate::mock) trades: u64,
    /// Ids of the first and of the last trade.
    pub(in crate::mock) ids: Option<(u64, u64)>,
}
