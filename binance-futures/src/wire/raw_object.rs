//! JSON objects whose values are kept as JSON text.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::{RawValue, to_raw_value};

/// A JSON object that keeps the JSON text of each value. Fields stay in the order received, repeated names included.
///
/// Changing one field leaves the text of all others as it is:
///
/// ```
/// use binance_futures::wire::RawObject;
///
/// let mut object = RawObject::from_json(r#"{"price": 300.0, "list": [1,  2]}"#)?;
/// object.set("price", "301.50")?;
/// assert_eq!(object.get("price"), Some(r#""301.50""#));
/// assert_eq!(object.get("list"), Some("[1,  2]"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct RawObject(Vec<(String, Box<RawValue>)>);

impl RawObject {
    /// Parses a JSON object.
    ///
    /// # Errors
    ///
    /// The text is not exactly one JSON object.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// Returns the JSON text of a field. If the name is repeated, returns the first.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields()
            .find_map(|(field, json)| (field == name).then_some(json))
    }

    /// Returns the [`plain_text`] of a field. If the name is repeated, returns that of the first.
    pub fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        self.get(name).map(plain_text)
    }

    /// Returns all fields with the JSON text of their values, in order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, json)| (name.as_str(), json.get()))
    }

    /// Replaces the value of a field. Does nothing if there is no field of this name. If the name is repeated, replaces the first.
    ///
    /// # Errors
    ///
    /// The value cannot be encoded as JSON.
    pub fn set(&mut self, name: &str, value: impl Serialize) -> Result<(), serde_json::Error> {
        if let Some((_, json)) = self.0.iter_mut().find(|(field, _)| field == name) {
            *json = to_raw_value(&value)?;
        }
        Ok(())
    }

    /// Removes all fields of this name.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(field, _)| field != name);
    }
}

/// Prints the field names only. The values may be secret.
impl fmt::Debug for RawObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.iter().map(|(name, _)| name);
        f.write_str("RawObject ")?;
        f.debug_set().entries(names).finish()
    }
}

impl Serialize for RawObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, json) in &self.0 {
            map.serialize_entry(name, json)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for RawObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RawObjectVisitor)
    }
}

struct RawObjectVisitor;

impl<'de> Visitor<'de> for RawObjectVisitor {
    type Value = RawObject;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawObject, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(RawObject(fields))
    }
}

/// Returns the text of a JSON string, and the JSON itself for every other value.
///
/// ```
/// use binance_futures::wire::plain_text;
///
/// assert_eq!(plain_text(r#""BTCUSDT""#), "BTCUSDT");
/// assert_eq!(plain_text("0.50"), "0.50");
/// ```
pub fn plain_text(json: &str) -> Cow<'_, str> {
    let inner = json
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    match inner {
        Some(text) if !text.contains('\\') => Cow::Borrowed(text),
        Some(_) => serde_json::from_str(json).map_or(Cow::Borrowed(json), Cow::Owned),
        None => Cow::Borrowed(json),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        r#"{"z":300.0,"id":1,"a":"x \"y\"","n":null,"id":18446744073709551616,"b":[1,  2]}"#;

    #[test]
    fn raw_object_round_trips() {
        let object = RawObject::from_json(TEXT).unwrap();
        assert_eq!(serde_json::to_string(&object).unwrap(), TEXT);
        let names: Vec<&str> = object.fields().map(|(name, _)| name).collect();
        assert_eq!(names, ["z", "id", "a", "n", "id", "b"]);
        assert_eq!(object.get("id"), Some("1"));
        assert_eq!(object.get("absent"), None);
        assert_eq!(object.text("a").as_deref(), Some("x \"y\""));
        assert_eq!(object.text("z").as_deref(), Some("300.0"));
        assert_eq!(object.text("absent"), None);
    }

    #[test]
    fn changing_one_field_keeps_the_text_of_the_others() {
        let mut object = RawObject::from_json(TEXT).unwrap();
        object.set("z", "now text").unwrap();
        object.set("absent", 1).unwrap();
        object.remove("id");
        assert_eq!(
            serde_json::to_string(&object).unwrap(),
            r#"{"z":"now text","a":"x \"y\"","n":null,"b":[1,  2]}"#
        );
    }

    #[test]
    fn only_one_object_is_accepted() {
        for text in ["", "null", "[]", "\"{}\"", "{} {}", "{\"a\":}"] {
            assert!(RawObject::from_json(text).is_err(), "{text}");
        }
    }

    #[test]
    fn debug_prints_no_values() {
        let object = RawObject::from_json(r#"{"listenKey":"hush"}"#).unwrap();
        assert_eq!(format!("{object:?}"), r#"RawObject {"listenKey"}"#);
    }

    #[test]
    fn plain_text_removes_quotes_and_escapes() {
        for (json, text) in [
            (r#""""#, ""),
            (r#""a\u0031\"""#, "a1\""),
            ("1.50", "1.50"),
            ("null", "null"),
            ("[\"a\"]", "[\"a\"]"),
        ] {
            assert_eq!(plain_text(json), text);
        }
    }
}
