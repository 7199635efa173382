//! Limits of connections, and how they are opened.

use binance_futures::mock::{RateLimits, StreamFault};
use serde_json::json;
use std::time::Duration;
use tokio_tungstenite::tungstenite::protocol::Message;

use super::{Socket, advance};
use crate::client::Session;

fn names(count: usize) -> Vec<String> {
    let names = 0..count;
    names.map(|number| format!("a{number}usdt@trade")).collect()
}

#[tokio::test]
async fn connection_with_more_than_1024_streams_is_closed() {
    let session = Session::start().await;
    let mut socket = Socket::open(&session, "/public/ws").await;
    let reply = socket.command("SUBSCRIBE", json!(names(1024))).await;
    assert_eq!(reply["id"], 1);
    let one_more = json!({"method": "SUBSCRIBE", "params": ["btcusdt@trade"], "id": 2});
    socket.send(&one_more.to_string()).await;
    let (code, reason) = socket.closed().await.unwrap();
    assert_eq!((code, reason.as_str()), (1008, "Too many streams"));
}

#[tokio::test]
async fn connection_that_sends_more_than_ten_frames_in_a_second_is_closed() {
    let session = Session::start().await;
    let mut socket = Socket::open(&session, "/public/ws").await;
    for _ in 0..3 {
        for _ in 0..5 {
            socket.command("LIST_SUBSCRIPTIONS", json!([])).await;
            let ping = Message::Ping(vec![1].into());
            socket.send_message(ping).await.unwrap();
            assert!(matches!(socket.message().await, Some(Message::Pong(_))));
        }
        advance(&session, 1);
    }
    for _ in 0..11 {
        let _ = socket.send_message(Message::Pong(Vec::new().into())).await;
    }
    let (code, reason) = socket.closed().await.unwrap();
    assert_eq!((code, reason.as_str()), (1008, "Too many requests"));
}

#[tokio::test]
async fn attempts_to_connect_are_limited_and_then_banned() {
    let session = Session::with(|builder| {
        builder.rate_limits(RateLimits {
            connection_attempts_5m: 2,
            rejections_before_ban: 1,
            ..RateLimits::default()
        })
    })
    .await;
    let _first = Socket::open(&session, "/ws").await;
    let _second = Socket::open(&session, "/public/ws").await;
    let (status, retry_after) = Socket::refused(&session, "/ws").await;
    assert_eq!(status, 429);
    let seconds: u64 = retry_after.unwrap().parse().unwrap();
    assert!((1..=300).contains(&seconds));
    let banned = Socket::refused(&session, "/ws").await;
    assert_eq!(banned, (418, Some("120".to_owned())));
    // The ban is one of the IP address: it holds for requests as well.
    assert_eq!(session.get("/fapi/v1/time").await.status, 418);
    let rejected = session.exchange.rejected_requests();
    assert_eq!(
        (rejected[0].status, rejected[0].path.as_str()),
        (429, "/ws")
    );
    advance(&session, 300);
    Socket::open(&session, "/ws").await;
}

#[tokio::test]
async fn documented_number_of_attempts_is_permitted() {
    assert_eq!(RateLimits::default().connection_attempts_5m, 300);
}

#[tokio::test]
async fn unknown_paths_and_refused_connections_have_their_status() {
    let session = Session::start().await;
    assert_eq!(Socket::refused(&session, "/nope").await, (404, None));
    session
        .exchange
        .inject_stream_fault(StreamFault::RefuseConnections {
            status: 503,
            retry_after: Some(7),
            duration: Duration::from_secs(60),
        });
    let refused = Socket::refused(&session, "/ws").await;
    assert_eq!(refused, (503, Some("7".to_owned())));
    advance(&session, 60);
    Socket::open(&session, "/ws").await;
    assert_eq!(session.get("/fapi/v1/time").await.status, 200);
}

#[tokio::test]
async fn connections_that_ended_are_forgotten() {
    let session = Session::start().await;
    let first = Socket::open(&session, "/ws/btcusd_perp@trade").await;
    let second = Socket::open(&session, "/ws/ethusd_perp@trade").await;
    let names = || -> Vec<String> {
        let connections = session.exchange.stream_connections();
        connections
            .into_iter()
            .flat_map(|connection| connection.subscriptions)
            .collect()
    };
    assert_eq!(names(), ["btcusd_perp@trade", "ethusd_perp@trade"]);
    drop(first);
    for _ in 0..100 {
        if names() == ["ethusd_perp@trade"] {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(names(), ["ethusd_perp@trade"]);
    drop(second);
}

#[tokio::test]
async fn exchange_that_is_dropped_ends_its_connections() {
    let session = Session::start().await;
    let mut socket = Socket::open(&session, "/ws/btcusd_perp@trade").await;
    drop(session);
    assert_eq!(socket.closed().await, None);
}
