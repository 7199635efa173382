//! Prices, tickers, contracts and sessions.

use binance_futures::coinm::streams as coinm;
use binance_futures::topic::{Cadence, Topic};
use binance_futures::types::{ContractStatus, ContractType, SymbolType, Timestamp};
use binance_futures::usdm::events::TradingSessionKind;
use binance_futures::usdm::streams as usdm;
use serde_json::{Value, json};

use crate::{change, decimal, event, positions, round_trip, sample};

/// Returns the sample of a list with one item, in which these fields are changed.
fn list_of(product: &str, id: &str, items: &[Value]) -> Value {
    let first = sample(product, id)[0].clone();
    let changed = items.iter().map(|changes| {
        let mut item = first.clone();
        change(&mut item, changes);
        item
    });
    Value::from_iter(changed)
}

#[test]
fn delivery_contract_has_no_funding() {
    let dated = json!({"s": "QQQUSD_261225", "r": "", "T": 0, "ap": null});
    let price = round_trip::<coinm::MarkPrice>(&event("coinm", "mark_price", &dated));
    assert_eq!(
        (price.last_funding_rate, price.next_funding_time),
        (None, None)
    );
    let price = round_trip::<usdm::MarkPrice>(&event("usdm", "mark_price", &dated));
    assert_eq!(
        (price.last_funding_rate, price.next_funding_time),
        (None, None)
    );
    let prices = round_trip::<coinm::PairMarkPrices>(&sample("coinm", "pair_mark_prices"));
    assert_eq!(prices[0].last_funding_rate, Some(decimal("0.0001")));
    assert_eq!(prices[1].last_funding_rate, None);
}

#[test]
fn average_of_the_mark_price_comes_and_goes() {
    for (average, expected) in [
        (json!("20.05"), Some(decimal("20.05"))),
        (Value::Null, None),
    ] {
        let changes = json!({"ap": average});
        let price = round_trip::<usdm::MarkPrice>(&event("usdm", "mark_price", &changes));
        assert_eq!(price.mark_price_average, expected);
        let price = round_trip::<coinm::MarkPrice>(&event("coinm", "mark_price", &changes));
        assert_eq!(price.mark_price_average, expected);
    }
}

#[test]
fn old_mark_price_has_only_the_funding() {
    let old = json!({"ap": null, "i": null, "P": null, "st": null});
    let price = round_trip::<usdm::MarkPrice>(&event("usdm", "mark_price", &old));
    assert_eq!(
        (price.index_price, price.estimated_settle_price),
        (None, None)
    );
    assert_eq!(price.product, None);
}

#[test]
fn mark_prices_of_one_moment_are_several_events_of_both_products() {
    let perpetuals = list_of(
        "usdm",
        "all_mark_prices",
        &[
            json!({"s": "QQQUSDT", "st": 1}),
            json!({"s": "QQQUSD_PERP", "st": 2}),
            json!({"s": "QQQUSDT_261225", "r": "", "T": 0}),
        ],
    );
    let stocks = list_of(
        "usdm",
        "all_mark_prices",
        &[json!({"s": "RRRUSDT", "st": 1})],
    );
    let events = [&perpetuals, &stocks].map(|frame| round_trip::<usdm::AllMarkPrices>(frame));
    assert_eq!(events[0][1].product, Some(SymbolType::CoinM));
    // Symbols are sequences of their own, so a second event continues none of the first.
    let keys: Vec<_> = events
        .iter()
        .flat_map(usdm::AllMarkPrices::positions)
        .map(|position| position.key.as_str().to_owned())
        .collect();
    assert_eq!(
        keys,
        ["QQQUSDT", "QQQUSD_PERP", "QQQUSDT_261225", "RRRUSDT"]
    );
}

#[test]
fn tickers_of_one_second_are_several_events_of_both_products() {
    let items = [
        json!({"s": "QQQUSDT", "st": 1}),
        json!({"s": "QQQUSD_PERP", "st": 2}),
    ];
    let tickers = list_of("coinm", "all_tickers", &items);
    for tickers in [
        round_trip::<usdm::AllTickers>(&tickers),
        round_trip::<coinm::AllTickers>(&tickers),
    ] {
        assert_eq!(tickers[0].product, Some(SymbolType::UsdM));
        assert_eq!(tickers[1].product, Some(SymbolType::CoinM));
        assert_eq!(tickers[0].turnover, decimal("6714.41807330"));
    }
    let mini = list_of("usdm", "all_mini_tickers", &items);
    assert_eq!(round_trip::<coinm::AllMiniTickers>(&mini).len(), 2);
    assert_eq!(round_trip::<usdm::AllMiniTickers>(&json!([])).len(), 0);
}

#[test]
fn product_and_pair_of_tickers_come_and_go() {
    let none = json!({"st": null, "ps": null});
    let ticker = round_trip::<usdm::Tickers>(&event("usdm", "tickers", &none));
    assert_eq!((ticker.product, ticker.pair), (None, None));
    let ticker = round_trip::<usdm::MiniTickers>(&event("usdm", "mini_tickers", &none));
    assert_eq!((ticker.product, ticker.pair), (None, None));
    let ticker =
        round_trip::<coinm::MiniTickers>(&event("coinm", "mini_tickers", &json!({"st": null})));
    assert_eq!((ticker.product, ticker.pair.as_str()), (None, "BTCUSD"));
}

#[test]
fn ticker_without_trades_has_no_trade_ids() {
    let ids = json!({"F": -1, "L": -1, "n": 0});
    let ticker = round_trip::<usdm::Tickers>(&event("usdm", "tickers", &ids));
    assert_eq!((ticker.first_trade_id, ticker.last_trade_id), (None, None));
}

#[test]
fn pair_of_an_index_price_has_two_names() {
    let price = round_trip::<coinm::IndexPrice>(&sample("coinm", "index_price"));
    let renamed = event("coinm", "index_price", &json!({"i": null, "s": "BTCUSD"}));
    assert_eq!(crate::decode::<coinm::IndexPrice>(&renamed).unwrap(), price);
    assert_eq!(positions::<coinm::IndexPrice>(&price).len(), 1);
}

#[test]
fn contract_type_and_status_are_open_sets() {
    for (word, expected) in [
        ("PERPETUAL", Some(ContractType::Perpetual)),
        (
            "CURRENT_QUARTER DELIVERING",
            Some(ContractType::CurrentQuarterDelivering),
        ),
        (
            "PERPETUAL DELIVERING",
            Some(ContractType::PerpetualDelivering),
        ),
        ("TRADIFI_PERPETUAL", Some(ContractType::TradifiPerpetual)),
        ("", None),
    ] {
        let frame = event("usdm", "contract_info", &json!({"ct": word}));
        assert_eq!(
            round_trip::<usdm::ContractInfo>(&frame).contract_type,
            expected
        );
    }
    for word in ["PRE_SETTLE", "SETTLING", "PENDING_TRADING", "DELIVERING"] {
        let frame = event("coinm", "contract_info", &json!({"cs": word}));
        let status = round_trip::<coinm::ContractInfo>(&frame).status;
        assert!(!matches!(status, ContractStatus::Unlisted(_)), "{word}");
    }
}

#[test]
fn perpetual_contract_is_delivered_in_the_year_2100_or_never() {
    for (date, expected) in [
        (
            4_133_404_800_000_i64,
            Some(Timestamp::from_millis(4_133_404_800_000)),
        ),
        (0, None),
    ] {
        let frame = event("usdm", "contract_info", &json!({"dt": date}));
        assert_eq!(
            round_trip::<usdm::ContractInfo>(&frame).delivery_date,
            expected
        );
    }
}

#[test]
fn brackets_are_there_only_if_they_changed() {
    let frame = event(
        "usdm",
        "contract_info",
        &json!({"bks": null, "ps": null, "st": null}),
    );
    assert_eq!(round_trip::<usdm::ContractInfo>(&frame).brackets, None);
    let frame = event("coinm", "contract_info", &json!({"bks": []}));
    assert_eq!(
        round_trip::<coinm::ContractInfo>(&frame).brackets,
        Some(vec![])
    );
}

#[test]
fn brackets_mix_integers_and_fractions() {
    let brackets = json!([
        {"bs": 1, "bnf": 0, "bnc": 5000.5, "mmr": 0.01, "cf": 0, "mi": 21, "ma": 50},
        {"bs": 2, "bnf": 5000.5, "bnc": i64::MAX, "mmr": 1, "cf": 67.5, "mi": 1, "ma": 20},
    ]);
    let frame = event("usdm", "contract_info", &json!({"bks": brackets}));
    let brackets = round_trip::<usdm::ContractInfo>(&frame).brackets.unwrap();
    assert_eq!(brackets[0].notional_cap, decimal("5000.5"));
    assert_eq!(brackets[1].notional_cap, decimal("9223372036854775807"));
    assert_eq!(brackets[1].cumulative, decimal("67.5"));
}

#[test]
fn each_market_has_sessions_of_its_own() {
    for (word, kind) in [
        ("EquityUpdate", TradingSessionKind::UsEquity),
        ("CommodityUpdate", TradingSessionKind::Commodity),
        ("KR_EquityUpdate", TradingSessionKind::KrEquity),
        ("HK_EquityUpdate", TradingSessionKind::HkEquity),
        ("CN_EquityUpdate", TradingSessionKind::CnEquity),
        ("FXUpdate", TradingSessionKind::Fx),
    ] {
        let frame = event("usdm", "trading_session", &json!({"e": word}));
        let session = round_trip::<usdm::TradingSession>(&frame);
        assert_eq!(session.kind, kind);
        let position = usdm::TradingSession::positions(&session).next().unwrap();
        assert_eq!(position.key.as_str(), word);
    }
}

#[test]
fn silence_is_a_fault_only_for_streams_with_a_clock() {
    let symbol = "BTCUSDT";
    let periodic = [
        usdm::MarkPrice::new(symbol).cadence(),
        usdm::AllMarkPrices::new().cadence(),
        usdm::CompositeIndex::new("DEFIUSDT").cadence(),
        usdm::AllAssetIndexes::new().cadence(),
        usdm::TradingSession::new().cadence(),
        coinm::PairMarkPrices::new("BTCUSD").cadence(),
        coinm::IndexPrice::new("BTCUSD").cadence(),
    ];
    assert!(
        periodic
            .iter()
            .all(|cadence| matches!(cadence, Cadence::Periodic(_)))
    );
    let quiet = [
        usdm::Liquidations::new(symbol).cadence(),
        usdm::DiffDepth::new(symbol).cadence(),
        usdm::BookTickers::new(symbol).cadence(),
        usdm::ContractInfo::new().cadence(),
        coinm::Klines::new("BTCUSD_PERP", "1m").cadence(),
    ];
    assert!(
        !quiet
            .iter()
            .any(|cadence| matches!(cadence, Cadence::Periodic(_)))
    );
}
