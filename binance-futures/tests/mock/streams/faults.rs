//! Faults of stream connections.

use std::time::{Duration, Instant};

use binance_futures::mock::StreamFault;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::protocol::Message;

use super::{Socket, advance, moving};
use crate::client::Session;

const MARK: &str = "btcusdt@markPrice@1s";

async fn connected(session: &Session) -> Socket {
    let names = format!("{MARK}/ethusdt@markPrice@1s/!markPrice@arr@1s");
    Socket::open(session, &format!("/market/stream?streams={names}")).await
}

/// Returns the event times of the Bitcoin mark price, in the order in which they arrive.
async fn times(session: &Session, socket: &mut Socket, seconds: u64) -> Vec<i64> {
    advance(session, seconds);
    let frames = socket.all().await;
    let own = frames.iter().filter(|frame| frame["stream"] == MARK);
    let start = crate::client::START;
    own.map(|frame| (frame["data"]["E"].as_i64().unwrap() - start) / 1000)
        .collect()
}

fn stream() -> String {
    MARK.to_owned()
}

#[tokio::test]
async fn connection_ends_without_or_with_a_code() {
    let session = Session::start().await;
    for fault in [
        StreamFault::Disconnect,
        StreamFault::Close {
            code: 1006,
            reason: String::new(),
        },
        StreamFault::Close {
            code: 1005,
            reason: String::new(),
        },
    ] {
        let mut socket = connected(&session).await;
        session.exchange.inject_stream_fault(fault);
        assert_eq!(socket.closed().await, None);
    }
    for code in [
        1000, 1001, 1002, 1003, 1007, 1008, 1011, 1012, 1013, 4000, 4999,
    ] {
        let mut socket = connected(&session).await;
        session.exchange.inject_stream_fault(StreamFault::Close {
            code,
            reason: "why".to_owned(),
        });
        assert_eq!(socket.closed().await, Some((code, "why".to_owned())));
    }
    let mut socket = connected(&session).await;
    session.exchange.inject_stream_fault(StreamFault::Expire);
    assert_eq!(socket.closed().await.unwrap().0, 1001);
}

#[tokio::test]
async fn one_connection_is_chosen_by_its_age() {
    let session = Session::start().await;
    let mut first = connected(&session).await;
    let mut second = connected(&session).await;
    let close = || StreamFault::Close {
        code: 4001,
        reason: String::new(),
    };
    assert!(session.exchange.inject_stream_fault_at(1, close()));
    assert!(!session.exchange.inject_stream_fault_at(5, close()));
    assert_eq!(second.closed().await.unwrap().0, 4001);
    advance(&session, 1);
    assert_eq!(first.frames(3).await.len(), 3);
}

#[tokio::test]
async fn stalled_connection_is_half_open() {
    let session = Session::start().await;
    let mut socket = connected(&session).await;
    session.exchange.inject_stream_fault(StreamFault::Stall);
    advance(&session, 5);
    socket
        .send_message(Message::Ping(Vec::new().into()))
        .await
        .unwrap();
    assert!(socket.is_silent().await);
    // It can still be cut.
    session
        .exchange
        .inject_stream_fault(StreamFault::Disconnect);
    assert_eq!(socket.closed().await, None);
}

#[tokio::test]
async fn muted_stream_is_silent_and_others_go_on() {
    let session = Session::start().await;
    let mut socket = connected(&session).await;
    session
        .exchange
        .inject_stream_fault(StreamFault::Mute { stream: stream() });
    advance(&session, 3);
    let frames = socket.all().await;
    assert_eq!(frames.len(), 6);
    assert!(frames.iter().all(|frame| frame["stream"] != MARK));
}

#[tokio::test]
async fn events_are_lost_repeated_and_reordered() {
    let session = Session::start().await;
    let mut socket = connected(&session).await;
    let exchange = &session.exchange;
    exchange.inject_stream_fault(StreamFault::DropEvents {
        stream: stream(),
        count: 2,
    });
    let first = times(&session, &mut socket, 3).await;
    assert_eq!(first.len(), 1);
    let now = first[0];
    exchange.inject_stream_fault(StreamFault::Duplicate { stream: stream() });
    let repeated = times(&session, &mut socket, 2).await;
    assert_eq!(repeated, [now + 1, now + 1, now + 2]);
    exchange.inject_stream_fault(StreamFault::Reorder { stream: stream() });
    let reordered = times(&session, &mut socket, 3).await;
    assert_eq!(reordered, [now + 4, now + 3, now + 5]);
}

#[tokio::test]
async fn frames_of_other_kinds_arrive() {
    let session = Session::start().await;
    let mut socket = connected(&session).await;
    let exchange = &session.exchange;
    exchange.inject_stream_fault(StreamFault::Garbage);
    assert!(serde_json::from_str::<Value>(&socket.text().await).is_err());
    exchange.inject_stream_fault(StreamFault::Oversize { bytes: 1_000_000 });
    assert_eq!(socket.text().await.len(), 1_000_000);
    exchange.inject_stream_fault(StreamFault::ServerShutdown);
    assert_eq!(socket.json().await["event"]["e"], "serverShutdown");
    exchange.inject_stream_fault(StreamFault::Binary);
    advance(&session, 1);
    let Some(Message::Binary(bytes)) = socket.message().await else {
        panic!("not a binary frame");
    };
    let event: Value = serde_json::from_slice(&bytes).unwrap();
    assert!(event["stream"].is_string());
    assert_eq!(socket.frames(2).await.len(), 2);
}

#[tokio::test]
async fn array_is_split() {
    let session = Session::start().await;
    let mut socket = Socket::open(&session, "/market/ws/!markPrice@arr@1s").await;
    advance(&session, 1);
    let elements = |frame: &Value| frame.as_array().unwrap().len();
    let before: usize = socket.all().await.iter().map(elements).sum();
    session
        .exchange
        .inject_stream_fault(StreamFault::SplitArray);
    advance(&session, 1);
    let frames = socket.all().await;
    assert!(frames.len() > 1 && frames.iter().all(|frame| elements(frame) < before));
    assert_eq!(frames.iter().map(elements).sum::<usize>(), before);
    advance(&session, 1);
    assert!(socket.all().await.len() < frames.len());
}

#[tokio::test]
async fn replies_are_lost_or_cut() {
    let session = Session::start().await;
    let mut socket = connected(&session).await;
    session.exchange.inject_stream_fault(StreamFault::DropReply);
    socket
        .send(r#"{"method":"UNSUBSCRIBE","params":["!markPrice@arr@1s"],"id":1}"#)
        .await;
    assert!(socket.is_silent().await);
    let connections = session.exchange.stream_connections();
    assert_eq!(connections[0].subscriptions.len(), 2);
    session
        .exchange
        .inject_stream_fault(StreamFault::CutReply { at: 5 });
    socket
        .send(r#"{"method":"LIST_SUBSCRIPTIONS","id":2}"#)
        .await;
    assert_eq!(socket.text().await, "{\"res");
    let reply = socket.command("LIST_SUBSCRIPTIONS", json!([])).await;
    assert_eq!(reply["result"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn slow_exchange_reads_commands_later() {
    let session = moving().await;
    let mut socket = connected(&session).await;
    let pause = Duration::from_millis(400);
    session
        .exchange
        .inject_stream_fault(StreamFault::SlowReads(pause));
    // The pause has begun when a later event arrives.
    advance(&session, 1);
    socket.frames(3).await;
    let start = Instant::now();
    socket.command("LIST_SUBSCRIPTIONS", json!([])).await;
    assert!(start.elapsed() > pause / 2, "{:?}", start.elapsed());
}
