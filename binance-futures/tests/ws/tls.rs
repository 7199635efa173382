//! TLS: connections are opened to trusted servers only.

use std::net::TcpListener;
use std::time::Duration;

use binance_futures::error::TransportErrorKind;

use crate::support::certificates::{Authority, self_signed_server};
use crate::support::server::{Reply, Server, response};
use crate::support::{assert_not_connected, builder, failure, read_trade, read_trade_of};

#[tokio::test]
async fn extra_root_certificate_is_trusted() {
    let authority = Authority::new();
    let (self_signed, pem) = self_signed_server("127.0.0.1");
    for (tls, pem) in [
        (authority.server("127.0.0.1"), authority.pem()),
        (self_signed, pem),
    ] {
        let server = Server::with_tls(tls).await;
        read_trade(
            builder(&server.url)
                .root_certificate(Authority::new().pem())
                .root_certificate(pem),
        )
        .await;
        assert_eq!(server.only().target, "GET /market/stream HTTP/1.1");
    }
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
        (
            authority.server("fstream.binance.com"),
            "not valid for name",
        ),
    ] {
        let server = Server::with_tls(tls).await;
        let error = failure(builder(&server.url).root_certificate(authority.pem())).await;
        assert_not_connected(&error, TransportErrorKind::Tls, reason);
        assert!(error.to_string().contains(&server.address.to_string()));
        assert!(server.received().is_empty());
    }
}

#[tokio::test]
async fn server_without_tls_receives_nothing() {
    for reply in [
        response("400 Bad Request", &[], ""),
        b"SSH-2.0-x\r\n".repeat(9),
    ] {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("wss://{}", server.local_addr().unwrap());
        std::thread::spawn(move || {
            let (mut stream, _) = server.accept().unwrap();
            std::io::Write::write_all(&mut stream, &reply).unwrap();
            // Reads the TLS handshake until the connection closes.
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        });
        let error = failure(builder(url)).await;
        assert_not_connected(&error, TransportErrorKind::Tls, "does not use TLS");
    }
}

#[tokio::test]
async fn tls_handshake_without_a_reply_ends_in_time() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("wss://{}", server.local_addr().unwrap());
    let error = failure(builder(url).connect_timeout(Duration::from_millis(300))).await;
    assert_not_connected(&error, TransportErrorKind::Connect, "timed out");
}

#[tokio::test]
async fn connection_without_tls_to_a_tls_server_is_not_opened() {
    let server = Server::with_tls(Authority::new().server("127.0.0.1")).await;
    let error = failure(builder(server.url.replace("wss:", "ws:"))).await;
    assert_not_connected(&error, TransportErrorKind::Connect, "");
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn tls_sessions_resume_on_all_connections_of_a_connector() {
    let authority = Authority::new();
    let server = Server::with_tls(authority.server("127.0.0.1")).await;
    let builder = builder(&server.url).root_certificate(authority.pem());
    let connector = builder.build_connector().unwrap();
    read_trade_of(&connector).await;
    read_trade_of(&connector).await;
    read_trade_of(&connector.clone()).await;
    let resumed = server.received();
    let resumed: Vec<_> = resumed.iter().map(|received| received.is_resumed).collect();
    assert_eq!(resumed, [false, true, true]);
}

#[tokio::test]
async fn http2_is_not_offered() {
    let authority = Authority::new();
    let tls = authority.server("127.0.0.1");
    let mut tls = (*tls).clone();
    // A server that speaks both chooses HTTP/2 if it is offered, which cannot be upgraded.
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server::start(listener, Some(tls.into()), Reply::Accept);
    read_trade(builder(&server.url).root_certificate(authority.pem())).await;
}
