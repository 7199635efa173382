//! The samples of the spec.

#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]
#![cfg(all(feature = "registry", feature = "usdm"))]

use std::fmt::Debug;

use binance_futures::registry::operations;
use binance_futures::types::{
    ClientOrderId, Decimal, OrderStatus, OrderType, Side, Symbol, TimeInForce, Timestamp,
};
use binance_futures::{decode, usdm, wire};
use serde_json::Value;

#[test]
fn every_sample_round_trips() {
    let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let mut losses = Vec::new();
    for operation in operations() {
        let name = format!("{}::{}", operation.product, operation.name);
        match (operation.reencode)(operation.sample) {
            Ok(written) => compare(
                name,
                &parse(operation.sample),
                &parse(&written),
                &mut losses,
            ),
            Err(failure) => losses.push(format!("{name}: {failure}")),
        }
    }
    assert!(losses.is_empty(), "{}", losses.join("\n"));
}

#[test]
fn invalid_text_is_a_failure_and_never_a_panic() {
    for operation in operations() {
        for text in [
            "",
            "null",
            "[[[[",
            "{\"a\":",
            "\"\\ud800\"",
            "<html>",
            "1e999999",
            "[null]",
        ] {
            let _ = (operation.reencode)(text);
        }
        for (end, _) in operation.sample.char_indices().step_by(7) {
            let (head, _) = operation.sample.split_at(end);
            let read = (operation.reencode)(head);
            assert!(
                read.is_err() || end + 7 > operation.sample.trim_end().len(),
                "{}",
                operation.name
            );
        }
    }
}

const ORDER: &str = include_str!("../src/generated/usdm/rest/trade/query_order.json");

fn order() -> usdm::types::Order {
    decode::from_str::<usdm::types::Order, wire::Plain>(ORDER).unwrap()
}

/// Compiles only if each field has this type and is not an `Option`.
#[test]
fn required_fields_are_not_optional_and_prices_are_decimals() {
    let order = order();
    let ids: (u64, ClientOrderId, Symbol) = (order.order_id, order.client_order_id, order.symbol);
    let amounts: [Decimal; 3] = [
        order.price,
        order.original_quantity,
        order.executed_quantity,
    ];
    let enums: (Side, OrderType, OrderStatus, TimeInForce) = (
        order.side,
        order.order_type,
        order.status,
        order.time_in_force,
    );
    let time: Timestamp = order.update_time;
    assert!(ids.0 > 0 && amounts[1] > Decimal::ZERO && time.as_millis() > 0);
    assert_eq!(enums.2.as_str(), "PARTIALLY_FILLED");
}

#[test]
fn price_keeps_its_trailing_zeros() {
    let encoded = decode::to_string::<usdm::types::Order, wire::Plain>(&order()).unwrap();
    let price = |json: &str| {
        let json: Value = serde_json::from_str(json).unwrap();
        json["price"].as_str().unwrap().to_owned()
    };
    assert_eq!(price(ORDER), price(&encoded));
    assert_eq!(price(ORDER), order().price.to_string());
}

/// Collects differences, except those that the spec allows: a record without brackets is encoded as a list, a scalar in its first form, and
/// an optional field with a literal for "no value" may be left out.
fn compare(path: String, sample: &Value, written: &Value, losses: &mut Vec<String>) {
    match (sample, written) {
        (Value::Object(sample), Value::Object(written)) => {
            let more = written.keys().filter(|name| !sample.contains_key(*name));
            for name in sample.keys().chain(more) {
                let path = format!("{path}.{name}");
                match (sample.get(name), written.get(name)) {
                    (Some(sample), Some(written)) => compare(path, sample, written, losses),
                    (Some(sample), None) if is_no_value(sample) => {}
                    (sample, written) => losses.push(difference(&path, &sample, &written)),
                }
            }
        }
        (Value::Array(sample), Value::Array(written)) if sample.len() == written.len() => {
            for (index, (sample, written)) in sample.iter().zip(written).enumerate() {
                compare(format!("{path}[{index}]"), sample, written, losses);
            }
        }
        (Value::Object(_), Value::Array(list)) if list.len() == 1 => {
            list.iter()
                .for_each(|written| compare(path.clone(), sample, written, losses));
        }
        _ if scalar(sample) == scalar(written) => {}
        _ if is_no_value(sample) && is_no_value(written) => {}
        _ => losses.push(difference(&path, &sample, &written)),
    }
}

fn difference(path: &str, sample: &dyn Debug, written: &dyn Debug) -> String {
    format!("{path}: {sample:?} became {written:?}")
}

fn is_no_value(value: &Value) -> bool {
    matches!(scalar(value).as_str(), "" | "null" | "0" | "-1")
}

/// Returns the text of a value, whether it is encoded as text or not.
fn scalar(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
