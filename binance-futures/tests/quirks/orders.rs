//! Quirks of orders, batches and conditional orders.

use binance_futures::types::{AlgoStatus, OrderType, PriceMatch, Side};
use binance_futures::{coinm, usdm};
use serde_json::{Value, json};

use crate::payloads::{decimal, decode, query, round_trip, usdm_ack, with};

fn algo_order(changes: &Value) -> Value {
    let record = json!({
        "algoId": 4_000_000_200_000_001_u64, "clientAlgoId": "stop-1", "algoType": "CONDITIONAL",
        "orderType": "STOP_MARKET", "symbol": "QQQUSDT", "side": "SELL", "positionSide": "BOTH",
        "timeInForce": "GTC", "quantity": "0.020", "algoStatus": "NEW", "actualOrderId": "",
        "triggerPrice": "19.00", "price": "0.00", "icebergQuantity": null,
        "selfTradePreventionMode": "NONE", "workingType": "MARK_PRICE", "priceMatch": "NONE",
        "closePosition": false, "priceProtect": false, "reduceOnly": true,
        "createTime": 1_790_000_000_000_i64, "updateTime": 1_790_000_000_000_i64,
        "triggerTime": 0, "goodTillDate": 0,
    });
    with(record, changes)
}

#[test]
fn untriggered_conditional_order_has_no_order_id() {
    let waiting = round_trip::<usdm::QueryAlgoOrder>(&algo_order(&json!({})));
    assert_eq!(waiting.actual_order_id, None);
    assert_eq!(waiting.iceberg_quantity, None);
    assert_eq!((waiting.trigger_time, waiting.good_till_date), (None, None));
    let placed =
        algo_order(&json!({"actualOrderId": "8389765739703625592", "algoStatus": "TRIGGERED"}));
    let placed = round_trip::<usdm::QueryAlgoOrder>(&placed);
    assert_eq!(placed.actual_order_id, Some(8_389_765_739_703_625_592));
    let iceberg = algo_order(&json!({"icebergQuantity": "0.005"}));
    let iceberg = round_trip::<usdm::QueryAlgoOrder>(&iceberg);
    assert_eq!(iceberg.iceberg_quantity, Some(decimal("0.005")));
}

#[test]
fn states_of_conditional_orders_are_listed_and_new_ones_kept() {
    for (text, status) in [
        ("TRIGGERING", AlgoStatus::Triggering),
        ("TRIGGERED", AlgoStatus::Triggered),
        ("FINISHED", AlgoStatus::Finished),
        ("REJECTED", AlgoStatus::Rejected),
    ] {
        let order = round_trip::<usdm::QueryAlgoOrder>(&algo_order(&json!({"algoStatus": text})));
        assert_eq!(order.status, status);
    }
    let order = round_trip::<usdm::QueryAlgoOrder>(&algo_order(&json!({"algoStatus": "SLEEPING"})));
    assert!(matches!(&order.status, AlgoStatus::Unlisted(text) if text.as_str() == "SLEEPING"));
}

#[test]
fn success_code_is_200_as_number_or_text() {
    for code in [json!(200), json!("200")] {
        let response = json!({"code": code, "msg": "All of them are gone."});
        for code in [
            decode::<usdm::CancelAllOrders>(&response).unwrap().code,
            decode::<usdm::CancelAllAlgoOrders>(&response).unwrap().code,
            decode::<coinm::CancelAllOrders>(&response).unwrap().code,
        ] {
            assert_eq!(code, Some(200));
        }
        let canceled = json!({"algoId": 4_000_000_200_000_001_u64, "clientAlgoId": "stop-1", "code": code, "msg": "Gone."});
        let canceled = decode::<usdm::CancelAlgoOrder>(&canceled).unwrap();
        assert_eq!(
            (canceled.code, canceled.algo_id),
            (Some(200), 4_000_000_200_000_001)
        );
    }
}

#[test]
fn batch_response_mixes_orders_and_rejections() {
    let response = json!([
        usdm_ack(8_389_765_739_703_625_592),
        {"code": -4046, "msg": "Not this one."},
        usdm_ack(933_256_278_426_274_426),
    ]);
    let outcomes = round_trip::<usdm::NewOrders>(&response);
    let [Ok(first), Err(refusal), Ok(last)] = &outcomes[..] else {
        panic!("{outcomes:?}")
    };
    assert_eq!(first.order_id, 8_389_765_739_703_625_592);
    assert_eq!(
        (refusal.code, refusal.message.as_str()),
        (-4046, "Not this one.")
    );
    assert_eq!(last.order_id, 933_256_278_426_274_426);
    for outcomes in [
        round_trip::<usdm::ModifyOrders>(&response),
        round_trip::<usdm::CancelOrders>(&response),
    ] {
        assert!(outcomes[1].is_err());
    }
}

#[test]
fn object_in_place_of_a_batch_response_is_rejected() {
    let whole = json!({"code": -1130, "msg": "All of it is wrong."});
    assert!(decode::<usdm::NewOrders>(&whole).is_err());
    assert!(decode::<coinm::NewOrders>(&whole).is_err());
}

#[test]
fn ids_that_do_not_fit_a_double_round_trip() {
    for id in [8_389_765_739_703_625_592, 933_256_278_426_274_426, u64::MAX] {
        let order = round_trip::<usdm::CancelOrder>(&usdm_ack(id));
        assert_eq!(order.order_id, id);
        assert_eq!(
            query(&usdm::CancelOrder::new("QQQUSDT", id)),
            format!("symbol=QQQUSDT&orderId={id}")
        );
        assert_eq!(
            query(&usdm::CancelOrders::new("QQQUSDT", [id])),
            format!("symbol=QQQUSDT&orderIdList=%5B{id}%5D")
        );
    }
}

#[test]
fn trailing_zeros_are_kept_and_do_not_affect_equality() {
    let one = round_trip::<usdm::CancelOrder>(&with(
        usdm_ack(1),
        &json!({"origQty": "0.020", "price": "0.0000000"}),
    ));
    let other = round_trip::<usdm::CancelOrder>(&with(
        usdm_ack(1),
        &json!({"origQty": "0.02", "price": "0"}),
    ));
    assert_eq!(one, other);
}

#[test]
fn symbols_in_a_batch_are_encoded_once() {
    let order = usdm::NewOrder::new("龙虾USDT", Side::Buy, OrderType::Market);
    assert_eq!(
        query(&usdm::NewOrders::new([order])),
        "batchOrders=%5B%7B%22symbol%22%3A%22%E9%BE%99%E8%99%BEUSDT%22%2C%22side%22%3A%22BUY%22%2C%22type%22%3A%22MARKET%22%7D%5D"
    );
}

#[test]
fn order_without_price_match_reports_none() {
    let order = round_trip::<usdm::CancelOrder>(&usdm_ack(1));
    assert_eq!(order.price_match, Some(PriceMatch::None));
}
