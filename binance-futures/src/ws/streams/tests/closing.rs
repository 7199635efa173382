//! The end of subscriptions.

use std::future::IntoFuture;

use super::{millis, read_for, seconds, streams};
use crate::usdm::streams::AggTrades;
use crate::ws::event::{Cause, Notice};
use crate::ws::tests::events::trade;
use crate::ws::tests::sim::Sim;

#[tokio::test(start_paused = true)]
async fn closing_drains_what_was_received_and_ends_the_subscriptions() {
    let sim = Sim::default();
    let streams = streams(&sim);
    let topics = ["BTCUSDT", "ETHUSDT"].map(AggTrades::new);
    let trades = streams.subscribe_all(topics);
    let mut trades = trades.topics_per_connection(1).await.unwrap();
    for id in 1..=100 {
        sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", id));
    }
    tokio::time::sleep(millis(10)).await;
    let reader = tokio::spawn(async move {
        tokio::time::sleep(seconds(1)).await;
        read_for(&mut trades, seconds(10)).await
    });
    assert!(streams.close(seconds(5)).await);
    let (events, notices) = reader.await.unwrap();
    assert_eq!(events.len(), 100);
    match notices.as_slice() {
        [Notice::Closed(Cause::Caller)] => {}
        notices => panic!("{notices:?}"),
    }
    assert_eq!(sim.open().len(), 0);
    let error = streams.subscribe(AggTrades::new("BTCUSDT")).await;
    assert!(error.unwrap_err().to_string().contains("closed"));
}

#[tokio::test(start_paused = true)]
async fn closing_waits_no_longer_than_its_deadline() {
    let sim = Sim::default();
    let streams = streams(&sim);
    let mut trades = streams.subscribe(AggTrades::new("BTCUSDT")).await.unwrap();
    sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", 1));
    tokio::time::sleep(millis(10)).await;
    let started = tokio::time::Instant::now();
    assert!(!streams.close(seconds(5)).await, "nobody reads");
    assert!(started.elapsed() < seconds(6));
    let (events, notices) = read_for(&mut trades, seconds(1)).await;
    assert_eq!((events.len(), notices.len()), (1, 1));
    assert!(trades.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn dropped_subscriptions_do_not_delay_closing() {
    let sim = Sim::default();
    let streams = streams(&sim);
    let trades = streams.subscribe(AggTrades::new("BTCUSDT")).await.unwrap();
    sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", 1));
    tokio::time::sleep(millis(10)).await;
    drop(trades);
    assert!(streams.close(seconds(60)).await);
}

#[tokio::test(start_paused = true)]
async fn a_subscription_outlives_the_handle() {
    let sim = Sim::default();
    let streams = streams(&sim);
    let mut trades = streams.subscribe(AggTrades::new("BTCUSDT")).await.unwrap();
    drop(streams);
    sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", 1));
    let (events, notices) = read_for(&mut trades, seconds(100)).await;
    assert_eq!((events.len(), notices.len()), (1, 0));
    drop(trades);
    tokio::time::sleep(seconds(12)).await;
    assert_eq!(sim.open().len(), 0, "nothing is left behind");
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn closing_ends_what_waits_for_the_exchange() {
    let sim = Sim::default();
    sim.ignore("SUBSCRIBE");
    let streams = streams(&sim);
    let waiting = streams.subscribe(AggTrades::new("BTCUSDT")).into_future();
    let waiting = tokio::spawn(waiting);
    tokio::time::sleep(seconds(1)).await;
    streams.close(seconds(5)).await;
    let error = waiting.await.unwrap().unwrap_err();
    assert!(
        error.to_string().contains("closed by the caller"),
        "{error}"
    );
}

#[test]
fn a_subscription_that_is_added_after_the_end_of_the_runtime_ends() {
    let carrier = runtime();
    let streams = carrier.block_on(async {
        let streams = streams(&Sim::default());
        let trades = streams.subscribe(AggTrades::new("BTCUSDT"));
        // It keeps the session, whose task ends with the runtime.
        std::mem::forget(trades.await.unwrap());
        streams
    });
    // The session has not carried this out when the runtime ends.
    let mut before = {
        let _entered = carrier.enter();
        streams.subscribe(AggTrades::new("ETHUSDT")).open().unwrap()
    };
    drop(carrier);
    let other = runtime();
    let mut after =
        other.block_on(async { streams.subscribe(AggTrades::new("SOLUSDT")).open().unwrap() });
    for trades in [&mut before, &mut after] {
        let (_, notices) = other.block_on(read_for(trades, seconds(1)));
        match notices.as_slice() {
            [Notice::Closed(Cause::Stopped)] => {}
            notices => panic!("{notices:?}"),
        }
    }
}

#[test]
fn the_end_of_the_runtime_ends_the_subscriptions() {
    let carrier = runtime();
    let mut trades = carrier.block_on(async {
        let sim = Sim::default();
        let streams = streams(&sim);
        streams.subscribe(AggTrades::new("BTCUSDT")).await.unwrap()
    });
    drop(carrier);
    let (_, notices) = runtime().block_on(read_for(&mut trades, seconds(1)));
    match notices.as_slice() {
        [Notice::Closed(Cause::Stopped)] => {}
        notices => panic!("{notices:?}"),
    }
}
