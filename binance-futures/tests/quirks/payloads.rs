//! Payloads, and functions that decode, encode and change them.

use binance_futures::decode::{self, DecodeFailure};
use binance_futures::parameters::QueryWriter;
use binance_futures::request::Request;
use binance_futures::types::Decimal;
use binance_futures::{coinm, usdm};
use serde_json::{Value, json};

pub(crate) fn decode<R: Request>(response: &Value) -> Result<R::Response, DecodeFailure> {
    decode::from_str::<R::Response, R::Wire>(&response.to_string())
}

pub(crate) fn encode<R: Request>(response: &R::Response) -> Value {
    let json = decode::to_string::<R::Response, R::Wire>(response).unwrap();
    serde_json::from_str(&json).unwrap()
}

/// Decodes a response and checks that it is encoded unchanged.
#[track_caller]
pub(crate) fn round_trip<R: Request>(response: &Value) -> R::Response {
    let decoded = decode::<R>(response).unwrap();
    assert_eq!(encode::<R>(&decoded), *response);
    decoded
}

pub(crate) fn query<R: Request>(request: &R) -> String {
    let mut query = QueryWriter::new();
    request.write(&mut query);
    query.into_string()
}

pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Returns the record with these fields changed.
pub(crate) fn with(mut record: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        record[name] = value.clone();
    }
    record
}

pub(crate) fn usdm_symbol(changes: &Value) -> Value {
    let record = json!({
        "symbol": "QQQUSDT", "pair": "QQQUSDT", "contractType": "PERPETUAL",
        "deliveryDate": 1_798_185_600_000_i64, "onboardDate": 1_777_000_000_000_i64, "status": "TRADING",
        "maintMarginPercent": "2.5", "requiredMarginPercent": "5.0", "baseAsset": "QQQ",
        "quoteAsset": "USDT", "marginAsset": "USDT", "pricePrecision": 2, "quantityPrecision": 3,
        "baseAssetPrecision": 8, "quotePrecision": 8, "underlyingType": "COIN",
        "underlyingSubType": [], "triggerProtect": "0.05", "liquidationFee": "0.01",
        "marketTakeBound": "0.05", "filters": [], "orderTypes": ["LIMIT"], "timeInForce": ["GTC"],
    });
    with(record, changes)
}

pub(crate) fn coinm_symbol(changes: &Value) -> Value {
    let record = json!({
        "symbol": "QQQUSD_PERP", "pair": "QQQUSD", "contractType": "PERPETUAL",
        "deliveryDate": 1_798_185_600_000_i64, "onboardDate": 1_777_000_000_000_i64,
        "contractStatus": "TRADING", "contractSize": 10, "maintMarginPercent": "2.5",
        "requiredMarginPercent": "5.0", "baseAsset": "QQQ", "quoteAsset": "USD",
        "marginAsset": "QQQ", "pricePrecision": 2, "quantityPrecision": 0, "baseAssetPrecision": 8,
        "quotePrecision": 8, "equalQtyPrecision": 4, "underlyingType": "COIN",
        "underlyingSubType": [], "triggerProtect": "0.05", "liquidationFee": "0.01",
        "marketTakeBound": "0.05", "filters": [], "orderTypes": ["LIMIT"], "timeInForce": ["GTC"],
    });
    with(record, changes)
}

pub(crate) fn usdm_information(symbols: &[Value]) -> Value {
    json!({
        "timezone": "UTC", "serverTime": 1_790_000_000_000_i64, "rateLimits": [],
        "exchangeFilters": [], "assets": [], "symbols": symbols,
    })
}

pub(crate) fn coinm_information(symbols: &[Value]) -> Value {
    json!({
        "timezone": "UTC", "serverTime": 1_790_000_000_000_i64, "rateLimits": [],
        "exchangeFilters": [], "symbols": symbols,
    })
}

/// Decodes a contract of each product in which these fields are changed.
pub(crate) fn contracts(
    usdm: &Value,
    coinm: &Value,
) -> (usdm::SymbolInformation, coinm::SymbolInformation) {
    let mut of_usdm = round_trip::<usdm::ExchangeInfo>(&usdm_information(&[usdm_symbol(usdm)]));
    let mut of_coinm =
        round_trip::<coinm::ExchangeInfo>(&coinm_information(&[coinm_symbol(coinm)]));
    (of_usdm.symbols.remove(0), of_coinm.symbols.remove(0))
}

pub(crate) fn usdm_ack(id: u64) -> Value {
    json!({
        "orderId": id, "symbol": "QQQUSDT", "status": "NEW", "clientOrderId": "mine-1",
        "price": "20.50", "origQty": "0.020", "executedQty": "0", "cumQty": "0",
        "timeInForce": "GTC", "type": "LIMIT", "reduceOnly": false, "closePosition": false,
        "side": "BUY", "positionSide": "BOTH", "stopPrice": "0", "workingType": "CONTRACT_PRICE",
        "priceProtect": false, "origType": "LIMIT", "priceMatch": "NONE",
        "selfTradePreventionMode": "NONE", "goodTillDate": 1_790_100_000_000_i64, "updateTime": 1_790_000_000_000_i64,
    })
}
