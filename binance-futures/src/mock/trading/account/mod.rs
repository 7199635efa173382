//! The account of an API key.

mod adjusting;
mod algo_orders;
mod changing;
mod converting;
mod following;
mod margin;
mod matching;
mod placing;

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::mock::market::{Contract, Market};
use crate::mock::trading::algo_order::AlgoOrders;
use crate::mock::trading::amount::Valuation;
use crate::mock::trading::conversions::Conversions;
use crate::mock::trading::events::{AccountEvent, AccountUpdate, BalanceChange, OrderUpdate};
use crate::mock::trading::history::{Amendment, History, Income, MarginChange, UserTrade};
use crate::mock::trading::order::Order;
use crate::mock::trading::orders::Orders;
use crate::mock::trading::position::Position;
use crate::mock::trading::settings::Settings;
use crate::mock::trading::wallets::Wallets;
use crate::types::{AccountUpdateReason, ExecutionType, IncomeType, PositionSide, Timestamp};

pub(in crate::mock) use changing::Modification;
pub(in crate::mock) use margin::Margin;

/// An account, with its state in both products.
#[derive(Debug, Clone, Default)]
pub(in crate::mock) struct Account {
    /// Orders.
    pub(in crate::mock) orders: Orders,
    /// Conditional orders of the algo order endpoints.
    pub(in crate::mock) algo_orders: AlgoOrders,
    /// Positions by contract and position side.
    pub(super) positions: BTreeMap<(usize, PositionSide), HeldPosition>,
    /// Wallet balances.
    pub(in crate::mock) wallets: Wallets,
    /// Settings.
    pub(in crate::mock) settings: Settings,
    /// Fills of orders.
    pub(in crate::mock) trades: History<UserTrade>,
    /// Changes of wallet balances.
    pub(in crate::mock) income: History<Income>,
    /// Modifications of orders.
    pub(in crate::mock) amendments: History<Amendment>,
    /// Changes of the margin of isolated positions.
    pub(in crate::mock) margin_changes: History<MarginChange>,
    /// Quotes and conversions of assets.
    pub(in crate::mock) conversions: Conversions,
    /// Times at which all orders of a contract are canceled.
    pub(super) countdowns: BTreeMap<usize, Timestamp>,
    events: Vec<AccountEvent>,
}

/// A position and its contract.
#[derive(Debug, Clone)]
pub(in crate::mock) struct HeldPosition {
    /// Contract.
    pub(in crate::mock) contract: Arc<Contract>,
    /// Position.
    pub(in crate::mock) position: Position,
}

/// Ids that the next objects get. They are unique on the whole exchange.
#[derive(Debug, Clone)]
pub(in crate::mock) struct Ids {
    /// Exchange order id of the next order.
    pub(in crate::mock) order: u64,
    /// Id of the next conditional order.
    pub(in crate::mock) algo_order: u64,
    /// Id of the next modification of an order.
    pub(in crate::mock) amendment: u64,
    /// Id of the next transaction.
    pub(in crate::mock) transaction: u64,
    /// Id of the next quote.
    pub(in crate::mock) quote: u64,
}

impl Ids {
    /// The ids of a new exchange.
    pub(in crate::mock) fn new(first_order: u64) -> Self {
        Self {
            order: first_order,
            algo_order: 4_000_000_000_000_001,
            amendment: 1,
            transaction: 211_900_000_001,
            quote: 12_400_000_001,
        }
    }
}

/// Returns an id and advances it.
pub(super) fn next(id: &mut u64) -> u64 {
    let current = *id;
    *id = id.saturating_add(1);
    current
}

/// The exchange around an account: the market, the ids and the time.
#[derive(Debug)]
pub(in crate::mock) struct TradingContext<'a> {
    /// Market.
    pub(in crate::mock) market: &'a mut Market,
    /// Ids.
    pub(in crate::mock) ids: &'a mut Ids,
    /// Time.
    pub(in crate::mock) now: Timestamp,
}

impl Account {
    /// Creates an account with balances: product, asset and amount.
    pub(in crate::mock) fn new(
        balances: &[(&'static str, String, Decimal)],
        trading: &mut TradingContext<'_>,
    ) -> Self {
        let mut account = Self::default();
        for (product, asset, amount) in balances {
            account.wallets.add(product, asset, *amount, trading.now);
            if !amount.is_zero() {
                account.record_income(
                    product,
                    "",
                    IncomeType::Transfer,
                    *amount,
                    asset,
                    None,
                    trading,
                );
            }
        }
        account
    }

    /// Returns a position. Empty if there never was one.
    pub(in crate::mock) fn position(&self, contract: &Contract, side: &PositionSide) -> Position {
        let held = self.positions.get(&(contract.index, side.clone()));
        held.map(|held| held.position.clone()).unwrap_or_default()
    }

    /// Returns a position for changes.
    pub(super) fn position_mut(
        &mut self,
        contract: &Arc<Contract>,
        side: &PositionSide,
    ) -> &mut Position {
        let held = self.positions.entry((contract.index, side.clone()));
        let held = held.or_insert_with(|| HeldPosition {
            contract: Arc::clone(contract),
            position: Position::default(),
        });
        &mut held.position
    }

    /// Returns all positions that are not empty.
    pub(in crate::mock) fn held(&self) -> impl Iterator<Item = (&PositionSide, &HeldPosition)> {
        let held = self.positions.iter();
        held.map(|((_, side), held)| (side, held))
            .filter(|(_, held)| !held.position.is_empty())
    }

    /// Adds an income entry, without changing a balance.
    #[expect(clippy::too_many_arguments, reason = "each is a field of the entry")]
    pub(super) fn record_income(
        &mut self,
        product: &'static str,
        symbol: &str,
        income_type: IncomeType,
        amount: Decimal,
        asset: &str,
        trade_id: Option<u64>,
        trading: &mut TradingContext<'_>,
    ) {
        self.income.push(Income {
            product,
            symbol: symbol.to_owned(),
            income_type,
            amount,
            asset: asset.to_owned(),
            time: trading.now,
            id: next(&mut trading.ids.transaction),
            trade_id,
        });
    }

    /// Changes a wallet balance because of a contract or a trade, and adds the income entry. Amounts of zero change nothing.
    pub(super) fn settle(
        &mut self,
        contract: &Contract,
        income_type: IncomeType,
        amount: Decimal,
        trade_id: Option<u64>,
        trading: &mut TradingContext<'_>,
    ) {
        if amount.is_zero() {
            return;
        }
        let (product, asset) = (contract.product, &contract.margin_asset);
        self.wallets.add(product, asset, amount, trading.now);
        self.record_income(
            product,
            &contract.symbol,
            income_type,
            amount,
            asset,
            trade_id,
            trading,
        );
    }

    /// Returns and removes the events since the last call.
    pub(in crate::mock) fn take_events(&mut self) -> Vec<AccountEvent> {
        std::mem::take(&mut self.events)
    }

    pub(super) fn emit(&mut self, event: AccountEvent) {
        self.events.push(event);
    }

    /// Emits a change of an order, and stores the order.
    pub(super) fn finish(&mut self, order: Order, execution: ExecutionType) -> Order {
        self.emit_order(&order, execution);
        self.orders.store(order.clone());
        self.update_algo_order(&order);
        order
    }

    pub(super) fn emit_order(&mut self, order: &Order, execution: ExecutionType) {
        self.emit(AccountEvent::Order(Box::new(OrderUpdate {
            order: order.clone(),
            execution,
            fill: None,
        })));
    }

    /// Emits a change of the margin asset's balance and of positions of a contract.
    pub(super) fn emit_account(
        &mut self,
        contract: &Arc<Contract>,
        reason: AccountUpdateReason,
        change: Decimal,
        positions: &[PositionSide],
    ) {
        let balance = self.balance_change(contract.product, &contract.margin_asset, change);
        let positions = positions
            .iter()
            .map(|side| (Arc::clone(contract), side.clone()));
        self.emit(AccountEvent::Account(AccountUpdate {
            product: contract.product,
            reason,
            balances: vec![balance],
            positions: positions.collect(),
        }));
    }

    pub(super) fn balance_change(
        &self,
        product: &'static str,
        asset: &str,
        change: Decimal,
    ) -> BalanceChange {
        BalanceChange {
            asset: asset.to_owned(),
            wallet_balance: self.wallets.balance(product, asset),
            cross_wallet_balance: self.cross_wallet(product, asset),
            change,
        }
    }
}

/// Returns the valuation of a contract.
pub(super) fn valuation(contract: &Contract) -> Valuation {
    Valuation::of(contract.contract_size)
}
