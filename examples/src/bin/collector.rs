//! Records the best prices and trades of many symbols to compressed files, and replays them.
//!
//! `cargo run -p examples --bin collector` records 500 symbols of a mock exchange for some seconds and replays the files. `-- --live` records
//! the symbols of Binance, and needs no API key. `-- --replay <folder>` only replays.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use binance_futures::mock::Exchange;
use binance_futures::prelude::*;
use binance_futures::usdm::streams::{AggTrades, AnyTopic, BookTickers};
use binance_futures::usdm::{self, ExchangeInfo, Usdm};
use binance_futures::ws::record::{RecorderOptions, Recording, Replay};
use binance_futures::ws::{Notice, Queue, Update};
use examples::{Progress, Source};

/// The most symbols.
const SYMBOLS: usize = 500;

/// For how long it records.
const TIME: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => {
            let mut exchange = Exchange::builder().moving(true);
            for number in 0..SYMBOLS {
                exchange = exchange.symbol("usdm", format!("COIN{number}USDT"), dec!(25.5));
            }
            let source = Source::of_mock(exchange.start().await?)?;
            let folder = std::env::temp_dir().join(format!("collector-{}", std::process::id()));
            record(&source, &folder).await?;
            replay(&folder)?;
            std::fs::remove_dir_all(&folder).context("cannot remove the recording")
        }
        ["--live"] => {
            let folder = PathBuf::from("recordings");
            record(&Source::live(), &folder).await?;
            replay(&folder)
        }
        ["--replay", folder] => replay(Path::new(folder)),
        _ => bail!("usage: collector [--live | --replay <folder>]"),
    }
}

/// Records for some time.
async fn record(source: &Source, folder: &Path) -> Result<()> {
    let client = usdm::Client::builder()
        .environment(source.environment())
        .build()?;
    let info = client.send(ExchangeInfo::new()).await?;
    let symbols = info.symbols.iter().take(SYMBOLS);
    let topics: Vec<_> = symbols
        .flat_map(|symbol| {
            let symbol = symbol.symbol.clone();
            [
                AnyTopic::from(BookTickers::new(symbol.clone())),
                AggTrades::new(symbol).into(),
            ]
        })
        .collect();
    println!(
        "Recording {} topics to {} ...",
        topics.len(),
        folder.display()
    );

    let recorder = RecorderOptions::new(folder)
        .max_file_size(64 * 1024 * 1024)
        .open::<Usdm>(&source.environment())?
        .spawn(10_000);
    let streams = client.streams()?;
    // The queue takes what arrives while the disk is slow.
    let queue = Queue::drop_oldest().items(500_000).bytes(256 * 1024 * 1024);
    let mut events = streams.subscribe_raw(topics)?.queue(queue).await?;
    println!(
        "Subscribed to all of them over {} connections.",
        events.sessions()
    );

    let mut progress = Progress::default();
    let end = tokio::time::sleep(TIME);
    tokio::pin!(end);
    loop {
        let update = tokio::select! {
            update = events.next() => update.context("the streams were closed")?,
            () = &mut end => break,
        };
        match &update {
            Update::Event(event) => {
                if let Some(line) = progress.count(event.received, None) {
                    println!("{line}  {} waiting", events.stats().queued);
                }
            }
            Update::Notice(notice) => println!("{notice}"),
        }
        if recorder.write(update).await.is_err() {
            break;
        }
    }
    drop(events);
    streams.close(Duration::from_secs(5)).await;
    // Returns the error that stopped the recorder, if there was one.
    let stats = recorder.close().await?;
    println!("{} events in {} bytes", stats.events, stats.file_bytes);
    Ok(())
}

/// Replays a recording as fast as it is read. `Replay::paced` would wait between the events.
fn replay(folder: &Path) -> Result<()> {
    println!("Replaying {} ...", folder.display());
    let mut counts = [0_u64; 3];
    for update in Replay::<AnyTopic>::of_all(Recording::open(folder)?) {
        let [events, gaps, notices] = &mut counts;
        match update? {
            Update::Event(_) => *events += 1,
            Update::Notice(Notice::Gap(gap)) => {
                *gaps += 1;
                println!("{gap}");
            }
            Update::Notice(_) => *notices += 1,
        }
    }
    let [events, gaps, notices] = counts;
    println!("{events} events, {gaps} gaps, {notices} other notices");
    Ok(())
}
