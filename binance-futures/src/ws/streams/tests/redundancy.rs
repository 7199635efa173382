//! Subscriptions that several connections carry.

use super::{millis, read_for, seconds, streams};
use crate::usdm::streams::{AggTrades, BookTickers};
use crate::ws::SessionStats;
use crate::ws::tests::events::{book_ticker, trade};
use crate::ws::tests::sim::{Control, Sim};

#[tokio::test(start_paused = true)]
async fn the_loss_of_one_of_two_connections_is_not_noticed() {
    let sim = Sim::default();
    let trades = streams(&sim).subscribe(AggTrades::new("BTCUSDT"));
    let mut trades = trades.redundancy(2).await.unwrap();
    trades.ready().await.unwrap();
    assert_eq!(sim.open().len(), 2);
    let (mut last, mut failures) = (0, 0);
    for id in 1..=400 {
        let open = sim.open();
        if id % 20 == 0 && open.len() == 2 {
            sim.control(open[(id / 20 % 2) as usize].0, Control::Drop);
            failures += 1;
        }
        sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", id));
        let (events, notices) = read_for(&mut trades, seconds(1)).await;
        assert!(notices.is_empty(), "{notices:?}");
        for event in events {
            assert_eq!(event.id, Some(last + 1));
            last += 1;
        }
    }
    assert_eq!(last, 400);
    assert!(failures >= 10, "{failures} failures");
}

/// Publishes 50 events, one each `interval`, over two connections with these delays. Returns the figures when all copies have arrived.
async fn stats_of_two(delays: &[u64], interval: u64) -> SessionStats {
    let sim = Sim::default();
    sim.latencies(delays);
    let quotes = streams(&sim).subscribe(BookTickers::new("BTCUSDT"));
    let mut quotes = quotes.redundancy(2).await.unwrap();
    quotes.ready().await.unwrap();
    for id in 1..=50 {
        sim.publish("btcusdt@bookTicker", &book_ticker("BTCUSDT", id));
        let (events, _) = read_for(&mut quotes, millis(interval)).await;
        assert_eq!(events.len(), 1);
    }
    read_for(&mut quotes, millis(500)).await;
    quotes.session_stats().await.remove(0)
}

#[tokio::test(start_paused = true)]
async fn the_figures_say_which_connection_was_first_and_by_how_much() {
    let stats = stats_of_two(&[0, 30], 100).await;
    let leads: Vec<_> = stats.leads.iter().map(|(_, lead)| *lead).collect();
    assert_eq!((leads[0].count, leads[1].count), (50, 0));
    assert_eq!(leads[0].total, millis(50 * 30));
    assert_eq!(leads[0].longest, millis(30));
    assert_eq!(stats.duplicates, 50);
}

#[tokio::test(start_paused = true)]
async fn the_figures_include_delays_that_are_longer_than_the_time_between_events() {
    let stats = stats_of_two(&[400, 0], 10).await;
    let leads: Vec<_> = stats.leads.iter().map(|(_, lead)| *lead).collect();
    assert_eq!((leads[0].count, leads[1].count), (0, 50));
    assert_eq!(leads[1].total, millis(50 * 400));
    assert_eq!(leads[1].longest, millis(400));
}

#[tokio::test(start_paused = true)]
async fn subscriptions_of_different_redundancy_have_connections_of_their_own() {
    let sim = Sim::default();
    let streams = streams(&sim);
    let _one = streams.subscribe(AggTrades::new("BTCUSDT")).await.unwrap();
    let two = streams.subscribe(AggTrades::new("BTCUSDT")).redundancy(2);
    let two = two.await.unwrap();
    two.ready().await.unwrap();
    assert_eq!(sim.open().len(), 3);
}
