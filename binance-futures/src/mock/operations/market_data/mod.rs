//! Market data. Responses are values of the generated types: a field that is new in the spec does not compile until it has a value here.

#[cfg(feature = "coinm")]
mod coinm;
mod query;
#[cfg(feature = "usdm")]
mod usdm;

use serde::Serialize;

use crate::mock::market::{Candle, Contract, Market, PriceKind, Window, funding_settings};
use crate::mock::object;
use crate::mock::server::parsed_request::ParsedRequest;
use crate::mock::server::rejection::Rejection;
use crate::mock::server::routes;
use crate::request::Method;
use crate::types::{Decimal, PriceKline, Timestamp};
use crate::wire::RawObject;
use query::Query;

/// Decimal places of the average prices of inverse contracts.
const INVERSE_AVERAGE_DIGITS: u32 = 8;

/// Responds to a request for market data at the exchange's time. `None` when the market has no such data.
pub(in crate::mock) fn respond(
    request: &ParsedRequest,
    market: &mut Market,
    now: Timestamp,
) -> Option<Result<String, Rejection>> {
    let operation = request.operation;
    if operation.method != Some(Method::Get) || operation.group != "market_data" {
        return None;
    }
    let resource = routes::resource(operation.path?);
    let mut query = Query {
        request,
        market,
        now,
    };
    match resource {
        "exchangeInfo" => return Some(Ok(exchange_info(&query))),
        "fundingInfo" => return Some(funding_info(&query)),
        "indexPriceKlines" | "markPriceKlines" | "premiumIndexKlines" => {
            return Some(price_klines(&mut query, resource));
        }
        _ => {}
    }
    match operation.product {
        #[cfg(feature = "usdm")]
        "usdm" => usdm::respond(&mut query, resource),
        #[cfg(feature = "coinm")]
        "coinm" => coinm::respond(&mut query, resource),
        _ => None,
    }
}

/// Returns the exchange information: the sample with the entries of all contracts.
fn exchange_info(query: &Query<'_>) -> String {
    let operation = query.request.operation;
    let mut info = RawObject::from_json(operation.sample).unwrap_or_default();
    let contracts = query.contracts();
    let entries: Vec<&RawObject> = contracts.iter().map(|contract| &contract.entry).collect();
    object::set_json(&mut info, "symbols", entries);
    object::set(&mut info, "serverTime", &query.now.to_string());
    serde_json::to_string(&info).unwrap_or_default()
}

/// Returns the funding settings of listed contracts that differ from the defaults.
fn funding_info(query: &Query<'_>) -> Result<String, Rejection> {
    let contracts = query.contracts();
    let mut settings = funding_settings(query.request.operation.product);
    settings.retain(|settings| {
        let mut contracts = contracts.iter();
        contracts.any(|contract| contract.symbol == settings.symbol.as_str())
    });
    to_json(&settings)
}

fn price_klines(query: &mut Query<'_>, resource: &str) -> Result<String, Rejection> {
    let (contract, kind) = match resource {
        "indexPriceKlines" => (query.index_contract()?, PriceKind::Index),
        "markPriceKlines" => (query.contract_of_any_product()?, PriceKind::Mark),
        _ => (query.contract_of_any_product()?, PriceKind::Premium),
    };
    let (interval, window) = (query.interval()?, query.kline_window()?);
    let candles = query
        .market
        .price_candles(&contract, kind, interval, &window);
    let klines = candles.into_iter().map(|candle| PriceKline {
        open_time: candle.open_time,
        open: candle.open,
        high: candle.high,
        low: candle.low,
        close: candle.close,
        unused_volume: Decimal::ZERO,
        close_time: candle.close_time,
        unused_quote_volume: Decimal::ZERO,
        points: candle.points,
        unused_taker_buy_volume: Decimal::ZERO,
        unused_taker_buy_quote_volume: Decimal::ZERO,
        unused: Decimal::ZERO,
    });
    to_json(&klines.collect::<Vec<_>>())
}

/// Writes a response. All of them have a JSON form.
fn to_json(response: &impl Serialize) -> Result<String, Rejection> {
    serde_json::to_string(response)
        .map_err(|error| Rejection::with_status(500, -1000, error.to_string()))
}

/// Returns the change from one price to another one in percent, with three decimal places.
pub(in crate::mock) fn change_in_percent(from: Decimal, to: Decimal) -> Decimal {
    let change = to.saturating_sub(from).saturating_mul(Decimal::ONE_HUNDRED);
    let mut percent = change.checked_div(from).unwrap_or_default().round_dp(3);
    percent.rescale(3);
    percent
}

/// Returns the average price of the trades of a candlestick, weighted by quantity.
pub(in crate::mock) fn average_price(contract: &Contract, candle: &Candle) -> Decimal {
    match contract.contract_size {
        Some(size) => {
            let quote_volume = candle.volume.saturating_mul(size);
            ratio(quote_volume, candle.value, INVERSE_AVERAGE_DIGITS)
        }
        None => ratio(candle.value, candle.volume, contract.tick.size().scale()),
    }
}

/// Returns one amount divided by another one, with some decimal places. 0 when there is nothing to divide by.
fn ratio(amount: Decimal, by: Decimal, digits: u32) -> Decimal {
    let mut ratio = amount.checked_div(by).unwrap_or_default().round_dp(digits);
    ratio.rescale(digits);
    ratio
}

/// Keeps the entries that a window wants from a list that is sorted by time.
fn limited<T>(mut entries: Vec<T>, window: &Window) -> Vec<T> {
    if window.start.is_some() && !window.keep_newest {
        entries.truncate(window.limit);
        entries
    } else {
        let excess = entries.len().saturating_sub(window.limit);
        entries.split_off(excess)
    }
}
