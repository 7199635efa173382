//! The orders and positions of one API key.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::denial::Denial;
use super::market::{Level, Listing};
use super::order::Order;
use super::routes::Reading;
use crate::types::{OrderStatus, OrderType, Side, TimeInForce, Timestamp};
use crate::wire::Scalar;

/// What an API key has.
#[derive(Debug, Clone, Default)]
pub(super) struct Account {
    orders: Vec<Order>,
    positions: BTreeMap<(String, String, String), Decimal>,
}

/// How many orders that are over an account remembers.
const REMEMBERED: usize = 10_000;

/// A date of an order must be this far ahead, in milliseconds.
const SOONEST_DATE: i64 = 600_000;

/// The last date an order may have.
const LAST_DATE: i64 = 253_402_300_799_000;

impl Account {
    /// Accepts an order and carries out what can be carried out at once.
    pub(super) fn place(
        &mut self,
        reading: &Reading,
        listing: &Listing,
        now: Timestamp,
        id: u64,
    ) -> Result<Order, Denial> {
        let mut order = ask(reading, listing, now)?;
        order.id = id;
        order.client_id = match reading.get("newClientOrderId") {
            Some(client_id) => client_id.to_owned(),
            None => format!("mock-{id}"),
        };
        self.refuse_duplicate(&order)?;
        self.execute(&mut order, listing)?;
        self.orders.push(order.clone());
        self.forget();
        Ok(order)
    }

    fn refuse_duplicate(&self, order: &Order) -> Result<(), Denial> {
        let duplicate = |other: &Order| {
            other.is_open() && other.product == order.product && other.client_id == order.client_id
        };
        if self.orders.iter().any(duplicate) {
            return Err(Denial::new(-4116, "ClientOrderId is duplicated."));
        }
        Ok(())
    }

    /// Carries out what the book offers; nothing has changed where that is refused.
    fn execute(&mut self, order: &mut Order, listing: &Listing) -> Result<(), Denial> {
        let wanted = self.wanted(order)?;
        let limit = match order.order_type {
            OrderType::Limit => Some(order.price),
            OrderType::Market => None,
            // A trigger is never reached: prices here do not move.
            _ => return Ok(()),
        };
        let trades = listing.book.take(&order.side, wanted, limit);
        refuse_by_time_in_force(order, &trades)?;
        for trade in &trades {
            order.fill(*trade)?;
        }
        self.move_position(order, &trades);
        let rests = order.order_type == OrderType::Limit && order.time_in_force != TimeInForce::Ioc;
        if order.is_open() && !rests {
            order.status = OrderStatus::Expired;
        }
        Ok(())
    }

    /// What an order may get: of one that only reduces, no more than there is to reduce.
    fn wanted(&self, order: &Order) -> Result<Decimal, Denial> {
        if !order.only_reduces() {
            return Ok(order.remaining());
        }
        let position = self.positions.get(&position_key(order));
        let position = position.copied().unwrap_or_default();
        let reducible = match order.side {
            Side::Buy => Decimal::ZERO.saturating_sub(position),
            _ => position,
        };
        if reducible <= Decimal::ZERO {
            return Err(Denial::new(-2022, "ReduceOnly Order is rejected.")
                .because(format!("the position is {position}")));
        }
        Ok(order.remaining().min(reducible))
    }

    fn move_position(&mut self, order: &Order, trades: &[Level]) {
        let position = self.positions.entry(position_key(order)).or_default();
        for trade in trades {
            *position = match order.side {
                Side::Buy => position.saturating_add(trade.quantity),
                _ => position.saturating_sub(trade.quantity),
            };
        }
    }

    /// Gives an order another price and quantity; cancels it where that leaves nothing to do or would break its own terms.
    pub(super) fn modify(
        &mut self,
        reading: &Reading,
        listing: &Listing,
        now: Timestamp,
    ) -> Result<Order, Denial> {
        let index = self.find(reading, listing, Order::is_open);
        let mut order = index
            .and_then(|index| self.orders.get(index))
            .cloned()
            .ok_or_else(no_such_order)?;
        let price = price(reading, listing, &order.side)?;
        let quantity = quantity(reading)?;
        refuse_modification(&order, reading, price, quantity)?;
        let pointless = order.executed > Decimal::ZERO && quantity <= order.executed;
        (order.price, order.quantity, order.updated) = (price, quantity, now);
        order.terms.retain(|(name, _)| name != "modifyId");
        if let Some(id) = reading.get("modifyId") {
            order.terms.push(("modifyId".to_owned(), id.to_owned()));
        }
        if pointless || self.execute(&mut order, listing).is_err() {
            order.status = OrderStatus::Canceled;
        }
        if let Some(kept) = index.and_then(|index| self.orders.get_mut(index)) {
            *kept = order.clone();
        }
        Ok(order)
    }

    /// Takes an order off the book.
    pub(super) fn cancel(
        &mut self,
        reading: &Reading,
        listing: &Listing,
        now: Timestamp,
    ) -> Result<Order, Denial> {
        self.cancel_where(now, |order| {
            order.is_open() && is_meant(order, reading, listing)
        })
        .ok_or_else(|| Denial::new(-2011, "Unknown order sent."))
    }

    /// Takes an order off the book that is known by one of its names.
    pub(super) fn cancel_named(
        &mut self,
        name: &str,
        of: fn(&Order) -> String,
        listing: &Listing,
        now: Timestamp,
    ) -> Result<Order, Denial> {
        self.cancel_where(now, |order| {
            order.is_open() && is_of(order, listing) && of(order) == name
        })
        .ok_or_else(|| Denial::new(-2011, "Unknown order sent."))
    }

    /// Takes every order of a contract off the book.
    pub(super) fn cancel_all(&mut self, listing: &Listing, now: Timestamp) {
        let meant = |order: &Order| order.is_open() && is_of(order, listing);
        while self.cancel_where(now, meant).is_some() {}
    }

    fn cancel_where(&mut self, now: Timestamp, meant: impl Fn(&Order) -> bool) -> Option<Order> {
        let order = self.orders.iter_mut().rev().find(|order| meant(order))?;
        order.status = OrderStatus::Canceled;
        order.updated = now;
        Some(order.clone())
    }

    /// The order that is asked for, whether it stands on the book or not.
    pub(super) fn query(&self, reading: &Reading, listing: &Listing) -> Result<&Order, Denial> {
        self.find(reading, listing, |_| true)
            .and_then(|index| self.orders.get(index))
            .ok_or_else(no_such_order)
    }

    /// The order that is asked for, where it stands on the book.
    pub(super) fn query_open(
        &self,
        reading: &Reading,
        listing: &Listing,
    ) -> Result<&Order, Denial> {
        self.query(reading, listing).and_then(|order| {
            if order.is_open() {
                Ok(order)
            } else {
                Err(no_such_order())
            }
        })
    }

    /// The newest order that is meant: names of orders that are over may be used again.
    fn find(
        &self,
        reading: &Reading,
        listing: &Listing,
        counts: fn(&Order) -> bool,
    ) -> Option<usize> {
        self.orders
            .iter()
            .rposition(|order| counts(order) && is_meant(order, reading, listing))
    }

    /// Its orders, the oldest first.
    pub(super) fn orders(&self) -> impl DoubleEndedIterator<Item = &Order> {
        self.orders.iter()
    }

    /// Ends the orders whose date has come.
    pub(super) fn expire(&mut self, now: Timestamp) {
        for order in self.orders.iter_mut().filter(|order| order.is_open()) {
            let date = order.term("goodTillDate").and_then(i64::from_text);
            let dated = order.time_in_force == TimeInForce::Gtd;
            if dated && date.is_some_and(|date| date <= now.as_millis()) {
                order.status = OrderStatus::Expired;
                order.updated = now;
            }
        }
    }

    fn forget(&mut self) {
        let over = self.orders.iter().filter(|order| !order.is_open()).count();
        if over > REMEMBERED {
            let oldest = self.orders.iter().position(|order| !order.is_open());
            if let Some(oldest) = oldest {
                self.orders.remove(oldest);
            }
        }
    }
}

fn no_such_order() -> Denial {
    Denial::new(-2013, "Order does not exist.")
}

fn position_key(order: &Order) -> (String, String, String) {
    (
        order.product.clone(),
        order.symbol.clone(),
        order.position_side().to_owned(),
    )
}

fn is_of(order: &Order, listing: &Listing) -> bool {
    order.product == listing.product && order.symbol == listing.symbol
}

/// Whether an order is the one a request names: by the exchange's name where that is given, by its owner's otherwise.
fn is_meant(order: &Order, reading: &Reading, listing: &Listing) -> bool {
    let named = match (reading.get("orderId"), reading.get("origClientOrderId")) {
        (Some(id), _) => u64::from_text(id) == Some(order.id),
        (None, Some(client_id)) => order.client_id == client_id,
        (None, None) => false,
    };
    named && is_of(order, listing)
}

/// The order that is asked for, or what is wrong with it by itself.
fn ask(reading: &Reading, listing: &Listing, now: Timestamp) -> Result<Order, Denial> {
    let given = |name| reading.get(name).ok_or_else(|| Denial::missing(name));
    let side = Side::from(given("side")?);
    let order_type = OrderType::from(given("type")?);
    refuse_combination(reading, listing, &order_type)?;
    let terms = reading
        .pairs()
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut order = Order::new(listing, side, order_type, now, terms.collect());
    if let Some(time_in_force) = reading.get("timeInForce") {
        order.time_in_force = TimeInForce::from(time_in_force);
    }
    if reading.get("quantity").is_some() {
        order.quantity = quantity(reading)?;
    }
    if reading.get("price").is_some() || matches_price(reading) {
        order.price = price(reading, listing, &order.side)?;
    }
    refuse_date(&order, now)?;
    Ok(order)
}

/// Refuses an order without what its type demands, or with what it does not take.
fn refuse_combination(
    reading: &Reading,
    listing: &Listing,
    order_type: &OrderType,
) -> Result<(), Denial> {
    let closes = reading.get("closePosition") == Some("true");
    let demanded: &[&str] = match order_type {
        OrderType::Limit => &["timeInForce", "quantity", "price"],
        OrderType::Market => &["quantity"],
        // These moved to the algo orders of USDⓈ-M in December 2025.
        _ if listing.product == "usdm" && order_type.as_str() != "LIQUIDATION" => {
            return Err(Denial::new(
                -4120,
                "Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.",
            ));
        }
        OrderType::Stop | OrderType::TakeProfit => &["quantity", "price", "stopPrice"],
        OrderType::StopMarket | OrderType::TakeProfitMarket if closes => &["stopPrice"],
        OrderType::StopMarket | OrderType::TakeProfitMarket => &["stopPrice", "quantity"],
        OrderType::TrailingStopMarket => &["quantity", "callbackRate"],
        _ => return Err(Denial::new(-1116, "Invalid orderType.")),
    };
    for name in demanded {
        let matched = *name == "price" && matches_price(reading);
        if reading.get(name).is_none() && !matched {
            return Err(Denial::missing(name));
        }
    }
    if *order_type == OrderType::Market {
        for name in ["timeInForce", "price"] {
            if reading.get(name).is_some() {
                return Err(Denial::new(
                    -1106,
                    format!("Parameter '{name}' sent when not required."),
                ));
            }
        }
    }
    Ok(())
}

fn refuse_date(order: &Order, now: Timestamp) -> Result<(), Denial> {
    if order.time_in_force != TimeInForce::Gtd {
        return Ok(());
    }
    let date = order.term("goodTillDate").and_then(i64::from_text);
    let date = date.ok_or_else(|| Denial::missing("goodTillDate"))?;
    if date > now.as_millis().saturating_add(SOONEST_DATE) && date < LAST_DATE {
        return Ok(());
    }
    Err(Denial::new(
        -5040,
        "Good till date must be more than 600 seconds ahead and before the year 10000.",
    ))
}

fn refuse_by_time_in_force(order: &Order, trades: &[Level]) -> Result<(), Denial> {
    let taken = trades.iter().fold(Decimal::ZERO, |sum, trade| {
        sum.saturating_add(trade.quantity)
    });
    match order.time_in_force {
        TimeInForce::Gtx | TimeInForce::Rpi if taken > Decimal::ZERO => Err(Denial::new(
            -5022,
            "The order could not be executed as maker, so the post-only order is rejected.",
        )),
        TimeInForce::Fok if taken < order.remaining() => Err(Denial::new(
            -5021,
            "The order could not be filled immediately, so the FOK order is rejected.",
        )),
        _ => Ok(()),
    }
}

fn refuse_modification(
    order: &Order,
    reading: &Reading,
    price: Decimal,
    quantity: Decimal,
) -> Result<(), Denial> {
    // The same refusals have other numbers in the older product.
    let (limit_only, same) = match order.product.as_str() {
        "coinm" => (-4196, -4197),
        _ => (-5025, -5027),
    };
    if order.order_type != OrderType::Limit {
        return Err(Denial::new(limit_only, "Only limit order is supported."));
    }
    if order.price == price && order.quantity == quantity {
        return Err(Denial::new(same, "No need to modify the order."));
    }
    if reading.get("reduceOnly") == Some("true") && !order.only_reduces() {
        return Err(Denial::new(
            -5047,
            "This order was not placed as a reduce-only one.",
        ));
    }
    Ok(())
}

fn quantity(reading: &Reading) -> Result<Decimal, Denial> {
    let quantity = decimal(reading, "quantity")?;
    if quantity <= Decimal::ZERO {
        return Err(Denial::new(-4003, "Quantity less than or equal to zero."));
    }
    Ok(quantity)
}

/// Whether the exchange is to find the price.
fn matches_price(reading: &Reading) -> bool {
    reading.get("priceMatch").is_some_and(|word| word != "NONE")
}

/// The price that is given, or the one of the book that is asked for: `OPPONENT_5` is the fifth of the other side.
fn price(reading: &Reading, listing: &Listing, side: &Side) -> Result<Decimal, Denial> {
    if !matches_price(reading) {
        let price = decimal(reading, "price")?;
        return if price > Decimal::ZERO {
            Ok(price)
        } else {
            Err(Denial::new(-4001, "Price less than or equal to zero."))
        };
    }
    let word = reading.get("priceMatch").unwrap_or_default();
    let (whose, rank) = word.split_once('_').unwrap_or((word, "1"));
    let levels = match whose {
        "QUEUE" => listing.book.beside(side),
        _ => listing.book.against(side),
    };
    let rank = rank.parse::<usize>().unwrap_or(1);
    let level = levels.get(rank.saturating_sub(1));
    level
        .map(|level| level.price)
        .ok_or_else(|| Denial::new(-5037, "Invalid price match."))
}

fn decimal(reading: &Reading, name: &str) -> Result<Decimal, Denial> {
    reading
        .get(name)
        .and_then(Decimal::from_text)
        .ok_or_else(|| Denial::missing(name))
}
