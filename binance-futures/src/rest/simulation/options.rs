//! An option of a call takes precedence over that of the client, in everything that is sent.

use super::*;
use crate::client::{Backoff, CallOptions, RecvWindow, WithOptions};
use crate::error::Error;
use crate::rest::{Raw, RestRequest};
use crate::usdm::QueryOrder;

const THROTTLED: &str = r#"{"code":-1008,"msg":"Request throttled."}"#;

/// The options of a client.
struct Defaults {
    recv_window: Option<u64>,
    timeout: Timeout,
    retry: Retry,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            recv_window: None,
            timeout: Timeout::Default,
            retry: Retry::never(),
        }
    }
}

impl Defaults {
    fn client(self, sim: &Arc<Sim>) -> Client<Usdm> {
        let mut sender = sim.sender(self.retry, Skew::default());
        sender.recv_window = self.recv_window.map(RecvWindow::from);
        sender.timeout = self.timeout;
        // An order is not resent without the time to connect.
        sender.connect_timeout = Some(Duration::ZERO);
        Client::from_sender(sender)
    }
}

/// Sends a request to an exchange that is always overloaded, and returns what was sent.
async fn sent_to_overloaded<R>(defaults: Defaults, request: R) -> Vec<SentRequest>
where
    R: RestRequest<Usdm, Response: std::fmt::Debug>,
{
    let sim = Sim::replying([response(503, THROTTLED)]);
    let error = defaults.client(&sim).send(request).await.unwrap_err();
    assert!(matches!(error, Error::Server(_)), "{error:?}");
    sim.sent()
}

/// Sends a request to an exchange that never responds, and returns when the call ended.
async fn ended_at<R>(defaults: Defaults, request: R) -> Duration
where
    R: RestRequest<Usdm, Response: std::fmt::Debug>,
{
    let sim = Sim::replying([Reply::Hang]);
    let client = defaults.client(&sim);
    assert!(client.send(request).await.is_err());
    sim.started.elapsed()
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Fails to compile when an option is added: the tests below must then cover it.
#[test]
fn every_option_has_a_test() {
    let CallOptions {
        recv_window: _,
        timeout: _,
        // Tested with a governor, in `rate_limits`.
        priority: _,
        when_limited: _,
        retry: _,
        parameters: _,
    } = CallOptions::default();
}

#[tokio::test(start_paused = true)]
async fn receive_window_of_a_call_takes_precedence() {
    for (client, call, sent) in [
        (None, None, None),
        (Some(7_000), None, Some("7000")),
        (None, Some(3_500), Some("3500")),
        (Some(7_000), Some(3_500), Some("3500")),
        (Some(3_500), Some(60_000), Some("60000")),
        (Some(7_000), Some(0), Some("0")),
    ] {
        let defaults = || Defaults {
            recv_window: client,
            retry: Backoff::default().into(),
            ..Defaults::default()
        };
        let with_window = |request: QueryOrder| {
            let with = request.with();
            match call {
                Some(window) => with.recv_window(window),
                None => with,
            }
        };
        let query = || with_window(QueryOrder::new("BTCUSDT", 1));
        for attempts in [
            sent_to_overloaded(defaults(), query()).await,
            sent_to_overloaded(defaults(), query().decode_as::<serde_json::Value>()).await,
        ] {
            assert_eq!(attempts.len(), 3);
            for attempt in attempts {
                assert_eq!(attempt.parameter("recvWindow"), sent, "{client:?} {call:?}");
                let count = attempt.query.matches("recvWindow").count();
                assert_eq!(count, usize::from(sent.is_some()));
            }
        }
        let mut raw = Raw::get("/fapi/v1/order").with();
        if let Some(window) = call {
            raw = raw.recv_window(window);
        }
        for attempt in sent_to_overloaded(defaults(), raw).await {
            assert_eq!(attempt.parameter("recvWindow"), sent, "{client:?} {call:?}");
        }
    }
}

/// An order is not sent again after its receive window.
#[tokio::test(start_paused = true)]
async fn receive_window_of_a_call_limits_its_attempts() {
    for (client, call, latest) in [
        (Some(60_000), 2_000, 2_000),
        (Some(2_000), 20_000, 20_000),
        (None, 20_000, 20_000),
    ] {
        let defaults = Defaults {
            recv_window: client,
            timeout: Timeout::Never,
            retry: Backoff::default()
                .attempts(1_000)
                .total(seconds(1_000))
                .into(),
        };
        let sent = sent_to_overloaded(defaults, order().with().recv_window(call)).await;
        let last = sent.last().unwrap().at;
        // No wait is longer than two seconds. Timers are rounded up to whole milliseconds.
        let expected = millis(latest).saturating_sub(seconds(2))..=millis(latest + 1);
        assert!(expected.contains(&last), "{last:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn timeout_of_a_call_takes_precedence() {
    let after = |secs| Timeout::After(seconds(secs));
    for (client, call, sent) in [
        (Timeout::Default, Timeout::Default, Some(10)),
        (Timeout::Default, after(3), Some(3)),
        (Timeout::Default, after(30), Some(30)),
        (after(20), Timeout::Default, Some(20)),
        (after(20), after(3), Some(3)),
        (after(3), after(20), Some(20)),
        (after(20), Timeout::Never, None),
        (Timeout::Never, Timeout::Default, None),
        (Timeout::Never, after(3), Some(3)),
    ] {
        let defaults = || Defaults {
            timeout: client,
            ..Defaults::default()
        };
        let query = || QueryOrder::new("BTCUSDT", 1).with().timeout(call);
        for attempts in [
            sent_to_overloaded(defaults(), query()).await,
            sent_to_overloaded(defaults(), query().decode_as::<serde_json::Value>()).await,
            sent_to_overloaded(defaults(), order().with().timeout(call)).await,
            sent_to_overloaded(defaults(), Raw::get("/fapi/v1/x").with().timeout(call)).await,
        ] {
            let timeouts: Vec<_> = attempts.iter().map(|attempt| attempt.timeout).collect();
            assert_eq!(timeouts, [sent.map(seconds)], "{client:?} {call:?}");
        }
        if let Some(sent) = sent {
            assert_eq!(ended_at(defaults(), query()).await, seconds(sent));
        }
    }
}

/// The default timeout is the receive window plus five seconds, if that is longer than ten seconds.
#[tokio::test(start_paused = true)]
async fn default_timeout_follows_the_receive_window_of_the_call() {
    for (client, call, timeout) in [
        (None, None, 10),
        (None, Some(60_000), 65),
        (Some(60_000), None, 65),
        (Some(60_000), Some(1_000), 10),
        (Some(1_000), Some(30_000), 35),
    ] {
        let defaults = Defaults {
            recv_window: client,
            ..Defaults::default()
        };
        let mut query = QueryOrder::new("BTCUSDT", 1).with();
        if let Some(window) = call {
            query = query.recv_window(window);
        }
        let ended = ended_at(defaults, query).await;
        assert_eq!(ended, seconds(timeout), "{client:?} {call:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn retry_policy_of_a_call_takes_precedence() {
    let attempts = |number| Retry::from(Backoff::default().attempts(number));
    for (client, call, sent) in [
        (Retry::never(), None, 1),
        (attempts(4), None, 4),
        (attempts(4), Some(Retry::never()), 1),
        (Retry::never(), Some(attempts(4)), 4),
        (attempts(2), Some(attempts(4)), 4),
        (attempts(4), Some(attempts(2)), 2),
    ] {
        let defaults = || Defaults {
            retry: client.clone(),
            ..Defaults::default()
        };
        let mut query = QueryOrder::new("BTCUSDT", 1).with();
        let mut place = order().with();
        let mut raw = Raw::get("/fapi/v1/x").with();
        if let Some(retry) = &call {
            query = query.retry(retry.clone());
            place = place.retry(retry.clone());
            raw = raw.retry(retry.clone());
        }
        let decoded = query.clone().decode_as::<serde_json::Value>();
        for attempts in [
            sent_to_overloaded(defaults(), query).await,
            sent_to_overloaded(defaults(), decoded).await,
            sent_to_overloaded(defaults(), place).await,
            sent_to_overloaded(defaults(), raw).await,
        ] {
            assert_eq!(attempts.len(), sent, "{client:?} {call:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn parameters_of_a_call_are_sent_and_signed_in_every_attempt() {
    let defaults = || Defaults {
        retry: Backoff::default().into(),
        ..Defaults::default()
    };
    let query = QueryOrder::new("BTCUSDT", 1)
        .with()
        .param("newName", "a b&c")
        .param("orderId", 2);
    let decoded = query.clone().decode_as::<serde_json::Value>();
    for attempts in [
        sent_to_overloaded(defaults(), query).await,
        sent_to_overloaded(defaults(), decoded).await,
    ] {
        assert_eq!(attempts.len(), 3);
        for attempt in attempts {
            let (payload, signature) = attempt.query.split_once("&signature=").unwrap();
            let (parameters, _) = payload.split_once("&timestamp=").unwrap();
            // A name that the request already has is sent twice.
            assert_eq!(
                parameters,
                "symbol=BTCUSDT&orderId=1&newName=a%20b%26c&orderId=2"
            );
            let credentials = Credentials::hmac("key", "secret").unwrap();
            let expected = credentials.sign(payload.as_bytes()).await.unwrap();
            assert_eq!(signature, expected.as_str());
        }
    }
    // The next call does not have them.
    let sent = sent_to_overloaded(defaults(), QueryOrder::new("BTCUSDT", 1)).await;
    assert!(sent.iter().all(|sent| sent.parameter("newName").is_none()));
    // The parameters of a raw request come first.
    let raw = Raw::get("/fapi/v1/x").public().param("a", 1);
    let sent = sent_to_overloaded(defaults(), raw.with().param("b", 2)).await;
    assert!(sent.iter().all(|sent| sent.query == "a=1&b=2"));
}
