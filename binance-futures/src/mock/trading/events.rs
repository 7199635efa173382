//! What changes in an account, for those who follow it.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::algo_order::AlgoOrder;
use super::order::Order;
use crate::mock::market::Contract;
use crate::types::{AccountUpdateReason, ExecutionType, PositionSide};

/// A change of an account.
#[derive(Debug, Clone)]
pub(in crate::mock) enum AccountEvent {
    /// An order was placed, filled, modified or ended.
    Order(Box<OrderUpdate>),
    /// Balances or positions changed.
    Account(AccountUpdate),
    /// A conditional order was placed, triggered or ended.
    AlgoOrder(Box<AlgoOrder>),
    /// The leverage of a symbol was set.
    Leverage {
        /// Contract.
        contract: Arc<Contract>,
        /// Leverage.
        leverage: u32,
    },
    /// Multi-assets mode was turned on or off.
    MultiAssetsMode(bool),
    /// A listen key expired.
    ListenKeyExpired {
        /// Product id.
        product: &'static str,
        /// Listen key.
        listen_key: String,
    },
    /// A request closed a listen key.
    ListenKeyClosed {
        /// Product id.
        product: &'static str,
        /// Listen key.
        listen_key: String,
    },
}

impl AccountEvent {
    /// Product of the change. `None` if it concerns both.
    pub(in crate::mock) fn product(&self) -> Option<&'static str> {
        Some(match self {
            Self::Order(update) => update.order.contract.product,
            Self::Account(update) => update.product,
            Self::AlgoOrder(order) => order.contract().product,
            Self::Leverage { contract, .. } => contract.product,
            Self::MultiAssetsMode(_) => return None,
            Self::ListenKeyExpired { product, .. } | Self::ListenKeyClosed { product, .. } => {
                product
            }
        })
    }
}

/// A change of an order.
#[derive(Debug, Clone)]
pub(in crate::mock) struct OrderUpdate {
    /// The order after the change.
    pub(in crate::mock) order: Order,
    /// What happened.
    pub(in crate::mock) execution: ExecutionType,
    /// The fill, if there was one.
    pub(in crate::mock) fill: Option<Fill>,
}

/// A fill of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mock) struct Fill {
    /// Id of the trade.
    pub(in crate::mock) trade_id: u64,
    /// Price.
    pub(in crate::mock) price: Decimal,
    /// Quantity.
    pub(in crate::mock) quantity: Decimal,
    /// Fee, in the margin asset.
    pub(in crate::mock) commission: Decimal,
    /// Realized profit, in the margin asset.
    pub(in crate::mock) realized_profit: Decimal,
    /// Whether the order rested on the book.
    pub(in crate::mock) is_maker: bool,
}

/// A change of balances and positions. Contains only what changed.
#[derive(Debug, Clone)]
pub(in crate::mock) struct AccountUpdate {
    /// Product id.
    pub(in crate::mock) product: &'static str,
    /// Reason.
    pub(in crate::mock) reason: AccountUpdateReason,
    /// Changed balances.
    pub(in crate::mock) balances: Vec<BalanceChange>,
    /// Changed positions: contract and position side.
    pub(in crate::mock) positions: Vec<(Arc<Contract>, PositionSide)>,
}

/// A changed balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) struct BalanceChange {
    /// Asset.
    pub(in crate::mock) asset: String,
    /// Wallet balance after the change.
    pub(in crate::mock) wallet_balance: Decimal,
    /// Wallet balance without the margin of isolated positions.
    pub(in crate::mock) cross_wallet_balance: Decimal,
    /// Change other than profits and fees of trades.
    pub(in crate::mock) change: Decimal,
}
