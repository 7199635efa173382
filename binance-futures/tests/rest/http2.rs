//! HTTP/2.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use binance_futures::error::Error;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::support::certificates::Authority;
use crate::support::log::{capture, captured, error_text};
use crate::support::proxy::{Behavior, Proxy};
use crate::support::signature::verify;
use crate::support::{KEY, PLACED, SECRET, builder, encoded_order, market_order};

/// Starts a server that supports only HTTP/2. Returns its URL and the requests of each connection.
async fn http2(
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

#[tokio::test]
async fn http_2_requests_are_not_logged_with_secrets() {
    capture();
    let authority = Authority::new();
    let (url, received) = http2(&authority.server("127.0.0.1"), "{}").await;
    let client = builder()
        .base_url(url)
        .root_certificate(authority.pem())
        .header("X-Gateway", "s3cr3theader")
        .build()
        .unwrap();
    let order = market_order();
    let mut text = error_text(&client.send(order).await.unwrap_err());
    // The log of the test server must not contain secrets either.
    text += &captured();
    let received = received.lock().unwrap();
    let target = received[0][0].uri().to_string();
    let (_, signature) = target.split_once("signature=").unwrap();
    for secret in [signature, "s3cr3theader", KEY, SECRET, "signature="] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
