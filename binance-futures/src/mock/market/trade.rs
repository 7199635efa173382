//! Trades.

use rust_decimal::Decimal;

use crate::types::{Side, Timestamp};

/// A trade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) struct Trade {
    /// Id. The ids of a contract are consecutive.
    pub(in crate::mock) id: u64,
    /// Id of the aggregate trade to which it belongs. The ids of a contract are consecutive.
    pub(in crate::mock) aggregate_id: u64,
    /// Price.
    pub(in crate::mock) price: Decimal,
    /// Quantity.
    pub(in crate::mock) quantity: Decimal,
    /// Value: in the quote asset on USDⓈ-M, in the base asset on COIN-M.
    pub(in crate::mock) value: Decimal,
    /// Time.
    pub(in crate::mock) time: Timestamp,
    /// Side of the taker.
    pub(in crate::mock) taker: Side,
    /// Who caused the trade.
    pub(in crate::mock) origin: Origin,
}

/// Who caused a trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mock) enum Origin {
    /// The price process, on its own.
    Market,
    /// A test that set the price or added a trade.
    Test,
    /// An order of an account.
    Order,
}

/// Consecutive trades of one taker side at one price within 100 ms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) struct AggregateTrade {
    /// Id.
    pub(in crate::mock) id: u64,
    /// Price.
    pub(in crate::mock) price: Decimal,
    /// Quantity of all trades.
    pub(in crate::mock) quantity: Decimal,
    /// Ids of the first and of the last trade.
    pub(in crate::mock) ids: (u64, u64),
    /// Time of the first trade.
    pub(in crate::mock) time: Timestamp,
    /// Side of the taker.
    pub(in crate::mock) taker: Side,
}
