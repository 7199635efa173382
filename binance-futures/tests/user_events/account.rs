//! Updates of balances, positions, settings and the listen key.

use binance_futures::decode::from_str;
use binance_futures::types::{
    AccountUpdateReason, ExpiryReason, MarginType, PositionMarginType, StrategyStatus,
    StrategyType, StrategyUpdateReason,
};
use binance_futures::wire::Plain;
use binance_futures::{coinm, usdm};
use serde_json::{Value, json};

use crate::frames::{account, coinm_frame, decimal, decode, payload, round_trip, time, with};

/// Quirk 11.
#[test]
fn position_may_have_a_margin_asset_and_may_lack_the_break_even_price() {
    let event = round_trip::<usdm::Usdm>(&account(&json!({})));
    let changes = payload!(event, usdm::events::UserEvent::AccountUpdate).changes;
    let [position] = &changes.positions.unwrap()[..] else {
        panic!()
    };
    assert_eq!(position.margin_asset.as_ref().unwrap().as_str(), "USDT");
    assert_eq!(position.break_even_price, Some(decimal("19.99")));

    let bare = json!([{
        "s": "QQQUSD_PERP", "pa": "-3", "ep": "20.0", "cr": "-0.5", "up": "-3.0", "mt": "cross",
        "iw": "0", "ps": "BOTH",
    }]);
    let event = round_trip::<coinm::CoinM>(&coinm_frame(account(&json!({"P": bare}))));
    let changes = payload!(event, coinm::events::UserEvent::AccountUpdate).changes;
    let [position] = &changes.positions.unwrap()[..] else {
        panic!()
    };
    assert_eq!(position.margin_asset, None);
    assert_eq!(position.break_even_price, None);
}

#[test]
fn account_update_may_have_no_position() {
    for positions in [json!([]), Value::Null] {
        let absent = positions.is_null();
        let frame = account(&json!({"P": positions}));
        let usdm = round_trip::<usdm::Usdm>(&frame);
        let usdm = payload!(usdm, usdm::events::UserEvent::AccountUpdate).changes;
        let coinm = round_trip::<coinm::CoinM>(&coinm_frame(frame));
        let coinm = payload!(coinm, coinm::events::UserEvent::AccountUpdate).changes;
        assert_eq!(usdm.positions.is_none(), absent);
        assert_eq!(coinm.positions.is_none(), absent);
        assert_eq!(usdm.balances, coinm.balances);
        assert!(usdm.positions.unwrap_or_default().is_empty());
    }
}

#[test]
fn only_a_funding_payment_names_its_symbol() {
    let event = round_trip::<usdm::Usdm>(&account(&json!({})));
    let funding = payload!(event, usdm::events::UserEvent::AccountUpdate).changes;
    assert_eq!(funding.reason, AccountUpdateReason::FundingFee);
    assert_eq!(funding.symbol.unwrap().as_str(), "QQQUSDT");
    let fill = coinm_frame(account(&json!({"m": "ORDER", "S": null})));
    let event = round_trip::<coinm::CoinM>(&fill);
    let fill = payload!(event, coinm::events::UserEvent::AccountUpdate);
    assert_eq!(fill.account_alias, "AbCd");
    assert_eq!(fill.changes.reason, AccountUpdateReason::Order);
    assert_eq!(fill.changes.symbol, None);
}

/// Quirk 25.
#[test]
fn balances_may_be_negative() {
    let balance = json!([{"a": "USDT", "wb": "-0.5", "cw": "-6.6", "bc": "-0.1"}]);
    let event = round_trip::<usdm::Usdm>(&account(&json!({"B": balance})));
    let changes = payload!(event, usdm::events::UserEvent::AccountUpdate).changes;
    let [balance] = &changes.balances[..] else {
        panic!()
    };
    assert_eq!(balance.wallet_balance, decimal("-0.5"));
    assert_eq!(balance.cross_wallet_balance, decimal("-6.6"));
    assert_eq!(balance.balance_change, decimal("-0.1"));
}

/// Quirk 26.
#[test]
fn listen_key_expires_at_a_number_or_text() {
    for millis in [json!(1_790_000_000_003_i64), json!("1790000000003")] {
        let frame = json!({"e": "listenKeyExpired", "E": millis, "listenKey": "kept-secret"});
        let event = decode::<usdm::Usdm>(&frame).unwrap();
        assert!(!format!("{event:?}").contains("kept-secret"));
        let usdm = payload!(event, usdm::events::UserEvent::ListenKeyExpired);
        let event = decode::<coinm::CoinM>(&frame).unwrap();
        let coinm = payload!(event, coinm::events::UserEvent::ListenKeyExpired);
        assert_eq!(usdm.event_time, time(1_790_000_000_003));
        assert_eq!(usdm.listen_key, coinm.listen_key);
    }
}

#[test]
fn margin_types_are_lower_case_in_account_updates_and_upper_case_in_margin_calls() {
    let event = round_trip::<usdm::Usdm>(&account(&json!({})));
    let changes = payload!(event, usdm::events::UserEvent::AccountUpdate).changes;
    let isolated = PositionMarginType::Isolated;
    assert_eq!(changes.positions.unwrap()[0].margin_type, isolated);

    let at_risk = |margin_type| {
        json!([{
            "s": "QQQUSDT", "ps": "LONG", "pa": "3", "mt": margin_type, "iw": "6.1", "mp": "18.2",
            "up": "-5.4", "mm": "0.5",
        }])
    };
    let frame = |changes: &Value| {
        let frame = json!({"e": "MARGIN_CALL", "E": 1_790_000_000_003_i64, "cw": "84.4"});
        with(frame, changes)
    };
    let cross = frame(&json!({"p": at_risk("CROSSED"), "i": "AbCd"}));
    let event = round_trip::<coinm::CoinM>(&cross);
    let call = payload!(event, coinm::events::UserEvent::MarginCall);
    assert_eq!(call.account_alias, "AbCd");
    assert_eq!(call.cross_wallet_balance, Some(decimal("84.4")));
    assert_eq!(call.positions[0].margin_type, MarginType::Crossed);

    let isolated = frame(&json!({"p": at_risk("ISOLATED"), "cw": null}));
    let event = round_trip::<usdm::Usdm>(&isolated);
    let call = payload!(event, usdm::events::UserEvent::MarginCall);
    assert_eq!(call.cross_wallet_balance, None);
    assert_eq!(call.positions[0].margin_type, MarginType::Isolated);
    assert_eq!(call.positions[0].maintenance_margin, decimal("0.5"));
}

#[test]
fn settings_of_the_account_change_one_at_a_time() {
    let times = json!({
        "e": "ACCOUNT_CONFIG_UPDATE", "E": 1_790_000_000_003_i64, "T": 1_790_000_000_001_i64,
    });
    let leverage = with(times.clone(), &json!({"ac": {"s": "QQQUSDT", "l": 125}}));
    let event = round_trip::<usdm::Usdm>(&leverage);
    let usdm = payload!(event, usdm::events::UserEvent::AccountConfigUpdate);
    let event = round_trip::<coinm::CoinM>(&leverage);
    let coinm = payload!(event, coinm::events::UserEvent::AccountConfigUpdate);
    assert_eq!(coinm.leverage_update.leverage, 125);
    assert_eq!(usdm.leverage_update, Some(coinm.leverage_update));
    assert_eq!(usdm.multi_assets_update, None);

    let mode = with(times, &json!({"ai": {"j": true}}));
    let event = round_trip::<usdm::Usdm>(&mode);
    let usdm = payload!(event, usdm::events::UserEvent::AccountConfigUpdate);
    assert!(usdm.multi_assets_update.unwrap().multi_assets_mode);
    assert_eq!(usdm.leverage_update, None);
}

#[test]
fn codes_of_reasons_have_their_documented_meanings() {
    use StrategyUpdateReason as Reason;
    for (code, reason) in [
        (8001, Reason::ParametersChanged),
        (8002, Reason::CanceledByUser),
        (8003, Reason::ManualOrder),
        (8004, Reason::StopReached),
        (8005, Reason::Liquidated),
        (8006, Reason::TooManyOrders),
        (8007, Reason::GridOrder),
        (8008, Reason::InsufficientMargin),
        (8009, Reason::PriceOutOfRange),
        (8010, Reason::MarketClosed),
        (8011, Reason::CloseFailed),
        (8012, Reason::NotionalTooLarge),
        (8013, Reason::NotEligible),
        (8014, Reason::TradingRestricted),
        (8015, Reason::NoPosition),
    ] {
        let decoded = from_str::<Reason, Plain>(&code.to_string());
        assert_eq!(decoded.unwrap(), reason, "{code}");
    }
    use ExpiryReason as Expiry;
    for (code, reason) in [
        ("1", Expiry::SelfTradePrevention),
        ("2", Expiry::IocNotFilled),
        ("3", Expiry::IocSelfTradePrevention),
        ("4", Expiry::ReduceOnlyDisplaced),
        ("5", Expiry::Liquidated),
        ("6", Expiry::PositionClosed),
        ("7", Expiry::Delisted),
        ("8", Expiry::Triggered),
        ("9", Expiry::MarketNotFilled),
        ("10", Expiry::FokNotFilled),
        ("11", Expiry::PostOnlyWouldTrade),
    ] {
        let decoded = from_str::<Expiry, Plain>(&json!(code).to_string());
        assert_eq!(decoded.unwrap(), reason, "{code}");
    }
}

#[test]
fn trading_bots_report_their_state_with_open_enums() {
    let strategy = |code: i64| {
        json!({
            "e": "STRATEGY_UPDATE", "T": 1_790_000_000_001_i64, "E": 1_790_000_000_003_i64,
            "su": {"si": 5, "st": "GRID", "ss": "CANCELLED", "s": "QQQUSDT",
                "ut": 1_790_000_000_000_i64, "c": code},
        })
    };
    let event = round_trip::<usdm::Usdm>(&strategy(8002));
    let state = payload!(event, usdm::events::UserEvent::StrategyUpdate).strategy;
    assert_eq!(state.reason, StrategyUpdateReason::CanceledByUser);
    assert_eq!(state.status, StrategyStatus::Canceled);
    assert_eq!(state.strategy_type, StrategyType::Grid);
    assert!(decode::<coinm::CoinM>(&strategy(8999)).is_ok());

    let grid = json!({
        "e": "GRID_UPDATE", "T": 1_790_000_000_001_i64, "E": 1_790_000_000_003_i64,
        "gu": {"si": 5, "st": "GRID", "ss": "WORKING", "s": "QQQUSD_PERP", "r": "-0.5", "up": "20.5",
            "uq": "-2", "uf": "-0.1", "mp": "0.0", "ut": 1_790_000_000_000_i64},
    });
    let event = round_trip::<coinm::CoinM>(&grid);
    let grid = payload!(event, coinm::events::UserEvent::GridUpdate).grid;
    assert_eq!(grid.unmatched_quantity, decimal("-2"));
    assert_eq!(grid.realized_profit, decimal("-0.5"));
}
