//! The smallest client there can be, so that the exchange is tested by nothing of the crate's own.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use binance_futures::mock::{Builder, Exchange};
use binance_futures::types::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The time at which every clock of these tests begins: the one of the published vectors.
pub(crate) const NOON: i64 = 1_591_702_613_943;

/// A clock that goes only when it is told to.
#[derive(Clone)]
pub(crate) struct Clock(Arc<AtomicI64>);

impl Clock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicI64::new(NOON)))
    }

    pub(crate) fn forward(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    pub(crate) fn exchange(&self) -> Builder {
        let clock = self.clone();
        Exchange::builder().clock(move || Timestamp::from_millis(clock.now()))
    }
}

/// An exchange with its clock, and the credentials of its first account.
pub(crate) struct Session {
    pub(crate) exchange: Exchange,
    pub(crate) clock: Clock,
    pub(crate) key: String,
    pub(crate) secret: String,
}

impl Session {
    pub(crate) async fn start() -> Self {
        Self::with(|builder| builder).await
    }

    pub(crate) async fn with(set_up: impl FnOnce(Builder) -> Builder) -> Self {
        let clock = Clock::new();
        let exchange = set_up(clock.exchange()).start().await.unwrap();
        let (key, secret) = exchange.credentials();
        let (key, secret) = (key.to_owned(), secret.to_owned());
        Self {
            exchange,
            clock,
            key,
            secret,
        }
    }

    /// Sends a signed request with its parameters, already encoded, in the query.
    pub(crate) async fn signed(&self, method: &str, path: &str, query: &str) -> Answer {
        let query = self.sign(query);
        self.send(
            method,
            &format!("{path}?{query}"),
            &[("x-mbx-apikey", &self.key)],
            "",
        )
        .await
    }

    /// Parameters with timestamp and signature.
    pub(crate) fn sign(&self, query: &str) -> String {
        let separator = if query.is_empty() { "" } else { "&" };
        let query = format!("{query}{separator}timestamp={}", self.clock.now());
        format!("{query}&signature={}", hmac(&self.secret, &query))
    }

    pub(crate) async fn get(&self, target: &str) -> Answer {
        self.send("GET", target, &[], "").await
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request =
            format!("{method} {target} HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n");
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() {
            request += "content-type: application/x-www-form-urlencoded\r\n";
        }
        request += &format!("content-length: {}\r\n\r\n{body}", body.len());
        let bytes = exchange_bytes(self.exchange.address(), request.as_bytes()).await;
        Answer::read(&bytes)
    }
}

/// Sends bytes and takes whatever comes until the connection ends.
pub(crate) async fn exchange_bytes(address: SocketAddr, request: &[u8]) -> Vec<u8> {
    let request = request.to_vec();
    let talk = move || {
        let mut stream = TcpStream::connect(address).unwrap();
        // The exchange may hang up on what it does not want to hear to the end.
        let _ = stream.write_all(&request);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        answer
    };
    tokio::task::spawn_blocking(talk).await.unwrap()
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    headers: Vec<(String, String)>,
}

impl Answer {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1));
        let headers = lines.filter_map(|line| line.split_once(": "));
        Self {
            status: status.and_then(|status| status.parse().ok()).unwrap_or(0),
            body: body.to_owned(),
            headers: headers
                .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
                .collect(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(header, _)| header == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn number(&self, header: &str) -> Option<u32> {
        self.header(header)?.parse().ok()
    }

    /// Status and code of a refusal; code 0 of what is none.
    pub(crate) fn outcome(&self) -> (u16, i64) {
        let code = serde_json::from_str::<Value>(&self.body);
        let code = code.ok().and_then(|body| body.get("code")?.as_i64());
        (self.status, code.unwrap_or(0))
    }
}

/// HMAC-SHA256 the way Python's library writes it: the padded key translated byte by byte, and one hash within the other.
pub(crate) fn hmac(secret: &str, message: &str) -> String {
    assert!(secret.len() <= 64, "no test has a longer secret");
    let mut key = secret.as_bytes().to_vec();
    key.resize(64, 0);
    let translated = |mask: u8| key.iter().map(|byte| byte ^ mask).collect::<Vec<u8>>();
    let inner = Sha256::digest([&translated(0x36), message.as_bytes()].concat());
    let outer = Sha256::digest([translated(0x5c), inner.to_vec()].concat());
    outer.iter().map(|byte| format!("{byte:02x}")).collect()
}
