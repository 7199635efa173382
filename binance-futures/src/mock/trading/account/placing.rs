//! Placing orders.

use rust_decimal::Decimal;

use super::matching::MatchPlan;
use super::{Account, TradingContext, next, valuation};
use crate::mock::market::{Contract, Market};
use crate::mock::server::rejection::Rejection;
use crate::mock::trading::amount::{money, ratio, sum};
use crate::mock::trading::brackets;
use crate::mock::trading::codes;
use crate::mock::trading::order::{Order, OrderKey, OrderRequest, closes};
use crate::mock::trading::rules;
use crate::mock::trading::trigger::{
    Condition, Trailing, Trigger, WatchedPrices, is_conditional, triggered_type,
};
use crate::types::{ExecutionType, OrderStatus, OrderType, PositionSide, TimeInForce};

impl Account {
    /// Places an order, and fills what can be filled at once. A rejection changes nothing.
    pub(in crate::mock) fn place(
        &mut self,
        request: &OrderRequest,
        trading: &mut TradingContext<'_>,
    ) -> Result<Order, Rejection> {
        let order = self.check_new(request, trading)?;
        self.enter(order, trading)
    }

    /// Checks an order like [`place`](Self::place), but does not place it.
    pub(in crate::mock) fn test(
        &self,
        request: &OrderRequest,
        trading: &TradingContext<'_>,
    ) -> Result<Order, Rejection> {
        let mut order = self.check_new(request, trading)?;
        if order.client_id.is_empty() {
            order.client_id = "mock-0".to_owned();
        }
        self.check_entry(&order, trading.market)?;
        Ok(order)
    }

    /// Checks what depends on the request, the contract and the settings, and returns the order.
    fn check_new(
        &self,
        request: &OrderRequest,
        trading: &TradingContext<'_>,
    ) -> Result<Order, Rejection> {
        // In USDⓈ-M, conditional orders moved to the algo order endpoints in December 2025.
        if request.contract.product == "usdm" && is_conditional(&request.order_type) {
            return Err(codes::conditional_orders_moved());
        }
        rules::check_status(&request.contract)?;
        rules::check_parameters(request, "stopPrice")?;
        self.check_position_side(request)?;
        self.check_needed_position(request)?;
        self.build(request, trading)
    }

    /// Rejects a position side that does not fit the position mode, and reduce-only orders in hedge mode.
    pub(super) fn check_position_side(&self, request: &OrderRequest) -> Result<(), Rejection> {
        let is_both = request.position_side() == PositionSide::Both;
        if self.settings.hedge_mode == is_both {
            return Err(codes::position_side_mismatch());
        }
        if self.settings.hedge_mode && request.reduce_only == Some(true) {
            return Err(codes::not_required("reduceOnly"));
        }
        let opens = request.close_position
            && self.settings.hedge_mode
            && !closes(&request.side, &request.position_side());
        if opens {
            return Err(codes::reduce_only(Decimal::ZERO));
        }
        Ok(())
    }

    /// Rejects an order that ends with its position, if there is none.
    pub(super) fn check_needed_position(&self, request: &OrderRequest) -> Result<(), Rejection> {
        let is_needed = request.time_in_force == Some(TimeInForce::GteGtc);
        if is_needed
            && self
                .position(&request.contract, &request.position_side())
                .is_empty()
        {
            return Err(codes::needs_position());
        }
        Ok(())
    }

    /// Builds an order from a request, and checks prices and quantity.
    pub(super) fn build(
        &self,
        request: &OrderRequest,
        trading: &TradingContext<'_>,
    ) -> Result<Order, Rejection> {
        let contract = &request.contract;
        rules::check_good_till_date(request, trading.now)?;
        let mut order = Order::new(request, trading.now);
        if let Some(price_match) = &request.price_match {
            order.price =
                rules::matched_price(contract, &request.side, price_match, trading.market)?;
        } else if let Some(price) = request.price {
            rules::check_price(contract, price)?;
        }
        let is_market = triggered_type(&order.order_type) == OrderType::Market;
        if !request.close_position {
            rules::check_quantity(contract, is_market, order.quantity)?;
        }
        let mark = trading.market.mark_price(contract);
        if !is_conditional(&order.order_type) {
            if order.order_type == OrderType::Limit {
                rules::check_percent_price(&order, mark)?;
            }
        } else {
            order.trigger = Some(check_trigger(request, &mut order, trading.market)?);
            rules::check_percent_price(&order, mark)?;
        }
        let reference = if order.trigger_price > Decimal::ZERO {
            order.trigger_price
        } else {
            mark
        };
        if !order.close_position
            && let Some(minimum) = rules::missed_notional(&order, reference)
        {
            return Err(codes::notional_too_small(contract.product, minimum));
        }
        Ok(order)
    }

    /// Gives an order its ids, and puts it on the order book, or among the orders that wait for a trigger.
    pub(super) fn enter(
        &mut self,
        mut order: Order,
        trading: &mut TradingContext<'_>,
    ) -> Result<Order, Rejection> {
        let plan = self.check_entry(&order, trading.market)?;
        order.id = next(&mut trading.ids.order);
        if order.client_id.is_empty() {
            order.client_id = format!("mock-{}", order.id);
        }
        self.emit_order(&order, ExecutionType::New);
        if order.trigger.is_some() {
            self.store(order.clone());
            return Ok(order);
        }
        Ok(self.execute(order, plan, trading))
    }

    /// Applies a plan, stores the order, and ends reduce-only orders that have become too large.
    pub(super) fn execute(
        &mut self,
        order: Order,
        plan: MatchPlan,
        trading: &mut TradingContext<'_>,
    ) -> Order {
        let order = self.apply_plan(order, plan, trading);
        match order.status {
            OrderStatus::Expired | OrderStatus::ExpiredInMatch => {
                self.finish(order.clone(), ExecutionType::Expired);
            }
            _ => self.store(order.clone()),
        }
        self.trim_reducing_orders(&order, trading);
        self.expire_algo_orders(trading);
        order
    }

    /// Checks what depends on other orders, the position and the margin, and plans the matching.
    pub(super) fn check_entry(
        &self,
        order: &Order,
        market: &Market,
    ) -> Result<MatchPlan, Rejection> {
        self.check_client_id(order)?;
        if is_conditional(&order.order_type) {
            self.check_conditional_count(&order.contract)?;
            return Ok(MatchPlan::default());
        }
        let open = self.orders.open_of(&order.contract).count();
        let limit = order.contract.filters.max_orders;
        let is_full = limit.is_some_and(|limit| u64::try_from(open).unwrap_or(u64::MAX) >= limit);
        if is_full && order.can_rest() {
            return Err(codes::too_many_orders());
        }
        self.check_execution(order, market)
    }

    /// Checks an order that is about to reach the order book, and plans the matching.
    pub(super) fn check_execution(
        &self,
        order: &Order,
        market: &Market,
    ) -> Result<MatchPlan, Rejection> {
        if order.order_type == OrderType::Market {
            rules::check_market_price(order, market)?;
        }
        self.check_reducing(order)?;
        let plan = self.plan(order, market);
        plan.check(order)?;
        if !order.is_reducing() {
            self.check_margin(order, &plan, market)?;
        }
        Ok(plan)
    }

    fn check_client_id(&self, order: &Order) -> Result<(), Rejection> {
        if order.client_id.is_empty() {
            return Ok(());
        }
        let product = order.contract.product;
        let mut open = self.orders.open();
        let is_used = open.any(|other| {
            other.contract.product == product
                && other.has_key(&OrderKey::ClientId(order.client_id.clone()))
        });
        if is_used {
            Err(codes::duplicate_client_id())
        } else {
            Ok(())
        }
    }

    fn check_conditional_count(&self, contract: &Contract) -> Result<(), Rejection> {
        let waiting = self
            .orders
            .open_of(contract)
            .filter(|order| order.trigger.is_some());
        let waiting = u64::try_from(waiting.count()).unwrap_or(u64::MAX);
        match contract.filters.max_algo_orders {
            Some(limit) if waiting >= limit => Err(codes::too_many_conditional_orders()),
            _ => Ok(()),
        }
    }

    /// Rejects an order that may only reduce a position, but is larger than it, or on the wrong side.
    fn check_reducing(&self, order: &Order) -> Result<(), Rejection> {
        if !order.is_reducing() {
            return Ok(());
        }
        let position = self.position(&order.contract, &order.position_side);
        let is_covered = order.remaining() <= position.quantity.abs();
        if position.is_reduced_by(&order.side) && is_covered {
            return Ok(());
        }
        Err(codes::reduce_only(position.quantity))
    }

    /// Rejects an order that could make the position larger than the leverage permits, or whose margin is not available.
    fn check_margin(
        &self,
        order: &Order,
        plan: &MatchPlan,
        market: &Market,
    ) -> Result<(), Rejection> {
        let contract = &order.contract;
        let settings = self.settings.of(&contract.symbol);
        let values = plan
            .levels()
            .map(|level| valuation(contract).value(level.quantity, level.price));
        let resting = order.remaining().saturating_sub(plan.quantity());
        let resting = if order.can_rest() {
            valuation(contract).value(resting, order.price)
        } else {
            Decimal::ZERO
        };
        let value = sum(values).saturating_add(resting);
        let before = self.exposure(contract, &order.position_side, market);
        let after = before.with(order.is_buy(), value);
        let maximum = brackets::max_notional(contract.product, settings.leverage);
        if after.largest() > maximum && after.largest() > before.largest() {
            return Err(codes::position_too_large(maximum));
        }
        let more = after.largest().saturating_sub(before.largest());
        let required = money(ratio(more, settings.divisor()));
        let available = self.available(contract.product, &contract.margin_asset, market);
        if required > Decimal::ZERO && required > available {
            return Err(codes::margin_insufficient(required, available));
        }
        Ok(())
    }

    /// Ends resting orders that can only reduce a position, until the position covers the others: the newest order stays.
    pub(super) fn trim_reducing_orders(&mut self, cause: &Order, trading: &TradingContext<'_>) {
        let (contract, side) = (&cause.contract, &cause.position_side);
        let mut covered = self.position(contract, side).quantity.abs();
        let position = self.position(contract, side);
        let resting = self.orders.resting_of(contract).rev();
        let reducing = resting.filter(|order| order.position_side == *side && order.is_reducing());
        let mut ended = Vec::new();
        for order in reducing {
            if position.is_reduced_by(&order.side) && order.remaining() <= covered {
                covered = covered.saturating_sub(order.remaining());
            } else {
                ended.push(order.id);
            }
        }
        let needs_position = |order: &Order| {
            order.time_in_force == TimeInForce::GteGtc
                && order.contract.index == contract.index
                && order.position_side == *side
        };
        if position.is_empty() {
            ended.extend(self.orders.open_ids(needs_position));
        }
        for id in ended {
            if let Some(order) = self.orders.take_open(id) {
                self.end(order, OrderStatus::Expired, trading);
            }
        }
    }
}

/// Checks the trigger of a conditional order.
pub(super) fn check_trigger(
    request: &OrderRequest,
    order: &mut Order,
    market: &Market,
) -> Result<Trigger, Rejection> {
    let contract = &request.contract;
    let condition = match request.order_type {
        OrderType::TrailingStopMarket => {
            if let Some(price) = request.activation_price {
                rules::check_trigger_price(contract, price).map_err(|rejection| match rejection
                    .code
                {
                    -4006 => codes::activation_price(),
                    _ => rejection,
                })?;
            }
            order.trigger_price = Decimal::ZERO;
            Condition::Trailing(Trailing {
                activation_price: request.activation_price,
                callback_rate: request.callback_rate.unwrap_or_default(),
                extreme: None,
            })
        }
        _ => {
            rules::check_trigger_price(contract, order.trigger_price)?;
            match request.order_type {
                OrderType::Stop | OrderType::StopMarket => Condition::Stop(order.trigger_price),
                _ => Condition::TakeProfit(order.trigger_price),
            }
        }
    };
    let mut trigger = Trigger {
        side: request.side.clone(),
        working_type: request.working_type.clone(),
        protection: request.price_protect.then_some(contract.trigger_protect),
        condition,
    };
    let prices = watched_prices(contract, market);
    if trigger.is_late(prices) {
        return Err(codes::would_trigger());
    }
    // A trailing stop without an activation price follows the market from now on.
    trigger.observe(prices);
    Ok(trigger)
}

/// Returns the current prices that triggers watch.
pub(super) fn watched_prices(contract: &Contract, market: &Market) -> WatchedPrices {
    WatchedPrices {
        last: market.last_price(contract),
        mark: market.mark_price(contract),
    }
}
