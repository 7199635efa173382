//! Market streams: their names and groups, and what the exchange really pushes.

#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]
#![cfg(all(feature = "usdm", feature = "coinm", feature = "registry"))]

#[cfg(test)]
mod books;
#[cfg(test)]
mod fields;
#[cfg(test)]
mod names;
#[cfg(test)]
mod prices;
#[cfg(test)]
mod trades;

use binance_futures::decode::{self, DecodeFailure};
use binance_futures::registry::{Kind, Operation, operations};
use binance_futures::topic::Topic;
use binance_futures::types::Decimal;
use serde_json::Value;

pub(crate) fn decode<T: Topic>(event: &Value) -> Result<T::Event, DecodeFailure> {
    decode::from_str::<T::Event, T::Wire>(&event.to_string())
}

pub(crate) fn encode<T: Topic>(event: &T::Event) -> Value {
    let json = decode::to_string::<T::Event, T::Wire>(event).unwrap();
    serde_json::from_str(&json).unwrap()
}

/// Decodes an event and checks that it is encoded unchanged.
#[track_caller]
pub(crate) fn round_trip<T: Topic>(event: &Value) -> T::Event {
    let decoded = decode::<T>(event).unwrap();
    assert_eq!(encode::<T>(&decoded), *event);
    decoded
}

/// Returns the numbers of the events: the first, the last and the previous one.
pub(crate) fn positions<T: Topic>(event: &T::Event) -> Vec<(i64, i64, Option<i64>)> {
    T::positions(event)
        .map(|position| (position.first, position.last, position.previous))
        .collect()
}

pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Returns the sample of a stream.
pub(crate) fn sample(product: &str, id: &str) -> Value {
    let stream = streams().find(|stream| stream.product == product && stream.id == id);
    serde_json::from_str(stream.unwrap().sample).unwrap()
}

/// Returns the sample of a stream with these fields changed. Fields that become null are removed.
pub(crate) fn event(product: &str, id: &str, changes: &Value) -> Value {
    let mut event = sample(product, id);
    change(&mut event, changes);
    event
}

pub(crate) fn change(record: &mut Value, changes: &Value) {
    let fields = record.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => fields.remove(name),
            _ => fields.insert(name.clone(), value.clone()),
        };
    }
}

pub(crate) fn streams() -> impl Iterator<Item = &'static Operation> {
    operations().filter(|operation| operation.kind == Kind::Stream)
}
