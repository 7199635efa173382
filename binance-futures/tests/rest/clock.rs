//! The client's clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use binance_futures::auth::Credentials;
use binance_futures::clock::{Clock, ClockOffset};
use binance_futures::types::Timestamp;
use binance_futures::usdm::{self, QueryOrder};

use crate::server::{KEY, NOW, Reaction, SECRET, Server, json, ready};

/// Shows what the test says.
#[derive(Debug, Clone, Default)]
struct Hand(Arc<AtomicI64>);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

#[tokio::test]
async fn the_answer_that_came_fastest_sets_the_clock() {
    // The second of three questions takes 10 ms, the others 1000, and not as long there as back; the exchange is five seconds ahead.
    let hand = Hand::default();
    let clock = hand.clone();
    let server = Server::new(move |number| {
        let (heard, told) = [(1_000, 100), (1_010, 1_005), (2_010, 2_000)][number];
        clock.0.store(heard, Ordering::Relaxed);
        let time = told + 5_000;
        Reaction::Write(json("200 OK", &format!(r#"{{"serverTime":{time}}}"#)))
    });
    let client = usdm::Client::builder()
        .base_url(&server.url)
        .clock(hand)
        .build()
        .unwrap();
    assert_eq!(
        client.sync_clock().await.unwrap(),
        ClockOffset::from_millis(5_000)
    );
    assert_eq!(
        client.clone().clock_offset(),
        ClockOffset::from_millis(5_000)
    );
}

#[tokio::test]
async fn a_clock_that_cannot_be_set_stays() {
    let server = Server::answering(json("400 Bad Request", "{}"));
    let client = server.client();
    client.set_clock_offset(ClockOffset::from_millis(7));
    assert!(client.sync_clock().await.is_err());
    assert_eq!(client.clock_offset(), ClockOffset::from_millis(7));
}

#[test]
fn timestamps_are_the_exchanges() {
    let client = usdm::Client::builder()
        .credentials(Credentials::hmac(KEY, SECRET).unwrap())
        .clock(Timestamp::from_millis(NOW))
        .build()
        .unwrap();
    client.set_clock_offset(ClockOffset::from_millis(-943));
    let prepared = ready(client.prepare(QueryOrder::new("BTCUSDT", 1))).unwrap();
    assert!(
        prepared
            .query()
            .contains("&timestamp=1591702613000&signature=")
    );
}
