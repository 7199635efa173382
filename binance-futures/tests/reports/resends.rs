//! Rejections of an id that is in use, after the client sent the request again.

use std::time::Duration;

use binance_futures::client::Resolution;
use binance_futures::coinm::{self, CoinM};
use binance_futures::error::{Error, UnknownCause, UnknownOutcome};
use binance_futures::mock::{Exchange, Fault};
use binance_futures::rest::{Client, RestRequest};
use binance_futures::types::Side;
use binance_futures::usdm::{self, Usdm};
use serde_json::json;

use crate::exchange::{client, responding};
use crate::samples::sample;

const OVERLOADED: (u16, &str) = (
    503,
    r#"{"code":-1008,"msg":"Request throttled by system-level protection. Please try again."}"#,
);
const DUPLICATE: (u16, &str) = (
    400,
    r#"{"code":-4116,"msg":"ClientOrderId is duplicated."}"#,
);
const WITHIN: Duration = Duration::from_secs(5);

async fn unknown_outcome<P, R>(client: &Client<P>, request: R) -> Box<UnknownOutcome>
where
    P: binance_futures::request::Product,
    R: RestRequest<P>,
    binance_futures::client::Trading: binance_futures::client::Access<R>,
{
    match client.send(request).await.map(drop) {
        Err(Error::UnknownOutcome(unknown)) => {
            assert!(matches!(unknown.cause, UnknownCause::DuplicateId(_)));
            unknown
        }
        other => panic!("{other:?}"),
    }
}

fn order() -> usdm::NewOrder {
    usdm::NewOrder::market("BTCUSDT", Side::Buy, 1)
}

/// The next response is the sample of a request, with this client id.
fn respond_with(exchange: &Exchange, product: &str, name: &str, field: &str, id: &str) {
    let mut found = sample(product, name);
    found[field] = json!(id);
    exchange.inject_fault(Fault::status(200, found.to_string()));
}

#[tokio::test]
async fn duplicate_id_after_a_resend_is_an_unknown_outcome_with_a_lookup() {
    let exchange = responding(&[OVERLOADED, DUPLICATE]).await;
    let client = client::<Usdm>(&exchange);
    let unknown = unknown_outcome(&client, order()).await;
    assert_eq!(unknown.lookup, Some("usdm::QueryOrder"));
    let error = Error::UnknownOutcome(unknown);
    assert_eq!(error.code(), Some(-4116));
    let Error::UnknownOutcome(unknown) = error else {
        unreachable!();
    };
    let id = unknown.client_order_id().unwrap();
    respond_with(
        &exchange,
        "usdm",
        "QueryOrder",
        "clientOrderId",
        id.as_str(),
    );
    let resolution = client.resolve::<usdm::NewOrder>(&unknown, WITHIN).await;
    let Ok(Resolution::Found(found)) = resolution else {
        panic!("{resolution:?}");
    };
    assert_eq!(found.client_order_id, *id);
}

#[tokio::test]
async fn every_order_with_an_id_is_looked_up_after_a_resend() {
    let stop = || usdm::NewAlgoOrder::stop_market("BTCUSDT", Side::Sell, 1, 2);
    let exchange = responding(&[OVERLOADED, DUPLICATE]).await;
    let unknown = unknown_outcome(&client::<Usdm>(&exchange), stop()).await;
    assert_eq!(unknown.lookup, Some("usdm::QueryAlgoOrder"));

    let exchange = responding(&[OVERLOADED, OVERLOADED, DUPLICATE]).await;
    let order = coinm::NewOrder::market("BTCUSD_PERP", Side::Buy, 1);
    let unknown = unknown_outcome(&client::<CoinM>(&exchange), order).await;
    assert_eq!(unknown.lookup, Some("coinm::QueryOrder"));

    let exchange = responding(&[OVERLOADED, DUPLICATE]).await;
    let stop = coinm::NewAlgoOrder::stop_market("BTCUSD_PERP", Side::Sell, 1, 2);
    let unknown = unknown_outcome(&client::<CoinM>(&exchange), stop).await;
    assert_eq!(unknown.lookup, Some("coinm::QueryAlgoOrder"));
}

#[tokio::test]
async fn batch_with_a_duplicate_id_after_a_resend_is_looked_up() {
    let ids = ["first", "second"];
    let orders = || usdm::NewOrders::new(ids.map(|id| order().client_order_id(id)));
    let placed = sample("usdm", "NewOrder");
    let response = json!([placed, {"code": -4116, "msg": "ClientOrderId is duplicated."}]);
    let response = response.to_string();
    let exchange = responding(&[OVERLOADED, (200, &response)]).await;
    let client = client::<Usdm>(&exchange);
    let unknown = unknown_outcome(&client, orders()).await;
    assert_eq!(unknown.client_order_ids, ids);
    for id in ids {
        respond_with(&exchange, "usdm", "QueryOrder", "clientOrderId", id);
    }
    let resolutions = client
        .resolve_each::<usdm::NewOrders>(&unknown, WITHIN)
        .await
        .unwrap();
    assert!(
        resolutions
            .iter()
            .all(|it| matches!(it, Resolution::Found(_)))
    );

    // Without a resend, the item is rejected.
    exchange.inject_fault(Fault::status(200, response));
    let items = client.send(orders()).await.unwrap();
    assert!(matches!(items.as_slice(), [Ok(_), Err(_)]), "{items:?}");
}

#[tokio::test]
async fn other_rejection_after_a_resend_is_a_rejection() {
    let rejected = (400, r#"{"code":-2019,"msg":"Margin is insufficient."}"#);
    let exchange = responding(&[OVERLOADED, rejected]).await;
    let Err(Error::Api(rejected)) = client::<Usdm>(&exchange).send(order()).await else {
        panic!("the order was not rejected");
    };
    assert_eq!(rejected.code, Some(-2019));
}

#[tokio::test]
async fn duplicate_id_without_a_resend_is_a_rejection() {
    let too_many = r#"{"code":-1015,"msg":"Too many new orders."}"#;
    let retry_now = Fault::Respond {
        status: 429,
        headers: vec![("retry-after".to_owned(), "0".to_owned())],
        body: too_many.to_owned(),
    };
    // A request that exceeds a rate limit is not executed.
    for earlier in [None, Some(retry_now), Some(Fault::DropRequest)] {
        let exchange = Exchange::start().await.unwrap();
        let is_lost = earlier == Some(Fault::DropRequest);
        if let Some(earlier) = earlier {
            exchange.inject_fault(earlier);
        }
        exchange.inject_fault(Fault::status(DUPLICATE.0, DUPLICATE.1));
        match client::<Usdm>(&exchange).send(order()).await {
            Err(Error::Api(rejected)) => assert_eq!(rejected.code, Some(-4116)),
            // The connection broke after the order was sent. It is not sent again.
            Err(Error::UnknownOutcome(unknown)) if is_lost => {
                assert!(matches!(unknown.cause, UnknownCause::Transport(_)));
            }
            other => panic!("{other:?}"),
        }
    }
}
