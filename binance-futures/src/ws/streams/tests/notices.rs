//! The notices of a subscription.

use super::{millis, read_for, seconds, streams};
use crate::usdm::streams::{AggTrades, DiffDepth, MarkPrice};
use crate::ws::event::{Notice, Update};
use crate::ws::gap::Lost;
use crate::ws::tests::events::{depth, mark_price, trade};
use crate::ws::tests::sim::{Control, Sim};

fn kind(notice: &Notice) -> &'static str {
    match notice {
        Notice::Gap(_) => "gap",
        Notice::Malformed(_) => "malformed",
        Notice::Stale(_) => "stale",
        Notice::Reconnecting(_) => "reconnecting",
        Notice::Resumed => "resumed",
        Notice::Lagged(_) => "lagged",
        Notice::Rejected(_) => "rejected",
        Notice::Closed(_) => "closed",
    }
}

/// Demands 4 and 29: each transition and each gap is reported in its place among the events.
#[tokio::test(start_paused = true)]
async fn a_lost_connection_and_its_gap_are_told_between_the_events() {
    let sim = Sim::default();
    let mut trades = streams(&sim)
        .subscribe(AggTrades::new("BTCUSDT"))
        .await
        .unwrap();
    sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", 1));
    tokio::time::sleep(millis(10)).await;
    sim.control(0, Control::Drop);
    trades.ready().await.unwrap();
    sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", 5));
    tokio::time::sleep(millis(10)).await;
    let mut seen = Vec::new();
    for _ in 0..5 {
        seen.push(match trades.next().await.unwrap() {
            Update::Event(event) => event.id.unwrap().to_string(),
            Update::Notice(Notice::Gap(gap)) => {
                assert_eq!(gap.lost(), Lost::Exactly(3));
                assert_eq!(gap.numbers(), Some(2..=4));
                String::from("gap")
            }
            Update::Notice(notice) => kind(&notice).to_owned(),
        });
    }
    assert_eq!(seen, ["1", "reconnecting", "resumed", "gap", "5"]);
}

#[tokio::test(start_paused = true)]
async fn gaps_say_that_their_size_is_unknown_where_it_is() {
    let sim = Sim::default();
    let mut books = streams(&sim)
        .subscribe(DiffDepth::new("BTCUSDT"))
        .await
        .unwrap();
    for (previous, last) in [(1, 3), (7, 9)] {
        sim.publish("btcusdt@depth", &depth("BTCUSDT", previous, last));
    }
    let (events, notices) = read_for(&mut books, millis(10)).await;
    assert_eq!(events.len(), 2);
    match notices.as_slice() {
        [Notice::Gap(gap)] => assert_eq!(gap.lost(), Lost::Unknown),
        notices => panic!("{notices:?}"),
    }
}

/// A subscription over several connections is complete again when all of them are.
#[tokio::test(start_paused = true)]
async fn resumed_is_told_once_when_all_connections_are_back() {
    let sim = Sim::default();
    let topics = ["AUSDT", "BUSDT", "CUSDT"].map(AggTrades::new);
    let trades = streams(&sim).subscribe_all(topics);
    let mut trades = trades.topics_per_connection(1).await.unwrap();
    for connection in 0..3 {
        sim.control(connection, Control::Drop);
    }
    let (_, notices) = read_for(&mut trades, seconds(30)).await;
    let kinds: Vec<_> = notices.iter().map(kind).collect();
    assert_eq!(
        kinds,
        ["reconnecting", "reconnecting", "reconnecting", "resumed"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_subscription_that_joins_during_an_outage_is_not_told_of_its_end_twice() {
    let sim = Sim::default();
    let streams = streams(&sim);
    let mut first = streams.subscribe(AggTrades::new("BTCUSDT")).await.unwrap();
    sim.fail(2);
    sim.control(0, Control::Drop);
    tokio::time::sleep(millis(50)).await;
    let mut second = streams.subscribe(AggTrades::new("ETHUSDT")).open().unwrap();
    let (_, notices) = read_for(&mut first, seconds(30)).await;
    assert!(matches!(notices.last(), Some(Notice::Resumed)));
    let (_, notices) = read_for(&mut second, seconds(1)).await;
    let resumed = notices.iter().filter(|n| matches!(n, Notice::Resumed));
    let interrupted = notices
        .iter()
        .filter(|notice| matches!(notice, Notice::Reconnecting(_)));
    assert!(resumed.count() <= interrupted.count().min(1));
    sim.publish("ethusdt@aggTrade", &trade("ETHUSDT", 1));
    assert_eq!(read_for(&mut second, millis(10)).await.0.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_malformed_event_is_told_to_its_subscribers_only() {
    let sim = Sim::default();
    let streams = streams(&sim);
    let mut btc = streams.subscribe(AggTrades::new("BTCUSDT")).await.unwrap();
    let mut eth = streams.subscribe(AggTrades::new("ETHUSDT")).await.unwrap();
    let mut wrong = trade("BTCUSDT", 1);
    wrong["p"] = true.into();
    sim.publish("btcusdt@aggTrade", &wrong);
    sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", 2));
    let (events, notices) = read_for(&mut btc, millis(10)).await;
    assert_eq!(events.len(), 1);
    match &notices[0] {
        Notice::Malformed(malformed) => {
            assert_eq!(
                malformed.topic.as_ref().unwrap().as_str(),
                "btcusdt@aggTrade"
            );
            assert!(malformed.text.contains("\"p\":true"));
        }
        notice => panic!("{notice:?}"),
    }
    assert!(read_for(&mut eth, millis(10)).await.1.is_empty());
}

/// Report S03: the exchange acknowledges a topic of a symbol that it does not have.
#[tokio::test(start_paused = true)]
async fn a_topic_without_a_first_event_is_reported_once() {
    let sim = Sim::default();
    let streams = streams(&sim);
    let topics = ["BTCUSDT", "NOSUCHUSDT"].map(AggTrades::new);
    let trades = streams.subscribe_all(topics);
    let mut trades = trades.first_event_within(seconds(5)).await.unwrap();
    sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", 1));
    let (events, notices) = read_for(&mut trades, seconds(4)).await;
    assert_eq!((events.len(), notices.len()), (1, 0));
    let (_, notices) = read_for(&mut trades, seconds(60)).await;
    match notices.as_slice() {
        [Notice::Stale(stale)] => {
            assert_eq!(stale.topic.as_str(), "nosuchusdt@aggTrade");
            assert_eq!(stale.silent_for, seconds(5));
        }
        notices => panic!("{notices:?}"),
    }
    assert_eq!(sim.count(), 1, "the connection is kept");
}

/// Report S03: a raw topic has the usual period of its topic.
#[tokio::test(start_paused = true)]
async fn a_raw_topic_that_is_silent_for_longer_than_its_period_is_reported() {
    let sim = Sim::default();
    let topic = MarkPrice::new("NOSUCHUSDT");
    let raw = streams(&sim).subscribe_raw([topic]).unwrap();
    let mut raw = raw.await.unwrap();
    let (events, notices) = read_for(&mut raw, seconds(15)).await;
    assert!(events.is_empty());
    match notices.as_slice() {
        [Notice::Stale(stale), ..] => {
            assert_eq!(stale.topic.as_str(), "nosuchusdt@markPrice");
            assert!(stale.silent_for < seconds(15));
        }
        notices => panic!("{notices:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_topic_with_a_bound_is_reported_and_its_connection_replaced() {
    let sim = Sim::default();
    let mut marks = streams(&sim)
        .subscribe(MarkPrice::new("BTCUSDT"))
        .stale_after(seconds(4))
        .await
        .unwrap();
    sim.publish("btcusdt@markPrice", &mark_price("BTCUSDT", 1));
    sim.mute(0, "btcusdt@markPrice");
    let mut notices = Vec::new();
    for time in 0..10 {
        sim.publish("btcusdt@markPrice", &mark_price("BTCUSDT", 2 + time));
        notices.extend(read_for(&mut marks, seconds(1)).await.1);
    }
    assert!(notices.iter().any(|n| matches!(n, Notice::Stale(_))));
    assert_eq!(sim.count(), 2);
}
