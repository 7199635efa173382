//! An order, and the members under which answers show it.

use rust_decimal::Decimal;

use super::denial::Denial;
use super::market::{Level, Listing};
use super::object::Object;
use crate::registry::Operation;
use crate::types::{OrderStatus, OrderType, Side, TimeInForce, Timestamp};

/// An order of an account.
#[derive(Debug, Clone)]
pub(super) struct Order {
    /// The exchange's name for it.
    pub(super) id: u64,
    /// Its owner's name for it.
    pub(super) client_id: String,
    /// The product it belongs to.
    pub(super) product: String,
    /// The contract.
    pub(super) symbol: String,
    /// What the contract shares with others.
    pub(super) pair: String,
    /// What one contract is worth, where quantities count contracts.
    pub(super) contract_size: Option<Decimal>,
    /// Which way it goes.
    pub(super) side: Side,
    /// How it is executed.
    pub(super) order_type: OrderType,
    /// How long it stays.
    pub(super) time_in_force: TimeInForce,
    /// The price it asks for; zero where it takes any.
    pub(super) price: Decimal,
    /// The quantity it asks for.
    pub(super) quantity: Decimal,
    /// What it got so far.
    pub(super) executed: Decimal,
    /// What that is worth: in the quote asset, or in the base asset where quantities count contracts.
    pub(super) turnover: Decimal,
    /// Where it stands.
    pub(super) status: OrderStatus,
    /// When it was accepted.
    pub(super) placed: Timestamp,
    /// When it last changed.
    pub(super) updated: Timestamp,
    /// Whatever else was sent with it, by the names of the parameters.
    pub(super) terms: Vec<(String, String)>,
}

impl Order {
    /// An order for which nothing has been executed, named or priced yet.
    pub(super) fn new(
        listing: &Listing,
        side: Side,
        order_type: OrderType,
        now: Timestamp,
        terms: Vec<(String, String)>,
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
            turnover: Decimal::ZERO,
            status: OrderStatus::New,
            placed: now,
            updated: now,
            terms,
        }
    }

    /// Whether it stands on the book.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.status, OrderStatus::New | OrderStatus::PartiallyFilled)
    }

    /// What was sent with it under a name.
    pub(super) fn term(&self, name: &str) -> Option<&str> {
        let (_, value) = self.terms.iter().find(|(given, _)| given == name)?;
        Some(value)
    }

    /// Whether it may only make a position smaller.
    pub(super) fn only_reduces(&self) -> bool {
        self.term("reduceOnly") == Some("true") || self.term("closePosition") == Some("true")
    }

    /// The position it acts on.
    pub(super) fn position_side(&self) -> &str {
        self.term("positionSide").unwrap_or("BOTH")
    }

    /// What it has yet to get.
    pub(super) fn remaining(&self) -> Decimal {
        self.quantity.saturating_sub(self.executed)
    }

    /// Adds what it got at a price.
    pub(super) fn fill(&mut self, trade: Level) -> Result<(), Denial> {
        let worth = match self.contract_size {
            Some(size) => trade
                .quantity
                .checked_mul(size)
                .and_then(|worth| worth.checked_div(trade.price)),
            None => trade.quantity.checked_mul(trade.price),
        };
        let turnover = worth.and_then(|worth| self.turnover.checked_add(worth));
        let executed = self.executed.checked_add(trade.quantity);
        let (Some(turnover), Some(executed)) = (turnover, executed) else {
            return Err(Denial::new(-4005, "Quantity greater than max quantity."));
        };
        (self.turnover, self.executed) = (turnover, executed);
        self.status = if self.remaining() > Decimal::ZERO {
            OrderStatus::PartiallyFilled
        } else {
            OrderStatus::Filled
        };
        Ok(())
    }

    /// What it got on average, for each unit or contract.
    fn average(&self) -> Decimal {
        let average = match self.contract_size {
            Some(size) => self
                .executed
                .checked_mul(size)
                .and_then(|worth| worth.checked_div(self.turnover)),
            None => self.turnover.checked_div(self.executed),
        };
        average.unwrap_or_default().round_dp(5).normalize()
    }

    /// The answer of an operation, of which the template is a sample.
    pub(super) fn show(&self, template: &Object, operation: &Operation) -> Object {
        let mut shown = template.clone();
        for name in template.names() {
            match self.member(name) {
                Member::Is(value) => shown.set(name, &value),
                Member::Not if may_be_absent(operation, name) => shown.remove(name),
                Member::Not => shown.set(name, "0"),
                Member::Other => {}
            }
        }
        shown
    }

    fn member(&self, name: &str) -> Member {
        let given = |parameter, otherwise| Member::given(self.term(parameter).or(Some(otherwise)));
        let (quote, base) = if self.contract_size.is_some() {
            (Decimal::ZERO, self.turnover)
        } else {
            (self.turnover, self.executed)
        };
        match name {
            "orderId" => Member::of(self.id),
            "clientOrderId" => Member::of(&self.client_id),
            "symbol" => Member::of(&self.symbol),
            "pair" => Member::of(&self.pair),
            "side" => Member::of(&self.side),
            "type" | "origType" => Member::of(&self.order_type),
            "timeInForce" => Member::of(&self.time_in_force),
            "status" => Member::of(&self.status),
            "price" => Member::of(self.price),
            "origQty" => Member::of(self.quantity),
            "executedQty" | "cumQty" => Member::of(self.executed),
            "avgPrice" => Member::of(self.average()),
            "cumQuote" => Member::of(quote.round_dp(8)),
            "cumBase" => Member::of(base.round_dp(8)),
            "time" => Member::of(self.placed),
            "updateTime" => Member::of(self.updated),
            "positionSide" => Member::of(self.position_side()),
            "reduceOnly" => given("reduceOnly", "false"),
            "closePosition" => given("closePosition", "false"),
            "stopPrice" => given("stopPrice", "0"),
            "workingType" => given("workingType", "CONTRACT_PRICE"),
            "priceProtect" => given("priceProtect", "false"),
            "priceMatch" => given("priceMatch", "NONE"),
            "selfTradePreventionMode" => given("selfTradePreventionMode", "EXPIRE_MAKER"),
            "goodTillDate" => given("goodTillDate", "0"),
            "activatePrice" => Member::given(self.term("activationPrice")),
            "priceRate" => Member::given(self.term("callbackRate")),
            "modifyId" => Member::given(self.term("modifyId")),
            _ => Member::Other,
        }
    }
}

/// What an order says of a member of an answer.
enum Member {
    /// Its value.
    Is(String),
    /// That the order has none.
    Not,
    /// Nothing: it is no member of orders.
    Other,
}

impl Member {
    fn of(value: impl ToString) -> Self {
        Self::Is(value.to_string())
    }

    fn given(value: Option<&str>) -> Self {
        value.map_or(Self::Not, Self::of)
    }
}

fn may_be_absent(operation: &Operation, name: &str) -> bool {
    operation.members.iter().any(|member| {
        let last = member.path.rsplit('.').next().unwrap_or_default();
        last == name && member.optional
    })
}
