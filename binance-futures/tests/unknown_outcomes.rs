//! Lookups of orders whose responses were lost, against the mock exchange.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is a failed test"
)]
#![cfg(all(
    feature = "rest",
    feature = "mock",
    feature = "usdm",
    feature = "coinm"
))]

use std::time::Duration;

use binance_futures::auth::Credentials;
use binance_futures::client::{Resolution, Retry, WithOptions};
use binance_futures::error::{Error, UnknownOutcome};
use binance_futures::mock::{Exchange, Fault};
use binance_futures::request::Product;
use binance_futures::rest::Client;
use binance_futures::types::{Decimal, OrderStatus, Side, TimeInForce};
use binance_futures::{coinm, usdm};

/// Longer than the receive window of these orders plus the tolerance of the clocks.
const WITHIN: Duration = Duration::from_secs(20);

fn client<P: Product>(exchange: &Exchange) -> Client<P> {
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

fn unknown_outcome<T>(result: Result<T, Error>) -> Box<UnknownOutcome> {
    match result.map(drop) {
        Err(Error::UnknownOutcome(unknown)) => unknown,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn order_is_found_when_the_response_is_lost() {
    for fault in [
        Fault::Disconnect,
        Fault::CutBody { at: 40 },
        Fault::Delay(Duration::from_secs(60)),
    ] {
        let exchange = Exchange::start().await.unwrap();
        let client = client(&exchange);
        exchange.inject_fault(fault.clone());
        let call = order().with().timeout(Duration::from_secs(1));
        let unknown = unknown_outcome(client.send(call).await);
        let resolution = client.resolve::<usdm::NewOrder>(&unknown, WITHIN).await;
        let Ok(Resolution::Found(found)) = resolution else {
            panic!("{fault:?}: {resolution:?}");
        };
        assert_eq!(Some(&found.client_order_id), unknown.client_order_id());
        assert_eq!(found.status, OrderStatus::New);
    }
}

#[tokio::test]
async fn error_keeps_the_request_that_was_sent() {
    let exchange = Exchange::start().await.unwrap();
    let client = client(&exchange);
    exchange.inject_fault(Fault::Disconnect);
    let unknown = unknown_outcome(client.send(order().with().recv_window(100)).await);
    let id = unknown.client_order_id().cloned().unwrap();
    let sent = unknown.request::<usdm::NewOrder>();
    assert_eq!(sent, Some(&order().client_order_id(id)));
    assert_eq!(unknown.request::<usdm::TestOrder>(), None);
}

#[tokio::test]
async fn read_only_client_looks_up_what_another_client_sent() {
    let exchange = Exchange::start().await.unwrap();
    let client = client(&exchange);
    exchange.inject_fault(Fault::Disconnect);
    let unknown = unknown_outcome(client.send(order()).await);
    let client = client.read_only();
    let resolution = client.resolve::<usdm::NewOrder>(&unknown, WITHIN).await;
    assert!(
        matches!(resolution, Ok(Resolution::Found(_))),
        "{resolution:?}"
    );
}

#[tokio::test]
async fn order_of_the_other_product_is_found() {
    let exchange = Exchange::start().await.unwrap();
    let client = client::<coinm::CoinM>(&exchange);
    let order = coinm::NewOrder::limit("BTCUSD_PERP", Side::Buy, 1, 50_000, TimeInForce::Gtc);
    exchange.inject_fault(Fault::Disconnect);
    let unknown = unknown_outcome(client.send(order).await);
    let resolution = client.resolve::<coinm::NewOrder>(&unknown, WITHIN).await;
    assert!(
        matches!(resolution, Ok(Resolution::Found(_))),
        "{resolution:?}"
    );
}

#[tokio::test]
async fn order_that_never_arrived_is_not_executed_and_can_be_placed_again() {
    let exchange = Exchange::start().await.unwrap();
    let client = client(&exchange);
    exchange.inject_fault(Fault::DropRequest);
    let call = order().client_order_id("entry-7").with().recv_window(100);
    let unknown = unknown_outcome(client.send(call).await);
    let resolution = client.resolve::<usdm::NewOrder>(&unknown, WITHIN).await;
    assert!(
        matches!(resolution, Ok(Resolution::NotExecuted)),
        "{resolution:?}"
    );
    let again = client.send(order().client_order_id("entry-7")).await;
    assert_eq!(again.unwrap().client_order_id, "entry-7");
}

#[tokio::test]
async fn conditional_order_is_found_if_and_only_if_it_was_executed() {
    let stop = || {
        let quantity = Decimal::new(5, 3);
        usdm::NewAlgoOrder::stop_market("BTCUSDT", Side::Sell, quantity, 58_200)
    };
    for (fault, is_executed) in [(Fault::Disconnect, true), (Fault::DropRequest, false)] {
        let exchange = Exchange::start().await.unwrap();
        let client = client(&exchange);
        // Another order, which must not be mistaken for the lost one.
        client.send(stop().client_algo_id("other")).await.unwrap();
        exchange.inject_fault(fault);
        let call = stop().with().recv_window(100);
        let unknown = unknown_outcome(client.send(call).await);
        let resolution = client.resolve::<usdm::NewAlgoOrder>(&unknown, WITHIN).await;
        match resolution.unwrap() {
            Resolution::Found(found) if is_executed => {
                assert_eq!(Some(&found.client_algo_id), unknown.client_order_id());
                assert_eq!(found.trigger_price, 58_200.into());
            }
            Resolution::NotExecuted if !is_executed => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn accepted_quote_is_found_when_the_response_is_lost() {
    let exchange = Exchange::start().await.unwrap();
    let client = client(&exchange);
    let amount = usdm::types::ConvertAmount::FromAmount(250.into());
    let quote = usdm::RequestQuote::new("USDT", "BTC", amount);
    let quote = client.send(quote).await.unwrap();
    exchange.inject_fault(Fault::Disconnect);
    let accept = usdm::AcceptQuote::new(quote.quote_id.unwrap());
    let unknown = unknown_outcome(client.send(accept).await);
    let resolution = client.resolve::<usdm::AcceptQuote>(&unknown, WITHIN).await;
    assert!(
        matches!(&resolution, Ok(Resolution::Found(found)) if found.from_amount == 250.into()),
        "{resolution:?}"
    );
}

#[tokio::test]
async fn orders_of_a_batch_are_found_one_by_one() {
    let exchange = Exchange::start().await.unwrap();
    let client = client(&exchange);
    exchange.inject_fault(Fault::Disconnect);
    let orders = [order(), order().client_order_id("second")];
    let unknown = unknown_outcome(client.send(usdm::NewOrders::new(orders)).await);
    let resolutions = client
        .resolve_each::<usdm::NewOrders>(&unknown, WITHIN)
        .await
        .unwrap();
    let ids: Vec<_> = resolutions
        .iter()
        .map(|resolution| match resolution {
            Resolution::Found(order) => order.client_order_id.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(matches!(ids[..], [_, "second"]), "{ids:?}");
}

#[tokio::test]
async fn order_with_an_unknown_outcome_is_never_resent() {
    let exchange = Exchange::start().await.unwrap();
    let client: usdm::Client = client(&exchange);
    for _ in 0..3 {
        exchange.inject_fault(Fault::Disconnect);
    }
    let order = order().client_order_id("once");
    unknown_outcome(client.send(order).await);
    // A second attempt of the order would have consumed another fault.
    let call = usdm::ServerTime::new().with().retry(Retry::never());
    for _ in 0..2 {
        assert!(client.send(call.clone()).await.is_err());
    }
    client.send(call).await.unwrap();
}
