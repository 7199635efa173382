//! How the exchange encodes values: decimals as text, ids as numbers or text, an empty string for "no value".
//!
//! A Rust type says what a value *is*. A codec says how it is *encoded*. Codecs are types without values and are combined like types:
//! `Optional<Or<Text, EmptyString>>` is a field that may be absent, may be `""`, and is text otherwise. Each codec implements [`Codec`]
//! for the Rust types that it supports. [`decode::from_str`](crate::decode::from_str) decodes JSON with a codec. Serde uses
//! codecs for all other formats; in your own structs, name the codec in an attribute: `#[serde(with = "wire::As::<wire::Text>")]`.
//!
//! Encoding a decoded value restores the text that was received: the same form and the same scale. Exponents are written out, spaces around
//! numbers are removed, and flags are encoded as `true` or `false`. A number with too many digits for its
//! type is an error; it is never rounded.

mod collections;
mod decimal;
mod optional;
mod raw_object;
mod record;
mod scalar;
mod scalar_types;
#[cfg(test)]
mod tests;

use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use crate::json::{self, Decode, Reader};

pub use collections::{List, Map, OneOrMany, OrError};
pub use optional::{EmptyString, Int, IntText, Literal, Null, Optional, OptionalCodec, Or};
pub use raw_object::{RawObject, plain_text};
pub use scalar::{Number, Scalar, Text};

pub(crate) use record::{
    KeyIndex, decode_absent, decode_field, decode_value, encode_field, is_present, read_absent,
    read_field, record,
};
#[cfg(feature = "ws")]
pub(crate) use scalar::scan_integer;
pub(crate) use scalar::{decode_scalar, read_scalar};

/// Decodes and encodes values of type `T` in one form.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot encode a `{T}`",
    label = "not a codec of this type"
)]
pub trait Codec<T>: Sized {
    /// Decodes a value from JSON.
    ///
    /// # Errors
    ///
    /// The next value is not one of type `T` in this form.
    fn decode(reader: &mut Reader<'_>) -> Result<T, json::Error>;

    /// Returns the value of a field that is absent. `None` if the field must be there.
    fn absent() -> Option<T> {
        None
    }

    /// Whether a field with this value is not encoded.
    fn is_absent(value: &T) -> bool {
        let _ = value;
        false
    }

    /// Decodes a value.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error>;

    /// Decodes a value. Returns `None` for the literal `L`.
    fn read_or<'de, L: Literal, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        if optional::is_literal::<L>(&value) {
            Ok(None)
        } else {
            Self::read(value).map(Some).map_err(D::Error::custom)
        }
    }

    /// Encodes a value.
    fn write<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error>;
}

/// Adapts a codec to serde's `with` attribute.
#[derive(Debug)]
pub struct As<A>(PhantomData<A>);

impl<A> As<A> {
    /// Decodes a value with the codec.
    pub fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        A: Codec<T>,
        D: Deserializer<'de>,
    {
        A::read(deserializer)
    }

    /// Encodes a value with the codec.
    pub fn serialize<T, S>(value: &T, serializer: S) -> Result<S::Ok, S::Error>
    where
        A: Codec<T>,
        S: Serializer,
    {
        A::write(value, serializer)
    }
}

/// The form of the type's own `Serialize` and `Deserialize`.
#[derive(Debug)]
pub struct Serde;

impl<T: Serialize + DeserializeOwned> Codec<T> for Serde {
    fn decode(reader: &mut Reader<'_>) -> Result<T, json::Error> {
        deserialize(reader)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        T::deserialize(deserializer)
    }

    fn write<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }
}

/// Decodes a value with its implementation of `Deserialize`.
pub(crate) fn deserialize<T: DeserializeOwned>(reader: &mut Reader<'_>) -> Result<T, json::Error> {
    reader.peek();
    let offset = reader.offset();
    let text = reader.raw()?;
    // The path is tracked only where it is needed, because that is slow.
    serde_json::from_str(text).or_else(|_| {
        let mut json = serde_json::Deserializer::from_str(text);
        serde_path_to_error::deserialize(&mut json)
            .map_err(|error| json::Error::from_serde_path(&error, offset))
    })
}

/// The form of the type itself.
#[derive(Debug)]
pub struct Plain;

impl<T: Decode + Serialize + DeserializeOwned> Codec<T> for Plain {
    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<T, json::Error> {
        T::decode(reader)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        T::deserialize(deserializer)
    }

    fn write<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }
}

/// Decodes one element of a container with a codec.
pub(crate) struct DecodeSeed<A, T>(PhantomData<(A, T)>);

impl<A, T> DecodeSeed<A, T> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, A: Codec<T>, T> DeserializeSeed<'de> for DecodeSeed<A, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        A::read(deserializer)
    }
}

/// Serializes a value with a codec.
pub(crate) struct Encoded<'a, A, T>(&'a T, PhantomData<A>);

impl<'a, A, T> Encoded<'a, A, T> {
    pub(crate) const fn new(value: &'a T) -> Self {
        Self(value, PhantomData)
    }
}

impl<A: Codec<T>, T> Serialize for Encoded<'_, A, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        A::write(self.0, serializer)
    }
}
