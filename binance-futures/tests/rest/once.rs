//! A request is sent once, whatever happens to its answer.

use std::time::Duration;

use binance_futures::auth::Credentials;
use binance_futures::error::{Error, Outcome, TransportErrorKind, UnknownCause};
use binance_futures::rest::Sendable;
use binance_futures::types::{Decimal, Side, TimeInForce};
use binance_futures::usdm::{self, Depth, NewOrder};

use crate::server::{Reaction, Server, json};

const ORDER: &str = include_str!("../../src/generated/usdm/rest/trade/new_order.json");

fn order() -> NewOrder {
    NewOrder::limit(
        "BTCUSDT",
        Side::Buy,
        Decimal::ONE,
        Decimal::from(9_000),
        TimeInForce::Gtc,
    )
    .client_order_id("entry-7")
}

fn is_unknown(error: &Error) {
    let Error::UnknownOutcome(unknown) = error else {
        panic!("{error:?}");
    };
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(
        (unknown.symbol(), unknown.id()),
        (Some("BTCUSDT"), Some("entry-7"))
    );
    assert_eq!(unknown.lookup.unwrap().request, "usdm::QueryOrder");
    assert_eq!(unknown.parameter("price"), Some("9000"));
    assert_eq!(unknown.parameter("timestamp"), None);
    assert_eq!(
        error.to_string(),
        "usdm::NewOrder may have been executed; ask usdm::QueryOrder for entry-7"
    );
}

/// Sends an order to a server that breaks its answer off after each number of bytes.
async fn cut(answer: Vec<u8>) {
    let bytes = answer.clone();
    let server = Server::new(move |number| Reaction::Write(bytes[..number].to_vec()));
    let client = server.eager_client();
    for length in 0..answer.len() {
        is_unknown(&client.send(order()).await.unwrap_err());
        assert_eq!(server.received().len(), length + 1);
    }
    client.send(order()).await.unwrap();
    assert_eq!(server.received().len(), answer.len() + 1);
}

#[tokio::test]
async fn an_order_is_sent_once_wherever_its_answer_breaks_off() {
    cut(json("200 OK", ORDER.trim())).await;
}

#[tokio::test]
async fn an_order_is_sent_once_wherever_an_answer_in_pieces_breaks_off() {
    let (one, two) = ORDER.trim().split_at(100);
    let pieces = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{:x}\r\n{one}\r\n{:x}\r\n{two}\r\n0\r\n\r\n",
        one.len(),
        two.len()
    );
    cut(pieces.into_bytes()).await;
}

#[tokio::test]
async fn an_order_is_sent_once_wherever_an_answer_of_unknown_length_breaks_off() {
    cut(format!(
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}",
        ORDER.trim()
    )
    .into_bytes())
    .await;
}

#[tokio::test]
async fn an_order_that_gets_no_answer_in_time_may_have_been_executed() {
    let server = Server::new(|_| Reaction::Silence);
    let call = order().with().timeout(Duration::from_millis(50));
    let error = server.eager_client().send(call).await.unwrap_err();
    is_unknown(&error);
    let Error::UnknownOutcome(unknown) = error else {
        unreachable!();
    };
    assert!(
        matches!(&unknown.cause, UnknownCause::Transport(error) if error.kind() == TransportErrorKind::Timeout)
    );
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_question_that_gets_no_answer_has_changed_nothing_and_is_not_repeated() {
    let server = Server::new(|number| match number {
        0 => Reaction::Silence,
        _ => Reaction::Write(b"HTTP/1.1 200".to_vec()),
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

#[tokio::test]
async fn an_order_that_never_left_was_not_sent() {
    let url = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let mut server = Server::answering(Vec::new());
    server.url = url;
    let error = server.client().send(order()).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NoEffect);
    assert!(
        matches!(&error, Error::Transport(error) if error.kind() == TransportErrorKind::Connect)
    );
    let place = server.url.replace("http://", "");
    assert!(
        error
            .to_string()
            .starts_with(&format!("no connection to the exchange ({place}): ")),
        "{error}"
    );
}

#[tokio::test]
async fn an_order_that_met_no_tls_or_no_proxy_was_not_sent() {
    let server =
        Server::answering(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".to_vec());
    let nobody = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let builder = || {
        usdm::Client::builder()
            .credentials(Credentials::hmac("key", "secret").unwrap())
            .base_url(server.url.replace("http:", "https:"))
            .timeout(Duration::from_secs(2))
    };
    for (client, kind) in [
        // It waits for what it would understand, and is not waited for.
        (builder(), TransportErrorKind::Connect),
        (builder().proxy(&server.url), TransportErrorKind::Proxy),
        (
            builder().proxy(format!("http://{nobody}")),
            TransportErrorKind::Proxy,
        ),
        (
            builder().proxy(format!("socks5://user:password@{nobody}")),
            TransportErrorKind::Proxy,
        ),
        (
            builder().proxy(format!("https://{nobody}")),
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
