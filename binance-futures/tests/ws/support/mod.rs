//! Servers, proxies and certificates for tests, and what several tests share.

#[path = "../../rest/support/certificates.rs"]
pub(crate) mod certificates;
pub(crate) mod exchange;
#[path = "../../rest/support/log.rs"]
#[allow(dead_code, reason = "only some tests use parts of it")]
pub(crate) mod log;
#[path = "../../rest/support/programs.rs"]
pub(crate) mod programs;
#[path = "../../rest/support/proxy.rs"]
pub(crate) mod proxy;
pub(crate) mod server;

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use binance_futures::client::ClientBuilder;
use binance_futures::error::{Error, TransportErrorKind};
use binance_futures::usdm::streams::AggTrades;
use binance_futures::usdm::{self, Usdm};
use binance_futures::ws::Update;
use tokio::time::timeout;

/// How long anything may take that must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A builder of a connector to the streams at a URL. Without a governor, so that every connection is opened at once.
pub(crate) fn builder(url: impl Into<String>) -> ClientBuilder<Usdm> {
    let builder = usdm::Connector::builder().streams_url(url);
    builder.connect_timeout(PATIENCE).governor(None)
}

/// Opens a connection, subscribes to trades, and reads one.
pub(crate) async fn read_trade(builder: ClientBuilder<Usdm>) {
    read_trade_of(&builder.build_connector().unwrap()).await;
}

/// As [`read_trade`], for a connector.
pub(crate) async fn read_trade_of(connector: &usdm::Connector) {
    let mut socket = connector.socket([AggTrades::new("BTCUSDT")]).await.unwrap();
    match timeout(PATIENCE, socket.next()).await.unwrap() {
        Some(Update::Event(trade)) => assert_eq!(trade.id, Some(3_046_118_827)),
        other => panic!("{other:?}"),
    }
    socket.close().await;
}

/// Returns why no connection can be opened.
pub(crate) async fn failure(builder: ClientBuilder<Usdm>) -> Error {
    failure_of(&builder.build_connector().unwrap()).await
}

/// As [`failure`], for a connector.
pub(crate) async fn failure_of(connector: &usdm::Connector) -> Error {
    let opening = connector.socket([AggTrades::new("BTCUSDT")]).into_future();
    timeout(PATIENCE, opening).await.unwrap().unwrap_err()
}

/// Panics unless an error says that there is no connection, for this reason, in one line.
pub(crate) fn assert_not_connected(error: &Error, kind: TransportErrorKind, reason: &str) {
    let Error::Transport(transport) = error else {
        panic!("{error:?}");
    };
    assert_eq!(transport.kind(), kind, "{error:?}");
    let message = error.to_string();
    assert!(
        message.contains(reason) && !message.contains('\n'),
        "{message}"
    );
}

/// Returns an address on which nothing listens.
pub(crate) fn closed_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}
