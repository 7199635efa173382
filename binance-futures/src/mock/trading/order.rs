//! Orders.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::amount::Valuation;
use super::trigger::Trigger;
use crate::mock::market::Contract;
use crate::types::{
    OrderStatus, OrderType, PositionSide, PriceMatch, SelfTradePreventionMode, Side, TimeInForce,
    Timestamp, WorkingType,
};

/// What a request to place an order says. It is not checked yet.
#[derive(Debug, Clone)]
pub(in crate::mock) struct OrderRequest {
    /// Contract.
    pub(in crate::mock) contract: Arc<Contract>,
    /// Side.
    pub(in crate::mock) side: Side,
    /// Order type.
    pub(in crate::mock) order_type: OrderType,
    /// Position side. `None` means `BOTH`.
    pub(in crate::mock) position_side: Option<PositionSide>,
    /// Quantity.
    pub(in crate::mock) quantity: Option<Decimal>,
    /// Limit price.
    pub(in crate::mock) price: Option<Decimal>,
    /// Time in force.
    pub(in crate::mock) time_in_force: Option<TimeInForce>,
    /// Whether the order may only reduce a position.
    pub(in crate::mock) reduce_only: Option<bool>,
    /// Client order id.
    pub(in crate::mock) client_id: Option<String>,
    /// Takes the price from the order book.
    pub(in crate::mock) price_match: Option<PriceMatch>,
    /// Which order expires if two orders of the account would trade with each other.
    pub(in crate::mock) self_trade_prevention: SelfTradePreventionMode,
    /// Time at which the order expires.
    pub(in crate::mock) good_till: Option<Timestamp>,
    /// Trigger price of a conditional order.
    pub(in crate::mock) trigger_price: Option<Decimal>,
    /// Whether a conditional order closes the whole position.
    pub(in crate::mock) close_position: bool,
    /// Activation price of a trailing stop.
    pub(in crate::mock) activation_price: Option<Decimal>,
    /// Callback rate of a trailing stop, in percent.
    pub(in crate::mock) callback_rate: Option<Decimal>,
    /// Price that a conditional order watches.
    pub(in crate::mock) working_type: WorkingType,
    /// Whether a conditional order waits while last price and mark price differ too much.
    pub(in crate::mock) price_protect: bool,
}

impl OrderRequest {
    /// A request with the required parameters.
    pub(in crate::mock) fn new(
        contract: &Arc<Contract>,
        side: Side,
        order_type: OrderType,
    ) -> Self {
        Self {
            contract: Arc::clone(contract),
            side,
            order_type,
            position_side: None,
            quantity: None,
            price: None,
            time_in_force: None,
            reduce_only: None,
            client_id: None,
            price_match: None,
            self_trade_prevention: SelfTradePreventionMode::ExpireMaker,
            good_till: None,
            trigger_price: None,
            close_position: false,
            activation_price: None,
            callback_rate: None,
            working_type: WorkingType::ContractPrice,
            price_protect: false,
        }
    }

    /// Position; `BOTH` unless the request says otherwise.
    pub(in crate::mock) fn position_side(&self) -> PositionSide {
        self.position_side.clone().unwrap_or(PositionSide::Both)
    }
}

/// Exchange order id or client order id of an order in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) enum OrderKey {
    /// Exchange order id.
    Id(u64),
    /// Client order id.
    ClientId(String),
}

/// An order of an account.
#[derive(Debug, Clone)]
pub(in crate::mock) struct Order {
    /// Exchange order id.
    pub(in crate::mock) id: u64,
    /// Client order id.
    pub(in crate::mock) client_id: String,
    /// Contract.
    pub(in crate::mock) contract: Arc<Contract>,
    /// Side.
    pub(in crate::mock) side: Side,
    /// Order type. A conditional order becomes a limit or market order when it triggers.
    pub(in crate::mock) order_type: OrderType,
    /// Order type when it was placed.
    pub(in crate::mock) original_type: OrderType,
    /// Position side.
    pub(in crate::mock) position_side: PositionSide,
    /// Time in force.
    pub(in crate::mock) time_in_force: TimeInForce,
    /// Limit price. Zero for orders without one.
    pub(in crate::mock) price: Decimal,
    /// Ordered quantity. Zero for an order that closes the position, until it triggers.
    pub(in crate::mock) quantity: Decimal,
    /// Filled quantity.
    pub(in crate::mock) executed: Decimal,
    /// Value of the filled quantity, in the margin asset.
    pub(in crate::mock) executed_value: Decimal,
    /// Status.
    pub(in crate::mock) status: OrderStatus,
    /// Whether the order may only reduce a position.
    pub(in crate::mock) reduce_only: bool,
    /// Whether the order closes the whole position.
    pub(in crate::mock) close_position: bool,
    /// Where the price came from.
    pub(in crate::mock) price_match: PriceMatch,
    /// Which order expires if two orders of the account would trade with each other.
    pub(in crate::mock) self_trade_prevention: SelfTradePreventionMode,
    /// Time at which the order expires.
    pub(in crate::mock) good_till: Option<Timestamp>,
    /// What the order waits for. `None` for an order that is on the book, or was.
    pub(in crate::mock) trigger: Option<Trigger>,
    /// Trigger price. Zero for orders without one.
    pub(in crate::mock) trigger_price: Decimal,
    /// Activation price of a trailing stop.
    pub(in crate::mock) activation_price: Option<Decimal>,
    /// Callback rate of a trailing stop, in percent.
    pub(in crate::mock) callback_rate: Option<Decimal>,
    /// Price that a conditional order watches.
    pub(in crate::mock) working_type: WorkingType,
    /// Whether a conditional order waits while last price and mark price differ too much.
    pub(in crate::mock) price_protect: bool,
    /// Id of the last modification, if the request gave one.
    pub(in crate::mock) modify_id: Option<i64>,
    /// Number of modifications.
    pub(in crate::mock) modifications: u64,
    /// Time at which the order was accepted.
    pub(in crate::mock) created_at: Timestamp,
    /// Time of the last change.
    pub(in crate::mock) updated_at: Timestamp,
}

impl Order {
    /// Creates an order as a request says, without its id.
    pub(in crate::mock) fn new(request: &OrderRequest, now: Timestamp) -> Self {
        Self {
            id: 0,
            client_id: request.client_id.clone().unwrap_or_default(),
            contract: Arc::clone(&request.contract),
            side: request.side.clone(),
            order_type: request.order_type.clone(),
            original_type: request.order_type.clone(),
            position_side: request.position_side(),
            time_in_force: request.time_in_force.clone().unwrap_or(TimeInForce::Gtc),
            price: request.price.unwrap_or_default(),
            quantity: request.quantity.unwrap_or_default(),
            executed: Decimal::ZERO,
            executed_value: Decimal::ZERO,
            status: OrderStatus::New,
            reduce_only: request.reduce_only == Some(true) || request.close_position,
            close_position: request.close_position,
            price_match: request.price_match.clone().unwrap_or(PriceMatch::None),
            self_trade_prevention: request.self_trade_prevention.clone(),
            good_till: request.good_till,
            trigger: None,
            trigger_price: request.trigger_price.unwrap_or_default(),
            activation_price: request.activation_price,
            callback_rate: request.callback_rate,
            working_type: request.working_type.clone(),
            price_protect: request.price_protect,
            modify_id: None,
            modifications: 0,
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether the order is open: on the order book, or waiting for its trigger.
    pub(in crate::mock) fn is_open(&self) -> bool {
        matches!(self.status, OrderStatus::New | OrderStatus::PartiallyFilled)
    }

    /// Whether the order is on the order book.
    pub(in crate::mock) fn is_resting(&self) -> bool {
        self.is_open() && self.trigger.is_none()
    }

    /// Whether the side is `BUY`.
    pub(in crate::mock) fn is_buy(&self) -> bool {
        self.side == Side::Buy
    }

    /// Whether the order can only make a position smaller: a reduce-only order, or an order against a position in hedge mode.
    pub(in crate::mock) fn is_reducing(&self) -> bool {
        self.reduce_only || closes(&self.side, &self.position_side)
    }

    /// Quantity that is not filled yet.
    pub(in crate::mock) fn remaining(&self) -> Decimal {
        self.quantity.saturating_sub(self.executed)
    }

    /// Valuation of the contract.
    pub(in crate::mock) fn valuation(&self) -> Valuation {
        Valuation::of(self.contract.contract_size)
    }

    /// Value of the quantity that is not filled yet, at the limit price.
    pub(in crate::mock) fn remaining_value(&self) -> Decimal {
        self.valuation().value(self.remaining(), self.price)
    }

    /// Adds a fill.
    pub(in crate::mock) fn add_fill(&mut self, price: Decimal, quantity: Decimal, time: Timestamp) {
        let value = self.valuation().value(quantity, price);
        self.executed_value = self.executed_value.saturating_add(value);
        self.executed = self.executed.saturating_add(quantity);
        self.updated_at = time;
        self.status = if self.remaining() > Decimal::ZERO {
            OrderStatus::PartiallyFilled
        } else {
            OrderStatus::Filled
        };
    }

    /// Average price of the fills. Zero without fills.
    pub(in crate::mock) fn average_price(&self) -> Decimal {
        let price = self.valuation().price(self.executed, self.executed_value);
        price.round_dp(5).normalize()
    }

    /// Whether the limit price accepts a price. True for orders without a limit price.
    pub(in crate::mock) fn accepts(&self, price: Decimal) -> bool {
        match self.order_type {
            OrderType::Limit if self.is_buy() => price <= self.price,
            OrderType::Limit => price >= self.price,
            _ => true,
        }
    }

    /// Whether what is not filled at once stays on the order book.
    pub(in crate::mock) fn can_rest(&self) -> bool {
        self.order_type == OrderType::Limit
            && !matches!(self.time_in_force, TimeInForce::Ioc | TimeInForce::Fok)
    }

    /// Whether the order is the one that a request names.
    pub(in crate::mock) fn has_key(&self, key: &OrderKey) -> bool {
        match key {
            OrderKey::Id(id) => self.id == *id,
            OrderKey::ClientId(client_id) => self.client_id == *client_id,
        }
    }

    /// Notional in the quote asset that the order has at a price.
    pub(in crate::mock) fn quote_notional(&self, price: Decimal) -> Decimal {
        match self.contract.contract_size {
            Some(size) => self.quantity.saturating_mul(size),
            None => self.quantity.saturating_mul(price),
        }
    }
}

/// Whether an order of a side closes a position of hedge mode.
pub(in crate::mock) fn closes(side: &Side, position_side: &PositionSide) -> bool {
    matches!(
        (side, position_side),
        (Side::Sell, PositionSide::Long) | (Side::Buy, PositionSide::Short)
    )
}
