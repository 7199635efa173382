//! Whatever stands in a value arrives, and is what was signed.

use binance_futures::auth::Credentials;
use binance_futures::rest::{Raw, Sendable};
use binance_futures::types::{Decimal, Side, TimeInForce};
use binance_futures::usdm::{self, NewOrder, NewOrders};
use proptest::prelude::*;

use crate::server::{KEY, SECRET, Server, json, ready};
use crate::verifier::verify;

const ODD: &str = "@[] \"+&=%'|^{}`<>\\/?#!$()*,;:~-._\t\n\0é测试😀";

/// A client of no server.
fn nowhere() -> usdm::Client {
    usdm::Client::builder()
        .base_url("http://127.0.0.1:1")
        .credentials(Credentials::hmac(KEY, SECRET).unwrap())
        .build()
        .unwrap()
}

fn order(symbol: &str, id: &str) -> NewOrder {
    NewOrder::limit(
        symbol,
        Side::Buy,
        Decimal::ONE,
        Decimal::new(150, 2),
        TimeInForce::Gtc,
    )
    .client_order_id(id)
}

fn value(pairs: &[(String, String)], name: &str) -> String {
    let (_, value) = pairs.iter().find(|(of, _)| of == name).unwrap();
    value.clone()
}

/// Any text that is not empty, odd ones more often than chance has them.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        proptest::collection::vec(
            proptest::sample::select(ODD.chars().collect::<Vec<_>>()),
            1..20
        )
        .prop_map(|letters| letters.into_iter().collect()),
    ]
    .prop_filter("a value", |text| !text.is_empty())
}

fn check(target: &str, symbol: &str, id: &str, name: &str, extra: &str) {
    let pairs = verify(target, SECRET);
    assert_eq!(value(&pairs, "symbol"), symbol);
    assert_eq!(value(&pairs, "newClientOrderId"), id);
    assert_eq!(value(&pairs, name), extra);
    assert_eq!(value(&pairs, "price"), "1.50");
}

fn check_batch(target: &str, symbol: &str, id: &str) {
    let pairs = verify(target, SECRET);
    let orders: serde_json::Value = serde_json::from_str(&value(&pairs, "batchOrders")).unwrap();
    for order in orders.as_array().unwrap() {
        assert_eq!(order["symbol"], symbol);
        assert_eq!(order["newClientOrderId"], id);
    }
}

proptest! {
    #[test]
    fn any_text_is_signed_as_it_is_sent(symbol in text(), id in text(), name in text(), extra in text()) {
        let client = nowhere();
        let name = format!("x{name}");
        let prepared = ready(client.prepare(order(&symbol, &id).with().param(name.clone(), &extra))).unwrap();
        check(prepared.url(), &symbol, &id, &name, &extra);
        let prepared = ready(client.prepare(NewOrders::new([order(&symbol, &id), order(&symbol, &id)]))).unwrap();
        check_batch(prepared.url(), &symbol, &id);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_text_arrives_as_it_was_signed(symbol in text(), id in text(), extra in text()) {
        let server = Server::answering(json("200 OK", "{}"));
        let client = server.client();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let _ = client.send(order(&symbol, &id).with().param("extra", &extra)).await;
            let _ = client.send(NewOrders::new([order(&symbol, &id)])).await;
            let raw = Raw::put("/fapi/v1/thing").param("symbol", &symbol).param("newClientOrderId", &id);
            let _ = client.send(raw.param("extra", &extra).param("price", "1.50")).await;
        });
        let received = server.received();
        prop_assert_eq!(received.len(), 3);
        check(&received[0].target, &symbol, &id, "extra", &extra);
        check_batch(&received[1].target, &symbol, &id);
        check(&received[2].target, &symbol, &id, "extra", &extra);
    }
}

#[tokio::test]
async fn every_odd_character_arrives_byte_for_byte_as_prepared() {
    let server = Server::answering(json("200 OK", "{}"));
    let client = server.client();
    let order = order(ODD, ODD);
    let prepared = ready(client.prepare(order.clone())).unwrap();
    let _ = client.send(order).await;
    let received = &server.received()[0];
    assert_eq!(
        received.target,
        format!("{}?{}", prepared.path(), prepared.query())
    );
    assert_eq!(received.method, "POST");
    assert!(received.body.is_empty());
    assert_eq!(received.header("content-length"), Some("0"));
}
