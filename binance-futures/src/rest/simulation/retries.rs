//! What is sent again, when, and what never.

use super::*;
use crate::error::{Error, Outcome};
use crate::rest::{Backoff, Failed, Raw, RetryPolicy, Sendable};
use crate::usdm::{ChangeLeverage, Depth, QueryOrder};

use TransportErrorKind::{Broken, Connect, Timeout};

const BUSY: &str = r#"{"code":-1008,"msg":"Request throttled by system-level protection. Reduce-only/close-position orders are exempt. Please try again."}"#;
const UNAVAILABLE: &str = r#"{"code":-1001,"msg":"Service Unavailable."}"#;
const UNKNOWN: &str =
    r#"{"code":-1000,"msg":"Unknown error, please check your request or try again later."}"#;
const TOO_MANY: &str = r#"{"code":-1003,"msg":"Too many requests."}"#;

fn book() -> Reply {
    answers(200, r#"{"lastUpdateId":1,"E":1,"T":1,"bids":[],"asks":[]}"#)
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test(start_paused = true)]
async fn a_question_is_asked_again_whatever_befell_it() {
    for failure in [
        Reply::Error(Connect),
        Reply::Error(Timeout),
        Reply::Error(Broken),
        answers(500, ""),
        answers(502, "<html>"),
        answers(503, UNKNOWN),
        answers(503, BUSY),
        answers(504, "{}"),
        answers(408, ""),
    ] {
        let world = Sim::doing([failure.clone(), failure.clone(), book()]);
        assert!(world.client().send(Depth::new("BTCUSDT")).await.is_ok());
        assert_eq!(world.sent().len(), 3, "{failure:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn waits_grow_and_attempts_end() {
    let world = Sim::doing([answers(502, "")]);
    let error = world
        .client()
        .send(Depth::new("BTCUSDT"))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Server(_)));
    let waits = world.waits();
    assert_eq!(waits.len(), 2);
    // What is sent takes ten milliseconds on its way.
    assert!((110..=211).contains(&waits[0]), "{waits:?}");
    assert!((210..=411).contains(&waits[1]), "{waits:?}");
}

#[tokio::test(start_paused = true)]
async fn what_was_refused_is_not_asked_again() {
    for refusal in [
        answers(400, r#"{"code":-1121,"msg":"Invalid symbol."}"#),
        answers(401, r#"{"code":-2015,"msg":"Invalid API-key."}"#),
        answers(403, "<html>"),
        answers(404, ""),
        answers(418, TOO_MANY),
        answers(200, "<html>"),
        answers(200, r#"{"unlike":"a book"}"#),
    ] {
        let world = Sim::doing([refusal]);
        assert!(world.client().send(Depth::new("BTCUSDT")).await.is_err());
        assert_eq!(world.sent().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn an_order_that_may_have_been_executed_is_never_sent_again() {
    #[derive(Debug)]
    struct Always;
    impl RetryPolicy for Always {
        fn wait(&self, _: &Failed<'_>) -> Option<Duration> {
            Some(Duration::ZERO)
        }
    }
    for lost in [
        Reply::Error(Timeout),
        Reply::Error(Broken),
        answers(500, ""),
        answers(502, "<html>"),
        answers(503, UNKNOWN),
        answers(503, ""),
        answers(504, "{}"),
        answers(408, ""),
        answers(400, r#"{"code":-1006,"msg":"Unexpected."}"#),
        answers(
            400,
            r#"{"code":-1007,"msg":"Timeout waiting for response."}"#,
        ),
        answers(200, "<html>"),
        answers(200, ""),
    ] {
        let world = Sim::doing([lost.clone()]);
        let client = world.client_with(Always, Skewed::default());
        let error = client.send(order()).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{lost:?}");
        assert_eq!(world.sent().len(), 1, "{lost:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_order_that_was_certainly_not_executed_is_sent_again() {
    for failure in [
        Reply::Error(Connect),
        answers(503, UNAVAILABLE),
        answers(503, BUSY),
        Reply::Response(429, &[("retry-after", "1")], TOO_MANY.to_owned()),
    ] {
        let world = Sim::doing([failure.clone(), answers(200, ACKNOWLEDGED)]);
        assert!(world.client().send(order()).await.is_ok(), "{failure:?}");
        let sent = world.sent();
        assert_eq!(sent.len(), 2);
        let ids = sent.iter().map(|sent| sent.parameter("newClientOrderId"));
        assert_eq!(different(ids), 1, "one order has one id");
    }
}

#[tokio::test(start_paused = true)]
async fn what_does_no_more_when_done_twice_is_sent_again_after_a_lost_answer() {
    let done = answers(
        200,
        r#"{"leverage":5,"maxNotionalValue":"1000000","symbol":"BTCUSDT"}"#,
    );
    let world = Sim::doing([Reply::Error(Broken), answers(503, UNKNOWN), done]);
    assert!(
        world
            .client()
            .send(ChangeLeverage::new("BTCUSDT", 5))
            .await
            .is_ok()
    );
    assert_eq!(world.sent().len(), 3);
    let world = Sim::doing([Reply::Error(Broken)]);
    let raw = Raw::post("/fapi/v1/leverage").param("leverage", 5);
    let error = world.client().send(raw).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(world.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_a_timestamp_and_a_signature_of_its_own() {
    let world = Sim::doing([answers(502, ""), answers(502, ""), answers(200, FOUND)]);
    let client = world.client();
    client.send(QueryOrder::new("BTCUSDT", 1)).await.unwrap();
    let sent = world.sent();
    for sent in &sent {
        let now = BEGINNING + i64::try_from(sent.at.as_millis()).unwrap();
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
    assert_eq!(different(signatures), 3);
}

#[tokio::test(start_paused = true)]
async fn a_wait_the_exchange_asks_for_is_kept_even_by_a_policy_without_patience() {
    #[derive(Debug)]
    struct AtOnce;
    impl RetryPolicy for AtOnce {
        fn wait(&self, failed: &Failed<'_>) -> Option<Duration> {
            (failed.attempt < 3).then_some(Duration::ZERO)
        }
    }
    for retry in [Retry::default(), Retry::from(AtOnce)] {
        let limited = Reply::Response(429, &[("retry-after", "3")], TOO_MANY.to_owned());
        let world = Sim::doing([limited, book()]);
        let client = world.client_with(retry, Skewed::default());
        assert!(client.send(Depth::new("BTCUSDT")).await.is_ok());
        assert!(world.waits()[0] >= 3_000, "{:?}", world.waits());
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_would_end_too_late_is_not_begun() {
    for headers in [
        &[("retry-after", "11")][..],
        // To the end of the minute.
        &[],
    ] {
        let world = Sim::doing([Reply::Response(429, headers, TOO_MANY.to_owned())]);
        let error = world
            .client()
            .send(Depth::new("BTCUSDT"))
            .await
            .unwrap_err();
        assert!(matches!(error, Error::RateLimited(_)));
        assert_eq!(world.sent().len(), 1);
        assert_eq!(world.begun.elapsed().as_millis(), 10);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_takes_no_longer_than_its_timeout_with_all_its_attempts() {
    let patient = Backoff::default().attempts(100).total(seconds(1_000));
    for failure in [answers(502, ""), Reply::Hang] {
        let world = Sim::doing([failure]);
        let client = world.client_with(patient, Skewed::default());
        let call = Depth::new("BTCUSDT").with().timeout(seconds(7));
        assert!(client.send(call).await.is_err());
        // Timers go by whole milliseconds.
        let elapsed = world.begun.elapsed();
        assert!(
            elapsed <= seconds(7) + Duration::from_millis(1),
            "{elapsed:?}"
        );
        for sent in world.sent() {
            assert_eq!(sent.timeout, Some(seconds(7) - sent.at));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_order_is_not_sent_when_its_connection_might_take_all_the_time_that_is_left() {
    let patient = Backoff::default().attempts(100);
    let world = Sim::doing([Reply::Error(Connect)]);
    let client = world.client_with(patient, Skewed::default());
    let call = order().with().timeout(seconds(3));
    let error = client.send(call).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NoEffect);
    let sent = world.sent();
    assert!(sent.len() > 2);
    for sent in sent {
        assert!(sent.timeout > Some(seconds(1)), "{sent:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_without_end_goes_on_as_long_as_its_policy() {
    let patient = Backoff::default().attempts(100).total(seconds(60));
    let world = Sim::doing([answers(502, "")]);
    let client = world.client_with(patient, Skewed::default());
    let call = Depth::new("BTCUSDT").with().timeout(None);
    assert!(client.send(call).await.is_err());
    assert!((50..=61).contains(&world.begun.elapsed().as_secs()));
    assert!(world.sent().iter().all(|sent| sent.timeout.is_none()));
}

#[tokio::test(start_paused = true)]
async fn an_order_is_not_sent_later_than_its_receive_window() {
    let patient = Backoff::default().attempts(100).total(seconds(1_000));
    for (window, latest) in [(None, 5_000), (Some(700), 700)] {
        let world = Sim::doing([Reply::Error(Connect)]);
        let client = world.client_with(patient, Skewed::default());
        let mut call = order().with().timeout(None);
        if let Some(window) = window {
            call = call.recv_window(window);
        }
        let error = client.send(call).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NoEffect);
        let last = world.sent().last().unwrap().at.as_millis();
        // Timers go by whole milliseconds.
        assert!(last <= latest + 1, "{last}");
        assert!(world.sent().len() > 2);
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_twice_by_who_never_repeats() {
    for failure in [
        Reply::Error(Connect),
        Reply::Error(Broken),
        answers(502, ""),
        answers(503, BUSY),
        answers(400, STALE),
    ] {
        let world = Sim::doing([failure]);
        let client = world.client_with(Retry::never(), Skewed::default());
        assert!(client.send(QueryOrder::new("BTCUSDT", 1)).await.is_err());
        assert!(client.send(order()).await.is_err());
        assert_eq!(world.sent().len(), 2);
    }
    // Or for one call alone, either way.
    let world = Sim::doing([answers(502, "")]);
    let call = || Depth::new("BTCUSDT").with();
    let never = world.client_with(Retry::never(), Skewed::default());
    assert!(never.send(call().retry(Backoff::default())).await.is_err());
    assert_eq!(world.sent().len(), 3);
    assert!(
        world
            .client()
            .send(call().retry(Retry::never()))
            .await
            .is_err()
    );
    assert_eq!(world.sent().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_policy_of_ones_own_sees_what_it_decides_by() {
    #[derive(Debug, Default, Clone)]
    struct Kept(Arc<Mutex<Vec<(u32, Duration, Outcome)>>>);
    impl RetryPolicy for Kept {
        fn wait(&self, failed: &Failed<'_>) -> Option<Duration> {
            let seen = (failed.attempt, failed.elapsed, failed.error.outcome());
            self.0.lock().unwrap().push(seen);
            (failed.attempt < 2).then_some(seconds(1))
        }
    }
    let kept = Kept::default();
    let world = Sim::doing([Reply::Error(Connect), answers(503, BUSY)]);
    let client = world.client_with(kept.clone(), Skewed::default());
    assert!(client.send(order()).await.is_err());
    let millis = Duration::from_millis;
    assert_eq!(
        *kept.0.lock().unwrap(),
        [
            (1, millis(10), Outcome::NoEffect),
            (2, millis(1_020), Outcome::Rejected)
        ]
    );
}
