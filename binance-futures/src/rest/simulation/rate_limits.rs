//! Rate limits: a governor keeps a client below them.

use super::*;
use crate::client::WithOptions;
use crate::error::{Error, ThrottledReason};
use crate::governor::{Governor, Priority};
use crate::usdm::{CancelOrder, Depth, QueryOrder};

/// A response to `usdm::CancelOrder`.
const CANCELED: &str = include_str!("../../generated/usdm/rest/trade/cancel_order.json");

/// An exchange that rejects what exceeds the limits of orders or of the request weight.
fn limited(orders: usize, weight: u64) -> Arc<Sim> {
    Sim::new(move |sim, sent| {
        let sent_now = sim.sent();
        let in_window = |length: u64| {
            let begin = sent.at.as_secs() / length * length;
            sent_now
                .iter()
                .filter(move |other| other.at.as_secs() >= begin)
        };
        let placed = in_window(10).filter(|other| other.method == "POST").count();
        let used = in_window(60)
            .filter(|other| other.path.ends_with("/depth"))
            .count() as u64
            * 20;
        if sent.method == "POST" && placed > orders {
            return response(
                429,
                r#"{"code":-1015,"msg":"Too many new orders; current limit is 300 orders per TEN_SECONDS."}"#,
            );
        }
        if used > weight {
            return response(429, r#"{"code":-1003,"msg":"Too many requests."}"#);
        }
        match sent.method {
            "POST" => response(200, PLACED),
            "DELETE" => response(200, CANCELED),
            _ if sent.path.ends_with("/depth") => {
                response(200, r#"{"lastUpdateId":1,"E":1,"T":1,"bids":[],"asks":[]}"#)
            }
            _ => response(200, FOUND),
        }
    })
}

fn governed(sim: &Arc<Sim>, governor: &Governor) -> Client<Usdm> {
    let mut sender = sim.sender(Retry::never(), Skew::default());
    sender.context.budget = Some(governor.budget::<Usdm>(Some("key")));
    sender.timeout = Timeout::Never;
    Client::from_sender(sender)
}

#[tokio::test(start_paused = true)]
async fn storm_of_calls_is_never_rejected() {
    let sim = limited(300, 2_400);
    let governor = Governor::new();
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let client = governed(&sim, &governor);
            tokio::spawn(async move {
                for number in 0..12 {
                    if number % 2 == 0 {
                        client.send(order()).await.unwrap();
                    } else {
                        client
                            .send(Depth::new("BTCUSDT").limit(1_000))
                            .await
                            .unwrap();
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(sim.sent().len(), 64 * 12);
}

#[tokio::test(start_paused = true)]
async fn after_a_rejection_nothing_is_sent_until_the_exchange_accepts_requests_again() {
    for (status, wait) in [(429, 7), (418, 120)] {
        let body = r#"{"code":-1003,"msg":"Too many requests."}"#;
        let headers: &'static [_] = match status {
            429 => &[("retry-after", "7")],
            _ => &[("retry-after", "120")],
        };
        let sim = Sim::replying([
            Reply::Response(status, headers, body.to_owned()),
            response(200, FOUND),
        ]);
        let governor = Governor::new();
        let client = governed(&sim, &governor);
        let query = || QueryOrder::new("BTCUSDT", 1);
        assert!(matches!(
            client.send(query()).await,
            Err(Error::RateLimited(_))
        ));
        let other = governed(&sim, &governor);
        let Err(Error::Throttled(throttled)) = other.send(query()).await else {
            panic!("the call was sent");
        };
        let reason = match status {
            429 => ThrottledReason::Rejected,
            _ => ThrottledReason::Banned,
        };
        assert_eq!(throttled.reason, reason);
        assert!(throttled.retry_after.unwrap() <= seconds(wait));
        assert_eq!(sim.sent().len(), 1);
        tokio::time::sleep(seconds(wait)).await;
        client.send(query()).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn governor_learns_from_responses_what_others_use() {
    let sim = Sim::replying([Reply::Response(
        200,
        &[("x-mbx-used-weight-1m", "2399")],
        FOUND.to_owned(),
    )]);
    let governor = Governor::new();
    let client = governed(&sim, &governor);
    client.send(QueryOrder::new("BTCUSDT", 1)).await.unwrap();
    let usage = governor.usage();
    let mut limits = usage.iter().map(|limit| (limit.name, limit.used));
    assert_eq!(
        limits.find(|(name, _)| *name == "request_weight"),
        Some(("request_weight", 2_399))
    );
}

#[tokio::test(start_paused = true)]
async fn client_without_a_governor_sends_at_once() {
    let sim = Sim::replying([response(
        429,
        r#"{"code":-1003,"msg":"Too many requests."}"#,
    )]);
    let client = sim.client_with_retry(Retry::never());
    for _ in 0..3 {
        let error = client
            .send(QueryOrder::new("BTCUSDT", 1))
            .await
            .unwrap_err();
        assert!(matches!(error, Error::RateLimited(_)));
    }
    assert_eq!(sim.sent().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn rejected_orders_hold_back_orders_only() {
    let sim = limited(0, 2_400);
    let governor = Governor::new();
    let client = governed(&sim, &governor);
    assert!(matches!(
        client.send(order()).await,
        Err(Error::RateLimited(_))
    ));
    client.send(CancelOrder::new("BTCUSDT", "a")).await.unwrap();
    client.send(QueryOrder::new("BTCUSDT", 1)).await.unwrap();
    let started = Instant::now();
    let early = order().with().timeout(seconds(1));
    assert!(matches!(client.send(early).await, Err(Error::Throttled(_))));
    assert_eq!(started.elapsed(), Duration::ZERO);
    assert_eq!(sim.sent().len(), 3);
    let _ = client.send(order()).await;
    assert!(started.elapsed() > seconds(1) && started.elapsed() <= seconds(11));
    assert_eq!(sim.sent().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn options_of_a_call_take_precedence_over_those_of_the_client() {
    let sim = limited(300, 1_000_000);
    let governor = Governor::builder().share(1).build();
    let mut sender = sim.sender(Retry::never(), Skew::default());
    sender.context.budget = Some(governor.budget::<Usdm>(Some("key")));
    sender.timeout = Timeout::Never;
    sender.when_limited = WhenLimited::Fail;
    let client: Client<Usdm> = Client::from_sender(sender);
    let depth = || Depth::new("BTCUSDT").limit(1_000);
    client.send(depth()).await.unwrap();
    assert!(matches!(
        client.send(depth()).await,
        Err(Error::Throttled(_))
    ));
    let started = Instant::now();
    let waiting = depth().with().when_limited(WhenLimited::Wait);
    let important = depth()
        .with()
        .when_limited(WhenLimited::Wait)
        .priority(Priority::Cancel);
    let (first, second) = (client.clone(), client.clone());
    let order_of_responses = tokio::join!(
        async move {
            first.send(waiting).await.unwrap();
            started.elapsed()
        },
        async move {
            second.send(important).await.unwrap();
            started.elapsed()
        }
    );
    assert!(order_of_responses.1 < order_of_responses.0);
    assert!(order_of_responses.1 >= seconds(60));
}

#[tokio::test(start_paused = true)]
async fn order_that_waited_is_signed_with_the_time_at_which_it_is_sent() {
    let sim = limited(300, 2_400);
    let governor = Governor::new();
    let client = governed(&sim, &governor);
    for _ in 0..301 {
        client.send(order()).await.unwrap();
    }
    let sent = sim.sent();
    let last = sent.last().unwrap();
    assert!(last.at >= seconds(10));
    assert_eq!(
        last.timestamp() - START_TIME,
        i64::try_from(last.at.as_millis()).unwrap()
    );
}

#[tokio::test(start_paused = true)]
async fn every_attempt_counts_and_a_call_that_is_not_sent_does_not() {
    let failing = || Reply::Error(TransportErrorKind::Connect);
    let sim = Sim::replying([failing(), failing(), response(200, PLACED)]);
    let governor = Governor::new();
    let mut sender = sim.sender(Retry::default(), Skew::default());
    sender.context.budget = Some(governor.budget::<Usdm>(Some("key")));
    let client: Client<Usdm> = Client::from_sender(sender);
    client.send(order()).await.unwrap();
    let used = |name: &str| {
        let usage = governor.usage();
        usage.iter().find(|limit| limit.name == name).unwrap().used
    };
    assert_eq!(used("orders_10s"), 3);
    let fails = order().with().param("empty", "");
    assert!(matches!(
        client.send(fails).await,
        Err(Error::InvalidRequest(_))
    ));
    assert_eq!(used("orders_10s"), 3);
}
