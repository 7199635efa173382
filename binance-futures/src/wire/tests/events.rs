//! The codecs of real events.

use serde_json::{Value, json};

use crate::decode::{self, DecodeFailure};
use crate::types::{SymbolType, Timestamp};
use crate::usdm::events::{AggTrade, UserEvent};
use crate::wire::Plain;

/// The fields that an aggregate trade always has, without its constant.
const FIELDS: &str = r#""E":1,"s":"BTCUSDT","p":"0.001","q":"2.0","f":1,"l":2,"T":7,"m":false"#;

fn read(json: &str) -> Result<AggTrade, DecodeFailure> {
    decode::from_str::<AggTrade, Plain>(json)
}

fn write(event: &AggTrade) -> String {
    decode::to_string::<AggTrade, Plain>(event).unwrap()
}

/// Decodes and encodes an order update in which these fields are changed, and returns the order.
fn order_update_with(changes: &Value) -> Value {
    let sample = include_str!("../../generated/usdm/user_events/order_trade_update.json");
    let mut event: Value = serde_json::from_str(sample).unwrap();
    for (name, value) in changes.as_object().unwrap() {
        event["o"][name] = value.clone();
    }
    let event = decode::from_str::<UserEvent, Plain>(&event.to_string()).unwrap();
    let json = decode::to_string::<UserEvent, Plain>(&event).unwrap();
    serde_json::from_str::<Value>(&json).unwrap()["o"].take()
}

#[test]
fn event_writes_its_constant_first() {
    let fields = FIELDS.replacen(r#""p""#, r#""a":5933014,"p""#, 1);
    let json = format!(r#"{{"e":"aggTrade",{fields},"st":1}}"#);
    let event = read(&json).unwrap();
    assert_eq!(write(&event), json);
    assert_eq!(event.product, Some(SymbolType::UsdM));
}

#[test]
fn event_is_decoded_whatever_its_constant_is() {
    let event = read(&format!("{{{FIELDS}}}")).unwrap();
    for json in [
        format!(r#"{{{FIELDS},"e":"other"}}"#),
        format!(r#"{{{FIELDS},"e":{{"not":"text"}}}}"#),
    ] {
        assert_eq!(read(&json).unwrap(), event);
    }
}

#[test]
fn absent_and_null_fields_are_not_written() {
    for optional in ["", r#","nq":null,"a":null,"st":null"#] {
        let event = read(&format!("{{{FIELDS}{optional}}}")).unwrap();
        assert_eq!((event.id, event.quantity_without_rpi), (None, None));
        assert_eq!(write(&event), format!(r#"{{"e":"aggTrade",{FIELDS}}}"#));
    }
}

#[test]
fn literal_for_no_value_is_decoded_from_numbers_and_text() {
    for none in [json!(0), json!("0")] {
        let order = order_update_with(&json!({"t": none, "gtd": none}));
        assert_eq!(order["t"], json!(0));
        // An optional field without a value is left out.
        assert_eq!(order.get("gtd"), None);
    }
    let order = order_update_with(&json!({"t": "18446744073709551615", "n": null}));
    assert_eq!(order["t"], json!(u64::MAX));
    assert_eq!(order.get("n"), None);
}

#[test]
fn missing_required_field_is_named() {
    let failure = read(&format!("{{{FIELDS}}}").replace(r#""T":7,"#, "")).unwrap_err();
    assert_eq!(failure.reason().to_string(), "the field `T` is missing");
}

#[test]
fn times_decode_from_text() {
    let json = format!("{{{FIELDS}}}").replace(r#""E":1,"#, r#""E":"1576653824250","#);
    assert_eq!(
        read(&json).unwrap().event_time,
        Timestamp::from_millis(1_576_653_824_250)
    );
}

#[test]
fn decimal_received_as_a_number_keeps_its_digits() {
    let json = format!("{{{FIELDS}}}").replace(r#""0.001""#, "67.50");
    assert_eq!(read(&json).unwrap().price.to_string(), "67.50");
}
