//! The cost of typed book tickers over a loopback connection, against reading the same frames with tokio-tungstenite alone.
//!
//! Run with `cargo bench -p binance-futures --bench streaming`. The CPU time is that of the client's thread; it is measured on Linux only.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic fails the benchmark"
)]

mod server;

use std::hint::black_box;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use binance_futures::usdm::Usdm;
use binance_futures::usdm::{self, streams::BookTickers};
use binance_futures::ws::{Heartbeat, Session, Socket, Streams, Subscription, Update};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use self::server::Pace;

/// Rounds of each candidate, interleaved, and events per round.
const ROUNDS: usize = 12;
const EVENTS: usize = 200_000;

/// The server answers no pings.
const NO_PINGS: Heartbeat = Heartbeat::new(Duration::from_secs(3_600), Duration::from_secs(60));

/// The time between two events when delays are measured, and the number of events.
const INTERVAL: Duration = Duration::from_micros(100);
const DELAYS: usize = 20_000;

/// The topic of the candidates with one topic.
const TOPIC: &str = "btcusdt@bookTicker";

/// The symbols of the candidate with many topics, and the events that are read before it is measured.
const SYMBOLS: usize = 500;
const WARM_UP: usize = 20_000;

/// Reads frames with tokio-tungstenite alone.
struct FramesOnly(WebSocketStream<TcpStream>);

impl FramesOnly {
    async fn open(address: SocketAddr) -> Self {
        let io = TcpStream::connect(address).await.unwrap();
        io.set_nodelay(true).unwrap();
        let url = format!("ws://{address}/public/stream");
        let (mut io, _) = client_async(url, io).await.unwrap();
        let subscribe = format!(r#"{{"method":"SUBSCRIBE","params":["{TOPIC}"],"id":1}}"#);
        for command in [
            subscribe.as_str(),
            r#"{"method":"LIST_SUBSCRIPTIONS","id":2}"#,
        ] {
            io.send(Message::text(command)).await.unwrap();
            io.next().await.unwrap().unwrap();
        }
        Self(io)
    }

    /// Returns the update id of the next event.
    async fn next(&mut self) -> u64 {
        let Message::Text(text) = self.0.next().await.unwrap().unwrap() else {
            panic!("not text");
        };
        let text = text.as_str();
        let id = text.find("\"u\":").unwrap() + 4;
        let digits = text.as_bytes()[id..].iter();
        digits
            .take_while(|byte| byte.is_ascii_digit())
            .fold(0, |id, digit| id * 10 + u64::from(digit - b'0'))
    }

    /// Reads the next frame and does not look at it.
    async fn skip(&mut self) {
        black_box(self.0.next().await.unwrap().unwrap());
    }
}

fn connector(address: SocketAddr) -> usdm::Connector {
    usdm::Connector::builder()
        .streams_url(format!("ws://{address}"))
        .governor(None)
        .build_connector()
        .unwrap()
}

async fn socket(address: SocketAddr) -> Socket<BookTickers> {
    let connector = connector(address);
    connector
        .socket([BookTickers::new("BTCUSDT")])
        .heartbeat(NO_PINGS)
        .await
        .unwrap()
}

async fn session(address: SocketAddr) -> Session<BookTickers> {
    let connector = connector(address);
    let session = connector.session([BookTickers::new("BTCUSDT")]);
    let mut session = session.heartbeat(NO_PINGS).build().unwrap();
    session.ready().await.unwrap();
    session
}

/// Subscribes to the book tickers of so many symbols.
async fn subscription(
    address: SocketAddr,
    symbols: usize,
) -> (Streams<Usdm>, Subscription<BookTickers>) {
    let streams = connector(address).streams_builder();
    let streams = streams.heartbeat(NO_PINGS).build();
    let topics = (0..symbols).map(|number| BookTickers::new(format!("S{number}USDT")));
    let subscription = streams.subscribe_all(topics).await.unwrap();
    (streams, subscription)
}

/// Measures a subscription for one round. Its tasks read all the time: so there is a new one for each round.
async fn measure_streams(rounds: &mut Vec<f64>, address: SocketAddr, symbols: usize) {
    let (streams, mut subscription) = subscription(address, symbols).await;
    let next = async || {
        black_box(event(subscription.next().await));
    };
    let mut next = next;
    for _ in 0..WARM_UP {
        next().await;
    }
    measure(rounds, next).await;
    assert_eq!(subscription.stats().lagged, 0);
    drop(subscription);
    streams.close(Duration::from_secs(5)).await;
}

/// Returns the event of an update.
fn event<T>(update: Option<Update<T>>) -> T {
    match update {
        Some(Update::Event(event)) => event.data,
        _ => panic!("not an event"),
    }
}

/// Nanoseconds of CPU time per event, by round.
async fn measure(rounds: &mut Vec<f64>, next: impl AsyncFnMut()) {
    let mut next = next;
    let before = cpu_time();
    for _ in 0..EVENTS {
        next().await;
    }
    let used = cpu_time().saturating_sub(before).as_nanos() as f64;
    rounds.push(used / EVENTS as f64);
}

/// Returns the CPU time of this thread so far. Zero on systems that do not tell.
fn cpu_time() -> Duration {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = times.split(' ').next().and_then(|nanos| nanos.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_owned();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

async fn throughput() {
    let address = server::start(Pace::Unlimited, Instant::now());
    let mut frames = FramesOnly::open(address).await;
    let mut socket = socket(address).await;
    let mut session = session(address).await;
    let mut rounds = [const { Vec::new() }; 5];
    for round in 0..ROUNDS {
        for turn in 0..3 {
            match (turn + round) % 3 {
                0 => measure(&mut rounds[0], async || frames.skip().await).await,
                1 => {
                    let next = async || {
                        black_box(event(socket.next().await));
                    };
                    measure(&mut rounds[1], next).await;
                }
                _ => {
                    let next = async || {
                        black_box(event(session.next().await));
                    };
                    measure(&mut rounds[2], next).await;
                }
            }
        }
        measure_streams(&mut rounds[3], address, 1).await;
        measure_streams(&mut rounds[4], address, SYMBOLS).await;
    }
    println!("{:28} {:>10} {:>8}", "book tickers, CPU", "ns", "ratio");
    let names = [
        "tokio-tungstenite, frames",
        "Socket",
        "Session",
        "Streams, 1 topic",
        "Streams, 500 topics",
    ];
    for (name, own) in names.iter().zip(&rounds) {
        let ratios: Vec<f64> = own
            .iter()
            .zip(&rounds[0])
            .map(|(own, first)| own / first)
            .collect();
        println!("{name:28} {:>10.0} {:>8.2}", median(own), median(&ratios));
    }
}

/// Median and 99th percentile of the delays of events, in microseconds.
async fn delays(start: Instant, next: impl AsyncFnMut() -> u64) -> [f64; 2] {
    let mut next = next;
    let mut delays = Vec::with_capacity(DELAYS);
    for _ in 0..DELAYS {
        let sent = next().await;
        let now = u64::try_from(start.elapsed().as_nanos()).unwrap();
        delays.push(now.saturating_sub(sent) as f64 / 1e3);
    }
    delays.sort_by(f64::total_cmp);
    [delays[DELAYS / 2], delays[DELAYS * 99 / 100]]
}

async fn latency() {
    let start = Instant::now();
    let address = server::start(Pace::Every(INTERVAL), start);
    println!(
        "\n{:28} {:>10} {:>10} {:>10}",
        "one-way delay, µs", "p50", "p99", "added p50"
    );
    let mut first = None;
    for name in ["tokio-tungstenite, frames", "Socket", "Session", "Streams"] {
        let [p50, p99] = match name {
            "Socket" => {
                let mut socket = socket(address).await;
                delays(start, async || event(socket.next().await).last_update_id).await
            }
            "Session" => {
                let mut session = session(address).await;
                delays(start, async || event(session.next().await).last_update_id).await
            }
            "Streams" => {
                let (streams, mut subscription) = subscription(address, 1).await;
                let delays = delays(start, async || {
                    event(subscription.next().await).last_update_id
                });
                let delays = delays.await;
                streams.close(Duration::ZERO).await;
                delays
            }
            _ => {
                let mut frames = FramesOnly::open(address).await;
                delays(start, async || frames.next().await).await
            }
        };
        let added = p50 - *first.get_or_insert(p50);
        println!("{name:28} {p50:>10.1} {p99:>10.1} {added:>+10.1}");
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        throughput().await;
        latency().await;
    });
}
