//! What is done to orders: the one thing of which a mock exchange knows more than the description says.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::account::Account;
use super::denial::Denial;
use super::market::{Listing, Market};
use super::object::Object;
use super::order::Order;
use super::routes::{self, Place, Reading};
use crate::error::Rejection;
use crate::registry::Operation;
use crate::request::Method;
use crate::types::{OrderStatus, OrderType, ResponseType, TimeInForce, Timestamp};

/// What is done, as method and path say it in either product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trade {
    Place,
    Test,
    Modify,
    Query,
    Cancel,
    QueryOpen,
    ListOpen,
    ListAll,
    CancelAll,
    PlaceMany,
    ModifyMany,
    CancelMany,
}

impl Trade {
    /// What an operation does to orders, if it does something to them.
    pub(super) fn of(operation: &Operation) -> Option<Self> {
        match (operation.method?, routes::resource(operation.path?)) {
            (Method::Post, "order") => Some(Self::Place),
            (Method::Post, "order/test") => Some(Self::Test),
            (Method::Put, "order") => Some(Self::Modify),
            (Method::Get, "order") => Some(Self::Query),
            (Method::Delete, "order") => Some(Self::Cancel),
            (Method::Get, "openOrder") => Some(Self::QueryOpen),
            (Method::Get, "openOrders") => Some(Self::ListOpen),
            (Method::Get, "allOrders") => Some(Self::ListAll),
            (Method::Delete, "allOpenOrders") => Some(Self::CancelAll),
            (Method::Post, "batchOrders") => Some(Self::PlaceMany),
            (Method::Put, "batchOrders") => Some(Self::ModifyMany),
            (Method::Delete, "batchOrders") => Some(Self::CancelMany),
            _ => None,
        }
    }
}

/// Where something is done: an account, the contracts, the time, and the next order's name.
#[derive(Debug)]
pub(super) struct Desk<'a> {
    pub(super) account: &'a mut Account,
    pub(super) market: &'a Market,
    pub(super) now: Timestamp,
    pub(super) next_id: &'a mut u64,
    /// What was refused of single items, while the whole goes on.
    pub(super) refused: &'a mut Vec<Denial>,
}

impl<'a> Desk<'a> {
    /// Does it, and answers in the shape of the operation's sample.
    pub(super) fn carry_out(&mut self, trade: Trade, reading: &Reading) -> Result<String, Denial> {
        self.account.expire(self.now);
        match trade {
            Trade::ListOpen => Ok(self.list(reading, Order::is_open)),
            Trade::ListAll => Ok(self.list(reading, |_| true)),
            Trade::PlaceMany => self.batch(Trade::Place, reading),
            Trade::ModifyMany => self.batch(Trade::Modify, reading),
            Trade::CancelMany => self.cancel_many(reading),
            Trade::CancelAll => {
                let listing = self.listing(reading)?;
                self.account.cancel_all(listing, self.now);
                Ok(reading.operation.sample.to_owned())
            }
            _ => {
                let order = self.one(trade, reading)?;
                Ok(text(&shown(&order, reading.operation)))
            }
        }
    }

    fn one(&mut self, trade: Trade, reading: &Reading) -> Result<Order, Denial> {
        let listing = self.listing(reading)?;
        match trade {
            Trade::Place => {
                *self.next_id = self.next_id.saturating_add(1);
                let placed = self
                    .account
                    .place(reading, listing, self.now, *self.next_id);
                placed.map(|order| acknowledged(order, reading))
            }
            Trade::Test => {
                let mut copy = self.account.clone();
                let placed = copy.place(reading, listing, self.now, 0);
                placed.map(|order| acknowledged(order, reading))
            }
            Trade::Modify => self.account.modify(reading, listing, self.now),
            Trade::Cancel => self.account.cancel(reading, listing, self.now),
            Trade::QueryOpen => self.account.query_open(reading, listing).cloned(),
            _ => self.account.query(reading, listing).cloned(),
        }
    }

    fn listing(&self, reading: &Reading) -> Result<&'a Listing, Denial> {
        let symbol = reading.get("symbol");
        let symbol = symbol.ok_or_else(|| Denial::missing("symbol"))?;
        let listing = self.market.listing(reading.operation.product, symbol);
        listing.ok_or_else(|| no_such_symbol(symbol))
    }

    fn list(&self, reading: &Reading, counts: fn(&Order) -> bool) -> String {
        let number = |name| {
            reading
                .get(name)
                .and_then(|value| value.parse::<i64>().ok())
        };
        let is = |name, of: &str| reading.get(name).is_none_or(|wanted| wanted == of);
        let first = reading.get("orderId").and_then(|id| id.parse::<u64>().ok());
        let meant = |order: &&Order| {
            let placed = order.placed.as_millis();
            counts(order)
                && order.product == reading.operation.product
                && is("symbol", &order.symbol)
                && is("pair", &order.pair)
                && first.is_none_or(|first| order.id >= first)
                && number("startTime").is_none_or(|start| placed >= start)
                && number("endTime").is_none_or(|end| placed <= end)
        };
        let most = number("limit").and_then(|limit| limit.try_into().ok());
        let newest = self.account.orders().rev().filter(meant);
        let newest = newest.take(most.unwrap_or(usize::MAX));
        let mut orders: Vec<Object> = newest
            .map(|order| shown(order, reading.operation))
            .collect();
        orders.reverse();
        text(&orders)
    }

    /// Does the same to each item of a list; what is refused of one leaves the others alone.
    fn batch(&mut self, trade: Trade, reading: &Reading) -> Result<String, Denial> {
        let items = reading.get("batchOrders").unwrap_or_default();
        let items: Vec<Object> =
            serde_json::from_str(items).map_err(|_| Denial::missing("batchOrders"))?;
        let most = reading.most_items("batchOrders").unwrap_or(usize::MAX);
        if items.is_empty() || items.len() > most {
            return Err(Denial::new(-4082, "Invalid number of batch place orders.")
                .because(format!("the batch has {} items", items.len())));
        }
        let single = single(reading.operation);
        let outcomes = items.into_iter().map(|item| {
            let reading = Reading::new(single.unwrap_or(reading.operation), &item.into_pairs());
            reading.check().and_then(|()| self.one(trade, &reading))
        });
        let outcomes: Vec<_> = outcomes.collect();
        Ok(self.mixed(outcomes, reading.operation))
    }

    fn cancel_many(&mut self, reading: &Reading) -> Result<String, Denial> {
        let listing = self.listing(reading)?;
        let (parameter, of): (_, fn(&Order) -> String) = match reading.get("orderIdList") {
            Some(_) => ("orderIdList", |order| order.id.to_string()),
            None => ("origClientOrderIdList", |order| order.client_id.clone()),
        };
        let names = reading.get(parameter).unwrap_or_default();
        let names: Vec<Name> =
            serde_json::from_str(names).map_err(|_| Denial::missing(parameter))?;
        let outcomes = names.into_iter().map(|name| {
            let name = name.into_text();
            self.account.cancel_named(&name, of, listing, self.now)
        });
        let outcomes: Vec<_> = outcomes.collect();
        Ok(self.mixed(outcomes, reading.operation))
    }

    /// A list of orders, and of refusals where there is none.
    fn mixed(&mut self, outcomes: Vec<Result<Order, Denial>>, operation: &Operation) -> String {
        let items = outcomes.into_iter().map(|outcome| match outcome {
            Ok(order) => Item::Order(shown(&order, operation)),
            Err(denial) => {
                self.refused.push(denial.clone());
                Item::Rejection(denial.refusal)
            }
        });
        text(&items.collect::<Vec<_>>())
    }
}

/// A contract that is not listed.
pub(super) fn no_such_symbol(symbol: &str) -> Denial {
    Denial::new(-1121, "Invalid symbol.").because(format!("`{symbol}` is not listed"))
}

/// An order's name in a list: a number, or a text that may hold one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Name {
    Number(u64),
    Text(String),
}

impl Name {
    fn into_text(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text,
        }
    }
}

/// The operation that does to one order what another does to many.
fn single(many: &Operation) -> Option<&'static Operation> {
    let path = many.path?.replace("batchOrders", "order");
    match routes::place(many.method?.as_str(), &path) {
        Place::Operations(operations) => operations.first().copied(),
        Place::OtherMethod | Place::Nothing => None,
    }
}

/// An order as the answer to placing it has it: before anything was executed, unless the outcome was asked for and is final.
fn acknowledged(order: Order, reading: &Reading) -> Order {
    let outcome = reading.get("newOrderRespType").map(ResponseType::from);
    let at_once = order.order_type == OrderType::Market
        || matches!(
            order.time_in_force,
            TimeInForce::Ioc | TimeInForce::Fok | TimeInForce::Gtx
        );
    if outcome == Some(ResponseType::Result) && at_once {
        return order;
    }
    Order {
        status: OrderStatus::New,
        executed: Decimal::ZERO,
        turnover: Decimal::ZERO,
        ..order
    }
}

/// An order in the shape of an operation's sample, or of the first order in it.
fn shown(order: &Order, operation: &Operation) -> Object {
    let template = Object::read(operation.sample).unwrap_or_else(|| {
        let samples: Vec<Object> = serde_json::from_str(operation.sample).unwrap_or_default();
        let mut orders = samples.into_iter();
        orders
            .find(|sample| sample.get("orderId").is_some())
            .unwrap_or_default()
    });
    order.show(&template, operation)
}

#[derive(Serialize)]
#[serde(untagged)]
enum Item {
    Order(Object),
    Rejection(Rejection),
}

/// Objects are made of JSON and always become it again.
fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
#[cfg(feature = "usdm")]
mod tests {
    use super::{Desk, Trade};
    use crate::mock::account::Account;
    use crate::mock::market::Market;
    use crate::mock::object::Object;
    use crate::mock::routes::Reading;
    use crate::registry::{self, Operation, ParameterInfo};
    use crate::request::Method;
    use crate::types::Timestamp;

    /// An account and all it takes to trade, without a network.
    struct Floor {
        account: Account,
        market: Market,
        last_id: u64,
    }

    impl Floor {
        /// Three orders at different times: `a`, `b` and `c`, of the ids 1 to 3.
        fn with_orders() -> Self {
            let mut floor = Self {
                account: Account::default(),
                market: Market::new(&[]),
                last_id: 0,
            };
            for (now, name) in [(1, "a"), (2, "b"), (3, "c")] {
                floor
                    .carry_out(now, known("new_order"), &order(name))
                    .unwrap();
            }
            floor
        }

        fn carry_out(
            &mut self,
            now: i64,
            operation: &'static Operation,
            pairs: &[(&str, &str)],
        ) -> Result<String, i64> {
            let pairs = pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let reading = Reading::new(operation, &pairs.collect::<Vec<_>>());
            let mut desk = Desk {
                account: &mut self.account,
                market: &self.market,
                now: Timestamp::from_millis(now),
                next_id: &mut self.last_id,
                refused: &mut Vec::new(),
            };
            let done = desk.carry_out(Trade::of(operation).unwrap(), &reading);
            done.map_err(|denial| denial.refusal.code)
        }

        /// Names and states of the orders in an answer, codes of its refusals.
        fn listed(&mut self, operation: &'static Operation, pairs: &[(&str, &str)]) -> Vec<String> {
            let answer = self.carry_out(10, operation, pairs).unwrap();
            let items: Vec<Object> = serde_json::from_str(&answer).unwrap();
            let told = items.iter().map(|item| match item.text("code") {
                Some(code) => code,
                None => format!(
                    "{} {}",
                    item.text("clientOrderId").unwrap(),
                    item.text("status").unwrap()
                ),
            });
            told.collect()
        }
    }

    fn order(name: &str) -> [(&str, &str); 7] {
        [
            ("symbol", "BTCUSDT"),
            ("side", "BUY"),
            ("type", "LIMIT"),
            ("quantity", "1"),
            ("price", "9000"),
            ("timeInForce", "GTC"),
            ("newClientOrderId", name),
        ]
    }

    fn known(id: &str) -> &'static Operation {
        let mut operations = registry::operations();
        let is_meant = |operation: &&Operation| operation.product == "usdm" && operation.id == id;
        operations.find(is_meant).unwrap()
    }

    /// An operation that the description need not have yet, with the answer of one it has.
    fn like(
        id: &str,
        method: Method,
        path: &'static str,
        parameters: &[&'static str],
    ) -> &'static Operation {
        let info = |name: &&'static str| registry::parameter(name, "String", false, &[]);
        let parameters: Vec<ParameterInfo> = parameters.iter().map(info).collect();
        Box::leak(Box::new(Operation {
            method: Some(method),
            path: Some(path),
            parameters: parameters.leak(),
            build: None,
            ..*known(id)
        }))
    }

    #[test]
    fn lists_are_filtered_and_end_with_the_newest() {
        let mut floor = Floor::with_orders();
        let names = ["symbol", "orderId", "startTime", "endTime", "limit"];
        let all = like("open_orders", Method::Get, "/fapi/v1/allOrders", &names);
        for (pairs, expected) in [
            (&[][..], &["a NEW", "b NEW", "c NEW"][..]),
            (&[("limit", "2")], &["b NEW", "c NEW"]),
            (&[("orderId", "2")], &["b NEW", "c NEW"]),
            (&[("startTime", "2"), ("endTime", "2")], &["b NEW"]),
            (&[("symbol", "ETHUSDT")], &[]),
        ] {
            assert_eq!(floor.listed(all, pairs), expected, "{pairs:?}");
        }
    }

    #[test]
    fn many_orders_are_cancelled_by_either_name() {
        let mut floor = Floor::with_orders();
        let names = ["symbol", "orderIdList", "origClientOrderIdList"];
        let cancel = like("new_orders", Method::Delete, "/fapi/v1/batchOrders", &names);
        let symbol = ("symbol", "BTCUSDT");
        let by_client_id = [symbol, ("origClientOrderIdList", r#"["a","z"]"#)];
        assert_eq!(floor.listed(cancel, &by_client_id), ["a CANCELED", "-2011"]);
        let by_id = [symbol, ("orderIdList", r#"[1,"3"]"#)];
        assert_eq!(floor.listed(cancel, &by_id), ["-2011", "c CANCELED"]);
        assert_eq!(floor.carry_out(10, cancel, &[symbol]), Err(-1102));
        assert_eq!(floor.listed(known("open_orders"), &[]), ["b NEW"]);
    }

    #[test]
    fn every_order_of_a_symbol_is_cancelled_at_once() {
        let mut floor = Floor::with_orders();
        let cancel = like(
            "cancel_order",
            Method::Delete,
            "/fapi/v1/allOpenOrders",
            &["symbol"],
        );
        floor
            .carry_out(10, cancel, &[("symbol", "ETHUSDT")])
            .unwrap();
        assert_eq!(floor.listed(known("open_orders"), &[]).len(), 3);
        floor
            .carry_out(10, cancel, &[("symbol", "BTCUSDT")])
            .unwrap();
        assert_eq!(floor.listed(known("open_orders"), &[]).len(), 0);
    }

    #[test]
    fn many_orders_are_modified_each_for_itself() {
        let mut floor = Floor::with_orders();
        let modify = like(
            "new_orders",
            Method::Put,
            "/fapi/v1/batchOrders",
            &["batchOrders"],
        );
        let items = r#"[
            {"symbol":"BTCUSDT","origClientOrderId":"a","side":"BUY","quantity":"2","price":"9001"},
            {"symbol":"BTCUSDT","origClientOrderId":"z","side":"BUY","quantity":"2","price":"9001"},
            {"symbol":"BTCUSDT","origClientOrderId":"b","side":"BUY","quantity":"2"}]"#;
        let outcomes = floor.listed(modify, &[("batchOrders", items)]);
        assert_eq!(outcomes, ["a NEW", "-2013", "-1102"]);
    }

    #[test]
    fn an_open_order_is_found_until_it_is_over() {
        let mut floor = Floor::with_orders();
        let names = ["symbol", "orderId", "origClientOrderId"];
        let query = like("query_order", Method::Get, "/fapi/v1/openOrder", &names);
        let pairs = [("symbol", "BTCUSDT"), ("origClientOrderId", "a")];
        assert!(floor.carry_out(10, query, &pairs).is_ok());
        floor.carry_out(10, known("cancel_order"), &pairs).unwrap();
        assert_eq!(floor.carry_out(10, query, &pairs), Err(-2013));
        assert!(floor.carry_out(10, known("query_order"), &pairs).is_ok());
    }

    #[test]
    fn tests_are_refused_as_orders_are_and_not_kept() {
        let mut floor = Floor::with_orders();
        let names = order("").map(|(name, _)| name);
        let test = like("new_order", Method::Post, "/fapi/v1/order/test", &names);
        assert_eq!(floor.carry_out(10, test, &order("a")), Err(-4116));
        assert!(floor.carry_out(10, test, &order("d")).is_ok());
        assert_eq!(floor.listed(known("open_orders"), &[]).len(), 3);
    }
}
