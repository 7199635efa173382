//! An order, and its fields in responses.

use rust_decimal::Decimal;

use super::listing::Listing;
use super::market::Level;
use super::object;
use super::rejection::Rejection;
use crate::registry::Operation;
use crate::types::{OrderStatus, OrderType, Side, TimeInForce, Timestamp};
use crate::wire::RawObject;

/// An order of an account.
#[derive(Debug, Clone)]
pub(super) struct Order {
    /// Exchange order id.
    pub(super) id: u64,
    /// Client order id.
    pub(super) client_id: String,
    /// Product id: `usdm` or `coinm`.
    pub(super) product: String,
    /// Symbol.
    pub(super) symbol: String,
    /// Pair of the contract.
    pub(super) pair: String,
    /// Value of one contract in the quote asset, in COIN-M. `None` when quantities are in the base asset.
    pub(super) contract_size: Option<Decimal>,
    /// Side.
    pub(super) side: Side,
    /// Order type.
    pub(super) order_type: OrderType,
    /// Time in force.
    pub(super) time_in_force: TimeInForce,
    /// Limit price. Zero for orders without one.
    pub(super) price: Decimal,
    /// Ordered quantity.
    pub(super) quantity: Decimal,
    /// Filled quantity.
    pub(super) executed: Decimal,
    /// Value of the filled quantity, in the quote asset. In COIN-M, in the base asset.
    pub(super) cumulative_value: Decimal,
    /// Status.
    pub(super) status: OrderStatus,
    /// Time at which the order was accepted.
    pub(super) created_at: Timestamp,
    /// Time of the last change.
    pub(super) updated_at: Timestamp,
    /// Parameters of the request that placed the order, and the `modifyId` of the last modification.
    pub(super) parameters: Vec<(String, String)>,
}

impl Order {
    /// Creates an order without ids, price, quantity and fills.
    pub(super) fn new(
        listing: &Listing,
        side: Side,
        order_type: OrderType,
        now: Timestamp,
        parameters: Vec<(String, String)>,
    ) -> Self {
        Self {
            id: 0,
            client_id: String::new(),
            product: listing.product.clone(),
            symbol: listing.symbol.clone(),
            pair: listing.pair.clone(),
            contract_size: listing.contract_size,
            side,
            order_type,
            time_in_force: TimeInForce::Gtc,
            price: Decimal::ZERO,
            quantity: Decimal::ZERO,
            executed: Decimal::ZERO,
            cumulative_value: Decimal::ZERO,
            status: OrderStatus::New,
            created_at: now,
            updated_at: now,
            parameters,
        }
    }

    /// Whether the order is on the order book.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.status, OrderStatus::New | OrderStatus::PartiallyFilled)
    }

    /// Returns the value of a parameter of the request.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let (_, value) = self.parameters.iter().find(|(sent, _)| sent == name)?;
        Some(value)
    }

    /// Whether the order may only reduce a position.
    pub(super) fn is_reduce_only(&self) -> bool {
        self.parameter("reduceOnly") == Some("true")
            || self.parameter("closePosition") == Some("true")
    }

    /// Position side; `BOTH` in one-way mode.
    pub(super) fn position_side(&self) -> &str {
        self.parameter("positionSide").unwrap_or("BOTH")
    }

    /// Quantity that is not filled yet.
    pub(super) fn remaining(&self) -> Decimal {
        self.quantity.saturating_sub(self.executed)
    }

    /// Adds a fill.
    pub(super) fn add_fill(&mut self, fill: Level) -> Result<(), Rejection> {
        let value = match self.contract_size {
            Some(size) => fill
                .quantity
                .checked_mul(size)
                .and_then(|value| value.checked_div(fill.price)),
            None => fill.quantity.checked_mul(fill.price),
        };
        let cumulative_value = value.and_then(|value| self.cumulative_value.checked_add(value));
        let executed = self.executed.checked_add(fill.quantity);
        let (Some(cumulative_value), Some(executed)) = (cumulative_value, executed) else {
            return Err(Rejection::new(-4005, "Quantity greater than max quantity."));
        };
        (self.cumulative_value, self.executed) = (cumulative_value, executed);
        self.status = if self.remaining() > Decimal::ZERO {
            OrderStatus::PartiallyFilled
        } else {
            OrderStatus::Filled
        };
        Ok(())
    }

    /// Average price of the fills. Zero without fills.
    fn average_price(&self) -> Decimal {
        let average = match self.contract_size {
            Some(size) => self
                .executed
                .checked_mul(size)
                .and_then(|value| value.checked_div(self.cumulative_value)),
            None => self.cumulative_value.checked_div(self.executed),
        };
        average.unwrap_or_default().round_dp(5).normalize()
    }

    /// Returns the order in the response of an operation, with the fields of the template.
    pub(super) fn to_response(&self, template: &RawObject, operation: &Operation) -> RawObject {
        let mut response = template.clone();
        for (name, _) in template.fields() {
            match self.field(name) {
                Field::Value(value) => object::set(&mut response, name, &value),
                Field::Unset if may_be_absent(operation, name) => response.remove(name),
                Field::Unset => object::set(&mut response, name, "0"),
                Field::Other => {}
            }
        }
        response
    }

    fn field(&self, name: &str) -> Field {
        let parameter = |name, default| Field::value(self.parameter(name).unwrap_or(default));
        let (quote, base) = if self.contract_size.is_some() {
            (Decimal::ZERO, self.cumulative_value)
        } else {
            (self.cumulative_value, self.executed)
        };
        match name {
            "orderId" => Field::value(self.id),
            "clientOrderId" => Field::value(&self.client_id),
            "symbol" => Field::value(&self.symbol),
            "pair" => Field::value(&self.pair),
            "side" => Field::value(&self.side),
            "type" | "origType" => Field::value(&self.order_type),
            "timeInForce" => Field::value(&self.time_in_force),
            "status" => Field::value(&self.status),
            "price" => Field::value(self.price),
            "origQty" => Field::value(self.quantity),
            "executedQty" | "cumQty" => Field::value(self.executed),
            "avgPrice" => Field::value(self.average_price()),
            "cumQuote" => Field::value(quote.round_dp(8)),
            "cumBase" => Field::value(base.round_dp(8)),
            "time" => Field::value(self.created_at),
            "updateTime" => Field::value(self.updated_at),
            "positionSide" => Field::value(self.position_side()),
            "reduceOnly" => parameter("reduceOnly", "false"),
            "closePosition" => parameter("closePosition", "false"),
            "stopPrice" => parameter("stopPrice", "0"),
            "workingType" => parameter("workingType", "CONTRACT_PRICE"),
            "priceProtect" => parameter("priceProtect", "false"),
            "priceMatch" => parameter("priceMatch", "NONE"),
            "selfTradePreventionMode" => parameter("selfTradePreventionMode", "EXPIRE_MAKER"),
            "goodTillDate" => parameter("goodTillDate", "0"),
            "activatePrice" => Field::optional(self.parameter("activationPrice")),
            "priceRate" => Field::optional(self.parameter("callbackRate")),
            "modifyId" => Field::optional(self.parameter("modifyId")),
            _ => Field::Other,
        }
    }
}

/// A field of a response.
enum Field {
    /// The order has this value.
    Value(String),
    /// The order has no value for the field.
    Unset,
    /// Not a field of orders.
    Other,
}

impl Field {
    fn value(value: impl ToString) -> Self {
        Self::Value(value.to_string())
    }

    fn optional(value: Option<&str>) -> Self {
        value.map_or(Self::Unset, Self::value)
    }
}

/// Whether the spec declares a field of the response as optional.
fn may_be_absent(operation: &Operation, name: &str) -> bool {
    operation.fields.iter().any(|field| {
        let last = field.path.rsplit('.').next().unwrap_or_default();
        last == name && field.optional
    })
}
