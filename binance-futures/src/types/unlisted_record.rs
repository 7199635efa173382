//! Records of kinds that this version does not know.

use std::fmt;

use compact_str::CompactString;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use crate::generated::SECRET_FIELDS;

/// A record of a kind its type does not list, kept whole: every member in the order it came, its value as JSON text.
#[derive(Clone)]
pub struct UnlistedRecord {
    kind: CompactString,
    members: Vec<(CompactString, Box<RawValue>)>,
}

impl UnlistedRecord {
    pub(crate) fn new(kind: CompactString, members: Vec<(CompactString, Box<RawValue>)>) -> Self {
        Self { kind, members }
    }

    /// The value of the member that tells the kinds apart.
    pub fn as_str(&self) -> &str {
        &self.kind
    }

    /// The JSON text of a member.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.members()
            .find_map(|(member, json)| (member == name).then_some(json))
    }

    /// Every member and its JSON text in the order they came, the one that tells the kinds apart among them.
    pub fn members(&self) -> impl Iterator<Item = (&str, &str)> {
        self.members
            .iter()
            .map(|(name, json)| (name.as_str(), json.get()))
    }
}

impl PartialEq for UnlistedRecord {
    fn eq(&self, other: &Self) -> bool {
        self.members().eq(other.members())
    }
}

impl Eq for UnlistedRecord {}

/// Prints every member but those that secrets go by: a record nobody described may hold one.
impl fmt::Debug for UnlistedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = |(name, json)| {
            let shown = if SECRET_FIELDS.contains(&name) {
                "[redacted]"
            } else {
                json
            };
            (name, format_args_of(shown))
        };
        f.debug_map().entries(self.members().map(json)).finish()
    }
}

/// Prints JSON text as it stands, without a second pair of quotes.
fn format_args_of(json: &str) -> impl fmt::Debug {
    struct Plain<'a>(&'a str);

    impl fmt::Debug for Plain<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    Plain(json)
}

impl Serialize for UnlistedRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.members.len()))?;
        for (name, json) in &self.members {
            map.serialize_entry(name.as_str(), json)?;
        }
        map.end()
    }
}
