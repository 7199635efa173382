//! Market streams: their names and groups, and what the exchange really pushes.

#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]
#![cfg(all(feature = "usdm", feature = "coinm", feature = "registry"))]

#[cfg(test)]
mod books;
#[cfg(test)]
mod event_fields;
#[cfg(test)]
mod fields;
#[cfg(test)]
mod names;
#[cfg(test)]
mod prices;
#[cfg(test)]
mod products;
#[cfg(test)]
mod sequences;
#[cfg(test)]
mod trades;

use binance_futures::decode::{self, DecodeFailure};
use binance_futures::registry::{Kind, Operation, operations};
use binance_futures::topic::Topic;
use binance_futures::types::Decimal;
use serde_json::Value;

pub(crate) fn decode<T: Topic>(event: &Value) -> Result<T::Event, DecodeFailure> {
    decode::from_str::<T::Event, T::Wire>(&event.to_string())
}

pub(crate) fn encode<T: Topic>(event: &T::Event) -> Value {
    let json = decode::to_string::<T::Event, T::Wire>(event).unwrap();
    serde_json::from_str(&json).unwrap()
}

/// Decodes an event and checks that it is encoded unchanged.
#[track_caller]
pub(crate) fn round_trip<T: Topic>(event: &Value) -> T::Event {
    let decoded = decode::<T>(event).unwrap();
    assert_eq!(encode::<T>(&decoded), *event);
    decoded
}

/// Returns the numbers of the events: the first, the last and the previous one.
pub(crate) fn positions<T: Topic>(event: &T::Event) -> Vec<(i64, i64, Option<i64>)> {
    T::positions(event)
        .map(|position| (position.first, position.last, position.previous))
        .collect()
}

pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Returns the sample of a stream.
pub(crate) fn sample(product: &str, id: &str) -> Value {
    let stream = streams().find(|stream| stream.product == product && stream.id == id);
    serde_json::from_str(stream.unwrap().sample).unwrap()
}

/// Returns the sample of a stream with these fields changed. Fields that become null are removed.
pub(crate) fn event(product: &str, id: &str, changes: &Value) -> Value {
    let mut event = sample(product, id);
    change(&mut event, changes);
    event
}

pub(crate) fn change(record: &mut Value, changes: &Value) {
    let fields = record.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => fields.remove(name),
            _ => fields.insert(name.clone(), value.clone()),
        };
    }
}

pub(crate) fn streams() -> impl Iterator<Item = &'static Operation> {
    operations().filter(|operation| operation.kind == Kind::Stream)
}

/// Calls a function that is generic over a topic, with the topic of this product and id.
macro_rules! with_topic {
    ($product:expr, $id:expr, $function:ident($($argument:expr),*)) => {
        match ($product, $id) {
            ("usdm", "agg_trades") => $function::<usdm::streams::AggTrades>($($argument),*),
            ("usdm", "trades") => $function::<usdm::streams::Trades>($($argument),*),
            ("usdm", "diff_depth") => $function::<usdm::streams::DiffDepth>($($argument),*),
            ("usdm", "rpi_depth") => $function::<usdm::streams::RpiDepth>($($argument),*),
            ("usdm", "partial_depth") => $function::<usdm::streams::PartialDepth>($($argument),*),
            ("usdm", "book_tickers") => $function::<usdm::streams::BookTickers>($($argument),*),
            ("usdm", "all_book_tickers") => $function::<usdm::streams::AllBookTickers>($($argument),*),
            ("usdm", "klines") => $function::<usdm::streams::Klines>($($argument),*),
            ("usdm", "continuous_klines") => $function::<usdm::streams::ContinuousKlines>($($argument),*),
            ("usdm", "mark_price") => $function::<usdm::streams::MarkPrice>($($argument),*),
            ("usdm", "all_mark_prices") => $function::<usdm::streams::AllMarkPrices>($($argument),*),
            ("usdm", "tickers") => $function::<usdm::streams::Tickers>($($argument),*),
            ("usdm", "all_tickers") => $function::<usdm::streams::AllTickers>($($argument),*),
            ("usdm", "mini_tickers") => $function::<usdm::streams::MiniTickers>($($argument),*),
            ("usdm", "all_mini_tickers") => $function::<usdm::streams::AllMiniTickers>($($argument),*),
            ("usdm", "liquidations") => $function::<usdm::streams::Liquidations>($($argument),*),
            ("usdm", "all_liquidations") => $function::<usdm::streams::AllLiquidations>($($argument),*),
            ("usdm", "composite_index") => $function::<usdm::streams::CompositeIndex>($($argument),*),
            ("usdm", "asset_index") => $function::<usdm::streams::AssetIndex>($($argument),*),
            ("usdm", "all_asset_indexes") => $function::<usdm::streams::AllAssetIndexes>($($argument),*),
            ("usdm", "contract_info") => $function::<usdm::streams::ContractInfo>($($argument),*),
            ("usdm", "trading_session") => $function::<usdm::streams::TradingSession>($($argument),*),
            ("coinm", "agg_trades") => $function::<coinm::streams::AggTrades>($($argument),*),
            ("coinm", "trades") => $function::<coinm::streams::Trades>($($argument),*),
            ("coinm", "diff_depth") => $function::<coinm::streams::DiffDepth>($($argument),*),
            ("coinm", "partial_depth") => $function::<coinm::streams::PartialDepth>($($argument),*),
            ("coinm", "book_tickers") => $function::<coinm::streams::BookTickers>($($argument),*),
            ("coinm", "all_book_tickers") => $function::<coinm::streams::AllBookTickers>($($argument),*),
            ("coinm", "klines") => $function::<coinm::streams::Klines>($($argument),*),
            ("coinm", "continuous_klines") => $function::<coinm::streams::ContinuousKlines>($($argument),*),
            ("coinm", "index_price_klines") => $function::<coinm::streams::IndexPriceKlines>($($argument),*),
            ("coinm", "mark_price_klines") => $function::<coinm::streams::MarkPriceKlines>($($argument),*),
            ("coinm", "mark_price") => $function::<coinm::streams::MarkPrice>($($argument),*),
            ("coinm", "pair_mark_prices") => $function::<coinm::streams::PairMarkPrices>($($argument),*),
            ("coinm", "index_price") => $function::<coinm::streams::IndexPrice>($($argument),*),
            ("coinm", "tickers") => $function::<coinm::streams::Tickers>($($argument),*),
            ("coinm", "all_tickers") => $function::<coinm::streams::AllTickers>($($argument),*),
            ("coinm", "mini_tickers") => $function::<coinm::streams::MiniTickers>($($argument),*),
            ("coinm", "all_mini_tickers") => $function::<coinm::streams::AllMiniTickers>($($argument),*),
            ("coinm", "liquidations") => $function::<coinm::streams::Liquidations>($($argument),*),
            ("coinm", "all_liquidations") => $function::<coinm::streams::AllLiquidations>($($argument),*),
            ("coinm", "contract_info") => $function::<coinm::streams::ContractInfo>($($argument),*),
            (product, id) => panic!("no topic `{id}` of `{product}`"),
        }
    };
}

pub(crate) use with_topic;
