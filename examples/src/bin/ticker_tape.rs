//! Shows the best bid and ask of a few symbols, once a second.
//!
//! `cargo run -p examples --bin ticker_tape` reads from a mock exchange with a moving market. `-- --live` reads from Binance, which needs no
//! API key.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Result, bail};
use binance_futures::usdm::{self, streams::BookTickers};
use binance_futures::ws::{Notice, Queue, Update};
use examples::{Progress, Source};
use tokio::time::{MissedTickBehavior, interval, sleep};

const SYMBOLS: [&str; 2] = ["BTCUSDT", "ETHUSDT"];

/// After this time the example ends.
const TIME: Duration = Duration::from_secs(6);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let source = Source::from_arguments("ticker_tape").await?;
    let connector = usdm::Connector::builder()
        .environment(source.environment())
        .build_connector()?;
    let streams = connector.streams();

    // Only the latest prices matter: the ones before them are replaced if this reads too slowly.
    let mut quotes = streams
        .subscribe_all(SYMBOLS.map(BookTickers::new))
        .queue(Queue::latest())
        .first_event_within(Duration::from_secs(5))
        .await?;

    let mut prices = BTreeMap::new();
    let mut progress = Progress::default();
    let mut tape = interval(Duration::from_secs(1));
    tape.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut end = Box::pin(sleep(TIME));
    loop {
        tokio::select! {
            update = quotes.next() => match update {
                Some(Update::Event(quote)) => {
                    if let Some(line) = progress.count(quote.received, quote.event_time) {
                        println!("{line}");
                    }
                    prices.insert(quote.symbol.to_string(), (quote.bid_price, quote.ask_price));
                }
                Some(Update::Notice(Notice::Closed(cause))) => bail!("the streams were closed: {cause}"),
                Some(Update::Notice(notice)) => println!("{notice}"),
                None => break,
            },
            _ = tape.tick() => {
                for (symbol, (bid, ask)) in &prices {
                    println!("{symbol:>10}  bid {bid:>12}  ask {ask:>12}");
                }
            }
            () = &mut end => break,
        }
    }
    let stats = quotes.stats();
    println!(
        "{} events, {} of them replaced before they were read",
        stats.events, stats.replaced
    );
    drop(quotes);
    streams.close(Duration::from_secs(5)).await;
    Ok(())
}
