//! Values without parts, which the exchange writes now as text, now as a number.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, Unexpected, Visitor};
use serde::ser::Serializer;

use super::or::is;
use super::raw::{IsToken, RAW_TOKEN};
use super::{Literal, Wire, Word};

/// A value without parts: it can be read from each form a JSON scalar has, and written as text or as a number.
///
/// A reader answers `None` to what it cannot hold exactly; nothing is rounded or cut.
pub trait Scalar: Sized {
    /// What is expected where one stands, for errors: `a decimal number`.
    const EXPECTED: &'static str;

    /// Whether any text is one. Of the others none holds what JSON would escape, so that their text need not be searched for it.
    const ANY_TEXT: bool = false;

    /// Whether a number's own digits matter beyond what an integer or a float tells: as for decimals, and for text.
    const KEEPS_DIGITS: bool = false;

    /// The texts of the values its type lists; empty where it lists none.
    const VARIANTS: &'static [&'static str] = &[];

    /// Reads the text of a JSON string.
    fn from_text(text: &str) -> Option<Self>;

    /// Reads the digits of a JSON number.
    fn from_number(token: &str) -> Option<Self> {
        match token.parse() {
            Ok(integer) => Self::from_integer(integer),
            Err(_) => token.parse().ok().and_then(Self::from_float),
        }
    }

    /// Reads an integer that comes as such.
    fn from_integer(integer: i128) -> Option<Self> {
        let _ = integer;
        None
    }

    /// Reads a number whose digits are lost already.
    fn from_float(float: f64) -> Option<Self> {
        let _ = float;
        None
    }

    /// Reads `true` or `false`.
    fn from_bool(flag: bool) -> Option<Self> {
        let _ = flag;
        None
    }

    /// Writes a JSON string.
    fn write_text<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Writes a JSON number, or what is nearest to one where the value is none.
    fn write_number<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// A scalar written as text; read from text or from a number.
///
/// Of a fraction that comes as a number, serde hands over a float and not the digits, so it is refused;
/// [`decode::from_str`](crate::decode::from_str) then reads it from its digits.
#[derive(Debug)]
pub struct Text;

impl<T: Scalar> Wire<T> for Text {
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

/// A scalar written as a number; read from a number or from text.
#[derive(Debug)]
pub struct Number;

impl<T: Scalar> Wire<T> for Number {
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

/// Reads a scalar from text or a number, whichever comes; no float where digits matter.
#[inline]
pub(crate) fn read_scalar<'de, T: Scalar, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_any(ScalarVisitor::<T, false>(PhantomData))
}

/// Reads a scalar. `FLOATS`: whether a float is as good as its digits, for want of them.
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

/// Reads a scalar, or the literal that says there is none.
struct ScalarOrVisitor<T, L, const FLOATS: bool>(PhantomData<(T, L)>);

impl<T: Scalar, L: Literal, const FLOATS: bool> ScalarOrVisitor<T, L, FLOATS> {
    fn read<E>(
        is_none: bool,
        read: impl FnOnce(ScalarVisitor<T, FLOATS>) -> Result<T, E>,
    ) -> Result<Option<T>, E> {
        if is_none {
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
        Self::read(L::TAKES_NULL, Visitor::visit_unit)
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
                let Word(json) = map.next_value()?;
                Self::read(is::<L>(&json), |_| from_json(&json))
            }
            _ => Err(de::Error::invalid_type(Unexpected::Map, &self)),
        }
    }
}

/// Reads a scalar from a text that holds its JSON.
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

/// Reads a scalar from its JSON text.
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
    let quick = if T::ANY_TEXT {
        None
    } else {
        T::from_text(text)
    };
    match quick {
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

/// Integers: from an integer in range, or from a float that is one and was not rounded to it.
macro_rules! integer {
    ($($name:ident: $expected:literal, $serialize:ident;)+) => {$(
        impl Scalar for $name {
            const EXPECTED: &'static str = $expected;

            fn from_text(text: &str) -> Option<Self> {
                text.parse().ok()
            }

            fn from_integer(integer: i128) -> Option<Self> {
                integer.try_into().ok()
            }

            fn from_float(float: f64) -> Option<Self> {
                /// Beyond this, neighbouring integers share a float.
                const EXACT: f64 = 9_007_199_254_740_991.0;
                let exact = float.fract() == 0.0 && float.abs() <= EXACT;
                exact.then_some(float as i128).and_then(Self::from_integer)
            }

            fn write_text<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }

            fn write_number<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.$serialize(*self)
            }
        }
    )+};
}

integer! {
    u8: "an integer from 0 to 255", serialize_u8;
    u16: "an integer from 0 to 65535", serialize_u16;
    u32: "an integer of 32 bits, not negative", serialize_u32;
    u64: "an integer of 64 bits, not negative", serialize_u64;
    i32: "an integer of 32 bits", serialize_i32;
    i64: "an integer of 64 bits", serialize_i64;
}

impl Scalar for bool {
    const EXPECTED: &'static str = "true or false";

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn from_bool(flag: bool) -> Option<Self> {
        Some(flag)
    }

    fn write_text<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if *self { "true" } else { "false" })
    }

    fn write_number<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(*self)
    }
}

impl Scalar for String {
    const EXPECTED: &'static str = "text";
    const ANY_TEXT: bool = true;
    const KEEPS_DIGITS: bool = true;

    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }

    fn from_number(token: &str) -> Option<Self> {
        Some(token.to_owned())
    }

    fn from_integer(integer: i128) -> Option<Self> {
        Some(integer.to_string())
    }

    fn write_text<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }

    fn write_number<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}
