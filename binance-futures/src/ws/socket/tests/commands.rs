//! Commands and their replies.

use std::time::Duration;

use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use super::{SECOND, read_for};
use crate::error::{Error, TransportErrorKind};
use crate::types::DepthLevels;
use crate::usdm::streams::{AggTrades, AnyTopic, BookTickers, DiffDepth, PartialDepth};
use crate::ws::Layout;
use crate::ws::event::{Cause, Notice};
use crate::ws::tests::events::trade;
use crate::ws::tests::sim::{Control, Sim};

const BTC: &str = "btcusdt@aggTrade";
const ETH: &str = "ethusdt@aggTrade";

fn btc() -> AggTrades {
    AggTrades::new("BTCUSDT")
}

fn eth() -> AggTrades {
    AggTrades::new("ETHUSDT")
}

#[tokio::test(start_paused = true)]
async fn subscription_is_acknowledged_and_listed() {
    let sim = Sim::default();
    let mut socket = sim.connector().socket([btc()]).await.unwrap();
    assert_eq!(sim.connection(0).path, "/market/stream");
    socket.subscribe([eth(), btc()]).await.unwrap();
    let mut listed = socket.subscriptions().await.unwrap();
    listed.sort_unstable();
    assert_eq!(listed, [BTC, ETH]);
    socket.unsubscribe([btc()]).await.unwrap();
    assert_eq!(socket.subscriptions().await.unwrap(), [ETH]);
    // Both are subscribed to already, or not at all: there is nothing to send.
    let sent = sim.connection(0).commands.len();
    socket.subscribe([eth()]).await.unwrap();
    socket.unsubscribe([btc()]).await.unwrap();
    assert_eq!(sim.connection(0).commands.len(), sent);
}

#[tokio::test(start_paused = true)]
async fn rejected_command_fails_with_the_code_of_the_exchange() {
    let sim = Sim::default();
    let mut socket = sim.connector().socket([btc()]).await.unwrap();
    let error = socket
        .subscribe([eth(), AggTrades::new("REJECTED")])
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Api(_)), "{error:?}");
    assert_eq!(error.code(), Some(2));
    assert!(error.to_string().contains("SUBSCRIBE"), "{error}");
    sim.publish(BTC, &trade("BTCUSDT", 1));
    let (events, notices) = read_for(&mut socket, SECOND).await;
    assert_eq!((events.len(), notices.len()), (1, 0), "{notices:?}");
    let error = sim.connector().socket([AggTrades::new("REJECTED")]).await;
    assert_eq!(error.unwrap_err().code(), Some(2));
}

#[tokio::test(start_paused = true)]
async fn topic_that_is_not_listed_is_not_subscribed_to() {
    let sim = Sim::default();
    sim.unknown(ETH);
    let mut socket = sim.connector().socket([btc()]).await.unwrap();
    let other = AggTrades::new("SOLUSDT");
    let error = socket.subscribe([eth(), other]).await.unwrap_err();
    let Error::Server(_) = error else {
        panic!("{error:?}");
    };
    assert!(
        error
            .to_string()
            .contains("1 of 2 topics, such as `ethusdt@aggTrade`"),
        "{error}"
    );
    // Not even to the one that is listed, whose events arrive until it is unsubscribed from.
    sim.publish("solusdt@aggTrade", &trade("SOLUSDT", 1));
    let (events, notices) = read_for(&mut socket, SECOND).await;
    assert_eq!((events.len(), notices.len()), (0, 0), "{notices:?}");
    let topics = sim.connection(0).topics;
    assert_eq!(topics.iter().collect::<Vec<_>>(), [BTC]);
}

#[tokio::test(start_paused = true)]
async fn command_without_a_reply_times_out() {
    let sim = Sim::default();
    let socket = sim.connector().socket([btc()]);
    let mut socket = socket.command_timeout(3 * SECOND).await.unwrap();
    sim.ignore("SUBSCRIBE");
    sim.ignore("GET_PROPERTY");
    let start = Instant::now();
    let error = socket.subscribe([eth()]).await.unwrap_err();
    assert_eq!(start.elapsed().as_secs(), 3);
    let Error::Transport(error) = error else {
        panic!("{error:?}");
    };
    assert_eq!(error.kind(), TransportErrorKind::Timeout);
    assert!(
        error
            .to_string()
            .contains("no reply to SUBSCRIBE within 3s"),
        "{error}"
    );
    assert!(socket.is_combined().await.is_err());
    // A late reply belongs to no command.
    let late = Message::text(r#"{"result":null,"id":3}"#);
    sim.control(0, Control::Send(late));
    let (_, notices) = read_for(&mut socket, SECOND).await;
    assert!(notices.is_empty(), "{notices:?}");
    assert_eq!(socket.subscriptions().await.unwrap(), [BTC]);
}

#[tokio::test(start_paused = true)]
async fn topics_that_cannot_be_on_the_connection_are_refused() {
    let sim = Sim::default();
    let many = (0..201).map(|index| AggTrades::new(format!("S{index}")));
    let error = sim.connector().socket(many.clone()).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("201 topics are more than the 200"),
        "{error}"
    );
    let socket = sim.connector().socket(many).max_topics(5_000);
    let mut socket = socket.await.unwrap();
    let more = (0..1_000).map(|index| AggTrades::new(format!("T{index}")));
    let error = socket.subscribe(more).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("1201 topics are more than the 1024"),
        "{error}"
    );
    let dialed = sim.count();
    let both = [AnyTopic::from(btc()), BookTickers::new("BTCUSDT").into()];
    let error = sim.connector().socket(both).await.unwrap_err();
    assert!(
        error.to_string().contains("cannot share a connection"),
        "{error}"
    );
    let mut socket = sim
        .connector()
        .socket([AnyTopic::from(btc())])
        .await
        .unwrap();
    let other = BookTickers::new("BTCUSDT").into();
    let error = socket.subscribe([other]).await.unwrap_err();
    assert!(
        error.to_string().contains("the connection in `market`"),
        "{error}"
    );
    assert_eq!(sim.count(), dialed + 1);
    assert_eq!(socket.subscriptions().await.unwrap(), [BTC]);
}

#[tokio::test(start_paused = true)]
async fn topics_that_raw_frames_cannot_tell_apart_are_refused() {
    let sim = Sim::default();
    let depth = AnyTopic::from(DiffDepth::new("BTCUSDT"));
    let partial = || AnyTopic::from(PartialDepth::new("BTCUSDT", DepthLevels::Five));
    let socket = sim.connector().socket([depth.clone(), partial()]);
    let error = socket.layout(Layout::Raw).await.unwrap_err();
    assert!(error.to_string().contains("do not tell"), "{error}");
    let socket = sim.connector().socket([depth]).layout(Layout::Raw);
    let mut socket = socket.await.unwrap();
    assert_eq!(sim.connection(0).path, "/public/ws");
    let error = socket.subscribe([partial()]).await.unwrap_err();
    assert!(error.to_string().contains("do not tell"), "{error}");
    let other = PartialDepth::new("ETHUSDT", DepthLevels::Five);
    socket.subscribe([AnyTopic::from(other)]).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn ids_are_unsigned_numbers_of_the_caller_or_generated() {
    let sim = Sim::default();
    let mut socket = sim.connector().socket([btc()]).await.unwrap();
    socket.is_combined().await.unwrap();
    socket.set_next_command_id(u64::MAX);
    socket.is_combined().await.unwrap();
    socket.is_combined().await.unwrap();
    let commands = sim.connection(0).commands;
    let ids: Vec<_> = commands
        .iter()
        .map(|command| command["id"].as_u64().unwrap())
        .collect();
    assert_eq!(ids, [1, 2, 3, u64::MAX, 0]);
}

#[tokio::test(start_paused = true)]
async fn commands_are_split_below_the_size() {
    let sim = Sim::default();
    let topics = (0..1_000).map(|index| AggTrades::new(format!("LONGNAME{index:04}USDT")));
    let socket = sim.connector().socket(topics).max_topics(1_024);
    let mut socket = socket.await.unwrap();
    let connection = sim.connection(0);
    assert_eq!(connection.topics.len(), 1_000);
    assert!(
        connection.sizes.iter().all(|size| *size <= 4_096),
        "{:?}",
        connection.sizes
    );
    // As few as possible.
    assert_eq!(connection.commands.len(), 7 + 1);
    assert_eq!(socket.subscriptions().await.unwrap().len(), 1_000);
}

#[tokio::test(start_paused = true)]
async fn exchange_never_sees_more_than_ten_frames_in_a_second() {
    let sim = Sim::default();
    let socket = sim.connector().socket([btc()]);
    let mut socket = socket.command_timeout(600 * SECOND).await.unwrap();
    let pinging = {
        let sim = sim.clone();
        tokio::spawn(async move {
            loop {
                sim.control(0, Control::Send(Message::Ping(b"1790000000000"[..].into())));
                tokio::time::sleep(Duration::from_millis(230)).await;
            }
        })
    };
    read_for(&mut socket, 2 * SECOND).await;
    // One topic in each command.
    let topics: Vec<_> = (0..150)
        .map(|index| AggTrades::new(format!("S{index}USDT")))
        .collect();
    for topics in topics.chunks(50) {
        for topic in topics {
            let name = topic.clone();
            let adding = socket.subscribe([name]);
            // The command is queued, and the future is dropped.
            let _ = tokio::time::timeout(Duration::ZERO, adding).await;
        }
        read_for(&mut socket, 7 * SECOND).await;
    }
    read_for(&mut socket, 60 * SECOND).await;
    pinging.abort();
    let connection = sim.connection(0);
    assert_eq!(connection.topics.len(), 151);
    assert!(connection.pongs.len() > 300);
    let frames: Vec<_> = connection.frames.iter().map(|(at, _)| *at).collect();
    let most = frames.iter().enumerate().map(|(index, first)| {
        let in_second = frames[index..]
            .iter()
            .take_while(|at| **at < *first + SECOND);
        in_second.count()
    });
    let most = most.max().unwrap();
    assert!(most <= 10, "{most}");
    println!("{} frames, at most {most} in a second", frames.len());
}

#[tokio::test(start_paused = true)]
async fn property_decides_whether_frames_name_their_stream() {
    let sim = Sim::default();
    let mut socket = sim.connector().socket([btc()]).await.unwrap();
    assert!(socket.is_combined().await.unwrap());
    socket.set_combined(false).await.unwrap();
    assert!(!socket.is_combined().await.unwrap());
    sim.publish(BTC, &trade("BTCUSDT", 1));
    let (events, notices) = read_for(&mut socket, SECOND).await;
    assert_eq!((events[0].id, notices.len()), (Some(1), 0));
    let socket = sim.connector().socket([btc()]).layout(Layout::Raw);
    assert!(!socket.await.unwrap().is_combined().await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn late_events_of_an_unsubscribed_topic_are_left_out() {
    let sim = Sim::default();
    sim.latencies(&[100]);
    let mut socket = sim.connector().socket([btc(), eth()]).await.unwrap();
    sim.publish(ETH, &trade("ETHUSDT", 1));
    sim.publish(BTC, &trade("BTCUSDT", 1));
    let unsubscribing = socket.unsubscribe([eth()]);
    let _ = tokio::time::timeout(Duration::from_millis(1), unsubscribing).await;
    let (events, notices) = read_for(&mut socket, SECOND).await;
    assert_eq!((events.len(), notices.len()), (1, 0), "{notices:?}");
    assert_eq!(events[0].symbol.as_str(), "BTCUSDT");
}

#[tokio::test(start_paused = true)]
async fn dropped_future_of_a_command_loses_no_event() {
    let sim = Sim::default();
    let mut socket = sim.connector().socket([btc()]).await.unwrap();
    sim.ignore("SUBSCRIBE");
    let mut all = Vec::new();
    for id in 1..=50 {
        sim.publish(BTC, &trade("BTCUSDT", id));
        let topic = AggTrades::new(format!("S{id}"));
        let subscribing = socket.subscribe([topic]);
        let _ = tokio::time::timeout(Duration::from_millis(5), subscribing).await;
        if id % 10 == 0 {
            let (events, _) = read_for(&mut socket, Duration::from_millis(1)).await;
            all.extend(events.iter().map(|event| event.id.unwrap()));
        }
    }
    assert_eq!(all, (1..=50).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn connection_that_ends_during_a_command_is_reported_by_both() {
    let sim = Sim::default();
    let mut socket = sim.connector().socket([btc()]).await.unwrap();
    sim.publish(BTC, &trade("BTCUSDT", 1));
    sim.ignore("SUBSCRIBE");
    sim.control(0, Control::Close(1008, "Too many requests"));
    let error = socket.subscribe([eth()]).await.unwrap_err();
    assert!(error.to_string().contains("Too many requests"), "{error}");
    let (events, notices) = read_for(&mut socket, SECOND).await;
    assert_eq!(events.len(), 1);
    let [Notice::Closed(Cause::Closed { code: 1008, .. })] = &notices[..] else {
        panic!("{notices:?}");
    };
    assert!(socket.next().await.is_none());
    assert!(socket.subscriptions().await.is_err());
}

#[tokio::test(start_paused = true)]
async fn announced_shutdown_is_reported_after_a_command() {
    let sim = Sim::default();
    sim.latencies(&[50]);
    let mut socket = sim.connector().socket([btc()]).await.unwrap();
    sim.publish(BTC, &trade("BTCUSDT", 1));
    let shutdown = Message::text(r#"{"event":{"e":"serverShutdown"}}"#);
    sim.control(0, Control::Send(shutdown));
    socket.subscribe([eth()]).await.unwrap();
    let (events, notices) = read_for(&mut socket, SECOND).await;
    assert_eq!(events.len(), 1);
    assert!(
        matches!(notices[..], [Notice::Closed(Cause::ServerShutdown)]),
        "{notices:?}"
    );
}
