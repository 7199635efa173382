//! Requests through proxies in common use. They must be installed: `apt-get install tinyproxy microsocks`.

use binance_futures::error::TransportErrorKind;

use crate::support::certificates::Authority;
use crate::support::programs::Program;
use crate::support::server::{Reply, Server, json_response};
use crate::support::{PLACED, assert_not_sent, assert_one_order_arrived, builder, encoded_order};

/// Sends orders with right and wrong credentials, without TLS and with it.
async fn orders_pass(proxy: &Program, scheme: &str, right: &str, wrong: [&[&str]; 2]) {
    let authority = Authority::new();
    let reply = |_| Reply::Write(json_response("200 OK", PLACED));
    let plain = Server::new(reply);
    let tls = Server::with_tls(authority.server("localhost"), reply);
    for (server, wrong) in [plain, tls].iter().zip(wrong) {
        let client = |credentials: &str| {
            builder()
                .base_url(server.url.replace("127.0.0.1", "localhost"))
                .root_certificate(authority.pem())
                .proxy(format!("{scheme}://{credentials}{}", proxy.address))
                .build()
                .unwrap()
        };
        for credentials in wrong {
            let error = client(credentials).send(encoded_order()).await.unwrap_err();
            let address = proxy.address.to_string();
            assert_not_sent(&error, TransportErrorKind::Proxy, &address);
        }
        assert!(server.received().is_empty());
        client(right).send(encoded_order()).await.unwrap();
        assert_one_order_arrived(server);
    }
}

#[tokio::test]
#[ignore = "needs the program `tinyproxy`"]
async fn orders_pass_tinyproxy_with_its_password() {
    let proxy = Program::tinyproxy("user", "correct");
    let wrong = ["", "user:wrong@", "user@"];
    // Without TLS it rejects wrong credentials with status 401, which may as well be a response of the exchange.
    orders_pass(&proxy, "http", "user:correct@", [&wrong[..1], &wrong]).await;
}

#[tokio::test]
#[ignore = "needs the program `microsocks`"]
async fn orders_pass_microsocks_with_its_password() {
    let proxy = Program::microsocks("a@b", "p:/ä");
    let wrong = ["", "a%40b:wrong@", "x:p%3A%2F%C3%A4@"];
    for scheme in ["socks5", "socks5h"] {
        orders_pass(&proxy, scheme, "a%40b:p%3A%2F%C3%A4@", [&wrong, &wrong]).await;
    }
}
