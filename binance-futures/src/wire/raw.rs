//! JSON text of a value, to look at before it is read.

use std::borrow::Cow;
use std::fmt;
use std::iter;
use std::marker::PhantomData;

use serde::de::value::MapDeserializer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::de::{IoRead, Read, StrRead};

use super::word::Word;

/// By this name `serde_json` is asked for a value's own text, and names it so in its answer.
/// It is private there; were it to change, values would be read as [`Visitor::visit_newtype_struct`] reads them, and a test would tell.
pub(super) const RAW_TOKEN: &str = "$serde_json::private::RawValue";

/// By this name `serde_json` hands over numbers when anything in the build turns its `arbitrary_precision` on.
const NUMBER_TOKEN: &str = "$serde_json::private::Number";

/// The name of what looks like a member.
pub(super) enum Name<'de> {
    /// It is none: its value is the text of the JSON that stands there.
    Token,
    /// It is one.
    Member(Cow<'de, str>),
}

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Name<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Name<'de>, E> {
        Ok(if is_token(name) {
            Name::Token
        } else {
            Name::Member(Cow::Borrowed(name))
        })
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Name<'de>, E> {
        Ok(if is_token(name) {
            Name::Token
        } else {
            Name::Member(Cow::Owned(name.to_owned()))
        })
    }
}

/// Whether what looks like a member's name is none: the value is then the text of the JSON that stands there.
pub(super) struct IsToken(pub(super) bool);

impl<'de> Deserialize<'de> for IsToken {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(IsTokenVisitor)
    }
}

struct IsTokenVisitor;

impl Visitor<'_> for IsTokenVisitor {
    type Value = IsToken;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    #[inline]
    fn visit_str<E: Error>(self, name: &str) -> Result<IsToken, E> {
        Ok(IsToken(is_token(name)))
    }
}

#[inline]
pub(super) fn is_token(name: &str) -> bool {
    name == RAW_TOKEN || name == NUMBER_TOKEN
}

/// Reads the JSON text of a value: as it stood in the source, or put together again where the deserializer has no text.
pub(crate) fn read_raw<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Cow<'de, str>, D::Error> {
    deserializer.deserialize_newtype_struct(RAW_TOKEN, RawVisitor)
}

struct RawVisitor;

impl<'de> DeserializeSeed<'de> for RawVisitor {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        read_raw(deserializer)
    }
}

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut json = String::new();
        while let Some(name) = map.next_key()? {
            let Name::Member(name) = name else {
                return map.next_value().map(|Word(json)| json);
            };
            let before = if json.is_empty() { "{" } else { "," };
            json.extend([before, &quoted(&name)?, ":", &map.next_value_seed(Self)?]);
        }
        json.push_str(if json.is_empty() { "{}" } else { "}" });
        Ok(json.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut json = String::from("[");
        while let Some(item) = seq.next_element_seed(Self)? {
            let comma = if json.len() > 1 { "," } else { "" };
            json.extend([comma, &item]);
        }
        json.push(']');
        Ok(json.into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        quoted(text).map(Cow::Owned)
    }

    fn visit_u64<E: Error>(self, integer: u64) -> Result<Self::Value, E> {
        Ok(integer.to_string().into())
    }

    fn visit_i64<E: Error>(self, integer: i64) -> Result<Self::Value, E> {
        Ok(integer.to_string().into())
    }

    fn visit_f64<E: Error>(self, float: f64) -> Result<Self::Value, E> {
        serde_json::to_string(&float)
            .map(Cow::Owned)
            .map_err(E::custom)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(if flag { "true" } else { "false" }.into())
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok("null".into())
    }
}

fn quoted<E: Error>(text: &str) -> Result<String, E> {
    serde_json::to_string(text).map_err(E::custom)
}

/// JSON text as a deserializer of any error type.
pub(crate) struct RawText<S, E> {
    source: S,
    error: PhantomData<E>,
}

impl<S, E> RawText<S, E> {
    pub(crate) const fn new(source: S) -> Self {
        Self {
            source,
            error: PhantomData,
        }
    }
}

impl<'de, S: Source<'de>, E: Error> Deserializer<'de> for RawText<S, E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        self.source
            .reader()
            .deserialize_any(visitor)
            .map_err(custom)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        if self.source.text() == "null" {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, E> {
        if name == RAW_TOKEN {
            return visitor.visit_map(MapDeserializer::new(iter::once((
                RAW_TOKEN,
                self.source.text(),
            ))));
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier
    }
}

/// Where JSON text is read from.
pub(crate) trait Source<'de> {
    type Reader: Read<'de>;

    fn text(&self) -> &str;

    fn reader(&self) -> serde_json::Deserializer<Self::Reader>;
}

/// Text that outlives what is read from it.
impl<'de> Source<'de> for &'de str {
    type Reader = StrRead<'de>;

    fn text(&self) -> &str {
        self
    }

    fn reader(&self) -> serde_json::Deserializer<StrRead<'de>> {
        serde_json::Deserializer::from_str(self)
    }
}

/// Text that is gone once it has been read, so that nothing may be borrowed from it.
pub(crate) struct Transient<'a>(pub(crate) &'a str);

impl<'a> Source<'_> for Transient<'a> {
    type Reader = IoRead<&'a [u8]>;

    fn text(&self) -> &str {
        self.0
    }

    fn reader(&self) -> serde_json::Deserializer<IoRead<&'a [u8]>> {
        serde_json::Deserializer::from_reader(self.0.as_bytes())
    }
}

fn custom<E: Error>(error: serde_json::Error) -> E {
    E::custom(reason(&error))
}

/// What a JSON error says, without the place: that counts from where the text began, which the reader does not see.
pub(crate) fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).map(str::to_owned).unwrap_or(text)
}
