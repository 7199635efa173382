//! Many topics on several connections.

use std::collections::BTreeMap;

use super::{millis, read_for, seconds, streams, subscribed};
use crate::governor::Governor;
use crate::usdm::streams::{AggTrades, BookTickers};
use crate::ws::tests::events::{book_ticker, trade};
use crate::ws::tests::sim::Sim;

/// Demand 11: 5,000 topics, and no connection exceeds a limit.
#[tokio::test(start_paused = true)]
async fn five_thousand_topics_just_work() {
    let sim = Sim::default();
    let governor = Governor::default();
    let streams = sim.governed(&governor).streams();
    let topics = (0..5_000).map(|number| BookTickers::new(format!("S{number}USDT")));
    let mut quotes = streams.subscribe_all(topics).await.unwrap();
    quotes.ready().await.unwrap();
    assert_eq!(subscribed(&sim).len(), 5_000);
    let open = sim.open();
    assert_eq!((open.len(), quotes.sessions()), (25, 25));
    for (_, connection) in &open {
        assert_eq!(connection.topics.len(), 200);
        assert!(connection.sizes.iter().all(|size| *size <= 4_096));
        let mut seconds = BTreeMap::new();
        let first = connection.frames[0].0;
        for (at, _) in &connection.frames {
            *seconds.entry((*at - first).as_secs()).or_insert(0) += 1;
        }
        assert!(seconds.values().all(|frames| *frames <= 10), "{seconds:?}");
    }
    let dialed = sim.dialed();
    let gaps = dialed.windows(2).map(|pair| pair[1] - pair[0]);
    let shortest = gaps.min().unwrap();
    assert!(shortest > millis(0), "attempts are paced: {shortest:?}");
    for number in 0..5_000 {
        let name = format!("s{number}usdt@bookTicker");
        sim.publish(&name, &book_ticker(&format!("S{number}USDT"), 1));
    }
    let (events, notices) = read_for(&mut quotes, seconds(1)).await;
    assert_eq!((events.len(), notices.len()), (5_000, 0));
}

#[tokio::test(start_paused = true)]
async fn a_busy_topic_can_have_a_connection_of_its_own() {
    let sim = Sim::default();
    let streams = streams(&sim);
    let others = ["ETHUSDT", "SOLUSDT"].map(AggTrades::new);
    let _others = streams.subscribe_all(others).await.unwrap();
    let busy = streams.subscribe(AggTrades::new("BTCUSDT"));
    let mut busy = busy.topics_per_connection(1).await.unwrap();
    let topics: Vec<_> = sim
        .open()
        .into_iter()
        .map(|(_, open)| open.topics.len())
        .collect();
    assert_eq!(topics, [2, 1]);
    sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", 1));
    assert_eq!(read_for(&mut busy, millis(10)).await.0.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn connections_are_replaced_at_different_times() {
    let sim = Sim::default();
    let streams = sim.connector().streams_builder();
    let streams = streams
        .topics_per_connection(10)
        .rotate_after(seconds(36_000))
        .drain(seconds(1))
        .build();
    let topics = (0..50).map(|number| BookTickers::new(format!("S{number}USDT")));
    let mut quotes = streams.subscribe_all(topics).await.unwrap();
    assert_eq!(sim.count(), 5);
    let (_, notices) = read_for(&mut quotes, seconds(36_100)).await;
    assert!(notices.is_empty(), "{notices:?}");
    assert_eq!((sim.count(), sim.open().len()), (10, 5));
    let replaced = &sim.dialed()[5..];
    let gaps = replaced.windows(2).map(|pair| pair[1] - pair[0]);
    assert!(gaps.max().unwrap() > seconds(10), "{replaced:?}");
    assert_eq!(subscribed(&sim).len(), 50);
}

#[tokio::test(start_paused = true)]
async fn later_topics_fill_the_room_that_earlier_ones_left() {
    let sim = Sim::default();
    let streams = sim.connector().streams_builder();
    let streams = streams.topics_per_connection(2).build();
    let one = |symbol: &str| streams.subscribe(AggTrades::new(symbol));
    let first = one("AUSDT").await.unwrap();
    let _second = one("BUSDT").await.unwrap();
    let _third = one("CUSDT").await.unwrap();
    assert_eq!(sim.count(), 2);
    drop(first);
    let _fourth = one("DUSDT").await.unwrap();
    let _fifth = one("EUSDT").await.unwrap();
    assert_eq!(sim.count(), 2);
    assert_eq!(subscribed(&sim).len(), 4);
}
