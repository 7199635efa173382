//! Clients in a world whose time runs only while everybody waits: an exchange that answers as a test says, and clocks that go wrong.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what panics here has failed"
)]

mod chance;
mod clock;
mod resolve;
mod retries;

use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tokio::time::Instant;

use super::client::Inner;
use super::client_order_ids::ClientOrderIds;
use super::date::ClockSkewMonitor;
use super::http_client::HttpResponse;
use super::transport::Transport;
use super::{Client, Prepared, Retry};
use crate::auth::Credentials;
use crate::clock::{Clock, SyncedClock};
use crate::environment::Environment;
use crate::error::{TransportError, TransportErrorKind};
use crate::types::{Decimal, Side, TimeInForce, Timestamp};
use crate::usdm::{NewOrder, Usdm};

/// What carries requests in place of a network.
pub(super) trait Script: fmt::Debug + Send + Sync {
    fn exchange<'a>(&'a self, prepared: &'a Prepared) -> Exchanged<'a>;
}

type Exchanged<'a> =
    Pin<Box<dyn Future<Output = Result<HttpResponse, TransportError>> + Send + 'a>>;

/// A request as it reached the exchange.
#[derive(Debug, Clone)]
struct Sent {
    method: &'static str,
    path: String,
    query: String,
    /// Since the world began.
    at: Duration,
    timeout: Option<Duration>,
}

impl Sent {
    fn parameter(&self, name: &str) -> Option<&str> {
        let mut pairs = self
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        pairs.find(|(of, _)| *of == name).map(|(_, value)| value)
    }

    fn timestamp(&self) -> i64 {
        self.parameter("timestamp").unwrap().parse().unwrap()
    }
}

/// What the exchange does with a request.
#[derive(Debug, Clone)]
enum Reply {
    Response(u16, &'static [(&'static str, &'static str)], String),
    Error(TransportErrorKind),
    /// Says nothing until the client gives up.
    Hang,
}

fn answers(status: u16, body: impl Into<String>) -> Reply {
    Reply::Response(status, &[], body.into())
}

/// What an order is acknowledged with.
const ACKNOWLEDGED: &str = include_str!("../../generated/usdm/rest/trade/new_order.json");
const FOUND: &str = include_str!("../../generated/usdm/rest/trade/query_order.json");
const STALE: &str =
    r#"{"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}"#;

/// What the world's exchange's clock shows when the world begins.
const BEGINNING: i64 = 1_700_000_000_000;

type React = dyn Fn(&Sim, &Sent) -> Reply + Send + Sync;

struct Sim {
    begun: Instant,
    /// How long a request takes to the exchange, and its answer back.
    way: Duration,
    react: Box<React>,
    sent: Mutex<Vec<Sent>>,
}

impl fmt::Debug for Sim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sim")
    }
}

impl Sim {
    fn new(react: impl Fn(&Self, &Sent) -> Reply + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self {
            begun: Instant::now(),
            way: Duration::from_millis(5),
            react: Box::new(react),
            sent: Mutex::default(),
        })
    }

    /// Does one thing after the other, and the last for ever.
    fn doing(steps: impl Into<Vec<Reply>>) -> Arc<Self> {
        let steps = steps.into();
        Self::new(move |world, _| {
            let number = world.sent().len() - 1;
            steps[number.min(steps.len() - 1)].clone()
        })
    }

    fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    fn paths(&self) -> Vec<String> {
        let sent = self.sent();
        sent.iter()
            .map(|sent| format!("{} {}", sent.method, sent.path))
            .collect()
    }

    /// How long was waited between one request and the next.
    fn waits(&self) -> Vec<u128> {
        let sent = self.sent();
        sent.windows(2)
            .map(|two| (two[1].at - two[0].at).as_millis())
            .collect()
    }

    /// What the exchange's clock shows.
    fn now(&self) -> i64 {
        BEGINNING + i64::try_from(self.begun.elapsed().as_millis()).unwrap()
    }

    /// What the exchange answers, where that is what its clock shows.
    fn tells_time(&self, sent: &Sent) -> Option<Reply> {
        let time = format!(r#"{{"serverTime":{}}}"#, self.now());
        sent.path.ends_with("/time").then(|| answers(200, time))
    }

    /// What the exchange says of a request's timestamp, if anything.
    fn refuses(&self, sent: &Sent) -> Option<Reply> {
        let Some(timestamp) = sent.parameter("timestamp") else {
            return self.tells_time(sent);
        };
        let age = self.now() - timestamp.parse::<i64>().unwrap();
        (age > 5_000 || age <= -1_000).then(|| answers(400, STALE))
    }

    fn client(self: &Arc<Self>) -> Client<Usdm> {
        self.client_with(Retry::default(), Skewed::default())
    }

    fn client_with(self: &Arc<Self>, retry: impl Into<Retry>, skew: Skewed) -> Client<Usdm> {
        Client::of(self.inner(retry.into(), skew))
    }

    fn client_without_ids(self: &Arc<Self>) -> Client<Usdm> {
        Client::of(Inner {
            ids: None,
            ..self.inner(Retry::default(), Skewed::default())
        })
    }

    fn inner(self: &Arc<Self>, retry: Retry, skew: Skewed) -> Inner {
        let begun = self.begun;
        Inner {
            transport: Transport::Script(Arc::<Self>::clone(self)),
            base: String::from("http://exchange"),
            environment: Environment::Production,
            credentials: Some(Credentials::hmac("key", "secret").unwrap()),
            api_key: Some(HeaderValue::from_static("key")),
            timeout: None,
            http_timeout: None,
            connect_timeout: Some(Duration::from_secs(1)),
            recv_window: None,
            retry,
            clock: SyncedClock::new(Box::new(Own { begun, skew })),
            ids: Some(ClientOrderIds::new()),
            setting_clock: tokio::sync::Mutex::new(()),
            dates: ClockSkewMonitor::new(),
        }
    }
}

impl Script for Sim {
    fn exchange<'a>(&'a self, prepared: &'a Prepared) -> Exchanged<'a> {
        Box::pin(async move {
            let sent = Sent {
                method: prepared.method().as_str(),
                path: prepared.path().to_owned(),
                query: prepared.query().to_owned(),
                at: self.begun.elapsed(),
                timeout: prepared.timeout,
            };
            self.sent.lock().unwrap().push(sent.clone());
            if let Some(timeout) = prepared.timeout.filter(|timeout| *timeout < 2 * self.way) {
                tokio::time::sleep(timeout).await;
                return Err(TransportError::of(TransportErrorKind::Timeout));
            }
            tokio::time::sleep(self.way).await;
            let does = (self.react)(self, &sent);
            tokio::time::sleep(self.way).await;
            match does {
                Reply::Response(status, headers, body) => Ok(HttpResponse {
                    status: StatusCode::from_u16(status).unwrap(),
                    headers: headers
                        .iter()
                        .map(|(name, value)| {
                            let name = HeaderName::from_static(name);
                            (name, HeaderValue::from_static(value))
                        })
                        .collect::<HeaderMap>(),
                    body: Ok(body.into()),
                }),
                Reply::Error(kind) => Err(TransportError::of(kind)),
                Reply::Hang => {
                    let left = prepared.timeout.unwrap().saturating_sub(2 * self.way);
                    tokio::time::sleep(left).await;
                    Err(TransportError::of(TransportErrorKind::Timeout))
                }
            }
        })
    }
}

/// How the client's clock differs from the exchange's.
#[derive(Debug, Clone, Copy, Default)]
struct Skewed {
    /// Milliseconds it is ahead at the beginning.
    ahead: i64,
    /// Milliseconds it gains in a million seconds, and so on.
    parts_per_million: i64,
}

/// The client's own clock.
#[derive(Debug)]
struct Own {
    begun: Instant,
    skew: Skewed,
}

impl Clock for Own {
    fn now(&self) -> Timestamp {
        let elapsed = i64::try_from(self.begun.elapsed().as_millis()).unwrap();
        let gained = elapsed * self.skew.parts_per_million / 1_000_000;
        Timestamp::from_millis(BEGINNING + elapsed + gained + self.skew.ahead)
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

/// How many different values there are.
fn different<T: Ord>(values: impl IntoIterator<Item = T>) -> usize {
    values.into_iter().collect::<BTreeSet<_>>().len()
}
