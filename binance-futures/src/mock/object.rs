//! A JSON object whose members keep their order and their very text, so that a sample changes only where it is meant to.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

/// A JSON object.
#[derive(Debug, Clone, Default)]
pub(super) struct Object(Vec<(String, Box<RawValue>)>);

impl Object {
    /// Reads an object; `None` where the text is something else.
    pub(super) fn read(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    /// The names of its members.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The JSON of a member.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let (_, json) = self.0.iter().find(|(member, _)| member == name)?;
        Some(json.get())
    }

    /// A member that is a text, or the digits of one that is a number.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(plain)
    }

    /// Its members as parameters: texts as they are, everything else as its JSON. One that is `null` is not given.
    pub(super) fn into_pairs(self) -> Vec<(String, String)> {
        let given = self.0.into_iter().filter(|(_, json)| json.get() != "null");
        given
            .map(|(name, json)| (name, plain(json.get())))
            .collect()
    }

    /// Gives a member that it has another value, written as the one before: as text where that was text.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        if let Some((_, json)) = self.0.iter_mut().find(|(member, _)| member == name) {
            let quoted = json.get().starts_with('"');
            if let Some(value) = raw(value, quoted) {
                *json = value;
            }
        }
    }

    /// Gives a member that it has another value, which is JSON already.
    pub(super) fn set_json(&mut self, name: &str, value: impl Serialize) {
        let member = self.0.iter_mut().find(|(member, _)| member == name);
        if let (Some((_, json)), Ok(value)) = (member, serde_json::value::to_raw_value(&value)) {
            *json = value;
        }
    }

    /// Takes a member away.
    pub(super) fn remove(&mut self, name: &str) {
        self.0.retain(|(member, _)| member != name);
    }
}

/// The text of a JSON string, or the JSON itself where it is none.
fn plain(json: &str) -> String {
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
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::Object;

    #[test]
    fn what_is_not_set_keeps_its_text_and_place() {
        let mut object = Object::read(r#"{"z": 300.0, "id": 1, "a": "x", "b": [1,  2]}"#).unwrap();
        object.set("id", "8389765739703625592");
        object.set("a", "\"quoted\"");
        object.set("z", "no number");
        object.set("absent", "1");
        assert_eq!(
            serde_json::to_string(&object).unwrap(),
            r#"{"z":300.0,"id":8389765739703625592,"a":"\"quoted\"","b":[1,  2]}"#
        );
    }
}
