//! Subscriptions share what they can.

use super::{millis, read_for, seconds, streams, subscribed};
use crate::usdm::streams::{AggTrades, AnyEvent, AnyTopic, BookTickers, MarkPrice};
use crate::ws::tests::events::{book_ticker, mark_price, trade};
use crate::ws::tests::sim::Sim;

const BTC: &str = "btcusdt@aggTrade";

#[tokio::test(start_paused = true)]
async fn equal_topics_share_one_subscription_and_the_last_drop_unsubscribes() {
    let sim = Sim::default();
    let streams = streams(&sim);
    let mut first = streams.subscribe(AggTrades::new("BTCUSDT")).await.unwrap();
    let mut second = streams
        .subscribe_all(["BTCUSDT", "ETHUSDT"].map(AggTrades::new))
        .await
        .unwrap();
    assert_eq!(sim.count(), 1);
    let subscribed_to = sim.connection(0).commands;
    let count = subscribed_to
        .iter()
        .filter(|command| command["method"] == "SUBSCRIBE");
    let names: Vec<_> = count.map(|command| command["params"].to_string()).collect();
    assert_eq!(
        names,
        [r#"["btcusdt@aggTrade"]"#, r#"["ethusdt@aggTrade"]"#]
    );

    sim.publish(BTC, &trade("BTCUSDT", 1));
    sim.publish("ethusdt@aggTrade", &trade("ETHUSDT", 7));
    let (events, notices) = read_for(&mut first, millis(10)).await;
    assert_eq!((events.len(), notices.len()), (1, 0));
    let (events, notices) = read_for(&mut second, millis(10)).await;
    let symbols: Vec<_> = events.iter().map(|event| event.symbol.as_str()).collect();
    assert_eq!((symbols, notices.len()), (vec!["BTCUSDT", "ETHUSDT"], 0));

    drop(second);
    tokio::time::sleep(seconds(1)).await;
    assert_eq!(subscribed(&sim).into_iter().collect::<Vec<_>>(), [BTC]);
    sim.publish(BTC, &trade("BTCUSDT", 2));
    let (events, _) = read_for(&mut first, millis(10)).await;
    assert_eq!(events.len(), 1);
    drop(first);
    tokio::time::sleep(seconds(1)).await;
    assert_eq!(subscribed(&sim).len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_connection_without_topics_is_kept_for_a_while() {
    let sim = Sim::default();
    let streams = streams(&sim);
    drop(streams.subscribe(AggTrades::new("BTCUSDT")).await.unwrap());
    tokio::time::sleep(seconds(5)).await;
    let subscription = streams.subscribe(AggTrades::new("ETHUSDT")).await.unwrap();
    assert_eq!(sim.count(), 1, "the connection is used again");
    drop(subscription);
    tokio::time::sleep(seconds(12)).await;
    assert_eq!(sim.open().len(), 0, "it is closed");
    let mut trades = streams.subscribe(AggTrades::new("BTCUSDT")).await.unwrap();
    sim.publish(BTC, &trade("BTCUSDT", 1));
    assert_eq!(read_for(&mut trades, millis(10)).await.0.len(), 1);
    assert_eq!((sim.count(), streams.topics().len()), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn topics_of_different_types_are_merged_in_one_subscription() {
    let sim = Sim::default();
    let streams = streams(&sim);
    let topics: [AnyTopic; 3] = [
        AggTrades::new("BTCUSDT").into(),
        MarkPrice::new("BTCUSDT").into(),
        BookTickers::new("BTCUSDT").into(),
    ];
    let mut all = streams.subscribe_all(topics).await.unwrap();
    // The topics are in two URL groups.
    let mut paths: Vec<_> = sim.open().into_iter().map(|(_, open)| open.path).collect();
    paths.sort();
    assert_eq!(paths, ["/market/stream", "/public/stream"]);
    sim.publish(BTC, &trade("BTCUSDT", 1));
    sim.publish("btcusdt@markPrice", &mark_price("BTCUSDT", 1));
    sim.publish("btcusdt@bookTicker", &book_ticker("BTCUSDT", 1));
    let (events, _) = read_for(&mut all, millis(10)).await;
    let is_there = |kind: fn(&AnyEvent) -> bool| events.iter().any(kind);
    assert!(is_there(|event| matches!(event, AnyEvent::AggTrades(_))));
    assert!(is_there(|event| matches!(event, AnyEvent::MarkPrice(_))));
    assert!(is_there(|event| matches!(event, AnyEvent::BookTickers(_))));
}

#[tokio::test(start_paused = true)]
async fn a_repeated_topic_is_subscribed_to_and_delivered_once() {
    let sim = Sim::default();
    let trades = ["BTCUSDT", "BTCUSDT"].map(AggTrades::new);
    let mut trades = streams(&sim).subscribe_all(trades).await.unwrap();
    sim.publish(BTC, &trade("BTCUSDT", 1));
    assert_eq!(read_for(&mut trades, millis(10)).await.0.len(), 1);
    assert_eq!(trades.topics().count(), 1);
}
