//! Quirks of contracts and their filters.

use binance_futures::types::{
    ContractStatus, ContractType, PermissionSet, PositionControlSide, SymbolFilter, Timestamp,
    UnderlyingType,
};
use binance_futures::usdm;
use serde_json::{Value, json};

use crate::payloads::{contracts, decode, query, usdm_ack, usdm_information, usdm_symbol, with};

#[test]
fn precision_of_a_multiplier_is_a_number_or_text() {
    let filter = |decimal: Value| json!({"filters": [{"filterType": "PERCENT_PRICE", "multiplierUp": "1.05", "multiplierDown": "0.95", "multiplierDecimal": decimal}]});
    let (text, _) = contracts(&filter(json!("4")), &filter(json!("4")));
    let information = usdm_information(&[usdm_symbol(&filter(json!(4)))]);
    let number = decode::<usdm::ExchangeInfo>(&information).unwrap();
    assert_eq!(text.filters, number.symbols[0].filters);
    assert!(
        matches!(&text.filters[0], SymbolFilter::PercentPrice(filter) if filter.multiplier_decimal == 4)
    );
}

#[test]
fn delivery_date_of_a_perpetual_contract_is_2100_or_absent() {
    let never = json!({"deliveryDate": 4_133_404_800_000_i64});
    let (usdm, coinm) = contracts(&never, &never);
    let never = Timestamp::from_millis(4_133_404_800_000);
    assert_eq!(
        (usdm.delivery_date, coinm.delivery_date),
        (Some(never), Some(never))
    );
    let none = json!({"deliveryDate": 0});
    let (usdm, coinm) = contracts(&none, &none);
    assert_eq!((usdm.delivery_date, coinm.delivery_date), (None, None));
}

#[test]
fn undocumented_contract_types_are_listed_and_new_ones_kept() {
    for (text, known) in [
        ("TRADIFI_PERPETUAL", ContractType::TradifiPerpetual),
        ("PERPETUAL DELIVERING", ContractType::PerpetualDelivering),
        (
            "CURRENT_QUARTER DELIVERING",
            ContractType::CurrentQuarterDelivering,
        ),
    ] {
        let changes = json!({"contractType": text});
        let (usdm, coinm) = contracts(&changes, &changes);
        assert_eq!(usdm.contract_type, Some(known.clone()));
        assert_eq!(coinm.contract_type, Some(known));
    }
    let empty = json!({"contractType": ""});
    let (usdm, coinm) = contracts(&empty, &empty);
    assert_eq!((usdm.contract_type, coinm.contract_type), (None, None));
    let new = json!({"contractType": "NEXT_CENTURY"});
    let (usdm, _) = contracts(&new, &new);
    assert!(
        matches!(usdm.contract_type, Some(ContractType::Unlisted(text)) if text.as_str() == "NEXT_CENTURY")
    );
}

#[test]
fn contract_status_is_decoded_under_both_field_names() {
    for (text, known) in [
        ("PRE_SETTLE", ContractStatus::PreSettle),
        ("SETTLING", ContractStatus::Settling),
        ("PENDING_TRADING", ContractStatus::PendingTrading),
        ("DELIVERING", ContractStatus::Delivering),
    ] {
        let (usdm, coinm) = contracts(&json!({"status": text}), &json!({"contractStatus": text}));
        assert_eq!((&usdm.status, &coinm.status), (&known, &known));
    }
    let (usdm, coinm) = contracts(
        &json!({"status": "ASLEEP"}),
        &json!({"contractStatus": "ASLEEP"}),
    );
    assert_eq!(usdm.status, coinm.status);
    assert!(matches!(usdm.status, ContractStatus::Unlisted(text) if text.as_str() == "ASLEEP"));
}

#[test]
fn underlying_types_are_listed_and_subtypes_keep_their_spelling() {
    for (text, known) in [
        ("PREMARKET", UnderlyingType::Premarket),
        ("EQUITY", UnderlyingType::Equity),
        ("COMMODITY", UnderlyingType::Commodity),
        ("INDEX", UnderlyingType::Index),
    ] {
        let kinds = ["Pre-Market", "PreMarket", "DEFI", "DeFi"];
        let changes = json!({"underlyingType": text, "underlyingSubType": kinds});
        let (usdm, _) = contracts(&changes, &changes);
        assert_eq!(usdm.underlying_type, known);
        assert_eq!(usdm.underlying_sub_types, kinds);
    }
}

#[test]
fn filters_are_listed_and_new_ones_kept() {
    let filters = json!({"filters": [
        {"filterType": "POSITION_RISK_CONTROL", "positionControlSide": "NONE"},
        {"filterType": "MAX_NUM_ORDERS", "limit": 200},
        {"filterType": "PHASE_OF_THE_MOON", "phase": "full", "days": [1, 2]},
    ]});
    let (usdm, coinm) = contracts(&filters, &filters);
    assert_eq!(usdm.filters, coinm.filters);
    let [risk, orders, moon] = &usdm.filters[..] else {
        panic!()
    };
    assert!(
        matches!(risk, SymbolFilter::PositionRiskControl(risk) if risk.position_control_side == PositionControlSide::None)
    );
    assert!(matches!(orders, SymbolFilter::MaximumOrders(orders) if orders.limit == 200));
    assert!(matches!(moon, SymbolFilter::Unlisted(moon) if moon.get("days") == Some("[1,2]")));
    let algo = json!({"filters": [{"filterType": "MAX_NUM_ALGO_ORDERS", "limit": 10}]});
    let (usdm, _) = contracts(&algo, &algo);
    assert!(
        matches!(&usdm.filters[..], [SymbolFilter::MaximumAlgoOrders(algo)] if algo.limit == 10)
    );
}

#[test]
fn permission_sets_are_a_flat_list() {
    let sets = json!({"permissionSets": ["GRID", "COPY", "DCA", "PSB", "RPI", "ZZZ"]});
    let (usdm, coinm) = contracts(&sets, &sets);
    assert_eq!(usdm.permission_sets, coinm.permission_sets);
    let sets = usdm.permission_sets.unwrap();
    assert_eq!(
        (&sets[0], &sets[4], sets.len()),
        (&PermissionSet::Grid, &PermissionSet::Rpi, 6)
    );
    let (without, _) = contracts(&json!({}), &json!({}));
    assert_eq!(without.permission_sets, None);
}

#[test]
fn symbols_are_any_text_and_encoded_byte_by_byte() {
    for (symbol, encoded) in [
        ("币安人生USDT", "%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT"),
        ("龙虾USDT", "%E9%BE%99%E8%99%BEUSDT"),
        ("4USDT", "4USDT"),
        ("0GUSDT", "0GUSDT"),
        ("1000000MOGUSDT", "1000000MOGUSDT"),
        ("BTCUSDT_250926", "BTCUSDT_250926"),
    ] {
        assert_eq!(
            query(&usdm::Depth::new(symbol)),
            format!("symbol={encoded}")
        );
        let changes = json!({"symbol": symbol, "pair": symbol, "baseAsset": "4"});
        let (usdm, coinm) = contracts(&changes, &changes);
        assert_eq!(
            (usdm.symbol.as_str(), coinm.symbol.as_str()),
            (symbol, symbol)
        );
        assert_eq!(usdm.base_asset.as_str(), "4");
    }
}

#[test]
fn failure_has_the_index_and_path_of_its_record() {
    let good = usdm_symbol(&json!({}));
    let filters = json!({"filters": [
        {"filterType": "MAX_NUM_ORDERS", "limit": 200},
        {"filterType": "MAX_NUM_ORDERS", "limit": "many"},
    ]});
    let information = usdm_information(&[good.clone(), good, usdm_symbol(&filters)]);
    let failure = decode::<usdm::ExchangeInfo>(&information).unwrap_err();
    assert_eq!(failure.path(), "symbols[2].filters[1].limit");

    let batch = json!([usdm_ack(1), with(usdm_ack(2), &json!({"price": "dear"}))]);
    let failure = decode::<usdm::NewOrders>(&batch).unwrap_err();
    assert_eq!(failure.path(), "[1].price");

    let klines = json!([
        [1, "1", "1", "1", "1", "1", 2, "1", 1, "1", "1", "0"],
        [1, "1", "1", "x", "1", "1", 2, "1", 1, "1", "1", "0"],
    ]);
    let failure = decode::<usdm::Klines>(&klines).unwrap_err();
    assert_eq!(failure.path(), "[1].low");
}
