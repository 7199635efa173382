//! Reads trades, mark prices and candlesticks of a few symbols in one subscription.
//!
//! `cargo run -p examples --bin combined_streams` reads from a mock exchange with a moving market. `-- --live` reads from Binance, which
//! needs no API key.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Result, bail};
use binance_futures::prelude::*;
use binance_futures::types::KlineInterval;
use binance_futures::usdm;
use binance_futures::usdm::streams::{AggTrades, AnyEvent, AnyTopic, Klines, MarkPrice};
use binance_futures::ws::{Event, Notice, Subscription, Update};
use examples::{Progress, Source};

const SYMBOLS: [&str; 2] = ["BTCUSDT", "ETHUSDT"];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let source = Source::from_arguments("combined_streams").await?;
    let connector = usdm::Connector::builder()
        .environment(source.environment())
        .build_connector()?;
    let streams = connector.streams();

    let topics = SYMBOLS.into_iter().flat_map(|symbol| {
        [
            AnyTopic::from(AggTrades::new(symbol)),
            MarkPrice::new(symbol).into(),
            Klines::new(symbol, KlineInterval::Minute1).into(),
        ]
    });
    let mut all = streams.subscribe_all(topics).await?;

    // A subscription reconnects without end. After this time, the example ends.
    let time = Duration::from_secs(8);
    if let Ok(result) = tokio::time::timeout(time, print(&mut all)).await {
        result?;
    }
    for session in all.session_stats().await {
        println!("{} connections, {} gaps", session.opened, session.gaps);
    }
    drop(all);
    streams.close(Duration::from_secs(5)).await;
    Ok(())
}

/// Prints all events, until the streams are closed.
async fn print(all: &mut Subscription<AnyTopic>) -> Result<()> {
    let mut counts = BTreeMap::new();
    let mut progress = Progress::default();
    while let Some(update) = all.next().await {
        match update {
            Update::Event(event) => {
                let (kind, time) = print_event(&event);
                *counts.entry(kind).or_insert(0) += 1;
                if let Some(line) = progress.count(event.received, time) {
                    println!("{line}  {counts:?}");
                }
            }
            // What was derived from the events so far, such as an order book, is no longer complete.
            Update::Notice(Notice::Gap(gap)) => println!("Events are missing: {gap}"),
            // The subscription goes on by itself after all other notices, except that it was closed.
            Update::Notice(Notice::Closed(cause)) => bail!("the streams were closed: {cause}"),
            Update::Notice(notice) => println!("{notice}"),
        }
    }
    Ok(())
}

/// Prints an event. Returns what it is, and its time.
fn print_event(event: &Event<AnyEvent>) -> (&'static str, Timestamp) {
    match &event.data {
        AnyEvent::AggTrades(trade) => {
            let (symbol, quantity) = (&trade.symbol, trade.quantity);
            println!("{symbol}: {quantity} traded at {}", trade.price);
            ("trades", trade.event_time)
        }
        AnyEvent::MarkPrice(mark) => {
            println!("{}: marked at {}", mark.symbol, mark.mark_price);
            ("mark prices", mark.event_time)
        }
        AnyEvent::Klines(update) => {
            let kline = &update.kline;
            println!(
                "{}: {} to {} in this minute",
                update.symbol, kline.low, kline.high
            );
            ("candlesticks", update.event_time)
        }
        // Nothing else is subscribed to.
        _ => ("others", Timestamp::from_millis(0)),
    }
}
