//! What an application sees in its log at `TRACE`, for every kind of call and every result.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use binance_futures::auth::{Credentials, FutureSignature, PrivateKey, Signature, Signer};
use binance_futures::client::{Backoff, Call, WithOptions};
use binance_futures::clock::ClockOffset;
use binance_futures::error::Error;
use binance_futures::rest::{Raw, RestRequest};
use binance_futures::usdm::{
    self, CloseListenKey, HistoricalTrades, NewListenKey, NewOrders, QueryOrder, RenewListenKey,
    ServerTime, Usdm,
};

use crate::support::log::{capture, captured, captured_in_this_thread, error_text};
use crate::support::server::{Reply, Server, json_response, response};
use crate::support::{KEY, SECRET, builder, credentials, market_order};

const LISTEN_KEY: &str = "s3cr3tlistenkey";
/// The value of a parameter that is added by name.
const ADDED: &str = "s3cr3tadded";
/// The signature of the external signer.
const SIGNATURE: &str = "external signature";

/// An external signer.
struct ExternalSigner;

impl Signer for ExternalSigner {
    fn sign<'a>(&'a self, _: &'a [u8]) -> FutureSignature<'a> {
        Box::pin(async { Ok(Signature::base64(SIGNATURE.as_bytes())) })
    }
}

fn every_kind_of_credentials() -> [Credentials; 4] {
    let key = |pem: &str| {
        let key = PrivateKey::from_pem(pem).unwrap();
        Credentials::private_key(KEY, key).unwrap()
    };
    [
        credentials(),
        key(include_str!("../keys/pem/rsa-2048.pem")),
        key(include_str!("../keys/pem/ed25519.pem")),
        Credentials::external(KEY, ExternalSigner).unwrap(),
    ]
}

/// The result of a call. Each response repeats what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scenario {
    Success,
    Rejected,
    Page,
    RateLimited,
    Unavailable,
    CutResponse,
    Timeout,
}

impl Scenario {
    const ALL: [Self; 7] = [
        Self::Success,
        Self::Rejected,
        Self::Page,
        Self::RateLimited,
        Self::Unavailable,
        Self::CutResponse,
        Self::Timeout,
    ];

    fn reply(self, echo: &str) -> Reply {
        let error = format!(r#"{{"code":-1102,"msg":"Of {echo}.","listenKey":"{LISTEN_KEY}"}}"#);
        let success = format!(r#"{{"listenKey":"{LISTEN_KEY}","serverTime":1,"echo":"{echo}"}}"#);
        let page = format!("<html>{echo}</html>");
        let headers = &[
            &*format!("X-Echo: {echo}"),
            "X-MBX-USED-WEIGHT-1M: 41",
            "Retry-After: 600",
        ];
        Reply::Write(match self {
            Self::Success => response("200 OK", headers, &success),
            Self::Rejected => response("400 Bad Request", headers, &error),
            Self::Page => response("403 Forbidden", headers, &page),
            Self::RateLimited => response("429 Too Many Requests", headers, &error),
            Self::Unavailable => response("503 Service Unavailable", headers, &error),
            Self::CutResponse => {
                let mut cut = response("200 OK", headers, &success);
                cut.truncate(cut.len() - 3);
                cut
            }
            Self::Timeout => return Reply::Hang,
        })
    }
}

/// A client, its server, and everything that calls print.
struct Fixture {
    server: Server,
    client: usdm::Client,
    /// The next scenario, and what its response repeats.
    next: Arc<Mutex<(Scenario, String)>>,
    /// Everything that calls and errors print.
    printed: String,
    /// All signatures that were sent.
    signatures: Vec<String>,
}

impl Fixture {
    fn new(credentials: Credentials) -> Self {
        let next = Arc::new(Mutex::new((Scenario::Success, String::new())));
        let read = Arc::clone(&next);
        let server = Server::new(move |_| {
            let next = read.lock().unwrap();
            next.0.reply(&next.1)
        });
        let client = builder()
            .base_url(&server.url)
            .credentials(credentials)
            .retry(Backoff::default().attempts(2).first_wait(Duration::ZERO))
            .build()
            .unwrap();
        Self {
            server,
            client,
            next,
            printed: String::new(),
            signatures: Vec::new(),
        }
    }

    /// Sends a call in every scenario.
    async fn send<R: RestRequest<Usdm> + Debug>(&mut self, call: impl Fn() -> Call<R>) {
        let prepared = self.client.prepare(call()).await.unwrap();
        // The clock stands still, so exactly this is sent.
        let query = prepared.query().to_owned();
        if let Some((_, signature)) = query.split_once("signature=") {
            self.signatures.push(signature.to_owned());
        }
        let key = if prepared.has_key() { KEY } else { "" };
        for scenario in Scenario::ALL {
            *self.next.lock().unwrap() = (scenario, format!("{query} {key}"));
            let mut call = call();
            if scenario == Scenario::Timeout {
                call = call.timeout(Duration::from_millis(30));
            }
            self.printed += &format!("{call:?}");
            match self.client.send_full(call).await {
                Ok(response) => self.printed += &format!("{:?}", response.status),
                Err(error) => self.printed += &error_text(&error),
            }
        }
    }
}

#[tokio::test]
async fn no_kind_of_call_logs_a_secret() {
    capture();
    let mut printed = String::new();
    let mut secrets = Vec::new();
    let mut sent = 0;
    for credentials in every_kind_of_credentials() {
        let mut fixture = Fixture::new(credentials);
        let order = || market_order().client_order_id("a");
        fixture.send(|| ServerTime::new().with()).await;
        let trades = || HistoricalTrades::new("BTCUSDT").with();
        fixture.send(trades).await;
        fixture.send(|| QueryOrder::new("BTCUSDT", 1).with()).await;
        fixture.send(|| order().with()).await;
        fixture.send(|| order().with().param("added", ADDED)).await;
        let batch = || NewOrders::new([order(), order()]).with();
        fixture.send(batch).await;
        fixture.send(|| NewListenKey::new().with()).await;
        #[allow(deprecated, reason = "the exchange still accepts it")]
        let renew = || RenewListenKey::new().listen_key(LISTEN_KEY).with();
        fixture.send(renew).await;
        fixture.send(|| CloseListenKey::new().with()).await;
        let post = || Raw::post("/fapi/v1/thing").param("added", ADDED).with();
        fixture.send(post).await;
        let get = || {
            let raw = Raw::get("/fapi/v1/thing").param("listenKey", LISTEN_KEY);
            raw.keyed().with()
        };
        fixture.send(get).await;
        sent += fixture.server.received().len();
        printed += &fixture.printed;
        secrets.extend(fixture.signatures);
    }
    assert!(sent > 4 * 11 * Scenario::ALL.len(), "{sent}");
    assert!(secrets.len() >= 4 * 5);
    let log = captured();
    for expected in [
        "call{request=usdm::NewOrder method=\"POST\" path=\"/fapi/v1/order\"}",
        "call{request=POST /fapi/v1/thing",
        "query=\"symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&newClientOrderId=a&added=[redacted]&timestamp=1591702613943&",
        "status=429",
        "attempt=2",
        "used_weight=41",
        "elapsed=",
        "\\\"listenKey\\\":[redacted]",
    ] {
        assert!(log.contains(expected), "{expected}");
    }
    let private_key = include_str!("../keys/pem/rsa-2048.pem")
        .lines()
        .nth(3)
        .unwrap();
    secrets.extend([KEY, SECRET, LISTEN_KEY, ADDED, private_key].map(str::to_owned));
    for secret in &secrets {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}

/// Returns how many warnings of this thread contain a text.
fn warnings(text: &str) -> usize {
    let log = captured_in_this_thread();
    log.lines()
        .filter(|line| line.contains(" WARN ") && line.contains(text))
        .count()
}

#[tokio::test]
async fn receive_window_that_may_be_rejected_is_logged_as_a_warning() {
    capture();
    let warnings = || warnings("the exchange may reject a receive window of this length");
    let server = Server::responding(json_response("200 OK", "{}"));
    let client = |window: u64| {
        let builder = builder().base_url(&server.url);
        builder.recv_window(window).build().unwrap()
    };
    let usual = client(60_000);
    assert_eq!(warnings(), 0);
    let unusual = client(60_001);
    assert_eq!(warnings(), 1);
    let query = || QueryOrder::new("BTCUSDT", 1).with();
    for window in [1, 5_000, 60_000] {
        let _ = usual.send(query().recv_window(window)).await;
    }
    let _ = unusual.send(query()).await;
    assert_eq!(warnings(), 1, "the window of a client is logged once");
    for window in [0, 60_001] {
        let error = usual.send(query().recv_window(window)).await.unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "it is sent nevertheless");
    }
    assert_eq!(warnings(), 3);
}

#[tokio::test]
async fn clock_that_differs_from_the_exchange_is_logged_as_a_warning() {
    capture();
    // The date is the time of the client's clock, to the second.
    let server = Server::responding(response(
        "200 OK",
        &["Date: Tue, 09 Jun 2020 11:36:53 GMT"],
        r#"{"serverTime":1591702613943}"#,
    ));
    let client = server.client();
    let skew = "the clocks of exchange and client differ";
    client.send(ServerTime::new()).await.unwrap();
    assert_eq!(warnings(skew), 0);
    client.set_clock_offset(ClockOffset::from_millis(-10_000));
    for _ in 0..3 {
        client.send(ServerTime::new()).await.unwrap();
    }
    assert_eq!(warnings(skew), 1, "once a minute");
    assert_eq!(warnings("skew=+9057 ms"), 1);
}

#[tokio::test]
async fn clock_sync_after_a_rejection_is_logged_as_a_warning() {
    capture();
    let server = Server::new(|number| {
        Reply::Write(match number {
            0 => json_response("400 Bad Request", r#"{"code":-1021,"msg":"Late."}"#),
            _ => json_response("200 OK", r#"{"serverTime":1591702613943}"#),
        })
    });
    let client = server.retrying_client();
    let sync = "synchronizing the clock with the exchange";
    assert_eq!(warnings(sync), 0);
    let _ = client.send(QueryOrder::new("BTCUSDT", 1)).await;
    assert_eq!(warnings(sync), 1);
}
