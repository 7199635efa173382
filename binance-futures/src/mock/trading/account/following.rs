//! How an account follows the market: resting orders are filled, conditional orders trigger, funding is paid and dated orders expire.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::placing::watched_prices;
use super::{Account, TradingContext, valuation};
use crate::mock::market::{Change, Contract, Level, MarketEvent, Origin, Trade};
use crate::mock::trading::amount::money;
use crate::mock::trading::order::Order;
use crate::mock::trading::trigger::triggered_type;
use crate::types::{
    AccountUpdateReason, ExecutionType, IncomeType, OrderStatus, PositionSide, TimeInForce,
    Timestamp,
};

impl Account {
    /// Follows an event of the market. `quantity` is what other accounts left of a trade, and is reduced by what resting orders take.
    pub(in crate::mock) fn follow(
        &mut self,
        event: &MarketEvent,
        quantity: &mut Decimal,
        trading: &mut TradingContext<'_>,
    ) {
        let contract = &event.contract;
        match &event.change {
            Change::Trade(trade) => {
                if trade.origin != Origin::Order {
                    self.fill_resting(contract, trade, quantity, trading);
                }
                self.fill_crossed(contract, trading);
                self.trigger(contract, trading);
            }
            Change::Book { .. } => self.fill_crossed(contract, trading),
            Change::MarkPrice { .. } => self.trigger(contract, trading),
            Change::Funding { rate, mark_price } => {
                self.pay_funding(contract, *rate, *mark_price, trading);
            }
            Change::Candle(_) => {}
        }
    }

    /// Returns the next time at which something happens by itself: a countdown or a good-till date ends.
    pub(in crate::mock) fn next_deadline(&self) -> Option<Timestamp> {
        let countdowns = self.countdowns.values().copied();
        let dates = self.orders.open().filter_map(deadline);
        let algo = ["usdm", "coinm"]
            .into_iter()
            .flat_map(|product| self.algo_orders.open(product));
        let algo = algo
            .filter(|order| order.request.time_in_force == Some(TimeInForce::Gtd))
            .filter_map(|order| order.request.good_till);
        countdowns.chain(dates).chain(algo).min()
    }

    /// Ends everything whose time has come.
    pub(in crate::mock) fn expire(&mut self, trading: &TradingContext<'_>) {
        let now = trading.now;
        let is_late = |order: &Order| deadline(order).is_some_and(|date| date <= now);
        self.end_where(OrderStatus::Expired, trading, is_late);
        self.expire_algo_orders(trading);
        let ended = self.countdowns.iter().filter(|(_, end)| **end <= now);
        for index in ended.map(|(index, _)| *index).collect::<Vec<_>>() {
            self.countdowns.remove(&index);
            self.end_where(OrderStatus::Canceled, trading, |order| {
                order.contract.index == index && order.is_resting()
            });
        }
    }

    /// Fills resting orders at the price of a trade up to its quantity, and all orders with a better price completely.
    fn fill_resting(
        &mut self,
        contract: &Contract,
        trade: &Trade,
        quantity: &mut Decimal,
        trading: &mut TradingContext<'_>,
    ) {
        for id in self.resting_by_price(contract, |order| order.accepts(trade.price)) {
            let Some(order) = self.orders.take_open(id) else {
                continue;
            };
            let is_better = order.price != trade.price;
            let filled = if is_better {
                order.remaining()
            } else {
                order.remaining().min(*quantity)
            };
            if !is_better {
                *quantity = quantity.saturating_sub(filled);
            }
            self.fill_as_maker(order, filled, trading);
        }
    }

    /// Fills the resting orders that the best price of the opposite side has reached.
    fn fill_crossed(&mut self, contract: &Contract, trading: &mut TradingContext<'_>) {
        if self.orders.resting_of(contract).next().is_none() {
            return;
        }
        let best = best_prices(contract, trading);
        for id in self.resting_by_price(contract, |order| best.reach(order)) {
            let Some(order) = self.orders.take_open(id) else {
                continue;
            };
            let best = best_prices(contract, trading);
            if best.pass(&order) {
                let remaining = order.remaining();
                self.fill_as_maker(order, remaining, trading);
            } else {
                self.fill_at_best_price(order, trading);
            }
        }
    }

    /// Fills a resting order with the quantity that the book has at its price.
    fn fill_at_best_price(&mut self, mut order: Order, trading: &mut TradingContext<'_>) {
        let (quantity, price) = (order.remaining(), order.price);
        let trades = trading
            .market
            .take(&order.contract, &order.side, quantity, Some(price));
        for trade in trades {
            self.fill(&mut order, &trade, true, trading);
        }
        self.after_maker_fill(order, trading);
    }

    /// Returns the ids of resting orders, the best price of each side first, then the oldest.
    fn resting_by_price(&self, contract: &Contract, matches: impl Fn(&Order) -> bool) -> Vec<u64> {
        let resting = self.orders.resting_of(contract);
        let mut resting: Vec<&Order> = resting.filter(|order| matches(order)).collect();
        resting.sort_by_key(|order| {
            (
                if order.is_buy() {
                    -order.price
                } else {
                    order.price
                },
                order.id,
            )
        });
        resting.iter().map(|order| order.id).collect()
    }

    fn fill_as_maker(
        &mut self,
        mut order: Order,
        quantity: Decimal,
        trading: &mut TradingContext<'_>,
    ) {
        if quantity > Decimal::ZERO {
            let taker = super::matching::opposite(&order.side);
            let (contract, price) = (&order.contract, order.price);
            let trade = trading.market.record(contract, &taker, price, quantity);
            if let Some(trade) = trade {
                self.fill(&mut order, &trade, true, trading);
            }
        }
        self.after_maker_fill(order, trading);
    }

    fn after_maker_fill(&mut self, order: Order, trading: &mut TradingContext<'_>) {
        self.store(order.clone());
        self.trim_reducing_orders(&order, trading);
        self.expire_algo_orders(trading);
    }

    /// Triggers the conditional orders of a contract whose condition the current prices meet.
    fn trigger(&mut self, contract: &Contract, trading: &mut TradingContext<'_>) {
        let prices = watched_prices(contract, trading.market);
        for id in self
            .orders
            .open_ids(|order| order.contract.index == contract.index && order.trigger.is_some())
        {
            let Some(mut order) = self.orders.take_open(id) else {
                continue;
            };
            let fires = order
                .trigger
                .as_mut()
                .is_some_and(|trigger| trigger.observe(prices));
            if fires {
                self.release(order, trading);
            } else {
                self.orders.store(order);
            }
        }
        self.trigger_algo_orders(contract, trading);
    }

    /// Puts a conditional order that triggered on the order book. It ends if the rules no longer permit it.
    fn release(&mut self, mut order: Order, trading: &mut TradingContext<'_>) {
        order.trigger_price = order
            .trigger
            .take()
            .map_or(order.trigger_price, |trigger| trigger.price());
        order.order_type = triggered_type(&order.order_type);
        order.updated_at = trading.now;
        if order.is_reducing() {
            order.quantity = self.covered_quantity(&order);
        }
        let plan = if order.quantity > Decimal::ZERO {
            self.check_execution(&order, trading.market).ok()
        } else {
            None
        };
        match plan {
            Some(plan) => {
                self.emit_order(&order, ExecutionType::New);
                self.execute(order, plan, trading);
            }
            None => {
                self.end(order, OrderStatus::Expired, trading);
            }
        }
    }

    /// Pays or receives funding for the positions of a contract.
    fn pay_funding(
        &mut self,
        contract: &Arc<Contract>,
        rate: Decimal,
        mark: Decimal,
        trading: &mut TradingContext<'_>,
    ) {
        let is_isolated = self.settings.of(&contract.symbol).is_isolated;
        for side in [PositionSide::Both, PositionSide::Long, PositionSide::Short] {
            let position = self.position(contract, &side);
            let amount = money(
                -position
                    .notional(valuation(contract), mark)
                    .saturating_mul(rate),
            );
            if amount.is_zero() {
                continue;
            }
            self.settle(contract, IncomeType::FundingFee, amount, None, trading);
            let mut changed = Vec::new();
            if is_isolated {
                let position = self.position_mut(contract, &side);
                position.isolated_wallet = position.isolated_wallet.saturating_add(amount);
                changed.push(side);
            }
            self.emit_account(contract, AccountUpdateReason::FundingFee, amount, &changed);
        }
    }
}

/// The best prices of an order book. `None` if a side is empty.
struct BestPrices {
    bid: Option<Decimal>,
    ask: Option<Decimal>,
}

impl BestPrices {
    fn opposite(&self, order: &Order) -> Option<Decimal> {
        if order.is_buy() { self.ask } else { self.bid }
    }

    /// Whether the best price of the opposite side is that of a resting order, or a better one.
    fn reach(&self, order: &Order) -> bool {
        self.opposite(order).is_some_and(|best| order.accepts(best))
    }

    /// Whether the best price of the opposite side is better than that of a resting order.
    fn pass(&self, order: &Order) -> bool {
        self.reach(order) && self.opposite(order) != Some(order.price)
    }
}

fn best_prices(contract: &Contract, trading: &TradingContext<'_>) -> BestPrices {
    let book = trading.market.book(contract);
    let best = |levels: &[Level]| levels.first().map(|level| level.price);
    BestPrices {
        bid: best(&book.bids),
        ask: best(&book.asks),
    }
}

/// Returns the time at which an order expires.
fn deadline(order: &Order) -> Option<Timestamp> {
    order
        .good_till
        .filter(|_| order.time_in_force == TimeInForce::Gtd)
}
