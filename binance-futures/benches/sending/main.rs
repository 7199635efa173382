//! The cost of sending an order over a loopback connection, against reqwest with the same timeouts, where signing and decoding are written
//! by hand.
//!
//! Run with `cargo bench -p binance-futures --bench sending`. The CPU time is that of the client's thread; it is measured on Linux only.
//! To count instructions, run one candidate alone: `-- hand` or `-- client`, with `ROUNDS` in the environment.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a panic fails the benchmark"
)]

#[path = "../decoding/fixed_order.rs"]
mod fixed_order;
#[path = "../measure/rate_limits.rs"]
mod rate_limits;
mod server;

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use binance_futures::clock::{Clock, SystemClock};
use binance_futures::prelude::*;
use binance_futures::usdm::{self, NewOrder};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const KEY: &str = "dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83";
const SECRET: &str = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9";
const TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Rounds of each candidate, interleaved, and requests per round.
const ROUNDS: usize = 400;
const REQUESTS: u32 = 50;

fn order() -> NewOrder {
    NewOrder::limit(
        "BTCUSDT",
        Side::Sell,
        dec!(0.002),
        dec!(59808.50),
        TimeInForce::Gtc,
    )
    .client_order_id("entry-7-0123456789abcdef")
}

/// An order sent with reqwest, from texts that need no conversion.
struct ByHand {
    http: reqwest::Client,
    url: String,
    key: Hmac<Sha256>,
}

impl ByHand {
    fn new(base_url: &str) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .tcp_nodelay(true)
            .connect_timeout(CONNECT_TIMEOUT)
            .build()
            .unwrap();
        Self {
            http,
            url: format!("{base_url}/fapi/v1/order?"),
            key: Hmac::new_from_slice(SECRET.as_bytes()).unwrap(),
        }
    }

    async fn send(&self) -> fixed_order::Order {
        let mut url = String::with_capacity(self.url.len() + 384);
        url.push_str(&self.url);
        url.push_str("symbol=BTCUSDT&side=SELL&type=LIMIT&quantity=0.002&price=59808.50");
        url.push_str("&timeInForce=GTC&newClientOrderId=entry-7-0123456789abcdef&timestamp=");
        let now = SystemClock.now().as_millis();
        url.push_str(itoa::Buffer::new().format(now));
        let mut state = self.key.clone();
        state.update(&url.as_bytes()[self.url.len()..]);
        url.push_str("&signature=");
        for byte in state.finalize().into_bytes() {
            const DIGITS: &[u8; 16] = b"0123456789abcdef";
            url.push(char::from(DIGITS[usize::from(byte >> 4)]));
            url.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
        let response = self
            .http
            .post(url)
            .header("x-mbx-apikey", KEY)
            .header("content-length", "0")
            .timeout(TIMEOUT)
            .send()
            .await
            .unwrap();
        assert!(response.status().is_success());
        let body = response.bytes().await.unwrap();
        fixed_order::scan(str::from_utf8(&body).unwrap()).unwrap()
    }
}

/// What was measured of a candidate.
#[derive(Default)]
struct Measured {
    /// Microseconds from sending to the decoded response, the median of each round.
    latencies: Vec<f64>,
    /// Microseconds of CPU time per request, by round.
    cpu: Vec<f64>,
}

impl Measured {
    async fn round(&mut self, send: impl AsyncFn()) {
        let mut latencies = Vec::with_capacity(REQUESTS as usize);
        let before = cpu_time();
        for _ in 0..REQUESTS {
            let sent = Instant::now();
            send().await;
            latencies.push(sent.elapsed().as_secs_f64() * 1e6);
        }
        if let (Some(before), Some(after)) = (before, cpu_time()) {
            let used = after.saturating_sub(before).as_secs_f64() * 1e6;
            self.cpu.push(used / f64::from(REQUESTS));
        }
        self.latencies.push(median(&latencies));
    }

    fn print(&self, name: &str, first: &Self) {
        // Compared round by round, because the speed of a machine changes while it is measured.
        let added = compare(&self.latencies, &first.latencies, |own, first| own - first);
        print!("{name:24} {:>9.1} {added:>+9.1}", median(&self.latencies));
        if self.cpu.is_empty() {
            println!();
            return;
        }
        let ratio = compare(&self.cpu, &first.cpu, |own, first| own / first);
        println!(" {:>9.1} {ratio:>9.2}", median(&self.cpu));
    }
}

/// Returns the median of a comparison of two candidates in each round.
fn compare(own: &[f64], first: &[f64], by: impl Fn(f64, f64) -> f64) -> f64 {
    let compared: Vec<f64> = own
        .iter()
        .zip(first)
        .map(|(own, first)| by(*own, *first))
        .collect();
    median(&compared)
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_owned();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Returns the CPU time of this thread so far.
fn cpu_time() -> Option<Duration> {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanos = times.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanos))
}

fn main() {
    let base_url = server::start();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let by_hand = ByHand::new(&base_url);
        let client = usdm::Client::builder()
            .base_url(base_url.as_str())
            .credentials(Credentials::hmac(KEY, SECRET).unwrap())
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .retry(Retry::never())
            .build()
            .unwrap();
        // The governor counts each order, and permits all of them.
        client.set_rate_limits(&rate_limits::unreachable());
        let mut measured = [Measured::default(), Measured::default()];
        let only = std::env::args()
            .nth(1)
            .filter(|argument| !argument.starts_with('-'));
        let runs = |name| only.as_deref().is_none_or(|only| only == name);
        let rounds = std::env::var("ROUNDS")
            .ok()
            .and_then(|rounds| rounds.parse().ok());
        for round in 0..rounds.unwrap_or(ROUNDS) {
            let [by_hand_measured, client_measured] = &mut measured;
            // Each candidate is first in every second round.
            for turn in [round % 2, (round + 1) % 2] {
                if turn == 0 && runs("hand") {
                    by_hand_measured
                        .round(async || {
                            black_box(by_hand.send().await);
                        })
                        .await;
                }
                if turn == 1 && runs("client") {
                    client_measured
                        .round(async || {
                            black_box(client.send(black_box(order())).await.unwrap());
                        })
                        .await;
                }
            }
        }
        if only.is_some() {
            return;
        }
        println!(
            "{:24} {:>9} {:>9} {:>9} {:>9}",
            "an order, in µs", "p50", "added", "CPU", "ratio"
        );
        measured[0].print("reqwest, by hand", &measured[0]);
        measured[1].print("Client::send", &measured[0]);
    });
}
