//! Frames and pings of a connection.

use std::time::Duration;

use futures_util::FutureExt;
use tokio_tungstenite::tungstenite::Message;

use super::{SECOND, read_for};
use crate::usdm::streams::{AggTrades, AnyTopic, BookTickers, DiffDepth};
use crate::ws::event::{Cause, Notice};
use crate::ws::tests::events::{book_ticker, depth, trade};
use crate::ws::tests::sim::{Control, Sim};
use crate::ws::{Layout, Socket};

#[tokio::test(start_paused = true)]
async fn raw_frames_are_told_apart_by_their_content() {
    let sim = Sim::default();
    let topics = [
        AnyTopic::from(DiffDepth::new("BTCUSDT")),
        BookTickers::new("BTCUSDT").into(),
    ];
    let socket = sim.connector().socket(topics).layout(Layout::Raw);
    let mut socket = socket.await.unwrap();
    sim.publish("btcusdt@depth", &depth("BTCUSDT", 1, 5));
    sim.publish("btcusdt@bookTicker", &book_ticker("BTCUSDT", 7));
    let other = trade("BTCUSDT", 1).to_string();
    sim.control(0, Control::Send(Message::text(other.clone())));
    let (events, notices) = read_for(&mut socket, SECOND).await;
    let kinds: Vec<_> = events.iter().map(|event| format!("{event:?}")).collect();
    assert!(kinds[0].starts_with("DiffDepth"), "{kinds:?}");
    assert!(kinds[1].starts_with("BookTickers"), "{kinds:?}");
    let [Notice::Malformed(malformed)] = &notices[..] else {
        panic!("{notices:?}");
    };
    assert_eq!(malformed.text, other);
    let stats = socket.stats();
    assert_eq!((stats.events, stats.malformed), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn half_open_connection_ends_the_socket() {
    let sim = Sim::default();
    let mut socket = sim
        .connector()
        .socket([AggTrades::new("BTCUSDT")])
        .await
        .unwrap();
    sim.control(0, Control::Stall);
    let (_, notices) = read_for(&mut socket, 31 * SECOND).await;
    assert!(
        matches!(notices[..], [Notice::Closed(Cause::NoPong)]),
        "{notices:?}"
    );
    assert!(socket.next().await.is_none());
}

/// Polls until a ping is sent, and leaves the pong unread.
async fn ping(socket: &mut Socket<AggTrades>) {
    read_for(socket, 19 * SECOND).await;
    tokio::time::sleep(2 * SECOND).await;
    assert!(socket.next().now_or_never().is_none());
    tokio::time::sleep(Duration::from_millis(1)).await;
}

#[tokio::test(start_paused = true)]
async fn socket_whose_pong_waits_to_be_read_is_alive() {
    let sim = Sim::default();
    let mut socket = sim
        .connector()
        .socket([AggTrades::new("BTCUSDT")])
        .await
        .unwrap();
    ping(&mut socket).await;
    assert!(
        sim.connection(0)
            .frames
            .iter()
            .any(|(_, kind)| kind == "ping")
    );
    tokio::time::sleep(60 * SECOND).await;
    socket.subscribe([AggTrades::new("ETHUSDT")]).await.unwrap();
    // Many messages wait behind the pong.
    ping(&mut socket).await;
    for id in 1..=5_000 {
        sim.publish("btcusdt@aggTrade", &trade("BTCUSDT", id));
    }
    tokio::time::sleep(60 * SECOND).await;
    let (events, notices) = read_for(&mut socket, 60 * SECOND).await;
    assert_eq!((events.len(), notices.len()), (5_000, 0), "{notices:?}");
}

#[tokio::test(start_paused = true)]
async fn pong_is_sent_before_a_command() {
    let sim = Sim::default();
    let mut socket = sim
        .connector()
        .socket([AggTrades::new("BTCUSDT")])
        .await
        .unwrap();
    // The next command waits until fewer frames were sent in the last second.
    for _ in 0..6 {
        socket.subscriptions().await.unwrap();
    }
    let sent = sim.connection(0).frames.len();
    let ping = Message::Ping(b"1"[..].into());
    sim.control(0, Control::Send(ping));
    socket.subscriptions().await.unwrap();
    let frames = sim.connection(0).frames;
    let kinds: Vec<_> = frames[sent..]
        .iter()
        .map(|(_, kind)| kind.as_str())
        .collect();
    assert_eq!(kinds, ["pong", "command"]);
}

#[tokio::test(start_paused = true)]
async fn closed_socket_confirms_the_end() {
    let sim = Sim::default();
    let socket = sim
        .connector()
        .socket([AggTrades::new("BTCUSDT")])
        .await
        .unwrap();
    socket.close().await;
    tokio::time::sleep(SECOND).await;
    let frames = sim.connection(0).frames;
    assert_eq!(frames.last().map(|(_, kind)| kind.as_str()), Some("close"));
    assert!(sim.open().is_empty());
}
