//! The order book of a contract at one moment.

use rust_decimal::Decimal;

use crate::types::{Side, Timestamp};

/// An order book. Prices are on the tick and quantities on the step of the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) struct Book {
    /// Id of the last change. Increases with every change of the book.
    pub(in crate::mock) update_id: u64,
    /// Time of the last change.
    pub(in crate::mock) time: Timestamp,
    /// Bid levels, the best price first.
    pub(in crate::mock) bids: Vec<Level>,
    /// Ask levels, the best price first.
    pub(in crate::mock) asks: Vec<Level>,
}

/// A price level, or a fill at one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mock) struct Level {
    /// Price.
    pub(in crate::mock) price: Decimal,
    /// Quantity available or filled at the price.
    pub(in crate::mock) quantity: Decimal,
}

impl Book {
    /// Returns the levels that an order of this side trades with.
    pub(in crate::mock) fn opposite_side(&self, side: &Side) -> &[Level] {
        if is_buy(side) { &self.asks } else { &self.bids }
    }

    /// Returns the levels among which an order of this side rests.
    pub(in crate::mock) fn same_side(&self, side: &Side) -> &[Level] {
        if is_buy(side) { &self.bids } else { &self.asks }
    }

    /// Returns the immediate fills of an order: at its limit price or better, up to its quantity.
    pub(in crate::mock) fn fills(
        &self,
        side: &Side,
        quantity: Decimal,
        limit: Option<Decimal>,
    ) -> Vec<Level> {
        let mut remaining = quantity;
        let mut fills = Vec::new();
        for level in self.opposite_side(side) {
            let acceptable = limit.is_none_or(|limit| {
                if is_buy(side) {
                    level.price <= limit
                } else {
                    level.price >= limit
                }
            });
            let quantity = level.quantity.min(remaining);
            if !acceptable || quantity <= Decimal::ZERO {
                break;
            }
            fills.push(Level { quantity, ..*level });
            remaining = remaining.saturating_sub(quantity);
        }
        fills
    }
}

pub(super) fn is_buy(side: &Side) -> bool {
    *side == Side::Buy
}
