//! The encoding of real requests.

use super::{JsonWriter, ParameterSet, QueryWriter};
use crate::types::{AlgoOrderRef, ClientOrderId, Decimal, OrderRefs, OrderType, Side, TimeInForce};
use crate::usdm::{
    CancelAlgoOrder, CancelOrders, CloseListenKey, Depth, ExchangeInfo, NewAlgoOrder, NewOrder,
    NewOrders,
};

fn query(request: &impl ParameterSet) -> String {
    let mut query = QueryWriter::new();
    request.write(&mut query);
    query.into_string()
}

fn json(request: &impl ParameterSet) -> String {
    let mut json = JsonWriter::new(String::new());
    request.write(&mut json);
    json.finish().unwrap()
}

fn order() -> NewOrder {
    let quantity: Decimal = "0.0020".parse().unwrap();
    NewOrder::limit("BTCUSDT", Side::Sell, quantity, 59_808, TimeInForce::Gtc).reduce_only(true)
}

#[test]
fn parameters_are_written_in_order() {
    assert_eq!(
        query(&Depth::new("BTCUSDT").limit(5)),
        "symbol=BTCUSDT&limit=5"
    );
    let order = order()
        .client_order_id("entry-7")
        .good_till_date(1_700_000_000_000);
    assert_eq!(
        query(&order),
        "symbol=BTCUSDT&side=SELL&type=LIMIT&quantity=0.0020&price=59808&timeInForce=GTC&reduceOnly=true\
         &newClientOrderId=entry-7&goodTillDate=1700000000000"
    );
}

#[test]
fn absent_parameters_are_not_written() {
    assert_eq!(query(&Depth::new("BTCUSDT")), "symbol=BTCUSDT");
    assert_eq!(query(&ExchangeInfo::new()), "");
    assert_eq!(json(&ExchangeInfo::new()), "{}");
}

#[test]
fn json_keeps_the_usual_form_of_each_value() {
    assert_eq!(
        json(&Depth::new("BTCUSDT").limit(5)),
        r#"{"symbol":"BTCUSDT","limit":5}"#
    );
    assert_eq!(
        json(&order().good_till_date(1_700_000_000_000)),
        r#"{"symbol":"BTCUSDT","side":"SELL","type":"LIMIT","quantity":"0.0020","price":"59808","timeInForce":"GTC","reduceOnly":"true","goodTillDate":1700000000000}"#
    );
}

#[test]
fn symbols_of_any_script_are_encoded_once() {
    assert_eq!(
        query(&Depth::new("币安USDT")),
        "symbol=%E5%B8%81%E5%AE%89USDT"
    );
    assert_eq!(json(&Depth::new("币安USDT")), r#"{"symbol":"币安USDT"}"#);
}

#[test]
fn batch_is_a_list_of_objects_in_which_all_values_are_text() {
    let batch = NewOrders::new([
        order().good_till_date(1),
        NewOrder::new("A\"B", Side::Buy, OrderType::Market),
    ]);
    let list = r#"[{"symbol":"BTCUSDT","side":"SELL","type":"LIMIT","quantity":"0.0020","price":"59808","timeInForce":"GTC","reduceOnly":"true","goodTillDate":"1"},{"symbol":"A\"B","side":"BUY","type":"MARKET"}]"#;
    assert_eq!(json(&batch), format!(r#"{{"batchOrders":{list}}}"#));
    let encoded: String = list
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || byte == b'.' {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    assert_eq!(query(&batch), format!("batchOrders={encoded}"));
}

#[test]
fn list_is_json_without_spaces() {
    let ids = CancelOrders::new("BTCUSDT", OrderRefs::OrderIds(vec![1, u64::MAX]));
    assert_eq!(
        json(&ids),
        r#"{"symbol":"BTCUSDT","orderIdList":[1,18446744073709551615]}"#
    );
    assert_eq!(
        query(&ids),
        "symbol=BTCUSDT&orderIdList=%5B1%2C18446744073709551615%5D"
    );
    let ids: Vec<ClientOrderId> = vec!["a".into(), "b\\\"".into()];
    let ids = CancelOrders::new("BTCUSDT", OrderRefs::ClientOrderIds(ids));
    assert_eq!(
        json(&ids),
        r#"{"symbol":"BTCUSDT","origClientOrderIdList":["a","b\\\""]}"#
    );
    assert_eq!(
        query(&ids),
        "symbol=BTCUSDT&origClientOrderIdList=%5B%22a%22%2C%22b%5C%5C%5C%22%22%5D"
    );
    assert_eq!(
        query(&CancelOrders::new("BTCUSDT", OrderRefs::OrderIds(vec![]))),
        "symbol=BTCUSDT&orderIdList=%5B%5D"
    );
}

#[test]
fn choice_writes_the_chosen_parameter() {
    let by_id = CancelAlgoOrder::new(AlgoOrderRef::AlgoId(123));
    assert_eq!(query(&by_id), "algoId=123");
    let by_client_id = CancelAlgoOrder::new(AlgoOrderRef::ClientAlgoId("my id".into()));
    assert_eq!(query(&by_client_id), "clientAlgoId=my%20id");
}

#[test]
fn constant_is_written_first() {
    let order = NewAlgoOrder::new("BTCUSDT", Side::Buy, OrderType::Stop);
    assert_eq!(
        query(&order),
        "algoType=CONDITIONAL&symbol=BTCUSDT&side=BUY&type=STOP"
    );
}

#[test]
#[allow(deprecated, reason = "the only parameter that is secret")]
fn secret_is_written_but_not_printed() {
    let request = CloseListenKey::new().listen_key("hushhush");
    assert_eq!(query(&request), "listenKey=hushhush");
    assert!(!format!("{request:?}").contains("hush"));
    let mut writer = QueryWriter::new();
    request.write(&mut writer);
    assert!(!format!("{writer:?}").contains("hush"));
    let mut writer = JsonWriter::new(String::new());
    request.write(&mut writer);
    assert!(!format!("{writer:?}").contains("hush"));
}
