//! TLS: only a trusted server receives requests.

use std::convert::Infallible;
use std::net::TcpListener as Listener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use binance_futures::error::{Error, Outcome, TransportErrorKind};
use binance_futures::usdm::Depth;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::support::certificates::{Authority, self_signed_server};
use crate::support::proxy::{Behavior, Proxy};
use crate::support::server::{Reply, Server, json_response};
use crate::support::signature::verify;
use crate::support::{
    KEY, PLACED, SECRET, assert_not_sent, assert_one_order_arrived, builder, encoded_order,
};

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
        let server = Listener::bind("127.0.0.1:0").unwrap();
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
    let server = Listener::bind("127.0.0.1:0").unwrap();
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

/// Starts a server that supports only HTTP/2. Returns its URL and the requests of each connection.
pub(crate) async fn http2(
    tls: &ServerConfig,
    body: &'static str,
) -> (String, Arc<Mutex<Vec<Vec<hyper::Request<()>>>>>) {
    let mut tls = tls.clone();
    tls.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(tls));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let received = Arc::new(Mutex::new(Vec::new()));
    let recorded = Arc::clone(&received);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let stream = acceptor.accept(stream).await.unwrap();
            let recorded = Arc::clone(&recorded);
            let connection = {
                let mut recorded = recorded.lock().unwrap();
                recorded.push(Vec::new());
                recorded.len() - 1
            };
            let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                recorded.lock().unwrap()[connection].push(request.map(drop));
                async move { Ok::<_, Infallible>(hyper::Response::new(body.to_owned())) }
            });
            tokio::spawn(async move {
                let _ = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
    (url, received)
}

#[tokio::test]
async fn orders_share_one_http_2_connection() {
    let authority = Authority::new();
    let (url, received) = http2(&authority.server("127.0.0.1"), PLACED).await;
    let client = builder()
        .base_url(url)
        .root_certificate(authority.pem())
        .build()
        .unwrap();
    client.send(encoded_order()).await.unwrap();
    let (one, two) = tokio::join!(client.send(encoded_order()), client.send(encoded_order()));
    assert!(one.is_ok() && two.is_ok());
    let received = received.lock().unwrap();
    let [requests] = &received[..] else {
        panic!("{received:?}");
    };
    assert_eq!(requests.len(), 3);
    for request in requests {
        assert_eq!(request.version(), hyper::Version::HTTP_2);
        assert_eq!(request.headers()["x-mbx-apikey"], KEY);
        let target = request.uri().path_and_query().unwrap().as_str();
        let parameters = verify(target, SECRET);
        assert!(parameters.contains(&("symbol".to_owned(), "BTCUSDT".to_owned())));
    }
}

#[tokio::test]
async fn orders_use_http_2_through_a_tunnel() {
    let authority = Authority::new();
    let (url, received) = http2(&authority.server("exchange.invalid"), PLACED).await;
    let address = url.strip_prefix("https://").unwrap().parse().unwrap();
    let proxy = Proxy::new(Behavior::Http, address).await;
    let client = builder()
        .base_url("https://exchange.invalid")
        .root_certificate(authority.pem())
        .proxy(format!("http://{}", proxy.address))
        .build()
        .unwrap();
    for _ in 0..2 {
        client.send(encoded_order()).await.unwrap();
    }
    assert_eq!(received.lock().unwrap()[0].len(), 2);
    assert_eq!(proxy.requests().len(), 1);
}

#[tokio::test]
async fn http_2_response_has_a_maximum_size() {
    let authority = Authority::new();
    let (url, received) = http2(&authority.server("127.0.0.1"), PLACED).await;
    let client = builder()
        .base_url(url)
        .root_certificate(authority.pem())
        .max_response_size(PLACED.len() - 1)
        .build()
        .unwrap();
    let error = client.send(encoded_order()).await.unwrap_err();
    assert!(matches!(error, Error::UnknownOutcome(_)), "{error:?}");
    assert_eq!(received.lock().unwrap()[0].len(), 1);
}
