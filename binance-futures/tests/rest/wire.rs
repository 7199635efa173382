//! What goes with a request, where it goes, and where it leaves from.

use std::net::TcpListener;

use binance_futures::error::TransportErrorKind;
use binance_futures::usdm::Depth;

use crate::proxies::{builder, is_refused, one_order_arrived, order};
use crate::server::{Reaction, Server, json};
use crate::verifier::verify;

const ORDER: &str = include_str!("../../src/generated/usdm/rest/trade/new_order.json");

#[tokio::test]
async fn headers_of_ones_own_go_with_every_request() {
    let server = Server::answering(json("200 OK", ORDER));
    let client = builder()
        .base_url(&server.url)
        .header("X-Gateway", "first")
        .header("X-Team", "market making, \"desk 5\"")
        .header("x-gateway", "second")
        .user_agent("desk/1.0")
        .build()
        .unwrap();
    client.send(order()).await.unwrap();
    one_order_arrived(&server);
    let _ = client.send(Depth::new("BTCUSDT")).await;
    for received in server.received() {
        let of = |name: &str| {
            let all = received.headers.iter();
            all.filter(|(of, _)| of.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(of("x-gateway"), ["second"]);
        assert_eq!(of("x-team"), ["market making, \"desk 5\""]);
        assert_eq!(of("user-agent"), ["desk/1.0"]);
        assert_eq!(of("accept-encoding"), [""; 0]);
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn requests_leave_from_the_address_that_was_said() {
    let server = Server::answering(json("200 OK", ORDER));
    for address in ["127.0.0.2", "127.0.0.3"] {
        let client = builder()
            .base_url(&server.url)
            .local_address(address.parse().unwrap())
            .build()
            .unwrap();
        client.send(order()).await.unwrap();
        let received = server.received();
        assert_eq!(received.last().unwrap().peer.ip().to_string(), address);
    }
    // An address of documentation, which no machine has.
    let client = builder()
        .base_url(&server.url)
        .local_address("192.0.2.1".parse().unwrap())
        .build()
        .unwrap();
    let error = client.send(order()).await.unwrap_err();
    is_refused(&error, TransportErrorKind::Connect, "");
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn a_path_in_the_base_url_goes_before_every_requests_own() {
    for (path, before) in [
        ("", ""),
        ("/", ""),
        ("/binance", "/binance"),
        ("/a/b%20c/", "/a/b%20c"),
    ] {
        let server = Server::answering(json("200 OK", ORDER));
        let client = builder()
            .base_url(format!("{}{path}", server.url))
            .build()
            .unwrap();
        client.send(order()).await.unwrap();
        let received = server.received();
        let rest = received[0].target.strip_prefix(before).unwrap();
        assert!(rest.starts_with("/fapi/v1/order?"), "{rest}");
        verify(rest, crate::server::SECRET);
        let host = server.address.to_string();
        assert_eq!(received[0].header("host"), Some(&*host));
    }
}

#[tokio::test]
async fn an_address_of_ip_6_is_a_host() {
    // Some machines have none.
    let Ok(listener) = TcpListener::bind("[::1]:0") else {
        return;
    };
    let server = Server::listening(listener, None, |_| Reaction::Write(json("200 OK", ORDER)));
    assert!(server.url.starts_with("http://[::1]:"));
    let client = builder().base_url(&server.url).build().unwrap();
    client.send(order()).await.unwrap();
    one_order_arrived(&server);
}
