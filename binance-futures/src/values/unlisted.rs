//! Values and records of kinds that this version of the crate does not know.

use std::fmt;

use compact_str::CompactString;
use serde::ser::{Error, Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

/// A value that its enum does not list, exactly as received.
///
/// Only decoding creates one, so it never holds a listed value: comparing with a listed variant is always enough.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unlisted(Box<CompactString>);

impl Unlisted {
    pub(crate) fn new(text: impl AsRef<str>) -> Self {
        Self(Box::new(CompactString::from(text.as_ref())))
    }

    /// Returns the value as the exchange spelled it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Unlisted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Unlisted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// A record of a kind that its enum does not list: all fields in the order received, each value as JSON text.
#[derive(Clone)]
pub struct UnlistedRecord {
    kind: CompactString,
    fields: Vec<(CompactString, Box<RawValue>)>,
}

impl UnlistedRecord {
    pub(crate) fn new(kind: CompactString, fields: Vec<(CompactString, Box<RawValue>)>) -> Self {
        Self { kind, fields }
    }

    /// Returns the value of the field that names the kind.
    pub fn as_str(&self) -> &str {
        &self.kind
    }

    /// Returns the JSON text of a field.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields()
            .find_map(|(field, json)| (field == name).then_some(json))
    }

    /// Returns all fields with their JSON texts, in the order received. Includes the field that names the kind.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields
            .iter()
            .map(|(name, json)| (name.as_str(), json.get()))
    }
}

impl PartialEq for UnlistedRecord {
    fn eq(&self, other: &Self) -> bool {
        self.fields().eq(other.fields())
    }
}

impl Eq for UnlistedRecord {}

/// Prints the kind and the field names. The values of an unknown record may be secret.
impl fmt::Debug for UnlistedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.fields().map(|(name, _)| name).collect();
        f.debug_struct("UnlistedRecord")
            .field("kind", &self.kind)
            .field("fields", &names)
            .finish()
    }
}

impl Serialize for UnlistedRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return self.serialize_as_text(serializer);
        }
        let mut map = serializer.serialize_map(Some(self.fields.len()))?;
        for (name, json) in &self.fields {
            map.serialize_entry(name.as_str(), json)?;
        }
        map.end()
    }
}

/// The field that holds the JSON text of a whole record in binary formats, which cannot contain JSON.
pub(crate) const JSON_TEXT: &str = "$json";

impl UnlistedRecord {
    /// Encodes the tag and the JSON text, so that no digit is lost.
    fn serialize_as_text<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let is_kind =
            |json: &str| serde_json::from_str::<String>(json).is_ok_and(|text| self.kind == text);
        let tags: Vec<&str> = self
            .fields()
            .filter_map(|(name, json)| is_kind(json).then_some(name))
            .collect();
        let mut text = String::from("{");
        for (index, (name, json)) in self.fields().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let name = serde_json::to_string(name).map_err(S::Error::custom)?;
            text.extend([comma, &name, ":", json]);
        }
        text.push('}');
        let mut map = serializer.serialize_map(Some(tags.len() + 1))?;
        for tag in tags {
            map.serialize_entry(tag, self.as_str())?;
        }
        map.serialize_entry(JSON_TEXT, &text)?;
        map.end()
    }
}
