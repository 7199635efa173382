//! Every topic of both products delivers events of its type.

use binance_futures::dynamic::{Kind, Operation};
use binance_futures::registry;
use serde_json::Value;

use super::{Socket, advance, moving};

/// Returns a name of a topic that the market has data for.
fn name(operation: &Operation) -> String {
    let is_coinm = operation.product == "coinm";
    let template = operation.stream.unwrap();
    let mut name = template.split('[').next().unwrap().to_owned();
    let symbol = match operation.id {
        "composite_index" => "defiusdt",
        "asset_index" => "btcusd",
        _ if is_coinm => "btcusd_perp",
        _ => "btcusdt",
    };
    for (parameter, value) in [
        ("<symbol>", symbol),
        ("<pair>", if is_coinm { "btcusd" } else { "btcusdt" }),
        ("<interval>", "1m"),
        ("<contractType>", "perpetual"),
        ("<levels>", "5"),
    ] {
        name = name.replace(parameter, value);
    }
    assert!(!name.contains('<'), "{name}");
    name
}

fn target(operation: &Operation, name: &str) -> String {
    match operation.product {
        "coinm" => format!("/stream?streams={name}"),
        _ => format!("/{}/stream?streams={name}", operation.group),
    }
}

fn topics() -> impl Iterator<Item = &'static Operation> {
    registry::operations().filter(|operation| operation.kind == Kind::Stream)
}

#[tokio::test]
async fn every_topic_delivers_events_of_its_type() {
    let session = moving().await;
    let mut checked = 0;
    for operation in topics() {
        let name = name(operation);
        let mut socket = Socket::open(&session, &target(operation, &name)).await;
        // Contract information comes at each full hour.
        advance(&session, if name == "!contractInfo" { 3_600 } else { 130 });
        let frame = socket.json().await;
        assert_eq!(frame["stream"], name.as_str());
        let event = frame["data"].to_string();
        let again = (operation.reencode)(&event);
        let again = again.unwrap_or_else(|error| panic!("{name}: {error}: {event}"));
        let again: Value = serde_json::from_str(&again).unwrap();
        assert_eq!(again, frame["data"], "{name}");
        checked += 1;
    }
    assert!(checked >= 40, "{checked}");
}

#[tokio::test]
async fn raw_connections_deliver_events_without_the_name() {
    let session = moving().await;
    let names = "btcusdt@aggTrade/btcusdt@markPrice@1s";
    let mut socket = Socket::open(&session, &format!("/market/ws/{names}")).await;
    advance(&session, 10);
    let frames = socket.all().await;
    let mut kinds: Vec<&str> = frames
        .iter()
        .map(|frame| frame["e"].as_str().unwrap())
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds, ["aggTrade", "markPriceUpdate"]);
}

#[tokio::test]
async fn topics_of_the_wrong_group_and_unknown_names_are_silent() {
    let session = moving().await;
    for target in [
        "/public/ws/btcusdt@aggTrade",
        "/market/ws/btcusdt@bookTicker",
        "/private/ws/btcusdt@aggTrade",
        "/market/ws/nope@aggTrade",
        "/market/ws/btcusdt@nope",
        "/public/ws/btcusdt@depth@250ms",
        "/market/ws/btcusdt@kline_1s",
        "/ws/btcusdt@aggTrade",
        "/market/ws/btcusd_perp@aggTrade",
    ] {
        let mut socket = Socket::open(&session, target).await;
        advance(&session, 70);
        assert!(socket.is_silent().await, "{target}");
    }
}

#[tokio::test]
async fn prices_and_candlesticks_of_either_product_are_served_on_both_hosts() {
    let session = moving().await;
    for (target, symbol) in [
        ("/market/ws/btcusd_perp@markPrice", "BTCUSD_PERP"),
        ("/ws/btcusdt@markPrice@1s", "BTCUSDT"),
        ("/market/ws/btcusd_perp@kline_1m", "BTCUSD_PERP"),
        ("/ws/btcusdt@kline_1m", "BTCUSDT"),
    ] {
        let mut socket = Socket::open(&session, target).await;
        advance(&session, 10);
        assert_eq!(socket.json().await["s"], symbol, "{target}");
    }
    let mut pair = Socket::open(&session, "/market/ws/btcusd@indexPriceKline_1m").await;
    advance(&session, 10);
    assert_eq!(pair.json().await["e"], "indexPrice_kline");
}

#[tokio::test]
async fn all_market_topics_have_both_products_on_both_hosts() {
    let session = moving().await;
    for target in ["/market/ws/!miniTicker@arr", "/ws/!ticker@arr"] {
        let mut socket = Socket::open(&session, target).await;
        advance(&session, 10);
        let frames = socket.all().await;
        let elements = frames.iter().flat_map(|frame| frame.as_array().unwrap());
        let mut products: Vec<u64> = elements
            .map(|element| element["st"].as_u64().unwrap())
            .collect();
        products.sort_unstable();
        products.dedup();
        assert_eq!(products, [1, 2], "{target}");
    }
    for target in ["/public/ws/!bookTicker", "/ws/!bookTicker"] {
        let mut socket = Socket::open(&session, target).await;
        advance(&session, 20);
        let frames = socket.all().await;
        for product in [1, 2] {
            let mut frames = frames.iter();
            assert!(frames.any(|frame| frame["st"] == product), "{target}");
        }
    }
}
