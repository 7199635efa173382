//! Trades, liquidations and candlesticks.

use std::time::Duration;

use binance_futures::coinm::streams as coinm;
use binance_futures::decode as json_text;
use binance_futures::topic::{Continuity, Period, Topic};
use binance_futures::types::{KlineInterval, OrderStatus, SymbolType, TradeKind};
use binance_futures::usdm::streams as usdm;
use serde_json::json;

use crate::{change, decimal, decode, event, positions, round_trip, sample};

/// Returns the sequence that an event belongs to.
fn key<T: Topic>(frame: &serde_json::Value) -> String {
    let event = round_trip::<T>(frame);
    let position = T::positions(&event).next().unwrap();
    position.key.as_str().to_owned()
}

#[test]
fn record_without_a_trade_is_told_by_its_kind() {
    let changes = json!({"X": "NA", "p": "0", "q": "0"});
    let record = round_trip::<usdm::Trades>(&event("usdm", "trades", &changes));
    assert_eq!(record.kind, TradeKind::NoTrade);
    assert!(record.price.is_zero() && record.quantity.is_zero());
    let record = round_trip::<coinm::Trades>(&event("coinm", "trades", &changes));
    assert_eq!(record.kind, TradeKind::NoTrade);
    let record = round_trip::<usdm::Trades>(&event("usdm", "trades", &json!({"X": "LATER"})));
    assert_eq!(record.kind.as_str(), "LATER");
}

#[test]
fn trade_may_name_its_product_and_pair() {
    let trade = round_trip::<coinm::Trades>(&sample("coinm", "trades"));
    assert_eq!((trade.product, trade.pair), (None, None));
    let both = json!({"st": 1, "ps": "BTCUSDT"});
    let trade = round_trip::<usdm::Trades>(&event("usdm", "trades", &both));
    assert_eq!(trade.product, Some(SymbolType::UsdM));
    assert_eq!(trade.pair.unwrap().as_str(), "BTCUSDT");
    assert_eq!(usdm::Trades::CONTINUITY, Continuity::Contiguous);
}

#[test]
fn quantity_without_rpi_comes_and_goes() {
    for (changes, quantity) in [
        (json!({"nq": null}), None),
        (json!({"nq": "0.40"}), Some(decimal("0.40"))),
    ] {
        let trade = round_trip::<usdm::AggTrades>(&event("usdm", "agg_trades", &changes));
        assert_eq!(trade.quantity_without_rpi, quantity);
        let trade = round_trip::<coinm::AggTrades>(&event("coinm", "agg_trades", &changes));
        assert_eq!(trade.quantity_without_rpi, quantity);
    }
}

#[test]
fn old_aggregate_trade_has_no_id_and_no_position() {
    let old = json!({"a": null, "nq": null, "st": null});
    let trade = round_trip::<usdm::AggTrades>(&event("usdm", "agg_trades", &old));
    assert_eq!(
        (trade.id, positions::<usdm::AggTrades>(&trade)),
        (None, vec![])
    );
}

#[test]
fn digits_of_prices_and_quantities_are_kept() {
    for (quantity, price) in [("0.020", "2317.30"), ("0.02", "2317.3"), ("0", "0.0000000")] {
        let changes = json!({"q": quantity, "p": price});
        let trade = round_trip::<usdm::AggTrades>(&event("usdm", "agg_trades", &changes));
        assert_eq!(trade.quantity, decimal(quantity));
        assert_eq!(trade.price.to_string(), price);
    }
}

#[test]
fn trade_ids_can_exceed_53_bits() {
    let id = 933_256_278_426_274_426_u64;
    let trade = round_trip::<usdm::Trades>(&event("usdm", "trades", &json!({"t": id})));
    assert_eq!(trade.id, id);
    let changes = json!({"a": id, "f": id, "l": id + 1});
    let trade = round_trip::<coinm::AggTrades>(&event("coinm", "agg_trades", &changes));
    assert_eq!((trade.id, trade.last_trade_id), (Some(id), id + 1));
}

#[test]
fn symbols_need_not_be_latin() {
    for symbol in [
        "币安人生USDT",
        "龙虾USDT",
        "4USDT",
        "0GUSDT",
        "1000000MOGUSDT",
        "BTCUSDT_250926",
    ] {
        let trade =
            round_trip::<usdm::AggTrades>(&event("usdm", "agg_trades", &json!({"s": symbol})));
        assert_eq!(trade.symbol.as_str(), symbol);
    }
    for (topic, name) in [
        (
            usdm::AggTrades::new("我踏马来了USDT"),
            "我踏马来了usdt@aggTrade",
        ),
        (
            usdm::AggTrades::new("1000000MOGUSDT"),
            "1000000mogusdt@aggTrade",
        ),
        (
            usdm::AggTrades::new("BTCUSDT_250926"),
            "btcusdt_250926@aggTrade",
        ),
    ] {
        assert_eq!(topic.name().unwrap().as_str(), name);
    }
}

#[test]
fn liquidations_of_all_symbols_are_single_objects() {
    let frame = sample("usdm", "all_liquidations");
    for frame in [frame.clone(), json!([frame])] {
        let updates = decode::<usdm::AllLiquidations>(&frame).unwrap();
        assert_eq!(updates.len(), 1);
        assert_eq!(updates[0].order.status, OrderStatus::Filled);
        assert_eq!(decode::<coinm::AllLiquidations>(&frame).unwrap().len(), 1);
    }
}

#[test]
fn copies_of_a_liquidation_order_have_equal_keys() {
    let frame = |event_time: i64, quantity: &str| {
        let mut frame = sample("usdm", "liquidations");
        change(&mut frame, &json!({"E": event_time}));
        change(&mut frame["o"], &json!({"q": quantity}));
        frame
    };
    let one = key::<usdm::Liquidations>(&frame(1_790_000_000_000, "0.5"));
    assert_eq!(
        key::<usdm::Liquidations>(&frame(1_790_000_000_009, "0.5")),
        one
    );
    assert_ne!(
        key::<usdm::Liquidations>(&frame(1_790_000_000_000, "0.6")),
        one
    );
    let both = json!([
        frame(1_790_000_000_000, "0.5"),
        frame(1_790_000_000_000, "0.6")
    ]);
    let updates = round_trip::<usdm::AllLiquidations>(&both);
    let keys: Vec<_> = usdm::AllLiquidations::positions(&updates)
        .map(|position| position.key)
        .collect();
    assert!(keys[0].as_str() == one && keys[1].as_str() != one);
    let within = Duration::from_secs(10);
    assert_eq!(
        usdm::AllLiquidations::CONTINUITY,
        Continuity::Copies { within }
    );
}

#[test]
fn copies_of_contract_information_differ_in_the_event_time_only() {
    let frame = sample("usdm", "contract_info");
    let one = key::<usdm::ContractInfo>(&frame);
    for (changes, is_copy) in [
        (json!({"E": 1_790_000_000_009_i64}), true),
        (json!({"cs": "SETTLING"}), false),
        (json!({"dt": 1_790_000_000_009_i64}), false),
        (json!({"bks": null}), false),
    ] {
        let mut other = frame.clone();
        change(&mut other, &changes);
        assert_eq!(
            key::<usdm::ContractInfo>(&other) == one,
            is_copy,
            "{changes}"
        );
    }
}

#[test]
fn candlestick_names_its_period() {
    let position = |closed: bool| {
        let mut frame = sample("usdm", "klines");
        change(
            &mut frame["k"],
            &json!({"t": 1_790_000_000_000_i64, "x": closed}),
        );
        let event = round_trip::<usdm::Klines>(&frame);
        usdm::Klines::positions(&event).next().unwrap().period
    };
    for is_closed in [false, true] {
        let start = 1_790_000_000_000;
        assert_eq!(position(is_closed), Some(Period { start, is_closed }));
    }
}

#[test]
fn elements_of_a_list_are_removed_one_by_one() {
    let mut update = decode::<usdm::MiniTickers>(&sample("usdm", "mini_tickers")).unwrap();
    assert!(usdm::MiniTickers::retain(&mut update, |_| true));
    assert!(!usdm::MiniTickers::retain(&mut update, |_| false));
    let mut updates = decode::<usdm::AllMiniTickers>(&sample("usdm", "all_mini_tickers")).unwrap();
    let count = updates.len();
    let first = updates[0].symbol.clone();
    assert!(usdm::AllMiniTickers::retain(&mut updates, |_| true));
    assert_eq!(updates.len(), count);
    let rest = usdm::AllMiniTickers::retain(&mut updates, |update| update.symbol != first);
    assert_eq!((rest, updates.len()), (count > 1, count - 1));
    assert!(!usdm::AllMiniTickers::retain(&mut updates, |_| false));
    assert!(updates.is_empty());
}

#[test]
fn liquidation_order_may_name_product_and_pair() {
    for (changes, product) in [
        (json!({"ps": "SOLUSDT", "st": 1}), Some(SymbolType::UsdM)),
        (json!({"ps": null, "st": null}), None),
    ] {
        let mut frame = sample("usdm", "liquidations");
        change(&mut frame["o"], &changes);
        let update = round_trip::<usdm::Liquidations>(&frame);
        assert_eq!(update.order.pair.is_some(), product.is_some());
        assert_eq!((update.order.product, update.product), (product, None));
    }
}

#[test]
fn last_fill_of_a_liquidation_may_exceed_the_executed_quantity() {
    let mut frame = sample("coinm", "liquidations");
    change(&mut frame["o"], &json!({"l": "40", "z": "33"}));
    let order = round_trip::<coinm::Liquidations>(&frame).order;
    assert!(order.last_filled_quantity > order.executed_quantity);
}

#[test]
fn candlestick_may_have_blanks_and_any_order_of_fields() {
    let text = r#"{"k":{"t":1786173300000, "T":1786173359999,"s":"QQQUSDT", "i":"1M",
        "x":true,"f":-1,"L":-1,"o":"2","c":"3","h":"4","l":"1","v":"0","n":0,"q":"0","V":"0","Q":"0","B":"0"},
        "s":"QQQUSDT", "E":1786173360007,"e":"kline"}"#;
    let update = json_text::from_str::<_, <usdm::Klines as Topic>::Wire>(text)
        .map(|update: <usdm::Klines as Topic>::Event| update)
        .unwrap();
    let kline = &update.kline;
    assert_eq!(kline.interval, KlineInterval::Month1);
    assert_eq!((kline.first_trade_id, kline.last_trade_id), (None, None));
    assert!(kline.closed && kline.low < kline.high);
    assert_eq!(
        positions::<usdm::Klines>(&update),
        [(1_786_173_360_007, 1_786_173_360_007, None)]
    );
}

#[test]
fn candlesticks_of_each_interval_are_sequences() {
    let keys = |product: &str, id: &str, interval: &str| {
        let mut frame = event(product, id, &json!({}));
        change(&mut frame["k"], &json!({"i": interval}));
        match (product, id) {
            ("usdm", "klines") => key::<usdm::Klines>(&frame),
            ("coinm", "klines") => key::<coinm::Klines>(&frame),
            ("usdm", _) => key::<usdm::ContinuousKlines>(&frame),
            (_, "continuous_klines") => key::<coinm::ContinuousKlines>(&frame),
            (_, "index_price_klines") => key::<coinm::IndexPriceKlines>(&frame),
            (_, _) => key::<coinm::MarkPriceKlines>(&frame),
        }
    };
    for (product, id, sequence) in [
        ("usdm", "klines", "BTCUSDT"),
        ("usdm", "continuous_klines", "BTCUSDT|PERPETUAL"),
        ("coinm", "klines", "BTCUSD_PERP"),
        ("coinm", "continuous_klines", "BTCUSD|CURRENT_QUARTER"),
        ("coinm", "index_price_klines", "BTCUSD"),
        // Contracts of one pair have different mark prices.
        ("coinm", "mark_price_klines", "BTCUSD_PERP"),
    ] {
        assert_eq!(keys(product, id, "1m"), format!("{sequence}|1m"));
        assert_eq!(keys(product, id, "1M"), format!("{sequence}|1M"));
    }
}

#[test]
fn candlesticks_of_prices_have_no_volumes() {
    let update = round_trip::<coinm::IndexPriceKlines>(&sample("coinm", "index_price_klines"));
    assert_eq!(update.kline.unused_symbol.as_str(), "0");
    let update = round_trip::<coinm::MarkPriceKlines>(&sample("coinm", "mark_price_klines"));
    assert_eq!(update.kline.symbol.as_str(), "BTCUSD_PERP");
    assert!(update.kline.unused_volume.is_zero() && update.kline.points > 0);
}
