//! What an application sees in its log at `TRACE`, of every kind of call and whatever becomes of it.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use binance_futures::auth::{Credentials, FutureSignature, PrivateKey, Signature, Signer};
use binance_futures::clock::ClockOffset;
use binance_futures::error::Error;
use binance_futures::rest::{Backoff, IntoCall, Raw, Retry, Sendable, SentBy};
use binance_futures::types::{Decimal, Side, Timestamp};
use binance_futures::usdm::{
    self, CloseListenKey, HistoricalTrades, NewListenKey, NewOrder, NewOrders, QueryOrder,
    RenewListenKey, ServerTime, Usdm,
};

use crate::secrets::{listen, logged, logged_here, printed};
use crate::server::{KEY, NOW, Reaction, SECRET, Server, answer, json};

const LISTEN_KEY: &str = "hushlistenkey";
const ADDED: &str = "hushadded";
const ELSEWHERE: &str = "signed elsewhere";

/// Signs where nobody sees it.
struct Vault;

impl Signer for Vault {
    fn sign<'a>(&'a self, _: &'a [u8]) -> FutureSignature<'a> {
        Box::pin(async { Ok(Signature::base64(ELSEWHERE.as_bytes())) })
    }
}

fn every_kind_of_credentials() -> [Credentials; 4] {
    let key = |pem: &str| {
        let key = PrivateKey::from_pem(pem).unwrap();
        Credentials::private_key(KEY, key).unwrap()
    };
    [
        Credentials::hmac(KEY, SECRET).unwrap(),
        key(include_str!("../keys/pem/rsa-2048.pem")),
        key(include_str!("../keys/pem/ed25519.pem")),
        Credentials::external(KEY, Vault).unwrap(),
    ]
}

/// What becomes of a call; each answer repeats what was sent.
const OUTCOMES: [&str; 7] = [
    "done", "refused", "page", "limited", "failed", "cut", "silent",
];

fn reaction(outcome: &str, echo: &str) -> Reaction {
    let told = format!(r#"{{"code":-1102,"msg":"Of {echo}.","listenKey":"{LISTEN_KEY}"}}"#);
    let done = format!(r#"{{"listenKey":"{LISTEN_KEY}","serverTime":1,"echo":"{echo}"}}"#);
    let page = format!("<html>{echo}</html>");
    let headers = &[
        &*format!("X-Echo: {echo}"),
        "X-MBX-USED-WEIGHT-1M: 41",
        "Retry-After: 600",
    ];
    Reaction::Write(match outcome {
        "done" => answer("200 OK", headers, &done),
        "refused" => answer("400 Bad Request", headers, &told),
        "page" => answer("403 Forbidden", headers, &page),
        "limited" => answer("429 Too Many Requests", headers, &told),
        "failed" => answer("503 Service Unavailable", headers, &told),
        "cut" => {
            let mut whole = answer("200 OK", headers, &done);
            whole.truncate(whole.len() - 3);
            whole
        }
        _ => return Reaction::Silence,
    })
}

struct Watched {
    server: Server,
    client: usdm::Client,
    /// What the next answer repeats.
    echo: Arc<Mutex<(&'static str, String)>>,
    /// All that was printed of errors, and all signatures there were.
    printed: String,
    signatures: Vec<String>,
}

impl Watched {
    fn new(credentials: Credentials) -> Self {
        let echo = Arc::new(Mutex::new(("", String::new())));
        let repeated = Arc::clone(&echo);
        let server = Server::new(move |_| {
            let echo = repeated.lock().unwrap();
            reaction(echo.0, &echo.1)
        });
        let client = usdm::Client::builder()
            .base_url(&server.url)
            .credentials(credentials)
            .clock(Timestamp::from_millis(NOW))
            .retry(Backoff::default().attempts(2).first_wait(Duration::ZERO))
            .build()
            .unwrap();
        Self {
            server,
            client,
            echo,
            printed: String::new(),
            signatures: Vec::new(),
        }
    }

    async fn call<C: IntoCall>(&mut self, call: impl Fn() -> C)
    where
        C::Request: SentBy<Usdm> + Debug + Clone,
    {
        let prepared = self.client.prepare(call()).await.unwrap();
        // The clock stands, so this is what will be sent.
        let query = prepared.query().to_owned();
        if let Some((_, signature)) = query.split_once("signature=") {
            self.signatures.push(signature.to_owned());
        }
        let key = if prepared.has_key() { KEY } else { "" };
        for outcome in OUTCOMES {
            *self.echo.lock().unwrap() = (outcome, format!("{query} {key}"));
            let mut call = call().into_call();
            if outcome == "silent" {
                call = call.timeout(Duration::from_millis(30));
            }
            self.printed += &format!("{call:?}");
            match self.client.send_full(call).await {
                Ok(answer) => self.printed += &format!("{:?}", answer.status),
                Err(error) => self.printed += &printed(&error),
            }
        }
    }
}

#[tokio::test]
async fn nothing_secret_is_logged_of_any_kind_of_call() {
    listen();
    let mut told = String::new();
    let mut secrets = Vec::new();
    let mut sent = 0;
    for credentials in every_kind_of_credentials() {
        let mut watched = Watched::new(credentials);
        let order = || NewOrder::market("BTCUSDT", Side::Buy, Decimal::ONE).client_order_id("a");
        watched.call(ServerTime::new).await;
        watched.call(|| HistoricalTrades::new("BTCUSDT")).await;
        watched.call(|| QueryOrder::new("BTCUSDT", 1)).await;
        watched.call(order).await;
        watched.call(|| order().with().param("added", ADDED)).await;
        watched.call(|| NewOrders::new([order(), order()])).await;
        watched.call(NewListenKey::new).await;
        #[allow(deprecated, reason = "it is taken still")]
        watched
            .call(|| RenewListenKey::new().listen_key(LISTEN_KEY))
            .await;
        watched.call(CloseListenKey::new).await;
        watched
            .call(|| Raw::post("/fapi/v1/thing").param("added", ADDED))
            .await;
        watched
            .call(|| {
                Raw::get("/fapi/v1/thing")
                    .param("listenKey", LISTEN_KEY)
                    .keyed()
            })
            .await;
        sent += watched.server.received().len();
        told += &watched.printed;
        secrets.extend(watched.signatures);
    }
    assert!(sent > 4 * 11 * OUTCOMES.len(), "{sent}");
    assert!(secrets.len() >= 4 * 5);
    let log = logged();
    for expected in [
        "call{request=usdm::NewOrder method=\"POST\" path=\"/fapi/v1/order\"}",
        "call{request=POST /fapi/v1/thing",
        "query=\"symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&newClientOrderId=a&added=[redacted]&timestamp=1591702613943&",
        "status=429",
        "attempt=2",
        "used_weight=41",
        "took=",
        "\\\"listenKey\\\":[redacted]",
    ] {
        assert!(log.contains(expected), "{expected}");
    }
    let of_keys = include_str!("../keys/pem/rsa-2048.pem")
        .lines()
        .nth(3)
        .unwrap();
    secrets.extend([KEY, SECRET, LISTEN_KEY, ADDED, of_keys].map(str::to_owned));
    for secret in &secrets {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
        assert!(!told.contains(secret), "{secret} in {told}");
    }
}

#[tokio::test]
async fn what_the_caller_should_look_into_is_a_warning() {
    listen();
    let warned = |words: &str| {
        let log = logged_here();
        log.lines()
            .filter(|line| line.contains(" WARN ") && line.contains(words))
            .count()
    };
    let timeout_override = "a receive window of this length is timeout_override";
    let begin = warned(timeout_override);
    let server = Server::answering(answer(
        "200 OK",
        &["Date: Tue, 09 Jun 2020 11:36:53 GMT"],
        r#"{"serverTime":1591702613943}"#,
    ));
    let builder = || {
        usdm::Client::builder()
            .base_url(&server.url)
            .credentials(Credentials::hmac(KEY, SECRET).unwrap())
            .clock(Timestamp::from_millis(NOW))
            .retry(Retry::never())
    };
    let client = builder().recv_window(60_000).build().unwrap();
    assert_eq!(warned(timeout_override), begin);
    builder().recv_window(60_001).build().unwrap();
    assert_eq!(warned(timeout_override), begin + 1);
    let question = || QueryOrder::new("BTCUSDT", 1).with();
    for usual in [1, 5_000, 60_000] {
        let _ = client.send(question().recv_window(usual)).await;
    }
    assert_eq!(warned(timeout_override), begin + 1);
    for odd in [0, 60_001] {
        let error = client.send(question().recv_window(odd)).await.unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "sent all the same");
    }
    assert_eq!(warned(timeout_override), begin + 3);

    // The server's date is the client's time, to the second.
    let off = "the exchange's clock and the client's differ";
    assert_eq!(warned(off), 0);
    client.set_clock_offset(ClockOffset::from_millis(-10_000));
    for _ in 0..3 {
        client.send(ServerTime::new()).await.unwrap();
    }
    assert_eq!(warned(off), 1, "once a minute");
    assert_eq!(warned("off=+9057 ms"), 1);

    let server = Server::new(|number| {
        Reaction::Write(match number {
            0 => json("400 Bad Request", r#"{"code":-1021,"msg":"Late."}"#),
            _ => json("200 OK", r#"{"serverTime":1591702613943}"#),
        })
    });
    let client = server.eager_client();
    let set = "the clock is set by the exchange's";
    assert_eq!(warned(set), 0);
    let _ = client.send(QueryOrder::new("BTCUSDT", 1)).await;
    assert_eq!(warned(set), 1);
}
