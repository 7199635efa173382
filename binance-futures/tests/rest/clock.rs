//! The client's clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use binance_futures::clock::{Clock, ClockOffset};
use binance_futures::types::Timestamp;
use binance_futures::usdm::{self, QueryOrder};

use crate::support::server::{Reply, Server, json_response};
use crate::support::{NOW, credentials, expect_ready};

/// A clock that a test sets.
#[derive(Debug, Clone, Default)]
struct TestClock(Arc<AtomicI64>);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

#[tokio::test]
async fn clock_sync_uses_the_fastest_response() {
    // The second of three requests takes 10 ms. The others take 1000 ms, and the two ways take
    // different times. The exchange is five seconds ahead.
    let clock = TestClock::default();
    let set = clock.clone();
    let server = Server::new(move |number| {
        let (received, processed) = [(1_000, 100), (1_010, 1_005), (2_010, 2_000)][number];
        set.0.store(received, Ordering::Relaxed);
        let time = processed + 5_000;
        Reply::Write(json_response(
            "200 OK",
            &format!(r#"{{"serverTime":{time}}}"#),
        ))
    });
    let client = usdm::Client::builder()
        .base_url(&server.url)
        .clock(clock)
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
async fn failed_clock_sync_keeps_the_offset() {
    let server = Server::responding(json_response("400 Bad Request", "{}"));
    let client = server.client();
    client.set_clock_offset(ClockOffset::from_millis(7));
    assert!(client.sync_clock().await.is_err());
    assert_eq!(client.clock_offset(), ClockOffset::from_millis(7));
}

#[test]
fn timestamp_is_the_time_of_the_exchange() {
    let client = usdm::Client::builder()
        .credentials(credentials())
        .clock(Timestamp::from_millis(NOW))
        .build()
        .unwrap();
    client.set_clock_offset(ClockOffset::from_millis(-943));
    let prepared = expect_ready(client.prepare(QueryOrder::new("BTCUSDT", 1))).unwrap();
    assert!(
        prepared
            .query()
            .contains("&timestamp=1591702613000&signature=")
    );
}
