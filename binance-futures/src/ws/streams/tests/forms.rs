//! Forms of subscriptions for those who want less.

use std::sync::{Arc, Mutex};

use futures_util::StreamExt;

use super::{millis, seconds, streams};
use crate::usdm::streams::AggTrades;
use crate::ws::event::{Notice, Update};
use crate::ws::streams::DataLoss;
use crate::ws::tests::events::trade;
use crate::ws::tests::sim::{Control, Sim};

#[tokio::test(start_paused = true)]
async fn notices_can_go_to_a_function() {
    let sim = Sim::default();
    let streams = streams(&sim);
    let trades = streams.subscribe(AggTrades::new("BTCUSDT")).await.unwrap();
    for id in [1, 2, 5] {
        sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", id));
    }
    tokio::time::sleep(millis(10)).await;
    let notices = Mutex::new(Vec::new());
    let mut events = trades.on_notice(|notice| notices.lock().unwrap().push(notice));
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(events.next().await.unwrap().id.unwrap());
    }
    assert_eq!(ids, [1, 2, 5]);
    assert!(matches!(
        notices.lock().unwrap().as_slice(),
        [Notice::Gap(_)]
    ));
    assert_eq!(events.subscription().stats().events, 3);
}

#[tokio::test(start_paused = true)]
async fn events_can_be_results_that_fail_on_data_loss_only() {
    let sim = Sim::default();
    let streams = streams(&sim);
    let trades = streams.subscribe(AggTrades::new("BTCUSDT")).await.unwrap();
    let mut trades = trades.try_events();
    sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", 1));
    assert_eq!(trades.next().await.unwrap().unwrap().id, Some(1));
    sim.control(0, Control::Drop);
    trades.subscription().ready().await.unwrap();
    sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", 3));
    // The reconnect itself is no loss.
    match trades.next().await.unwrap() {
        Err(DataLoss::Gap(gap)) => assert_eq!(gap.numbers(), Some(2..=2)),
        other => panic!("{other:?}"),
    }
    assert_eq!(trades.next().await.unwrap().unwrap().id, Some(3));
    streams.close(seconds(0)).await;
    assert!(trades.next().await.is_none(), "the end is no loss");
}

#[tokio::test(start_paused = true)]
async fn a_function_can_be_called_with_each_update() {
    let sim = Sim::default();
    let streams = streams(&sim);
    let trades = streams.subscribe(AggTrades::new("BTCUSDT")).await.unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let own = Arc::clone(&seen);
    let task = tokio::spawn(trades.for_each(move |update| {
        own.lock().unwrap().push(match update {
            Update::Event(event) => event.id.unwrap(),
            Update::Notice(_) => 0,
        });
    }));
    for id in [1, 2] {
        sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", id));
    }
    tokio::time::sleep(millis(10)).await;
    streams.close(seconds(1)).await;
    task.await.unwrap();
    assert_eq!(*seen.lock().unwrap(), [1, 2, 0]);
}

#[tokio::test(start_paused = true)]
async fn subscriptions_are_streams_of_the_ecosystem() {
    let sim = Sim::default();
    let streams = streams(&sim);
    let btc = streams.subscribe(AggTrades::new("BTCUSDT")).await.unwrap();
    let eth = streams.subscribe(AggTrades::new("ETHUSDT")).await.unwrap();
    let mut both = futures_util::stream::select(btc, eth);
    sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", 1));
    sim.publish("ethusdt@aggTrade", &trade("ETHUSDT", 1));
    let mut symbols = Vec::new();
    for _ in 0..2 {
        let event = both.next().await.unwrap().event().unwrap();
        symbols.push(event.symbol.to_string());
    }
    symbols.sort();
    assert_eq!(symbols, ["BTCUSDT", "ETHUSDT"]);
}

/// A `select!` in a loop drops the future of the branches that lose.
#[tokio::test(start_paused = true)]
async fn nothing_is_lost_when_the_next_update_is_not_awaited_to_its_end() {
    let sim = Sim::default();
    let streams = streams(&sim);
    let mut trades = streams.subscribe(AggTrades::new("BTCUSDT")).await.unwrap();
    let publisher = sim.clone();
    tokio::spawn(async move {
        for id in 1..=1_000 {
            publisher.publish("btcusdt@aggTrade", &trade("BTCUSDT", id));
            tokio::time::sleep(millis(3)).await;
        }
    });
    let mut last = 0;
    let mut ticks = tokio::time::interval(millis(1));
    while last < 1_000 {
        tokio::select! {
            _ = ticks.tick() => {}
            update = trades.next() => {
                let id = update.unwrap().event().unwrap().id.unwrap();
                assert_eq!(id, last + 1);
                last = id;
            }
        }
    }
}
