//! Order books that are built from the diff depth stream and the REST snapshot, by the documented rule.

use std::collections::BTreeMap;
use std::time::Duration;

use binance_futures::types::Decimal;
use serde_json::Value;

use super::{Socket, moving};
use crate::client::Session;

/// A local order book: quantities by price.
#[derive(Debug, Default, PartialEq, Eq)]
struct LocalBook {
    last: u64,
    bids: BTreeMap<Decimal, Decimal>,
    asks: BTreeMap<Decimal, Decimal>,
}

impl LocalBook {
    async fn snapshot(session: &Session, api: &str, symbol: &str) -> Self {
        let target = format!("/{api}/v1/depth?symbol={symbol}&limit=1000");
        let snapshot = session.get(&target).await.json();
        let mut book = Self {
            last: snapshot["lastUpdateId"].as_u64().unwrap(),
            ..Self::default()
        };
        apply(&mut book.bids, &snapshot["bids"]);
        apply(&mut book.asks, &snapshot["asks"]);
        book
    }

    fn update(&mut self, event: &Value) {
        apply(&mut self.bids, &event["b"]);
        apply(&mut self.asks, &event["a"]);
        self.last = event["u"].as_u64().unwrap();
    }
}

fn apply(side: &mut BTreeMap<Decimal, Decimal>, levels: &Value) {
    for level in levels.as_array().unwrap() {
        let number = |index: usize| level[index].as_str().unwrap().parse::<Decimal>().unwrap();
        if number(1).is_zero() {
            side.remove(&number(0));
        } else {
            side.insert(number(0), number(1));
        }
    }
}

/// Builds the book by the documented rule, and compares it with another snapshot later.
async fn rebuild(session: &Session, path: &str, speed: &str, api: &str, symbol: &str) -> u64 {
    let name = format!("{}@depth{speed}", symbol.to_lowercase());
    let mut socket = Socket::open(session, &format!("{path}{name}")).await;
    let step = || session.exchange.advance(Duration::from_millis(7_300));
    for _ in 0..5 {
        step();
    }
    let mut book = LocalBook::snapshot(session, api, symbol).await;
    for _ in 0..40 {
        step();
    }
    let last = LocalBook::snapshot(session, api, symbol).await;
    // The last changes are published at the end of their batch.
    session.exchange.advance(Duration::from_millis(500));
    let events = socket.all().await;
    let mut events = events.iter().peekable();
    let id = |event: &Value, field: &str| event[field].as_u64().unwrap();
    while events.next_if(|event| id(event, "u") < book.last).is_some() {}
    let first = events.next().unwrap();
    assert!(
        id(first, "U") <= book.last && id(first, "u") >= book.last,
        "{first}"
    );
    book.update(first);
    let mut applied = 1;
    while book.last < last.last {
        let event = events.next().unwrap();
        assert_eq!(id(event, "pu"), book.last, "{event}");
        book.update(event);
        applied += 1;
    }
    assert_eq!(book, last);
    applied
}

#[tokio::test]
async fn diff_depth_on_a_snapshot_is_the_book_of_rest() {
    let session = moving().await;
    for speed in ["", "@100ms", "@500ms"] {
        let applied = rebuild(&session, "/public/ws/", speed, "fapi", "BTCUSDT").await;
        assert!(applied > 20, "{applied}");
        let applied = rebuild(&session, "/ws/", speed, "dapi", "BTCUSD_PERP").await;
        assert!(applied > 20, "{applied}");
    }
}

#[tokio::test]
async fn diff_depth_of_connections_that_differ_is_the_book_of_rest() {
    let session = Session::with(|builder| builder.moving(true).seed(3).stream_variation(11)).await;
    for speed in ["", "@500ms"] {
        let applied = rebuild(&session, "/public/ws/", speed, "fapi", "BTCUSDT").await;
        assert!(applied > 20, "{applied}");
    }
}

#[tokio::test]
async fn orders_change_the_book_and_its_stream() {
    let session = Session::start().await;
    let mut socket = Socket::open(
        &session,
        "/public/ws/btcusdt@depth@100ms/btcusdt@bookTicker",
    )
    .await;
    let order = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.5";
    let response = session.signed("POST", "/fapi/v1/order", order).await;
    assert_eq!(response.status, 200);
    let ticker = socket.json().await;
    assert_eq!(ticker["e"], "bookTicker");
    session.exchange.advance(Duration::from_millis(100));
    let depth = socket.json().await;
    assert_eq!(
        (&depth["e"], &depth["u"]),
        (&"depthUpdate".into(), &ticker["u"])
    );
    assert_eq!(depth["b"].as_array().unwrap().len(), 0);
    assert_eq!(depth["a"].as_array().unwrap().len(), 1);
    assert_eq!(depth["a"][0][1], ticker["A"]);
}
