//! Samples of the spec, changed.

use binance_futures::decode::{self, DecodeFailure};
use binance_futures::registry::{Operation, operations};
use binance_futures::request::Request;
use serde_json::{Value, json};

/// The sample of an item, by its product and Rust name.
pub(crate) fn sample(product: &str, name: &str) -> Value {
    serde_json::from_str(operation(product, name).sample).unwrap()
}

pub(crate) fn operation(product: &str, name: &str) -> &'static Operation {
    operations()
        .find(|operation| (operation.product, operation.name) == (product, name))
        .unwrap_or_else(|| panic!("{product} has no {name}"))
}

pub(crate) fn decode<R: Request>(response: &Value) -> Result<R::Response, DecodeFailure> {
    decode::from_str::<R::Response, R::Wire>(&response.to_string())
}

/// Decodes a payload with its type and encodes it again.
pub(crate) fn reencode(product: &str, name: &str, payload: &Value) -> Result<Value, String> {
    (operation(product, name).reencode)(&payload.to_string())
        .map(|text| serde_json::from_str(&text).unwrap())
        .map_err(|failure| failure.to_string())
}

/// Calls a function for each object inside a value.
pub(crate) fn each_object(value: &mut Value, change: &mut dyn FnMut(&mut Value)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| each_object(item, change)),
        Value::Object(_) => {
            change(value);
            let fields = value.as_object_mut().unwrap();
            fields
                .values_mut()
                .for_each(|field| each_object(field, change));
        }
        _ => {}
    }
}

/// Sets a field of all objects that have it.
pub(crate) fn set(mut payload: Value, name: &str, value: &Value) -> Value {
    let mut found = false;
    each_object(&mut payload, &mut |object| {
        if object.get(name).is_some() {
            object[name] = value.clone();
            found = true;
        }
    });
    assert!(found, "no object has {name}");
    payload
}

/// Removes fields from all objects.
pub(crate) fn without(mut payload: Value, names: &[&str]) -> Value {
    each_object(&mut payload, &mut |object| {
        let fields = object.as_object_mut().unwrap();
        names.iter().for_each(|name| drop(fields.remove(*name)));
    });
    payload
}

pub(crate) fn decimal(text: &str) -> binance_futures::types::Decimal {
    text.parse().unwrap()
}

#[test]
fn helpers_change_all_objects() {
    let payload = json!([{"a": {"b": 1}}, {"b": 2}]);
    assert_eq!(
        set(payload.clone(), "b", &json!(3)),
        json!([{"a": {"b": 3}}, {"b": 3}])
    );
    assert_eq!(without(payload, &["b"]), json!([{"a": {}}, {}]));
}
