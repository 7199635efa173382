//! Subscribers that read more slowly than events arrive.

use serde_json::{Value, json};

use super::{millis, seconds, streams};
use crate::topic::Subscribable;
use crate::types::KlineInterval;
use crate::usdm::streams::{AggTrades, AllMarkPrices, BookTickers, Klines};
use crate::ws::event::{Cause, Notice, Update};
use crate::ws::streams::{Queue, Subscription};
use crate::ws::tests::events::{TIME, book_ticker, kline, mark_price, trade};
use crate::ws::tests::sim::{Control, Sim};

const TRADES: &str = "btcusdt@aggTrade";

/// Reads everything that waits.
async fn waiting<T: Subscribable>(subscription: &mut Subscription<T>) -> Vec<Update<T::Event>> {
    let mut updates = Vec::new();
    while let Ok(Some(update)) = tokio::time::timeout(millis(1), subscription.next()).await {
        updates.push(update);
    }
    updates
}

fn publish_trades(sim: &Sim, ids: std::ops::RangeInclusive<u64>) {
    for id in ids {
        sim.publish(TRADES, &trade("BTCUSDT", id));
    }
}

#[tokio::test(start_paused = true)]
async fn the_oldest_updates_are_removed_and_counted_where_they_are_missing() {
    let sim = Sim::default();
    let trades = streams(&sim).subscribe(AggTrades::new("BTCUSDT"));
    let mut trades = trades.queue(Queue::drop_oldest().items(10)).await.unwrap();
    publish_trades(&sim, 1..=25);
    tokio::time::sleep(millis(10)).await;
    let updates = waiting(&mut trades).await;
    assert!(matches!(updates[0], Update::Notice(Notice::Lagged(15))));
    let ids: Vec<_> = updates[1..]
        .iter()
        .map(|update| update.clone().event().unwrap().id.unwrap())
        .collect();
    assert_eq!(ids, (16..=25).collect::<Vec<_>>());
    let stats = trades.stats();
    assert_eq!((stats.events, stats.lagged, stats.queued), (25, 15, 0));
    assert_eq!(stats.queued_bytes, 0);
    // What was reported is not reported again.
    publish_trades(&sim, 26..=26);
    let event = trades.next().await.unwrap().event().unwrap();
    assert_eq!(event.id, Some(26));
}

#[tokio::test(start_paused = true)]
async fn a_queue_is_bounded_in_bytes() {
    let sim = Sim::default();
    let trades = streams(&sim).subscribe(AggTrades::new("BTCUSDT"));
    let queue = Queue::drop_oldest().bytes(10_000);
    let trades = trades.queue(queue).await.unwrap();
    publish_trades(&sim, 1..=1_000);
    tokio::time::sleep(millis(10)).await;
    let stats = trades.stats();
    assert!(stats.queued_bytes <= 10_000, "{stats:?}");
    assert!(stats.queued > 10, "{stats:?}");
    assert_eq!(stats.queued as u64 + stats.lagged, 1_000);
}

#[tokio::test(start_paused = true)]
async fn an_event_that_is_larger_than_the_queue_is_kept_alone() {
    let sim = Sim::default();
    let trades = streams(&sim).subscribe(AggTrades::new("BTCUSDT"));
    let mut trades = trades.queue(Queue::drop_oldest().bytes(1)).await.unwrap();
    publish_trades(&sim, 1..=3);
    tokio::time::sleep(millis(10)).await;
    let updates = waiting(&mut trades).await;
    assert!(matches!(updates[0], Update::Notice(Notice::Lagged(2))));
    assert_eq!(updates.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_subscription_can_end_when_its_queue_is_full() {
    let sim = Sim::default();
    let streams = streams(&sim);
    let strict = streams.subscribe(AggTrades::new("BTCUSDT"));
    let mut strict = strict.queue(Queue::fail().items(5)).await.unwrap();
    let mut other = streams.subscribe(AggTrades::new("BTCUSDT")).await.unwrap();
    publish_trades(&sim, 1..=20);
    tokio::time::sleep(millis(10)).await;
    let updates = waiting(&mut strict).await;
    assert_eq!(updates.len(), 6);
    assert!(matches!(
        updates[5],
        Update::Notice(Notice::Closed(Cause::QueueFull))
    ));
    assert!(strict.next().await.is_none());
    assert_eq!(waiting(&mut other).await.len(), 20, "others go on");
}

fn quotes(updates: &[Update<<BookTickers as Subscribable>::Event>]) -> Vec<(String, u64)> {
    let events = updates.iter().filter_map(|update| update.clone().event());
    events
        .map(|event| (event.symbol.to_string(), event.last_update_id))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn the_latest_event_of_each_symbol_takes_the_place_of_the_one_before() {
    let sim = Sim::default();
    let topics = ["AUSDT", "BUSDT"].map(BookTickers::new);
    let subscribe = streams(&sim).subscribe_all(topics).queue(Queue::latest());
    let mut latest = subscribe.await.unwrap();
    for id in 1..=1_000 {
        sim.publish("ausdt@bookTicker", &book_ticker("AUSDT", id));
        if id % 100 == 50 {
            sim.publish("busdt@bookTicker", &book_ticker("BUSDT", id));
        }
    }
    tokio::time::sleep(millis(10)).await;
    let updates = waiting(&mut latest).await;
    let expected = [(String::from("AUSDT"), 1_000), (String::from("BUSDT"), 950)];
    assert_eq!(quotes(&updates), expected);
    let stats = latest.stats();
    assert_eq!((stats.events, stats.replaced), (1_010, 1_008));
    assert_eq!((stats.lagged, stats.queued_bytes), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn no_event_takes_a_place_before_a_notice() {
    let sim = Sim::default();
    let subscribe = streams(&sim).subscribe(BookTickers::new("AUSDT"));
    let mut latest = subscribe.queue(Queue::latest()).await.unwrap();
    sim.publish("ausdt@bookTicker", &book_ticker("AUSDT", 1));
    tokio::time::sleep(millis(10)).await;
    sim.control(0, Control::Drop);
    latest.ready().await.unwrap();
    for id in [7, 8] {
        sim.publish("ausdt@bookTicker", &book_ticker("AUSDT", id));
    }
    tokio::time::sleep(millis(10)).await;
    let updates = waiting(&mut latest).await;
    let ids: Vec<_> = quotes(&updates).into_iter().map(|(_, id)| id).collect();
    assert_eq!(ids, [1, 8]);
    assert!(matches!(updates.first(), Some(Update::Event(_))));
    assert!(matches!(updates.last(), Some(Update::Event(_))));
    assert!(updates.len() >= 4, "with the notices between them");
}

#[tokio::test(start_paused = true)]
async fn a_closed_candlestick_is_never_replaced() {
    let sim = Sim::default();
    let topic = Klines::new("BTCUSDT", KlineInterval::Minute1);
    let subscribe = streams(&sim).subscribe(topic).queue(Queue::latest());
    let mut latest = subscribe.await.unwrap();
    let minute = 60_000;
    for period in 0..5 {
        let start = TIME + period * minute;
        for time in [10_000, 20_000, 30_000] {
            let open = kline("BTCUSDT", start, start + time, false);
            sim.publish("btcusdt@kline_1m", &open);
        }
        let closed = kline("BTCUSDT", start, start + minute, true);
        sim.publish("btcusdt@kline_1m", &closed);
    }
    let start = TIME + 5 * minute;
    for time in [1, 2] {
        let open = kline("BTCUSDT", start, start + time, false);
        sim.publish("btcusdt@kline_1m", &open);
    }
    tokio::time::sleep(millis(10)).await;
    let candles: Vec<_> = waiting(&mut latest)
        .await
        .into_iter()
        .map(|update| update.event().unwrap().data)
        .map(|event| {
            let period = (event.kline.open_time.as_millis() - TIME as i64) / minute as i64;
            (period, event.kline.closed, event.event_time.as_millis())
        })
        .collect();
    let closed: Vec<_> = candles.iter().filter(|(_, closed, _)| *closed).collect();
    assert_eq!(closed.len(), 5);
    assert_eq!(candles.len(), 6, "{candles:?}");
    assert_eq!(candles[5], (5, false, (start + 2) as i64));
    assert!(candles.is_sorted_by_key(|(period, ..)| *period));
}

fn marks(prices: &[(&str, u64)]) -> Value {
    let elements = prices
        .iter()
        .map(|(symbol, time)| mark_price(symbol, *time));
    Value::Array(elements.collect())
}

#[tokio::test(start_paused = true)]
async fn of_lists_the_latest_element_of_each_symbol_is_kept() {
    let sim = Sim::default();
    let subscribe = streams(&sim).subscribe(AllMarkPrices::new());
    let mut latest = subscribe.queue(Queue::latest()).await.unwrap();
    let publish = |prices: &[(&str, u64)]| sim.publish("!markPrice@arr", &marks(prices));
    publish(&[("AUSDT", 1), ("BUSDT", 1), ("CUSDT", 1)]);
    publish(&[("AUSDT", 2), ("BUSDT", 2)]);
    publish(&[("BUSDT", 3)]);
    publish(&[("DUSDT", 4)]);
    publish(&[("AUSDT", 5), ("BUSDT", 5)]);
    tokio::time::sleep(millis(10)).await;
    let lists: Vec<Vec<_>> = waiting(&mut latest)
        .await
        .into_iter()
        .map(|update| {
            let event = update.event().unwrap().data;
            let elements = event.iter();
            elements
                .map(|mark| (mark.symbol.to_string(), mark.event_time.as_millis()))
                .collect()
        })
        .collect();
    let mark = |symbol: &str, time| (symbol.to_owned(), time);
    assert_eq!(
        lists,
        [
            vec![mark("CUSDT", 1)],
            vec![mark("AUSDT", 5), mark("BUSDT", 5)],
            vec![mark("DUSDT", 4)],
        ]
    );
}

/// A subscriber that never reads costs no more than its queue.
#[tokio::test(start_paused = true)]
async fn the_latest_events_of_lists_stay_bounded() {
    let sim = Sim::default();
    let subscribe = streams(&sim).subscribe(AllMarkPrices::new());
    let latest = subscribe.queue(Queue::latest()).await.unwrap();
    for time in 0..2_000 {
        let publish = |prices: &[(&str, u64)]| sim.publish("!markPrice@arr", &marks(prices));
        publish(&[("AUSDT", time), ("BUSDT", time)]);
        publish(&[("BUSDT", time), ("CUSDT", time)]);
        publish(&[("CUSDT", time)]);
    }
    tokio::time::sleep(millis(100)).await;
    let stats = latest.stats();
    assert!(stats.queued <= 3, "{stats:?}");
    assert_eq!((stats.events, stats.lagged), (6_000, 0));
}

/// What an exchange might push of a list without elements.
#[tokio::test(start_paused = true)]
async fn an_empty_list_is_an_event() {
    let sim = Sim::default();
    let subscribe = streams(&sim).subscribe(AllMarkPrices::new());
    let mut latest = subscribe.queue(Queue::latest()).await.unwrap();
    sim.publish("!markPrice@arr", &json!([]));
    sim.publish("!markPrice@arr", &marks(&[("AUSDT", 1)]));
    tokio::time::sleep(seconds(1)).await;
    assert_eq!(waiting(&mut latest).await.len(), 2);
}
