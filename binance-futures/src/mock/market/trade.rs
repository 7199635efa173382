//! Trades.

use rust_decimal::Decimal;

use crate::types::{Side, Timestamp};

/// A trade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) struct Trade {
    /// Id. The ids of a contract are consecutive.
    pub(in crate::mock) id: u64,
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
