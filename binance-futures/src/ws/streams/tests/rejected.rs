//! Topics that the exchange does not accept, and exchanges that do not respond.

use super::{millis, read_for, seconds, streams, subscribed};
use crate::error::{Error, TransportErrorKind};
use crate::usdm::streams::AggTrades;
use crate::ws::event::Notice;
use crate::ws::tests::events::trade;
use crate::ws::tests::sim::Sim;

/// Demand of D13: a subscription fails with the exchange's code.
#[tokio::test(start_paused = true)]
async fn a_rejected_topic_fails_with_the_code_of_the_exchange() {
    let sim = Sim::default();
    let streams = streams(&sim);
    let error = streams
        .subscribe(AggTrades::new("REJECTED"))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some(2), "{error}");
    assert_eq!(streams.topics().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn one_rejected_topic_of_many_is_found_and_the_others_go_on() {
    let sim = Sim::default();
    let streams = streams(&sim);
    let mut symbols: Vec<_> = (0..199).map(|number| format!("S{number}USDT")).collect();
    symbols.insert(77, String::from("REJECTED"));
    let all = streams.subscribe_all(symbols.into_iter().map(AggTrades::new));
    let mut all = all.open().unwrap();
    let error = all.ready().await.unwrap_err();
    assert_eq!(error.code(), Some(2));
    all.ready().await.unwrap();
    assert_eq!(subscribed(&sim).len(), 199);
    sim.publish("s198usdt@aggTrade", &trade("S198USDT", 1));
    let (events, notices) = read_for(&mut all, millis(100)).await;
    assert_eq!(events.len(), 1);
    match notices.as_slice() {
        [Notice::Rejected(rejected)] => {
            assert_eq!(rejected.topic.as_str(), "rejected@aggTrade");
            assert_eq!(rejected.error.code(), Some(2));
        }
        notices => panic!("{notices:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_topic_that_is_acknowledged_and_not_listed_is_rejected() {
    let sim = Sim::default();
    sim.unknown("nosuchusdt@aggTrade");
    let streams = streams(&sim);
    let mut good = streams.subscribe(AggTrades::new("BTCUSDT")).await.unwrap();
    let topic = AggTrades::new("NOSUCHUSDT");
    let error = streams.subscribe(topic.clone()).await.unwrap_err();
    assert!(matches!(error, Error::Server(_)), "{error}");
    assert!(error.to_string().contains("nosuchusdt@aggTrade"));
    // The next attempt asks the exchange again.
    assert!(streams.subscribe(topic).await.is_err());
    sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", 1));
    assert_eq!(read_for(&mut good, millis(10)).await.0.len(), 1);
}

/// Demand 29: a client that is offline does not hang.
#[tokio::test(start_paused = true)]
async fn without_a_network_subscribing_fails_at_once() {
    let sim = Sim::default();
    sim.fail(1_000);
    let streams = streams(&sim);
    let started = tokio::time::Instant::now();
    let error = streams
        .subscribe(AggTrades::new("BTCUSDT"))
        .await
        .unwrap_err();
    match error {
        Error::Transport(error) => assert_eq!(error.kind(), TransportErrorKind::Connect),
        error => panic!("{error}"),
    }
    assert!(started.elapsed() < seconds(1));
}

#[tokio::test(start_paused = true)]
async fn an_opened_subscription_waits_for_the_network() {
    let sim = Sim::default();
    sim.fail(3);
    let streams = streams(&sim);
    let mut trades = streams.subscribe(AggTrades::new("BTCUSDT")).open().unwrap();
    assert!(trades.ready().await.is_err());
    let (_, notices) = read_for(&mut trades, seconds(60)).await;
    let texts: Vec<_> = notices.iter().map(ToString::to_string).collect();
    assert_eq!(texts.len(), 4, "{texts:?}");
    assert!(matches!(notices[3], Notice::Resumed));
    trades.ready().await.unwrap();
    sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", 1));
    assert_eq!(read_for(&mut trades, millis(10)).await.0.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn bad_topics_fail_before_anything_is_sent() {
    let sim = Sim::default();
    let streams = streams(&sim);
    let error = streams.subscribe(AggTrades::new("")).await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
    let error = streams.subscribe_all(Vec::<AggTrades>::new()).await;
    assert!(error.unwrap_err().to_string().contains("at least one"));
    assert_eq!(sim.count(), 0);
}
