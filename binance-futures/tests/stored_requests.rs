//! Requests are serde values: they can be written to disk and sent later.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use binance_futures::prelude::*;
use binance_futures::usdm::{CancelOrder, NewOrder, NewOrders, QueryOrder, ServerTime};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{from_str, json, to_value};

fn order() -> NewOrder {
    NewOrder::limit(
        "BTCUSDT",
        Side::Sell,
        dec!(0.0020),
        dec!(59808),
        TimeInForce::Gtc,
    )
    .client_order_id("entry-7")
    .reduce_only(true)
}

#[test]
fn request_is_stored_as_a_map_of_its_parameters() {
    let stored = to_value(order()).unwrap();
    let expected = json!({
        "symbol": "BTCUSDT", "side": "SELL", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.0020", "price": "59808",
        "newClientOrderId": "entry-7", "reduceOnly": "true",
    });
    assert_eq!(stored, expected);
}

fn assert_restored<R: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(request: &R) {
    let json = serde_json::to_string(request).unwrap();
    assert_eq!(&from_str::<R>(&json).unwrap(), request, "{json}");
    let mut cbor = Vec::new();
    ciborium::into_writer(request, &mut cbor).unwrap();
    assert_eq!(&ciborium::from_reader::<R, _>(&*cbor).unwrap(), request);
}

#[test]
fn request_is_equal_after_json_and_cbor() {
    assert_restored(&order());
    assert_restored(&ServerTime::new());
    assert_restored(&CancelOrder::new("BTCUSDT", 8_389_765_739_703_625_592_u64));
    assert_restored(&QueryOrder::new("BTCUSDT", ClientOrderId::from("entry-7")));
    assert_restored(&NewOrders::new([order(), order().price(dec!(60000.10))]));
}

#[test]
fn digits_of_decimals_are_kept() {
    let restored: NewOrder = from_str(&serde_json::to_string(&order()).unwrap()).unwrap();
    assert_eq!(format!("{restored:?}"), format!("{:?}", order()));
}

#[test]
fn every_problem_of_a_stored_request_is_named() {
    let stored =
        r#"{"symbol":"BTCUSDT","side":"SELL","type":"LIMIT","quantity":"many","newName":1}"#;
    let error = from_str::<NewOrder>(stored).unwrap_err().to_string();
    for problem in [
        "`quantity` is `many`, expected a decimal",
        "`newName` is unknown",
    ] {
        assert!(error.contains(problem), "{error}");
    }
    let error = from_str::<NewOrder>("[]").unwrap_err().to_string();
    assert!(
        error.contains("expected a map of parameters by name"),
        "{error}"
    );
}
