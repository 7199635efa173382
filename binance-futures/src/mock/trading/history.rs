//! What happened to an account: trades, income, modifications of orders and margin changes. Each list keeps its newest entries only.

use std::collections::VecDeque;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::mock::market::Contract;
use crate::types::{IncomeType, PositionSide, Side, Timestamp};

/// Number of entries that a list keeps.
const CAPACITY: usize = 10_000;

/// A list that keeps its newest entries.
#[derive(Debug, Clone)]
pub(in crate::mock) struct History<T> {
    entries: VecDeque<T>,
}

impl<T> Default for History<T> {
    fn default() -> Self {
        Self {
            entries: VecDeque::new(),
        }
    }
}

impl<T> History<T> {
    /// Adds an entry, and removes the oldest one when the list is full.
    pub(in crate::mock) fn push(&mut self, entry: T) {
        if self.entries.len() >= CAPACITY {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    /// Returns the entries, the oldest first.
    pub(in crate::mock) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + Clone {
        self.entries.iter()
    }

    /// Returns the entries for changes, the oldest first.
    pub(in crate::mock) fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut T> {
        self.entries.iter_mut()
    }
}

/// A fill of an order.
#[derive(Debug, Clone)]
pub(in crate::mock) struct UserTrade {
    /// Id of the trade, unique for each contract.
    pub(in crate::mock) id: u64,
    /// Exchange order id.
    pub(in crate::mock) order_id: u64,
    /// Contract.
    pub(in crate::mock) contract: Arc<Contract>,
    /// Side of the order.
    pub(in crate::mock) side: Side,
    /// Position that the fill changed.
    pub(in crate::mock) position_side: PositionSide,
    /// Price.
    pub(in crate::mock) price: Decimal,
    /// Quantity.
    pub(in crate::mock) quantity: Decimal,
    /// Realized profit, in the margin asset.
    pub(in crate::mock) realized_profit: Decimal,
    /// Fee, in the margin asset.
    pub(in crate::mock) commission: Decimal,
    /// Whether the order rested on the book.
    pub(in crate::mock) is_maker: bool,
    /// Time.
    pub(in crate::mock) time: Timestamp,
}

/// A change of a wallet balance.
#[derive(Debug, Clone)]
pub(in crate::mock) struct Income {
    /// Product id.
    pub(in crate::mock) product: &'static str,
    /// Symbol. Empty for changes without a contract.
    pub(in crate::mock) symbol: String,
    /// Reason.
    pub(in crate::mock) income_type: IncomeType,
    /// Amount. Negative if it was paid.
    pub(in crate::mock) amount: Decimal,
    /// Asset.
    pub(in crate::mock) asset: String,
    /// Time.
    pub(in crate::mock) time: Timestamp,
    /// Transaction id.
    pub(in crate::mock) id: u64,
    /// Id of the trade. `None` for changes without one.
    pub(in crate::mock) trade_id: Option<u64>,
}

/// A modification of an order.
#[derive(Debug, Clone)]
pub(in crate::mock) struct Amendment {
    /// Id.
    pub(in crate::mock) id: u64,
    /// Exchange order id.
    pub(in crate::mock) order_id: u64,
    /// Client order id.
    pub(in crate::mock) client_id: String,
    /// Contract.
    pub(in crate::mock) contract: Arc<Contract>,
    /// Price before and after.
    pub(in crate::mock) price: (Decimal, Decimal),
    /// Quantity before and after.
    pub(in crate::mock) quantity: (Decimal, Decimal),
    /// Number of modifications of the order, including this one.
    pub(in crate::mock) count: u64,
    /// Id that the request gave to the modification.
    pub(in crate::mock) modify_id: Option<i64>,
    /// Time.
    pub(in crate::mock) time: Timestamp,
}

/// A change of the margin of an isolated position.
#[derive(Debug, Clone)]
pub(in crate::mock) struct MarginChange {
    /// Contract.
    pub(in crate::mock) contract: Arc<Contract>,
    /// Position.
    pub(in crate::mock) position_side: PositionSide,
    /// Amount. Negative if margin was removed.
    pub(in crate::mock) amount: Decimal,
    /// Whether a trade changed the margin, not a request.
    pub(in crate::mock) is_trade: bool,
    /// Time.
    pub(in crate::mock) time: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::{CAPACITY, History};

    #[test]
    fn oldest_entries_are_removed() {
        let mut history = History::default();
        (0..CAPACITY + 3).for_each(|entry| history.push(entry));
        assert_eq!(history.iter().next(), Some(&3));
        assert_eq!(history.iter().count(), CAPACITY);
    }
}
