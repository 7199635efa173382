//! Changes to samples: a field gets another value and keeps its JSON type.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::wire::{RawObject, plain_text};

/// Replaces the value of an existing field. If the old value is a JSON string, so is the new one. Otherwise `value` must be JSON; if it is
/// not, nothing changes.
pub(super) fn set(object: &mut RawObject, name: &str, value: &str) {
    let is_text = object.get(name).is_some_and(|json| json.starts_with('"'));
    if is_text {
        set_json(object, name, value);
    } else if let Ok(json) = RawValue::from_string(value.to_owned()) {
        set_json(object, name, json);
    }
}

/// Replaces the value of an existing field by the JSON of a value. Does nothing if the value cannot be written as JSON.
pub(super) fn set_json(object: &mut RawObject, name: &str, value: impl Serialize) {
    let _ = object.set(name, value);
}

/// Returns the fields as parameters: the text of strings, the JSON of everything else. Fields that are `null` are left out.
pub(super) fn parameters(object: &RawObject) -> Vec<(String, String)> {
    let fields = object.fields().filter(|(_, json)| *json != "null");
    fields
        .map(|(name, json)| (name.to_owned(), plain_text(json).into_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::set;
    use crate::wire::RawObject;

    #[test]
    fn fields_that_are_not_set_keep_text_and_order() {
        let json = r#"{"z": 300.0, "id": 1, "a": "x", "b": [1,  2]}"#;
        let mut object = RawObject::from_json(json).unwrap();
        set(&mut object, "id", "8389765739703625592");
        set(&mut object, "a", "\"quoted\"");
        set(&mut object, "z", "not a number");
        set(&mut object, "absent", "1");
        assert_eq!(
            serde_json::to_string(&object).unwrap(),
            r#"{"z":300.0,"id":8389765739703625592,"a":"\"quoted\"","b":[1,  2]}"#
        );
    }
}
