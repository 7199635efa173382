//! The client's clock.

use std::sync::atomic::{AtomicI64, Ordering};

use binance_futures::clock::{Clock, ClockOffset};
use binance_futures::sign::Credentials;
use binance_futures::types::Timestamp;
use binance_futures::usdm::{self, QueryOrder};

use crate::server::{KEY, NOW, Reaction, SECRET, Server, json};

/// Goes on by these milliseconds each time it is looked at.
#[derive(Debug)]
struct Steps(AtomicI64, [i64; 6]);

impl Clock for Steps {
    fn now(&self) -> Timestamp {
        let look = self.0.fetch_add(1, Ordering::Relaxed) as usize;
        Timestamp::from_millis(self.1[look.min(5)])
    }
}

#[tokio::test]
async fn the_answer_that_came_fastest_sets_the_clock() {
    // The second of three questions takes 10 ms, the others 1000; the exchange is five seconds ahead.
    let server = Server::new(|number| {
        let time = [500, 1_505, 2_000][number] + 5_000;
        Reaction::Write(json("200 OK", &format!(r#"{{"serverTime":{time}}}"#)))
    });
    let client = usdm::Client::builder()
        .base_url(&server.url)
        .clock(Steps(
            AtomicI64::new(0),
            [0, 1_000, 1_500, 1_510, 1_600, 2_600],
        ))
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
    let prepared = client.prepare(QueryOrder::new("BTCUSDT", 1)).unwrap();
    assert!(
        prepared
            .query()
            .contains("&timestamp=1591702613000&signature=")
    );
}
