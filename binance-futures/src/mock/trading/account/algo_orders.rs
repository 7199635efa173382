//! Placing, canceling and triggering conditional orders.

use rust_decimal::Decimal;

use super::placing::watched_prices;
use super::{Account, TradingContext, next};
use crate::mock::market::Contract;
use crate::mock::server::rejection::Rejection;
use crate::mock::trading::algo_order::{AlgoKey, AlgoOrder, TriggeredOrder};
use crate::mock::trading::codes;
use crate::mock::trading::events::AccountEvent;
use crate::mock::trading::order::{Order, OrderRequest};
use crate::mock::trading::rules;
use crate::mock::trading::trigger::{is_conditional, triggered_type};
use crate::types::{AlgoStatus, TimeInForce};

/// Maximum number of untriggered conditional orders of an account in each product.
const MAX_OPEN: usize = 200;

impl Account {
    /// Places a conditional order.
    pub(in crate::mock) fn place_algo(
        &mut self,
        request: &OrderRequest,
        trading: &mut TradingContext<'_>,
    ) -> Result<AlgoOrder, Rejection> {
        if !is_conditional(&request.order_type) {
            return Err(Rejection::invalid_parameter("type"));
        }
        rules::check_status(&request.contract)?;
        rules::check_parameters(request, "triggerPrice")?;
        self.check_position_side(request)?;
        let order = self.build(request, trading)?;
        let trigger = order
            .trigger
            .clone()
            .ok_or_else(codes::invalid_order_type)?;
        self.check_algo(request)?;
        let id = next(&mut trading.ids.algo_order);
        let client_id = request
            .client_id
            .clone()
            .unwrap_or_else(|| format!("mock-{id}"));
        let algo = AlgoOrder {
            id,
            client_id,
            price: order.price,
            trigger,
            status: AlgoStatus::New,
            order: None,
            reject_reason: String::new(),
            created_at: trading.now,
            updated_at: trading.now,
            triggered_at: None,
            request: request.clone(),
        };
        self.store_algo(algo.clone());
        Ok(algo)
    }

    /// Checks what depends on other orders and on the position.
    fn check_algo(&self, request: &OrderRequest) -> Result<(), Rejection> {
        let contract = &request.contract;
        if self.algo_orders.open(contract.product).count() >= MAX_OPEN {
            return Err(codes::too_many_conditional_orders());
        }
        let of_contract = || {
            let open = self.algo_orders.open(contract.product);
            open.filter(|order| order.contract().index == contract.index)
        };
        let limit = contract.filters.max_algo_orders;
        if limit
            .is_some_and(|limit| u64::try_from(of_contract().count()).unwrap_or(u64::MAX) >= limit)
        {
            return Err(codes::too_many_conditional_orders());
        }
        if let Some(client_id) = &request.client_id {
            let key = AlgoKey::ClientId(client_id.clone());
            if self
                .algo_orders
                .open(contract.product)
                .any(|order| order.has_key(&key))
            {
                return Err(codes::duplicate_client_id());
            }
        }
        self.check_needed_position(request)?;
        let is_same = |order: &AlgoOrder| {
            order.request.close_position
                && order.request.time_in_force == Some(TimeInForce::GteGtc)
                && order.request.order_type == request.order_type
                && order.request.side == request.side
                && order.request.position_side() == request.position_side()
        };
        if request.close_position && of_contract().any(is_same) {
            return Err(codes::close_position_order_exists());
        }
        Ok(())
    }

    /// Cancels an untriggered conditional order.
    pub(in crate::mock) fn cancel_algo(
        &mut self,
        product: &str,
        key: &AlgoKey,
        trading: &TradingContext<'_>,
    ) -> Result<AlgoOrder, Rejection> {
        let order = self
            .algo_orders
            .open(product)
            .rev()
            .find(|order| order.has_key(key));
        let order = order.cloned().ok_or_else(codes::not_open)?;
        Ok(self.end_algo(order, AlgoStatus::Canceled, trading))
    }

    /// Cancels all untriggered conditional orders of a contract.
    pub(in crate::mock) fn cancel_all_algo(
        &mut self,
        contract: &Contract,
        trading: &TradingContext<'_>,
    ) {
        let open = self.algo_orders.open(contract.product);
        let open = open.filter(|order| order.contract().index == contract.index);
        for order in open.cloned().collect::<Vec<_>>() {
            self.end_algo(order, AlgoStatus::Canceled, trading);
        }
    }

    /// Ends the conditional orders whose good-till date has passed, or that need a position which is gone.
    pub(super) fn expire_algo_orders(&mut self, trading: &TradingContext<'_>) {
        let ends = |order: &&AlgoOrder| {
            let dated = order.request.time_in_force == Some(TimeInForce::Gtd);
            let is_late = dated
                && order
                    .request
                    .good_till
                    .is_some_and(|date| date <= trading.now);
            let needs_position = order.request.time_in_force == Some(TimeInForce::GteGtc);
            let position = || self.position(order.contract(), &order.request.position_side());
            is_late || (needs_position && position().is_empty())
        };
        let open = self
            .algo_orders
            .active
            .values()
            .filter(|order| order.is_open());
        for order in open.filter(ends).cloned().collect::<Vec<_>>() {
            self.end_algo(order, AlgoStatus::Expired, trading);
        }
    }

    fn end_algo(
        &mut self,
        mut order: AlgoOrder,
        status: AlgoStatus,
        trading: &TradingContext<'_>,
    ) -> AlgoOrder {
        order.status = status;
        order.updated_at = trading.now;
        self.store_algo(order.clone());
        order
    }

    fn store_algo(&mut self, order: AlgoOrder) {
        self.algo_orders.store(order.clone());
        self.emit(AccountEvent::AlgoOrder(Box::new(order)));
    }

    /// Updates the triggers of a contract's conditional orders with the current prices, and places the ordinary orders of those that trigger.
    pub(super) fn trigger_algo_orders(
        &mut self,
        contract: &Contract,
        trading: &mut TradingContext<'_>,
    ) {
        let prices = watched_prices(contract, trading.market);
        let mut triggered = Vec::new();
        for order in self.algo_orders.active.values_mut() {
            let is_watching = order.is_open() && order.request.contract.index == contract.index;
            if is_watching && order.trigger.observe(prices) {
                triggered.push(order.id);
            }
        }
        for id in triggered {
            let open = self
                .algo_orders
                .active
                .get(&id)
                .filter(|order| order.is_open());
            if let Some(order) = open.cloned() {
                self.trigger_algo(order, trading);
            }
        }
    }

    fn trigger_algo(&mut self, mut algo: AlgoOrder, trading: &mut TradingContext<'_>) {
        algo.triggered_at = Some(trading.now);
        algo.updated_at = trading.now;
        let order = self.order_of(&algo, trading);
        if order.quantity.is_zero() {
            self.end_algo(algo, AlgoStatus::Expired, trading);
            return;
        }
        algo.status = AlgoStatus::Triggering;
        self.emit(AccountEvent::AlgoOrder(Box::new(algo.clone())));
        match self.check_triggered(&order, trading) {
            Err(rejection) => {
                algo.status = AlgoStatus::Rejected;
                algo.reject_reason = rejection.message;
                self.store_algo(algo);
            }
            Ok(()) => {
                // The order id is stored before the order is placed, so that fills find the conditional order.
                algo.status = AlgoStatus::Triggered;
                algo.order = Some(TriggeredOrder {
                    id: trading.ids.order,
                    order_type: order.order_type.clone(),
                    price: Decimal::ZERO,
                    quantity: Decimal::ZERO,
                });
                self.store_algo(algo);
                // The same checks passed a moment ago.
                let _ = self.enter(order, trading);
            }
        }
    }

    fn check_triggered(
        &self,
        order: &Order,
        trading: &TradingContext<'_>,
    ) -> Result<(), Rejection> {
        rules::check_status(&order.contract)?;
        self.check_entry(order, trading.market).map(drop)
    }

    /// Returns the ordinary order of a conditional order. Its quantity is zero if there is no position to close.
    fn order_of(&self, algo: &AlgoOrder, trading: &TradingContext<'_>) -> Order {
        let mut order = Order::new(&algo.request, trading.now);
        order.order_type = triggered_type(&algo.request.order_type);
        order.client_id = algo.client_id.clone();
        order.price = algo.price;
        order.trigger_price = algo.trigger.price();
        order.time_in_force = match order.time_in_force {
            TimeInForce::GteGtc => TimeInForce::Gtc,
            other => other,
        };
        if order.is_reducing() {
            order.quantity = self.covered_quantity(&order);
        }
        order
    }

    /// Returns the quantity of a triggered order that can only reduce a position: at most the position, and all of it if the order closes
    /// the position. Zero if there is nothing to close.
    pub(super) fn covered_quantity(&self, order: &Order) -> Decimal {
        let position = self.position(&order.contract, &order.position_side);
        let covered = position.quantity.abs();
        match position.is_reduced_by(&order.side) {
            true if order.close_position => covered,
            true => covered.min(order.quantity),
            false if order.close_position => Decimal::ZERO,
            // It is rejected like any other order without a position.
            false => order.quantity,
        }
    }

    /// Updates the conditional order that became an ordinary order.
    pub(super) fn update_algo_order(&mut self, order: &Order) {
        let mut active = self.algo_orders.active.values_mut();
        let has_order =
            |algo: &&mut AlgoOrder| algo.order.as_ref().is_some_and(|of| of.id == order.id);
        let Some(algo) = active.find(has_order) else {
            return;
        };
        if let Some(triggered) = &mut algo.order {
            triggered.price = order.average_price();
            triggered.quantity = order.executed;
        }
        algo.updated_at = order.updated_at;
        if !order.is_open() {
            let mut algo = algo.clone();
            algo.status = AlgoStatus::Finished;
            self.store_algo(algo);
        }
    }
}
