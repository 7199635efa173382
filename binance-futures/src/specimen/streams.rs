//! Topics and their events.

use super::types::{SymbolType, Usdm};
use crate::prelude::*;

/// Trades of a symbol.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AggTrades {
    symbol: Symbol,
}
impl AggTrades {
    /// Those of a symbol.
    pub fn new(symbol: impl Into<Symbol>) -> Self {
        Self {
            symbol: symbol.into(),
        }
    }
}
impl Topic for AggTrades {
    type Product = Usdm;
    type Event = AggTrade;
    type Wire = wire::Plain;
    const GROUP: &'static str = "market";
    const IDENTITY: &'static [&'static str] = &["a"];
    fn cadence(&self) -> Cadence {
        Cadence::Every(Duration::from_millis(100))
    }
    fn write_name(&self, to: &mut impl fmt::Write) -> fmt::Result {
        write!(to, "{}@aggTrade", Lowercase(&self.symbol))
    }
}
topic_display!(AggTrades);

/// Trades of one taker order at one price.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "e", rename = "aggTrade")]
#[non_exhaustive]
pub struct AggTrade {
    /// When it was sent.
    #[serde(rename = "E")]
    pub event_time: Timestamp,
    /// The symbol.
    #[serde(rename = "s")]
    pub symbol: Symbol,
    /// Its number.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// The price.
    #[serde(rename = "p", with = "wire::As::<wire::Text>")]
    pub price: Decimal,
    /// A rate, where there is one.
    #[serde(
        rename = "r",
        default,
        skip_serializing_if = "Option::is_none",
        with = "wire::As::<wire::Maybe<wire::Or<wire::Text, wire::Blank>>>"
    )]
    pub rate: Option<Decimal>,
    /// When it ends, if it does.
    #[serde(
        rename = "T",
        with = "wire::As::<wire::Or<wire::Plain, (wire::Int<0>, wire::Int<-1>)>>"
    )]
    pub end_time: Option<Timestamp>,
    /// The product.
    #[serde(rename = "st", default, skip_serializing_if = "Option::is_none")]
    pub product: Option<SymbolType>,
}
