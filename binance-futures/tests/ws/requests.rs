//! What the handshake sends, and other options of connections.

use binance_futures::error::{Error, InvalidRequest, TransportErrorKind};
use binance_futures::usdm::streams::AggTrades;
use binance_futures::ws::{Cause, Notice, Update};

use crate::support::server::{Reply, Server};
use crate::support::{assert_not_connected, builder, failure, read_trade, read_trade_of};

#[tokio::test]
async fn headers_and_user_agent_are_sent() {
    let server = Server::new().await;
    let builder = builder(&server.url)
        .header("X-Gateway", "first")
        .header("X-Team", "market making, \"desk 5\"")
        .header("x-gateway", "second")
        .user_agent("desk/1.0");
    read_trade(builder).await;
    let handshake = server.only();
    for (name, expected) in [
        ("x-gateway", &["second"][..]),
        ("x-team", &["market making, \"desk 5\""]),
        ("user-agent", &["desk/1.0"]),
        ("host", &[&*server.address.to_string()]),
        ("upgrade", &["websocket"]),
        ("connection", &["Upgrade"]),
        ("sec-websocket-version", &["13"]),
        // Events are small, and compression delays them.
        ("sec-websocket-extensions", &[]),
        ("sec-websocket-protocol", &[]),
        ("x-mbx-apikey", &[]),
    ] {
        assert_eq!(handshake.header(name), expected, "{name}");
    }
}

#[tokio::test]
async fn each_handshake_has_another_key_and_the_default_user_agent() {
    let server = Server::new().await;
    let connector = builder(&server.url).build_connector().unwrap();
    read_trade_of(&connector).await;
    read_trade_of(&connector).await;
    let received = server.received();
    let [first, second] = &received[..] else {
        panic!("{received:?}");
    };
    let key = "sec-websocket-key";
    assert_eq!(first.header(key).len(), 1);
    assert_ne!(first.header(key), second.header(key));
    let version = concat!("binance-futures/", env!("CARGO_PKG_VERSION"));
    assert_eq!(first.header("user-agent"), [version]);
}

#[test]
fn headers_of_the_handshake_cannot_be_set() {
    for name in [
        "Sec-WebSocket-Key",
        "sec-websocket-extensions",
        "Sec-WebSocket-Protocol",
        "Connection",
        "Upgrade",
        "Host",
        "User-Agent",
        "X-MBX-APIKEY",
    ] {
        let built = builder("ws://localhost")
            .header(name, "s3cr3t")
            .build_connector();
        match built.unwrap_err() {
            Error::InvalidRequest(InvalidRequest::Header { name: found, .. }) => {
                assert_eq!(found, name);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn connections_come_from_the_local_address() {
    let server = Server::new().await;
    for address in ["127.0.0.2", "127.0.0.3"] {
        read_trade(builder(&server.url).local_address(address.parse().unwrap())).await;
        let received = server.received();
        assert_eq!(received.last().unwrap().peer.ip().to_string(), address);
    }
    // An address that is reserved for documentation, so no machine has it.
    let builder = builder(&server.url).local_address("192.0.2.1".parse().unwrap());
    assert_not_connected(&failure(builder).await, TransportErrorKind::Connect, "");
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn message_above_the_maximum_size_ends_the_connection() {
    const SIZE: usize = 100_000;
    for (max, survives) in [(SIZE, true), (SIZE - 1, false)] {
        let server = Server::replying(Reply::AcceptWith(SIZE)).await;
        let connector = builder(&server.url).max_message_size(max).build_connector();
        let opening = connector
            .unwrap()
            .socket(Vec::<AggTrades>::new())
            .group("market");
        let mut socket = opening.await.unwrap();
        match socket.next().await {
            Some(Update::Notice(Notice::Malformed(malformed))) if survives => {
                assert_eq!(malformed.text.len(), SIZE);
            }
            Some(Update::Notice(Notice::Closed(Cause::Broken(error)))) if !survives => {
                assert!(matches!(&*error, Error::Transport(_)), "{error:?}");
                assert!(error.to_string().contains(&SIZE.to_string()), "{error}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn ipv6_address_is_a_valid_host() {
    // Some machines have no IPv6.
    let Ok(listener) = tokio::net::TcpListener::bind("[::1]:0").await else {
        return;
    };
    let server = Server::start(listener, None, Reply::Accept);
    assert!(server.url.starts_with("ws://[::1]:"));
    read_trade(builder(&server.url)).await;
    assert_eq!(server.only().header("host"), [server.address.to_string()]);
}
