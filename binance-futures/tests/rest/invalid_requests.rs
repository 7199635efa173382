//! Invalid requests are not sent, and errors explain invalid requests and clients.

use binance_futures::auth::Credentials;
use binance_futures::client::WithOptions;
use binance_futures::error::{Error, InvalidCredentialsKind, InvalidRequest, Outcome};
use binance_futures::rest::{Raw, RestRequest};
use binance_futures::types::OrderRefs;
use binance_futures::usdm::{self, Depth, Usdm};

use crate::support::certificates::Authority;
use crate::support::market_order;
use crate::support::server::{Server, json_response};

/// Returns why a request is invalid. Panics if it is sent.
async fn rejected(request: impl RestRequest<Usdm>) -> InvalidRequest {
    let server = Server::responding(json_response("200 OK", "{}"));
    let Err(error) = server.client().send(request).await else {
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
async fn empty_parameter_is_rejected_with_its_name() {
    assert_eq!(
        rejected(Depth::new("")).await.to_string(),
        "parameter `symbol` of usdm::Depth is empty: omit it or set a value"
    );
    assert!(
        rejected(market_order().client_order_id(""))
            .await
            .to_string()
            .starts_with("parameter `newClientOrderId`")
    );
    let batch = usdm::NewOrders::new([market_order().client_order_id("")]);
    assert!(
        rejected(batch)
            .await
            .to_string()
            .starts_with("parameter `batchOrders`")
    );
    let ids = usdm::CancelOrders::new("BTCUSDT", OrderRefs::ClientOrderIds(vec!["".into()]));
    assert!(
        rejected(ids)
            .await
            .to_string()
            .starts_with("parameter `origClientOrderIdList`")
    );
    let raw = Raw::get("/x").param("a", "");
    assert_eq!(
        rejected(raw).await.to_string(),
        "parameter `a` of GET /x is empty: omit it or set a value"
    );
    let call = Depth::new("BTCUSDT").with().param("b", "");
    assert!(
        rejected(call)
            .await
            .to_string()
            .starts_with("parameter `b`")
    );
}

#[tokio::test]
async fn parameter_too_long_for_http_is_rejected() {
    let invalid = rejected(Depth::new("x".repeat(70_000))).await;
    assert!(matches!(invalid, InvalidRequest::TooLong { length, .. } if length > 70_000));
}

#[tokio::test]
async fn long_parameter_is_sent() {
    let server = Server::responding(json_response(
        "400 Bad Request",
        r#"{"code":-1100,"msg":"Illegal characters."}"#,
    ));
    let order = market_order().client_order_id("x".repeat(60_000));
    let error = server.client().send(order).await.unwrap_err();
    assert_eq!(error.code(), Some(-1100));
    assert!(server.received()[0].target.len() > 60_000);
}

#[tokio::test]
async fn invalid_path_is_rejected() {
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
        let invalid = rejected(Raw::get(path)).await;
        assert_eq!(
            invalid,
            InvalidRequest::Path {
                path: path.to_owned()
            }
        );
    }
}

#[test]
fn error_of_invalid_credentials_does_not_contain_them() {
    let rejected = |key: &str, secret: &str| Credentials::hmac(key, secret).unwrap_err();
    assert_eq!(rejected("key", "").kind(), InvalidCredentialsKind::Secret);
    assert_eq!(
        Error::from(rejected("my-key\n", "x")).to_string(),
        "the API key contains a line break, a space or another character that is not printable ASCII: trim the text it is read from"
    );
}

#[test]
fn build_explains_an_invalid_url_or_user_agent() {
    let build = |base: &str| {
        usdm::Client::builder()
            .base_url(base)
            .build()
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        build("not a URL"),
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
        "the base URL does not begin with `http://` or `https://`"
    );
    assert_eq!(
        build("https://host/?a=b"),
        "the base URL contains a `?` or a `#`"
    );
    assert_eq!(
        build("https://user:pass@host"),
        "the base URL contains a user or a password, which the exchange does not use"
    );
    let proxy = |url: &str| {
        let error = usdm::Client::builder().proxy(url).build().unwrap_err();
        assert!(
            matches!(error, Error::InvalidRequest(InvalidRequest::Proxy { .. })),
            "{url}"
        );
        error.to_string()
    };
    for url in ["", "host", "host:1080", "user:s3cr3t@host:1080"] {
        assert_eq!(
            proxy(url),
            "the proxy URL has no scheme: it must begin with `http://`, `https://`, `socks5://` or `socks5h://`"
        );
    }
    for url in ["ftp://host", "socks4://user:s3cr3t@host"] {
        assert_eq!(
            proxy(url),
            "the proxy URL has an unsupported scheme: use `http://`, `https://`, `socks5://` or `socks5h://`"
        );
    }
    for url in [
        "socks5://",
        "http://user:s3cr3t@",
        "http://user:s3cr3t@:3128",
        "http:///x",
    ] {
        assert_eq!(proxy(url), "the proxy URL has no host");
    }
    for url in [
        "http://host:s3cr3t",
        "http://ho st",
        "socks5://host:99999",
        "http://user:s3c/r3t@host",
    ] {
        assert_eq!(
            proxy(url),
            "the proxy URL is not a URL, such as `http://user:password@host:port`; special characters in it are percent-encoded, such as `%40`"
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
fn error_of_an_invalid_header_has_its_name_and_not_its_value() {
    let rejected = |name: &str, value: &str| {
        let builder = usdm::Client::builder().header(name, value);
        assert!(!format!("{builder:?}").contains("s3cr3t"));
        let error = builder.build().unwrap_err();
        assert!(!format!("{error:?}").contains("s3cr3t"));
        error.to_string()
    };
    for value in [
        "s3cr3t\nX-Other: 1",
        "s3cr3t\r\n\r\n",
        "s3cr3t\0",
        "\u{7f}s3cr3t",
    ] {
        assert_eq!(
            rejected("X-Gateway", value),
            "the header \"X-Gateway\" has a line break or another control character in its value"
        );
    }
    for name in ["", "a b", "a:b", "a\nb", "é"] {
        assert_eq!(
            rejected(name, "s3cr3t"),
            format!("the header {name:?} has a name that is not valid in HTTP")
        );
    }
    assert_eq!(
        rejected("x-mbx-APIKEY", "s3cr3t"),
        "the header \"x-mbx-APIKEY\" is for the API key: use `credentials`"
    );
    for name in [
        "Content-Length",
        "transfer-encoding",
        "Host",
        "accept-encoding",
        "Sec-WebSocket-Key",
    ] {
        assert_eq!(
            rejected(name, "5"),
            format!("the header {name:?} is set by the client itself")
        );
    }
    assert!(rejected("User-Agent", "x").contains("`user_agent`"));
    assert!(rejected("Proxy-Authorization", "s3cr3t").contains("into the proxy URL"));
}

#[test]
fn invalid_root_certificate_is_explained() {
    let pem = Authority::new().pem();
    let rejected = |pem: &str| {
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
    for other in [
        "",
        "/etc/ssl/company.pem",
        "-----BEGIN X-----\nAA==\n-----END X-----\n",
    ] {
        assert_eq!(
            rejected(other),
            "the root certificate has no `-----BEGIN CERTIFICATE-----`: pass the contents of a PEM file"
        );
    }
    let invalid = "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n";
    for broken in [&pem[..pem.len() / 2], invalid] {
        assert_eq!(
            rejected(broken),
            "the root certificate is not PEM, or is truncated: pass the contents of the file"
        );
    }
    assert_eq!(
        rejected("-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n"),
        "the root certificate is PEM, but does not contain a valid certificate"
    );
}

#[tokio::test]
async fn request_goes_through_a_proxy_with_a_password() {
    let proxy = Server::responding(json_response("200 OK", "{}"));
    let url = proxy.url.replace("http://", "HTTP://user:s3cr3tpass@");
    let builder = usdm::Client::builder()
        .base_url("http://exchange.invalid")
        .proxy(url);
    assert!(!format!("{builder:?}").contains("s3cr3t"));
    let client = builder.user_agent("me/1").build().unwrap();
    assert!(!format!("{client:?}").contains("s3cr3t"));
    client.send(usdm::Ping::new()).await.unwrap();
    let received = &proxy.received()[0];
    assert_eq!(received.target, "http://exchange.invalid/fapi/v1/ping");
    assert_eq!(
        received.header("proxy-authorization"),
        Some("Basic dXNlcjpzM2NyM3RwYXNz")
    );
    assert_eq!(received.header("user-agent"), Some("me/1"));
}
