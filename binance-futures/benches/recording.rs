//! The speed of recording and replaying book tickers of 500 symbols, and the size of the files.
//!
//! Run with `cargo bench -p binance-futures --bench recording --features record`. The events are the sample of the spec, with prices that
//! move at random by ticks, random quantities and increasing ids.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic fails the benchmark"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Instant;

use binance_futures::environment::Environment;
use binance_futures::usdm::Usdm;
use binance_futures::usdm::streams::{AnyTopic, BookTickers};
use binance_futures::ws::record::{RecorderOptions, RecorderStats, Recording, Replay};
use binance_futures::ws::{Event, RawEvent, RawTopic, Update};

const SAMPLE: &str = include_str!("../../spec/usdm/streams/book_tickers.json");
const SYMBOLS: u64 = 500;
const EVENTS: u64 = 500_000;
const ROUNDS: usize = 5;

/// Random numbers that are the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Writes the lines of a recording.
fn lines() -> String {
    // The sample as it arrives.
    let sample: String = SAMPLE.split_whitespace().collect();
    let mut random = Random(7);
    let mut prices: Vec<u64> = (0..SYMBOLS)
        .map(|_| 1_000 + random.below(9_000_000))
        .collect();
    let mut text = String::from(
        "{\"format\":\"binance-futures-recording\",\"version\":1,\"product\":\"usdm\",\"environment\":\"mock\",\"run\":1,\"file\":1}\n",
    );
    for number in 0..EVENTS {
        // Some symbols are busier than others.
        let symbol = random.below(SYMBOLS).min(random.below(SYMBOLS));
        let price = prices.get_mut(usize::try_from(symbol).unwrap()).unwrap();
        *price = (*price + random.below(5)).saturating_sub(2).max(100);
        // 20,000 events in a second.
        let nanos = 1_790_401_512_000_000_000 + number * 50_000 + random.below(40_000);
        let time = nanos / 1_000_000;
        let event = sample
            .replace("BTCUSDT", &format!("SYM{symbol:03}USDT"))
            .replace(
                "8104477120955",
                &(8_104_477_120_955 + number * 7).to_string(),
            )
            .replace("1790401512153", &time.to_string())
            .replace("1790401512149", &(time - random.below(5)).to_string())
            .replace("61250.10", &decimal(*price, 100))
            .replace("61250.20", &decimal(*price + 1 + random.below(2), 100))
            .replace("1.633", &decimal(random.below(20_000), 1_000))
            .replace("0.482", &decimal(random.below(20_000), 1_000));
        writeln!(
            text,
            "{{\"received\":{nanos},\"connection\":{},\"stream\":\"sym{symbol:03}usdt@bookTicker\",\"data\":{event}}}",
            1 + symbol / 200
        )
        .unwrap();
    }
    text
}

fn decimal(units: u64, scale: u64) -> String {
    let digits = scale.ilog10() as usize;
    format!("{}.{:0digits$}", units / scale, units % scale)
}

fn topics() -> impl Iterator<Item = BookTickers> {
    (0..SYMBOLS).map(|symbol| BookTickers::new(format!("SYM{symbol:03}USDT")))
}

/// Writes all events to a folder. Returns the figures and the seconds.
fn record(folder: &Path, level: i32, events: &[Event<RawEvent>]) -> (RecorderStats, f64) {
    let _ = fs::remove_dir_all(folder);
    let begun = Instant::now();
    let mut recorder = RecorderOptions::new(folder)
        .compression_level(level)
        .open::<Usdm>(&Environment::Testnet)
        .unwrap();
    for event in events {
        recorder.write_event(event).unwrap();
    }
    let stats = recorder.close().unwrap();
    (stats, begun.elapsed().as_secs_f64())
}

/// Returns the shortest time of a few rounds, in seconds.
fn best(mut round: impl FnMut() -> f64) -> f64 {
    (0..ROUNDS).map(|_| round()).fold(f64::MAX, f64::min)
}

fn timed(run: impl FnOnce() -> usize) -> f64 {
    let begun = Instant::now();
    assert_eq!(run() as u64, EVENTS);
    begun.elapsed().as_secs_f64()
}

fn main() {
    let folder = std::env::temp_dir().join(format!("binance-futures-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let plain = folder.join("plain.jsonl");
    let text = lines();
    fs::write(&plain, &text).unwrap();
    let raw: Vec<_> = topics()
        .map(|topic| RawTopic::of(&topic).unwrap())
        .collect();
    let replay = Replay::new(Recording::open(&plain).unwrap(), raw).unwrap();
    let events: Vec<_> = replay
        .filter_map(|update| Update::event(update.unwrap()))
        .collect();
    assert_eq!(events.len() as u64, EVENTS);

    let count = EVENTS as f64;
    let megabytes = text.len() as f64 / 1e6;
    println!(
        "{EVENTS} book tickers of {SYMBOLS} symbols, {:.0} bytes a line",
        text.len() as f64 / count
    );
    println!(
        "{:24} {:>12} {:>8} {:>14}",
        "write", "lines/s", "MB/s", "bytes/event"
    );
    let written = folder.join("written");
    for level in [1, 3, 6, 9] {
        let mut bytes = 0;
        let seconds = best(|| {
            let (stats, seconds) = record(&written, level, &events);
            bytes = stats.file_bytes;
            seconds
        });
        println!(
            "{:24} {:>12.0} {:>8.0} {:>14.1}",
            format!("level {level}"),
            count / seconds,
            megabytes / seconds,
            bytes as f64 / count
        );
    }
    record(&written, 3, &events);
    println!("\n{:24} {:>12} {:>8}", "read, level 3", "lines/s", "MB/s");
    let report = |name: &str, seconds: f64| {
        println!(
            "{name:24} {:>12.0} {:>8.0}",
            count / seconds,
            megabytes / seconds
        );
    };
    let open = || Recording::open(&written).unwrap();
    // The header is a line too.
    report(
        "lines",
        best(|| timed(|| open().map(Result::unwrap).count() - 1)),
    );
    report(
        "replay, typed",
        best(|| timed(|| Replay::new(open(), topics()).unwrap().count())),
    );
    report(
        "replay, any topic",
        best(|| timed(|| Replay::<AnyTopic>::of_all(open()).count())),
    );
    fs::remove_dir_all(&folder).unwrap();
}
