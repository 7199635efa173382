//! Secrets are never printed, logged or part of an error.

use std::time::Duration;

use binance_futures::client::WithOptions;
use binance_futures::rest::Raw;
use binance_futures::usdm::QueryOrder;

use crate::support::certificates::Authority;
use crate::support::log::{capture, captured, error_text};
use crate::support::proxy::{Behavior, Proxy};
use crate::support::server::{Reply, Server, json_response, response};
use crate::support::{KEY, SECRET, builder, expect_ready, market_order};

#[tokio::test]
async fn key_secret_and_signature_are_never_printed_or_logged() {
    capture();
    // A page or a header may repeat what was sent.
    let echo = format!("<html>{KEY}&signature=0</html>");
    let server = Server::new(move |number| match number {
        0 => Reply::Write(json_response("200 OK", "{}")),
        1 => Reply::Write(response(
            "404 Not Found",
            &[&format!("X-Echo: {KEY}")],
            &echo,
        )),
        2 => Reply::Write(response("200 OK", &[], &echo)),
        3 => Reply::Write(response(
            "302 Found",
            &[&format!("Location: /x?signature={KEY}")],
            "",
        )),
        4 => Reply::Hang,
        _ => Reply::Write(b"HTTP/1.1 2".to_vec()),
    });
    let client = server.client();
    let mut text = format!(
        "{client:?} {:?}",
        expect_ready(client.prepare(market_order())).unwrap()
    );
    for _ in 0..7 {
        let call = market_order()
            .with()
            .param("hidden", "s3cr3tparam")
            .timeout(Duration::from_millis(200));
        text += &format!("{call:?}");
        text += &error_text(&client.send(call).await.unwrap_err());
        let query = QueryOrder::new("BTCUSDT", 1)
            .with()
            .timeout(Duration::from_millis(200));
        if let Err(error) = client.send(query).await {
            text += &error_text(&error);
        }
    }
    let raw = Raw::post("/fapi/v1/thing").param("listenKey", "s3cr3tparam");
    text += &format!("{raw:?}");
    text += &error_text(&client.send(raw).await.unwrap_err());
    text += &captured();

    let signatures: Vec<_> = server
        .received()
        .iter()
        .filter_map(|received| Some(received.target.split_once("signature=")?.1.to_owned()))
        .collect();
    assert!(signatures.len() > 10);
    assert!(text.contains("/fapi/v1/order"));
    for secret in [KEY, SECRET, "s3cr3tparam", "signature="]
        .into_iter()
        .chain(signatures.iter().map(String::as_str))
    {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

/// A password as it is written in a URL, the password itself, and the header of user and password.
const URL_PASSWORD: &str = "s3cr3t%2Fpass";
const PASSWORD: &str = "s3cr3t/pass";
const PASSWORD_HEADER: &str = "cHJveHl1c2VyOnMzY3IzdC9wYXNz";

#[tokio::test]
async fn proxy_password_and_extra_headers_are_never_printed_or_logged() {
    capture();
    let authority = Authority::new();
    let respond = |_| Reply::Write(json_response("200 OK", "{}"));
    let tls = Server::with_tls(authority.server("exchange.invalid"), respond);
    let plain = Server::new(respond);
    let reply = |bytes: &[u8]| Behavior::Replies(vec![bytes.to_vec()]);
    let http = [
        Behavior::Http,
        reply(b"HTTP/1.1 403 Forbidden\r\n\r\n"),
        reply(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"),
        reply(b"nonsense\r\n\r\n"),
        Behavior::Hang,
    ];
    let socks = [
        Behavior::Socks {
            with_password: true,
        },
        Behavior::Replies(vec![vec![5, 2], vec![1, 1]]),
        reply(&[5, 0xff]),
        reply(b"nonsense\r\n\r\n"),
        Behavior::Hang,
    ];
    let mut text = String::new();
    let mut failed = 0;
    for server in [&tls, &plain] {
        for (scheme, behaviors) in [("http", &http), ("https", &http), ("socks5h", &socks)] {
            for behavior in behaviors {
                let proxy = match scheme {
                    "https" => {
                        let tls = authority.server("127.0.0.1");
                        Proxy::with_tls(behavior.clone(), server.address, tls).await
                    }
                    _ => Proxy::new(behavior.clone(), server.address).await,
                };
                let (exchange_scheme, _) = server.url.split_once(':').unwrap();
                let builder = builder()
                    .base_url(format!("{exchange_scheme}://exchange.invalid"))
                    .root_certificate(authority.pem())
                    .proxy(format!(
                        "{scheme}://proxyuser:{URL_PASSWORD}@{}",
                        proxy.address
                    ))
                    .header("X-Gateway", "s3cr3theader")
                    .timeout(match behavior {
                        Behavior::Hang => Duration::from_millis(400),
                        _ => Duration::from_secs(20),
                    });
                text += &format!("{builder:?}");
                let client = builder.build().unwrap();
                text += &format!("{client:?}");
                let order = market_order();
                let error = client.send(order).await.unwrap_err();
                failed += usize::from(error.response().is_none());
                text += &error_text(&error);
            }
        }
    }
    let arrived = [tls.received(), plain.received()].concat();
    assert_eq!(arrived.len(), 6);
    assert!(failed >= 24);
    for received in arrived {
        assert_eq!(received.header("x-gateway"), Some("s3cr3theader"));
    }
    for base in ["http://user:s3cr3t/pass@host", "ftp://u:s3cr3t%2Fpass@host"] {
        text += &error_text(&builder().proxy(base).build().unwrap_err());
    }
    text += &captured();
    for secret in [
        URL_PASSWORD,
        PASSWORD,
        PASSWORD_HEADER,
        "s3cr3theader",
        KEY,
        SECRET,
        "signature=",
    ] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
