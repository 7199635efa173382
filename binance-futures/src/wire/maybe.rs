//! Members that may be absent.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserializer, Visitor};
use serde::ser::Serializer;

use super::{List, Literal, Map, Number, OneOrMany, Or, OrError, Plain, Text, Wire};

/// A member that may be absent; `null` says the same. Goes with serde's `default` and `skip_serializing_if`.
///
/// Over an [`Or`] there is one `Option`: whether a member is left out or empty makes no difference.
#[derive(Debug)]
pub struct Maybe<A>(PhantomData<A>);

impl<A: Optional<T>, T> Wire<Option<T>> for Maybe<A> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_option(MaybeVisitor::<A, T>::new())
    }

    fn write<S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        A::write_optional(value, serializer)
    }
}

/// Tells `null` from a value without a look at the value's text.
pub(super) struct MaybeVisitor<A, T>(PhantomData<(A, T)>);

impl<A, T> MaybeVisitor<A, T> {
    pub(super) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, A: Optional<T>, T> Visitor<'de> for MaybeVisitor<A, T> {
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

/// How an adapter reads a member that is there. Most read a value; [`Or`] may find that there is none.
pub trait Optional<T> {
    /// Reads what stands where the member is present and not `null`.
    fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error>;

    /// Writes a member that is not left out.
    fn write_optional<S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error>;
}

impl<A: Wire<T>, L: Literal, T> Optional<T> for Or<A, L> {
    fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        Self::read(deserializer)
    }

    fn write_optional<S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        Self::write(value, serializer)
    }
}

/// What stands there is a value.
pub(super) struct Present<A>(PhantomData<A>);

impl<A: Wire<T>, T> Optional<T> for Present<A> {
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

/// Named one by one, since one implementation for all that read a value would not leave room for the exception.
macro_rules! optional {
    ($($adapter:ty $([$($parameter:ident),+])?;)+) => {$(
        impl<T $(, $($parameter),+)?> Optional<T> for $adapter
        where
            Self: Wire<T>,
        {
            fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
                Present::<Self>::read_optional(deserializer)
            }

            fn write_optional<S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
                Present::<Self>::write_optional(value, serializer)
            }
        }
    )+};
}

optional! {
    Plain;
    Text;
    Number;
    List<A> [A];
    OneOrMany<A> [A];
    OrError<A> [A];
    Map<K, V> [K, V];
}
