//! Requests with a client id: all of them expose it and can be looked up.

use std::collections::BTreeSet;
use std::time::Duration;

use binance_futures::auth::Credentials;
use binance_futures::client::Resolution;
use binance_futures::coinm;
use binance_futures::dynamic::ParamMap;
use binance_futures::error::Error;
use binance_futures::mock::{Exchange, Fault};
use binance_futures::registry::{self, AnyRequest};
use binance_futures::request::{Idempotency, Method, Request};
use binance_futures::types::{AlgoOrderRef, AlgoStatus, ClientOrderId, Side};

use crate::samples::{operation, sample};

fn stop() -> coinm::NewAlgoOrder {
    coinm::NewAlgoOrder::stop_market("ETHUSD_PERP", Side::Sell, 9, 2_205)
}

#[tokio::test]
async fn lost_conditional_order_of_coin_m_is_looked_up() {
    let exchange = Exchange::start().await.unwrap();
    let (key, secret) = exchange.credentials();
    let credentials = Credentials::hmac(key, secret).unwrap();
    let client = coinm::Client::builder()
        .credentials(credentials.for_environment(exchange.environment()))
        .build()
        .unwrap();
    exchange.inject_fault(Fault::Disconnect);
    let Err(Error::UnknownOutcome(unknown)) = client.send(stop()).await else {
        panic!("the response was lost");
    };
    let id = unknown.client_order_id().cloned().unwrap();
    assert_eq!(unknown.lookup, Some("coinm::QueryAlgoOrder"));
    let mut found = sample("coinm", "QueryAlgoOrder");
    found["clientAlgoId"] = id.as_str().into();
    found["algoStatus"] = "NEW".into();
    exchange.inject_fault(Fault::status(200, found.to_string()));
    let resolution = client
        .resolve::<coinm::NewAlgoOrder>(&unknown, Duration::from_secs(5))
        .await
        .unwrap();
    let Resolution::Found(order) = resolution else {
        panic!("{resolution:?}");
    };
    assert_eq!((order.client_algo_id, order.status), (id, AlgoStatus::New));
}

#[test]
fn conditional_orders_of_coin_m_have_the_endpoints_of_usdm() {
    for (name, path) in [
        ("NewAlgoOrder", "/dapi/v1/algoOrder"),
        ("CancelAlgoOrder", "/dapi/v1/algoOrder"),
        ("QueryAlgoOrder", "/dapi/v1/algoOrder"),
        ("OpenAlgoOrders", "/dapi/v1/openAlgoOrders"),
        ("AllAlgoOrders", "/dapi/v1/allAlgoOrders"),
        ("CancelAllAlgoOrders", "/dapi/v1/algoOpenOrders"),
    ] {
        let (coinm, usdm) = (operation("coinm", name), operation("usdm", name));
        assert_eq!(coinm.path, Some(path));
        assert_eq!(coinm.method, usdm.method, "{name}");
        assert_eq!(
            coinm.path.unwrap().replace("/dapi/", "/fapi/"),
            usdm.path.unwrap()
        );
    }
}

#[test]
fn client_id_of_a_conditional_order_is_exposed() {
    let mut order = stop();
    order.assign_ids(&mut || "stop-7".into());
    assert_eq!(order.client_order_ids(), ["stop-7"]);
    let id = AlgoOrderRef::ClientAlgoId("stop-7".into());
    assert_eq!(
        coinm::CancelAlgoOrder::new(id).client_order_ids(),
        ["stop-7"]
    );
}

/// Calls a function for each line of `requests.txt` with a request that changes something: the line, and the request.
fn each_change(check: &mut dyn FnMut(&str, Box<dyn AnyRequest>)) {
    for line in include_str!("../operations/requests.txt").lines() {
        let mut words = line.split(' ');
        let (product, name) = (words.next().unwrap(), words.next().unwrap());
        let query = line.split_once('?').map_or("", |(_, query)| query);
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let operation = operation(product, name);
        let params = ParamMap::from_pairs(pairs.map(|(name, value)| (name, decode(value))));
        let request = registry::build(operation, params).unwrap();
        let is_get = operation.method == Some(Method::Get);
        let is_idempotent = request.metadata().idempotency == Idempotency::Idempotent;
        if !(is_get && is_idempotent) {
            check(line, request);
        }
    }
}

/// Decodes percent-encoded text.
fn decode(text: &str) -> String {
    let mut parts = text.split('%');
    let mut decoded = parts.next().unwrap().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at(2);
        decoded.push(char::from(u8::from_str_radix(digits, 16).unwrap()));
        decoded.push_str(rest);
    }
    decoded
}

#[test]
fn every_request_that_changes_something_exposes_its_client_ids() {
    let mut checked = 0;
    each_change(&mut |line, request| {
        let ids = request.client_order_ids();
        for name in ["newClientOrderId", "clientAlgoId", "origClientOrderId"] {
            let Some((_, rest)) = line.split_once(&format!("{name}=")) else {
                continue;
            };
            let sent = decode(rest.split('&').next().unwrap());
            assert!(ids.iter().any(|id| *id == *sent), "{line}: {ids:?}");
            checked += 1;
        }
        for list in ["origClientOrderIdList=", "newClientOrderId%22"] {
            if line.contains(list) {
                assert!(!ids.is_empty(), "{line}");
                checked += 1;
            }
        }
    });
    assert!(checked > 15, "{checked}");
}

#[test]
fn everything_that_gets_an_id_from_the_client_has_a_lookup() {
    let mut with_lookup = BTreeSet::new();
    each_change(&mut |line, mut request| {
        let mut made = 0;
        request.assign_ids(&mut || {
            made += 1;
            ClientOrderId::from(format!("id-{made}"))
        });
        // The test of an order has no effect. The items of a batch have lookups.
        let is_test = line.contains("TestOrder");
        if made > 0 && !is_test && !line.contains("NewOrders") {
            assert!(request.metadata().lookup.is_some(), "{line}");
            with_lookup.insert(request.name());
        }
    });
    assert_eq!(
        Vec::from_iter(with_lookup),
        [
            "coinm::NewAlgoOrder",
            "coinm::NewOrder",
            "usdm::NewAlgoOrder",
            "usdm::NewOrder"
        ]
    );
}
