//! Reads the trades and mark prices of a few symbols for some seconds.
//!
//! `cargo run -p examples --bin streams` starts a mock exchange with a moving market and reads from it. `-- --production` reads from
//! Binance, which needs no API key.

use std::time::Duration;

use anyhow::{Result, bail};
use binance_futures::mock::Exchange;
use binance_futures::prelude::*;
use binance_futures::usdm;
use binance_futures::usdm::streams::{AggTrades, AnyEvent, AnyTopic, MarkPrice};
use binance_futures::ws::{Notice, Session, Update};

const SYMBOLS: [&str; 2] = ["BTCUSDT", "ETHUSDT"];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => {
            let exchange = Exchange::builder().moving(true).start().await?;
            read(exchange.environment()).await
        }
        ["--production"] => read(Environment::Production).await,
        _ => bail!("usage: streams [--production]"),
    }
}

async fn read(environment: Environment) -> Result<()> {
    let connector = usdm::Connector::builder()
        .environment(environment)
        .build_connector()?;

    // Both types of topics are in the URL group `market`, so one session carries them.
    let trades = SYMBOLS.map(|symbol| AnyTopic::from(AggTrades::new(symbol)));
    let prices = SYMBOLS.map(|symbol| AnyTopic::from(MarkPrice::new(symbol)));
    let mut session = connector
        .session(trades.into_iter().chain(prices))
        .build()?;

    // A session reconnects without end. After this time, the example ends.
    let time = Duration::from_secs(8);
    if let Ok(result) = tokio::time::timeout(time, print(&mut session)).await {
        result?;
    }
    let stats = session.stats();
    session.close().await;
    println!("{} connections, {} gaps", stats.opened, stats.gaps);
    Ok(())
}

/// Prints all events, until the session is closed.
async fn print(session: &mut Session<AnyTopic>) -> Result<()> {
    while let Some(update) = session.next().await {
        match update {
            Update::Event(event) => match event.data {
                AnyEvent::AggTrades(trade) => {
                    println!(
                        "{}: {} traded at {}",
                        trade.symbol, trade.quantity, trade.price
                    );
                }
                AnyEvent::MarkPrice(mark) => {
                    println!("{}: marked at {}", mark.symbol, mark.mark_price);
                }
                _ => {}
            },
            // What was derived from the events so far, such as an order book, is no longer complete.
            Update::Notice(Notice::Gap(gap)) => println!("Events are missing: {gap}"),
            // The session goes on by itself after all other notices, except that it was closed.
            Update::Notice(Notice::Closed(cause)) => bail!("the session was closed: {cause}"),
            Update::Notice(notice) => println!("{notice}"),
        }
    }
    Ok(())
}
