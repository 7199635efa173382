//! Servers by TLS: who is trusted gets a request, and nobody else.

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

use crate::certificates::{Authority, self_signed_server};
use crate::proxies::{builder, is_refused, one_order_arrived, order};
use crate::proxy::{Manner, Proxy};
use crate::server::{KEY, Reaction, SECRET, Server, json};
use crate::verifier::verify;

const ORDER: &str = include_str!("../../src/generated/usdm/rest/trade/new_order.json");

#[tokio::test]
async fn a_certificate_of_ones_own_is_trusted() {
    let authority = Authority::new();
    let others = Authority::new().pem() + &Authority::new().pem();
    for pem in [authority.pem(), others.clone() + &authority.pem()] {
        let server = Server::private(authority.server("127.0.0.1"), |_| {
            Reaction::Write(json("200 OK", ORDER))
        });
        let client = builder()
            .base_url(&server.url)
            .root_certificate(others.clone())
            .root_certificate(pem)
            .build()
            .unwrap();
        client.send(order()).await.unwrap();
        one_order_arrived(&server);
    }
}

#[tokio::test]
async fn a_server_that_signed_itself_is_trusted_where_it_is_known() {
    let (tls, pem) = self_signed_server("127.0.0.1");
    let server = Server::private(tls, |_| Reaction::Write(json("200 OK", ORDER)));
    let client = builder()
        .base_url(&server.url)
        .root_certificate(pem)
        .build()
        .unwrap();
    client.send(order()).await.unwrap();
    one_order_arrived(&server);
}

#[tokio::test]
async fn a_server_that_is_not_to_be_trusted_gets_nothing() {
    let authority = Authority::named("Trusted");
    let forger = Authority::named("Trusted");
    for (tls, reason) in [
        (forger.server("127.0.0.1"), "`root_certificate`"),
        (self_signed_server("127.0.0.1").0, "`root_certificate`"),
        (Authority::new().server("127.0.0.1"), "`root_certificate`"),
        (authority.expired_server("127.0.0.1"), "expired"),
        (authority.server("fapi.binance.com"), "not valid for name"),
    ] {
        let server = Server::private(tls, |_| Reaction::Write(json("200 OK", ORDER)));
        let client = builder()
            .base_url(&server.url)
            .root_certificate(authority.pem())
            .build()
            .unwrap();
        let error = client.send(order()).await.unwrap_err();
        is_refused(&error, TransportErrorKind::Tls, reason);
        assert!(error.to_string().contains(&server.address.to_string()));
        let error = client.send(Depth::new("BTCUSDT")).await.unwrap_err();
        is_refused(&error, TransportErrorKind::Tls, reason);
        assert!(server.received().is_empty());
    }
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_gets_nothing() {
    for answer in [json("400 Bad Request", ""), b"SSH-2.0-x\r\n".repeat(9)] {
        let server = Listener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{}", server.local_addr().unwrap());
        std::thread::spawn(move || {
            let (mut stream, _) = server.accept().unwrap();
            std::io::Write::write_all(&mut stream, &answer).unwrap();
            // The greeting of TLS, to the end of the connection.
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        });
        let client = builder().base_url(url).build().unwrap();
        let error = client.send(order()).await.unwrap_err();
        is_refused(&error, TransportErrorKind::Tls, "speaks no TLS");
    }
}

#[tokio::test]
async fn a_server_that_leaves_the_handshake_lying_gets_nothing() {
    let server = Listener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", server.local_addr().unwrap());
    let client = builder()
        .base_url(url)
        .connect_timeout(Duration::from_millis(300))
        .build()
        .unwrap();
    let error = client.send(order()).await.unwrap_err();
    is_refused(&error, TransportErrorKind::Connect, "timed out");
}

#[tokio::test]
async fn a_server_that_wants_tls_and_got_none_may_have_understood() {
    let server = Server::private(Authority::new().server("127.0.0.1"), |_| {
        Reaction::Write(json("200 OK", ORDER))
    });
    let client = builder()
        .base_url(server.url.replace("https:", "http:"))
        .build()
        .unwrap();
    // What came back is no HTTP; nobody can tell from it that nothing was done.
    let error = client.send(order()).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    let error = client.send(Depth::new("BTCUSDT")).await.unwrap_err();
    is_refused(&error, TransportErrorKind::Broken, "");
    assert!(server.received().is_empty());
}

/// A server that speaks HTTP/2 and nothing else, and keeps the requests of each connection.
pub(crate) async fn http2(
    tls: &ServerConfig,
    answer: &'static str,
) -> (String, Arc<Mutex<Vec<Vec<hyper::Request<()>>>>>) {
    let mut tls = tls.clone();
    tls.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(tls));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let received = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&received);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let stream = acceptor.accept(stream).await.unwrap();
            let kept = Arc::clone(&kept);
            let connection = {
                let mut kept = kept.lock().unwrap();
                kept.push(Vec::new());
                kept.len() - 1
            };
            let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                kept.lock().unwrap()[connection].push(request.map(drop));
                async move { Ok::<_, Infallible>(hyper::Response::new(answer.to_owned())) }
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
async fn orders_go_by_http_2_on_one_connection() {
    let authority = Authority::new();
    let (url, received) = http2(&authority.server("127.0.0.1"), ORDER).await;
    let client = builder()
        .base_url(url)
        .root_certificate(authority.pem())
        .build()
        .unwrap();
    client.send(order()).await.unwrap();
    let (one, two) = tokio::join!(client.send(order()), client.send(order()));
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
async fn orders_go_by_http_2_through_a_tunnel() {
    let authority = Authority::new();
    let (url, received) = http2(&authority.server("exchange.invalid"), ORDER).await;
    let address = url.strip_prefix("https://").unwrap().parse().unwrap();
    let proxy = Proxy::new(Manner::Http, address).await;
    let client = builder()
        .base_url("https://exchange.invalid")
        .root_certificate(authority.pem())
        .proxy(format!("http://{}", proxy.address))
        .build()
        .unwrap();
    for _ in 0..2 {
        client.send(order()).await.unwrap();
    }
    assert_eq!(received.lock().unwrap()[0].len(), 2);
    assert_eq!(proxy.asked().len(), 1);
}

#[tokio::test]
async fn an_answer_by_http_2_is_held_to_its_limit() {
    let authority = Authority::new();
    let (url, received) = http2(&authority.server("127.0.0.1"), ORDER).await;
    let client = builder()
        .base_url(url)
        .root_certificate(authority.pem())
        .max_response_size(ORDER.len() - 1)
        .build()
        .unwrap();
    let error = client.send(order()).await.unwrap_err();
    assert!(matches!(error, Error::UnknownOutcome(_)), "{error:?}");
    assert_eq!(received.lock().unwrap()[0].len(), 1);
}
