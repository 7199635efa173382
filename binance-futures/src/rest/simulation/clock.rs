//! Clocks that are off, drift, and are set.

use super::*;
use crate::error::Error;
use crate::rest::Sendable;
use crate::usdm::{Depth, QueryOrder};

/// An exchange that refuses what comes too late or too early.
fn strict() -> Arc<Sim> {
    Sim::new(|world, sent| {
        world.refuses(sent).unwrap_or_else(|| match sent.method {
            "POST" => answers(200, ACKNOWLEDGED),
            _ => answers(200, FOUND),
        })
    })
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_ten_seconds_off_costs_one_refusal_and_is_set() {
    for ahead in [10_000, -10_000] {
        let world = strict();
        let skew = Skewed {
            ahead,
            parts_per_million: 0,
        };
        let client = world.client_with(Retry::default(), skew);
        client.send(order()).await.unwrap();
        assert_eq!(
            world.paths(),
            [
                "POST /fapi/v1/order",
                "GET /fapi/v1/time",
                "GET /fapi/v1/time",
                "GET /fapi/v1/time",
                "POST /fapi/v1/order"
            ]
        );
        let orders: Vec<_> = world
            .sent()
            .into_iter()
            .filter(|sent| sent.method == "POST")
            .collect();
        assert_eq!(
            different(orders.iter().map(|sent| sent.parameter("newClientOrderId"))),
            1
        );
        assert_eq!(
            different(orders.iter().map(|sent| sent.parameter("signature"))),
            2
        );
        assert_eq!(client.clock_offset().as_millis(), -ahead);
        client.send(QueryOrder::new("BTCUSDT", 1)).await.unwrap();
        assert_eq!(world.sent().len(), 6, "the clock is right now");
    }
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_drifts_is_followed_for_days() {
    for parts_per_million in [100, -100] {
        let world = strict();
        let skew = Skewed {
            ahead: 3_000,
            parts_per_million,
        };
        let client = world.client_with(Retry::default(), skew);
        for hour in 0..72 {
            client.send(QueryOrder::new("BTCUSDT", 1)).await.unwrap();
            if hour == 0 || hour == 1 {
                client.sync_clock().await.unwrap();
            }
            tokio::time::sleep(Duration::from_secs(3_600)).await;
        }
        let drift = client.clock_drift().parts_per_million();
        let expected = -(parts_per_million as f64);
        assert!((drift - expected).abs() < 5.0, "{drift}");
        // 72 questions; six for the time by hand, and three where the first timestamp was too far ahead.
        let expected = 72 + 6 + 4;
        assert_eq!(
            world.sent().len(),
            expected,
            "no other refusal in three days"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn without_being_set_by_hand_a_drifting_clock_costs_a_few_refusals_and_no_order() {
    let world = strict();
    let skew = Skewed {
        ahead: 0,
        parts_per_million: 100,
    };
    let client = world.client_with(Retry::default(), skew);
    for _ in 0..500 {
        client.send(order()).await.unwrap();
        tokio::time::sleep(Duration::from_secs(600)).await;
    }
    let asked = world
        .paths()
        .iter()
        .filter(|path| path.ends_with("time"))
        .count();
    assert!(asked <= 6, "{asked}: the drift is known after two refusals");
}

#[tokio::test(start_paused = true)]
async fn many_calls_refused_at_once_set_the_clock_once() {
    let world = strict();
    let skew = Skewed {
        ahead: -60_000,
        parts_per_million: 0,
    };
    let client = world.client_with(Retry::default(), skew);
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.send(order()).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let asked = world
        .paths()
        .iter()
        .filter(|path| path.ends_with("time"))
        .count();
    assert_eq!(asked, 3);
    assert_eq!(world.sent().len(), 50 + 3 + 50);
}

#[tokio::test(start_paused = true)]
async fn the_clock_is_set_once_in_a_call_and_the_refusal_told_when_that_does_not_help() {
    let world = Sim::new(|_, sent| match sent.method {
        "POST" => answers(400, STALE),
        _ => answers(200, r#"{"serverTime":1700000000000}"#),
    });
    let error = world.client().send(order()).await.unwrap_err();
    assert!(matches!(&error, Error::Api(_)));
    assert_eq!(error.code(), Some(-1021));
    assert_eq!(world.sent().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_cannot_be_set_leaves_the_refusal() {
    for failure in [
        answers(400, "{}"),
        Reply::Error(TransportErrorKind::Connect),
        Reply::Hang,
    ] {
        let world = Sim::new(move |_, sent| match sent.method {
            "POST" => answers(400, STALE),
            _ => failure.clone(),
        });
        let error = world.client().send(order()).await.unwrap_err();
        assert_eq!(error.code(), Some(-1021));
        assert_eq!(world.sent().len(), 2);
        assert!(world.begun.elapsed() <= Duration::from_secs(10));
    }
}

#[tokio::test(start_paused = true)]
async fn public_requests_need_no_clock() {
    let world = Sim::doing([answers(
        200,
        r#"{"lastUpdateId":1,"E":1,"T":1,"bids":[],"asks":[]}"#,
    )]);
    let skew = Skewed {
        ahead: i64::MAX / 4,
        parts_per_million: 0,
    };
    let client = world.client_with(Retry::default(), skew);
    client.send(Depth::new("BTCUSDT").with()).await.unwrap();
    assert_eq!(world.sent()[0].query, "symbol=BTCUSDT");
}
