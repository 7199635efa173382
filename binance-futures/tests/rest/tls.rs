//! TLS: only a trusted server receives requests.

use std::net::TcpListener;
use std::time::Duration;

use binance_futures::error::{Outcome, TransportErrorKind};
use binance_futures::usdm::Depth;

use crate::support::certificates::{Authority, self_signed_server};
use crate::support::server::{Reply, Server, json_response};
use crate::support::{PLACED, assert_not_sent, assert_one_order_arrived, builder, encoded_order};

#[tokio::test]
async fn extra_root_certificate_is_trusted() {
    let authority = Authority::new();
    let others = Authority::new().pem() + &Authority::new().pem();
    for pem in [authority.pem(), others.clone() + &authority.pem()] {
        let server = Server::with_tls(authority.server("127.0.0.1"), |_| {
            Reply::Write(json_response("200 OK", PLACED))
        });
        let client = builder()
            .base_url(&server.url)
            .root_certificate(others.clone())
            .root_certificate(pem)
            .build()
            .unwrap();
        client.send(encoded_order()).await.unwrap();
        assert_one_order_arrived(&server);
    }
}

#[tokio::test]
async fn self_signed_certificate_is_trusted_if_it_is_a_root_certificate() {
    let (tls, pem) = self_signed_server("127.0.0.1");
    let server = Server::with_tls(tls, |_| Reply::Write(json_response("200 OK", PLACED)));
    let client = builder()
        .base_url(&server.url)
        .root_certificate(pem)
        .build()
        .unwrap();
    client.send(encoded_order()).await.unwrap();
    assert_one_order_arrived(&server);
}

#[tokio::test]
async fn untrusted_server_receives_nothing() {
    let authority = Authority::named("Trusted");
    let forger = Authority::named("Trusted");
    for (tls, reason) in [
        (forger.server("127.0.0.1"), "`root_certificate`"),
        (self_signed_server("127.0.0.1").0, "`root_certificate`"),
        (Authority::new().server("127.0.0.1"), "`root_certificate`"),
        (authority.expired_server("127.0.0.1"), "expired"),
        (authority.server("fapi.binance.com"), "not valid for name"),
    ] {
        let server = Server::with_tls(tls, |_| Reply::Write(json_response("200 OK", PLACED)));
        let client = builder()
            .base_url(&server.url)
            .root_certificate(authority.pem())
            .build()
            .unwrap();
        let error = client.send(encoded_order()).await.unwrap_err();
        assert_not_sent(&error, TransportErrorKind::Tls, reason);
        assert!(error.to_string().contains(&server.address.to_string()));
        let error = client.send(Depth::new("BTCUSDT")).await.unwrap_err();
        assert_not_sent(&error, TransportErrorKind::Tls, reason);
        assert!(server.received().is_empty());
    }
}

#[tokio::test]
async fn server_without_tls_receives_nothing() {
    for response in [
        json_response("400 Bad Request", ""),
        b"SSH-2.0-x\r\n".repeat(9),
    ] {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{}", server.local_addr().unwrap());
        std::thread::spawn(move || {
            let (mut stream, _) = server.accept().unwrap();
            std::io::Write::write_all(&mut stream, &response).unwrap();
            // Reads the TLS handshake until the connection closes.
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        });
        let client = builder().base_url(url).build().unwrap();
        let error = client.send(encoded_order()).await.unwrap_err();
        assert_not_sent(&error, TransportErrorKind::Tls, "does not use TLS");
    }
}

#[tokio::test]
async fn server_that_never_answers_the_handshake_receives_nothing() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", server.local_addr().unwrap());
    let client = builder()
        .base_url(url)
        .connect_timeout(Duration::from_millis(300))
        .build()
        .unwrap();
    let error = client.send(encoded_order()).await.unwrap_err();
    assert_not_sent(&error, TransportErrorKind::Connect, "timed out");
}

#[tokio::test]
async fn plain_http_to_a_tls_server_has_an_unknown_outcome() {
    let server = Server::with_tls(Authority::new().server("127.0.0.1"), |_| {
        Reply::Write(json_response("200 OK", PLACED))
    });
    let client = builder()
        .base_url(server.url.replace("https:", "http:"))
        .build()
        .unwrap();
    // The response is not HTTP, so it does not prove that nothing was executed.
    let error = client.send(encoded_order()).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    let error = client.send(Depth::new("BTCUSDT")).await.unwrap_err();
    assert_not_sent(&error, TransportErrorKind::Broken, "");
    assert!(server.received().is_empty());
}
