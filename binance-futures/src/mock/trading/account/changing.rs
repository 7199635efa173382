//! Modifying and canceling orders.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{Account, TradingContext, next};
use crate::mock::market::Contract;
use crate::mock::server::rejection::Rejection;
use crate::mock::trading::codes;
use crate::mock::trading::history::Amendment;
use crate::mock::trading::order::{Order, OrderKey};
use crate::mock::trading::rules;
use crate::types::{ExecutionType, OrderStatus, OrderType, PriceMatch, Side, Timestamp};

/// What a request to modify an order says.
#[derive(Debug, Clone)]
pub(in crate::mock) struct Modification {
    /// Contract.
    pub(in crate::mock) contract: Arc<Contract>,
    /// Order.
    pub(in crate::mock) key: OrderKey,
    /// Side, which must be that of the order.
    pub(in crate::mock) side: Side,
    /// New quantity.
    pub(in crate::mock) quantity: Decimal,
    /// New price. `None` with a price match.
    pub(in crate::mock) price: Option<Decimal>,
    /// Takes the price from the order book.
    pub(in crate::mock) price_match: Option<PriceMatch>,
    /// Whether the request says that the order is reduce-only.
    pub(in crate::mock) reduce_only: bool,
    /// Id of the modification.
    pub(in crate::mock) modify_id: Option<i64>,
}

impl Account {
    /// Changes price and quantity of an open order. Cancels it when the new quantity is already filled, or when its time in force
    /// or reduce-only condition does not permit the new price.
    pub(in crate::mock) fn modify(
        &mut self,
        request: &Modification,
        trading: &mut TradingContext<'_>,
    ) -> Result<Order, Rejection> {
        let contract = &request.contract;
        let order = self.orders.find_open(contract, &request.key);
        let order = order.cloned().ok_or_else(codes::unknown_order)?;
        if order.order_type != OrderType::Limit || order.trigger.is_some() {
            return Err(codes::only_limit_orders(contract.product));
        }
        if order.side != request.side {
            return Err(Rejection::invalid_parameter("side"));
        }
        let changed = self.changed(&order, request, trading)?;
        let keeps_quantity = changed.remaining() > Decimal::ZERO;
        // The order as it was takes no part in the checks.
        self.orders.take_open(order.id);
        let plan = if keeps_quantity {
            self.check_execution(&changed, trading.market).map(Some)
        } else {
            Ok(None)
        };
        let plan = match plan {
            Err(rejection) if [-2019, -2027].contains(&rejection.code) => {
                self.orders.store(order);
                return Err(rejection);
            }
            // The time in force or the reduce-only condition does not permit the new price.
            Err(_) => None,
            Ok(plan) => plan,
        };
        self.amendments.push(Amendment {
            id: next(&mut trading.ids.amendment),
            order_id: order.id,
            client_id: order.client_id.clone(),
            contract: Arc::clone(contract),
            price: (order.price, changed.price),
            quantity: (order.quantity, changed.quantity),
            count: changed.modifications,
            modify_id: changed.modify_id,
            time: trading.now,
        });
        self.emit_order(&changed, ExecutionType::Amendment);
        match plan {
            Some(plan) => Ok(self.execute(changed, plan, trading)),
            None => Ok(self.end(changed, OrderStatus::Canceled, trading)),
        }
    }

    /// Returns the order with the new price and quantity, checked against the filters.
    fn changed(
        &self,
        order: &Order,
        request: &Modification,
        trading: &TradingContext<'_>,
    ) -> Result<Order, Rejection> {
        let contract = &order.contract;
        let mut changed = order.clone();
        changed.price = match (&request.price_match, request.price) {
            (Some(_), Some(_)) => return Err(codes::not_required("price")),
            (Some(price_match), None) => {
                changed.price_match = price_match.clone();
                rules::matched_price(contract, &order.side, price_match, trading.market)?
            }
            (None, Some(price)) => {
                rules::check_price(contract, price)?;
                price
            }
            (None, None) => return Err(Rejection::missing_parameter("price")),
        };
        rules::check_quantity(contract, false, request.quantity)?;
        changed.quantity = request.quantity;
        if order.price == changed.price && order.quantity == changed.quantity {
            return Err(codes::nothing_to_modify(contract.product));
        }
        if request.reduce_only && !order.reduce_only {
            return Err(codes::original_not_reduce_only());
        }
        if contract
            .max_move_order_limit
            .is_some_and(|limit| order.modifications.saturating_add(1) >= limit)
        {
            return Err(codes::too_many_modifications(contract.product));
        }
        rules::check_percent_price(&changed, trading.market.mark_price(contract))?;
        if !request.reduce_only
            && let Some(minimum) = rules::missed_notional(&changed, changed.price)
        {
            return Err(codes::modified_notional_too_small(minimum));
        }
        changed.modify_id = request.modify_id;
        changed.modifications = order.modifications.saturating_add(1);
        changed.updated_at = trading.now;
        Ok(changed)
    }

    /// Cancels an open order.
    pub(in crate::mock) fn cancel(
        &mut self,
        contract: &Contract,
        key: &OrderKey,
        trading: &TradingContext<'_>,
    ) -> Result<Order, Rejection> {
        let id = self.orders.find_open(contract, key).map(|order| order.id);
        let order = id.and_then(|id| self.orders.take_open(id));
        let order = order.ok_or_else(codes::not_open)?;
        Ok(self.end(order, OrderStatus::Canceled, trading))
    }

    /// Cancels all open orders of a contract.
    pub(in crate::mock) fn cancel_all(
        &mut self,
        contract: &Contract,
        trading: &TradingContext<'_>,
    ) {
        self.end_where(OrderStatus::Canceled, trading, |order| {
            order.contract.index == contract.index
        });
    }

    /// Ends all open orders that match.
    pub(super) fn end_where(
        &mut self,
        status: OrderStatus,
        trading: &TradingContext<'_>,
        matches: impl Fn(&Order) -> bool,
    ) {
        for id in self.orders.open_ids(matches) {
            if let Some(order) = self.orders.take_open(id) {
                self.end(order, status.clone(), trading);
            }
        }
    }

    /// Starts the countdown that cancels all orders of a contract, or stops it if the time is zero.
    pub(in crate::mock) fn set_countdown(
        &mut self,
        contract: &Contract,
        millis: u64,
        now: Timestamp,
    ) {
        if millis == 0 {
            self.countdowns.remove(&contract.index);
        } else {
            let end = now + std::time::Duration::from_millis(millis);
            self.countdowns.insert(contract.index, end);
        }
    }
}
