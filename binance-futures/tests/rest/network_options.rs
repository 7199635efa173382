//! Extra headers, the local address, and the base URL.

use std::net::TcpListener;

use binance_futures::error::TransportErrorKind;
use binance_futures::usdm::Depth;

use crate::support::server::{Reply, Server, json_response};
use crate::support::signature::verify;
use crate::support::{
    PLACED, SECRET, assert_not_sent, assert_one_order_arrived, builder, encoded_order,
};

#[tokio::test]
async fn extra_headers_are_sent_with_every_request() {
    let server = Server::responding(json_response("200 OK", PLACED));
    let client = builder()
        .base_url(&server.url)
        .header("X-Gateway", "first")
        .header("X-Team", "market making, \"desk 5\"")
        .header("x-gateway", "second")
        .user_agent("desk/1.0")
        .build()
        .unwrap();
    client.send(encoded_order()).await.unwrap();
    assert_one_order_arrived(&server);
    let _ = client.send(Depth::new("BTCUSDT")).await;
    for received in server.received() {
        let values = |name: &str| {
            let all = received.headers.iter();
            all.filter(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(values("x-gateway"), ["second"]);
        assert_eq!(values("x-team"), ["market making, \"desk 5\""]);
        assert_eq!(values("user-agent"), ["desk/1.0"]);
        assert_eq!(values("accept-encoding"), [""; 0]);
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn requests_come_from_the_local_address() {
    let server = Server::responding(json_response("200 OK", PLACED));
    for address in ["127.0.0.2", "127.0.0.3"] {
        let client = builder()
            .base_url(&server.url)
            .local_address(address.parse().unwrap())
            .build()
            .unwrap();
        client.send(encoded_order()).await.unwrap();
        let received = server.received();
        assert_eq!(received.last().unwrap().peer.ip().to_string(), address);
    }
    // An address that is reserved for documentation, so no machine has it.
    let client = builder()
        .base_url(&server.url)
        .local_address("192.0.2.1".parse().unwrap())
        .build()
        .unwrap();
    let error = client.send(encoded_order()).await.unwrap_err();
    assert_not_sent(&error, TransportErrorKind::Connect, "");
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn path_of_the_base_url_is_prepended() {
    for (path, prefix) in [
        ("", ""),
        ("/", ""),
        ("/binance", "/binance"),
        ("/a/b%20c/", "/a/b%20c"),
    ] {
        let server = Server::responding(json_response("200 OK", PLACED));
        let client = builder()
            .base_url(format!("{}{path}", server.url))
            .build()
            .unwrap();
        client.send(encoded_order()).await.unwrap();
        let received = server.received();
        let rest = received[0].target.strip_prefix(prefix).unwrap();
        assert!(rest.starts_with("/fapi/v1/order?"), "{rest}");
        verify(rest, SECRET);
        let host = server.address.to_string();
        assert_eq!(received[0].header("host"), Some(&*host));
    }
}

#[tokio::test]
async fn ipv6_address_is_a_valid_host() {
    // Some machines have no IPv6.
    let Ok(listener) = TcpListener::bind("[::1]:0") else {
        return;
    };
    let server = Server::start(listener, None, |_| {
        Reply::Write(json_response("200 OK", PLACED))
    });
    assert!(server.url.starts_with("http://[::1]:"));
    let client = builder().base_url(&server.url).build().unwrap();
    client.send(encoded_order()).await.unwrap();
    assert_one_order_arrived(&server);
}
