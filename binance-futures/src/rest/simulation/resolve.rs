//! Finding out what became of orders.

use super::*;
use crate::error::{Error, InvalidRequest, UnknownOutcome};
use crate::rest::{Resolution, Sendable};
use crate::types::OrderStatus;
use crate::usdm::{NewAlgoOrder, NewOrders};

const ABSENT: &str = r#"{"code":-2013,"msg":"Order does not exist."}"#;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// An order that is lost in a world that then answers questions as the test says.
async fn lost(
    answer: impl Fn(&Sim, Duration) -> Reply + Send + Sync + 'static,
) -> (Arc<Sim>, Box<UnknownOutcome>) {
    let world = Sim::new(move |world, sent| match sent.method {
        "POST" => Reply::Error(TransportErrorKind::Broken),
        _ => match world.tells_time(sent) {
            Some(time) => time,
            None => answer(world, sent.at),
        },
    });
    let error = world.client().send(order()).await.unwrap_err();
    let Error::UnknownOutcome(unknown) = error else {
        panic!("{error:?}");
    };
    (world, unknown)
}

#[tokio::test(start_paused = true)]
async fn an_order_that_arrived_is_found_by_its_id() {
    let (world, unknown) = lost(|_, _| answers(200, FOUND)).await;
    let fate = world
        .client()
        .resolve::<NewOrder>(&unknown, seconds(10))
        .await;
    let Ok(Resolution::Found(found)) = fate else {
        panic!("{fate:?}");
    };
    assert_eq!(found.status, OrderStatus::PartiallyFilled);
    let sent = world.sent();
    assert_eq!(world.paths(), ["POST /fapi/v1/order", "GET /fapi/v1/order"]);
    assert_eq!(sent[1].parameter("symbol"), Some("BTCUSDT"));
    assert_eq!(
        sent[1].parameter("origClientOrderId"),
        sent[0].parameter("newClientOrderId")
    );
}

#[tokio::test(start_paused = true)]
async fn an_order_that_arrives_late_is_waited_for() {
    let (world, unknown) = lost(|_, at| match at.as_millis() {
        0..5_000 => answers(400, ABSENT),
        _ => answers(200, FOUND),
    })
    .await;
    let fate = world
        .client()
        .resolve::<NewOrder>(&unknown, seconds(10))
        .await;
    assert!(matches!(fate, Ok(Resolution::Found(_))), "{fate:?}");
}

#[tokio::test(start_paused = true)]
async fn an_order_is_not_done_only_when_it_cannot_arrive_any_more() {
    let (world, unknown) = lost(|_, _| answers(400, ABSENT)).await;
    assert_eq!(
        unknown.taken_until,
        Some(Timestamp::from_millis(BEGINNING + 5_000))
    );
    let fate = world
        .client()
        .resolve::<NewOrder>(&unknown, seconds(10))
        .await;
    assert!(matches!(fate, Ok(Resolution::NotExecuted)), "{fate:?}");
    let last = world.sent().last().unwrap().at;
    assert!((7_000..10_000).contains(&last.as_millis()), "{last:?}");
    // Asked later it is certain at once.
    let fate = world
        .client()
        .resolve::<NewOrder>(&unknown, seconds(0))
        .await;
    assert!(matches!(fate, Ok(Resolution::NotExecuted)), "{fate:?}");
}

#[tokio::test(start_paused = true)]
async fn it_is_not_too_late_for_an_order_only_because_our_clock_is_ahead() {
    // By a clock that nobody set the order's time is over when it arrives.
    let arrives = 4_000;
    let world = Sim::new(move |world, sent| match sent.method {
        "POST" => Reply::Error(TransportErrorKind::Broken),
        _ => match world.tells_time(sent) {
            Some(time) => time,
            None if sent.at.as_millis() < arrives => answers(400, ABSENT),
            None => answers(200, FOUND),
        },
    });
    let skew = Skewed {
        ahead: 4_500,
        parts_per_million: 0,
    };
    let client = world.client_with(Retry::default(), skew);
    let call = order().with().recv_window(1_000);
    let Err(Error::UnknownOutcome(unknown)) = client.send(call).await else {
        panic!();
    };
    let fate = client.resolve::<NewOrder>(&unknown, seconds(30)).await;
    assert!(matches!(fate, Ok(Resolution::Found(_))), "{fate:?}");
    assert_eq!(client.clock_offset().as_millis(), -4_500);
}

#[tokio::test(start_paused = true)]
async fn before_that_its_fate_stays_unknown() {
    let (world, unknown) = lost(|_, _| answers(400, ABSENT)).await;
    let begun = Instant::now();
    let fate = world
        .client()
        .resolve::<NewOrder>(&unknown, seconds(3))
        .await;
    let Ok(Resolution::Unresolved { last }) = fate else {
        panic!("{fate:?}");
    };
    assert_eq!(last.code(), Some(-2013));
    assert!(begun.elapsed() <= seconds(3));
}

#[tokio::test(start_paused = true)]
async fn questions_that_fail_are_asked_again() {
    let (world, unknown) = lost(|world, _| match world.sent().len() {
        2 => Reply::Error(TransportErrorKind::Connect),
        3 => Reply::Hang,
        4 => answers(503, ""),
        5 => Reply::Response(429, &[("retry-after", "4")], String::from("{}")),
        6 => answers(400, STALE),
        _ => answers(200, FOUND),
    })
    .await;
    let fate = world
        .client()
        .resolve::<NewOrder>(&unknown, Duration::MAX)
        .await;
    assert!(matches!(fate, Ok(Resolution::Found(_))), "{fate:?}");
    assert_eq!(world.sent().len(), 10);
}

#[tokio::test(start_paused = true)]
async fn questions_that_hang_end_with_the_time_given() {
    let (world, unknown) = lost(|_, _| Reply::Hang).await;
    let begun = Instant::now();
    let fate = world
        .client()
        .resolve::<NewOrder>(&unknown, seconds(4))
        .await;
    assert!(
        matches!(fate, Ok(Resolution::Unresolved { .. })),
        "{fate:?}"
    );
    assert!(begun.elapsed() <= seconds(4), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_question_that_is_refused_is_an_error() {
    let (world, unknown) = lost(|_, _| answers(401, r#"{"code":-2015,"msg":"No."}"#)).await;
    let error = world
        .client()
        .resolve::<NewOrder>(&unknown, seconds(60))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some(-2015));
    assert_eq!(world.sent().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_has_no_id_cannot_be_asked_for() {
    let world = Sim::doing([Reply::Error(TransportErrorKind::Broken)]);
    let client = world.client();
    let raw = order().with().param("x", 1);
    let Err(Error::UnknownOutcome(unknown)) = client.send(raw).await else {
        panic!();
    };
    // An order of one kind is none of another.
    let error = client
        .resolve::<NewAlgoOrder>(&unknown, seconds(1))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "what was sent is usdm::NewOrder and not usdm::NewAlgoOrder: resolve it as what it is"
    );
    let error = client
        .resolve_each::<NewOrder>(&unknown, seconds(1))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "what was sent is usdm::NewOrder and not a batch: resolve it as what it is"
    );
    let without_ids = world.client_without_ids();
    let Err(Error::UnknownOutcome(unknown)) = without_ids.send(order()).await else {
        panic!();
    };
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
        "nothing tells what became of usdm::NewOrder: it was sent without newClientOrderId"
    );
}

#[tokio::test(start_paused = true)]
async fn each_order_of_a_batch_is_found_or_not() {
    let world = Sim::new(|world, sent| {
        let id = sent.parameter("origClientOrderId");
        match (sent.method, id, world.tells_time(sent)) {
            (_, _, Some(time)) => time,
            ("POST", ..) => Reply::Error(TransportErrorKind::Broken),
            (_, Some("b"), _) => answers(400, ABSENT),
            _ => answers(200, FOUND),
        }
    });
    let client = world.client();
    let orders = ["a", "b", "c"].map(|id| order().client_order_id(id));
    let Err(Error::UnknownOutcome(unknown)) = client.send(NewOrders::new(orders)).await else {
        panic!();
    };
    let fates = client
        .resolve_each::<NewOrder>(&unknown, seconds(20))
        .await
        .unwrap();
    assert!(
        matches!(
            fates[..],
            [
                Resolution::Found(_),
                Resolution::NotExecuted,
                Resolution::Found(_)
            ]
        ),
        "{fates:?}"
    );
}
