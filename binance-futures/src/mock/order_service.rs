//! The order operations. All others, except those of listen keys, respond with the sample of the spec.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::account::Account;
use super::listing::Listing;
use super::market::Market;
use super::object;
use super::order::Order;
use super::parsed_request::ParsedRequest;
use super::rejection::{ErrorObject, Rejection};
use super::routes::{self, Route};
use crate::registry::Operation;
use crate::request::Method;
use crate::types::{OrderStatus, OrderType, ResponseType, TimeInForce, Timestamp};
use crate::wire::RawObject;

/// An order operation. Method and path are the same in both products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OrderAction {
    Place,
    Test,
    Modify,
    Query,
    Cancel,
    QueryOpen,
    ListOpen,
    ListAll,
    CancelAll,
    PlaceBatch,
    ModifyBatch,
    CancelBatch,
}

impl OrderAction {
    /// Returns the action of an operation. `None` when it is not an order operation.
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
            (Method::Post, "batchOrders") => Some(Self::PlaceBatch),
            (Method::Put, "batchOrders") => Some(Self::ModifyBatch),
            (Method::Delete, "batchOrders") => Some(Self::CancelBatch),
            _ => None,
        }
    }
}

/// The order operations of one account.
#[derive(Debug)]
pub(super) struct OrderService<'a> {
    pub(super) account: &'a mut Account,
    pub(super) market: &'a Market,
    pub(super) now: Timestamp,
    /// Exchange order id of the next order.
    pub(super) next_order_id: &'a mut u64,
    /// Rejections of single items of a batch, for the log.
    pub(super) rejected_items: &'a mut Vec<Rejection>,
}

impl OrderService<'_> {
    /// Executes an action, and returns a response with the fields of the operation's sample.
    pub(super) fn execute(
        &mut self,
        action: OrderAction,
        request: &ParsedRequest,
    ) -> Result<String, Rejection> {
        self.account.expire(self.now);
        match action {
            OrderAction::ListOpen => Ok(self.list(request, Order::is_open)),
            OrderAction::ListAll => Ok(self.list(request, |_| true)),
            OrderAction::PlaceBatch => self.batch(OrderAction::Place, request),
            OrderAction::ModifyBatch => self.batch(OrderAction::Modify, request),
            OrderAction::CancelBatch => self.cancel_batch(request),
            OrderAction::CancelAll => {
                let listing = self.listing(request)?;
                self.account.cancel_all(&listing, self.now);
                Ok(request.operation.sample.to_owned())
            }
            _ => {
                let order = self.execute_one(action, request)?;
                Ok(to_json(&to_response(&order, request.operation)))
            }
        }
    }

    fn execute_one(
        &mut self,
        action: OrderAction,
        request: &ParsedRequest,
    ) -> Result<Order, Rejection> {
        let listing = self.listing(request)?;
        match action {
            OrderAction::Place => {
                let id = *self.next_order_id;
                *self.next_order_id = id.saturating_add(1);
                let placed = self.account.place(request, &listing, self.now, id);
                placed.map(|order| at_acknowledgement(order, request))
            }
            OrderAction::Test => {
                let mut copy = self.account.clone();
                let placed = copy.place(request, &listing, self.now, 0);
                placed.map(|order| at_acknowledgement(order, request))
            }
            OrderAction::Modify => self.account.modify(request, &listing, self.now),
            OrderAction::Cancel => self.account.cancel(request, &listing, self.now),
            OrderAction::QueryOpen => self.account.query_open(request, &listing).cloned(),
            _ => self.account.query(request, &listing).cloned(),
        }
    }

    fn listing(&self, request: &ParsedRequest) -> Result<Listing, Rejection> {
        let symbol = request.get("symbol");
        let symbol = symbol.ok_or_else(|| Rejection::missing_parameter("symbol"))?;
        let listing = Listing::new(self.market, request.operation.product, symbol);
        listing.ok_or_else(|| Rejection::unknown_symbol(symbol))
    }

    fn list(&self, request: &ParsedRequest, accepts: fn(&Order) -> bool) -> String {
        let number = |name| {
            request
                .get(name)
                .and_then(|value| value.parse::<i64>().ok())
        };
        let is_same = |name, value: &str| request.get(name).is_none_or(|wanted| wanted == value);
        let first = request.get("orderId").and_then(|id| id.parse::<u64>().ok());
        let matches = |order: &&Order| {
            let created_at = order.created_at.as_millis();
            accepts(order)
                && order.product == request.operation.product
                && is_same("symbol", &order.symbol)
                && is_same("pair", &order.pair)
                && first.is_none_or(|first| order.id >= first)
                && number("startTime").is_none_or(|start| created_at >= start)
                && number("endTime").is_none_or(|end| created_at <= end)
        };
        let limit = number("limit").and_then(|limit| limit.try_into().ok());
        let newest = self.account.orders().rev().filter(matches);
        let newest = newest.take(limit.unwrap_or(usize::MAX));
        let mut orders: Vec<RawObject> = newest
            .map(|order| to_response(order, request.operation))
            .collect();
        orders.reverse();
        to_json(&orders)
    }

    /// Executes an action for each item of a batch. The rejection of one item does not affect the others.
    fn batch(&mut self, action: OrderAction, request: &ParsedRequest) -> Result<String, Rejection> {
        let items = request.get("batchOrders").unwrap_or_default();
        let items: Vec<RawObject> =
            serde_json::from_str(items).map_err(|_| Rejection::missing_parameter("batchOrders"))?;
        let maximum = request.max_items("batchOrders").unwrap_or(usize::MAX);
        if items.is_empty() || items.len() > maximum {
            return Err(
                Rejection::new(-4082, "Invalid number of batch place orders.")
                    .with_detail(format!("the batch has {} items", items.len())),
            );
        }
        let of_one = operation_of_one(request.operation);
        let outcomes = items.into_iter().map(|item| {
            let request = ParsedRequest::new(
                of_one.unwrap_or(request.operation),
                &object::parameters(&item),
            );
            request
                .check()
                .and_then(|()| self.execute_one(action, &request))
        });
        let outcomes: Vec<_> = outcomes.collect();
        Ok(self.batch_response(outcomes, request.operation))
    }

    fn cancel_batch(&mut self, request: &ParsedRequest) -> Result<String, Rejection> {
        let listing = self.listing(request)?;
        let (parameter, id_of): (_, fn(&Order) -> String) = match request.get("orderIdList") {
            Some(_) => ("orderIdList", |order| order.id.to_string()),
            None => ("origClientOrderIdList", |order| order.client_id.clone()),
        };
        let ids = request.get(parameter).unwrap_or_default();
        let ids: Vec<OrderId> =
            serde_json::from_str(ids).map_err(|_| Rejection::missing_parameter(parameter))?;
        let outcomes = ids.into_iter().map(|id| {
            let id = id.into_text();
            self.account.cancel_by_id(&id, id_of, &listing, self.now)
        });
        let outcomes: Vec<_> = outcomes.collect();
        Ok(self.batch_response(outcomes, request.operation))
    }

    /// Returns the response of a batch: an order or an error for each item.
    fn batch_response(
        &mut self,
        outcomes: Vec<Result<Order, Rejection>>,
        operation: &Operation,
    ) -> String {
        let items = outcomes.iter().map(|outcome| match outcome {
            Ok(order) => Item::Order(to_response(order, operation)),
            Err(rejection) => Item::Error(rejection.error_object()),
        });
        let json = to_json(&items.collect::<Vec<_>>());
        self.rejected_items
            .extend(outcomes.into_iter().filter_map(Result::err));
        json
    }
}

/// An exchange or client order id in a list: a number or a string.
#[derive(Deserialize)]
#[serde(untagged)]
enum OrderId {
    Number(u64),
    Text(String),
}

impl OrderId {
    fn into_text(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text,
        }
    }
}

/// Returns the operation on one order that belongs to a batch operation.
fn operation_of_one(batch: &Operation) -> Option<&'static Operation> {
    let path = batch.path?.replace("batchOrders", "order");
    match routes::find(batch.method?.as_str(), &path) {
        Route::Operations(operations) => operations.first().copied(),
        Route::OtherMethods | Route::UnknownPath => None,
    }
}

/// Returns an order as the response to placing it shows it: without fills, except when `newOrderRespType` is `RESULT` and the order
/// type or time in force makes the result final at once.
fn at_acknowledgement(order: Order, request: &ParsedRequest) -> Order {
    let response_type = request.get("newOrderRespType").map(ResponseType::from);
    let is_final = order.order_type == OrderType::Market
        || matches!(
            order.time_in_force,
            TimeInForce::Ioc | TimeInForce::Fok | TimeInForce::Gtx
        );
    if response_type == Some(ResponseType::Result) && is_final {
        return order;
    }
    Order {
        status: OrderStatus::New,
        executed: Decimal::ZERO,
        cumulative_value: Decimal::ZERO,
        ..order
    }
}

/// Returns an order with the fields of the operation's sample, or of the first order in a sample that is a list.
fn to_response(order: &Order, operation: &Operation) -> RawObject {
    let template = RawObject::from_json(operation.sample).unwrap_or_else(|_| {
        let samples: Vec<RawObject> = serde_json::from_str(operation.sample).unwrap_or_default();
        let mut orders = samples.into_iter();
        orders
            .find(|sample| sample.get("orderId").is_some())
            .unwrap_or_default()
    });
    order.to_response(&template, operation)
}

/// An item in the response of a batch.
#[derive(Serialize)]
#[serde(untagged)]
enum Item<'a> {
    Order(RawObject),
    Error(ErrorObject<'a>),
}

/// Writes JSON. Objects that were parsed from JSON can always be written.
fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
#[cfg(feature = "usdm")]
mod tests {
    use super::{OrderAction, OrderService};
    use crate::mock::account::Account;
    use crate::mock::market::Market;
    use crate::mock::parsed_request::ParsedRequest;
    use crate::registry::{self, Operation, ParameterInfo};
    use crate::request::Method;
    use crate::types::Timestamp;
    use crate::wire::RawObject;

    /// An account, its market and order ids, without a network.
    struct Fixture {
        account: Account,
        market: Market,
        next_order_id: u64,
    }

    impl Fixture {
        /// Three orders at different times, with client order ids `a`, `b` and `c` and exchange order ids 1 to 3.
        fn with_orders() -> Self {
            let mut fixture = Self {
                account: Account::default(),
                market: Market::new(&[], 0, Timestamp::from_millis(0), false),
                next_order_id: 1,
            };
            for (now, name) in [(1, "a"), (2, "b"), (3, "c")] {
                fixture
                    .execute(now, operation("new_order"), &order(name))
                    .unwrap();
            }
            fixture
        }

        fn execute(
            &mut self,
            now: i64,
            operation: &'static Operation,
            pairs: &[(&str, &str)],
        ) -> Result<String, i64> {
            let pairs = pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let request = ParsedRequest::new(operation, &pairs.collect::<Vec<_>>());
            let mut service = OrderService {
                account: &mut self.account,
                market: &self.market,
                now: Timestamp::from_millis(now),
                next_order_id: &mut self.next_order_id,
                rejected_items: &mut Vec::new(),
            };
            let outcome = service.execute(OrderAction::of(operation).unwrap(), &request);
            outcome.map_err(|rejection| rejection.code)
        }

        /// Returns client order id and status of each order in the response, and the code of each error.
        fn items(&mut self, operation: &'static Operation, pairs: &[(&str, &str)]) -> Vec<String> {
            let response = self.execute(10, operation, pairs).unwrap();
            let items: Vec<RawObject> = serde_json::from_str(&response).unwrap();
            let texts = items.iter().map(|item| match item.text("code") {
                Some(code) => code.into_owned(),
                None => format!(
                    "{} {}",
                    item.text("clientOrderId").unwrap(),
                    item.text("status").unwrap()
                ),
            });
            texts.collect()
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

    fn operation(id: &str) -> &'static Operation {
        let mut operations = registry::operations();
        let has_id = |operation: &&Operation| operation.product == "usdm" && operation.id == id;
        operations.find(has_id).unwrap()
    }

    /// An operation that the spec may not have, with the response of one that it has.
    fn operation_like(
        id: &str,
        method: Method,
        path: &'static str,
        parameters: &[&'static str],
    ) -> &'static Operation {
        let info = |name: &&'static str| crate::dynamic::parameter(name, "String", false, &[]);
        let parameters: Vec<ParameterInfo> = parameters.iter().map(info).collect();
        Box::leak(Box::new(Operation {
            method: Some(method),
            path: Some(path),
            parameters: parameters.leak(),
            build: None,
            ..*operation(id)
        }))
    }

    #[test]
    fn lists_are_filtered_and_end_with_the_newest_order() {
        let mut fixture = Fixture::with_orders();
        let names = ["symbol", "orderId", "startTime", "endTime", "limit"];
        let all = operation_like("open_orders", Method::Get, "/fapi/v1/allOrders", &names);
        for (pairs, expected) in [
            (&[][..], &["a NEW", "b NEW", "c NEW"][..]),
            (&[("limit", "2")], &["b NEW", "c NEW"]),
            (&[("orderId", "2")], &["b NEW", "c NEW"]),
            (&[("startTime", "2"), ("endTime", "2")], &["b NEW"]),
            (&[("symbol", "ETHUSDT")], &[]),
        ] {
            assert_eq!(fixture.items(all, pairs), expected, "{pairs:?}");
        }
    }

    #[test]
    fn batch_cancels_orders_by_either_id() {
        let mut fixture = Fixture::with_orders();
        let names = ["symbol", "orderIdList", "origClientOrderIdList"];
        let cancel = operation_like("new_orders", Method::Delete, "/fapi/v1/batchOrders", &names);
        let symbol = ("symbol", "BTCUSDT");
        let by_client_id = [symbol, ("origClientOrderIdList", r#"["a","z"]"#)];
        assert_eq!(
            fixture.items(cancel, &by_client_id),
            ["a CANCELED", "-2011"]
        );
        let by_id = [symbol, ("orderIdList", r#"[1,"3"]"#)];
        assert_eq!(fixture.items(cancel, &by_id), ["-2011", "c CANCELED"]);
        assert_eq!(fixture.execute(10, cancel, &[symbol]), Err(-1102));
        assert_eq!(fixture.items(operation("open_orders"), &[]), ["b NEW"]);
    }

    #[test]
    fn cancel_all_cancels_the_orders_of_one_symbol() {
        let mut fixture = Fixture::with_orders();
        let cancel = operation_like(
            "cancel_order",
            Method::Delete,
            "/fapi/v1/allOpenOrders",
            &["symbol"],
        );
        fixture
            .execute(10, cancel, &[("symbol", "ETHUSDT")])
            .unwrap();
        assert_eq!(fixture.items(operation("open_orders"), &[]).len(), 3);
        fixture
            .execute(10, cancel, &[("symbol", "BTCUSDT")])
            .unwrap();
        assert_eq!(fixture.items(operation("open_orders"), &[]).len(), 0);
    }

    #[test]
    fn batch_modification_has_an_outcome_for_each_item() {
        let mut fixture = Fixture::with_orders();
        let modify = operation_like(
            "new_orders",
            Method::Put,
            "/fapi/v1/batchOrders",
            &["batchOrders"],
        );
        let items = r#"[
            {"symbol":"BTCUSDT","origClientOrderId":"a","side":"BUY","quantity":"2","price":"9001"},
            {"symbol":"BTCUSDT","origClientOrderId":"z","side":"BUY","quantity":"2","price":"9001"},
            {"symbol":"BTCUSDT","origClientOrderId":"b","side":"BUY","quantity":"2"}]"#;
        let outcomes = fixture.items(modify, &[("batchOrders", items)]);
        assert_eq!(outcomes, ["a NEW", "-2013", "-1102"]);
    }

    #[test]
    fn open_order_query_finds_only_open_orders() {
        let mut fixture = Fixture::with_orders();
        let names = ["symbol", "orderId", "origClientOrderId"];
        let query = operation_like("query_order", Method::Get, "/fapi/v1/openOrder", &names);
        let pairs = [("symbol", "BTCUSDT"), ("origClientOrderId", "a")];
        assert!(fixture.execute(10, query, &pairs).is_ok());
        fixture
            .execute(10, operation("cancel_order"), &pairs)
            .unwrap();
        assert_eq!(fixture.execute(10, query, &pairs), Err(-2013));
        assert!(
            fixture
                .execute(10, operation("query_order"), &pairs)
                .is_ok()
        );
    }

    #[test]
    fn test_order_is_checked_and_not_stored() {
        let mut fixture = Fixture::with_orders();
        let names = order("").map(|(name, _)| name);
        let test = operation_like("new_order", Method::Post, "/fapi/v1/order/test", &names);
        assert_eq!(fixture.execute(10, test, &order("a")), Err(-4116));
        assert!(fixture.execute(10, test, &order("d")).is_ok());
        assert_eq!(fixture.items(operation("open_orders"), &[]).len(), 3);
    }
}
