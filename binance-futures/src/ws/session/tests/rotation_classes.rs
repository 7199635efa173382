//! Rotations of topics of each continuity.

use serde_json::{Value, json};

use super::{millis, read_for, seconds, started};
use crate::topic::Subscribable;
use crate::usdm::Usdm;
use crate::usdm::streams::{
    AllLiquidations, AllMarkPrices, BookTickers, DiffDepth, Klines, Liquidations,
};
use crate::ws::tests::events::{TIME, book_ticker, depth, kline, liquidation, mark_price};
use crate::ws::tests::sim::Sim;

/// The number of rotations of each class.
const ROTATIONS: u64 = 200;

/// Publishes events over many rotations, and checks that each is delivered once and in order. `event` returns an event by its number, and
/// `texts` tells the elements of an event apart.
async fn rotate<T: Subscribable<Product = Usdm>>(
    class: &str,
    topic: T,
    latencies: &[u64],
    mut event: impl FnMut(u64) -> Value,
    texts: impl Fn(&T::Event) -> Vec<String>,
) {
    let sim = Sim::default();
    sim.latencies(latencies);
    let name = topic.wire_name().unwrap();
    let session = sim.connector().session([topic.clone()]);
    let mut session = started(session.rotate_after(seconds(5))).await;
    let (mut expected, mut delivered) = (Vec::new(), Vec::new());
    let mut number = 0;
    while session.stats().rotated < ROTATIONS || sim.open().len() > 1 {
        number += 1;
        let event = event(number);
        let text = event.to_string();
        let decoded = topic.decode(&mut crate::json::Reader::new(&text)).unwrap();
        expected.extend(texts(&decoded));
        sim.publish(name.as_str(), &event);
        let (events, notices) = read_for(&mut session, millis(250)).await;
        assert!(notices.is_empty(), "{class}: {notices:?}");
        delivered.extend(events.iter().flat_map(&texts));
        assert!(number < 10_000, "{class}: not rotated");
        if number % 100 == 0 {
            sim.forget_ended();
        }
    }
    let (events, _) = read_for(&mut session, seconds(2)).await;
    delivered.extend(events.iter().flat_map(&texts));
    for (index, (delivered, expected)) in delivered.iter().zip(&expected).enumerate() {
        assert_eq!(delivered, expected, "{class}: element {index}");
    }
    assert_eq!(delivered.len(), expected.len(), "{class}");
    let stats = session.stats();
    println!(
        "{class}: {} rotations, {} elements, 0 lost, 0 duplicated, in order, {} copies dropped",
        stats.rotated,
        delivered.len(),
        stats.duplicates
    );
    assert!(stats.duplicates > 0);
    assert_eq!(stats.ended.total(), 0);
}

#[tokio::test(start_paused = true)]
async fn changes_of_an_order_book_are_complete() {
    let update = |number: u64| depth("BTCUSDT", number * 7, number * 7 + 7);
    rotate(
        "diff depth",
        DiffDepth::new("BTCUSDT"),
        &[0, 400, 5],
        update,
        |event| vec![event.last_update_id.to_string()],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn book_tickers_are_complete() {
    let update = |number: u64| book_ticker("BTCUSDT", number * 3);
    rotate(
        "book tickers",
        BookTickers::new("BTCUSDT"),
        &[0, 40, 5],
        update,
        |event| vec![event.last_update_id.to_string()],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn closed_candlesticks_are_delivered_once() {
    // A candlestick has eight events, of which the last one closes it.
    let update = |number: u64| {
        let start = TIME + (number - 1) / 8 * 60_000;
        let time = start + (number - 1) % 8 * 250;
        kline("BTCUSDT", start, time, number.is_multiple_of(8))
    };
    rotate(
        "klines",
        Klines::new("BTCUSDT", "1m"),
        &[0, 40, 5],
        update,
        |event| {
            let start = event.kline.open_time.as_millis();
            let time = event.event_time.as_millis();
            vec![format!("{start} {time} {}", event.kline.closed)]
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn lists_of_mark_prices_are_complete() {
    let update = |number: u64| {
        let prices = ["A", "B", "C"].map(|symbol| mark_price(symbol, TIME + 1_000 * number));
        json!(prices)
    };
    rotate(
        "!markPrice@arr",
        AllMarkPrices::new(),
        &[0, 40, 5],
        update,
        |event| {
            let elements = event.iter();
            elements
                .map(|price| format!("{} {}", price.symbol, price.event_time.as_millis()))
                .collect()
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn liquidations_of_a_symbol_are_complete() {
    let update = |number: u64| liquidation("SOLUSDT", TIME + number);
    rotate(
        "liquidations",
        Liquidations::new("SOLUSDT"),
        &[0, 40, 5],
        update,
        |event| vec![event.order.trade_time.as_millis().to_string()],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn liquidations_of_all_symbols_are_complete() {
    let update = |number: u64| {
        let orders = [0, 1].map(|index| liquidation("SOLUSDT", TIME + number * 2 + index));
        json!(orders)
    };
    rotate(
        "!forceOrder@arr",
        AllLiquidations::new(),
        &[0, 40, 5],
        update,
        |event| {
            let elements = event.iter();
            elements
                .map(|element| element.order.trade_time.as_millis().to_string())
                .collect()
        },
    )
    .await;
}
