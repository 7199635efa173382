//! Rules that no retry policy changes: bans, waits that the exchange asks for, and what is sent at most once.

use super::*;
use crate::client::{FailedAttempt, RetryPolicy, WithOptions};
use crate::error::{Error, Outcome};
use crate::rest::{Raw, RestRequest};
use crate::types::{MarginType, OrderType};
use crate::usdm::{
    CancelOrder, ChangeLeverage, ChangeMarginType, ChangeMultiAssetsMode, ChangePositionMode,
    CountdownCancelAll, Depth, ModifyPositionMargin, NewAlgoOrder, NewListenKey, NewOrders,
    OrderHistoryDownloadId, QueryOrder, RenewListenKey, TestOrder,
};

use TransportErrorKind::{Broken, Connect, Timeout};

const UNKNOWN: &str =
    r#"{"code":-1000,"msg":"Unknown error, please check your request or try again later."}"#;
const THROTTLED: &str = r#"{"code":-1008,"msg":"Request throttled."}"#;
const UNAVAILABLE: &str = r#"{"code":-1001,"msg":"Service Unavailable."}"#;
const BANNED: &str = r#"{"code":-1003,"msg":"Way too many requests; IP banned until 1700000600000. Please use the websocket for live updates to avoid bans."}"#;

/// Retries everything immediately, three times.
#[derive(Debug)]
struct Eager;

impl RetryPolicy for Eager {
    fn wait(&self, failed: &FailedAttempt<'_>) -> Option<Duration> {
        (failed.attempt < 4).then_some(Duration::ZERO)
    }
}

/// Sends a request with the eager policy, and returns how often it was sent, and the error.
async fn send_eagerly<R>(reply: &Reply, request: R) -> (Arc<Sim>, Error)
where
    R: RestRequest<Usdm, Response: std::fmt::Debug>,
{
    let sim = Sim::replying([reply.clone()]);
    let client = sim.client_with_retry(Retry::custom(Eager));
    let error = client.send(request).await.unwrap_err();
    (sim, error)
}

#[tokio::test(start_paused = true)]
async fn banned_request_is_never_sent_again() {
    for banned in [
        response(418, BANNED),
        response(418, ""),
        response(418, "<html>"),
        response(418, r#"{"msg":"Service Unavailable."}"#),
        Reply::Response(418, &[("retry-after", "1")], BANNED.to_owned()),
        Reply::Response(418, &[("retry-after", "0")], BANNED.to_owned()),
    ] {
        for (sim, error) in [
            send_eagerly(&banned, Depth::new("BTCUSDT")).await,
            send_eagerly(&banned, QueryOrder::new("BTCUSDT", 1)).await,
            send_eagerly(&banned, ChangeLeverage::new("BTCUSDT", 5)).await,
            send_eagerly(&banned, order()).await,
            send_eagerly(&banned, Raw::get("/fapi/v1/x")).await,
            send_eagerly(
                &banned,
                Depth::new("BTCUSDT").with().retry(Retry::custom(Eager)),
            )
            .await,
        ] {
            assert_eq!(sim.sent().len(), 1, "{banned:?}");
            let Error::RateLimited(limited) = error else {
                panic!("{banned:?}: {error:?}");
            };
            assert!(limited.is_banned);
        }
    }
}

/// Responses with a 5xx status that ask for a wait of three seconds.
fn asking_to_wait() -> Vec<Reply> {
    let wait = &[("retry-after", "3")];
    [
        (500, UNKNOWN),
        (502, "<html>"),
        (503, THROTTLED),
        (503, UNAVAILABLE),
        (503, UNKNOWN),
        (504, ""),
    ]
    .map(|(status, body)| Reply::Response(status, wait, body.to_owned()))
    .into()
}

#[tokio::test(start_paused = true)]
async fn wait_of_a_server_error_is_observed() {
    for reply in asking_to_wait() {
        for retry in [Retry::default(), Retry::custom(Eager)] {
            let sim = Sim::replying([reply.clone()]);
            let client = sim.client_with_retry(retry);
            assert!(client.send(Depth::new("BTCUSDT")).await.is_err());
            let leverage = ChangeLeverage::new("BTCUSDT", 5);
            assert!(client.send(leverage).await.is_err());
            let paths = ["/fapi/v1/depth", "/fapi/v1/leverage"];
            for path in paths {
                let sent = sim.sent();
                let times: Vec<_> = sent.iter().filter(|sent| sent.path == path).collect();
                assert!(times.len() > 1, "{reply:?}");
                for two in times.windows(2) {
                    let waited = two[1].at - two[0].at;
                    assert!(waited >= seconds(3), "{reply:?}: {waited:?}");
                }
            }
        }
    }
    // An order is sent again only if it was not executed.
    for body in [THROTTLED, UNAVAILABLE] {
        let reply = Reply::Response(503, &[("retry-after", "3")], body.to_owned());
        let (sim, _) = send_eagerly(&reply, order()).await;
        let intervals = sim.intervals();
        assert!(!intervals.is_empty() && intervals.iter().all(|wait| *wait >= 3_000));
    }
}

#[tokio::test(start_paused = true)]
async fn wait_of_a_server_error_that_exceeds_the_timeout_is_not_started() {
    for (status, body) in [(503, THROTTLED), (502, "<html>"), (500, UNKNOWN)] {
        let reply = Reply::Response(status, &[("retry-after", "11")], body.to_owned());
        let (sim, error) = send_eagerly(&reply, Depth::new("BTCUSDT")).await;
        assert_eq!(sim.sent().len(), 1);
        assert_eq!(sim.started.elapsed().as_millis(), 10);
        assert_eq!(error.retry_after(), Some(seconds(11)));
    }
}

/// Failures after which the request may have been executed.
fn lost() -> Vec<Reply> {
    vec![
        Reply::Error(Timeout),
        Reply::Error(Broken),
        response(408, ""),
        response(500, ""),
        response(500, UNKNOWN),
        response(502, "<html>"),
        response(503, UNKNOWN),
        response(503, ""),
        response(504, "{}"),
        response(400, r#"{"code":-1006,"msg":"Unexpected response."}"#),
        response(400, r#"{"code":-1007,"msg":"Timeout."}"#),
    ]
}

/// Failures that show that the request was not executed.
fn not_executed() -> Vec<Reply> {
    vec![
        Reply::Error(Connect),
        response(503, THROTTLED),
        response(503, UNAVAILABLE),
    ]
}

/// Checks how often a request is sent if every attempt fails in the same way.
async fn assert_attempts<R>(replies: Vec<Reply>, request: R, attempts: usize)
where
    R: RestRequest<Usdm, Response: std::fmt::Debug> + Clone,
{
    for reply in replies {
        let (sim, error) = send_eagerly(&reply, request.clone()).await;
        let name = RestRequest::<Usdm>::context(&request).name;
        assert_eq!(sim.sent().len(), attempts, "{name}: {reply:?}");
        if attempts == 1 {
            assert_eq!(error.outcome(), Outcome::Unknown, "{name}: {reply:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn idempotent_request_is_sent_again_after_any_lost_response() {
    for replies in [lost, not_executed] {
        assert_attempts(replies(), ChangeLeverage::new("BTCUSDT", 5), 4).await;
        let margin_type = ChangeMarginType::new("BTCUSDT", MarginType::Isolated);
        assert_attempts(replies(), margin_type, 4).await;
        assert_attempts(replies(), ChangePositionMode::new(true), 4).await;
        assert_attempts(replies(), ChangeMultiAssetsMode::new(true), 4).await;
        assert_attempts(replies(), CountdownCancelAll::new("BTCUSDT", 1_000), 4).await;
        assert_attempts(replies(), NewListenKey::default(), 4).await;
        assert_attempts(replies(), RenewListenKey::default(), 4).await;
        let test = TestOrder::new("BTCUSDT", Side::Buy, OrderType::Market);
        assert_attempts(replies(), test, 4).await;
    }
}

#[tokio::test(start_paused = true)]
async fn other_request_is_sent_once_if_it_may_have_been_executed() {
    let algo = NewAlgoOrder::stop_market_close("BTCUSDT", Side::Sell, 58_200);
    let margin = ModifyPositionMargin::add("BTCUSDT", 1);
    let download =
        OrderHistoryDownloadId::new(Timestamp::from_millis(1), Timestamp::from_millis(2));
    for (replies, attempts) in [(lost(), 1), (not_executed(), 4)] {
        assert_attempts(replies.clone(), order(), attempts).await;
        assert_attempts(replies.clone(), NewOrders::new([order()]), attempts).await;
        assert_attempts(replies.clone(), algo.clone(), attempts).await;
        assert_attempts(replies.clone(), margin.clone(), attempts).await;
        assert_attempts(replies.clone(), CancelOrder::new("BTCUSDT", 1), attempts).await;
        assert_attempts(replies.clone(), download.clone(), attempts).await;
        assert_attempts(replies.clone(), Raw::post("/fapi/v1/x"), attempts).await;
        assert_attempts(replies.clone(), Raw::put("/fapi/v1/x"), attempts).await;
        assert_attempts(replies, Raw::delete("/fapi/v1/x"), attempts).await;
    }
}
