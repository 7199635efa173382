//! Types they share.

use crate::prelude::*;

/// The product the specimens belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Usdm {}
impl Product for Usdm {
    const ERRORS: &'static [KnownError] = &[];
    const NAME: &'static str = "USDⓈ-M";
    const ID: &'static str = "usdm";
    const REST: BaseUrls = BaseUrls {
        production: "https://fapi.binance.com",
        testnet: Some("https://testnet.binancefuture.com"),
        demo: Some("https://demo-fapi.binance.com"),
    };
    const STREAMS: BaseUrls = BaseUrls {
        production: "wss://fstream.binance.com",
        testnet: None,
        demo: None,
    };
    const WS_API: BaseUrls = BaseUrls {
        production: "wss://ws-fapi.binance.com/ws-fapi/v1",
        testnet: None,
        demo: None,
    };
    const BUCKETS: &'static [RateLimitBucket] = &[RateLimitBucket {
        name: "funding",
        limit: 500,
        seconds: 300,
    }];
    const RECV_WINDOW: RecvWindowLimits = RecvWindowLimits {
        default_millis: 5000,
        most_millis: 60000,
        ahead_millis: 1000,
    };
    const SECRET_FIELDS: &'static [&'static str] = &["listenKey"];
}

/// Which side of the market.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Side {
    /// `BUY`.
    Buy,
    /// `SELL`.
    Sell,
    /// A value this version does not know, kept as it came.
    Unlisted(Unlisted),
}
text_enum!(Side { "BUY" => Buy, "SELL" => Sell });

/// What kind of order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum OrderType {
    /// `LIMIT`.
    Limit,
    /// `MARKET`.
    Market,
    /// A value this version does not know, kept as it came.
    Unlisted(Unlisted),
}
text_enum!(OrderType { "LIMIT" => Limit, "MARKET" => Market });

/// Which product an event is of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum SymbolType {
    /// `1`.
    UsdM,
    /// `2`.
    CoinM,
    /// A value this version does not know, kept as it came.
    Unlisted(Unlisted),
}
number_enum!(SymbolType { 1 => UsdM, 2 => CoinM });

/// A price and what rests there.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PriceLevel {
    /// The price.
    pub price: Decimal,
    /// How much rests there.
    pub quantity: Decimal,
}
row!(PriceLevel {
    price: wire::Text,
    quantity: wire::Text
});

/// A candle.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Kline {
    /// When it began.
    pub open_time: Timestamp,
    /// The first price.
    pub open: Decimal,
    /// How many trades.
    pub trades: u64,
    /// A rate, where there is one.
    pub rate: Option<Decimal>,
}
row!(Kline { open_time: wire::Plain, open: wire::Text, trades: wire::Plain, rate: wire::Or<wire::Text, wire::Blank> });

/// The prices an order may have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "filterType", rename = "PRICE_FILTER", rename_all = "camelCase")]
#[non_exhaustive]
pub struct PriceFilter {
    /// The least.
    #[serde(with = "wire::As::<wire::Text>")]
    pub min_price: Decimal,
    /// The step.
    #[serde(with = "wire::As::<wire::Text>")]
    pub tick_size: Decimal,
}

/// How many orders may rest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "filterType",
    rename = "MAX_NUM_ORDERS",
    rename_all = "camelCase"
)]
#[non_exhaustive]
pub struct MaxNumOrders {
    /// The most.
    pub limit: u32,
}

/// A condition on orders.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum SymbolFilter {
    /// `PRICE_FILTER`.
    PriceFilter(PriceFilter),
    /// `MAX_NUM_ORDERS`.
    MaxNumOrders(MaxNumOrders),
    /// A kind this version does not know, kept whole.
    Unlisted(UnlistedRecord),
}
tagged!(SymbolFilter, "filterType" {
    "PRICE_FILTER" => PriceFilter(PriceFilter),
    "MAX_NUM_ORDERS" => MaxNumOrders(MaxNumOrders),
});

/// Names an order by the exchange's id or by the caller's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum OrderRef {
    /// `orderId`.
    OrderId(u64),
    /// `origClientOrderId`.
    ClientOrderId(ClientOrderId),
}
impl From<u64> for OrderRef {
    fn from(value: u64) -> Self {
        Self::OrderId(value)
    }
}
impl From<ClientOrderId> for OrderRef {
    fn from(value: ClientOrderId) -> Self {
        Self::ClientOrderId(value)
    }
}
impl From<&str> for OrderRef {
    fn from(value: &str) -> Self {
        Self::ClientOrderId(value.into())
    }
}
impl From<String> for OrderRef {
    fn from(value: String) -> Self {
        Self::ClientOrderId(value.into())
    }
}
impl Choice for OrderRef {
    fn write<W: Parameters>(&self, to: &mut W) {
        match self {
            Self::OrderId(value) => to.put("orderId", value),
            Self::ClientOrderId(value) => to.put("origClientOrderId", value),
        }
    }
}
#[cfg(feature = "registry")]
choice_from_params!(OrderRef {
    "orderId" => required OrderId,
    "origClientOrderId" => required ClientOrderId,
});

/// A symbol or all those of a pair.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SymbolOrPair {
    /// `symbol`.
    Symbol(Symbol),
    /// `pair`.
    Pair(Pair),
}
impl From<Symbol> for SymbolOrPair {
    fn from(value: Symbol) -> Self {
        Self::Symbol(value)
    }
}
impl From<Pair> for SymbolOrPair {
    fn from(value: Pair) -> Self {
        Self::Pair(value)
    }
}
impl Choice for SymbolOrPair {
    fn write<W: Parameters>(&self, to: &mut W) {
        match self {
            Self::Symbol(value) => to.put("symbol", value),
            Self::Pair(value) => to.put("pair", value),
        }
    }
}
#[cfg(feature = "registry")]
choice_from_params!(SymbolOrPair {
    "symbol" => required Symbol,
    "pair" => required Pair,
});
