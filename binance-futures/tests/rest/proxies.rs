//! Requests through proxies arrive as they were sent, and a request that a proxy refuses is not sent.

use std::net::TcpListener;
use std::time::Duration;

use binance_futures::error::{Outcome, TransportErrorKind};
use binance_futures::usdm::Depth;

use crate::support::certificates::Authority;
use crate::support::proxy::{Behavior, Proxy, ProxyRequest};
use crate::support::server::{Reply, Server, json_response};
use crate::support::{PLACED, assert_not_sent, assert_one_order_arrived, builder, encoded_order};

/// A host name that only the proxies of the tests know.
pub(crate) const HOST: &str = "exchange.invalid";

/// `a@b` and `p:/ä`: as they are written in a URL, as they are, and as a header contains them.
pub(crate) const URL_CREDENTIALS: &str = "a%40b:p%3A%2F%C3%A4";
pub(crate) const PLAIN_CREDENTIALS: &str = "a@b:p:/ä";
pub(crate) const HEADER_CREDENTIALS: &str = "Basic YUBiOnA6L8Ok";

/// An exchange with that host name, with TLS or without.
pub(crate) fn exchange(scheme: &str, authority: &Authority) -> Server {
    let reply = |_| Reply::Write(json_response("200 OK", PLACED));
    match scheme {
        "https" => Server::with_tls(authority.server(HOST), reply),
        _ => Server::new(reply),
    }
}

/// A proxy that is reached over TLS if the scheme is `https`.
pub(crate) async fn proxy(
    scheme: &str,
    behavior: Behavior,
    server: &Server,
    authority: &Authority,
) -> Proxy {
    match scheme {
        "https" => {
            let tls = authority.server("127.0.0.1");
            Proxy::with_tls(behavior, server.address, tls).await
        }
        _ => Proxy::new(behavior, server.address).await,
    }
}

/// Returns the only request that a proxy received.
pub(crate) fn only_request(proxy: &Proxy) -> ProxyRequest {
    match &proxy.requests()[..] {
        [request] => request.clone(),
        requests => panic!("{requests:?}"),
    }
}

#[tokio::test]
async fn order_arrives_through_an_http_proxy() {
    let authority = Authority::new();
    for scheme in ["http", "https"] {
        for proxy_scheme in ["http", "https"] {
            for credentials in ["", URL_CREDENTIALS] {
                let server = exchange(scheme, &authority);
                let proxy = proxy(proxy_scheme, Behavior::Http, &server, &authority).await;
                let client = builder()
                    .base_url(format!("{scheme}://{HOST}"))
                    .root_certificate(authority.pem())
                    .proxy(format!("{proxy_scheme}://{credentials}@{}", proxy.address))
                    .build()
                    .unwrap();
                client.send(encoded_order()).await.unwrap();
                assert_one_order_arrived(&server);
                let request = only_request(&proxy);
                match scheme {
                    "https" => assert_eq!(request.target, format!("CONNECT {HOST}:443")),
                    _ => assert!(
                        request
                            .target
                            .starts_with(&format!("POST http://{HOST}/fapi/v1/order?"))
                    ),
                }
                let expected = (!credentials.is_empty()).then_some(HEADER_CREDENTIALS);
                assert_eq!(request.credentials.as_deref(), expected);
            }
        }
    }
}

#[tokio::test]
async fn order_arrives_through_a_socks_proxy() {
    let authority = Authority::new();
    for scheme in ["http", "https"] {
        for credentials in ["", URL_CREDENTIALS] {
            let server = exchange(scheme, &authority);
            let with_password = !credentials.is_empty();
            let proxy = Proxy::new(Behavior::Socks { with_password }, server.address).await;
            let client = builder()
                .base_url(format!("{scheme}://{HOST}"))
                .root_certificate(authority.pem())
                .proxy(format!("socks5h://{credentials}@{}", proxy.address))
                .build()
                .unwrap();
            client.send(encoded_order()).await.unwrap();
            assert_one_order_arrived(&server);
            let port = if scheme == "https" { 443 } else { 80 };
            let expected = ProxyRequest {
                target: format!("name {HOST}:{port}"),
                credentials: with_password.then(|| PLAIN_CREDENTIALS.to_owned()),
            };
            assert_eq!(proxy.requests(), [expected]);
        }
    }
}

#[tokio::test]
async fn socks5_scheme_resolves_names_locally() {
    let server = exchange("http", &Authority::new());
    let behavior = Behavior::Socks {
        with_password: false,
    };
    let proxy = Proxy::new(behavior, server.address).await;
    let client = |base: &str| {
        let proxy = format!("socks5://{}", proxy.address);
        builder().base_url(base).proxy(proxy).build().unwrap()
    };
    client("http://localhost:81")
        .send(encoded_order())
        .await
        .unwrap();
    assert_one_order_arrived(&server);
    let request = only_request(&proxy);
    assert!(
        ["address 127.0.0.1:81", "address ::1:81"].contains(&&*request.target),
        "{request:?}"
    );
    // A name that cannot be resolved locally never reaches the proxy.
    let error = client(&format!("http://{HOST}"))
        .send(encoded_order())
        .await
        .unwrap_err();
    assert_not_sent(&error, TransportErrorKind::Proxy, "");
    assert_eq!(proxy.requests().len(), 1);
}

#[tokio::test]
async fn order_that_a_proxy_refuses_was_not_sent() {
    const HTTP: [&str; 2] = ["http", "https"];
    const SOCKS: [&str; 2] = ["socks5h", "socks5h"];
    let replies =
        |bytes: &[&[u8]]| Behavior::Replies(bytes.iter().map(|bytes| bytes.to_vec()).collect());
    let refused = [5, 2, 0, 1, 0, 0, 0, 0, 0, 0];
    for ([first, second], behavior, reason) in [
        (
            HTTP,
            replies(&[b"HTTP/1.1 403 Forbidden\r\n\r\n"]),
            "unsuccessful",
        ),
        (
            HTTP,
            replies(&[b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"]),
            "authorization required",
        ),
        (HTTP, replies(&[]), ""),
        (HTTP, replies(&[b""]), "unexpected end of file"),
        (
            HTTP,
            replies(&[b"SSH-2.0-OpenSSH_9.2\r\n\r\n"]),
            "unsuccessful",
        ),
        (HTTP, Behavior::Hang, "timed out"),
        (SOCKS, replies(&[&[5, 0xff]]), "does not support user/pass"),
        (
            SOCKS,
            replies(&[&[5, 2], &[1, 1]]),
            "credentials not accepted",
        ),
        (SOCKS, replies(&[&[5, 2], &[1, 0], &refused]), "not allowed"),
        (SOCKS, replies(&[]), "SOCKS"),
        (SOCKS, replies(&[b""]), "SOCKS"),
        (
            SOCKS,
            replies(&[b"HTTP/1.1 400 Bad Request\r\n\r\n"]),
            "SOCKS",
        ),
        (SOCKS, Behavior::Hang, "timed out"),
    ] {
        let authority = Authority::new();
        let server = exchange("https", &authority);
        for proxy_scheme in [first, second] {
            let proxy = proxy(proxy_scheme, behavior.clone(), &server, &authority).await;
            let client = builder()
                .base_url(format!("https://{HOST}"))
                .root_certificate(authority.pem())
                .proxy(format!(
                    "{proxy_scheme}://{URL_CREDENTIALS}@{}",
                    proxy.address
                ))
                .connect_timeout(Duration::from_millis(if reason == "timed out" {
                    300
                } else {
                    10_000
                }))
                .build()
                .unwrap();
            let error = client.send(encoded_order()).await.unwrap_err();
            assert_not_sent(&error, TransportErrorKind::Proxy, reason);
            let message = format!(
                "no connection through the proxy ({HOST} through {}): ",
                proxy.address
            );
            assert!(error.to_string().starts_with(&message), "{error}");
        }
        assert!(server.received().is_empty());
    }
}

#[tokio::test]
async fn unreachable_proxy_is_reported() {
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    for base in ["http", "https"] {
        for proxy_scheme in ["http", "https", "socks5", "socks5h"] {
            let client = builder()
                .base_url(format!("{base}://localhost"))
                .proxy(format!("{proxy_scheme}://{closed}"))
                .build()
                .unwrap();
            let error = client.send(encoded_order()).await.unwrap_err();
            assert_not_sent(&error, TransportErrorKind::Proxy, &closed.to_string());
        }
    }
}

#[tokio::test]
async fn untrusted_proxy_receives_nothing() {
    let server = exchange("http", &Authority::new());
    for scheme in ["http", "https"] {
        let tls = Authority::new().server("127.0.0.1");
        let proxy = Proxy::with_tls(Behavior::Http, server.address, tls).await;
        let client = builder()
            .base_url(format!("{scheme}://{HOST}"))
            .proxy(format!("https://{URL_CREDENTIALS}@{}", proxy.address))
            .build()
            .unwrap();
        let error = client.send(encoded_order()).await.unwrap_err();
        assert_not_sent(&error, TransportErrorKind::Tls, "`root_certificate`");
        assert!(proxy.requests().is_empty());
    }
}

#[tokio::test]
async fn intercepting_proxy_is_detected_unless_its_certificate_is_trusted() {
    let (exchange_authority, company_authority) = (Authority::new(), Authority::new());
    let server = exchange("https", &company_authority);
    for (trusted, arrives) in [(&exchange_authority, false), (&company_authority, true)] {
        let proxy = Proxy::new(Behavior::Http, server.address).await;
        let client = builder()
            .base_url(format!("https://{HOST}"))
            .root_certificate(trusted.pem())
            .proxy(format!("http://{}", proxy.address))
            .build()
            .unwrap();
        match client.send(encoded_order()).await {
            Ok(_) => assert!(arrives),
            Err(error) => {
                assert!(!arrives);
                assert_not_sent(&error, TransportErrorKind::Tls, "`root_certificate`");
            }
        }
    }
    assert_one_order_arrived(&server);
}

const STATUS_407: &[u8] = b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n";

#[tokio::test]
async fn status_407_is_an_error_of_the_proxy() {
    // The exchange without TLS and with TLS, and the same for the proxy.
    for scheme in ["http", "https"] {
        for proxy_scheme in ["http", "https"] {
            let authority = Authority::new();
            let server = exchange(scheme, &authority);
            let replies = Behavior::Replies(vec![STATUS_407.to_vec()]);
            let proxy = proxy(proxy_scheme, replies, &server, &authority).await;
            let client = builder()
                .base_url(format!("{scheme}://{HOST}"))
                .root_certificate(authority.pem())
                .proxy(format!("{proxy_scheme}://{}", proxy.address))
                .build()
                .unwrap();
            let reason = if scheme == "http" {
                "requires other credentials (HTTP 407)"
            } else {
                "authorization required"
            };
            let error = client.send(encoded_order()).await.unwrap_err();
            assert_not_sent(&error, TransportErrorKind::Proxy, reason);
            let error = client.send(Depth::new("BTCUSDT")).await.unwrap_err();
            assert_not_sent(&error, TransportErrorKind::Proxy, reason);
            assert!(server.received().is_empty());
        }
    }
}

/// A proxy cannot read what a tunnel carries, so the status is that of the exchange.
#[tokio::test]
async fn status_407_through_a_tunnel_is_a_response_of_the_exchange() {
    let authority = Authority::new();
    let server = Server::with_tls(authority.server(HOST), |_| {
        Reply::Write(STATUS_407.to_vec())
    });
    let proxy = Proxy::new(Behavior::Http, server.address).await;
    let client = builder()
        .base_url(format!("https://{HOST}"))
        .root_certificate(authority.pem())
        .proxy(format!("http://{}", proxy.address))
        .build()
        .unwrap();
    let error = client.send(encoded_order()).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Rejected, "{error:?}");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(407));
}

#[tokio::test]
async fn order_that_a_proxy_accepted_may_have_arrived() {
    for behavior in [Behavior::Replies(vec![Vec::new()]), Behavior::Hang] {
        let server = exchange("http", &Authority::new());
        let proxy = Proxy::new(behavior, server.address).await;
        let client = builder()
            .base_url(format!("http://{HOST}"))
            .proxy(format!("http://{}", proxy.address))
            .timeout(Duration::from_millis(500))
            .connect_timeout(Duration::from_secs(20))
            .build()
            .unwrap();
        let error = client.send(encoded_order()).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{error:?}");
    }
}
