//! What happens when the exchange's time advances, and differences between connections.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;
use tokio_tungstenite::tungstenite::protocol::Message;

use super::{Socket, advance, moving};
use crate::client::{START, Session};

#[tokio::test]
async fn everything_due_is_published_in_the_order_of_time() {
    let session = moving().await;
    let names = "btcusdt@aggTrade/btcusdt@kline_1m/btcusdt@markPrice@1s/btcusdt@ticker";
    let mut socket = Socket::open(&session, &format!("/market/stream?streams={names}")).await;
    advance(&session, 600);
    let frames = socket.all().await;
    let times: Vec<i64> = frames
        .iter()
        .map(|frame| frame["data"]["E"].as_i64().unwrap())
        .collect();
    assert!(times.is_sorted());
    assert!(
        times
            .iter()
            .all(|time| (START..=START + 600_000).contains(time))
    );
    let count = |name: &str| {
        let own = frames.iter().filter(|frame| frame["stream"] == name);
        own.count()
    };
    assert_eq!(count("btcusdt@markPrice@1s"), 600);
    assert_eq!(count("btcusdt@aggTrade"), 120);
    assert_eq!(count("btcusdt@ticker"), 120);
    let klines = frames
        .iter()
        .filter(|frame| frame["stream"] == "btcusdt@kline_1m");
    assert_eq!(
        klines
            .filter(|frame| frame["data"]["k"]["x"] == true)
            .count(),
        10
    );
    // A change shortly before a minute ends is in the closed candlestick only.
    assert!((120..=130).contains(&count("btcusdt@kline_1m")));
}

#[tokio::test]
async fn long_advance_is_bounded() {
    let session = moving().await;
    let mut mark = Socket::open(&session, "/market/ws/btcusdt@markPrice@1s").await;
    let mut trades = Socket::open(&session, "/public/ws/btcusdt@trade").await;
    advance(&session, 20 * 3_600);
    let marks = mark.all().await;
    assert_eq!(marks.len(), 1000);
    let last = marks.last().unwrap()["E"].as_i64().unwrap();
    assert!(START + 20 * 3_600_000 - last < 1000);
    let events = trades.all().await;
    // The queue holds 10,000 frames, pings included.
    assert!((9_990..=10_000).contains(&events.len()), "{}", events.len());
    let ids: Vec<u64> = events
        .iter()
        .map(|event| event["t"].as_u64().unwrap())
        .collect();
    assert!(ids.windows(2).all(|ids| ids[1] == ids[0] + 1));
}

#[tokio::test]
async fn clock_of_a_test_is_noticed_without_an_advance() {
    let session = Session::start().await;
    let mut socket = Socket::open(&session, "/market/ws/btcusdt@markPrice@1s").await;
    session.clock.advance(1000);
    assert_eq!(socket.json().await["e"], "markPriceUpdate");
}

#[tokio::test]
async fn client_that_responds_to_pings_stays_connected_for_24_hours() {
    let session = Session::start().await;
    let mut socket = Socket::open(&session, "/ws").await;
    for _ in 0..23 {
        advance(&session, 3_600);
        // The library responds to the ping.
        let message = socket.message().await;
        assert!(matches!(message, Some(Message::Ping(_))), "{message:?}");
        socket.poll().await;
    }
    let connections = session.exchange.stream_connections();
    assert_eq!(connections[0].pongs_received, 23);
    assert_eq!(connections[0].age, Duration::from_secs(23 * 3_600));
    advance(&session, 3_600);
    assert_eq!(socket.closed().await.unwrap().0, 1001);
}

#[tokio::test]
async fn client_that_does_not_respond_to_pings_is_disconnected() {
    let session = Session::start().await;
    let mut socket = Socket::open(&session, "/ws").await;
    advance(&session, 180);
    // The ping is sent, but not read.
    tokio::time::sleep(Duration::from_millis(200)).await;
    advance(&session, 599);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(session.exchange.stream_connections().len(), 1);
    advance(&session, 1);
    let (code, reason) = socket.closed().await.unwrap();
    assert_eq!((code, reason.as_str()), (1008, "Pong timeout"));
}

/// Returns what two connections with the same subscription receive.
async fn twins(session: &Session, target: &str, seconds: u64) -> [Vec<Value>; 2] {
    let mut one = Socket::open(session, target).await;
    let mut other = Socket::open(session, target).await;
    advance(session, seconds);
    [one.all().await, other.all().await]
}

const TARGETS: [&str; 5] = [
    "/public/ws/btcusdt@depth",
    "/market/ws/btcusdt@aggTrade",
    "/market/ws/!miniTicker@arr",
    "/market/ws/btcusdt@kline_1m",
    "/market/ws/btcusdt@markPrice@1s",
];

#[tokio::test]
async fn connections_receive_the_same_without_variation() {
    let session = moving().await;
    for target in TARGETS {
        let [one, other] = twins(&session, target, 60).await;
        assert!(one.len() > 5 && one == other, "{target}");
    }
}

#[tokio::test]
async fn connections_differ_with_variation() {
    let session = Session::with(|builder| builder.moving(true).seed(7).stream_variation(5)).await;
    for target in TARGETS {
        let [one, other] = twins(&session, target, 60).await;
        assert!(one.len() > 5 && one != other, "{target}");
    }
    // Aggregate trades differ in their event times only.
    let [one, other] = twins(&session, "/market/ws/btcusdt@aggTrade", 60).await;
    let ids = |events: &[Value]| -> Vec<u64> {
        events
            .iter()
            .map(|event| event["a"].as_u64().unwrap())
            .collect()
    };
    let (one, other) = (ids(&one), ids(&other));
    let common = one.len().min(other.len());
    assert_eq!(one[..common], other[..common]);
    // Arrays are split in other places.
    let [one, other] = twins(&session, "/market/ws/!markPrice@arr@1s", 3).await;
    let sizes = |frames: &[Value]| -> BTreeSet<usize> {
        let frames = frames.iter();
        frames
            .map(|frame| frame.as_array().unwrap().len())
            .collect()
    };
    assert!(sizes(&one).iter().all(|size| *size <= 5));
    assert!(sizes(&other).iter().all(|size| *size <= 5));
}
