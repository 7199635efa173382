//! What a call becomes: verb, path and query, without a server.

use std::time::Duration;

use binance_futures::auth::Credentials;
use binance_futures::environment::Environment;
use binance_futures::error::{Error, InvalidRequest};
use binance_futures::parameters::QueryWriter;
use binance_futures::request::Method;
use binance_futures::rest::{IntoCall, Raw, Sendable, Signing, write_query};
use binance_futures::types::{Decimal, Side, TimeInForce, Timestamp};
use binance_futures::usdm::{self, CancelOrder, Depth, NewOrder, NewOrders, QueryOrder};

use crate::server::{KEY, NOW, SECRET, ready};
use crate::verifier::verify;

fn client() -> usdm::Client {
    usdm::Client::builder()
        .credentials(Credentials::hmac(KEY, SECRET).unwrap())
        .clock(Timestamp::from_millis(NOW))
        .build()
        .unwrap()
}

fn limit(symbol: &str) -> NewOrder {
    NewOrder::limit(
        symbol,
        Side::Buy,
        Decimal::ONE,
        Decimal::from(9_000),
        TimeInForce::Gtc,
    )
}

/// The query alone, without the ids that a client gives.
fn query(call: impl IntoCall, recv_window: Option<u64>) -> String {
    let credentials = Credentials::hmac(KEY, SECRET).unwrap();
    let signing = Signing {
        credentials: &credentials,
        timestamp: Timestamp::from_millis(NOW),
        recv_window: recv_window.map(Into::into),
    };
    let mut query = QueryWriter::new();
    ready(write_query(&call.into_call(), Some(signing), &mut query)).unwrap();
    query.as_str().to_owned()
}

#[test]
fn a_limit_order_is_signed_as_published() {
    let h1 = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943\
        &signature=3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9";
    assert_eq!(query(limit("BTCUSDT"), Some(5_000)), h1);
    assert_eq!(query(limit("BTCUSDT").with().recv_window(5_000), None), h1);
    let window = Duration::from_secs(5);
    assert_eq!(
        query(limit("BTCUSDT").with().recv_window(window), Some(1)),
        h1
    );
}

#[test]
fn odd_symbols_and_lists_are_signed_as_computed_elsewhere() {
    let o1 = NewOrder::market("测试USDT", Side::Buy, Decimal::ONE);
    assert_eq!(
        query(o1, None),
        "symbol=%E6%B5%8B%E8%AF%95USDT&side=BUY&type=MARKET&quantity=1&timestamp=1591702613943\
            &signature=221eaf10288183d886183225a23c799512ab6f0aa6bc7459433340b57ed7566a"
    );
    let o2 = NewOrders::new([NewOrder::market("BTCUSDT", Side::Buy, Decimal::ONE)]);
    assert_eq!(
        query(o2, None),
        "batchOrders=%5B%7B%22symbol%22%3A%22BTCUSDT%22%2C%22side%22%3A%22BUY%22%2C%22type%22%3A%22MARKET%22%2C%22quantity%22%3A%221%22%7D%5D\
            &timestamp=1591702613943&signature=2c7667d0dffc1c62f6055b8e9e3732a587ed8b1ca91b6de5de13d8bc1743094b"
    );
    let o3 = Raw::delete("/fapi/v1/batchOrders")
        .param("symbol", "BTCUSDT")
        .param("orderIdList", "[1234567,2345678]");
    assert_eq!(
        query(o3, None),
        "symbol=BTCUSDT&orderIdList=%5B1234567%2C2345678%5D&timestamp=1591702613943\
            &signature=25a74dcf4d37a3a5cfa2f40ef7487ddb7ebad30a5ad26e81f7d953ea39970150"
    );
}

#[test]
fn a_query_is_written_again_without_an_allocation() {
    let credentials = Credentials::hmac(KEY, SECRET).unwrap();
    let signing = Signing {
        credentials: &credentials,
        timestamp: Timestamp::from_millis(NOW),
        recv_window: None,
    };
    let call = limit("BTCUSDT").client_order_id("entry-7").with();
    let mut query = QueryWriter::new();
    ready(write_query(&call, Some(signing), &mut query)).unwrap();
    let allocated = allocation_counter::measure(|| {
        query.clear();
        ready(write_query(&call, Some(signing), &mut query)).unwrap();
    });
    assert_eq!(allocated.count_total, 0);
}

#[test]
fn a_request_is_prepared_with_one_allocation_and_becomes_http_with_six() {
    let client = client();
    let order = limit("BTCUSDT");
    drop(ready(client.prepare(order.clone())));
    let order_again = order.clone();
    let prepared = allocation_counter::measure(|| drop(ready(client.prepare(order))));
    assert_eq!(prepared.count_total, 1);
    let http = allocation_counter::measure(|| {
        drop(ready(client.prepare(order_again)).unwrap().into_http());
    });
    assert!(http.count_total <= 6, "{}", http.count_total);
}

#[test]
fn a_request_goes_to_its_environment() {
    let url = |environment| {
        let client = usdm::Client::builder()
            .environment(environment)
            .build()
            .unwrap();
        ready(client.prepare(Depth::new("BTCUSDT")))
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
fn a_base_url_may_have_a_path_and_a_slash() {
    for (base, url) in [
        ("http://host:1", "http://host:1/fapi/v1/ping"),
        ("http://host:1/", "http://host:1/fapi/v1/ping"),
        ("HTTPS://Host/a/b", "https://host/a/b/fapi/v1/ping"),
        ("https://host/a//", "https://host/a/fapi/v1/ping"),
        ("http://[::1]:80", "http://[::1]/fapi/v1/ping"),
    ] {
        let client = usdm::Client::builder().base_url(base).build().unwrap();
        let prepared = ready(client.prepare(usdm::Ping::new())).unwrap();
        assert_eq!(prepared.url(), url);
        assert_eq!((prepared.path(), prepared.query()), ("/fapi/v1/ping", ""));
    }
}

#[test]
fn prepared_requests_tell_their_parts() {
    let prepared = ready(client().prepare(CancelOrder::new("BTCUSDT", 123))).unwrap();
    assert_eq!(prepared.method(), Method::Delete);
    assert_eq!(prepared.path(), "/fapi/v1/order");
    assert!(
        prepared
            .query()
            .starts_with("symbol=BTCUSDT&orderId=123&timestamp=")
    );
    assert!(prepared.has_key());
    let public = ready(client().prepare(Depth::new("BTCUSDT"))).unwrap();
    assert_eq!(
        (public.query(), public.has_key()),
        ("symbol=BTCUSDT", false)
    );
}

#[test]
fn parameters_of_a_call_come_after_the_requests_own_and_are_signed() {
    let prepared = ready(
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
fn raw_requests_are_signed_unless_told_otherwise() {
    let raw = || Raw::get("/fapi/v1/thing").param("a", 1);
    let parts = |raw| {
        let prepared = ready(client().prepare(raw)).unwrap();
        (prepared.query().contains("signature="), prepared.has_key())
    };
    assert_eq!(parts(raw()), (true, true));
    assert_eq!(parts(raw().signed()), (true, true));
    assert_eq!(parts(raw().keyed()), (false, true));
    assert_eq!(parts(raw().public()), (false, false));
}

#[test]
fn an_order_without_an_id_stays_so_where_none_are_made() {
    let client = usdm::Client::builder()
        .credentials(Credentials::hmac(KEY, SECRET).unwrap())
        .client_order_ids(false)
        .build()
        .unwrap();
    let order = NewOrder::market("BTCUSDT", Side::Buy, Decimal::ONE);
    let prepared = ready(client.prepare(order)).unwrap();
    assert!(
        prepared
            .query()
            .starts_with("symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&timestamp=")
    );
}

#[test]
fn an_order_without_an_id_is_given_one() {
    let client = client();
    let id = |order: NewOrder| {
        let prepared = ready(client.prepare(order)).unwrap();
        let pairs = verify(prepared.url(), SECRET);
        let (_, id) = pairs
            .into_iter()
            .find(|(name, _)| name == "newClientOrderId")
            .unwrap();
        id
    };
    let (one, two) = (id(limit("BTCUSDT")), id(limit("BTCUSDT")));
    assert_ne!(one, two);
    assert!(one.len() <= 36);
    assert_eq!(id(limit("BTCUSDT").client_order_id("mine")), "mine");
}

#[test]
fn orders_of_a_batch_are_given_ids_too() {
    let prepared = ready(client().prepare(NewOrders::new([limit("A"), limit("B")]))).unwrap();
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
fn a_client_without_credentials_asks_public_questions_alone() {
    let client = usdm::Client::builder().build().unwrap();
    assert!(ready(client.prepare(Depth::new("BTCUSDT"))).is_ok());
    let refused = ready(client.prepare(QueryOrder::new("BTCUSDT", 1))).unwrap_err();
    assert!(matches!(
        refused,
        Error::InvalidRequest(InvalidRequest::NoCredentials { .. })
    ));
    assert_eq!(
        refused.to_string(),
        "usdm::QueryOrder needs an API key: give the client `credentials`"
    );
}
