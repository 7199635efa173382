//! The application decides what is logged: the library never installs a `tracing` subscriber.

#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]
#![cfg(all(feature = "rest", feature = "mock", feature = "usdm"))]

use binance_futures::auth::Credentials;
use binance_futures::mock::Exchange;
use binance_futures::usdm;
use tracing::dispatcher;
use tracing::subscriber::{NoSubscriber, set_global_default};

#[tokio::test]
async fn library_installs_no_subscriber() {
    let exchange = Exchange::start().await.unwrap();
    let (key, secret) = exchange.credentials();
    let credentials = Credentials::hmac(key, secret).unwrap();
    let client = usdm::Client::builder()
        .credentials(credentials.for_environment(exchange.environment()))
        .build()
        .unwrap();
    client.sync_clock().await.unwrap();
    client.send(usdm::Balance::new()).await.unwrap();
    assert!(!dispatcher::has_been_set());
    set_global_default(NoSubscriber::default()).unwrap();
}
