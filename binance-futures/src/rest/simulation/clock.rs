//! Local clocks that are wrong or drift, and their synchronization.

use super::*;
use crate::client::WithOptions;
use crate::error::Error;
use crate::usdm::{Depth, QueryOrder};

const HOUR: Duration = Duration::from_secs(3_600);

/// An exchange that rejects timestamps that are too old or too far ahead.
fn strict() -> Arc<Sim> {
    Sim::new(|sim, sent| {
        sim.reject_wrong_timestamp(sent)
            .unwrap_or_else(|| match sent.method {
                "POST" => response(200, PLACED),
                _ => response(200, FOUND),
            })
    })
}

#[tokio::test(start_paused = true)]
async fn clock_ten_seconds_off_costs_one_rejection() {
    for ahead in [10_000, -10_000] {
        let sim = strict();
        let client = sim.client_with_skew(Skew::ahead(ahead));
        client.send(order()).await.unwrap();
        assert_eq!(
            sim.paths(),
            [
                "POST /fapi/v1/order",
                "GET /fapi/v1/time",
                "GET /fapi/v1/time",
                "GET /fapi/v1/time",
                "POST /fapi/v1/order"
            ]
        );
        let orders: Vec<_> = sim
            .sent()
            .into_iter()
            .filter(|sent| sent.method == "POST")
            .collect();
        assert_eq!(
            distinct(orders.iter().map(|sent| sent.parameter("newClientOrderId"))),
            1
        );
        assert_eq!(
            distinct(orders.iter().map(|sent| sent.parameter("signature"))),
            2
        );
        assert_eq!(client.clock_offset().as_millis(), -ahead);
        client.send(QueryOrder::new("BTCUSDT", 1)).await.unwrap();
        assert_eq!(sim.sent().len(), 6, "the clock is synchronized");
    }
}

/// A clock that gains 100 ppm is a second ahead after 10,000 s (2.8 hours). A clock that loses 100 ppm is five seconds behind after
/// 50,000 s (13.9 hours).
#[tokio::test(start_paused = true)]
async fn drifting_clock_costs_one_rejection_every_2_8_hours_and_no_order() {
    for (drift_ppm, shortest_interval) in [(100, seconds(10_000)), (-100, seconds(50_000))] {
        let sim = strict();
        let skew = Skew {
            drift_ppm,
            ..Skew::default()
        };
        let client = sim.client_with_skew(skew);
        let orders = 72 * 6;
        for _ in 0..orders {
            client.send(order()).await.unwrap();
            tokio::time::sleep(HOUR / 6).await;
        }
        let sent = sim.sent();
        let attempts: Vec<_> = sent.iter().filter(|sent| sent.method == "POST").collect();
        // An order has the same id in all attempts.
        let ids = attempts
            .iter()
            .map(|sent| sent.parameter("newClientOrderId"));
        assert_eq!(distinct(ids), orders, "each order was placed");
        let rejected: Vec<_> = attempts
            .windows(2)
            .filter(|two| {
                let [first, second] =
                    [two[0], two[1]].map(|sent| sent.parameter("newClientOrderId"));
                first == second
            })
            .map(|two| two[0].at)
            .collect();
        assert!(!rejected.is_empty());
        assert_eq!(attempts.len(), orders + rejected.len());
        assert_eq!(sim.time_requests(), 3 * rejected.len());
        // Latency and rounding are less than 10 ms together, which is 100 s of this drift.
        let tolerance = seconds(100);
        for two in rejected.windows(2) {
            let interval = two[1] - two[0];
            assert!(interval + tolerance >= shortest_interval, "{interval:?}");
        }
        let most = 72 * 3_600 / shortest_interval.as_secs();
        assert!(
            rejected.len() <= usize::try_from(most).unwrap(),
            "{rejected:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn hourly_sync_of_a_drifting_clock_avoids_all_rejections() {
    for drift_ppm in [100, -100] {
        let sim = strict();
        let skew = Skew {
            ahead: 3_000,
            drift_ppm,
            jump: None,
        };
        let client = sim.client_with_skew(skew);
        for _ in 0..72 {
            client.sync_clock().await.unwrap();
            tokio::time::sleep(HOUR).await;
            client.send(QueryOrder::new("BTCUSDT", 1)).await.unwrap();
        }
        assert_eq!(sim.time_requests(), 72 * 3);
        assert_eq!(sim.sent().len(), 72 * 3 + 72, "no rejection in three days");
    }
}

#[tokio::test(start_paused = true)]
async fn jump_of_the_local_clock_costs_one_rejection() {
    for jump in [HOUR.as_millis(), 10_000].map(|millis| i64::try_from(millis).unwrap()) {
        for jump in [jump, -jump] {
            let sim = strict();
            let skew = Skew {
                jump: Some((HOUR, jump)),
                ..Skew::default()
            };
            let client = sim.client_with_skew(skew);
            client.sync_clock().await.unwrap();
            for _ in 0..4 {
                client.send(order()).await.unwrap();
                tokio::time::sleep(HOUR / 2).await;
            }
            assert_eq!(client.clock_offset().as_millis(), -jump);
            assert_eq!(sim.time_requests(), 2 * 3);
            assert_eq!(sim.sent().len(), 2 * 3 + 4 + 1);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn concurrent_rejections_sync_the_clock_once() {
    let sim = strict();
    let client = sim.client_with_skew(Skew::ahead(-60_000));
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.send(order()).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(sim.time_requests(), 3);
    assert_eq!(sim.sent().len(), 50 + 3 + 50);
}

#[tokio::test(start_paused = true)]
async fn clock_is_synced_once_per_call_and_the_second_rejection_is_returned() {
    let sim = Sim::new(|_, sent| match sent.method {
        "POST" => response(400, WRONG_TIMESTAMP),
        _ => response(200, r#"{"serverTime":1700000000000}"#),
    });
    let error = sim.client().send(order()).await.unwrap_err();
    assert!(matches!(&error, Error::Api(_)));
    assert_eq!(error.code(), Some(-1021));
    assert_eq!(sim.sent().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn failed_clock_sync_returns_the_rejection() {
    for failure in [
        response(400, "{}"),
        Reply::Error(TransportErrorKind::Connect),
        Reply::Hang,
    ] {
        let sim = Sim::new(move |_, sent| match sent.method {
            "POST" => response(400, WRONG_TIMESTAMP),
            _ => failure.clone(),
        });
        let error = sim.client().send(order()).await.unwrap_err();
        assert_eq!(error.code(), Some(-1021));
        assert_eq!(sim.sent().len(), 2);
        assert!(sim.started.elapsed() <= seconds(10));
    }
}

#[tokio::test(start_paused = true)]
async fn call_without_timeout_does_not_wait_forever_for_a_clock_sync() {
    let sim = Sim::new(|_, sent| match sent.method {
        "POST" => response(400, WRONG_TIMESTAMP),
        _ => Reply::Hang,
    });
    let mut sender = sim.sender(Retry::default(), Skew::default());
    sender.timeout = Timeout::Never;
    let client = Client::<Usdm>::from_sender(sender);
    let error = client.send(order()).await.unwrap_err();
    assert_eq!(error.code(), Some(-1021));
    assert_eq!(sim.sent().len(), 2);
    assert!(sim.started.elapsed() <= seconds(11));
}

#[tokio::test(start_paused = true)]
async fn public_requests_do_not_depend_on_the_clock() {
    let sim = Sim::replying([response(
        200,
        r#"{"lastUpdateId":1,"E":1,"T":1,"bids":[],"asks":[]}"#,
    )]);
    let client = sim.client_with_skew(Skew::ahead(i64::MAX / 4));
    client.send(Depth::new("BTCUSDT").with()).await.unwrap();
    assert_eq!(sim.sent()[0].query, "symbol=BTCUSDT");
}
