//! A request is sent once, whatever happens to its response.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use binance_futures::client::WithOptions;
use binance_futures::error::{Error, Outcome, TransportErrorKind, UnknownCause};
use binance_futures::usdm::{Depth, NewOrder};

use crate::support::server::{Reply, Server, json_response};
use crate::support::{PLACED, builder, immediate_retries, limit_order};

fn order() -> NewOrder {
    limit_order("BTCUSDT").client_order_id("entry-7")
}

/// Panics unless an error says that the order may have been executed, and how to look it up.
fn assert_unknown(error: &Error) {
    let Error::UnknownOutcome(unknown) = error else {
        panic!("{error:?}");
    };
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(unknown.name, "usdm::NewOrder");
    assert_eq!(unknown.client_order_id().unwrap().as_str(), "entry-7");
    assert_eq!(unknown.lookup, Some("usdm::QueryOrder"));
    assert_eq!(unknown.request::<NewOrder>(), Some(&order()));
    assert_eq!(
        error.to_string(),
        "usdm::NewOrder may have been executed; look it up with usdm::QueryOrder by client order id entry-7"
    );
}

/// Sends an order to a server that cuts its response after each number of bytes.
async fn cut_at_every_byte(response: Vec<u8>) {
    let bytes = response.clone();
    let server = Server::new(move |number| Reply::Write(bytes[..number].to_vec()));
    let client = server.retrying_client();
    for length in 0..response.len() {
        assert_unknown(&client.send(order()).await.unwrap_err());
        assert_eq!(server.received().len(), length + 1);
    }
    client.send(order()).await.unwrap();
    assert_eq!(server.received().len(), response.len() + 1);
}

#[tokio::test]
async fn order_with_a_cut_response_is_sent_once() {
    cut_at_every_byte(json_response("200 OK", PLACED.trim())).await;
}

#[tokio::test]
async fn order_with_a_cut_chunked_response_is_sent_once() {
    let (one, two) = PLACED.trim().split_at(100);
    let chunked = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{:x}\r\n{one}\r\n{:x}\r\n{two}\r\n0\r\n\r\n",
        one.len(),
        two.len()
    );
    cut_at_every_byte(chunked.into_bytes()).await;
}

#[tokio::test]
async fn order_with_a_cut_response_of_unknown_length_is_sent_once() {
    let body = PLACED.trim();
    let response = format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{body}");
    cut_at_every_byte(response.into_bytes()).await;
}

#[tokio::test]
async fn order_that_times_out_has_an_unknown_outcome() {
    let server = Server::new(|_| Reply::Hang);
    let call = order().with().timeout(Duration::from_millis(50));
    let error = server.retrying_client().send(call).await.unwrap_err();
    assert_unknown(&error);
    let Error::UnknownOutcome(unknown) = error else {
        unreachable!();
    };
    assert!(
        matches!(&unknown.cause, UnknownCause::Transport(error) if error.kind() == TransportErrorKind::Timeout)
    );
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn read_only_request_without_a_response_has_no_effect() {
    let server = Server::new(|number| match number {
        0 => Reply::Hang,
        _ => Reply::Write(b"HTTP/1.1 200".to_vec()),
    });
    let client = server.client();
    for kind in [TransportErrorKind::Timeout, TransportErrorKind::Broken] {
        let call = Depth::new("BTCUSDT")
            .with()
            .timeout(Duration::from_millis(100));
        let error = client.send(call).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NoEffect);
        assert!(matches!(error, Error::Transport(error) if error.kind() == kind));
    }
    assert_eq!(server.received().len(), 2);
}

/// Returns an address where nothing listens.
fn closed_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

#[tokio::test]
async fn order_without_a_connection_was_not_sent() {
    let address = closed_port();
    let client = builder().base_url(format!("http://{address}"));
    let error = client.build().unwrap().send(order()).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NoEffect);
    assert!(
        matches!(&error, Error::Transport(error) if error.kind() == TransportErrorKind::Connect)
    );
    assert!(
        error
            .to_string()
            .starts_with(&format!("no connection to the exchange ({address}): ")),
        "{error}"
    );
}

#[tokio::test]
async fn order_without_tls_or_without_the_proxy_was_not_sent() {
    let server =
        Server::responding(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".to_vec());
    let closed = closed_port();
    let builder = || {
        builder()
            .base_url(server.url.replace("http:", "https:"))
            .retry(immediate_retries())
            .timeout(Duration::from_secs(2))
    };
    for (client, kind) in [
        // The server waits for the end of a request that it cannot understand, until `connect_timeout` elapses.
        (builder(), TransportErrorKind::Connect),
        (builder().proxy(&server.url), TransportErrorKind::Proxy),
        (
            builder().proxy(format!("http://{closed}")),
            TransportErrorKind::Proxy,
        ),
        (
            builder().proxy(format!("socks5://user:password@{closed}")),
            TransportErrorKind::Proxy,
        ),
        (
            builder().proxy(format!("https://{closed}")),
            TransportErrorKind::Proxy,
        ),
    ] {
        let error = client.build().unwrap().send(order()).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NoEffect);
        assert!(
            matches!(&error, Error::Transport(error) if error.kind() == kind),
            "{error:?}"
        );
    }
}
