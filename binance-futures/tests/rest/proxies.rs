//! Requests through proxies arrive as they were sent, and what a proxy refuses was not sent.

use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use binance_futures::auth::Credentials;
use binance_futures::error::{Error, Outcome, TransportErrorKind};
use binance_futures::rest::{ClientBuilder, Retry};
use binance_futures::types::{Decimal, Side, Timestamp};
use binance_futures::usdm::{self, Depth, NewOrder};

use crate::certificates::Authority;
use crate::proxy::{Asked, Manner, Proxy};
use crate::server::{KEY, NOW, Reaction, SECRET, Server, json};
use crate::verifier::verify;

const ORDER: &str = include_str!("../../src/generated/usdm/rest/trade/new_order.json");

/// A name that nothing but the proxies of the tests knows.
const NAME: &str = "exchange.invalid";

/// `a@b` and `p:/ä`, as a URL has them, as they are, and as a header has them.
const IN_URL: &str = "a%40b:p%3A%2F%C3%A4";
const PLAIN: &str = "a@b:p:/ä";
const IN_HEADER: &str = "Basic YUBiOnA6L8Ok";

pub(crate) fn order() -> NewOrder {
    NewOrder::market("BTCUSDT", Side::Buy, Decimal::ONE).client_order_id("a b/ü")
}

pub(crate) fn builder() -> ClientBuilder<usdm::Usdm> {
    usdm::Client::builder()
        .credentials(Credentials::hmac(KEY, SECRET).unwrap())
        .clock(Timestamp::from_millis(NOW))
        .timeout(Duration::from_secs(20))
        .retry(Retry::never())
}

/// An exchange of that name, by TLS or without.
fn exchange(scheme: &str, authority: &Authority) -> Server {
    let react = |_| Reaction::Write(json("200 OK", ORDER));
    match scheme {
        "https" => Server::private(authority.server(NAME), react),
        _ => Server::new(react),
    }
}

/// Panics unless one order arrived, as it was sent.
pub(crate) fn one_order_arrived(server: &Server) {
    let received = server.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].method, "POST");
    assert!(received[0].target.starts_with("/fapi/v1/order?"));
    assert_eq!(received[0].header("x-mbx-apikey"), Some(KEY));
    assert_eq!(received[0].header("proxy-authorization"), None);
    let parameters = verify(&received[0].target, SECRET);
    assert!(parameters.contains(&("newClientOrderId".to_owned(), "a b/ü".to_owned())));
}

#[tokio::test]
async fn an_order_through_a_proxy_arrives_as_it_was_sent() {
    let authority = Authority::new();
    for scheme in ["http", "https"] {
        for of_proxy in ["http", "https"] {
            for credentials in ["", IN_URL] {
                let server = exchange(scheme, &authority);
                let proxy = match of_proxy {
                    "https" => {
                        let tls = authority.server("127.0.0.1");
                        Proxy::private(Manner::Http, server.address, tls).await
                    }
                    _ => Proxy::new(Manner::Http, server.address).await,
                };
                let client = builder()
                    .base_url(format!("{scheme}://{NAME}"))
                    .root_certificate(authority.pem())
                    .proxy(format!("{of_proxy}://{credentials}@{}", proxy.address))
                    .build()
                    .unwrap();
                client.send(order()).await.unwrap();
                one_order_arrived(&server);
                let [asked] = &proxy.asked()[..] else {
                    panic!("{:?}", proxy.asked());
                };
                match scheme {
                    "https" => assert_eq!(asked.target, format!("CONNECT {NAME}:443")),
                    _ => assert!(
                        asked
                            .target
                            .starts_with(&format!("POST http://{NAME}/fapi/v1/order?"))
                    ),
                }
                let expected = (!credentials.is_empty()).then_some(IN_HEADER);
                assert_eq!(asked.credentials.as_deref(), expected);
            }
        }
    }
}

#[tokio::test]
async fn an_order_through_socks_arrives_as_it_was_sent() {
    let authority = Authority::new();
    for scheme in ["http", "https"] {
        for credentials in ["", IN_URL] {
            let server = exchange(scheme, &authority);
            let with_password = !credentials.is_empty();
            let proxy = Proxy::new(Manner::Socks { with_password }, server.address).await;
            let client = builder()
                .base_url(format!("{scheme}://{NAME}"))
                .root_certificate(authority.pem())
                .proxy(format!("socks5h://{credentials}@{}", proxy.address))
                .build()
                .unwrap();
            client.send(order()).await.unwrap();
            one_order_arrived(&server);
            let port = if scheme == "https" { 443 } else { 80 };
            let expected = Asked {
                target: format!("name {NAME}:{port}"),
                credentials: with_password.then(|| PLAIN.to_owned()),
            };
            assert_eq!(proxy.asked(), [expected]);
        }
    }
}

#[tokio::test]
async fn socks_without_an_h_resolves_names_here() {
    let server = exchange("http", &Authority::new());
    let manner = Manner::Socks {
        with_password: false,
    };
    let proxy = Proxy::new(manner, server.address).await;
    let client = |base: &str| {
        let proxy = format!("socks5://{}", proxy.address);
        builder().base_url(base).proxy(proxy).build().unwrap()
    };
    client("http://localhost:81").send(order()).await.unwrap();
    one_order_arrived(&server);
    let [asked] = &proxy.asked()[..] else {
        panic!("{:?}", proxy.asked());
    };
    assert!(
        ["address 127.0.0.1:81", "address ::1:81"].contains(&&*asked.target),
        "{asked:?}"
    );
    // The name that nobody here knows never gets to the proxy.
    let error = client(&format!("http://{NAME}"))
        .send(order())
        .await
        .unwrap_err();
    is_refused(&error, TransportErrorKind::Proxy, "");
    assert_eq!(proxy.asked().len(), 1);
}

/// Panics unless nothing was sent, for that reason.
pub(crate) fn is_refused(error: &Error, kind: TransportErrorKind, reason: &str) {
    assert_eq!(error.outcome(), Outcome::NoEffect, "{error:?}");
    let Error::Transport(transport) = error else {
        panic!("{error:?}");
    };
    assert_eq!(transport.kind(), kind, "{error:?}");
    let told = error.to_string();
    assert!(told.contains(reason) && !told.contains('\n'), "{told}");
}

#[tokio::test]
async fn what_a_proxy_does_not_let_through_was_not_sent() {
    const HTTP: [&str; 2] = ["http", "https"];
    const SOCKS: [&str; 2] = ["socks5h", "socks5h"];
    let script =
        |answers: &[&[u8]]| Manner::Script(answers.iter().map(|answer| answer.to_vec()).collect());
    let refused = [5, 2, 0, 1, 0, 0, 0, 0, 0, 0];
    for ([first, second], manner, reason) in [
        (
            HTTP,
            script(&[b"HTTP/1.1 403 Forbidden\r\n\r\n"]),
            "unsuccessful",
        ),
        (
            HTTP,
            script(&[b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"]),
            "authorization required",
        ),
        (HTTP, script(&[]), ""),
        (HTTP, script(&[b""]), "unexpected end of file"),
        (
            HTTP,
            script(&[b"SSH-2.0-OpenSSH_9.2\r\n\r\n"]),
            "unsuccessful",
        ),
        (HTTP, Manner::Silence, "timed out"),
        (SOCKS, script(&[&[5, 0xff]]), "does not support user/pass"),
        (
            SOCKS,
            script(&[&[5, 2], &[1, 1]]),
            "credentials not accepted",
        ),
        (SOCKS, script(&[&[5, 2], &[1, 0], &refused]), "not allowed"),
        (SOCKS, script(&[]), "SOCKS"),
        (SOCKS, script(&[b""]), "SOCKS"),
        (
            SOCKS,
            script(&[b"HTTP/1.1 400 Bad Request\r\n\r\n"]),
            "SOCKS",
        ),
        (SOCKS, Manner::Silence, "timed out"),
    ] {
        let authority = Authority::new();
        let server = exchange("https", &authority);
        for of_proxy in [first, second] {
            let proxy = match of_proxy {
                "https" => {
                    let tls = authority.server("127.0.0.1");
                    Proxy::private(manner.clone(), server.address, tls).await
                }
                _ => Proxy::new(manner.clone(), server.address).await,
            };
            let client = builder()
                .base_url(format!("https://{NAME}"))
                .root_certificate(authority.pem())
                .proxy(format!("{of_proxy}://{IN_URL}@{}", proxy.address))
                .connect_timeout(Duration::from_millis(if reason == "timed out" {
                    300
                } else {
                    10_000
                }))
                .build()
                .unwrap();
            let error = client.send(order()).await.unwrap_err();
            is_refused(&error, TransportErrorKind::Proxy, reason);
            let place = format!(
                "no way through the proxy ({NAME} through {}): ",
                proxy.address
            );
            assert!(error.to_string().starts_with(&place), "{error}");
        }
        assert!(server.received().is_empty());
    }
}

#[tokio::test]
async fn a_proxy_that_cannot_be_reached_is_told() {
    let nobody = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    for base in ["http", "https"] {
        for of_proxy in ["http", "https", "socks5", "socks5h"] {
            let client = builder()
                .base_url(format!("{base}://localhost"))
                .proxy(format!("{of_proxy}://{nobody}"))
                .build()
                .unwrap();
            let error = client.send(order()).await.unwrap_err();
            is_refused(&error, TransportErrorKind::Proxy, &nobody.to_string());
        }
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_who_it_says_gets_nothing() {
    let server = exchange("http", &Authority::new());
    for scheme in ["http", "https"] {
        let tls = Authority::new().server("127.0.0.1");
        let proxy = Proxy::private(Manner::Http, server.address, tls).await;
        let client = builder()
            .base_url(format!("{scheme}://{NAME}"))
            .proxy(format!("https://{IN_URL}@{}", proxy.address))
            .build()
            .unwrap();
        let error = client.send(order()).await.unwrap_err();
        is_refused(&error, TransportErrorKind::Tls, "`root_certificate`");
        assert!(proxy.asked().is_empty());
    }
}

#[tokio::test]
async fn a_proxy_that_looks_into_tls_is_seen_unless_it_is_trusted() {
    let (exchanges, companys) = (Authority::new(), Authority::new());
    let server = exchange("https", &companys);
    for (trusted, arrives) in [(&exchanges, false), (&companys, true)] {
        let proxy = Proxy::new(Manner::Http, server.address).await;
        let client = builder()
            .base_url(format!("https://{NAME}"))
            .root_certificate(trusted.pem())
            .proxy(format!("http://{}", proxy.address))
            .build()
            .unwrap();
        match client.send(order()).await {
            Ok(_) => assert!(arrives),
            Err(error) => {
                assert!(!arrives);
                is_refused(&error, TransportErrorKind::Tls, "`root_certificate`");
            }
        }
    }
    one_order_arrived(&server);
}

#[tokio::test]
async fn an_answer_that_a_proxy_wants_other_credentials_is_the_proxys() {
    let answer = b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n";
    let server = exchange("http", &Authority::new());
    let proxy = Proxy::new(Manner::Script(vec![answer.to_vec()]), server.address).await;
    let client = builder()
        .base_url(format!("http://{NAME}"))
        .proxy(format!("http://{}", proxy.address))
        .build()
        .unwrap();
    is_refused(
        &client.send(order()).await.unwrap_err(),
        TransportErrorKind::Proxy,
        "wants other credentials (HTTP 407)",
    );
    let error = client.send(Depth::new("BTCUSDT")).await.unwrap_err();
    is_refused(&error, TransportErrorKind::Proxy, "407");
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn what_a_proxy_was_given_to_pass_on_may_have_arrived() {
    for manner in [Manner::Script(vec![Vec::new()]), Manner::Silence] {
        let server = exchange("http", &Authority::new());
        let proxy = Proxy::new(manner, server.address).await;
        let client = builder()
            .base_url(format!("http://{NAME}"))
            .proxy(format!("http://{}", proxy.address))
            .timeout(Duration::from_millis(500))
            .connect_timeout(Duration::from_secs(20))
            .build()
            .unwrap();
        let error = client.send(order()).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{error:?}");
    }
}

/// The variable by which this binary, started by itself, is told where to send an order.
const BASE: &str = "BINANCE_FUTURES_TEST_BASE";
const CERTIFICATE: &str = "BINANCE_FUTURES_TEST_CERTIFICATE";

/// Sends orders in a process of its own, with these variables and no others about proxies and certificates, and gives what it prints.
async fn sent_with(variables: &[(&str, String)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "proxies::the_environment_names_proxies",
        "--nocapture",
    ]);
    for name in [
        "ALL_PROXY",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "REQUEST_METHOD",
        "SSL_CERT_DIR",
        "SSL_CERT_FILE",
    ] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{printed}");
    printed
}

async fn send_as_told(base: String) {
    for with_proxies in [true, false] {
        let certificate = std::env::var(CERTIFICATE).unwrap();
        let mut builder = builder().base_url(&base).root_certificate(certificate);
        if !with_proxies {
            builder = builder.no_proxy();
        }
        match builder.build() {
            Err(error) => println!("no client: {error}"),
            Ok(client) => match client.send(order()).await {
                Ok(_) => println!("sent"),
                Err(error) => println!("{error}"),
            },
        }
    }
}

#[tokio::test]
async fn the_environment_names_proxies() {
    if let Ok(base) = std::env::var(BASE) {
        return send_as_told(base).await;
    }
    let authority = Authority::new();
    let url = |proxy: &Proxy, scheme| format!("{scheme}://{IN_URL}@{}", proxy.address);
    for (scheme, variable, of_proxy) in [
        ("https", "HTTPS_PROXY", "http"),
        ("https", "https_proxy", "http"),
        ("https", "HTTPS_PROXY", "https"),
        ("http", "HTTP_PROXY", "http"),
        ("http", "HTTP_PROXY", "https"),
        ("http", "ALL_PROXY", "socks5h"),
        ("https", "ALL_PROXY", "socks5h"),
    ] {
        let server = exchange(scheme, &authority);
        let proxy = match of_proxy {
            "socks5h" => {
                let manner = Manner::Socks {
                    with_password: true,
                };
                Proxy::new(manner, server.address).await
            }
            "https" => {
                let tls = authority.server("127.0.0.1");
                Proxy::private(Manner::Http, server.address, tls).await
            }
            _ => Proxy::new(Manner::Http, server.address).await,
        };
        let variables = [
            (BASE, format!("{scheme}://{NAME}")),
            (CERTIFICATE, authority.pem()),
            (variable, url(&proxy, of_proxy)),
        ];
        let printed = sent_with(&variables).await;
        assert!(printed.contains("sent"), "{printed}");
        let straight = format!("no connection to the exchange ({NAME}): ");
        assert!(printed.contains(&straight), "{printed}");
        one_order_arrived(&server);
        let [asked] = &proxy.asked()[..] else {
            panic!("{:?}", proxy.asked());
        };
        let credentials = asked.credentials.as_deref();
        assert!([Some(IN_HEADER), Some(PLAIN)].contains(&credentials));

        let [base, certificate, variable] = variables;
        let excepted = ("NO_PROXY", format!("other.invalid, {NAME}"));
        let printed = sent_with(&[base, certificate, variable.clone(), excepted]).await;
        assert_eq!(printed.matches(&straight).count(), 2, "{printed}");

        // An address of the machine itself needs no proxy; what is named for one kind of URL is not asked for the other.
        let near = Server::answering(json("200 OK", ORDER));
        let base = (BASE, near.url.clone());
        let printed = sent_with(&[base, (CERTIFICATE, authority.pem()), variable]).await;
        assert_eq!(printed.matches("sent").count(), 2, "{printed}");
        assert_eq!(near.received().len(), 2);
        assert_eq!(proxy.asked().len(), 1);
    }
}

#[tokio::test]
async fn a_proxy_of_the_environment_that_cannot_be_used_is_not_passed_by() {
    let variables = |more: &[(&'static str, &str)]| {
        let own = [
            (BASE, format!("https://{NAME}")),
            (CERTIFICATE, Authority::new().pem()),
        ];
        let more = more.iter().map(|(name, value)| (*name, value.to_string()));
        own.into_iter().chain(more).collect::<Vec<_>>()
    };
    let told = "no client: the proxy's URL that `HTTPS_PROXY`";
    for url in [
        "htp://hush@proxy:3128",
        "http://",
        "ftp://proxy",
        "http://pro xy",
    ] {
        for name in ["HTTPS_PROXY", "all_proxy"] {
            let printed = sent_with(&variables(&[(name, url)])).await;
            assert_eq!(printed.matches(told).count(), 1, "{printed}");
            assert!(!printed.contains("hush"));
        }
    }
    // What concerns others, or nobody, does no harm.
    for harmless in [
        &[("HTTP_PROXY", "htp://proxy")][..],
        &[("HTTPS_PROXY", "")],
        &[("HTTPS_PROXY", "htp://proxy"), ("NO_PROXY", "invalid")],
    ] {
        let printed = sent_with(&variables(harmless)).await;
        let straight = format!("no connection to the exchange ({NAME}): ");
        assert_eq!(printed.matches(&straight).count(), 2, "{printed}");
    }
}

#[tokio::test]
async fn a_proxy_of_the_environment_that_refuses_is_told() {
    let server = exchange("https", &Authority::new());
    let refusal = b"HTTP/1.1 403 Forbidden\r\n\r\n".to_vec();
    let proxy = Proxy::new(Manner::Script(vec![refusal]), server.address).await;
    let printed = sent_with(&[
        (BASE, format!("https://{NAME}")),
        (CERTIFICATE, Authority::new().pem()),
        ("HTTPS_PROXY", format!("http://{}", proxy.address)),
    ])
    .await;
    let told = format!(
        "no way through the proxy ({NAME} through {}): ",
        proxy.address
    );
    assert!(printed.contains(&told), "{printed}");
}

/// Elsewhere the system is asked in other ways than by a file.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn whom_the_system_trusts_stays_trusted_beside_others() {
    let (systems, own) = (Authority::new(), Authority::new());
    let file = std::env::temp_dir().join(format!("trusted-{}.pem", std::process::id()));
    std::fs::write(&file, systems.pem()).unwrap();
    let trusted = file.to_str().unwrap();
    for (authority, of_system, arrive) in [
        (&systems, trusted, 2),
        (&own, trusted, 2),
        // As in a container without certificates.
        (&own, "/dev/null", 2),
        (&systems, "/dev/null", 0),
    ] {
        let server = Server::private(authority.server("127.0.0.1"), |_| {
            Reaction::Write(json("200 OK", ORDER))
        });
        let printed = sent_with(&[
            (BASE, server.url.clone()),
            (CERTIFICATE, own.pem()),
            ("SSL_CERT_FILE", of_system.to_owned()),
        ])
        .await;
        assert_eq!(printed.matches("sent").count(), arrive, "{printed}");
        assert_eq!(server.received().len(), arrive);
    }
    std::fs::remove_file(file).unwrap();
}
