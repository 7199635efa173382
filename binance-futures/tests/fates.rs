//! What became of orders whose answers were lost, asked of an exchange over the network.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "what panics here has failed"
)]
#![cfg(all(
    feature = "rest",
    feature = "mock",
    feature = "usdm",
    feature = "coinm"
))]

use std::time::Duration;

use binance_futures::auth::Credentials;
use binance_futures::error::{Error, UnknownOutcome};
use binance_futures::mock::{Exchange, Fault};
use binance_futures::rest::{Client, Resolution, Retry, Sendable, ServerTimeSource};
use binance_futures::types::{Decimal, OrderStatus, Side, TimeInForce};
use binance_futures::{coinm, usdm};

/// Long enough for the receive window of these orders, and what the clocks may differ.
const WITHIN: Duration = Duration::from_secs(20);

fn client<P: ServerTimeSource>(exchange: &Exchange) -> Client<P> {
    let (key, secret) = exchange.credentials();
    let credentials = Credentials::hmac(key, secret).unwrap();
    Client::builder()
        .credentials(credentials.for_environment(exchange.environment()))
        .build()
        .unwrap()
}

fn order() -> usdm::NewOrder {
    let (quantity, price) = (Decimal::new(5, 3), 50_000);
    usdm::NewOrder::limit("BTCUSDT", Side::Buy, quantity, price, TimeInForce::Gtc)
}

fn unknown<T>(answer: Result<T, Error>) -> Box<UnknownOutcome> {
    match answer.map(drop) {
        Err(Error::UnknownOutcome(unknown)) => unknown,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_order_whose_answer_was_lost_is_found() {
    for fault in [
        Fault::Disconnect,
        Fault::CutBody { at: 40 },
        Fault::Delay(Duration::from_secs(60)),
    ] {
        let exchange = Exchange::start().await.unwrap();
        let client = client(&exchange);
        exchange.inject_fault(fault.clone());
        let call = order().with().timeout(Duration::from_secs(1));
        let unknown = unknown(client.send(call).await);
        let fate = client.resolve::<usdm::NewOrder>(&unknown, WITHIN).await;
        let Ok(Resolution::Found(found)) = fate else {
            panic!("{fault:?}: {fate:?}");
        };
        assert_eq!(found.client_order_id.as_str(), unknown.id().unwrap());
        assert_eq!(found.status, OrderStatus::New);
    }
}

#[tokio::test]
async fn an_order_of_the_other_product_is_found_too() {
    let exchange = Exchange::start().await.unwrap();
    let client = client::<coinm::CoinM>(&exchange);
    let order = coinm::NewOrder::limit("BTCUSD_PERP", Side::Buy, 1, 50_000, TimeInForce::Gtc);
    exchange.inject_fault(Fault::Disconnect);
    let unknown = unknown(client.send(order).await);
    let fate = client.resolve::<coinm::NewOrder>(&unknown, WITHIN).await;
    assert!(matches!(fate, Ok(Resolution::Found(_))), "{fate:?}");
}

#[tokio::test]
async fn an_order_that_was_lost_itself_is_not_done_and_may_be_placed_again() {
    let exchange = Exchange::start().await.unwrap();
    let client = client(&exchange);
    exchange.inject_fault(Fault::DropRequest);
    let call = order().client_order_id("entry-7").with().recv_window(100);
    let unknown = unknown(client.send(call).await);
    let fate = client.resolve::<usdm::NewOrder>(&unknown, WITHIN).await;
    assert!(matches!(fate, Ok(Resolution::NotExecuted)), "{fate:?}");
    let again = client.send(order().client_order_id("entry-7")).await;
    assert_eq!(again.unwrap().client_order_id, "entry-7");
}

#[tokio::test]
async fn orders_of_a_batch_are_found_one_by_one() {
    let exchange = Exchange::start().await.unwrap();
    let client = client(&exchange);
    exchange.inject_fault(Fault::Disconnect);
    let orders = [order(), order().client_order_id("second")];
    let unknown = unknown(client.send(usdm::NewOrders::new(orders)).await);
    let fates = client
        .resolve_each::<usdm::NewOrder>(&unknown, WITHIN)
        .await;
    let fates = fates.unwrap();
    let ids: Vec<_> = fates
        .iter()
        .map(|fate| match fate {
            Resolution::Found(order) => order.client_order_id.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(matches!(ids[..], [_, "second"]), "{ids:?}");
}

#[tokio::test]
async fn nothing_is_sent_twice_of_what_is_unknown() {
    let exchange = Exchange::start().await.unwrap();
    let client: usdm::Client = client(&exchange);
    for _ in 0..3 {
        exchange.inject_fault(Fault::Disconnect);
    }
    let order = order().client_order_id("once");
    unknown(client.send(order).await);
    // Had it been sent again, the other faults would have met it.
    let call = usdm::ServerTime::new().with().retry(Retry::never());
    for _ in 0..2 {
        assert!(client.send(call.clone()).await.is_err());
    }
    client.send(call).await.unwrap();
}
