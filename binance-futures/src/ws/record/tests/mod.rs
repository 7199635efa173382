//! Tests of recordings.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

mod background;
mod compare;
mod crash;
mod recorder;
mod recording;
mod replay;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::{Line, Recorder, RecorderOptions, Recording};
use crate::environment::Environment;
use crate::usdm::Usdm;
use crate::ws::RawEvent;
use crate::ws::event::{ConnectionId, Event, Received};

/// The receive time of the first event.
const BEGIN: i64 = 1_790_000_000_000_000_000;

const SECOND: i64 = 1_000_000_000;

const TRADES: &str = "btcusdt@aggTrade";

/// A folder that is removed at the end of a test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("binance-futures-record-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn options(&self) -> RecorderOptions {
        RecorderOptions::new(&self.0)
            .sync(false)
            .max_file_time(Duration::MAX)
    }

    fn recorder(&self) -> Recorder {
        open(self.options())
    }

    /// The files, by name.
    fn files(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(&self.0).unwrap();
        let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        files.sort();
        files
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn open(options: RecorderOptions) -> Recorder {
    options.open::<Usdm>(&Environment::Testnet).unwrap()
}

/// An event of a connection, so long after the beginning.
fn event_at(nanos: i64, connection: u64, topic: &str, text: &str) -> Event<RawEvent> {
    let mut received = Received::now();
    received.unix_nanos = BEGIN + nanos;
    Event {
        data: RawEvent {
            topic: topic.parse().unwrap(),
            text: text.to_owned(),
        },
        received,
        connection: ConnectionId::new(connection),
        may_repeat: false,
    }
}

/// An aggregate trade, one second after another.
fn trade(id: u64) -> Event<RawEvent> {
    trade_of(1, id)
}

/// An aggregate trade from a connection.
fn trade_of(connection: u64, id: u64) -> Event<RawEvent> {
    let text = crate::ws::tests::events::trade("BTCUSDT", id).to_string();
    event_at(
        SECOND * i64::try_from(id).unwrap(),
        connection,
        TRADES,
        &text,
    )
}

/// All lines of a recording.
fn lines(path: &Path) -> Vec<Line> {
    Recording::open(path).unwrap().map(Result::unwrap).collect()
}

/// The texts of the events among lines.
fn texts(lines: &[Line]) -> Vec<&str> {
    let texts = lines.iter().filter_map(|line| match line {
        Line::Event(event) => Some(event.text.as_str()),
        _ => None,
    });
    texts.collect()
}

/// The uncompressed text of a file.
fn uncompressed(path: &Path) -> String {
    let bytes = zstd::decode_all(&*fs::read(path).unwrap()).unwrap();
    String::from_utf8(bytes).unwrap()
}
