//! What cannot be sent is not sent, and told.

use binance_futures::error::{Error, InvalidCredentials, InvalidRequest, Outcome};
use binance_futures::rest::{Raw, Sendable};
use binance_futures::sign::Credentials;
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
    assert_eq!(error.outcome(), Outcome::NotSent);
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
    assert_eq!(refused("key", ""), InvalidCredentials::EmptySecret);
    assert_eq!(
        Error::from(refused("my-key\n", "x")).to_string(),
        "the API key has a line break, a space or a character beyond ASCII: trim what was read"
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
    for proxy in ["", "host:1080", "ftp://host", "socks5://", "socks4://host"] {
        let error = usdm::Client::builder().proxy(proxy).build().unwrap_err();
        assert!(
            matches!(error, Error::InvalidRequest(InvalidRequest::Proxy)),
            "{proxy}"
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

#[tokio::test]
async fn requests_go_through_a_proxy_with_its_password() {
    let proxy = Server::answering(json("200 OK", "{}"));
    let url = proxy.url.replace("http://", "http://user:hushhush@");
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
