//! What a call sends: method, URL and signature, without a server.

use std::time::Duration;

use binance_futures::client::WithOptions;
use binance_futures::environment::Environment;
use binance_futures::error::{Error, InvalidRequest};
use binance_futures::parameters::{ParameterSet, QueryWriter};
use binance_futures::request::{Cost, Method, OrderCount, Request};
use binance_futures::rest::{ClientBuilder, Raw, RestRequest};
use binance_futures::types::{Decimal, Side, Timestamp};
use binance_futures::usdm::{self, CancelOrder, Depth, NewOrder, NewOrders, QueryOrder, Usdm};

use crate::support::signature::verify;
use crate::support::{NOW, SECRET, credentials, expect_ready, limit_order, market_order};

fn builder() -> ClientBuilder<Usdm> {
    usdm::Client::builder()
        .credentials(credentials())
        .clock(Timestamp::from_millis(NOW))
}

fn client() -> usdm::Client {
    builder().build().unwrap()
}

/// Returns the signed query of a request, without a client order id that the client fills in.
fn query(request: impl RestRequest<Usdm>, recv_window: Option<u64>) -> String {
    let mut builder = builder().client_order_ids(false);
    if let Some(window) = recv_window {
        builder = builder.recv_window(window);
    }
    let client = builder.build().unwrap();
    let prepared = expect_ready(client.prepare(request)).unwrap();
    prepared.query().to_owned()
}

#[test]
fn limit_order_has_the_published_signature() {
    let expected = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943\
        &signature=3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9";
    assert_eq!(query(limit_order("BTCUSDT"), Some(5_000)), expected);
    assert_eq!(
        query(limit_order("BTCUSDT").with().recv_window(5_000), None),
        expected
    );
    let window = Duration::from_secs(5);
    assert_eq!(
        query(limit_order("BTCUSDT").with().recv_window(window), Some(1)),
        expected
    );
}

#[test]
fn encoded_symbols_and_lists_have_the_expected_signatures() {
    let order = NewOrder::market("测试USDT", Side::Buy, Decimal::ONE);
    assert_eq!(
        query(order, None),
        "symbol=%E6%B5%8B%E8%AF%95USDT&side=BUY&type=MARKET&quantity=1&timestamp=1591702613943\
            &signature=221eaf10288183d886183225a23c799512ab6f0aa6bc7459433340b57ed7566a"
    );
    let batch = NewOrders::new([market_order()]);
    assert_eq!(
        query(batch, None),
        "batchOrders=%5B%7B%22symbol%22%3A%22BTCUSDT%22%2C%22side%22%3A%22BUY%22%2C%22type%22%3A%22MARKET%22%2C%22quantity%22%3A%221%22%7D%5D\
            &timestamp=1591702613943&signature=2c7667d0dffc1c62f6055b8e9e3732a587ed8b1ca91b6de5de13d8bc1743094b"
    );
    let raw = Raw::delete("/fapi/v1/batchOrders")
        .param("symbol", "BTCUSDT")
        .param("orderIdList", "[1234567,2345678]");
    assert_eq!(
        query(raw, None),
        "symbol=BTCUSDT&orderIdList=%5B1234567%2C2345678%5D&timestamp=1591702613943\
            &signature=25a74dcf4d37a3a5cfa2f40ef7487ddb7ebad30a5ad26e81f7d953ea39970150"
    );
}

#[test]
fn encoding_into_a_reused_writer_allocates_nothing() {
    let order = limit_order("BTCUSDT").client_order_id("entry-7");
    let mut query = QueryWriter::new();
    order.write(&mut query);
    let written = query.as_str().to_owned();
    let allocated = allocation_counter::measure(|| {
        query.clear();
        order.write(&mut query);
    });
    assert_eq!(allocated.count_total, 0);
    assert_eq!(query.as_str(), written);
}

#[test]
fn preparing_allocates_once_and_converting_to_http_at_most_six_times() {
    let client = client();
    let order = limit_order("BTCUSDT");
    drop(expect_ready(client.prepare(order.clone())));
    let order_again = order.clone();
    let prepared = allocation_counter::measure(|| drop(expect_ready(client.prepare(order))));
    assert_eq!(prepared.count_total, 1);
    let http = allocation_counter::measure(|| {
        drop(
            expect_ready(client.prepare(order_again))
                .unwrap()
                .into_http(),
        );
    });
    assert!(http.count_total <= 6, "{}", http.count_total);
}

#[test]
fn request_goes_to_the_environment_of_its_client() {
    let url = |environment| {
        let client = usdm::Client::builder()
            .environment(environment)
            .build()
            .unwrap();
        expect_ready(client.prepare(Depth::new("BTCUSDT")))
            .unwrap()
            .url()
            .to_owned()
    };
    let path = "/fapi/v1/depth?symbol=BTCUSDT";
    assert_eq!(
        url(Environment::Production),
        format!("https://fapi.binance.com{path}")
    );
    assert_eq!(
        url(Environment::Testnet),
        format!("https://testnet.binancefuture.com{path}")
    );
    assert_eq!(
        url(Environment::Demo),
        format!("https://demo-fapi.binance.com{path}")
    );
}

#[test]
fn base_url_may_have_a_path_and_a_trailing_slash() {
    for (base, url) in [
        ("http://host:1", "http://host:1/fapi/v1/ping"),
        ("http://host:1/", "http://host:1/fapi/v1/ping"),
        ("HTTPS://Host/a/b", "https://host/a/b/fapi/v1/ping"),
        ("https://host/a//", "https://host/a/fapi/v1/ping"),
        ("http://[::1]:80", "http://[::1]/fapi/v1/ping"),
    ] {
        let client = usdm::Client::builder().base_url(base).build().unwrap();
        let prepared = expect_ready(client.prepare(usdm::Ping::new())).unwrap();
        assert_eq!(prepared.url(), url);
        assert_eq!((prepared.path(), prepared.query()), ("/fapi/v1/ping", ""));
    }
}

#[test]
fn prepared_request_exposes_its_parts() {
    let prepared = expect_ready(client().prepare(CancelOrder::new("BTCUSDT", 123))).unwrap();
    assert_eq!(prepared.method(), Method::Delete);
    assert_eq!(prepared.path(), "/fapi/v1/order");
    assert!(
        prepared
            .query()
            .starts_with("symbol=BTCUSDT&orderId=123&timestamp=")
    );
    assert!(prepared.has_key());
    let public = expect_ready(client().prepare(Depth::new("BTCUSDT"))).unwrap();
    assert_eq!(
        (public.query(), public.has_key()),
        ("symbol=BTCUSDT", false)
    );
}

#[test]
fn added_parameters_follow_those_of_the_request_and_are_signed() {
    let prepared = expect_ready(
        client().prepare(
            QueryOrder::new("BTCUSDT", 1)
                .with()
                .param("new Name", "a&b")
                .recv_window(7),
        ),
    )
    .unwrap();
    let pairs = verify(prepared.url(), SECRET);
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    assert_eq!(
        pairs,
        [
            ("symbol", "BTCUSDT"),
            ("orderId", "1"),
            ("new Name", "a&b"),
            ("recvWindow", "7"),
            ("timestamp", "1591702613943"),
        ]
    );
}

#[test]
fn raw_request_is_signed_by_default() {
    let raw = || Raw::get("/fapi/v1/thing").param("a", 1);
    let parts = |raw| {
        let prepared = expect_ready(client().prepare(raw)).unwrap();
        (prepared.query().contains("signature="), prepared.has_key())
    };
    assert_eq!(parts(raw()), (true, true));
    assert_eq!(parts(raw().signed()), (true, true));
    assert_eq!(parts(raw().keyed()), (false, true));
    assert_eq!(parts(raw().public()), (false, false));
}

#[test]
fn prepared_request_has_its_cost() {
    let cost = |request| expect_ready(client().prepare(request)).unwrap().cost();
    let raw = || Raw::get("/fapi/v1/thing");
    assert_eq!(
        cost(raw()),
        Cost {
            weight: 1,
            ..Cost::FREE
        }
    );
    let orders = OrderCount {
        per_10s: 5,
        per_1m: 1,
    };
    let full = raw().weight(20).bucket("statistics").orders(orders);
    let expected = Cost {
        weight: 20,
        bucket: Some("statistics"),
        orders,
    };
    assert_eq!(cost(full.clone()), expected);
    let call = full.clone().with().param("a", 1);
    let prepared = expect_ready(client().prepare(call)).unwrap();
    assert_eq!(prepared.cost(), expected);
    let prepared = expect_ready(client().prepare(full.as_text())).unwrap();
    assert_eq!(prepared.cost(), expected);

    // The weight of a typed request may depend on its parameters.
    let weights = [5, 500, 1_000].map(|limit| {
        let depth = Depth::new("BTCUSDT").limit(limit);
        let prepared = expect_ready(client().prepare(depth.clone())).unwrap();
        assert_eq!(prepared.cost(), depth.cost());
        prepared.cost().weight
    });
    assert!(
        weights.is_sorted() && weights[0] < weights[2],
        "{weights:?}"
    );
    let order = limit_order("BTCUSDT");
    let prepared = expect_ready(client().prepare(order.clone())).unwrap();
    assert_eq!(prepared.cost(), order.cost());
    assert_ne!(prepared.cost().orders, OrderCount::NONE);
}

#[test]
fn order_keeps_no_id_if_ids_are_turned_off() {
    let client = builder().client_order_ids(false).build().unwrap();
    let prepared = expect_ready(client.prepare(market_order())).unwrap();
    assert!(
        prepared
            .query()
            .starts_with("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&timestamp=")
    );
}

#[test]
fn order_without_an_id_gets_one() {
    let client = client();
    let id = |order: NewOrder| {
        let prepared = expect_ready(client.prepare(order)).unwrap();
        let pairs = verify(prepared.url(), SECRET);
        let (_, id) = pairs
            .into_iter()
            .find(|(name, _)| name == "newClientOrderId")
            .unwrap();
        id
    };
    let (one, two) = (id(limit_order("BTCUSDT")), id(limit_order("BTCUSDT")));
    assert_ne!(one, two);
    assert!(one.len() <= 36);
    assert_eq!(id(limit_order("BTCUSDT").client_order_id("mine")), "mine");
}

#[test]
fn orders_of_a_batch_without_ids_get_ids() {
    let prepared =
        expect_ready(client().prepare(NewOrders::new([limit_order("A"), limit_order("B")])))
            .unwrap();
    let pairs = verify(prepared.url(), SECRET);
    let orders: Vec<serde_json::Value> = serde_json::from_str(&pairs[0].1).unwrap();
    assert!(
        orders
            .iter()
            .all(|order| order["newClientOrderId"].is_string())
    );
    assert_ne!(orders[0]["newClientOrderId"], orders[1]["newClientOrderId"]);
}

#[test]
fn client_without_credentials_sends_public_requests_only() {
    let client = usdm::Client::builder().build().unwrap();
    assert!(expect_ready(client.prepare(Depth::new("BTCUSDT"))).is_ok());
    let error = expect_ready(client.prepare(QueryOrder::new("BTCUSDT", 1))).unwrap_err();
    assert!(matches!(
        error,
        Error::InvalidRequest(InvalidRequest::NoCredentials { .. })
    ));
    assert_eq!(
        error.to_string(),
        "usdm::QueryOrder needs an API key: set `credentials` on the client builder"
    );
}
