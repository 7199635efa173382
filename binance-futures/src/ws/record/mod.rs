//! Recordings of streams, in compressed files, and their replay.
//!
//! A [`Recorder`] writes the events of [raw topics](super::RawTopic) as they were received, and the notices between them:
//!
//! ```no_run
//! # async fn record() -> Result<(), Box<dyn std::error::Error>> {
//! use binance_futures::usdm::{self, Usdm, streams::{AggTrades, MarkPrice}};
//! use binance_futures::ws::RawTopic;
//! use binance_futures::ws::record::RecorderOptions;
//!
//! let connector = usdm::Connector::builder().build_connector()?;
//! let topics = [RawTopic::of(&AggTrades::new("BTCUSDT"))?, RawTopic::of(&MarkPrice::new("BTCUSDT"))?];
//! let mut session = connector.session(topics).build()?;
//! let recorder = RecorderOptions::new("recordings")
//!     .prefix("btcusdt")
//!     .open::<Usdm>(connector.environment())?
//!     .spawn(10_000);
//! while let Some(update) = session.next().await {
//!     if recorder.write(update).await.is_err() {
//!         break;
//!     }
//! }
//! // Returns the error that stopped the recorder, if there was one.
//! let stats = recorder.close().await?;
//! println!("{} events in {} bytes", stats.events, stats.file_bytes);
//! # Ok(())
//! # }
//! ```
//!
//! A [`Replay`] reads a recording, and delivers what a session of typed topics delivers:
//!
//! ```no_run
//! use binance_futures::usdm::streams::{AnyEvent, AnyTopic};
//! use binance_futures::ws::Update;
//! use binance_futures::ws::record::{Recording, Replay};
//!
//! let recording = Recording::open("recordings")?;
//! for update in Replay::<AnyTopic>::of_all(recording) {
//!     match update? {
//!         Update::Event(event) => match &event.data {
//!             AnyEvent::AggTrades(trade) => println!("{} {}", event.received.unix_nanos, trade.price),
//!             _ => {}
//!         },
//!         Update::Notice(notice) => println!("{notice}"),
//!     }
//! }
//! # Ok::<(), binance_futures::ws::record::RecordingError>(())
//! ```
//!
//! [`Replay::paced`] waits between the updates as long as they were apart.
//!
//! # Files
//!
//! A file is one frame of zstd with one JSON object on each line. Its name contains the product and the time at which it was created:
//! `recording-usdm-20261104T101112.123Z.jsonl.zst`. An existing file is never overwritten. Times are in nanoseconds since 1970-01-01.
//!
//! | line | example |
//! |---|---|
//! | header, the first line of each file | `{"format":"binance-futures-recording","version":1,"product":"usdm","environment":"production","run":1793787072123000000,"file":1}` |
//! | event | `{"received":1793787072345000000,"connection":1,"stream":"btcusdt@aggTrade","data":{…}}` |
//! | event that may repeat an earlier one | `{"received":…,"connection":2,"stream":"btcusdt@aggTrade","may_repeat":true,"data":{…}}` |
//! | notice | `{"received":1793787073000000000,"notice":"gap","stream":"btcusdt@aggTrade","text":"…"}` |
//!
//! `data` is the event as it was received, byte by byte; only a line break between two of its tokens becomes a space. The kinds of notices
//! are those of [`Notice`](super::Notice), in lower case, and `lagged` for events that did not reach the recorder. A `malformed` notice has
//! the `message`, and a `stale` one `silent_millis`.
//!
//! # What survives a crash
//!
//! What was flushed is read after the program crashed, which is everything but the last second by default. After a crash of the system,
//! finished files are complete, unless [`RecorderOptions::sync`] is off.

mod background;
mod error;
mod file;
mod line;
mod name;
mod options;
mod recorder;
mod recording;
mod replay;
#[cfg(all(test, feature = "usdm"))]
mod tests;

pub use background::{BackgroundRecorder, RecordSender};
pub use error::{RecordError, RecordingError};
pub use line::{Header, Line, RecordedEvent, RecordedNotice};
pub use options::RecorderOptions;
pub use recorder::{Recorder, RecorderStats};
pub use recording::Recording;
pub use replay::{PacedReplay, Replay, ReplayStats};
