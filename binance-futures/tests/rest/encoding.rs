//! Values with any characters arrive unchanged, and exactly the sent bytes are signed.

use binance_futures::client::WithOptions;
use binance_futures::rest::Raw;
use binance_futures::types::{Decimal, Side, TimeInForce};
use binance_futures::usdm::{self, NewOrder, NewOrders};
use proptest::prelude::*;

use crate::support::server::{Server, json_response};
use crate::support::signature::verify;
use crate::support::{SECRET, credentials, expect_ready};

const SPECIAL: &str = "@[] \"+&=%'|^{}`<>\\/?#!$()*,;:~-._\t\n\0é测试😀";

/// A client whose server does not exist.
fn offline_client() -> usdm::Client {
    usdm::Client::builder()
        .base_url("http://127.0.0.1:1")
        .credentials(credentials())
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
    let (_, value) = pairs.iter().find(|(key, _)| key == name).unwrap();
    value.clone()
}

/// Any text that is not empty, special characters more often than others.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        proptest::collection::vec(
            proptest::sample::select(SPECIAL.chars().collect::<Vec<_>>()),
            1..20
        )
        .prop_map(|letters| letters.into_iter().collect()),
    ]
    .prop_filter("not empty", |text| !text.is_empty())
}

fn assert_order(target: &str, symbol: &str, id: &str, name: &str, extra: &str) {
    let pairs = verify(target, SECRET);
    assert_eq!(value(&pairs, "symbol"), symbol);
    assert_eq!(value(&pairs, "newClientOrderId"), id);
    assert_eq!(value(&pairs, name), extra);
    assert_eq!(value(&pairs, "price"), "1.50");
}

fn assert_batch(target: &str, symbol: &str, id: &str) {
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
        let client = offline_client();
        let name = format!("x{name}");
        let prepared = expect_ready(client.prepare(order(&symbol, &id).with().param(name.clone(), &extra))).unwrap();
        assert_order(prepared.url(), &symbol, &id, &name, &extra);
        let prepared = expect_ready(client.prepare(NewOrders::new([order(&symbol, &id), order(&symbol, &id)]))).unwrap();
        assert_batch(prepared.url(), &symbol, &id);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_text_arrives_as_it_was_signed(symbol in text(), id in text(), extra in text()) {
        let server = Server::responding(json_response("200 OK", "{}"));
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
        assert_order(&received[0].target, &symbol, &id, "extra", &extra);
        assert_batch(&received[1].target, &symbol, &id);
        assert_order(&received[2].target, &symbol, &id, "extra", &extra);
    }
}

#[tokio::test]
async fn special_characters_arrive_exactly_as_prepared() {
    let server = Server::responding(json_response("200 OK", "{}"));
    let client = server.client();
    let order = order(SPECIAL, SPECIAL);
    let prepared = expect_ready(client.prepare(order.clone())).unwrap();
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
