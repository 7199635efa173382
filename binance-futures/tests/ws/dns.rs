//! Name resolution.

use binance_futures::client::Retry;
use binance_futures::error::{Outcome, TransportErrorKind};
use binance_futures::rest::Client;
use binance_futures::usdm::{Ping, Usdm};

use crate::proxies::HOST;
use crate::support::server::{Reply, Server};
use crate::support::{assert_not_connected, builder, closed_address, failure, read_trade};

const REASON: &str = "the host name cannot be resolved";

#[tokio::test]
async fn unknown_host_is_reported() {
    for scheme in ["ws", "wss"] {
        let error = failure(builder(format!("{scheme}://{HOST}")).no_proxy()).await;
        assert_not_connected(&error, TransportErrorKind::Dns, REASON);
        let message = format!("no connection to the exchange ({HOST}): {REASON}");
        assert!(error.to_string().starts_with(&message), "{error}");
    }
}

#[tokio::test]
async fn rest_reports_an_unknown_host_alike() {
    for scheme in ["http", "https"] {
        let client: Client<Usdm> = Client::builder()
            .base_url(format!("{scheme}://{HOST}"))
            .no_proxy()
            .retry(Retry::never())
            .build()
            .unwrap();
        let error = client.send(Ping::new()).await.unwrap_err();
        assert_not_connected(&error, TransportErrorKind::Dns, REASON);
        assert_eq!(error.outcome(), Outcome::NoEffect);
    }
}

#[tokio::test]
async fn name_is_resolved_to_all_addresses_of_this_machine() {
    // Which ones `localhost` has depends on the machine.
    for address in tokio::net::lookup_host(("localhost", 0)).await.unwrap() {
        let Ok(listener) = tokio::net::TcpListener::bind(address).await else {
            continue;
        };
        let server = Server::start(listener, None, Reply::Accept);
        let port = server.address.port();
        read_trade(builder(format!("ws://localhost:{port}"))).await;
        assert_eq!(server.only().header("host"), [format!("localhost:{port}")]);
    }
}

#[tokio::test]
async fn closed_port_is_reported() {
    let closed = closed_address();
    let error = failure(builder(format!("ws://{closed}"))).await;
    assert_not_connected(&error, TransportErrorKind::Connect, &closed.to_string());
}
