//! The orders and positions of one API key.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::listing::Listing;
use super::market::Level;
use super::order::Order;
use super::parsed_request::ParsedRequest;
use super::rejection::Rejection;
use crate::types::{OrderStatus, OrderType, Side, TimeInForce, Timestamp};
use crate::wire::Scalar;

/// An account. It has no balances: only orders and positions.
#[derive(Debug, Clone, Default)]
pub(super) struct Account {
    orders: Vec<Order>,
    /// Signed quantity by product, symbol and position side.
    positions: BTreeMap<(String, String, String), Decimal>,
}

/// Number of closed orders that an account keeps.
const MAX_CLOSED_ORDERS: usize = 10_000;

/// Minimum time from now to the good-till date of an order, in milliseconds.
const MIN_GOOD_TILL: i64 = 600_000;

/// Upper bound of the good-till date of an order, in milliseconds: the end of the year 9999.
const MAX_GOOD_TILL_DATE: i64 = 253_402_300_799_000;

impl Account {
    /// Places an order, and fills what can be filled at once.
    pub(super) fn place(
        &mut self,
        request: &ParsedRequest,
        listing: &Listing,
        now: Timestamp,
        id: u64,
    ) -> Result<Order, Rejection> {
        let mut order = parse_order(request, listing, now)?;
        order.id = id;
        order.client_id = match request.get("newClientOrderId") {
            Some(client_id) => client_id.to_owned(),
            None => format!("mock-{id}"),
        };
        self.check_client_id(&order)?;
        self.fill(&mut order, listing)?;
        self.orders.push(order.clone());
        self.remove_old_orders();
        Ok(order)
    }

    fn check_client_id(&self, order: &Order) -> Result<(), Rejection> {
        let duplicate = |other: &Order| {
            other.is_open() && other.product == order.product && other.client_id == order.client_id
        };
        if self.orders.iter().any(duplicate) {
            return Err(Rejection::new(-4116, "ClientOrderId is duplicated."));
        }
        Ok(())
    }

    /// Fills an order against the order book. A rejection changes nothing in the account.
    fn fill(&mut self, order: &mut Order, listing: &Listing) -> Result<(), Rejection> {
        let quantity = self.fillable(order)?;
        let limit = match order.order_type {
            OrderType::Limit => Some(order.price),
            OrderType::Market => None,
            // Conditional orders never trigger: prices do not move.
            _ => return Ok(()),
        };
        let fills = listing.book.fills(&order.side, quantity, limit);
        check_time_in_force(order, &fills)?;
        for fill in &fills {
            order.add_fill(*fill)?;
        }
        self.update_position(order, &fills);
        let rests = order.order_type == OrderType::Limit && order.time_in_force != TimeInForce::Ioc;
        if order.is_open() && !rests {
            order.status = OrderStatus::Expired;
        }
        Ok(())
    }

    /// Returns the quantity that may be filled. For a reduce-only order, at most the position.
    fn fillable(&self, order: &Order) -> Result<Decimal, Rejection> {
        if !order.is_reduce_only() {
            return Ok(order.remaining());
        }
        let position = self.positions.get(&position_key(order));
        let position = position.copied().unwrap_or_default();
        let reducible = match order.side {
            Side::Buy => Decimal::ZERO.saturating_sub(position),
            _ => position,
        };
        if reducible <= Decimal::ZERO {
            return Err(Rejection::new(-2022, "ReduceOnly Order is rejected.")
                .with_detail(format!("the position is {position}")));
        }
        Ok(order.remaining().min(reducible))
    }

    fn update_position(&mut self, order: &Order, fills: &[Level]) {
        let position = self.positions.entry(position_key(order)).or_default();
        for fill in fills {
            *position = match order.side {
                Side::Buy => position.saturating_add(fill.quantity),
                _ => position.saturating_sub(fill.quantity),
            };
        }
    }

    /// Changes price and quantity of an open order. Cancels it when the new quantity is already filled, or when its time in force
    /// or reduce-only condition does not permit the new price.
    pub(super) fn modify(
        &mut self,
        request: &ParsedRequest,
        listing: &Listing,
        now: Timestamp,
    ) -> Result<Order, Rejection> {
        let index = self.find(request, listing, Order::is_open);
        let mut order = index
            .and_then(|index| self.orders.get(index))
            .cloned()
            .ok_or_else(unknown_order)?;
        let price = price(request, listing, &order.side)?;
        let quantity = quantity(request)?;
        check_modification(&order, request, price, quantity)?;
        let is_filled = order.executed > Decimal::ZERO && quantity <= order.executed;
        (order.price, order.quantity, order.updated_at) = (price, quantity, now);
        order.parameters.retain(|(name, _)| name != "modifyId");
        if let Some(id) = request.get("modifyId") {
            order
                .parameters
                .push(("modifyId".to_owned(), id.to_owned()));
        }
        if is_filled || self.fill(&mut order, listing).is_err() {
            order.status = OrderStatus::Canceled;
        }
        if let Some(stored) = index.and_then(|index| self.orders.get_mut(index)) {
            *stored = order.clone();
        }
        Ok(order)
    }

    /// Cancels an open order by its exchange or client order id.
    pub(super) fn cancel(
        &mut self,
        request: &ParsedRequest,
        listing: &Listing,
        now: Timestamp,
    ) -> Result<Order, Rejection> {
        self.cancel_where(now, |order| {
            order.is_open() && is_referenced(order, request, listing)
        })
        .ok_or_else(|| Rejection::new(-2011, "Unknown order sent."))
    }

    /// Cancels an open order by one of its ids, which `id_of` returns.
    pub(super) fn cancel_by_id(
        &mut self,
        id: &str,
        id_of: fn(&Order) -> String,
        listing: &Listing,
        now: Timestamp,
    ) -> Result<Order, Rejection> {
        self.cancel_where(now, |order| {
            order.is_open() && is_of(order, listing) && id_of(order) == id
        })
        .ok_or_else(|| Rejection::new(-2011, "Unknown order sent."))
    }

    /// Cancels every open order of a contract.
    pub(super) fn cancel_all(&mut self, listing: &Listing, now: Timestamp) {
        let matches = |order: &Order| order.is_open() && is_of(order, listing);
        while self.cancel_where(now, matches).is_some() {}
    }

    fn cancel_where(&mut self, now: Timestamp, matches: impl Fn(&Order) -> bool) -> Option<Order> {
        let order = self.orders.iter_mut().rev().find(|order| matches(order))?;
        order.status = OrderStatus::Canceled;
        order.updated_at = now;
        Some(order.clone())
    }

    /// Returns an order by its exchange or client order id, whether it is open or not.
    pub(super) fn query(
        &self,
        request: &ParsedRequest,
        listing: &Listing,
    ) -> Result<&Order, Rejection> {
        self.find(request, listing, |_| true)
            .and_then(|index| self.orders.get(index))
            .ok_or_else(unknown_order)
    }

    /// Returns an open order by its exchange or client order id.
    pub(super) fn query_open(
        &self,
        request: &ParsedRequest,
        listing: &Listing,
    ) -> Result<&Order, Rejection> {
        self.query(request, listing).and_then(|order| {
            if order.is_open() {
                Ok(order)
            } else {
                Err(unknown_order())
            }
        })
    }

    /// Returns the index of the newest order with the id: the client order id of a closed order may be used again.
    fn find(
        &self,
        request: &ParsedRequest,
        listing: &Listing,
        accepts: fn(&Order) -> bool,
    ) -> Option<usize> {
        self.orders
            .iter()
            .rposition(|order| accepts(order) && is_referenced(order, request, listing))
    }

    /// Returns all orders, the oldest first.
    pub(super) fn orders(&self) -> impl DoubleEndedIterator<Item = &Order> {
        self.orders.iter()
    }

    /// Expires the open orders whose good-till date has passed.
    pub(super) fn expire(&mut self, now: Timestamp) {
        for order in self.orders.iter_mut().filter(|order| order.is_open()) {
            let date = order.parameter("goodTillDate").and_then(i64::from_text);
            let has_date = order.time_in_force == TimeInForce::Gtd;
            if has_date && date.is_some_and(|date| date <= now.as_millis()) {
                order.status = OrderStatus::Expired;
                order.updated_at = now;
            }
        }
    }

    fn remove_old_orders(&mut self) {
        let closed = self.orders.iter().filter(|order| !order.is_open()).count();
        if closed > MAX_CLOSED_ORDERS {
            let oldest = self.orders.iter().position(|order| !order.is_open());
            if let Some(oldest) = oldest {
                self.orders.remove(oldest);
            }
        }
    }
}

fn unknown_order() -> Rejection {
    Rejection::new(-2013, "Order does not exist.")
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

/// Whether a request refers to an order: by the exchange order id when it has one, otherwise by the client order id.
fn is_referenced(order: &Order, request: &ParsedRequest, listing: &Listing) -> bool {
    let has_id = match (request.get("orderId"), request.get("origClientOrderId")) {
        (Some(id), _) => u64::from_text(id) == Some(order.id),
        (None, Some(client_id)) => order.client_id == client_id,
        (None, None) => false,
    };
    has_id && is_of(order, listing)
}

/// Reads an order from the parameters, and checks everything that does not depend on other orders and the position.
fn parse_order(
    request: &ParsedRequest,
    listing: &Listing,
    now: Timestamp,
) -> Result<Order, Rejection> {
    let required = |name| {
        request
            .get(name)
            .ok_or_else(|| Rejection::missing_parameter(name))
    };
    let side = Side::from(required("side")?);
    let order_type = OrderType::from(required("type")?);
    check_combination(request, listing, &order_type)?;
    let parameters = request
        .parameters()
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut order = Order::new(listing, side, order_type, now, parameters.collect());
    if let Some(time_in_force) = request.get("timeInForce") {
        order.time_in_force = TimeInForce::from(time_in_force);
    }
    if request.get("quantity").is_some() {
        order.quantity = quantity(request)?;
    }
    if request.get("price").is_some() || uses_price_match(request) {
        order.price = price(request, listing, &order.side)?;
    }
    check_good_till_date(&order, now)?;
    Ok(order)
}

/// Rejects an order without the parameters that its type requires, or with parameters that it does not accept.
fn check_combination(
    request: &ParsedRequest,
    listing: &Listing,
    order_type: &OrderType,
) -> Result<(), Rejection> {
    let closes_position = request.get("closePosition") == Some("true");
    let required: &[&str] = match order_type {
        OrderType::Limit => &["timeInForce", "quantity", "price"],
        OrderType::Market => &["quantity"],
        // In USDⓈ-M, the other types moved to the algo order endpoints in December 2025.
        _ if listing.product == "usdm" && order_type.as_str() != "LIQUIDATION" => {
            return Err(Rejection::new(
                -4120,
                "Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.",
            ));
        }
        OrderType::Stop | OrderType::TakeProfit => &["quantity", "price", "stopPrice"],
        OrderType::StopMarket | OrderType::TakeProfitMarket if closes_position => &["stopPrice"],
        OrderType::StopMarket | OrderType::TakeProfitMarket => &["stopPrice", "quantity"],
        OrderType::TrailingStopMarket => &["quantity", "callbackRate"],
        _ => return Err(Rejection::new(-1116, "Invalid orderType.")),
    };
    for name in required {
        let has_price_match = *name == "price" && uses_price_match(request);
        if request.get(name).is_none() && !has_price_match {
            return Err(Rejection::missing_parameter(name));
        }
    }
    if *order_type == OrderType::Market {
        for name in ["timeInForce", "price"] {
            if request.get(name).is_some() {
                return Err(Rejection::new(
                    -1106,
                    format!("Parameter '{name}' sent when not required."),
                ));
            }
        }
    }
    Ok(())
}

fn check_good_till_date(order: &Order, now: Timestamp) -> Result<(), Rejection> {
    if order.time_in_force != TimeInForce::Gtd {
        return Ok(());
    }
    let date = order.parameter("goodTillDate").and_then(i64::from_text);
    let date = date.ok_or_else(|| Rejection::missing_parameter("goodTillDate"))?;
    if date > now.as_millis().saturating_add(MIN_GOOD_TILL) && date < MAX_GOOD_TILL_DATE {
        return Ok(());
    }
    Err(Rejection::new(
        -5040,
        "Good till date must be more than 600 seconds ahead and before the year 10000.",
    ))
}

fn check_time_in_force(order: &Order, fills: &[Level]) -> Result<(), Rejection> {
    let filled = fills
        .iter()
        .fold(Decimal::ZERO, |sum, fill| sum.saturating_add(fill.quantity));
    match order.time_in_force {
        TimeInForce::Gtx | TimeInForce::Rpi if filled > Decimal::ZERO => Err(Rejection::new(
            -5022,
            "The order could not be executed as maker, so the post-only order is rejected.",
        )),
        TimeInForce::Fok if filled < order.remaining() => Err(Rejection::new(
            -5021,
            "The order could not be filled immediately, so the FOK order is rejected.",
        )),
        _ => Ok(()),
    }
}

fn check_modification(
    order: &Order,
    request: &ParsedRequest,
    price: Decimal,
    quantity: Decimal,
) -> Result<(), Rejection> {
    // COIN-M has its own error codes for the same rejections.
    let (limit_only, unchanged) = match order.product.as_str() {
        "coinm" => (-4196, -4197),
        _ => (-5025, -5027),
    };
    if order.order_type != OrderType::Limit {
        return Err(Rejection::new(limit_only, "Only limit order is supported."));
    }
    if order.price == price && order.quantity == quantity {
        return Err(Rejection::new(unchanged, "No need to modify the order."));
    }
    if request.get("reduceOnly") == Some("true") && !order.is_reduce_only() {
        return Err(Rejection::new(
            -5047,
            "`reduceOnly` is true, but the order was placed without it.",
        ));
    }
    Ok(())
}

fn quantity(request: &ParsedRequest) -> Result<Decimal, Rejection> {
    let quantity = decimal(request, "quantity")?;
    if quantity <= Decimal::ZERO {
        return Err(Rejection::new(
            -4003,
            "Quantity less than or equal to zero.",
        ));
    }
    Ok(quantity)
}

/// Whether the exchange takes the price from its order book.
fn uses_price_match(request: &ParsedRequest) -> bool {
    request.get("priceMatch").is_some_and(|mode| mode != "NONE")
}

/// Returns the limit price, or the price of the order book that `priceMatch` names: `OPPONENT_5` is the fifth level of the opposite side.
fn price(request: &ParsedRequest, listing: &Listing, side: &Side) -> Result<Decimal, Rejection> {
    if !uses_price_match(request) {
        let price = decimal(request, "price")?;
        return if price > Decimal::ZERO {
            Ok(price)
        } else {
            Err(Rejection::new(-4001, "Price less than or equal to zero."))
        };
    }
    let mode = request.get("priceMatch").unwrap_or_default();
    let (side_of_book, rank) = mode.split_once('_').unwrap_or((mode, "1"));
    let levels = match side_of_book {
        "QUEUE" => listing.book.same_side(side),
        _ => listing.book.opposite_side(side),
    };
    let rank = rank.parse::<usize>().unwrap_or(1);
    let level = levels.get(rank.saturating_sub(1));
    level
        .map(|level| level.price)
        .ok_or_else(|| Rejection::new(-5037, "Invalid price match."))
}

fn decimal(request: &ParsedRequest, name: &str) -> Result<Decimal, Rejection> {
    request
        .get(name)
        .and_then(Decimal::from_text)
        .ok_or_else(|| Rejection::missing_parameter(name))
}
