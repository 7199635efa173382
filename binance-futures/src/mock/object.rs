//! A JSON object whose fields keep their order and their exact text, so that a sample changes only in the fields that are set.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

/// A JSON object.
#[derive(Debug, Clone, Default)]
pub(super) struct Object(Vec<(String, Box<RawValue>)>);

impl Object {
    /// Parses an object. Returns `None` when the text is anything else.
    pub(super) fn read(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    /// Returns the names of the fields.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Returns the JSON of a field.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let (_, json) = self.0.iter().find(|(field, _)| field == name)?;
        Some(json.get())
    }

    /// Returns the text of a field that is a string, or the JSON of any other field.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(text_of)
    }

    /// Returns the fields as parameters: the text of strings, the JSON of everything else. Fields that are `null` are left out.
    pub(super) fn into_parameters(self) -> Vec<(String, String)> {
        let fields = self.0.into_iter().filter(|(_, json)| json.get() != "null");
        fields
            .map(|(name, json)| (name, text_of(json.get())))
            .collect()
    }

    /// Replaces the value of an existing field. The new value is a JSON string if the old one was.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        if let Some((_, json)) = self.0.iter_mut().find(|(field, _)| field == name) {
            let quoted = json.get().starts_with('"');
            if let Some(value) = raw(value, quoted) {
                *json = value;
            }
        }
    }

    /// Replaces the value of an existing field by the JSON of a value.
    pub(super) fn set_json(&mut self, name: &str, value: impl Serialize) {
        let field = self.0.iter_mut().find(|(field, _)| field == name);
        if let (Some((_, json)), Ok(value)) = (field, serde_json::value::to_raw_value(&value)) {
            *json = value;
        }
    }

    /// Removes a field.
    pub(super) fn remove(&mut self, name: &str) {
        self.0.retain(|(field, _)| field != name);
    }
}

/// Returns the text of a JSON string, or the JSON itself when it is not a string.
fn text_of(json: &str) -> String {
    serde_json::from_str(json).unwrap_or_else(|_| json.to_owned())
}

fn raw(value: &str, quoted: bool) -> Option<Box<RawValue>> {
    if quoted {
        serde_json::value::to_raw_value(value).ok()
    } else {
        RawValue::from_string(value.to_owned()).ok()
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, json) in &self.0 {
            map.serialize_entry(name, json)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::Object;

    #[test]
    fn fields_that_are_not_set_keep_text_and_order() {
        let mut object = Object::read(r#"{"z": 300.0, "id": 1, "a": "x", "b": [1,  2]}"#).unwrap();
        object.set("id", "8389765739703625592");
        object.set("a", "\"quoted\"");
        object.set("z", "not a number");
        object.set("absent", "1");
        assert_eq!(
            serde_json::to_string(&object).unwrap(),
            r#"{"z":300.0,"id":8389765739703625592,"a":"\"quoted\"","b":[1,  2]}"#
        );
    }
}
