//! Quirks of account responses.

use binance_futures::types::{Decimal, PositionMarginType};
use binance_futures::{coinm, usdm};
use serde_json::{Value, json};

use crate::payloads::{decimal, decode, encode, round_trip, with};

#[test]
fn flags_decode_from_text_and_booleans() {
    let position = json!({
        "symbol": "QQQUSDT", "positionSide": "BOTH", "positionAmt": "-3", "entryPrice": "20.0",
        "breakEvenPrice": "20.0", "markPrice": "21", "unRealizedProfit": "-3.0",
        "liquidationPrice": "0", "leverage": "10", "maxNotionalValue": "9223372036854775807",
        "marginType": "isolated", "isolatedMargin": "0.0", "isAutoAddMargin": "false",
        "notional": "-63", "isolatedWallet": "0", "updateTime": 0,
    });
    let bare = with(position.clone(), &json!({"isAutoAddMargin": true}));
    let bare = decode::<usdm::PositionsV2>(&json!([bare])).unwrap();
    assert!(bare[0].auto_add_margin);
    let [position] = &round_trip::<usdm::PositionsV2>(&json!([position]))[..] else {
        panic!()
    };
    assert!(!position.auto_add_margin);
    assert_eq!(position.margin_type, PositionMarginType::Isolated);
    assert_eq!(position.leverage, 10);
    assert_eq!(position.max_notional, Some(decimal("9223372036854775807")));
    assert_eq!(position.update_time, None);

    let settings = json!([{
        "symbol": "QQQUSDT", "marginType": "CROSSED", "isAutoAddMargin": true, "leverage": 10,
        "maxNotionalValue": "9223372036854775807",
    }]);
    assert!(round_trip::<usdm::SymbolConfig>(&settings)[0].auto_add_margin);
}

#[test]
fn leverage_brackets_mix_integers_fractions_and_the_largest_64_bit_integer() {
    let brackets = json!([{"symbol": "QQQUSDT", "brackets": [
        {"bracket": 1, "initialLeverage": 75, "notionalCap": 9000, "notionalFloor": 0, "maintMarginRatio": 0.005, "cum": 0},
        {"bracket": 2, "initialLeverage": 50, "notionalCap": 9_223_372_036_854_775_807_u64, "notionalFloor": 9000, "maintMarginRatio": 0.0125, "cum": 67.5},
    ]}]);
    let read = round_trip::<usdm::LeverageBrackets>(&brackets);
    let [first, second] = &read[0].brackets[..] else {
        panic!()
    };
    assert_eq!(
        (first.cumulative, second.cumulative),
        (Decimal::ZERO, decimal("67.5"))
    );
    assert_eq!(second.notional_cap, decimal("9223372036854775807"));
    assert_eq!(second.maintenance_margin_ratio, decimal("0.0125"));

    let single = round_trip_single(&brackets[0]);
    assert_eq!(single.len(), 1);
    let none =
        round_trip::<usdm::LeverageBrackets>(&json!([{"symbol": "QQQUSDT", "brackets": []}]));
    assert!(none[0].brackets.is_empty());

    let coinm = json!([{"symbol": "QQQUSD_PERP", "notionalCoef": 1.5, "brackets": [
        {"bracket": 1, "initialLeverage": 50, "qtyCap": 40.5, "qtylFloor": 0, "maintMarginRatio": 0.01, "cum": 0},
        {"bracket": 2, "initialLeverage": 20, "qtyCap": 9_223_372_036_854_775_807_u64, "qtylFloor": 40.5, "maintMarginRatio": 0.02, "cum": 0.405},
    ]}]);
    let read = round_trip::<coinm::LeverageBrackets>(&coinm);
    assert_eq!(read[0].notional_coefficient, Some(decimal("1.5")));
    assert_eq!(
        read[0].brackets[1].quantity_cap,
        decimal("9223372036854775807")
    );
    assert_eq!(read[0].brackets[1].cumulative, decimal("0.405"));
}

/// Decodes a record without brackets and checks that it is encoded as a list of one.
fn round_trip_single(record: &Value) -> Vec<usdm::SymbolBrackets> {
    let decoded = decode::<usdm::LeverageBrackets>(record).unwrap();
    assert_eq!(encode::<usdm::LeverageBrackets>(&decoded), json!([record]));
    decoded
}

#[test]
fn maximum_notional_may_be_the_largest_64_bit_integer() {
    let setting =
        json!({"symbol": "QQQUSDT", "leverage": 3, "maxNotionalValue": "9223372036854775807"});
    let setting = round_trip::<usdm::ChangeLeverage>(&setting);
    assert_eq!(setting.max_notional, decimal("9223372036854775807"));
}

#[test]
fn balances_may_be_negative() {
    let balance = json!([{
        "accountAlias": "zZ", "asset": "USDT", "balance": "-12.00450000", "crossWalletBalance": "-12.0045",
        "crossUnPnl": "-0.5", "availableBalance": "0", "maxWithdrawAmount": "0",
        "marginAvailable": true, "updateTime": 0,
    }]);
    let balance = round_trip::<usdm::Balance>(&balance);
    assert_eq!(balance[0].balance, balance[0].cross_wallet_balance);
    assert_eq!(balance[0].balance, Some(decimal("-12.0045")));
    assert_eq!(balance[0].update_time, None);
}

#[test]
fn renewed_listen_key_may_be_absent() {
    assert_eq!(
        round_trip::<coinm::RenewListenKey>(&json!({})).listen_key,
        None
    );
    let key = round_trip::<usdm::RenewListenKey>(&json!({"listenKey": "aB3"})).listen_key;
    assert_eq!(key.unwrap().as_str(), "aB3");
}
