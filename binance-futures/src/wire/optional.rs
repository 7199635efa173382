//! Fields that may be absent.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserializer, Visitor};
use serde::ser::Serializer;

use super::{Codec, List, Literal, Map, Number, OneOrMany, Or, OrError, Serde, Text};

/// A field that may be absent or `null`. Used with serde's `default` and `skip_serializing_if`.
///
/// Over an [`Or`] there is one `Option`: an absent field and one with the literal both decode to `None`.
#[derive(Debug)]
pub struct Optional<A>(PhantomData<A>);

impl<A: OptionalCodec<T>, T> Codec<Option<T>> for Optional<A> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_option(OptionalVisitor::<A, T>::new())
    }

    fn write<S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        A::write_optional(value, serializer)
    }
}

/// Tells `null` from a value without reading the value's text.
pub(super) struct OptionalVisitor<A, T>(PhantomData<(A, T)>);

impl<A, T> OptionalVisitor<A, T> {
    pub(super) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, A: OptionalCodec<T>, T> Visitor<'de> for OptionalVisitor<A, T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or nothing")
    }

    fn visit_none<E: de::Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        A::read_optional(deserializer)
    }
}

/// How a codec decodes a field that is present. Most codecs always decode a value. [`Or`] may decode `None`.
pub trait OptionalCodec<T> {
    /// Decodes a field that is present and not `null`.
    fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error>;

    /// Encodes a field that is not skipped.
    fn write_optional<S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error>;
}

impl<A: Codec<T>, L: Literal, T> OptionalCodec<T> for Or<A, L> {
    fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        Self::read(deserializer)
    }

    fn write_optional<S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        Self::write(value, serializer)
    }
}

/// A codec that always decodes a value.
pub(super) struct AlwaysValue<A>(PhantomData<A>);

impl<A: Codec<T>, T> OptionalCodec<T> for AlwaysValue<A> {
    fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        A::read(deserializer).map(Some)
    }

    fn write_optional<S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => A::write(value, serializer),
            None => serializer.serialize_none(),
        }
    }
}

/// Implements `OptionalCodec` for each listed codec. A blanket implementation would overlap with that of [`Or`].
macro_rules! always_value {
    ($($codec:ty $([$($parameter:ident),+])?;)+) => {$(
        impl<T $(, $($parameter),+)?> OptionalCodec<T> for $codec
        where
            Self: Codec<T>,
        {
            fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
                AlwaysValue::<Self>::read_optional(deserializer)
            }

            fn write_optional<S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
                AlwaysValue::<Self>::write_optional(value, serializer)
            }
        }
    )+};
}

always_value! {
    Serde;
    Text;
    Number;
    List<A> [A];
    OneOrMany<A> [A];
    OrError<A> [A];
    Map<K, V> [K, V];
}
