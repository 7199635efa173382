//! What cannot be sent is not sent, and told.

use binance_futures::auth::Credentials;
use binance_futures::error::{Error, InvalidCredentialsKind, InvalidRequest, Outcome};
use binance_futures::rest::{Raw, Sendable};
use binance_futures::types::{Decimal, OrderRefs, Side};
use binance_futures::usdm::{self, Depth, NewOrder};

use crate::server::{Server, json};

async fn refused(
    call: impl binance_futures::rest::IntoCall<Request: binance_futures::rest::SentBy<usdm::Usdm>>,
) -> InvalidRequest {
    let server = Server::answering(json("200 OK", "{}"));
    let Err(error) = server.client().send(call).await else {
        panic!("sent");
    };
    assert_eq!(error.outcome(), Outcome::NoEffect);
    assert!(server.received().is_empty());
    let Error::InvalidRequest(invalid) = error else {
        panic!("{error:?}");
    };
    invalid
}

#[tokio::test]
async fn an_empty_parameter_is_refused_by_its_name() {
    assert_eq!(
        refused(Depth::new("")).await.to_string(),
        "parameter `symbol` of usdm::Depth is empty: leave it out or give it a value"
    );
    let order = NewOrder::market("BTCUSDT", Side::Buy, Decimal::ONE).client_order_id("");
    assert!(
        refused(order)
            .await
            .to_string()
            .starts_with("parameter `newClientOrderId`")
    );
    let nameless = NewOrder::market("BTCUSDT", Side::Buy, Decimal::ONE).client_order_id("");
    let batch = usdm::NewOrders::new([nameless]);
    assert!(
        refused(batch)
            .await
            .to_string()
            .starts_with("parameter `batchOrders`")
    );
    let ids = usdm::CancelOrders::new("BTCUSDT", OrderRefs::ClientOrderIds(vec!["".into()]));
    assert!(
        refused(ids)
            .await
            .to_string()
            .starts_with("parameter `origClientOrderIdList`")
    );
    let raw = Raw::get("/x").param("a", "");
    assert_eq!(
        refused(raw).await.to_string(),
        "parameter `a` of GET /x is empty: leave it out or give it a value"
    );
    let call = Depth::new("BTCUSDT").with().param("b", "");
    assert!(refused(call).await.to_string().starts_with("parameter `b`"));
}

#[tokio::test]
async fn a_parameter_too_long_for_http_is_refused() {
    let invalid = refused(Depth::new("x".repeat(70_000))).await;
    assert!(matches!(invalid, InvalidRequest::TooLong { length, .. } if length > 70_000));
}

#[tokio::test]
async fn a_long_parameter_is_the_exchanges_to_refuse() {
    let server = Server::answering(json(
        "400 Bad Request",
        r#"{"code":-1100,"msg":"Illegal characters."}"#,
    ));
    let order =
        NewOrder::market("BTCUSDT", Side::Buy, Decimal::ONE).client_order_id("x".repeat(60_000));
    let error = server.client().send(order).await.unwrap_err();
    assert_eq!(error.code(), Some(-1100));
    assert!(server.received()[0].target.len() > 60_000);
}

#[tokio::test]
async fn a_path_that_is_none_is_refused() {
    for path in [
        "",
        "fapi/v1/x",
        "/a?b=c",
        "/a#b",
        "/a b",
        "/../x",
        "//host/x",
        "/é",
        "https://host/x",
    ] {
        let invalid = refused(Raw::get(path)).await;
        assert_eq!(
            invalid,
            InvalidRequest::Path {
                path: path.to_owned()
            }
        );
    }
}

#[test]
fn credentials_say_what_is_wrong_with_them_and_not_what_they_are() {
    let refused = |key: &str, secret: &str| Credentials::hmac(key, secret).unwrap_err();
    assert_eq!(refused("key", "").kind(), InvalidCredentialsKind::Secret);
    assert_eq!(
        Error::from(refused("my-key\n", "x")).to_string(),
        "the API key contains a line break, a space or another character that is not printable ASCII: trim the text it is read from"
    );
}

#[test]
fn a_client_that_cannot_be_made_says_why() {
    let build = |base: &str| {
        usdm::Client::builder()
            .base_url(base)
            .build()
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        build("nowhere"),
        "the base URL is not a URL, such as `https://host`"
    );
    assert_eq!(
        build(""),
        "the base URL is not a URL, such as `https://host`"
    );
    for base in [
        "https://",
        "https://host:port",
        "https://ho st",
        "https://[::1",
    ] {
        assert_eq!(
            build(base),
            "the base URL is not a URL, such as `https://host`"
        );
    }
    assert_eq!(
        build("ftp://host"),
        "the base URL is neither `http://` nor `https://`"
    );
    assert_eq!(
        build("https://host/?a=b"),
        "the base URL has a `?` or a `#`"
    );
    assert_eq!(
        build("https://user:pass@host"),
        "the base URL has a user or a password, which no exchange asks for"
    );
    let proxy = |url: &str| {
        let error = usdm::Client::builder().proxy(url).build().unwrap_err();
        assert!(
            matches!(error, Error::InvalidRequest(InvalidRequest::Proxy { .. })),
            "{url}"
        );
        error.to_string()
    };
    for url in ["", "host", "host:1080", "user:hush@host:1080"] {
        assert_eq!(
            proxy(url),
            "the proxy's URL has no scheme: it begins with `http://`, `https://`, `socks5://` or `socks5h://`"
        );
    }
    for url in ["ftp://host", "socks4://user:hush@host"] {
        assert_eq!(
            proxy(url),
            "the proxy's URL has another scheme than `http://`, `https://`, `socks5://` and `socks5h://`"
        );
    }
    for url in [
        "socks5://",
        "http://user:hush@",
        "http://user:hush@:3128",
        "http:///x",
    ] {
        assert_eq!(proxy(url), "the proxy's URL has no host");
    }
    for url in [
        "http://host:hush",
        "http://ho st",
        "socks5://host:99999",
        "http://user:hu/sh@host",
    ] {
        assert_eq!(
            proxy(url),
            "the proxy's URL is not a URL, such as `http://user:password@host:port`; special characters in it are written as `%40`"
        );
    }
    let error = usdm::Client::builder()
        .user_agent("a\nb")
        .build()
        .unwrap_err();
    assert!(matches!(
        error,
        Error::InvalidRequest(InvalidRequest::UserAgent)
    ));
}

#[test]
fn a_header_that_cannot_be_sent_is_named_and_its_value_is_not() {
    let refused = |name: &str, value: &str| {
        let builder = usdm::Client::builder().header(name, value);
        assert!(!format!("{builder:?}").contains("hush"));
        let error = builder.build().unwrap_err();
        assert!(!format!("{error:?}").contains("hush"));
        error.to_string()
    };
    for value in ["hush\nX-Other: 1", "hush\r\n\r\n", "hush\0", "\u{7f}hush"] {
        assert_eq!(
            refused("X-Gateway", value),
            "the header \"X-Gateway\" has a line break or another control character in its value"
        );
    }
    for name in ["", "a b", "a:b", "a\nb", "é"] {
        assert_eq!(
            refused(name, "hush"),
            format!("the header {name:?} has a name that HTTP cannot carry")
        );
    }
    assert_eq!(
        refused("x-mbx-APIKEY", "hush"),
        "the header \"x-mbx-APIKEY\" is the API key's: give the client `credentials`"
    );
    for name in [
        "Content-Length",
        "transfer-encoding",
        "Host",
        "accept-encoding",
    ] {
        assert_eq!(
            refused(name, "5"),
            format!("the header {name:?} is written by the client itself")
        );
    }
    assert!(refused("User-Agent", "x").contains("`user_agent`"));
    assert!(refused("Proxy-Authorization", "hush").contains("into its URL"));
}

#[test]
fn a_root_certificate_that_cannot_be_read_is_told() {
    let cut = crate::certificates::Authority::new().pem();
    let refused = |pem: &str| {
        let error = usdm::Client::builder()
            .root_certificate(pem)
            .build()
            .unwrap_err();
        assert!(matches!(
            error,
            Error::InvalidRequest(InvalidRequest::RootCertificate { .. })
        ));
        error.to_string()
    };
    for nothing in [
        "",
        "/etc/ssl/company.pem",
        "-----BEGIN X-----\nAA==\n-----END X-----\n",
    ] {
        assert_eq!(
            refused(nothing),
            "the root certificate has no `-----BEGIN CERTIFICATE-----`: is it the text of a PEM file?"
        );
    }
    let garbled = "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n";
    for broken in [&cut[..cut.len() / 2], garbled] {
        assert_eq!(
            refused(broken),
            "the root certificate is no PEM, or was cut off: is it the text of the file?"
        );
    }
    assert_eq!(
        refused("-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n"),
        "the root certificate is PEM, but what it holds cannot be read as a certificate"
    );
}

#[tokio::test]
async fn requests_go_through_a_proxy_with_its_password() {
    let proxy = Server::answering(json("200 OK", "{}"));
    let url = proxy.url.replace("http://", "HTTP://user:hushhush@");
    let builder = usdm::Client::builder()
        .base_url("http://nowhere.invalid")
        .proxy(url);
    assert!(!format!("{builder:?}").contains("hush"));
    let client = builder.user_agent("me/1").build().unwrap();
    assert!(!format!("{client:?}").contains("hush"));
    client.send(usdm::Ping::new()).await.unwrap();
    let received = &proxy.received()[0];
    assert_eq!(received.target, "http://nowhere.invalid/fapi/v1/ping");
    assert_eq!(
        received.header("proxy-authorization"),
        Some("Basic dXNlcjpodXNoaHVzaA==")
    );
    assert_eq!(received.header("user-agent"), Some("me/1"));
}
