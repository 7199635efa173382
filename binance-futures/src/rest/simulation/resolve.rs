//! Lookups of orders whose outcome is unknown.

use super::*;
use crate::client::{Resolution, WithOptions};
use crate::error::{Error, InvalidRequest, UnknownOutcome};
use crate::parameters::{ParameterSet, QueryWriter};
use crate::rest::{Raw, RestRequest};
use crate::types::OrderStatus;
use crate::usdm::{NewAlgoOrder, NewOrders};

pub(super) const NOT_FOUND: &str = r#"{"code":-2013,"msg":"Order does not exist."}"#;

/// Sends a request whose response is lost.
pub(super) async fn send_lost<R>(client: &Client<Usdm>, request: R) -> Box<UnknownOutcome>
where
    R: RestRequest<Usdm, Response: std::fmt::Debug>,
{
    match client.send(request).await {
        Err(Error::UnknownOutcome(unknown)) => unknown,
        other => panic!("{other:?}"),
    }
}

/// An exchange that receives orders but loses the responses, and replies to lookups with what `reply` returns.
pub(super) fn losing(
    reply: impl Fn(&Sim, &SentRequest) -> Reply + Send + Sync + 'static,
) -> Arc<Sim> {
    Sim::new(move |sim, sent| match sent.method {
        "POST" => Reply::Error(TransportErrorKind::Broken),
        _ => match sim.server_time(sent) {
            Some(time) => time,
            None => reply(sim, sent),
        },
    })
}

/// An order whose response was lost, at such an exchange.
async fn lost_order(
    reply: impl Fn(&Sim, &SentRequest) -> Reply + Send + Sync + 'static,
) -> (Arc<Sim>, Box<UnknownOutcome>) {
    let sim = losing(reply);
    let unknown = send_lost(&sim.client(), order()).await;
    (sim, unknown)
}

#[tokio::test(start_paused = true)]
async fn received_order_is_found_by_its_client_order_id() {
    let (sim, unknown) = lost_order(|_, _| response(200, FOUND)).await;
    let resolution = sim
        .client()
        .resolve::<NewOrder>(&unknown, seconds(10))
        .await;
    let Ok(Resolution::Found(found)) = resolution else {
        panic!("{resolution:?}");
    };
    assert_eq!(found.status, OrderStatus::PartiallyFilled);
    let sent = sim.sent();
    assert_eq!(sim.paths(), ["POST /fapi/v1/order", "GET /fapi/v1/order"]);
    assert_eq!(sent[1].parameter("symbol"), Some("BTCUSDT"));
    assert_eq!(
        sent[1].parameter("origClientOrderId"),
        sent[0].parameter("newClientOrderId")
    );
}

#[tokio::test(start_paused = true)]
async fn delayed_order_is_found_when_it_arrives() {
    let (sim, unknown) = lost_order(|_, sent| match sent.at.as_millis() {
        0..5_000 => response(400, NOT_FOUND),
        _ => response(200, FOUND),
    })
    .await;
    let resolution = sim
        .client()
        .resolve::<NewOrder>(&unknown, seconds(10))
        .await;
    assert!(
        matches!(resolution, Ok(Resolution::Found(_))),
        "{resolution:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn order_is_not_executed_only_after_it_has_expired() {
    let (sim, unknown) = lost_order(|_, _| response(400, NOT_FOUND)).await;
    assert_eq!(
        unknown.expires_at,
        Some(Timestamp::from_millis(START_TIME + 5_000))
    );
    let resolution = sim
        .client()
        .resolve::<NewOrder>(&unknown, seconds(10))
        .await;
    assert!(
        matches!(resolution, Ok(Resolution::NotExecuted)),
        "{resolution:?}"
    );
    let last = sim.sent().last().unwrap().at;
    assert!((7_000..10_000).contains(&last.as_millis()), "{last:?}");
    // After that, the first lookup is certain.
    let resolution = sim.client().resolve::<NewOrder>(&unknown, seconds(0)).await;
    assert!(
        matches!(resolution, Ok(Resolution::NotExecuted)),
        "{resolution:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn local_clock_that_is_ahead_does_not_make_not_found_certain_too_early() {
    // By the local clock, which is ahead and not synchronized yet, the order expires before it arrives.
    let arrives_at = 4_000;
    let sim = losing(move |_, sent| {
        if sent.at.as_millis() < arrives_at {
            response(400, NOT_FOUND)
        } else {
            response(200, FOUND)
        }
    });
    let client = sim.client_with_skew(Skew::ahead(4_500));
    let unknown = send_lost(&client, order().with().recv_window(1_000)).await;
    let resolution = client.resolve::<NewOrder>(&unknown, seconds(30)).await;
    assert!(
        matches!(resolution, Ok(Resolution::Found(_))),
        "{resolution:?}"
    );
    assert_eq!(client.clock_offset().as_millis(), -4_500);
}

#[tokio::test(start_paused = true)]
async fn order_that_is_not_found_is_unresolved_before_it_expires() {
    let (sim, unknown) = lost_order(|_, _| response(400, NOT_FOUND)).await;
    let started = Instant::now();
    let resolution = sim.client().resolve::<NewOrder>(&unknown, seconds(3)).await;
    let Ok(Resolution::Unresolved { last }) = resolution else {
        panic!("{resolution:?}");
    };
    assert_eq!(last.code(), Some(-2013));
    assert!(started.elapsed() <= seconds(3));
}

#[tokio::test(start_paused = true)]
async fn failed_lookups_are_repeated() {
    let (sim, unknown) = lost_order(|sim, _| match sim.sent().len() {
        2 => Reply::Error(TransportErrorKind::Connect),
        3 => Reply::Hang,
        4 => response(503, ""),
        5 => Reply::Response(429, &[("retry-after", "4")], String::from("{}")),
        6 => response(400, WRONG_TIMESTAMP),
        _ => response(200, FOUND),
    })
    .await;
    let resolution = sim
        .client()
        .resolve::<NewOrder>(&unknown, Duration::MAX)
        .await;
    assert!(
        matches!(resolution, Ok(Resolution::Found(_))),
        "{resolution:?}"
    );
    assert_eq!(sim.sent().len(), 10);
}

#[tokio::test(start_paused = true)]
async fn hanging_lookups_end_within_the_given_time() {
    let (sim, unknown) = lost_order(|_, _| Reply::Hang).await;
    let started = Instant::now();
    let resolution = sim.client().resolve::<NewOrder>(&unknown, seconds(4)).await;
    assert!(
        matches!(resolution, Ok(Resolution::Unresolved { .. })),
        "{resolution:?}"
    );
    assert!(started.elapsed() <= seconds(4), "{:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn rejected_lookup_is_an_error() {
    let (sim, unknown) = lost_order(|_, _| response(401, r#"{"code":-2015,"msg":"No."}"#)).await;
    let error = sim
        .client()
        .resolve::<NewOrder>(&unknown, seconds(60))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some(-2015));
    assert_eq!(sim.sent().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn request_is_resolved_only_as_its_own_type() {
    let sim = losing(|_, _| response(200, FOUND));
    let client = sim.client();
    let unknown = send_lost(&client, order().with().param("x", 1)).await;
    let error = client
        .resolve::<NewAlgoOrder>(&unknown, seconds(1))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the lost request is usdm::NewOrder, not usdm::NewAlgoOrder: `resolve` and `resolve_each` take the type of the request that was sent"
    );
    let error = client
        .resolve_each::<NewOrders>(&unknown, seconds(1))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the lost request is usdm::NewOrder, not usdm::NewOrders: `resolve` and `resolve_each` take the type of the request that was sent"
    );
    let batch = send_lost(&client, NewOrders::new([order()])).await;
    let error = client
        .resolve::<NewOrder>(&batch, seconds(1))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the lost request is usdm::NewOrders, not usdm::NewOrder: `resolve` and `resolve_each` take the type of the request that was sent"
    );
    let raw = send_lost(&client, Raw::post("/fapi/v1/order").param("a", 1)).await;
    let error = client
        .resolve::<NewOrder>(&raw, seconds(1))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the lost request is POST /fapi/v1/order, not usdm::NewOrder: `resolve` and `resolve_each` take the type of the request that was sent"
    );
    assert_eq!(sim.sent().len(), 3, "nothing was looked up");
}

#[tokio::test(start_paused = true)]
async fn lookup_without_client_order_id_fails_before_anything_is_sent() {
    let sim = losing(|_, _| response(200, FOUND));
    let (client, without_ids) = (sim.client(), sim.client_without_ids());
    let unknown = send_lost(&without_ids, order()).await;
    assert!(unknown.client_order_ids.is_empty());
    let error = client
        .resolve::<NewOrder>(&unknown, seconds(1))
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        Error::InvalidRequest(InvalidRequest::NoLookup { .. })
    ));
    assert_eq!(
        error.to_string(),
        "the outcome of usdm::NewOrder cannot be looked up: it was sent without a client order id"
    );
    // The first order of the batch has an id, the second has none.
    let batch = NewOrders::new([order().client_order_id("a"), order()]);
    let unknown = send_lost(&without_ids, batch).await;
    let error = client
        .resolve_each::<NewOrders>(&unknown, seconds(1))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the outcome of usdm::NewOrders cannot be looked up: it was sent without a client order id"
    );
    assert_eq!(
        sim.paths(),
        ["POST /fapi/v1/order", "POST /fapi/v1/batchOrders"]
    );
}

#[tokio::test(start_paused = true)]
async fn each_order_of_a_batch_is_resolved() {
    let sim = losing(|_, sent| match sent.parameter("origClientOrderId") {
        Some("b") => response(400, NOT_FOUND),
        _ => response(200, FOUND),
    });
    let client = sim.client();
    let orders = ["a", "b", "c"].map(|id| order().client_order_id(id));
    let unknown = send_lost(&client, NewOrders::new(orders)).await;
    let resolutions = client
        .resolve_each::<NewOrders>(&unknown, seconds(20))
        .await
        .unwrap();
    assert!(
        matches!(
            resolutions[..],
            [
                Resolution::Found(_),
                Resolution::NotExecuted,
                Resolution::Found(_)
            ]
        ),
        "{resolutions:?}"
    );
}

/// Returns the query that encodes a request, without a signature.
fn query(request: &impl ParameterSet) -> String {
    let mut query = QueryWriter::new();
    request.write(&mut query);
    query.into_string()
}

#[tokio::test(start_paused = true)]
async fn error_keeps_the_request_as_it_was_sent() {
    let sim = losing(|_, _| response(200, FOUND));
    let client = sim.client();
    let named = order().client_order_id("entry-7");
    let unknown = send_lost(&client, named.clone()).await;
    assert_eq!(unknown.request::<NewOrder>(), Some(&named));
    // The same request with options for one call.
    let call = named.clone().with().recv_window(1_000).param("x", 1);
    let unknown = send_lost(&client, call).await;
    assert_eq!(unknown.request::<NewOrder>(), Some(&named));

    // The client filled in the id.
    let unknown = send_lost(&client, order()).await;
    let kept = unknown.request::<NewOrder>().unwrap();
    let sent = sim.sent().pop().unwrap();
    let id = sent.parameter("newClientOrderId").unwrap();
    assert_eq!(kept, &order().client_order_id(id));
    assert!(
        sent.query
            .starts_with(&format!("{}&timestamp=", query(kept)))
    );
    assert_eq!(unknown.client_order_id().unwrap().as_str(), id);

    let unknown = send_lost(&client, NewOrders::new([order(), order()])).await;
    let kept = unknown.request::<NewOrders>().unwrap();
    let sent = sim.sent().pop().unwrap();
    assert!(
        sent.query
            .starts_with(&format!("{}&timestamp=", query(kept)))
    );

    let raw = Raw::post("/fapi/v1/order").param("symbol", "BTCUSDT");
    let unknown = send_lost(&client, raw.clone()).await;
    assert_eq!(unknown.request::<Raw>(), Some(&raw));
    assert_eq!(unknown.request::<NewOrder>(), None);
}

#[tokio::test(start_paused = true)]
async fn error_of_a_batch_lists_all_client_order_ids() {
    let sim = losing(|_, _| response(200, FOUND));
    let batch = NewOrders::new([order().client_order_id("a"), order(), order()]);
    let unknown = send_lost(&sim.client(), batch).await;
    let [first, second, third] = &unknown.client_order_ids[..] else {
        panic!("{unknown:?}");
    };
    assert_eq!(first.as_str(), "a");
    assert_ne!(second, third);
    let sent = sim.sent().pop().unwrap();
    let orders = sent.parameter("batchOrders").unwrap();
    for id in [first, second, third] {
        assert!(orders.contains(&format!("%22newClientOrderId%22%3A%22{id}%22")));
    }
    assert_eq!(unknown.client_order_id(), None, "there is more than one");
}
