//! What happens on the market.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::candle::Candle;
use super::contract::Contract;
use super::trade::Trade;
use crate::types::Timestamp;

/// Something that happened on the market of one contract.
#[derive(Debug, Clone)]
pub(in crate::mock) struct MarketEvent {
    /// Time at which it happened.
    pub(in crate::mock) time: Timestamp,
    /// Contract.
    pub(in crate::mock) contract: Arc<Contract>,
    /// What happened.
    pub(in crate::mock) change: Change,
}

/// A change of the market of a contract.
#[derive(Debug, Clone)]
#[allow(
    dead_code,
    reason = "tests compare all values, and streams read some of them from the market"
)]
pub(in crate::mock) enum Change {
    /// A trade.
    Trade(Trade),
    /// The order book has other levels or quantities.
    Book {
        /// Id of the change, as in [`Book`](super::Book).
        update_id: u64,
    },
    /// The mark price or the index price is another one.
    MarkPrice {
        /// Mark price.
        mark_price: Decimal,
        /// Index price.
        index_price: Decimal,
    },
    /// A one-minute candlestick is complete.
    Candle(Candle),
    /// Funding is due.
    Funding {
        /// Funding rate, as a fraction of the notional. Positions that are long pay a positive rate.
        rate: Decimal,
        /// Mark price at which positions are valued.
        mark_price: Decimal,
    },
}
