//! Hand-written structs for four responses, with the same types of values and serde's derive.

#![allow(dead_code, reason = "the decoded values are not used")]

use std::fmt;

use compact_str::CompactString;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

/// Deserializes a decimal from text, as rust_decimal's own serde module does.
fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    struct Text;
    impl Visitor<'_> for Text {
        type Value = Decimal;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a decimal")
        }
        fn visit_str<E: Error>(self, text: &str) -> Result<Decimal, E> {
            text.parse().map_err(E::custom)
        }
    }
    deserializer.deserialize_str(Text)
}

/// Deserializes a decimal that may be absent.
fn optional_decimal<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Decimal>, D::Error> {
    Ok(Option::<Amount>::deserialize(deserializer)?.map(|Amount(decimal)| decimal))
}

#[derive(Deserialize)]
struct Amount(#[serde(deserialize_with = "decimal")] Decimal);

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Name {
    New,
    PartiallyFilled,
    Filled,
    Limit,
    Market,
    Stop,
    StopMarket,
    TakeProfit,
    TakeProfitMarket,
    TrailingStopMarket,
    Gtc,
    Ioc,
    Fok,
    Gtx,
    Gtd,
    Rpi,
    Buy,
    Sell,
    Both,
    Long,
    Short,
    ContractPrice,
    MarkPrice,
    None,
    ExpireMaker,
    Perpetual,
    Trading,
    Coin,
    Grid,
    Copy,
    Dca,
    Psb,
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Order {
    order_id: u64,
    symbol: CompactString,
    pair: Option<CompactString>,
    status: Name,
    client_order_id: CompactString,
    #[serde(deserialize_with = "decimal")]
    price: Decimal,
    modify_id: Option<i64>,
    #[serde(default, deserialize_with = "optional_decimal")]
    avg_price: Option<Decimal>,
    #[serde(default, deserialize_with = "optional_decimal")]
    cum_quote: Option<Decimal>,
    #[serde(default, deserialize_with = "optional_decimal")]
    cum_base: Option<Decimal>,
    #[serde(default, deserialize_with = "optional_decimal")]
    activate_price: Option<Decimal>,
    #[serde(default, deserialize_with = "optional_decimal")]
    price_rate: Option<Decimal>,
    #[serde(deserialize_with = "decimal")]
    orig_qty: Decimal,
    #[serde(deserialize_with = "decimal")]
    executed_qty: Decimal,
    #[serde(deserialize_with = "decimal")]
    cum_qty: Decimal,
    time_in_force: Name,
    r#type: Name,
    reduce_only: bool,
    close_position: bool,
    side: Name,
    position_side: Name,
    #[serde(deserialize_with = "decimal")]
    stop_price: Decimal,
    working_type: Name,
    price_protect: bool,
    orig_type: Name,
    price_match: Name,
    self_trade_prevention_mode: Name,
    good_till_date: i64,
    update_time: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Book {
    last_update_id: u64,
    #[serde(rename = "E")]
    event_time: i64,
    #[serde(rename = "T")]
    transaction_time: i64,
    bids: Vec<(Amount, Amount)>,
    asks: Vec<(Amount, Amount)>,
}

#[derive(Deserialize)]
pub(crate) struct Kline(
    i64,
    Amount,
    Amount,
    Amount,
    Amount,
    Amount,
    i64,
    Amount,
    u64,
    Amount,
    Amount,
    Amount,
);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExchangeInfo {
    timezone: String,
    server_time: i64,
    futures_type: String,
    rate_limits: Vec<RateLimit>,
    symbols: Vec<Symbol>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RateLimit {
    rate_limit_type: CompactString,
    interval: CompactString,
    interval_num: u32,
    limit: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Symbol {
    symbol: CompactString,
    pair: CompactString,
    contract_type: Name,
    delivery_date: i64,
    onboard_date: i64,
    status: Name,
    #[serde(deserialize_with = "decimal")]
    maint_margin_percent: Decimal,
    #[serde(deserialize_with = "decimal")]
    required_margin_percent: Decimal,
    base_asset: CompactString,
    quote_asset: CompactString,
    margin_asset: CompactString,
    price_precision: u8,
    quantity_precision: u8,
    base_asset_precision: u8,
    quote_precision: u8,
    underlying_type: Name,
    underlying_sub_type: Vec<String>,
    #[serde(deserialize_with = "decimal")]
    trigger_protect: Decimal,
    #[serde(deserialize_with = "decimal")]
    liquidation_fee: Decimal,
    #[serde(deserialize_with = "decimal")]
    market_take_bound: Decimal,
    max_move_order_limit: u32,
    filters: Vec<TradingRule>,
    order_types: Vec<Name>,
    time_in_force: Vec<Name>,
    permission_sets: Vec<Name>,
}

#[derive(Deserialize)]
#[serde(
    tag = "filterType",
    rename_all = "SCREAMING_SNAKE_CASE",
    rename_all_fields = "camelCase"
)]
enum TradingRule {
    PriceFilter {
        #[serde(deserialize_with = "decimal")]
        min_price: Decimal,
        #[serde(deserialize_with = "decimal")]
        max_price: Decimal,
        #[serde(deserialize_with = "decimal")]
        tick_size: Decimal,
    },
    LotSize {
        #[serde(deserialize_with = "decimal")]
        min_qty: Decimal,
        #[serde(deserialize_with = "decimal")]
        max_qty: Decimal,
        #[serde(deserialize_with = "decimal")]
        step_size: Decimal,
    },
    MarketLotSize {
        #[serde(deserialize_with = "decimal")]
        min_qty: Decimal,
        #[serde(deserialize_with = "decimal")]
        max_qty: Decimal,
        #[serde(deserialize_with = "decimal")]
        step_size: Decimal,
    },
    MaxNumOrders {
        limit: u32,
    },
    MinNotional {
        #[serde(deserialize_with = "decimal")]
        notional: Decimal,
    },
    PercentPrice {
        #[serde(deserialize_with = "decimal")]
        multiplier_up: Decimal,
        #[serde(deserialize_with = "decimal")]
        multiplier_down: Decimal,
        multiplier_decimal: CompactString,
    },
    PositionRiskControl {
        position_control_side: Name,
    },
}
