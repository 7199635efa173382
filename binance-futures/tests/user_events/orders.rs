//! Updates of orders and of conditional orders.

use binance_futures::request::OrderOrigin;
use binance_futures::types::{
    AccountUpdateReason, AlgoStatus, Decimal, ExecutionType, ExpiryReason, OrderStatus, OrderType,
    SelfTradePreventionMode, StrategyType,
};
use binance_futures::{coinm, usdm};
use serde_json::{Value, json};

use crate::frames::{
    account, algo_order, coinm_frame, coinm_order, decimal, decode, payload, round_trip, time,
    trade_lite, usdm_order,
};

#[test]
fn order_update_without_a_fill_has_no_commission_and_no_trade() {
    let absent = usdm_order(&json!({"N": null, "n": null, "t": 0}));
    let mut null = absent.clone();
    null["o"]["N"] = Value::Null;
    null["o"]["n"] = Value::Null;
    for frame in [absent, null] {
        let event = decode::<usdm::Usdm>(&frame).unwrap();
        let order = payload!(event, usdm::events::UserEvent::OrderTradeUpdate).order;
        assert_eq!((order.commission_asset, order.commission), (None, None));
        assert_eq!(order.trade_id, None);
    }
}

/// Quirk 10.
#[test]
fn usdm_order_update_has_the_fields_of_a_triggered_conditional_order() {
    let changes = json!({"si": 4_000_000_104_772_031_u64, "ss": -1});
    let event = round_trip::<usdm::Usdm>(&usdm_order(&changes));
    let update = payload!(event, usdm::events::UserEvent::OrderTradeUpdate);
    let order = update.order;
    assert_eq!(order.strategy_type, Some(StrategyType::AlgoCondition));
    assert_eq!(order.strategy_id, 4_000_000_104_772_031);
    assert_eq!(order.strategy_sub_id, -1);
    assert_eq!(order.modify_id, Some(9));
    assert_eq!(order.activation_price, Some(decimal("21")));
    assert_eq!(order.good_till_date, Some(time(1_790_100_000_000)));
    assert_eq!(order.original_type, OrderType::StopMarket);
    assert_eq!(update.event_time, time(1_790_000_000_003));
    assert_eq!(update.transaction_time, time(1_790_000_000_001));
    assert_eq!(order.trade_time, time(1_790_000_000_002));
}

/// Quirk 10.
#[test]
fn coinm_order_update_has_a_margin_asset_and_an_account_alias_but_no_good_till_date() {
    let event = round_trip::<coinm::CoinM>(&coinm_order(&json!({})));
    let update = payload!(event, coinm::events::UserEvent::OrderTradeUpdate);
    assert_eq!(update.account_alias, "AbCd");
    assert_eq!(update.order.order_id, 41);
    assert_eq!(update.order.margin_asset.as_str(), "QQQ");
    assert_eq!(update.order.expiry_reason, Some(ExpiryReason::Triggered));
    assert_eq!(update.order.bids_notional, decimal("4.8"));

    // Fields that only USDⓈ-M has may be sent anyway.
    let more = json!({"gtd": 0, "si": 0, "ss": 0, "st": "ALGO_CONDITION"});
    assert!(decode::<coinm::CoinM>(&coinm_order(&more)).is_ok());
}

#[test]
fn client_order_id_tells_the_origin_of_an_order() {
    let usdm = |id: &str| {
        let event = decode::<usdm::Usdm>(&usdm_order(&json!({"c": id}))).unwrap();
        payload!(event, usdm::events::UserEvent::OrderTradeUpdate)
            .order
            .origin()
    };
    let coinm = |id: &str| {
        let event = decode::<coinm::CoinM>(&coinm_order(&json!({"c": id}))).unwrap();
        payload!(event, coinm::events::UserEvent::OrderTradeUpdate)
            .order
            .origin()
    };
    assert_eq!(usdm("entry-7"), OrderOrigin::User);
    assert_eq!(usdm("autoclose-17"), OrderOrigin::Liquidation);
    assert_eq!(usdm("adl_autoclose"), OrderOrigin::AutoDeleveraging);
    assert_eq!(usdm("settlement_autoclose-17"), OrderOrigin::Settlement);
    assert_eq!(coinm("delivery_autoclose-17"), OrderOrigin::Settlement);
}

/// Quirk 10.
#[test]
fn expiry_reason_is_none_for_zero_and_keeps_new_codes() {
    for zero in [json!("0"), json!(0)] {
        let usdm = decode::<usdm::Usdm>(&usdm_order(&json!({"er": zero}))).unwrap();
        let usdm = payload!(usdm, usdm::events::UserEvent::OrderTradeUpdate);
        let coinm = decode::<coinm::CoinM>(&coinm_order(&json!({"er": zero}))).unwrap();
        let coinm = payload!(coinm, coinm::events::UserEvent::OrderTradeUpdate);
        assert_eq!(usdm.order.expiry_reason, None);
        assert_eq!(coinm.order.expiry_reason, None);
    }
    let new = round_trip::<usdm::Usdm>(&usdm_order(&json!({"er": "99"})));
    let new = payload!(new, usdm::events::UserEvent::OrderTradeUpdate);
    let reason = new.order.expiry_reason;
    assert!(matches!(reason, Some(ExpiryReason::Unlisted(code)) if code.as_str() == "99"));
}

/// Quirk 10.
#[test]
fn modify_id_is_text_or_a_number() {
    for id in [json!("12"), json!(12)] {
        let event = decode::<usdm::Usdm>(&usdm_order(&json!({"x": "AMENDMENT", "M": id}))).unwrap();
        let update = payload!(event, usdm::events::UserEvent::OrderTradeUpdate);
        assert_eq!(update.order.modify_id, Some(12));
        assert_eq!(update.order.execution_type, ExecutionType::Amendment);
    }
    let event = round_trip::<coinm::CoinM>(&coinm_order(&json!({"M": null})));
    let update = payload!(event, coinm::events::UserEvent::OrderTradeUpdate);
    assert_eq!(update.order.modify_id, None);
}

/// Quirk 16.
#[test]
fn undocumented_values_of_enums_are_kept() {
    for (text, status) in [
        ("TRIGGERING", AlgoStatus::Triggering),
        ("TRIGGERED", AlgoStatus::Triggered),
        ("FINISHED", AlgoStatus::Finished),
        ("REJECTED", AlgoStatus::Rejected),
    ] {
        let event = round_trip::<usdm::Usdm>(&algo_order(&json!({"X": text})));
        let order = payload!(event, usdm::events::UserEvent::AlgoUpdate).order;
        assert_eq!(order.status, status);
    }
    for (text, reason) in [
        ("ADMIN_DEPOSIT", AccountUpdateReason::AdminDeposit),
        ("ADMIN_WITHDRAW", AccountUpdateReason::AdminWithdraw),
    ] {
        let event = round_trip::<usdm::Usdm>(&account(&json!({"m": text})));
        let changes = payload!(event, usdm::events::UserEvent::AccountUpdate).changes;
        assert_eq!(changes.reason, reason);
    }
    let frame = coinm_frame(account(&json!({"m": "BIRTHDAY_GIFT"})));
    let event = round_trip::<coinm::CoinM>(&frame);
    let reason = payload!(event, coinm::events::UserEvent::AccountUpdate)
        .changes
        .reason;
    assert!(
        matches!(reason, AccountUpdateReason::Unlisted(text) if text.as_str() == "BIRTHDAY_GIFT")
    );

    let changes = json!({"x": "CALCULATED", "X": "NEW_ADL", "V": "NONE"});
    let event = round_trip::<usdm::Usdm>(&usdm_order(&changes));
    let order = payload!(event, usdm::events::UserEvent::OrderTradeUpdate).order;
    assert_eq!(order.execution_type, ExecutionType::Calculated);
    assert_eq!(order.status, OrderStatus::NewAdl);
    let mode = order.self_trade_prevention_mode;
    assert_eq!(mode, Some(SelfTradePreventionMode::None));
}

/// Quirk 16.
#[test]
fn rejected_conditional_order_has_a_reason() {
    let changes = json!({"X": "REJECTED", "rm": "Nothing is left to reduce."});
    let event = round_trip::<usdm::Usdm>(&algo_order(&changes));
    let order = payload!(event, usdm::events::UserEvent::AlgoUpdate).order;
    let reason = order.failure_reason;
    assert_eq!(reason.as_deref(), Some("Nothing is left to reduce."));
    for none in [json!({"rm": ""}), json!({})] {
        let event = decode::<usdm::Usdm>(&algo_order(&none)).unwrap();
        let order = payload!(event, usdm::events::UserEvent::AlgoUpdate).order;
        assert_eq!(order.failure_reason, None);
    }
}

/// Quirk 17.
#[test]
fn symbols_may_contain_any_letters_and_digits() {
    for symbol in ["\u{6d4b}\u{8bd5}USDT", "4USDT", "BTCUSD_240927"] {
        let event = round_trip::<usdm::Usdm>(&trade_lite(&json!({"s": symbol})));
        let trade = payload!(event, usdm::events::UserEvent::TradeLite);
        assert_eq!(trade.symbol.as_str(), symbol);
    }
}

/// Quirk 18.
#[test]
fn conditional_order_before_its_trigger_has_no_regular_order() {
    let documented = json!({"ai": "", "ap": "0.00", "aq": "0.00", "act": "0", "rm": ""});
    for before in [json!({}), json!({"ai": ""}), json!({"act": ""}), documented] {
        let frame = algo_order(&before);
        let usdm = decode::<usdm::Usdm>(&frame).unwrap();
        let usdm = payload!(usdm, usdm::events::UserEvent::AlgoUpdate).order;
        let coinm = decode::<coinm::CoinM>(&frame).unwrap();
        let coinm = payload!(coinm, coinm::events::UserEvent::AlgoUpdate).order;
        assert_eq!((usdm.actual_order_id, &usdm.actual_type), (None, &None));
        assert_eq!((coinm.actual_order_id, &coinm.actual_type), (None, &None));
        assert_eq!((usdm.trigger_time, usdm.good_till_date), (None, None));
        assert_eq!(usdm.quantity, Decimal::ZERO);
    }
    let triggered = json!({
        "X": "FINISHED", "ai": "8389765739703625592", "ap": "20.5", "aq": "0.020", "act": "MARKET",
        "tt": 1_790_000_000_000_i64,
    });
    let event = round_trip::<usdm::Usdm>(&algo_order(&triggered));
    let order = payload!(event, usdm::events::UserEvent::AlgoUpdate).order;
    assert_eq!(order.actual_order_id, Some(8_389_765_739_703_625_592));
    assert_eq!(order.actual_type, Some(OrderType::Market));
    assert_eq!(order.actual_price, Some(decimal("20.5")));
    assert_eq!(order.trigger_time, Some(time(1_790_000_000_000)));
}

#[test]
fn trailing_stop_causes_two_events_with_the_status_new() {
    for activated in [false, true] {
        let changes = json!({"o": "TRAILING_STOP_MARKET", "ia": activated});
        let event = round_trip::<usdm::Usdm>(&algo_order(&changes));
        let update = payload!(event, usdm::events::UserEvent::AlgoUpdate);
        assert_eq!(update.order.order_type, OrderType::TrailingStopMarket);
        assert_eq!(update.order.status, AlgoStatus::New);
        assert_eq!(update.order.activated, Some(activated));
    }
    let event = round_trip::<usdm::Usdm>(&algo_order(&json!({"ia": null})));
    let order = payload!(event, usdm::events::UserEvent::AlgoUpdate).order;
    assert_eq!(order.activated, None);
}

/// Quirk 24.
#[test]
fn order_ids_use_all_64_bits() {
    for id in [8_389_765_739_703_625_592_u64, 933_256_278_426_274_426] {
        let event = round_trip::<usdm::Usdm>(&usdm_order(&json!({"i": id})));
        let order = payload!(event, usdm::events::UserEvent::OrderTradeUpdate).order;
        assert_eq!(order.order_id, id);
        let event = round_trip::<coinm::CoinM>(&coinm_order(&json!({"i": id})));
        let order = payload!(event, coinm::events::UserEvent::OrderTradeUpdate).order;
        assert_eq!(order.order_id, id);
        let event = round_trip::<usdm::Usdm>(&trade_lite(&json!({"i": id})));
        let trade = payload!(event, usdm::events::UserEvent::TradeLite);
        assert_eq!(trade.order_id, id);
    }
}

/// Quirk 25.
#[test]
fn both_events_of_a_fill_have_the_same_values_with_other_zeros() {
    let event = round_trip::<usdm::Usdm>(&trade_lite(&json!({})));
    let trade = payload!(event, usdm::events::UserEvent::TradeLite);
    let event = round_trip::<usdm::Usdm>(&usdm_order(&json!({})));
    let order = payload!(event, usdm::events::UserEvent::OrderTradeUpdate).order;
    assert_eq!(trade.last_filled_price, order.last_filled_price);
    assert_eq!(trade.last_filled_quantity, order.last_filled_quantity);
    assert_eq!(Some(trade.trade_id), order.trade_id);
    assert_eq!(trade.client_order_id, order.client_order_id);
    assert_eq!(trade.last_filled_price.to_string(), "20.50");
    assert_eq!(order.last_filled_price.to_string(), "20.5");

    let event = round_trip::<usdm::Usdm>(&trade_lite(&json!({"p": "0.0000000"})));
    let market = payload!(event, usdm::events::UserEvent::TradeLite);
    assert_eq!(market.original_price, Decimal::ZERO);
}

#[test]
#[allow(deprecated, reason = "the exchange may still send the event")]
fn deprecated_rejection_of_a_conditional_order_is_decoded() {
    let frame = json!({
        "e": "CONDITIONAL_ORDER_TRIGGER_REJECT", "E": 1_790_000_000_001_i64,
        "T": 1_790_000_000_003_i64, "or": {"s": "QQQUSDT", "i": 41, "r": "Too small."},
    });
    let event = round_trip::<usdm::Usdm>(&frame);
    let rejection = payload!(
        event,
        usdm::events::UserEvent::ConditionalOrderTriggerReject
    );
    assert_eq!(rejection.order.order_id, 41);
    assert_eq!(rejection.order.failure_reason, "Too small.");
    // COIN-M has no such event.
    let event = round_trip::<coinm::CoinM>(&frame);
    let unlisted = payload!(event, coinm::events::UserEvent::Unlisted);
    assert_eq!(unlisted.as_str(), "CONDITIONAL_ORDER_TRIGGER_REJECT");
}
