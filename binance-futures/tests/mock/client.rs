//! A minimal HTTP client, so that the tests of the exchange do not depend on the client of this crate.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use binance_futures::clock::Clock;
use binance_futures::mock::{Builder, Exchange};
use binance_futures::types::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

/// Start time of every clock of these tests: the timestamp of the published signatures.
pub(crate) const START: i64 = 1_591_702_613_943;

/// A clock that a test advances.
#[derive(Debug, Clone)]
pub(crate) struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicI64::new(START)))
    }

    pub(crate) fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }

    pub(crate) fn millis(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.millis())
    }
}

/// An exchange, its clock, and the credentials of its first account.
pub(crate) struct Session {
    pub(crate) exchange: Exchange,
    pub(crate) clock: ManualClock,
    pub(crate) key: String,
    pub(crate) secret: String,
}

impl Session {
    pub(crate) async fn start() -> Self {
        Self::with(|builder| builder).await
    }

    pub(crate) async fn with(configure: impl FnOnce(Builder) -> Builder) -> Self {
        let clock = ManualClock::new();
        let builder = Exchange::builder().clock(clock.clone());
        let exchange = configure(builder).start().await.unwrap();
        let (key, secret) = exchange.credentials();
        let (key, secret) = (key.to_owned(), secret.to_owned());
        Self {
            exchange,
            clock,
            key,
            secret,
        }
    }

    /// Sends a signed request with percent-encoded parameters in the query.
    pub(crate) async fn signed(&self, method: &str, path: &str, query: &str) -> Response {
        let query = self.sign(query);
        self.send(
            method,
            &format!("{path}?{query}"),
            &[("x-mbx-apikey", &self.key)],
            "",
        )
        .await
    }

    /// Adds timestamp and signature to percent-encoded parameters.
    pub(crate) fn sign(&self, query: &str) -> String {
        let separator = if query.is_empty() { "" } else { "&" };
        let query = format!("{query}{separator}timestamp={}", self.clock.millis());
        format!("{query}&signature={}", hmac_sha256(&self.secret, &query))
    }

    /// Adds a timestamp this many milliseconds after the clock, and the signature, for an exchange that was advanced.
    pub(crate) fn sign_ahead(&self, query: &str, millis: i64) -> String {
        let query = format!("{query}&timestamp={}", self.clock.millis() + millis);
        format!("{query}&signature={}", hmac_sha256(&self.secret, &query))
    }

    pub(crate) async fn get(&self, target: &str) -> Response {
        self.send("GET", target, &[], "").await
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Response {
        let mut request =
            format!("{method} {target} HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n");
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() {
            request += "content-type: application/x-www-form-urlencoded\r\n";
        }
        request += &format!("content-length: {}\r\n\r\n{body}", body.len());
        let bytes = send_bytes(self.exchange.address(), request.as_bytes()).await;
        Response::read(&bytes)
    }
}

/// Sends bytes, and returns what the exchange sends until the connection closes.
pub(crate) async fn send_bytes(address: SocketAddr, request: &[u8]) -> Vec<u8> {
    let request = request.to_vec();
    let exchange = move || {
        let mut stream = TcpStream::connect(address).unwrap();
        // The exchange may close the connection before it has read the whole request.
        let _ = stream.write_all(&request);
        let mut response = Vec::new();
        let _ = stream.read_to_end(&mut response);
        response
    };
    tokio::task::spawn_blocking(exchange).await.unwrap()
}

/// A response.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) body: String,
    headers: Vec<(String, String)>,
}

impl Response {
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
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
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

    /// Returns HTTP status and error code. The code is 0 when the body is not an error.
    pub(crate) fn outcome(&self) -> (u16, i64) {
        let code = serde_json::from_str::<Value>(&self.body);
        let code = code.ok().and_then(|body| body.get("code")?.as_i64());
        (self.status, code.unwrap_or(0))
    }
}

/// Returns the HMAC-SHA256 of a message in lowercase hexadecimal digits. The published signatures in these tests prove it.
pub(crate) fn hmac_sha256(secret: &str, message: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(message.as_bytes());
    let bytes = mac.finalize().into_bytes();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
