//! Subscribers that sleep do not hold anything back.

use tokio_tungstenite::tungstenite::{Bytes, Message};

use super::{millis, seconds, streams};
use crate::usdm::streams::{AggTrades, BookTickers};
use crate::ws::streams::Queue;
use crate::ws::tests::events::{book_ticker, trade};
use crate::ws::tests::sim::{Control, Sim};

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
