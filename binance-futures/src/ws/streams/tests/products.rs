//! Topics that push the symbols of both products.

use serde_json::{Value, json};

use super::{millis, read_for, streams};
use crate::usdm::streams::{AllBookTickers, BookTickers};
use crate::ws::streams::Products;
use crate::ws::tests::events::book_ticker;
use crate::ws::tests::sim::Sim;

fn of_product(symbol: &str, product: Option<u64>) -> Value {
    let mut event = book_ticker(symbol, 1);
    if let Some(product) = product {
        event["st"] = json!(product);
    }
    event
}

/// Report S06: a client of one product delivers its own elements and counts the others.
#[tokio::test(start_paused = true)]
async fn elements_of_the_other_product_are_left_out_and_counted() {
    let sim = Sim::default();
    let streams = streams(&sim);
    let mut own = streams.subscribe(AllBookTickers::new()).await.unwrap();
    let all = streams.subscribe(AllBookTickers::new());
    let mut all = all.products(Products::All).await.unwrap();
    for (symbol, product) in [
        ("BTCUSDT", Some(1)),
        ("BTCUSD_PERP", Some(2)),
        ("ETHUSDT", None),
        ("XRPUSDT", Some(9)),
    ] {
        sim.publish("!bookTicker", &of_product(symbol, product));
    }
    let (events, _) = read_for(&mut own, millis(10)).await;
    let symbols: Vec<_> = events.iter().map(|event| event.symbol.as_str()).collect();
    assert_eq!(symbols, ["BTCUSDT", "ETHUSDT", "XRPUSDT"]);
    assert_eq!(own.stats().of_other_products, 1);
    let (events, _) = read_for(&mut all, millis(10)).await;
    assert_eq!((events.len(), all.stats().of_other_products), (4, 0));
}

#[tokio::test(start_paused = true)]
async fn a_symbol_that_was_asked_for_is_delivered_whatever_its_product() {
    let sim = Sim::default();
    let topic = BookTickers::new("BTCUSD_PERP");
    let mut quotes = streams(&sim).subscribe(topic).await.unwrap();
    let event = of_product("BTCUSD_PERP", Some(2));
    sim.publish("btcusd_perp@bookTicker", &event);
    assert_eq!(read_for(&mut quotes, millis(10)).await.0.len(), 1);
}
