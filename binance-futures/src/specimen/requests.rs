//! Requests and their answers.

use super::types::{OrderRef, OrderType, PriceLevel, Side, SymbolFilter, SymbolOrPair, Usdm};
use crate::prelude::*;

/// Asks for the order book of one symbol.
#[doc(alias = "order_book")]
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a request does nothing until it is sent"]
pub struct Depth {
    symbol: Symbol,
    limit: Option<u16>,
}
impl Depth {
    /// Asks for it.
    pub fn new(symbol: impl Into<Symbol>) -> Self {
        Self {
            symbol: symbol.into(),
            limit: None,
        }
    }
    /// How many levels of each side.
    pub fn limit(mut self, limit: u16) -> Self {
        self.limit = Some(limit);
        self
    }
}
impl Request for Depth {
    type Product = Usdm;
    type Response = OrderBook;
    type Wire = wire::Plain;
    const METADATA: Metadata = Metadata {
        name: "usdm::Depth",
        idempotency: Idempotency::Idempotent,
        rules: &[("limit", Rule::OneOf(&[5, 10, 20, 50, 100, 500, 1000]))],
        ..Metadata::DEFAULT
    };
    fn weight(&self) -> u32 {
        match self.limit.unwrap_or(500) {
            0..=50 => 2,
            51..=100 => 5,
            101..=500 => 10,
            _ => 20,
        }
    }
    fn write<W: Parameters>(&self, to: &mut W) {
        to.put("symbol", &self.symbol);
        to.put("limit", &self.limit);
    }
}
impl RestRequest for Depth {
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/fapi/v1/depth";
}
impl ReadOnlyRequest for Depth {}
impl WsApiRequest for Depth {
    const WS_METHOD: &'static str = "depth";
}
#[cfg(feature = "registry")]
from_params!(Depth {
    symbol => required("symbol"),
    limit => optional("limit"),
});

/// Resting orders of a symbol by price.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OrderBook {
    /// The last change in it.
    pub last_update_id: u64,
    /// When it was sent.
    #[serde(rename = "E")]
    pub event_time: Timestamp,
    /// Who wants to buy.
    pub bids: Vec<PriceLevel>,
    /// Who wants to sell.
    pub asks: Vec<PriceLevel>,
}

/// Places an order.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a request does nothing until it is sent"]
pub struct NewOrder {
    symbol: Symbol,
    side: Side,
    order_type: OrderType,
    quantity: Option<Decimal>,
    price: Option<Decimal>,
    reduce_only: Option<bool>,
    client_order_id: Option<ClientOrderId>,
    good_till_date: Option<Timestamp>,
}
impl NewOrder {
    /// Places one.
    pub fn new(symbol: impl Into<Symbol>, side: Side, order_type: OrderType) -> Self {
        Self {
            symbol: symbol.into(),
            side,
            order_type,
            quantity: None,
            price: None,
            reduce_only: None,
            client_order_id: None,
            good_till_date: None,
        }
    }
    /// An order at a price.
    pub fn limit(symbol: impl Into<Symbol>, side: Side, quantity: Decimal, price: Decimal) -> Self {
        Self::new(symbol, side, OrderType::Limit)
            .quantity(quantity)
            .price(price)
    }
    /// How much.
    pub fn quantity(mut self, quantity: Decimal) -> Self {
        self.quantity = Some(quantity);
        self
    }
    /// At what price.
    pub fn price(mut self, price: Decimal) -> Self {
        self.price = Some(price);
        self
    }
    /// Whether it may only make a position smaller.
    pub fn reduce_only(mut self, reduce_only: bool) -> Self {
        self.reduce_only = Some(reduce_only);
        self
    }
    /// The caller's name for it.
    pub fn client_order_id(mut self, client_order_id: impl Into<ClientOrderId>) -> Self {
        self.client_order_id = Some(client_order_id.into());
        self
    }
    /// When it ends.
    pub fn good_till_date(mut self, good_till_date: impl Into<Timestamp>) -> Self {
        self.good_till_date = Some(good_till_date.into());
        self
    }
}
impl Request for NewOrder {
    type Product = Usdm;
    type Response = OrderAck;
    type Wire = wire::Plain;
    const METADATA: Metadata = Metadata {
        name: "usdm::NewOrder",
        security: Security::Trade,
        cost: OrderCost {
            per_10s: 1,
            per_1m: 1,
        },
        lookup: Some(Lookup {
            request: "usdm::QueryOrder",
            by: "newClientOrderId",
        }),
        rules: &[
            (
                "quantity",
                Rule::Range {
                    minimum: Some("0.001"),
                    maximum: None,
                },
            ),
            (
                "newClientOrderId",
                Rule::Text {
                    max_length: Some(36),
                    allowed: Some("abcdefghijklmnopqrstuvwxyz-0123456789"),
                },
            ),
        ],
        ..Metadata::DEFAULT
    };
    fn write<W: Parameters>(&self, to: &mut W) {
        to.put("symbol", &self.symbol);
        to.put("side", &self.side);
        to.put("type", &self.order_type);
        to.put("quantity", &self.quantity);
        to.put("price", &self.price);
        to.put_text("reduceOnly", &self.reduce_only);
        to.put("newClientOrderId", &self.client_order_id);
        to.put("goodTillDate", &self.good_till_date);
    }
    fn assign_ids(&mut self, make: &mut dyn FnMut() -> ClientOrderId) {
        self.client_order_id.get_or_insert_with(&mut *make);
    }
}
impl RestRequest for NewOrder {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/fapi/v1/order";
}
impl WsApiRequest for NewOrder {
    const WS_METHOD: &'static str = "order.place";
}
#[cfg(feature = "registry")]
from_params!(NewOrder {
    symbol => required("symbol"),
    side => required("side"),
    order_type => required("type"),
    quantity => optional("quantity"),
    price => optional("price"),
    reduce_only => optional("reduceOnly"),
    client_order_id => optional("newClientOrderId"),
    good_till_date => optional("goodTillDate"),
});

/// What the exchange says of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OrderAck {
    /// The exchange's id.
    pub order_id: u64,
    /// The caller's name.
    pub client_order_id: ClientOrderId,
    /// Which side.
    pub side: Side,
    /// What it was filled at.
    #[serde(
        default,
        rename = "avgPrice",
        skip_serializing_if = "Option::is_none",
        with = "wire::As::<wire::Maybe<wire::Text>>"
    )]
    pub average_price: Option<Decimal>,
}

/// Places several orders.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a request does nothing until it is sent"]
pub struct NewOrders {
    orders: Vec<NewOrder>,
}
impl NewOrders {
    /// Places them.
    pub fn new(orders: impl IntoIterator<Item = NewOrder>) -> Self {
        Self {
            orders: orders.into_iter().collect(),
        }
    }
}
impl Request for NewOrders {
    type Product = Usdm;
    type Response = Vec<Result<OrderAck, Rejection>>;
    type Wire = wire::List<wire::OrError<wire::Plain>>;
    const METADATA: Metadata = Metadata {
        name: "usdm::NewOrders",
        security: Security::Trade,
        weight: 5,
        cost: OrderCost {
            per_10s: 5,
            per_1m: 1,
        },
        rules: &[("batchOrders", Rule::Items { maximum: 5 })],
        ..Metadata::DEFAULT
    };
    fn write<W: Parameters>(&self, to: &mut W) {
        to.put_requests("batchOrders", &self.orders);
    }
    fn assign_ids(&mut self, make: &mut dyn FnMut() -> ClientOrderId) {
        self.orders
            .iter_mut()
            .for_each(|request| request.assign_ids(make));
    }
}
impl RestRequest for NewOrders {
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/fapi/v1/batchOrders";
}
#[cfg(feature = "registry")]
from_params!(NewOrders {
    orders => required_requests("batchOrders"),
});

/// Cancels several orders.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a request does nothing until it is sent"]
pub struct CancelOrders {
    symbol: Symbol,
    order_ids: Option<Vec<u64>>,
    client_order_ids: Option<Vec<ClientOrderId>>,
}
impl CancelOrders {
    /// Cancels them.
    pub fn new(symbol: impl Into<Symbol>) -> Self {
        Self {
            symbol: symbol.into(),
            order_ids: None,
            client_order_ids: None,
        }
    }
    /// The exchange's ids.
    pub fn order_ids(mut self, order_ids: impl IntoIterator<Item = u64>) -> Self {
        self.order_ids = Some(order_ids.into_iter().collect());
        self
    }
    /// The caller's names.
    pub fn client_order_ids(
        mut self,
        client_order_ids: impl IntoIterator<Item = ClientOrderId>,
    ) -> Self {
        self.client_order_ids = Some(client_order_ids.into_iter().collect());
        self
    }
}
impl Request for CancelOrders {
    type Product = Usdm;
    type Response = Vec<Result<OrderAck, Rejection>>;
    type Wire = wire::List<wire::OrError<wire::Plain>>;
    const METADATA: Metadata = Metadata {
        name: "usdm::CancelOrders",
        security: Security::Trade,
        rules: &[("orderIdList", Rule::Items { maximum: 10 })],
        ..Metadata::DEFAULT
    };
    fn write<W: Parameters>(&self, to: &mut W) {
        to.put("symbol", &self.symbol);
        if let Some(list) = &self.order_ids {
            to.put_json("orderIdList", list);
        }
        if let Some(list) = &self.client_order_ids {
            to.put_json("origClientOrderIdList", list);
        }
    }
}
impl RestRequest for CancelOrders {
    const METHOD: Method = Method::Delete;
    const PATH: &'static str = "/fapi/v1/batchOrders";
}
#[cfg(feature = "registry")]
from_params!(CancelOrders {
    symbol => required("symbol"),
    order_ids => optional_json("orderIdList"),
    client_order_ids => optional_json("origClientOrderIdList"),
});

/// Cancels an algo order.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a request does nothing until it is sent"]
pub struct CancelAlgoOrder {
    order: OrderRef,
    scope: Option<SymbolOrPair>,
    listen_key: Option<ListenKey>,
}
impl CancelAlgoOrder {
    /// Cancels it.
    pub fn new(order: impl Into<OrderRef>) -> Self {
        Self {
            order: order.into(),
            scope: None,
            listen_key: None,
        }
    }
    /// Where it is.
    pub fn scope(mut self, scope: impl Into<SymbolOrPair>) -> Self {
        self.scope = Some(scope.into());
        self
    }
    /// The key of a stream.
    pub fn listen_key(mut self, listen_key: impl Into<ListenKey>) -> Self {
        self.listen_key = Some(listen_key.into());
        self
    }
}
impl Request for CancelAlgoOrder {
    type Product = Usdm;
    type Response = Empty;
    type Wire = wire::Plain;
    const METADATA: Metadata = Metadata {
        name: "usdm::CancelAlgoOrder",
        security: Security::Trade,
        ..Metadata::DEFAULT
    };
    fn write<W: Parameters>(&self, to: &mut W) {
        to.text("algoType", "CONDITIONAL");
        to.put_choice(&self.order);
        if let Some(choice) = &self.scope {
            to.put_choice(choice);
        }
        to.put("listenKey", &self.listen_key);
    }
}
impl WsApiRequest for CancelAlgoOrder {
    const WS_METHOD: &'static str = "algoOrder.cancel";
}
#[cfg(feature = "registry")]
from_params!(CancelAlgoOrder {
    _ => constant("algoType", "CONDITIONAL"),
    order => choice(),
    scope => optional_choice(),
    listen_key => optional("listenKey"),
});

/// Asks for the rules of every symbol.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a request does nothing until it is sent"]
pub struct ExchangeInfo {}
impl Request for ExchangeInfo {
    type Product = Usdm;
    type Response = Exchange;
    type Wire = wire::Plain;
    const METADATA: Metadata = Metadata {
        name: "usdm::ExchangeInfo",
        idempotency: Idempotency::Idempotent,
        ..Metadata::DEFAULT
    };
    fn write<W: Parameters>(&self, _: &mut W) {}
}

/// The rules of every symbol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Exchange {
    /// When it was sent.
    pub server_time: Timestamp,
    /// The symbols.
    pub symbols: Vec<SymbolInfo>,
    /// Rates by asset.
    #[serde(
        default,
        with = "wire::As::<wire::Map<wire::Plain, wire::Or<wire::Text, wire::Blank>>>"
    )]
    pub rates: BTreeMap<Asset, Option<Decimal>>,
}

/// The rules of a symbol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SymbolInfo {
    /// The symbol.
    pub symbol: Symbol,
    /// Conditions on its orders.
    pub filters: Vec<SymbolFilter>,
}
