//! URLs of connections.

use binance_futures::coinm;
use binance_futures::error::{Error, InvalidRequest};
use binance_futures::topic::Subscribable;
use binance_futures::usdm::{self, streams};
use binance_futures::ws::Layout;

use crate::support::builder;
use crate::support::server::Server;

async fn usdm_path<T>(topic: T, layout: Layout, path: &str) -> String
where
    T: Subscribable<Product = usdm::Usdm>,
{
    let server = Server::new().await;
    let connector = builder(format!("{}{path}", server.url)).build_connector();
    let opening = connector.unwrap().socket([topic]).layout(layout);
    let _socket = opening.await.unwrap();
    server.only().target
}

#[tokio::test]
async fn topic_chooses_the_path() {
    let (combined, raw) = (Layout::Combined, Layout::Raw);
    let trades = || streams::AggTrades::new("BTCUSDT");
    let tickers = || streams::BookTickers::new("BTCUSDT");
    for (found, expected) in [
        (usdm_path(trades(), combined, "").await, "/market/stream"),
        (usdm_path(trades(), raw, "").await, "/market/ws"),
        (usdm_path(tickers(), combined, "").await, "/public/stream"),
        (usdm_path(tickers(), raw, "").await, "/public/ws"),
        (usdm_path(tickers(), raw, "/").await, "/public/ws"),
        (
            usdm_path(tickers(), combined, "/a/b%20c/").await,
            "/a/b%20c/public/stream",
        ),
        (
            usdm_path(streams::AnyTopic::from(trades()), combined, "/x").await,
            "/x/market/stream",
        ),
    ] {
        assert_eq!(found, format!("GET {expected} HTTP/1.1"));
    }
}

#[tokio::test]
async fn coin_m_has_no_groups() {
    for (layout, path, expected) in [
        (Layout::Combined, "", "/stream"),
        (Layout::Raw, "", "/ws"),
        (Layout::Combined, "/gateway", "/gateway/stream"),
    ] {
        let server = Server::new().await;
        let connector = coinm::Connector::builder()
            .streams_url(format!("{}{path}", server.url))
            .build_connector()
            .unwrap();
        let topic = coinm::streams::BookTickers::new("BTCUSD_PERP");
        let _socket = connector.socket([topic]).layout(layout).await.unwrap();
        assert_eq!(server.only().target, format!("GET {expected} HTTP/1.1"));
    }
}

#[tokio::test]
async fn session_uses_the_combined_path_of_its_group() {
    let server = Server::new().await;
    let connector = builder(&server.url).build_connector().unwrap();
    let topic = streams::BookTickers::new("BTCUSDT");
    let mut session = connector.session([topic]).build().unwrap();
    session.ready().await.unwrap();
    assert_eq!(server.only().target, "GET /public/stream HTTP/1.1");
}

#[test]
fn invalid_urls_say_what_is_wrong() {
    for (url, problem) in [
        ("", "is not a URL"),
        ("fstream.binance.com", "is not a URL"),
        ("https://fstream.binance.com", "does not begin"),
        ("wss://", "is not a URL"),
        ("wss://host/?a=1", "contains a `?`"),
        ("wss://host#a", "contains a `?`"),
        ("wss://user:s3cr3t@host", "contains a user"),
    ] {
        let error = builder(url).build_connector().unwrap_err();
        let Error::InvalidRequest(InvalidRequest::WebsocketUrl { problem: found, .. }) = &error
        else {
            panic!("{error:?}");
        };
        assert!(found.starts_with(problem), "{url}: {found}");
        assert!(!format!("{error} {error:?}").contains("s3cr3t"));
    }
}

#[tokio::test]
async fn topics_of_several_groups_need_several_connections() {
    let server = Server::new().await;
    let connector = builder(&server.url).build_connector().unwrap();
    let topics: [streams::AnyTopic; 2] = [
        streams::AggTrades::new("BTCUSDT").into(),
        streams::BookTickers::new("BTCUSDT").into(),
    ];
    let error = connector.socket(topics.clone()).await.unwrap_err();
    let invalid =
        |error: &Error| matches!(error, Error::InvalidRequest(InvalidRequest::Topics { .. }));
    assert!(invalid(&error), "{error:?}");
    let error = connector.session(topics).build().unwrap_err();
    assert!(invalid(&error), "{error:?}");
    assert!(server.received().is_empty());
}
