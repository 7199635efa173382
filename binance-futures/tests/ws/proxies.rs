//! Connections through proxies.

use binance_futures::error::TransportErrorKind;

use crate::support::certificates::Authority;
use crate::support::proxy::{Behavior, Proxy, ProxyRequest};
use crate::support::server::Server;
use crate::support::{assert_not_connected, builder, closed_address, failure, read_trade};

/// A host name that only the proxies of the tests know.
pub(crate) const HOST: &str = "exchange.invalid";

/// `a@b` and `p:/ä`: as they are written in a URL, as they are, and as a header contains them.
pub(crate) const URL_CREDENTIALS: &str = "a%40b:p%3A%2F%C3%A4";
pub(crate) const PLAIN_CREDENTIALS: &str = "a@b:p:/ä";
pub(crate) const HEADER_CREDENTIALS: &str = "Basic YUBiOnA6L8Ok";

/// An exchange with that host name, with TLS or without.
pub(crate) async fn exchange(scheme: &str, authority: &Authority) -> Server {
    match scheme {
        "wss" => Server::with_tls(authority.server(HOST)).await,
        _ => Server::new().await,
    }
}

/// A proxy that is reached over TLS if the scheme is `https`.
async fn proxy(scheme: &str, behavior: Behavior, server: &Server, authority: &Authority) -> Proxy {
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

fn default_port(scheme: &str) -> u16 {
    if scheme == "wss" { 443 } else { 80 }
}

#[tokio::test]
async fn events_arrive_through_an_http_proxy() {
    let authority = Authority::new();
    for scheme in ["ws", "wss"] {
        for proxy_scheme in ["http", "https"] {
            for credentials in ["", URL_CREDENTIALS] {
                let server = exchange(scheme, &authority).await;
                let proxy = proxy(proxy_scheme, Behavior::Http, &server, &authority).await;
                let builder = builder(format!("{scheme}://{HOST}"))
                    .root_certificate(authority.pem())
                    .proxy(format!("{proxy_scheme}://{credentials}@{}", proxy.address));
                read_trade(builder).await;
                let handshake = server.only();
                assert_eq!(handshake.header("host"), [HOST]);
                assert_eq!(handshake.header("proxy-authorization"), [""; 0]);
                let expected = (!credentials.is_empty()).then(|| HEADER_CREDENTIALS.to_owned());
                let expected = ProxyRequest {
                    target: format!("CONNECT {HOST}:{}", default_port(scheme)),
                    credentials: expected,
                };
                assert_eq!(only_request(&proxy), expected);
            }
        }
    }
}

#[tokio::test]
async fn events_arrive_through_a_socks_proxy() {
    let authority = Authority::new();
    for scheme in ["ws", "wss"] {
        for credentials in ["", URL_CREDENTIALS] {
            let server = exchange(scheme, &authority).await;
            let with_password = !credentials.is_empty();
            let proxy = Proxy::new(Behavior::Socks { with_password }, server.address).await;
            let builder = builder(format!("{scheme}://{HOST}"))
                .root_certificate(authority.pem())
                .proxy(format!("socks5h://{credentials}@{}", proxy.address));
            read_trade(builder).await;
            let expected = ProxyRequest {
                target: format!("name {HOST}:{}", default_port(scheme)),
                credentials: with_password.then(|| PLAIN_CREDENTIALS.to_owned()),
            };
            assert_eq!(only_request(&proxy), expected);
        }
    }
}

#[tokio::test]
async fn socks5_scheme_resolves_names_locally() {
    let server = Server::new().await;
    let behavior = Behavior::Socks {
        with_password: false,
    };
    let proxy = Proxy::new(behavior, server.address).await;
    let through = |base: &str| builder(base).proxy(format!("socks5://{}", proxy.address));
    read_trade(through("ws://localhost:81")).await;
    let request = only_request(&proxy);
    assert!(
        ["address 127.0.0.1:81", "address ::1:81"].contains(&&*request.target),
        "{request:?}"
    );
    // A name that cannot be resolved locally never reaches the proxy.
    let error = failure(through(&format!("ws://{HOST}"))).await;
    assert_not_connected(&error, TransportErrorKind::Proxy, "");
    assert_eq!(proxy.requests().len(), 1);
}

#[tokio::test]
async fn ipv6_addresses_pass_proxies() {
    let server = Server::new().await;
    for (scheme, behavior, target) in [
        ("http", Behavior::Http, "CONNECT [2001:db8::1]:81"),
        (
            "socks5h",
            Behavior::Socks {
                with_password: false,
            },
            "address 2001:db8::1:81",
        ),
    ] {
        let proxy = Proxy::new(behavior, server.address).await;
        let builder =
            builder("ws://[2001:db8::1]:81").proxy(format!("{scheme}://{}", proxy.address));
        read_trade(builder).await;
        assert_eq!(only_request(&proxy).target, target);
    }
}

#[tokio::test]
async fn refusal_of_a_proxy_is_reported_without_its_password() {
    const HTTP: [&str; 2] = ["http", "https"];
    const SOCKS: [&str; 2] = ["socks5", "socks5h"];
    let replies =
        |bytes: &[&[u8]]| Behavior::Replies(bytes.iter().map(|bytes| bytes.to_vec()).collect());
    let refused = [5, 2, 0, 1, 0, 0, 0, 0, 0, 0];
    for (proxy_schemes, behavior, reason) in [
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
        let server = Server::new().await;
        for scheme in ["ws", "wss"] {
            for proxy_scheme in proxy_schemes {
                let proxy = proxy(proxy_scheme, behavior.clone(), &server, &authority).await;
                let mut builder = builder(format!("{scheme}://localhost"))
                    .root_certificate(authority.pem())
                    .proxy(format!("{proxy_scheme}://user:s3cr3t@{}", proxy.address));
                if reason == "timed out" {
                    builder = builder.connect_timeout(std::time::Duration::from_millis(300));
                }
                let error = failure(builder).await;
                assert_not_connected(&error, TransportErrorKind::Proxy, reason);
                let message = format!(
                    "no connection through the proxy (localhost through {}): ",
                    proxy.address
                );
                assert!(error.to_string().starts_with(&message), "{error}");
                assert!(!format!("{error:?}").contains("s3cr3t"), "{error:?}");
            }
        }
        assert!(server.received().is_empty());
    }
}

#[tokio::test]
async fn unreachable_proxy_is_reported() {
    let closed = closed_address();
    for scheme in ["ws", "wss"] {
        for proxy_scheme in ["http", "https", "socks5", "socks5h"] {
            let builder = builder(format!("{scheme}://localhost"))
                .proxy(format!("{proxy_scheme}://{closed}"));
            let error = failure(builder).await;
            assert_not_connected(&error, TransportErrorKind::Proxy, &closed.to_string());
        }
    }
}

#[tokio::test]
async fn untrusted_proxy_receives_nothing() {
    let server = Server::new().await;
    for scheme in ["ws", "wss"] {
        let tls = Authority::new().server("127.0.0.1");
        let proxy = Proxy::with_tls(Behavior::Http, server.address, tls).await;
        let builder = builder(format!("{scheme}://{HOST}"))
            .proxy(format!("https://{URL_CREDENTIALS}@{}", proxy.address));
        let error = failure(builder).await;
        assert_not_connected(&error, TransportErrorKind::Tls, "`root_certificate`");
        assert!(proxy.requests().is_empty());
    }
}

#[tokio::test]
async fn intercepting_proxy_is_detected_unless_its_certificate_is_trusted() {
    let (exchange_authority, company_authority) = (Authority::new(), Authority::new());
    let server = exchange("wss", &company_authority).await;
    let proxy = Proxy::new(Behavior::Http, server.address).await;
    let trusting = |authority: &Authority| {
        builder(format!("wss://{HOST}"))
            .root_certificate(authority.pem())
            .proxy(format!("http://{}", proxy.address))
    };
    let error = failure(trusting(&exchange_authority)).await;
    assert_not_connected(&error, TransportErrorKind::Tls, "`root_certificate`");
    assert!(server.received().is_empty());
    read_trade(trusting(&company_authority)).await;
}
