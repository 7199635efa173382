//! Subscribers that sleep do not hold anything back.

use tokio_tungstenite::tungstenite::{Bytes, Message};

use super::{millis, read_for, seconds, streams};
use crate::usdm::streams::{AggTrades, BookTickers};
use crate::ws::event::Notice;
use crate::ws::streams::Queue;
use crate::ws::tests::events::{book_ticker, trade};
use crate::ws::tests::sim::{Control, Sim};

/// Report S01: the lag of a slow reader is measured, reported and handled by its queue. It does not grow unnoticed.
#[tokio::test(start_paused = true)]
async fn the_lag_of_a_slow_reader_is_measured_reported_and_bounded() {
    let sim = Sim::default();
    let trades = streams(&sim).subscribe(AggTrades::new("BTCUSDT"));
    let mut trades = trades.queue(Queue::drop_oldest().items(10)).await.unwrap();
    // Events that arrive twenty minutes late.
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    let event_time = (now - seconds(20 * 60)).as_millis();
    for id in 1..=100 {
        let mut event = trade("BTCUSDT", id);
        event["E"] = u64::try_from(event_time).unwrap().into();
        sim.publish("btcusdt@aggTrade", &event);
        tokio::time::sleep(seconds(1)).await;
    }
    // The lag of the exchange and the network.
    let stats = trades.session_stats().await;
    let (_, connection) = &stats[0].connections[0];
    let lag = connection.max_lag_millis.unwrap();
    assert!((1_200_000..1_300_000).contains(&lag), "{lag}");
    // The lag of the reader: the queue keeps the last ten seconds.
    let started = tokio::time::Instant::now();
    let (events, notices) = read_for(&mut trades, millis(10)).await;
    assert_eq!(events.len(), 10);
    assert!(matches!(notices.as_slice(), [Notice::Lagged(90)]));
    assert_eq!(trades.stats().lagged, 90);
    sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", 101));
    let event = trades.next().await.unwrap().event().unwrap();
    assert!(event.received.instant >= started.into_std());
}

/// Demand 21 and D12: pings are answered at once while a subscriber sleeps, its queue stays bounded, and others receive everything.
#[tokio::test(start_paused = true)]
async fn a_subscriber_that_sleeps_for_a_minute_delays_nobody() {
    let sim = Sim::default();
    let streams = streams(&sim);
    let topic = || AggTrades::new("BTCUSDT");
    let asleep = streams
        .subscribe(topic())
        .queue(Queue::drop_oldest().items(100));
    let asleep = asleep.await.unwrap();
    let mut awake = streams.subscribe(topic()).await.unwrap();
    let _quotes = streams
        .subscribe(BookTickers::new("BTCUSDT"))
        .await
        .unwrap();
    let mut received = 0;
    for second in 0..60_u64 {
        for id in 1..=500 {
            let id = second * 500 + id;
            sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", id));
            sim.publish("btcusdt@bookTicker", &book_ticker("BTCUSDT", id));
        }
        let payload = Bytes::from(second.to_string());
        sim.control(0, Control::Send(Message::Ping(payload)));
        tokio::time::sleep(millis(10)).await;
        let pongs = sim.connection(0).pongs.len() as u64;
        assert_eq!(pongs, second + 1, "a pong is late");
        while received < (second + 1) * 500 {
            let id = awake.next().await.unwrap().event().unwrap().id.unwrap();
            received += 1;
            assert_eq!(id, received);
        }
        tokio::time::sleep(millis(990)).await;
    }
    let stats = asleep.stats();
    assert_eq!((stats.queued, stats.lagged), (100, 30_000 - 100));
    assert!(stats.queued_bytes < 100 * 1_000);
    tokio::time::sleep(seconds(1)).await;
    assert_eq!(sim.count(), 2);
}
