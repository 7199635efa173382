//! How a client treats unusual responses.

use std::time::Duration;

use binance_futures::auth::Credentials;
use binance_futures::client::Retry;
use binance_futures::error::{Error, Outcome};
use binance_futures::mock::{Exchange, Fault};
use binance_futures::types::{Decimal, Side};
use binance_futures::usdm::{Client, Depth, NewOrder, NewOrders};

/// A message whose start means that the outcome is unknown.
const UNKNOWN: &str = "Unknown error, and nothing more is said.";

fn order() -> NewOrder {
    NewOrder::market("BTCUSDT", Side::Buy, Decimal::ONE)
}

fn client(exchange: &Exchange) -> Client {
    let (key, secret) = exchange.credentials();
    Client::builder()
        .credentials(
            Credentials::hmac(key, secret)
                .unwrap()
                .for_environment(exchange.environment()),
        )
        .retry(Retry::never())
        .build()
        .unwrap()
}

/// Returns the errors of a read-only request and of an order, if the exchange responds like this.
async fn errors(fault: Fault) -> (Error, Error) {
    let exchange = Exchange::start().await.unwrap();
    let client = client(&exchange);
    exchange.inject_fault(fault.clone());
    let query_error = client.send(Depth::new("BTCUSDT")).await.unwrap_err();
    exchange.inject_fault(fault);
    let order_error = client.send(order()).await.unwrap_err();
    (query_error, order_error)
}

#[tokio::test]
async fn message_of_a_503_makes_the_outcome_unknown_whatever_the_error_code() {
    let body = format!(r#"{{"code":-1003,"msg":"{UNKNOWN}"}}"#);
    let (_, order_error) = errors(Fault::status(503, body)).await;
    assert_eq!(order_error.outcome(), Outcome::Unknown);
}

#[tokio::test]
async fn error_for_a_whole_batch_is_an_error() {
    let exchange = Exchange::start().await.unwrap();
    for status in [200, 400] {
        let body = r#"{"code":-1130,"msg":"All of it is wrong."}"#;
        exchange.inject_fault(Fault::status(status, body));
        let batch = NewOrders::new([order(), order()]);
        let error = client(&exchange).send(batch).await.unwrap_err();
        assert_eq!(
            (error.code(), error.outcome()),
            (Some(-1130), Outcome::Rejected)
        );
    }
}

#[tokio::test]
async fn order_with_a_503_without_error_code_has_an_unknown_outcome() {
    let body =
        format!(r#"{{"timestamp":1790000000000,"path":"/fapi/v1/order","msg":"{UNKNOWN}"}}"#);
    let (query_error, order_error) = errors(Fault::status(503, body)).await;
    assert!(matches!(query_error, Error::Server(_)));
    assert_eq!(
        (order_error.outcome(), order_error.code()),
        (Outcome::Unknown, None)
    );
    assert_eq!(order_error.response().unwrap().message, UNKNOWN);
}

#[tokio::test]
async fn pages_of_intermediaries_are_classified_by_their_status() {
    let (query_error, order_error) = errors(Fault::html(403)).await;
    assert!(matches!(
        (query_error, order_error),
        (Error::Api(_), Error::Api(_))
    ));
    for status in [502, 503] {
        let (query_error, order_error) = errors(Fault::html(status)).await;
        assert!(matches!(query_error, Error::Server(_)), "{query_error:?}");
        assert_eq!(order_error.outcome(), Outcome::Unknown, "{order_error:?}");
        assert!(order_error.response().unwrap().body.starts_with(b"<html>"));
    }
}

#[tokio::test]
async fn rejected_order_reports_the_order_count() {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let fault = Fault::Respond {
        status: 400,
        headers: vec![
            header("content-type", "application/json"),
            header("X-MBX-ORDER-COUNT-10S", "0"),
            header("X-MBX-ORDER-COUNT-1M", "1"),
        ],
        body: r#"{"code":-2019,"msg":"Not enough."}"#.to_owned(),
    };
    let (_, order_error) = errors(fault).await;
    let usage = order_error.usage().unwrap();
    let counts = [10, 60].map(|seconds| usage.orders_per(Duration::from_secs(seconds)));
    assert_eq!(counts, [Some(0), Some(1)]);
    assert_eq!(usage.orders.len(), 2);
}

#[tokio::test]
async fn symbol_with_chinese_characters_is_found() {
    let exchange = Exchange::start().await.unwrap();
    let book = client(&exchange).send(Depth::new("币安人生USDT")).await;
    assert!(!book.unwrap().bids.is_empty());
}
