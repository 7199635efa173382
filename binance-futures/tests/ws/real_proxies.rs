//! Connections through proxies in common use. They must be installed: `apt-get install tinyproxy microsocks`.

use binance_futures::error::TransportErrorKind;

use crate::support::certificates::Authority;
use crate::support::programs::Program;
use crate::support::server::Server;
use crate::support::{assert_not_connected, builder, failure, read_trade};

/// Connects with right and wrong credentials, without TLS and with it.
async fn events_pass(proxy: &Program, scheme: &str, right: &str, wrong: &[&str]) {
    let authority = Authority::new();
    let tls = authority.server("localhost");
    for server in [Server::new().await, Server::with_tls(tls).await] {
        let with = |credentials: &str| {
            builder(server.url.replace("127.0.0.1", "localhost"))
                .root_certificate(authority.pem())
                .proxy(format!("{scheme}://{credentials}{}", proxy.address))
        };
        for credentials in wrong {
            let error = failure(with(credentials)).await;
            let address = proxy.address.to_string();
            assert_not_connected(&error, TransportErrorKind::Proxy, &address);
        }
        assert!(server.received().is_empty());
        read_trade(with(right)).await;
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
#[ignore = "needs the program `tinyproxy`"]
async fn events_pass_tinyproxy_with_its_password() {
    let proxy = Program::tinyproxy("user", "correct");
    let wrong = ["", "user:wrong@", "user@"];
    events_pass(&proxy, "http", "user:correct@", &wrong).await;
}

#[tokio::test]
#[ignore = "needs the program `microsocks`"]
async fn events_pass_microsocks_with_its_password() {
    let proxy = Program::microsocks("a@b", "p:/ä");
    let wrong = ["", "a%40b:wrong@", "x:p%3A%2F%C3%A4@"];
    for scheme in ["socks5", "socks5h"] {
        events_pass(&proxy, scheme, "a%40b:p%3A%2F%C3%A4@", &wrong).await;
    }
}
