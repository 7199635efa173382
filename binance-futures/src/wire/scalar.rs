//! Values that the exchange sends as text or as a number.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, Unexpected, Visitor};
use serde::ser::Serializer;

use super::optional::is_literal;
use super::raw::{IsToken, RAW_TOKEN};
use super::{BorrowedStr, Codec, Literal};

/// A value that can be decoded from any JSON scalar, and encoded as text or as a number.
///
/// The `from_` functions return `None` for everything that the type cannot hold exactly. Nothing is rounded or truncated.
pub trait Scalar: Sized {
    /// What error messages call the expected value, such as `a decimal number`.
    const EXPECTED: &'static str;

    /// Whether every text is valid. The texts of all other types contain no character that JSON escapes, so they are parsed without
    /// looking for escapes.
    const ANY_TEXT: bool = false;

    /// Whether the digits of a number matter beyond the value of an integer or a float, as for decimals and text.
    const KEEPS_DIGITS: bool = false;

    /// The texts of all listed values. Empty if the type is not an enum.
    const VARIANTS: &'static [&'static str] = &[];

    /// Parses the text of a JSON string.
    fn from_text(text: &str) -> Option<Self>;

    /// Parses the digits of a JSON number.
    fn from_number(token: &str) -> Option<Self> {
        match token.parse() {
            Ok(integer) => Self::from_integer(integer),
            Err(_) => token.parse().ok().and_then(Self::from_float),
        }
    }

    /// Converts an integer.
    fn from_integer(integer: i128) -> Option<Self> {
        let _ = integer;
        None
    }

    /// Converts a number whose original digits are lost.
    fn from_float(float: f64) -> Option<Self> {
        let _ = float;
        None
    }

    /// Converts `true` or `false`.
    fn from_bool(flag: bool) -> Option<Self> {
        let _ = flag;
        None
    }

    /// Encodes the value as a JSON string.
    fn write_text<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Encodes the value as a JSON number. `bool` is encoded as `true` or `false`, and text types as text.
    fn write_number<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// A scalar encoded as text. Decoded from text or from a number.
///
/// For a number with a fraction, serde passes a float and not the digits, so this codec rejects it.
/// [`decode::from_str`](crate::decode::from_str) then decodes it from its digits.
#[derive(Debug)]
pub struct Text;

impl<T: Scalar> Codec<T> for Text {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        read_scalar(deserializer)
    }

    fn read_or<'de, L: Literal, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_any(ScalarOrVisitor::<T, L, false>(PhantomData))
    }

    fn write<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        value.write_text(serializer)
    }
}

/// A scalar encoded as a number. Decoded from a number or from text.
#[derive(Debug)]
pub struct Number;

impl<T: Scalar> Codec<T> for Number {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        if T::KEEPS_DIGITS {
            deserializer
                .deserialize_newtype_struct(RAW_TOKEN, ScalarVisitor::<T, true>(PhantomData))
        } else {
            read_scalar(deserializer)
        }
    }

    fn read_or<'de, L: Literal, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        let visitor = ScalarOrVisitor::<T, L, true>(PhantomData);
        if T::KEEPS_DIGITS {
            deserializer.deserialize_newtype_struct(RAW_TOKEN, visitor)
        } else {
            deserializer.deserialize_any(visitor)
        }
    }

    fn write<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        value.write_number(serializer)
    }
}

/// Decodes a scalar from text or from a number. Rejects floats if the digits matter.
#[inline]
pub(crate) fn read_scalar<'de, T: Scalar, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_any(ScalarVisitor::<T, false>(PhantomData))
}

/// Decodes a scalar. `FLOATS` says whether a float is accepted when the digits matter but are not available.
struct ScalarVisitor<T, const FLOATS: bool>(PhantomData<T>);

impl<'de, T: Scalar, const FLOATS: bool> Visitor<'de> for ScalarVisitor<T, FLOATS> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    #[inline]
    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        T::from_text(text).ok_or_else(|| unexpected::<T, E>(Unexpected::Str(text)))
    }

    fn visit_u64<E: de::Error>(self, integer: u64) -> Result<T, E> {
        T::from_integer(integer.into())
            .ok_or_else(|| unexpected::<T, E>(Unexpected::Unsigned(integer)))
    }

    fn visit_i64<E: de::Error>(self, integer: i64) -> Result<T, E> {
        T::from_integer(integer.into())
            .ok_or_else(|| unexpected::<T, E>(Unexpected::Signed(integer)))
    }

    fn visit_f64<E: de::Error>(self, float: f64) -> Result<T, E> {
        let value = if FLOATS || !T::KEEPS_DIGITS {
            T::from_float(float)
        } else {
            None
        };
        value.ok_or_else(|| unexpected::<T, E>(Unexpected::Float(float)))
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<T, E> {
        T::from_bool(flag).ok_or_else(|| unexpected::<T, E>(Unexpected::Bool(flag)))
    }

    #[inline]
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_any(self)
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        match map.next_key()? {
            Some(IsToken(true)) => map.next_value_seed(FromJson(PhantomData)),
            _ => Err(de::Error::invalid_type(Unexpected::Map, &self)),
        }
    }
}

/// Decodes a scalar, or the literal that means "no value".
struct ScalarOrVisitor<T, L, const FLOATS: bool>(PhantomData<(T, L)>);

impl<T: Scalar, L: Literal, const FLOATS: bool> ScalarOrVisitor<T, L, FLOATS> {
    fn read<E>(
        is_literal: bool,
        read: impl FnOnce(ScalarVisitor<T, FLOATS>) -> Result<T, E>,
    ) -> Result<Option<T>, E> {
        if is_literal {
            Ok(None)
        } else {
            read(ScalarVisitor(PhantomData)).map(Some)
        }
    }
}

impl<'de, T: Scalar, L: Literal, const FLOATS: bool> Visitor<'de>
    for ScalarOrVisitor<T, L, FLOATS>
{
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Option<T>, E> {
        Self::read(L::is_text(text), |scalar| scalar.visit_str(text))
    }

    fn visit_u64<E: de::Error>(self, integer: u64) -> Result<Option<T>, E> {
        Self::read(L::is_integer(integer.into()), |scalar| {
            scalar.visit_u64(integer)
        })
    }

    fn visit_i64<E: de::Error>(self, integer: i64) -> Result<Option<T>, E> {
        Self::read(L::is_integer(integer.into()), |scalar| {
            scalar.visit_i64(integer)
        })
    }

    fn visit_f64<E: de::Error>(self, float: f64) -> Result<Option<T>, E> {
        Self::read(false, |scalar| scalar.visit_f64(float))
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Option<T>, E> {
        Self::read(false, |scalar| scalar.visit_bool(flag))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Option<T>, E> {
        Self::read(L::ACCEPTS_NULL, Visitor::visit_unit)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<T>, A::Error> {
        match map.next_key()? {
            Some(IsToken(true)) => {
                let BorrowedStr(json) = map.next_value()?;
                Self::read(is_literal::<L>(&json), |_| from_json(&json))
            }
            _ => Err(de::Error::invalid_type(Unexpected::Map, &self)),
        }
    }
}

/// Decodes a scalar from a text that contains its JSON.
struct FromJson<T>(PhantomData<T>);

impl<'de, T: Scalar> DeserializeSeed<'de> for FromJson<T> {
    type Value = T;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<T: Scalar> Visitor<'_> for FromJson<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    #[inline]
    fn visit_str<E: de::Error>(self, json: &str) -> Result<T, E> {
        from_json(json)
    }
}

/// Decodes a scalar from its JSON text.
#[inline]
fn from_json<T: Scalar, E: de::Error>(json: &str) -> Result<T, E> {
    match json.as_bytes().first() {
        Some(b'"') => from_quoted(json),
        Some(b'0'..=b'9' | b'-') => {
            T::from_number(json).ok_or_else(|| unexpected::<T, E>(Unexpected::Other(json)))
        }
        Some(b't') => ScalarVisitor::<T, true>(PhantomData).visit_bool(true),
        Some(b'f') => ScalarVisitor::<T, true>(PhantomData).visit_bool(false),
        Some(b'[') => Err(E::invalid_type(Unexpected::Seq, &T::EXPECTED)),
        Some(b'{') => Err(E::invalid_type(Unexpected::Map, &T::EXPECTED)),
        _ => Err(E::invalid_type(Unexpected::Unit, &T::EXPECTED)),
    }
}

#[inline]
fn from_quoted<T: Scalar, E: de::Error>(json: &str) -> Result<T, E> {
    let text = json
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or_default();
    let unescaped = if T::ANY_TEXT {
        None
    } else {
        T::from_text(text)
    };
    match unescaped {
        Some(value) => Ok(value),
        None if text.contains('\\') => {
            let text: String = serde_json::from_str(json).map_err(E::custom)?;
            ScalarVisitor::<T, true>(PhantomData).visit_str(&text)
        }
        None => ScalarVisitor::<T, true>(PhantomData).visit_str(text),
    }
}

#[cold]
fn unexpected<T: Scalar, E: de::Error>(value: Unexpected<'_>) -> E {
    E::invalid_value(value, &T::EXPECTED)
}
