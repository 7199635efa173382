//! The JSON text of a value, which is examined before the value is decoded.

use std::borrow::Cow;
use std::fmt;
use std::iter;
use std::marker::PhantomData;

use serde::de::value::MapDeserializer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::de::{IoRead, Read, StrRead};

/// The name that requests the raw text of a value from `serde_json`. The text is returned as a map with this one name.
///
/// The name is private to `serde_json`. If it changed, values would be read through [`Visitor::visit_newtype_struct`], and the test
/// `every_digit_of_a_decimal_is_kept` would fail.
pub(super) const RAW_TOKEN: &str = "$serde_json::private::RawValue";

/// The name under which `serde_json` returns numbers if any crate of the build enables its feature `arbitrary_precision`.
const NUMBER_TOKEN: &str = "$serde_json::private::Number";

/// A text that is borrowed from the source unless it contains escapes.
pub(crate) struct BorrowedStr<'de>(pub(crate) Cow<'de, str>);

impl<'de: 'a, 'a> Deserialize<'de> for BorrowedStr<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(BorrowedStrVisitor)
    }
}

struct BorrowedStrVisitor;

impl<'de> Visitor<'de> for BorrowedStrVisitor {
    type Value = BorrowedStr<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<BorrowedStr<'de>, E> {
        Ok(BorrowedStr(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<BorrowedStr<'de>, E> {
        Ok(BorrowedStr(Cow::Owned(text.to_owned())))
    }
}

/// Whether a name is a token of `serde_json`. If it is, the value of the "map" is the raw text. Does not copy the name.
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
        f.write_str("a field name")
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

/// Returns the JSON text of a value: as received, or encoded again if the deserializer has no text.
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
            let BorrowedStr(name) = name;
            if is_token(&name) {
                return map.next_value().map(|BorrowedStr(json)| json);
            }
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

/// A deserializer over JSON text, with any error type.
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

/// A source of JSON text.
pub(crate) trait Source<'de> {
    type Reader: Read<'de>;

    fn text(&self) -> &str;

    fn reader(&self) -> serde_json::Deserializer<Self::Reader>;
}

/// Text that outlives the decoded value, which may borrow from it.
impl<'de> Source<'de> for &'de str {
    type Reader = StrRead<'de>;

    fn text(&self) -> &str {
        self
    }

    fn reader(&self) -> serde_json::Deserializer<StrRead<'de>> {
        serde_json::Deserializer::from_str(self)
    }
}

/// Text that does not outlive the decoded value, which cannot borrow from it.
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

/// Returns the message of a JSON error without its position, which is relative to the start of a part of the text.
pub(crate) fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).map(str::to_owned).unwrap_or(text)
}
