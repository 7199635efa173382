//! Order books.

use binance_futures::coinm::streams as coinm;
use binance_futures::topic::{Continuity, Topic};
use binance_futures::types::{SymbolType, Timestamp};
use binance_futures::usdm::streams as usdm;
use serde_json::json;

use crate::{decimal, decode, event, positions, round_trip};

#[test]
fn topic_tells_partial_depth_and_diff_depth_apart() {
    let frame = event("usdm", "diff_depth", &json!({"U": 31, "u": 40, "pu": 29}));
    let snapshot = round_trip::<usdm::PartialDepth>(&frame);
    let update = round_trip::<usdm::DiffDepth>(&frame);
    assert_eq!(usdm::PartialDepth::CONTINUITY, Continuity::State);
    assert_eq!(usdm::DiffDepth::CONTINUITY, Continuity::Chained);
    assert_eq!(usdm::RpiDepth::CONTINUITY, Continuity::Chained);
    assert_eq!(positions::<usdm::PartialDepth>(&snapshot), [(40, 40, None)]);
    assert_eq!(positions::<usdm::DiffDepth>(&update), [(31, 40, Some(29))]);
}

/// Report S02.
#[test]
fn one_side_of_a_depth_update_can_be_empty() {
    for (changes, bids, asks) in [
        (json!({"b": [], "a": [["20.1", "3"]]}), 0, 1),
        (json!({"b": [["20.0", "0"]], "a": []}), 1, 0),
        (json!({"b": [], "a": []}), 0, 0),
    ] {
        let update = round_trip::<usdm::DiffDepth>(&event("usdm", "diff_depth", &changes));
        assert_eq!((update.bids.len(), update.asks.len()), (bids, asks));
        let update = round_trip::<usdm::RpiDepth>(&event("usdm", "rpi_depth", &changes));
        assert_eq!((update.bids.len(), update.asks.len()), (bids, asks));
        let update = round_trip::<coinm::DiffDepth>(&event("coinm", "diff_depth", &changes));
        assert_eq!((update.bids.len(), update.asks.len()), (bids, asks));
        let book = round_trip::<coinm::PartialDepth>(&event("coinm", "partial_depth", &changes));
        assert_eq!((book.bids.len(), book.asks.len()), (bids, asks));
    }
}

/// Report S02.
#[test]
fn all_quantities_of_a_depth_update_can_be_zero() {
    let zero = json!({"b": [["20.0", "0"], ["19.9", "0.000"]], "a": [["20.1", "0"]]});
    let update = round_trip::<usdm::DiffDepth>(&event("usdm", "diff_depth", &zero));
    let mut levels = update.bids.iter().chain(&update.asks);
    assert!(levels.all(|level| level.quantity.is_zero()));
    let update = round_trip::<usdm::RpiDepth>(&event("usdm", "rpi_depth", &zero));
    let mut levels = update.bids.iter().chain(&update.asks);
    assert!(levels.all(|level| level.quantity.is_zero()));
    let update = round_trip::<coinm::DiffDepth>(&event("coinm", "diff_depth", &zero));
    assert_eq!((update.bids.len(), update.asks.len()), (2, 1));
}

#[test]
fn first_coin_m_depth_update_has_no_previous_id() {
    let first = json!({"pu": -1});
    let update = round_trip::<coinm::DiffDepth>(&event("coinm", "diff_depth", &first));
    assert_eq!(update.previous_update_id, None);
    let book = round_trip::<coinm::PartialDepth>(&event("coinm", "partial_depth", &first));
    assert_eq!(book.previous_update_id, None);
    let book = round_trip::<usdm::PartialDepth>(&event("usdm", "partial_depth", &first));
    assert_eq!(book.previous_update_id, None);
}

#[test]
fn update_ids_order_depth_updates_whose_event_times_do_not_increase() {
    let at = |time: i64, first: u64, last: u64| {
        let changes = json!({"E": time, "U": first, "u": last, "pu": first - 1});
        let update = round_trip::<usdm::DiffDepth>(&event("usdm", "diff_depth", &changes));
        (update.event_time, positions::<usdm::DiffDepth>(&update))
    };
    let (earlier, later) = (at(1_790_000_000_007, 50, 59), at(1_790_000_000_002, 60, 66));
    assert!(earlier.0 > later.0);
    assert!(earlier.1 < later.1);
}

#[test]
fn depth_update_can_have_hundreds_of_levels_on_one_side() {
    let levels: Vec<_> = (0..856)
        .map(|step| json!([format!("{}.{:02}", 20 + step / 100, step % 100), "0.001"]))
        .collect();
    let update = round_trip::<usdm::DiffDepth>(&event("usdm", "diff_depth", &json!({"a": levels})));
    assert_eq!(update.asks.len(), 856);
    assert_eq!(update.asks[855].price, decimal("28.55"));
}

#[test]
fn product_and_pair_of_books_come_and_go() {
    let none = json!({"st": null, "ps": null});
    let update = round_trip::<usdm::DiffDepth>(&event("usdm", "diff_depth", &none));
    assert_eq!((update.product, update.pair), (None, None));
    let book = round_trip::<usdm::PartialDepth>(&event("usdm", "partial_depth", &none));
    assert_eq!((book.product, book.pair), (None, None));
    let update = round_trip::<usdm::RpiDepth>(&event("usdm", "rpi_depth", &none));
    assert_eq!((update.product, update.pair), (None, None));
    let best = round_trip::<usdm::BookTickers>(&event("usdm", "book_tickers", &none));
    assert_eq!((best.product, best.pair), (None, None));
    // COIN-M events had the pair already.
    let update =
        round_trip::<coinm::DiffDepth>(&event("coinm", "diff_depth", &json!({"st": null})));
    assert_eq!((update.product, update.pair.as_str()), (None, "BTCUSD"));
}

/// Report S05.
#[test]
fn event_time_and_transaction_time_are_two_fields() {
    let times = json!({"E": 1_790_000_000_123_u64, "T": 1_790_000_000_045_u64});
    let event_time = Timestamp::from_millis(1_790_000_000_123);
    let transaction_time = Timestamp::from_millis(1_790_000_000_045);
    let update = round_trip::<usdm::DiffDepth>(&event("usdm", "diff_depth", &times));
    assert_eq!(update.event_time, event_time);
    assert_eq!(update.transaction_time, Some(transaction_time));
    let best = round_trip::<usdm::BookTickers>(&event("usdm", "book_tickers", &times));
    assert_eq!(best.event_time, Some(event_time));
    assert_eq!(best.transaction_time, Some(transaction_time));
    let book = round_trip::<coinm::PartialDepth>(&event("coinm", "partial_depth", &times));
    assert_eq!(book.event_time, event_time);
    assert_eq!(book.transaction_time, Some(transaction_time));
}

/// Report S02: events without `T`.
#[test]
fn old_books_have_no_times() {
    let old = json!({"E": null, "T": null, "ps": null, "st": null});
    let best = round_trip::<usdm::BookTickers>(&event("usdm", "book_tickers", &old));
    assert_eq!((best.event_time, best.transaction_time), (None, None));
    let best = round_trip::<coinm::AllBookTickers>(&event("coinm", "all_book_tickers", &old));
    assert_eq!((best.event_time, best.transaction_time), (None, None));
    assert_eq!(positions::<usdm::BookTickers>(&best).len(), 1);

    let old = json!({"T": null});
    let update = round_trip::<usdm::DiffDepth>(&event("usdm", "diff_depth", &old));
    assert_eq!(update.transaction_time, None);
    let update = round_trip::<coinm::DiffDepth>(&event("coinm", "diff_depth", &old));
    assert_eq!(update.transaction_time, None);
    let book = round_trip::<usdm::PartialDepth>(&event("usdm", "partial_depth", &old));
    assert_eq!(book.transaction_time, None);
}

#[test]
fn update_ids_can_exceed_53_bits() {
    let id = 8_389_765_739_703_625_592_u64;
    let ids = json!({"U": id - 1, "u": id, "pu": id - 2});
    let update = round_trip::<usdm::DiffDepth>(&event("usdm", "diff_depth", &ids));
    assert_eq!(update.last_update_id, id);
    let best = round_trip::<coinm::BookTickers>(&event("coinm", "book_tickers", &json!({"u": id})));
    assert_eq!(best.last_update_id, id);
}

#[test]
fn best_prices_of_all_symbols_include_both_products() {
    for (symbol, number, product) in [
        ("QQQUSDT", 1, SymbolType::UsdM),
        ("QQQUSD_PERP", 2, SymbolType::CoinM),
    ] {
        let changes = json!({"s": symbol, "st": number});
        for product_id in ["usdm", "coinm"] {
            let frame = event(product_id, "all_book_tickers", &changes);
            let best = round_trip::<usdm::AllBookTickers>(&frame);
            assert_eq!(
                (best.symbol.as_str(), best.product),
                (symbol, Some(product.clone()))
            );
        }
    }
}

#[test]
fn order_of_fields_does_not_matter() {
    let text = r#"{"a":[ ["20.1","2"] ], "b":[], "pu":7, "u":9, "U":8,
        "s":"QQQUSDT", "E":1790000000000, "e":"depthUpdate"}"#;
    let frame = serde_json::from_str(text).unwrap();
    let update = decode::<usdm::DiffDepth>(&frame).unwrap();
    assert_eq!(update.event_time, Timestamp::from_millis(1_790_000_000_000));
    assert_eq!((update.first_update_id, update.last_update_id), (8, 9));
}
