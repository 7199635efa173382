//! What is retried, when, and what is never retried.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;
use crate::client::{Backoff, FailedAttempt, RetryPolicy, WithOptions};
use crate::error::{Error, Outcome};
use crate::rest::Raw;
use crate::usdm::{ChangeLeverage, Depth, QueryOrder};

use TransportErrorKind::{Broken, Connect, Timeout};

const THROTTLED: &str = r#"{"code":-1008,"msg":"Request throttled by system-level protection. Reduce-only/close-position orders are exempt. Please try again."}"#;
const UNAVAILABLE: &str = r#"{"code":-1001,"msg":"Service Unavailable."}"#;
const UNKNOWN: &str =
    r#"{"code":-1000,"msg":"Unknown error, please check your request or try again later."}"#;
const TOO_MANY: &str = r#"{"code":-1003,"msg":"Too many requests."}"#;

fn depth() -> Reply {
    response(200, r#"{"lastUpdateId":1,"E":1,"T":1,"bids":[],"asks":[]}"#)
}

#[tokio::test(start_paused = true)]
async fn read_only_request_is_retried_after_any_failure() {
    for failure in [
        Reply::Error(Connect),
        Reply::Error(Timeout),
        Reply::Error(Broken),
        response(500, ""),
        response(502, "<html>"),
        response(503, UNKNOWN),
        response(503, THROTTLED),
        response(504, "{}"),
        response(408, ""),
    ] {
        let sim = Sim::replying([failure.clone(), failure.clone(), depth()]);
        assert!(sim.client().send(Depth::new("BTCUSDT")).await.is_ok());
        assert_eq!(sim.sent().len(), 3, "{failure:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn waits_double_and_attempts_are_limited() {
    let sim = Sim::replying([response(502, "")]);
    let error = sim.client().send(Depth::new("BTCUSDT")).await.unwrap_err();
    assert!(matches!(error, Error::Server(_)));
    let intervals = sim.intervals();
    assert_eq!(intervals.len(), 2);
    // The round trip takes ten milliseconds.
    assert!((110..=211).contains(&intervals[0]), "{intervals:?}");
    assert!((210..=411).contains(&intervals[1]), "{intervals:?}");
}

#[tokio::test(start_paused = true)]
async fn rejected_request_is_not_retried() {
    for rejection in [
        response(400, r#"{"code":-1121,"msg":"Invalid symbol."}"#),
        response(401, r#"{"code":-2015,"msg":"Invalid API-key."}"#),
        response(403, "<html>"),
        response(404, ""),
        response(418, TOO_MANY),
        response(200, "<html>"),
        response(200, r#"{"unlike":"a book"}"#),
    ] {
        let sim = Sim::replying([rejection]);
        assert!(sim.client().send(Depth::new("BTCUSDT")).await.is_err());
        assert_eq!(sim.sent().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn exceeded_order_limit_is_retried_when_its_window_ends() {
    let limit = r#"{"code":-1015,"msg":"Too many new orders; current limit is 300 orders per TEN_SECONDS."}"#;
    let sim = Sim::replying([response(400, limit), response(200, PLACED)]);
    let client = sim.client();
    tokio::time::sleep(seconds(4)).await;
    let call = order().with().recv_window(20_000).timeout(seconds(30));
    assert!(client.send(call).await.is_ok());
    let second = sim.sent().last().unwrap().at;
    assert!((10_000..10_100).contains(&second.as_millis()), "{second:?}");
}

#[tokio::test(start_paused = true)]
async fn order_with_unknown_outcome_is_never_resent() {
    #[derive(Debug)]
    struct Always;
    impl RetryPolicy for Always {
        fn wait(&self, _: &FailedAttempt<'_>) -> Option<Duration> {
            Some(Duration::ZERO)
        }
    }
    for lost in [
        Reply::Error(Timeout),
        Reply::Error(Broken),
        response(500, ""),
        response(502, "<html>"),
        response(503, UNKNOWN),
        response(503, ""),
        response(504, "{}"),
        response(408, ""),
        response(400, r#"{"code":-1006,"msg":"Unexpected."}"#),
        response(
            400,
            r#"{"code":-1007,"msg":"Timeout waiting for response."}"#,
        ),
        response(200, "<html>"),
        response(200, ""),
    ] {
        let sim = Sim::replying([lost.clone()]);
        let client = sim.client_with_retry(Retry::custom(Always));
        let error = client.send(order()).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{lost:?}");
        assert_eq!(sim.sent().len(), 1, "{lost:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn order_that_was_not_executed_is_retried() {
    for failure in [
        Reply::Error(Connect),
        response(503, UNAVAILABLE),
        response(503, THROTTLED),
        Reply::Response(429, &[("retry-after", "1")], TOO_MANY.to_owned()),
    ] {
        let sim = Sim::replying([failure.clone(), response(200, PLACED)]);
        assert!(sim.client().send(order()).await.is_ok(), "{failure:?}");
        let sent = sim.sent();
        assert_eq!(sent.len(), 2);
        let ids = sent.iter().map(|sent| sent.parameter("newClientOrderId"));
        assert_eq!(
            distinct(ids),
            1,
            "all attempts of an order have the same id"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn idempotent_request_is_retried_after_a_lost_response() {
    let done = response(
        200,
        r#"{"leverage":5,"maxNotionalValue":"1000000","symbol":"BTCUSDT"}"#,
    );
    let sim = Sim::replying([Reply::Error(Broken), response(503, UNKNOWN), done]);
    assert!(
        sim.client()
            .send(ChangeLeverage::new("BTCUSDT", 5))
            .await
            .is_ok()
    );
    assert_eq!(sim.sent().len(), 3);
    let sim = Sim::replying([Reply::Error(Broken)]);
    let raw = Raw::post("/fapi/v1/leverage").param("leverage", 5);
    let error = sim.client().send(raw).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(sim.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_its_own_timestamp_and_signature() {
    let sim = Sim::replying([response(502, ""), response(502, ""), response(200, FOUND)]);
    let client = sim.client();
    client.send(QueryOrder::new("BTCUSDT", 1)).await.unwrap();
    let sent = sim.sent();
    for sent in &sent {
        let now = START_TIME + i64::try_from(sent.at.as_millis()).unwrap();
        assert_eq!(sent.timestamp(), now);
        assert_eq!(sent.query.matches("timestamp=").count(), 1);
        let (payload, signature) = sent.query.split_once("&signature=").unwrap();
        let credentials = Credentials::hmac("key", "secret").unwrap();
        assert_eq!(
            credentials.sign(payload.as_bytes()).await.unwrap().as_str(),
            signature
        );
    }
    let signatures = sent.iter().map(|sent| sent.parameter("signature"));
    assert_eq!(distinct(signatures), 3);
}

/// Each attempt replaces timestamp and signature in the buffer of the first.
#[tokio::test(start_paused = true)]
async fn signing_again_allocates_nothing() {
    let sim = Sim::replying([response(200, PLACED)]);
    let sender = sim.sender(Retry::never(), Skew::default());
    let order = order().client_order_id("entry-7");
    let mut prepared = sender.encode::<Usdm, _>(&order).unwrap();
    sender.sign(&mut prepared).await.unwrap();
    let first = prepared.url().to_owned();
    let allocated = allocation_counter::measure(|| {
        let signing = pin!(sender.sign(&mut prepared));
        let polled = signing.poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(polled, Poll::Ready(Ok(()))));
    });
    assert_eq!(allocated.count_total, 0);
    assert_eq!(prepared.url(), first, "the clock has not advanced");
}

#[tokio::test(start_paused = true)]
async fn retry_after_header_is_observed_with_every_policy() {
    #[derive(Debug)]
    struct Immediate;
    impl RetryPolicy for Immediate {
        fn wait(&self, failed: &FailedAttempt<'_>) -> Option<Duration> {
            (failed.attempt < 3).then_some(Duration::ZERO)
        }
    }
    for retry in [Retry::default(), Retry::custom(Immediate)] {
        let limited = Reply::Response(429, &[("retry-after", "3")], TOO_MANY.to_owned());
        let sim = Sim::replying([limited, depth()]);
        let client = sim.client_with_retry(retry);
        assert!(client.send(Depth::new("BTCUSDT")).await.is_ok());
        assert!(sim.intervals()[0] >= 3_000, "{:?}", sim.intervals());
    }
}

#[tokio::test(start_paused = true)]
async fn wait_that_would_end_after_the_timeout_is_not_started() {
    for headers in [
        &[("retry-after", "11")][..],
        // The wait lasts until the end of the minute.
        &[],
    ] {
        let sim = Sim::replying([Reply::Response(429, headers, TOO_MANY.to_owned())]);
        let error = sim.client().send(Depth::new("BTCUSDT")).await.unwrap_err();
        assert!(matches!(error, Error::RateLimited(_)));
        assert_eq!(sim.sent().len(), 1);
        assert_eq!(sim.started.elapsed().as_millis(), 10);
    }
}

#[tokio::test(start_paused = true)]
async fn timeout_covers_all_attempts() {
    let patient = Backoff::default().attempts(100).total(seconds(1_000));
    for failure in [response(502, ""), Reply::Hang] {
        let sim = Sim::replying([failure]);
        let client = sim.client_with_retry(patient);
        let call = Depth::new("BTCUSDT").with().timeout(seconds(7));
        assert!(client.send(call).await.is_err());
        // Timers are rounded up to whole milliseconds.
        let elapsed = sim.started.elapsed();
        assert!(
            elapsed <= seconds(7) + Duration::from_millis(1),
            "{elapsed:?}"
        );
        for sent in sim.sent() {
            assert_eq!(sent.timeout, Some(seconds(7) - sent.at));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn order_is_not_sent_without_the_time_to_connect() {
    let patient = Backoff::default().attempts(100);
    let sim = Sim::replying([Reply::Error(Connect)]);
    let client = sim.client_with_retry(patient);
    let call = order().with().timeout(seconds(3));
    let error = client.send(call).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NoEffect);
    let sent = sim.sent();
    assert!(sent.len() > 2);
    for sent in sent {
        assert!(sent.timeout > Some(seconds(1)), "{sent:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn call_without_timeout_ends_with_its_retry_policy() {
    let patient = Backoff::default().attempts(100).total(seconds(60));
    let sim = Sim::replying([response(502, "")]);
    let client = sim.client_with_retry(patient);
    let call = Depth::new("BTCUSDT").with().timeout(None);
    assert!(client.send(call).await.is_err());
    assert!((50..=61).contains(&sim.started.elapsed().as_secs()));
    assert!(sim.sent().iter().all(|sent| sent.timeout.is_none()));
}

#[tokio::test(start_paused = true)]
async fn order_is_not_retried_after_its_receive_window() {
    let patient = Backoff::default().attempts(100).total(seconds(1_000));
    for (window, latest) in [(None, 5_000), (Some(700), 700)] {
        let sim = Sim::replying([Reply::Error(Connect)]);
        let client = sim.client_with_retry(patient);
        let mut call = order().with().timeout(None);
        if let Some(window) = window {
            call = call.recv_window(window);
        }
        let error = client.send(call).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NoEffect);
        let last = sim.sent().last().unwrap().at.as_millis();
        // Timers are rounded up to whole milliseconds.
        assert!(last <= latest + 1, "{last}");
        assert!(sim.sent().len() > 2);
    }
}

#[tokio::test(start_paused = true)]
async fn retry_never_sends_every_request_once() {
    for failure in [
        Reply::Error(Connect),
        Reply::Error(Broken),
        response(502, ""),
        response(503, THROTTLED),
        response(400, WRONG_TIMESTAMP),
    ] {
        let sim = Sim::replying([failure]);
        let client = sim.client_with_retry(Retry::never());
        assert!(client.send(QueryOrder::new("BTCUSDT", 1)).await.is_err());
        assert!(client.send(order()).await.is_err());
        assert_eq!(sim.sent().len(), 2);
    }
    // The same for a single call, both ways.
    let sim = Sim::replying([response(502, "")]);
    let call = || Depth::new("BTCUSDT").with();
    let never = sim.client_with_retry(Retry::never());
    assert!(never.send(call().retry(Backoff::default())).await.is_err());
    assert_eq!(sim.sent().len(), 3);
    assert!(
        sim.client()
            .send(call().retry(Retry::never()))
            .await
            .is_err()
    );
    assert_eq!(sim.sent().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn custom_policy_receives_the_failed_attempt() {
    #[derive(Debug, Default, Clone)]
    struct Recorded(Arc<Mutex<Vec<(u32, Duration, Outcome)>>>);
    impl RetryPolicy for Recorded {
        fn wait(&self, failed: &FailedAttempt<'_>) -> Option<Duration> {
            let seen = (failed.attempt, failed.elapsed, failed.error.outcome());
            self.0.lock().unwrap().push(seen);
            (failed.attempt < 2).then_some(seconds(1))
        }
    }
    let recorded = Recorded::default();
    let sim = Sim::replying([Reply::Error(Connect), response(503, THROTTLED)]);
    let client = sim.client_with_retry(Retry::custom(recorded.clone()));
    assert!(client.send(order()).await.is_err());
    let millis = Duration::from_millis;
    assert_eq!(
        *recorded.0.lock().unwrap(),
        [
            (1, millis(10), Outcome::NoEffect),
            (2, millis(1_020), Outcome::Rejected)
        ]
    );
}
