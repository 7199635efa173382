//! Tests of retries, clocks and lookups against a simulated exchange, in virtual time.
//!
//! The exchange replies as a test says, and the local clock can be wrong. Tokio's paused clock advances only while all tasks wait, so
//! hours of waiting take no real time.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic"
)]

mod clock;
mod lost_orders;
mod options;
mod random_failures;
mod rate_limits;
mod resend_rules;
mod resolve;
mod retries;

use std::collections::BTreeSet;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tokio::time::Instant;

use super::clock_skew::ClockSkewMonitor;
use super::http::HttpResponse;
use super::sender::Sender;
use super::transport::{Exchange, FutureResponse, Transport};
use super::{Client, Prepared};
use crate::auth::Credentials;
use crate::client::network::Network;
use crate::client::{ClientOrderIds, Context, Retry, Timeout};
use crate::clock::{Clock, SyncedClock};
use crate::environment::Environment;
use crate::error::{TransportError, TransportErrorKind};
use crate::governor::WhenLimited;
use crate::types::{Decimal, Side, TimeInForce, Timestamp};
use crate::usdm::{NewOrder, Usdm};

/// A response to `usdm::NewOrder`.
const PLACED: &str = include_str!("../../generated/usdm/rest/trade/new_order.json");
/// A response to `usdm::QueryOrder`.
const FOUND: &str = include_str!("../../generated/usdm/rest/trade/query_order.json");
/// The rejection of a timestamp.
const WRONG_TIMESTAMP: &str =
    r#"{"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}"#;

/// The time of the exchange's clock when the simulation starts, in milliseconds.
const START_TIME: i64 = 1_700_000_000_000;

/// A request as it reached the exchange.
#[derive(Debug, Clone)]
struct SentRequest {
    method: &'static str,
    path: String,
    query: String,
    /// When it was sent, since the start of the simulation.
    at: Duration,
    timeout: Option<Duration>,
}

impl SentRequest {
    fn parameter(&self, name: &str) -> Option<&str> {
        let mut pairs = self
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    fn timestamp(&self) -> i64 {
        self.parameter("timestamp").unwrap().parse().unwrap()
    }
}

/// What the exchange does with a request.
#[derive(Debug, Clone)]
enum Reply {
    /// Responds with this status, these headers and this body.
    Response(u16, &'static [(&'static str, &'static str)], String),
    /// The network fails.
    Error(TransportErrorKind),
    /// Sends nothing until the request times out.
    Hang,
}

fn response(status: u16, body: impl Into<String>) -> Reply {
    Reply::Response(status, &[], body.into())
}

type React = dyn Fn(&Sim, &SentRequest) -> Reply + Send + Sync;

/// A simulated exchange.
struct Sim {
    started: Instant,
    /// How long a request takes to the exchange.
    request_latency: Duration,
    /// How long a response takes back.
    response_latency: Duration,
    react: Box<React>,
    sent: Mutex<Vec<SentRequest>>,
}

impl Sim {
    /// Replies to each request with what `react` returns.
    fn new(react: impl Fn(&Self, &SentRequest) -> Reply + Send + Sync + 'static) -> Arc<Self> {
        let latency = Duration::from_millis(5);
        Self::with_latencies(latency, latency, react)
    }

    fn with_latencies(
        request_latency: Duration,
        response_latency: Duration,
        react: impl Fn(&Self, &SentRequest) -> Reply + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            started: Instant::now(),
            request_latency,
            response_latency,
            react: Box::new(react),
            sent: Mutex::default(),
        })
    }

    /// Gives these replies in turn, and repeats the last one forever.
    fn replying(replies: impl Into<Vec<Reply>>) -> Arc<Self> {
        let replies = replies.into();
        Self::new(move |sim, _| {
            let number = sim.sent().len() - 1;
            replies[number.min(replies.len() - 1)].clone()
        })
    }

    /// Returns all requests so far.
    fn sent(&self) -> Vec<SentRequest> {
        self.sent.lock().unwrap().clone()
    }

    /// Returns method and path of all requests so far.
    fn paths(&self) -> Vec<String> {
        let sent = self.sent();
        sent.iter()
            .map(|sent| format!("{} {}", sent.method, sent.path))
            .collect()
    }

    /// Returns the number of time requests so far.
    fn time_requests(&self) -> usize {
        let sent = self.sent();
        sent.iter().filter(|sent| is_time_request(sent)).count()
    }

    /// Returns the intervals between consecutive requests in milliseconds.
    fn intervals(&self) -> Vec<u128> {
        let sent = self.sent();
        sent.windows(2)
            .map(|two| (two[1].at - two[0].at).as_millis())
            .collect()
    }

    /// Returns the time of the exchange's clock in milliseconds.
    fn now(&self) -> i64 {
        START_TIME + i64::try_from(self.started.elapsed().as_millis()).unwrap()
    }

    /// Responds to a time request. Returns `None` for other requests.
    fn server_time(&self, sent: &SentRequest) -> Option<Reply> {
        let time = format!(r#"{{"serverTime":{}}}"#, self.now());
        is_time_request(sent).then(|| response(200, time))
    }

    /// Responds to time requests, and rejects requests whose timestamp is too old or too far ahead. Returns `None` for other requests.
    fn reject_wrong_timestamp(&self, sent: &SentRequest) -> Option<Reply> {
        let Some(timestamp) = sent.parameter("timestamp") else {
            return self.server_time(sent);
        };
        let age = self.now() - timestamp.parse::<i64>().unwrap();
        (age > 5_000 || age <= -1_000).then(|| response(400, WRONG_TIMESTAMP))
    }

    fn client(self: &Arc<Self>) -> Client<Usdm> {
        self.client_with_retry(Retry::default())
    }

    fn client_with_retry(self: &Arc<Self>, retry: impl Into<Retry>) -> Client<Usdm> {
        self.client_with(retry.into(), Skew::default())
    }

    /// Returns a client whose local clock is wrong.
    fn client_with_skew(self: &Arc<Self>, skew: Skew) -> Client<Usdm> {
        self.client_with(Retry::default(), skew)
    }

    fn client_with(self: &Arc<Self>, retry: Retry, skew: Skew) -> Client<Usdm> {
        Client::from_sender(self.sender(retry, skew))
    }

    /// Returns a client that does not fill in client order ids.
    fn client_without_ids(self: &Arc<Self>) -> Client<Usdm> {
        let mut sender = self.sender(Retry::default(), Skew::default());
        sender.context.ids = None;
        Client::from_sender(sender)
    }

    fn sender(self: &Arc<Self>, retry: Retry, skew: Skew) -> Sender {
        let clock = LocalClock {
            started: self.started,
            skew,
        };
        Sender {
            context: Context {
                environment: Environment::Production,
                credentials: Some(Credentials::hmac("key", "secret").unwrap()),
                clock: Arc::new(SyncedClock::new(Box::new(clock))),
                network: Arc::new(Network::default()),
                ids: Some(ClientOrderIds::new()),
                budget: None,
            },
            transport: Transport::Simulated(Arc::<Self>::clone(self)),
            base_url: String::from("http://exchange"),
            api_key: Some(HeaderValue::from_static("key")),
            timeout: Timeout::Default,
            connect_timeout: Some(Duration::from_secs(1)),
            recv_window: None,
            retry,
            when_limited: WhenLimited::Wait,
            clock_sync: tokio::sync::Mutex::new(()),
            clock_skew: ClockSkewMonitor::new(),
        }
    }
}

fn is_time_request(sent: &SentRequest) -> bool {
    sent.path.ends_with("/time")
}

impl Exchange for Sim {
    fn exchange<'a>(&'a self, prepared: &'a Prepared) -> FutureResponse<'a> {
        Box::pin(async move {
            let sent = SentRequest {
                method: prepared.method().as_str(),
                path: prepared.path().to_owned(),
                query: prepared.query().to_owned(),
                at: self.started.elapsed(),
                timeout: prepared.timeout,
            };
            self.sent.lock().unwrap().push(sent.clone());
            let round_trip = self.request_latency + self.response_latency;
            let timeout = prepared.timeout;
            if let Some(timeout) = timeout.filter(|timeout| *timeout < self.request_latency) {
                tokio::time::sleep(timeout).await;
                return Err(failure(TransportErrorKind::Timeout));
            }
            tokio::time::sleep(self.request_latency).await;
            let reply = (self.react)(self, &sent);
            if let Some(timeout) = timeout.filter(|timeout| *timeout < round_trip) {
                // The response is on its way back.
                tokio::time::sleep(timeout - self.request_latency).await;
                return Err(failure(TransportErrorKind::Timeout));
            }
            tokio::time::sleep(self.response_latency).await;
            match reply {
                Reply::Response(status, headers, body) => Ok(HttpResponse {
                    status: StatusCode::from_u16(status).unwrap(),
                    headers: header_map(headers),
                    body: Ok(body.into()),
                }),
                Reply::Error(kind) => Err(failure(kind)),
                Reply::Hang => {
                    match prepared.timeout {
                        Some(timeout) => tokio::time::sleep(timeout - round_trip).await,
                        None => pending().await,
                    }
                    Err(failure(TransportErrorKind::Timeout))
                }
            }
        })
    }
}

fn failure(kind: TransportErrorKind) -> TransportError {
    TransportError::new(kind, kind.to_string(), None)
}

fn header_map(headers: &[(&'static str, &'static str)]) -> HeaderMap {
    let headers = headers.iter().map(|(name, value)| {
        let name = HeaderName::from_static(name);
        (name, HeaderValue::from_static(value))
    });
    headers.collect()
}

/// How the local clock differs from the exchange's.
#[derive(Debug, Clone, Copy, Default)]
struct Skew {
    /// How far it is ahead at the start, in milliseconds.
    ahead: i64,
    /// How many microseconds it gains in a second.
    drift_ppm: i64,
    /// When it is set ahead or back, since the start, and by how many milliseconds.
    jump: Option<(Duration, i64)>,
}

impl Skew {
    fn ahead(millis: i64) -> Self {
        Self {
            ahead: millis,
            ..Self::default()
        }
    }
}

/// The local clock.
#[derive(Debug)]
struct LocalClock {
    started: Instant,
    skew: Skew,
}

impl Clock for LocalClock {
    fn now(&self) -> Timestamp {
        let elapsed = self.started.elapsed();
        let jump = match self.skew.jump {
            Some((at, millis)) if elapsed >= at => millis,
            _ => 0,
        };
        let elapsed = i64::try_from(elapsed.as_millis()).unwrap();
        let drift = elapsed * self.skew.drift_ppm / 1_000_000;
        Timestamp::from_millis(START_TIME + elapsed + drift + self.skew.ahead + jump)
    }
}

fn order() -> NewOrder {
    NewOrder::limit(
        "BTCUSDT",
        Side::Buy,
        Decimal::ONE,
        Decimal::from(9_000),
        TimeInForce::Gtc,
    )
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Returns the number of distinct values.
fn distinct<T: Ord>(values: impl IntoIterator<Item = T>) -> usize {
    values.into_iter().collect::<BTreeSet<_>>().len()
}
